"""The language that readers see: sentences, numbers, dates and periods in it.

Sentences are written in English in the code and looked up in gettext catalogues (`collective_impact.translations`);
adding a language is adding its catalogues.
"""

import gettext
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from collective_impact.errors import InputError, Problem
from collective_impact.translations import SOURCE_LANGUAGE as SOURCE_LANGUAGE
from collective_impact.translations import languages as languages
from collective_impact.translations import locale_of, translations_of
from collective_impact.translations import share_translated as share_translated

if TYPE_CHECKING:  # pandas takes seconds to import, and the command line need not wait for it
    import pandas as pd

HABITS = {SOURCE_LANGUAGE: "en-GB"}
"""Whose dates and lists a language follows where it is spoken in more than one way."""
LEAST_FOR_PERCENT = 10
"""Of how many a share is told as a percentage; of fewer, as how many of how many."""

_current: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def current_language() -> str:
    """Code of the language in use, for example ``"sv"``."""
    return _current.get()


def name_of_language(language: str) -> str:
    """Give a language's own name for itself, for example ``Svenska``."""
    name = str(locale_of(language).display_name)
    return name[:1].upper() + name[1:]


def use_language(language: str) -> None:
    """Take a language into use for all that follows.

    Raises
    ------
    InputError
        If there is no catalogue for the language, or it cannot be read; the language in use stays as it was.
    """
    if language not in languages():
        raise InputError([wrong_language(language)])
    translations_of(language)
    _current.set(language)


def wrong_language(language: str) -> Problem:
    """Say that there is no catalogue for a language, and for which there are."""
    return Problem(
        place="language",
        found=repr(language),
        expected=", ".join(languages()),
        mend="choose one of these, or add a catalogue for it (docs/languages.md)",
    )


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Use a language inside a ``with`` block only."""
    before = _current.get()
    use_language(language)
    try:
        yield
    finally:
        _current.set(before)


def _translations() -> gettext.NullTranslations:
    return translations_of(_current.get())


def _locale() -> Locale:
    return locale_of(_current.get())


def _habits() -> Locale:
    return locale_of(HABITS.get(_current.get(), _current.get()))


def translate(text: str) -> str:
    """Give a sentence in the current language; the English one where it has no translation."""
    return _translations().gettext(text) if text else ""


def marked(text: str) -> str:
    """Mark a sentence for the catalogues where it is written down, to be translated where it is used."""
    return text


def translate_plural(one: str, many: str, n: int) -> str:
    """Give the form of a sentence that goes with ``n`` in the current language."""
    return _translations().ngettext(one, many, n)


def number(value: float, digits: int = 1) -> str:
    """Write a number with a fixed count of decimals, grouped and signed as the language does it."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    rounded = round(float(value), digits) + 0.0  # adding zero turns -0.0 into 0.0
    return _in_figures(rounded, pattern, _locale())


@lru_cache(1000)
def _in_figures(value: float, pattern: str, locale: Locale) -> str:
    return format_decimal(value, format=pattern, locale=locale).replace("-", "−")


def digits_for(value: float) -> int:
    """Decimals that a figure bears: none from 1,000 up, one from 1 up, two below."""
    size = abs(value)
    return 0 if size >= 1000 else 1 if size >= 1 else 2


def figure_text(value: float) -> str:
    """Write a figure with the decimals it bears; a dash where there is none."""
    return "–" if math.isnan(value) else number(value, digits_for(value))


