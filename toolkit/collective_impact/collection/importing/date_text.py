"""Dates and periods as people and spreadsheets write them, as a package has them."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from collective_impact.collection.importing.grid import CellValue, UnfitError, plain_text
from collective_impact.data.period import FIRST_YEAR, LAST_YEAR, parse_period
from collective_impact.data.quoting import quoted
from collective_impact.language import languages
from collective_impact.language import translate as _
from collective_impact.translations import locale_of

_SERIAL_DATES = range(18_264, 91_313)  # 1950 to 2149; other numbers are not taken for dates
_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})([t ]\d{1,2}:\d{2}.*)?|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_QUARTER = re.compile(r"(\d{4})[ -]?(?:q|k|kv|kvartal) ?([1-4])|(?:q|k|kv|kvartal) ?([1-4])[ ,-]{1,2}(\d{4})")
_MONTH = re.compile(r"(\d{4})[-/ m](\d{1,2})")
_MONTH_IN_WORDS = re.compile(
    r"(?:den |the )?(?:(\d{1,2})(?:st|nd|rd|th|\.|:e)? )?([^\W\d]+)\.?(?: (\d{1,2}),)?,? (\d{4})"
)


def date_text(value: CellValue, epoch: datetime) -> tuple[str, str]:
    """Give a date as ISO has it, and a note where it stood as a serial number; text that is no date as it is.

    Parameters
    ----------
    value : CellValue
    epoch : datetime
        Day 0 of serial dates.

    Raises
    ------
    UnfitError
        If day and month can be told apart in two ways.
    """
    day = _day(value, epoch)
    if day:
        note = "" if isinstance(value, date) else _("a serial number, taken for {date}").format(date=f"{day:%Y-%m-%d}")
        return day.strftime("%Y-%m-%d"), note
    text = plain_text(value)
    return _iso_date(text) or text, ""


def period_text(value: CellValue, pattern: str, epoch: datetime) -> tuple[str, str]:
    """Give a period as a package has it, and a note where a spreadsheet had made a date of it.

    Parameters
    ----------
    value : CellValue
    pattern : str
        Regular expression of the periods that may stand there.
    epoch : datetime
        Day 0 of serial dates.

    Raises
    ------
    UnfitError
        If day and month can be told apart in two ways.
    """
    text = plain_text(value)
    if parse_period(text, pattern) and not isinstance(value, date):
        return text, ""
    if isinstance(value, int | float) and not isinstance(value, bool) and value in _YEARS:
        return text, ""
    day = _day(value, epoch)
    candidates = _of_day(day.strftime("%Y-%m-%d")) if day else _period_candidates(text)
    fitting = next((each for each in candidates if parse_period(each, pattern)), "")
    if not fitting:
        return text, ""
    taken = _("a date, taken for {period}").format(period=fitting) if day and fitting != text else ""
    return fitting, taken


def _period_candidates(text: str) -> list[str]:
    folded = " ".join(text.casefold().split())
    quarter, month, words = _QUARTER.fullmatch(folded), _MONTH.fullmatch(folded), _MONTH_IN_WORDS.fullmatch(folded)
    if quarter:
        year, n, other_n, other_year = quarter.groups()
        return [f"{year or other_year}-Q{n or other_n}"]
    if month:
        return [f"{month[1]}-{int(month[2]):02d}"]
    if words and not words[1] and not words[3] and words[2] in _months():
        return [f"{words[4]}-{_months()[words[2]]:02d}"]
    iso = _iso_date(text)
    return _of_day(iso) if iso else []


def _of_day(iso: str) -> list[str]:
    """Periods that a spreadsheet may have turned into a day: itself, the month or the year that begins on it."""
    return [iso, *([iso[:7]] if iso.endswith("-01") else []), *([iso[:4]] if iso.endswith("-01-01") else [])]


def _day(value: CellValue, epoch: datetime) -> date | None:
    """The day that a cell holds as a date or as a serial number; None for any other value."""
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not re.fullmatch(r"\d{5}(\.\d+)?", str(value)):
        return None
    days = int(float(str(value)))
    return epoch + timedelta(days=days) if days in _SERIAL_DATES else None


def _iso_date(text: str) -> str:
    """Read a date in one of the ways that people write them; empty if it is none.

    Raises
    ------
    UnfitError
        If day and month can be told apart in two ways.
    """
    folded = " ".join(text.casefold().split())
    year_first, day_first = _YEAR_FIRST.fullmatch(folded), _DAY_FIRST.fullmatch(folded)
    slashes, words = _SLASHES.fullmatch(folded), _MONTH_IN_WORDS.fullmatch(folded)
    if year_first:
        return _valid(*(int(part) for part in (year_first.groups()[:3] if year_first[1] else year_first.groups()[4:])))
    if day_first:
        return _valid(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    if words and (words[1] or words[3]) and words[2] in _months():
        return _valid(int(words[4]), _months()[words[2]], int(words[1] or words[3]))
    if not slashes:
        return ""
    first, second, year = (int(part) for part in slashes.groups())
    if first <= 12 and second <= 12 and first != second:
        expected = _("a date that can be read in one way only")
        raise UnfitError(quoted(text), expected, _("write the date as 2024-01-31"))
    return _valid(year, second, first) if second <= 12 else _valid(year, first, second)


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


@cache
def _months() -> dict[str, int]:
    """Number of a month by its names in every language."""
    return {
        name.casefold().rstrip("."): number
        for language in languages()
        for width in ("wide", "abbreviated")
        for number, name in locale_of(language).months["format"][width].items()
    }
