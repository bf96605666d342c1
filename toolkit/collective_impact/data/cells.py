"""Turn a table of text into typed columns, as its schema says, and collect what does not fit."""

import re

import numpy as np
import pandas as pd

from collective_impact.data.descriptor import FieldFormat, ResourceSchema
from collective_impact.data.grouping import first_position, grouped
from collective_impact.data.period import DATE, parse_periods
from collective_impact.data.quoting import listed, quoted, suggestion
from collective_impact.data.schema import Field, TableSchema
from collective_impact.errors import Problem
from collective_impact.language import translate as _
from collective_impact.spreadsheet_text import unguarded

_NOT_A_FIGURE = ("nan", "inf", "+inf", "-inf", "infinity", "na", "n/a", "#n/a", "null", "none", "-", ".", "..", "x")
_NUMBER_WRITTEN_OTHERWISE = r"[+-]?[0-9]{1,3}([\s.,'’]?[0-9]{3})*([.,][0-9]+)?"  # decimal comma, grouped digits
_LARGEST_WHOLE = 2**53
_TRUTH_VALUES = {"true": True, "1": True, "false": False, "0": False}


def typed_table(
    raw: pd.DataFrame, schema: TableSchema, written: ResourceSchema, place: str, header_row: int | None = 1
) -> tuple[pd.DataFrame, list[Problem]]:
    """Convert and check every column of a table.

    Parameters
    ----------
    raw : pandas.DataFrame of str
        Cells as they were read; the index is the line in the file.
    schema : TableSchema
    written : ResourceSchema
        Missing values and number formats that the package declares.
    place : str
        The file's path in the package.
    header_row : int or None
        Row that the columns' names stand in; None where they stand in no row.

    Returns
    -------
    table : pandas.DataFrame
        Every column of the schema and the translations there are. Text is ``str`` (empty where missing), numbers
        ``float64`` (NaN), whole numbers ``Int64`` (NA), truth values ``boolean`` (NA), periods and dates
        `pandas.Period` in an object column (NaT).
    problems : list of Problem
    """
    problems = _column_problems(list(raw.columns), schema, place, header_row)
    if raw.empty:
        mend = _("add rows, or take the resource away")
        problems.append(Problem(place, _("a header and no rows"), _("rows"), mend, severity="note"))
    formats = {field.name: field for field in written.fields}
    columns = {}
    for field in schema.fields:
        text, more = _present(raw, field, written.missing_values, place)
        columns[field.name], wrong = _typed(text, field, formats.get(field.name, FieldFormat(name=field.name)), place)
        problems += more + wrong
    for name in raw.columns:
        if schema.translated(name):
            columns[name] = _as_meant(raw[name].mask(raw[name].isin(written.missing_values), ""))
    return pd.DataFrame(columns, index=raw.index), problems


def _column_problems(header: list[str], schema: TableSchema, place: str, row: int | None) -> list[Problem]:
    absent = [name for name in schema.names if name not in header]
    unknown = [name for name in header if not schema.knows(name)]
    meant = {name: suggestion(name, absent) for name in unknown}
    problems = [
        Problem(
            place, _("an unknown column {name}").format(name=quoted(name)), quoted(right), _("rename it"), row, name
        )
        for name, right in meant.items()
        if right
    ]
    for field in schema.fields:
        if field.required and field.name in absent and field.name not in meant.values():
            mend = _("add the column: {what}").format(what=field.describe())
            problems.append(Problem(place, _("no such column"), quoted(field.name), mend, row, field.name))
    others = [name for name in unknown if not meant[name]]
    if others:
        found = _("columns that are not read: {names}").format(names=listed(others))
        wanted, mend = _("columns of the contract"), _("nothing needs to be done")
        problems.append(Problem(place, found, wanted, mend, row, severity="note", count=len(others)))
    return problems


def _present(raw: pd.DataFrame, field: Field, missing: tuple[str, ...], place: str) -> tuple[pd.Series, list[Problem]]:
    """Text of a column with its default filled in, and the cells missing that must not be."""
    if field.name not in raw.columns:
        return pd.Series(field.default, index=raw.index, dtype=str), []
    empty = raw[field.name].isin([*missing, ""])
    text = raw[field.name].mask(empty, field.default)
    if not field.required:
        return text, []
    mend = _("fill in the cell: {what}").format(what=field.describe())
    return text, _grouped(empty, raw[field.name], field, place, _("a value"), mend)


def _typed(text: pd.Series, field: Field, written: FieldFormat, place: str) -> tuple[pd.Series, list[Problem]]:
    if field.kind in ("period", "date"):
        return _periods(text, field, place)
    if field.kind in ("number", "integer"):
        return _numbers(text, field, written, place)
    if field.kind == "boolean":
        return _truth_values(text, field, place)
    if not field.allowed:
        return _as_meant(text), []
    wrong = (text != "") & ~text.isin(field.allowed)
    if not wrong.any():
        return text, []
    expected = _("one of {values}").format(values=", ".join(_with_label(value, field) for value in field.allowed))
    meant = _value_meant(text.iloc[first_position(wrong)], field)
    mend = _("write {value}").format(value=quoted(meant)) if meant else _("choose one of these")
    return text, _grouped(wrong, text, field, place, expected, mend)


