"""The workbook that an initiative's people fill in: a guide, then a sheet for each table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.brand import read_brand
from collective_impact.collection.collecting import workbook_style as styles
from collective_impact.collection.collecting.workbook_file import (
    LONGEST_TEXT,
    fits,
    name_cells,
    new_workbook,
    put_text,
    workbook_bytes,
)
from collective_impact.collection.collecting.workbook_guide import link, write_guide
from collective_impact.collection.collecting.workbook_input import LAST_ROW, Inputs, Lists, score_input
from collective_impact.collection.collecting.workbook_questions import Place, write_questions
from collective_impact.collection.sheets import Column, Sheet
from collective_impact.data.quoting import visible
from collective_impact.errors import InputError, Problem
from collective_impact.framework.instrument import Instrument
from collective_impact.language import number
from collective_impact.language import translate as _

MOST_ROWS = 50_000
"""Rows of a sheet that a spreadsheet program still handles with ease."""
_SERIAL_DATES_BEGIN = date(1900, 3, 1)  # before it, programs disagree on what day a number stands for
_ROOM_TO_GROW = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet and the rows that stand in it already.

    Attributes
    ----------
    sheet : Sheet
    rows : pandas.DataFrame of str
        Cells as they stand in the package (see `collective_impact.data.writing.as_text`), a column for each column of
        the sheet that has any; an empty text is an empty cell. Columns that the sheet lacks are left out.
    """

    sheet: Sheet
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


def write_workbook(
    filled: Sequence[Filled],
    subject: str,
    known: Mapping[tuple[str, str], Sequence[str]] | None = None,
    instruments: Iterable[Instrument] = (),
) -> bytes:
    """Make a workbook in the current language; the same input gives the same bytes.

    Parameters
    ----------
    filled : sequence of Filled
        In the order of the sheets.
    subject : str
        What the initiative is called.
    known : mapping of (str, str) to sequence of str, optional
        Values, by table and column, of tables whose rows are not in the workbook, for lists to choose from.
    instruments : iterable of Instrument, optional
        Whose wording the workbook tells.

    Returns
    -------
    bytes
        Of an .xlsx file.

    Raises
    ------
    InputError
        With every table and cell that no workbook can hold.
    """
    problems = [problem for each in filled for problem in _unwritable(each)]
    if problems:
        raise InputError(problems)
    told = tuple(instruments)
    workbook = new_workbook(subject)
    styles.add_styles(workbook)
    sheets = {each.sheet.table: each.sheet for each in filled}
    write_guide(workbook.create_sheet(_("Read me")), list(sheets.values()), subject, _("Questions") if told else "")
    made = [(workbook.create_sheet(each.sheet.label()), each) for each in filled]
    wording = write_questions(workbook.create_sheet(_("Questions"), 1), told) if told else {}
    inputs = Inputs(sheets, known or {}, told, Lists(_lists_sheet(workbook)))
    for worksheet, each in made:
        _write_table(worksheet, each, inputs, wording)
    return workbook_bytes(workbook)


def _lists_sheet(workbook: Workbook) -> Worksheet:
    lists: Worksheet = workbook.create_sheet(_("Lists"))
    lists.sheet_state = "hidden"
    name_cells(lists, "lists", "$A$1")
    return lists


def _unwritable(each: Filled) -> list[Problem]:
    table, rows = each.sheet.table, each.rows
    if len(rows) > MOST_ROWS:
        found = _("{n} rows").format(n=number(len(rows), 0))
        expected = _("at most {n} rows in a sheet").format(n=number(MOST_ROWS, 0))
        return [Problem(table, found, expected, _("leave the rows out with --empty, or choose other tables"))]
    expected = _("a text of at most {n} characters, without control characters").format(n=number(LONGEST_TEXT, 0))
    mend = _("shorten or correct the text in the package, or leave the rows out with --empty")
    problems = []
    for name in rows:
        wrong = [(row, text) for row, text in enumerate(rows[name], 2) if not fits(text)]
        for row, text in wrong[:1]:
            problems.append(Problem(table, visible(text, 40), expected, mend, row, str(name), count=len(wrong)))
    return problems


