"""What somebody wrote into a cell, as the text that stands for it in a package."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from collective_impact.collection.importing.date_text import date_text, period_text
from collective_impact.collection.importing.grid import CellValue, UnfitError, plain_text
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import Field
from collective_impact.language import translate as _
from collective_impact.words import NO_WORDS

_TRUE = {"true", "yes", "ja", "sant", "y", "j", "x", "1"}
_FALSE = {"false", "no", "nej", "falskt", "n", "0"}
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?|[+-]?\d{1,3}(\.\d{3})+,\d+")
_AMBIGUOUS_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_AMBIGUOUS_POINT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_GROUPS_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+|[+-]?[1-9]\d{0,2}(,\d{3}){2,}")


@dataclass(frozen=True, slots=True)
class Writing:
    """How a column is written.

    Attributes
    ----------
    epoch : datetime
        Day 0 of serial dates.
    decimal_comma : bool
        Whether other cells of it show that a comma stands before decimals.
    values : mapping of str to str
        Allowed value by all that it may be called, in lower case.
    """

    epoch: datetime
    decimal_comma: bool
    values: Mapping[str, str]


def writing(values: Iterable[CellValue], field: Field, epoch: datetime) -> Writing:
    """Tell how a column is written from all its cells."""
    if field.kind not in ("number", "integer"):
        return Writing(epoch, decimal_comma=False, values=_values_by_label(field))
    texts = (_SPACES.sub("", value) for value in values if isinstance(value, str) and "," in value)
    with_decimals = (text for text in texts if _DECIMAL_COMMA.fullmatch(text))
    plain = all(_AMBIGUOUS_COMMA.fullmatch(text) for text in with_decimals)
    return Writing(epoch, decimal_comma=not plain, values={})


def cell_text(value: CellValue, field: Field, written: Writing) -> tuple[str, str]:
    """Give the text that stands for a cell in a package.

    Parameters
    ----------
    value : CellValue
        What the cell holds.
    field : Field
        What the column is for.
    written : Writing

    Returns
    -------
    text : str
        As a package has it where the value can be understood, or else as it was written.
    note : str
        How it was understood, where that is not plain; otherwise empty.

    Raises
    ------
    UnfitError
        If it can be taken in more than one way.
    """
    if field.kind in ("number", "integer"):
        return _number(value, field, written), ""
    if field.kind == "boolean":
        return _truth_value(value), ""
    if field.kind == "date":
        return date_text(value, written.epoch)
    if field.kind == "period":
        return period_text(value, field.pattern, written.epoch)
    if isinstance(value, date) and field.kind == "id":
        found = _("the date {date}").format(date=value.strftime("%Y-%m-%d"))
        raise UnfitError(found, _("an id"), _("format the column as text, and write the id anew"))
    text = plain_text(value)
    return written.values.get(text.casefold(), text), ""


def _values_by_label(field: Field) -> dict[str, str]:
    """Allowed values by each of their names; a name that two values share stands for none."""
    owners: dict[str, set[str]] = {}
    for value in field.allowed:
        for name in field.labels.get(value, NO_WORDS).root.values():
            owners.setdefault(name.casefold(), set()).add(value)
    unique = {name: min(values) for name, values in owners.items() if len(values) == 1}
    return unique | {value.casefold(): value for value in field.allowed}


def _truth_value(value: CellValue) -> str:
    text = plain_text(value).casefold()
    return "true" if text in _TRUE else "false" if text in _FALSE else text


def _number(value: CellValue, field: Field, written: Writing) -> str:
    if not isinstance(value, str):
        return repr(value).removesuffix(".0") if isinstance(value, int | float) and math.isfinite(value) else str(value)
    text = _SPACES.sub("", value).replace("−", "-")
    if "%" in text:
        expected = _("a number in the column’s unit") + (f" ({field.unit})" if field.unit else "")
        raise UnfitError(quoted(value), expected, _("write the number without a per cent sign"))
    if (_AMBIGUOUS_POINT if written.decimal_comma else _AMBIGUOUS_COMMA).fullmatch(text):
        mend = _("write it without marks between thousands, and all numbers of the column with a point before decimals")
        raise UnfitError(quoted(value), _("a number that can be read in one way only"), mend)
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "") if _GROUPS_BY_COMMA.fullmatch(text) else text