def _with_label(value: str, field: Field) -> str:
    """An allowed value with its words behind it, where it has any."""
    label = field.label_of(value)
    return value if label == value else f"{value} ({label})"


def _value_meant(text: str, field: Field) -> str:
    """The allowed value that a text is most like, or whose words in any language it is most like; empty if none."""
    labels = {label: value for value, words in field.labels.items() for label in words.root.values()}
    values = labels | {value: value for value in field.allowed}
    return values.get(suggestion(text, values), "")


def _periods(text: pd.Series, field: Field, place: str) -> tuple[pd.Series, list[Problem]]:
    periods = parse_periods(text, field.pattern or DATE)
    wrong = periods.isna() & (text != "")
    if field.kind == "date":
        expected, mend = _("a date such as 2024-01-31"), _("write the date that way")
    else:
        expected, mend = field.describe(), _("write the period in one of these ways")
    return periods, _grouped(wrong, text, field, place, expected, mend)


def _truth_values(text: pd.Series, field: Field, place: str) -> tuple[pd.Series, list[Problem]]:
    values = text.str.lower().map(_TRUTH_VALUES).astype("boolean")
    wrong = (values.isna() & (text != "")).astype(bool)
    return values, _grouped(wrong, text, field, place, "true, false", _("write one of these"))


def _numbers(text: pd.Series, field: Field, written: FieldFormat, place: str) -> tuple[pd.Series, list[Problem]]:
    plain, readable = _plain_numbers(text, written)
    values = pd.to_numeric(plain.where(readable), errors="coerce").astype("float64")
    too_large = readable & ~np.isfinite(values)
    values = values.mask(too_large)
    problems = _unreadable_numbers(text[~readable & (text != "")], field, place)
    correct = _("correct the number")
    problems += _grouped(too_large, text, field, place, _("a number of ordinary size"), correct)
    for outside, bound in _bounds(values, field):
        problems += _grouped(outside, text, field, place, bound, correct)
    if field.kind == "integer":
        not_whole = values.notna() & ((values % 1 != 0) | (values.abs() > _LARGEST_WHOLE))
        problems += _grouped(not_whole, text, field, place, _("a whole number"), correct)
        return values.mask(not_whole).astype("Int64"), problems
    return values, problems


def _bounds(values: pd.Series, field: Field) -> list[tuple[pd.Series, str]]:
    """Which values are out of each bound that the column has, and the bound in words."""
    bounds = []
    if field.minimum is not None:
        bounds.append((values < field.minimum, _("at least {smallest}").format(smallest=field.minimum)))
    if field.maximum is not None:
        bounds.append((values > field.maximum, _("at most {largest}").format(largest=field.maximum)))
    if field.above is not None:
        bounds.append((values <= field.above, _("more than {bound}").format(bound=field.above)))
    if field.below is not None:
        bounds.append((values >= field.below, _("less than {bound}").format(bound=field.below)))
    return bounds


def _unreadable_numbers(text: pd.Series, field: Field, place: str) -> list[Problem]:
    """Tell signs for "not known", numbers written another way and anything else apart."""
    sign = text.str.lower().isin(_NOT_A_FIGURE)
    otherwise = ~sign & text.str.fullmatch(_NUMBER_WRITTEN_OTHERWISE).astype(bool)
    leave_empty = _("leave the cell empty where the figure is not known, or declare the sign in {key}")
    declare = _("write the number as 1234.5, or declare {keys} for the column")
    number = _("a number")
    return [
        *_grouped(sign, text, field, place, number, leave_empty.format(key="missingValues")),
        *_grouped(otherwise, text, field, place, number, declare.format(keys="decimalChar, groupChar")),
        *_grouped(~sign & ~otherwise, text, field, place, number, _("correct the number")),
    ]


def _plain_numbers(text: pd.Series, written: FieldFormat) -> tuple[pd.Series, pd.Series]:
    """Numbers as Python writes them, and which cells are numbers at all."""
    if written.group_char:
        group = r"\s" if written.group_char.isspace() else re.escape(written.group_char)
        text = text.str.replace(group, "", regex=True)
    mark = re.escape(written.decimal_char)
    readable = text.str.fullmatch(rf"[+-]?([0-9]+({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?")
    return text.str.replace(written.decimal_char, ".", regex=False), readable.astype(bool)


def _grouped(wrong: pd.Series, text: pd.Series, field: Field, place: str, expected: str, mend: str) -> list[Problem]:
    """One problem for all cells of a column that are wrong in the same way; none if there are none."""
    if not wrong.any():
        return []
    found = str(text.iloc[first_position(wrong)])
    return grouped(wrong, place, field.name, quoted(found) if found else _("an empty cell"), expected, mend)


def _as_meant(text: pd.Series) -> pd.Series:
    """Text without the apostrophes that keep it from running in a spreadsheet."""
    marked = text.str.startswith("'").astype(bool)
    return text.mask(marked, text[marked].map(unguarded)) if marked.any() else text