def _write_table(worksheet: Worksheet, each: Filled, inputs: Inputs, wording: Mapping[str, Place]) -> None:
    scored = _scored_rows(each, wording)
    last_row = max(LAST_ROW, len(each.rows) + _ROOM_TO_GROW)
    for position, column in enumerate(each.sheet.columns, 1):
        letter = get_column_letter(position)
        _put_header(worksheet.cell(1, position), column)
        _put_column(worksheet, position, column, each.rows.get(column.name, ()))
        validation = inputs.validation(each.sheet, column)
        explained = column.name == "score" and scored
        validation.add(f"{letter}{len(each.rows) + 2 if explained else 2}:{letter}{last_row}")
        worksheet.add_data_validation(validation)
    _fit_heights(worksheet, each)
    _explain_scores(worksheet, each.sheet, scored, wording)
    _finish(worksheet, each, last_row)


def _put_column(worksheet: Worksheet, position: int, column: Column, texts: Collection[str]) -> None:
    longest = max(map(len, texts), default=0)
    letter = get_column_letter(position)
    styles.style_column(worksheet.column_dimensions[letter], column.field, column.label(), longest)
    for row, text in enumerate(texts, 2):
        if text:
            _put(worksheet.cell(row, position), text, column)


def _fit_heights(worksheet: Worksheet, each: Filled) -> None:
    letters = {column.name: get_column_letter(n) for n, column in enumerate(each.sheet.columns, 1)}
    filled = {letters[name]: each.rows[name] for name in letters if name in each.rows}
    for row, texts in enumerate(zip(*filled.values(), strict=True), 2):
        styles.fit_height(worksheet, row, dict(zip(filled, texts, strict=True)))


def _put_header(cell: Cell | MergedCell, column: Column) -> None:
    required = column.field.required and not column.language
    cell.style = styles.REQUIRED_HEADER if required else styles.HEADER
    put_text(cell, column.label())


def _put(cell: Cell | MergedCell, text: str, column: Column) -> None:
    """Write a value of the package into a cell, as the kind of value it is."""
    asked = column.field
    cell.style = styles.TOLD if column.told else styles.cell_style(asked)
    if asked.kind == "date" and date.fromisoformat(text) >= _SERIAL_DATES_BEGIN:
        cell.value = date.fromisoformat(text)
        cell.number_format = styles.DAY  # openpyxl puts its own in place
    elif asked.kind == "integer":
        cell.value = int(text)
    elif asked.kind == "number":
        cell.value = float(text)
    elif asked.kind == "boolean":
        put_text(cell, _("yes") if text == "true" else _("no"))
    else:
        put_text(cell, text if column.language else asked.label_of(text))


def _scored_rows(each: Filled, wording: Mapping[str, Place]) -> dict[str, list[int]]:
    """Rows of each criterion that is to be scored, by its id."""
    rows: dict[str, list[int]] = {}
    for row, criterion in enumerate(each.rows.get("criterion_id", ()), 2):
        if criterion in wording:
            rows.setdefault(criterion, []).append(row)
    return rows


def _explain_scores(worksheet: Worksheet, sheet: Sheet, scored: Mapping[str, Sequence[int]],
                    wording: Mapping[str, Place]) -> None:  # fmt: skip
    """Lead from each criterion to its wording, and show the wording where its score is written."""
    letters = {column.name: get_column_letter(n) for n, column in enumerate(sheet.columns, 1)}
    for criterion, rows in scored.items():
        validation = score_input(wording[criterion].item)
        for row in rows:
            validation.add(f"{letters['score']}{row}")
            place, target = f"{letters['criterion_id']}{row}", f"A{wording[criterion].row}"
            link(worksheet, place, _("Questions"), target, styles.LINKED_TEXT)
        worksheet.add_data_validation(validation)


def _finish(worksheet: Worksheet, each: Filled, last_row: int) -> None:
    last = get_column_letter(len(each.sheet.columns))
    worksheet.row_dimensions[1].height = 36
    worksheet.freeze_panes = "B2"
    worksheet.auto_filter.ref = f"A1:{last}{last_row}"
    worksheet.sheet_properties.tabColor = read_brand().colour("primary" if len(each.rows) else "line").removeprefix("#")
    styles.lay_out(worksheet, header_row=1)
    name_cells(worksheet, each.sheet.table, f"$A$1:${last}$1")