def large_figure(value: float) -> str:
    """Write a figure of any size in few digits, with a word for its thousands: ``7 billion``."""
    if abs(value) < 1e5:
        return number(value, 0)
    value = float(f"{value:.3g}")
    leading = abs(value) / 1000 ** int(math.log10(abs(value)) // 3)
    digits = 1 if leading < 10 else 0
    compact = format_compact_decimal(value, format_type="long", locale=_locale(), fraction_digits=digits)
    return compact.replace("-", "−")


def rough_figure(value: float) -> str:
    """Write a sum that an uncertain estimate was scaled up to, in the two digits that it bears."""
    return large_figure(value if abs(value) >= 1e5 else float(f"{value:.2g}"))


def percent(share: float, digits: int = 0) -> str:
    """Write a share (0-1) as a percentage."""
    decimals = "." + "0" * digits if digits else ""
    pattern = _locale().percent_formats[None].pattern.replace("#,##0", f"#,##0{decimals}")
    return format_percent(share, format=pattern, locale=_locale()).replace("-", "−")


def share_of(k: int, n: int) -> str:
    """Write how many of how many: a percentage, or plain counts where they are fewer than ten."""
    return percent(k / n) if n >= LEAST_FOR_PERCENT else translate("{k} of {n}").format(k=k, n=n)


def probability(p: float) -> str:
    """Write a p-value: three decimals below .1, two above, never as zero."""
    return "< " + number(0.001, 3) if p < 0.001 else number(p, 3 if p < 0.1 else 2)


def p_equals(p: float) -> str:
    """Write a p-value with its sign of relation: ``p = 0.077``, ``p < 0.001``."""
    return f"p {probability(p)}" if p < 0.001 else f"p = {probability(p)}"


def day(when: date) -> str:
    """Write a date in full, for example ``31 December 2000``."""
    return format_date(when, format="long", locale=_habits())


def day_in_table(when: date) -> str:
    """Write a date in short and on one line, for a table's narrow columns: ``31 Dec 2000``."""
    return format_date(when, format="medium", locale=_habits()).replace(" ", "\u00a0")


def moment_in_table(when: datetime) -> str:
    """Write a moment in short and on one line, as a clock in UTC shows it: ``31 Dec 2000, 23:59``."""
    return f"{day_in_table(when.astimezone(UTC).date())},\u00a0{when.astimezone(UTC):%H:%M}"


def period_label(period: "pd.Period") -> str:
    """Write a period as readers say it: a year, a quarter or a month."""
    if period.freqstr.startswith("M"):
        return format_skeleton("yMMM", period.to_timestamp(), locale=_locale())
    if period.freqstr.startswith("Q"):
        return translate("Q{quarter} {year}").format(quarter=period.quarter, year=period.year)
    return str(period)


def a_period(freq: str) -> str:
    """Name what a rate is for, by the frequency of its series: ``a year``, ``a quarter``, ``a month``."""
    names = {"Y": translate("a year"), "Q": translate("a quarter"), "M": translate("a month")}
    return names.get(freq[:1], translate("a period"))


def count_of_periods(n: int, freq: str) -> str:
    """Write a count of periods by their frequency: ``12 years``, ``1 quarter``."""
    forms = {
        "Y": translate_plural("{n} year", "{n} years", n),
        "Q": translate_plural("{n} quarter", "{n} quarters", n),
        "M": translate_plural("{n} month", "{n} months", n),
    }
    return forms.get(freq[:1], translate_plural("{n} period", "{n} periods", n)).format(n=n)


def number_signs() -> dict[str, object]:
    """The signs that numbers are written with, as d3 and so the axes of charts take them."""
    signs = _locale().number_symbols["latn"]
    return {
        "decimal": str(signs["decimal"]),
        "thousands": str(signs["group"]),
        "grouping": [3],
        "currency": ["", ""],
        "percent": percent(0.0).replace("0", ""),
        "minus": "\u2212",
    }


def quote(text: str) -> str:
    """Put a text in the language's quotation marks."""
    return translate("“{text}”").format(text=text)


def listing(words: list[str]) -> str:
    """Join words as the language lists things: ``a, b and c``."""
    return format_list(words, style="standard", locale=_habits())


def choice(words: list[str]) -> str:
    """Join words of which one is enough: ``a, b or c``."""
    return format_list(words, style="or", locale=_habits())
