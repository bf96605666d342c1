"""The rows of a recognised sheet as rows of a table."""

import pandas as pd

from collective_impact.collection.importing.cell_text import Writing, cell_text, writing
from collective_impact.collection.importing.grid import (
    CellValue,
    Fault,
    UnfitError,
    fault_problems,
    plain_text,
)
from collective_impact.collection.importing.incoming import Incoming, numbered
from collective_impact.collection.importing.recognise import Recognised
from collective_impact.collection.sheets import Column
from collective_impact.data.grouping import grouped
from collective_impact.data.schema import table_schema
from collective_impact.data.writing import guarded_rows
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_PREFILLED = {"wave_id", "unit_id", "partner_id", "with_partner_id", "criterion_id"}
"""What a sheet for rating has filled in before anybody rates."""


def sheet_rows(recognised: Recognised) -> tuple[Incoming, list[Problem]]:
    """Read the rows of a sheet.

    Returns
    -------
    incoming : Incoming
        Without the rows that have a cell that cannot be understood, and without blank ones.
    problems : list of Problem
    """
    grid, headers = recognised.grid, recognised.headers
    below = grid.below(recognised.header_line)
    used = recognised.columns
    faults = [fault for fault in grid.faults if fault.line > recognised.header_line and _matters(fault, recognised)]
    texts: dict[str, list[str]] = {}
    for position, column in used.items():
        cells = {line: row[position] for line, row in below.items() if position in row}
        read, more = _column(cells, position, column, recognised)
        texts[column.name] = [read.get(line, "") for line in below]
        faults += more
    bad = {fault.line for fault in faults if fault.severity == "error"}
    rows = pd.DataFrame(texts, index=[*below], dtype=str)
    rows = rows[~rows.index.isin(bad) & (rows != "").any(axis=1)]
    rows, problems = _rated(rows, recognised)
    problems += fault_problems(faults, grid.place, headers)
    if not grid.as_in_package:
        rows = guarded_rows(rows, table_schema(recognised.table))
    names = {column.name: headers[position] for position, column in used.items()}
    lines = [int(line) for line in rows.index]
    place = grid.place
    return Incoming(recognised.table, place, numbered(rows), lines, recognised.header_line, names, not bad), problems


def _matters(fault: Fault, recognised: Recognised) -> bool:
    """Whether a cell lies in a column that is read, or in one without a header."""
    return fault.column in recognised.columns or fault.column not in recognised.headers


def _column(
    cells: dict[int, CellValue], position: int, column: Column, recognised: Recognised
) -> tuple[dict[int, str], list[Fault]]:
    """Texts of a column by line, and what must be known of them."""
    meanings = recognised.said.values.get(column.name, {})
    written = writing(cells.values(), column.field, recognised.grid.epoch)
    texts, faults = {}, []
    for line, value in cells.items():
        if meanings and plain_text(value) in meanings:
            texts[line] = meanings[plain_text(value)]
            continue
        try:
            texts[line], note = _text(value, column, written)
        except UnfitError as unfit:
            faults.append(Fault(line, position, unfit.found, unfit.expected, unfit.mend))
            continue
        if note:
            faults.append(Fault(line, position, note, column.field.describe(), _("check that it is right"), "note"))
    return texts, faults


def _text(value: CellValue, column: Column, written: Writing) -> tuple[str, str]:
    return (plain_text(value), "") if column.language else cell_text(value, column.field, written)


def _rated(rows: pd.DataFrame, recognised: Recognised) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out the criteria that nobody has rated, where a sheet came with them filled in."""
    if "criterion_id" not in rows:
        return rows, []
    answers = [name for name in rows if name not in _PREFILLED]
    unrated = ~(rows[answers] != "").any(axis=1)
    if not unrated.any():
        return rows, []
    found = _("criteria that are not rated")
    mend = _("nothing needs to be done; they are left out")
    return rows[~unrated], grouped(unrated, recognised.grid.place, "", found, _("a score"), mend, "note")
