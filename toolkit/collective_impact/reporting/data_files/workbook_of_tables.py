"""All tables of a report in one workbook: a sheet of contents, then a sheet for each."""

from collections.abc import Sequence

from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.blocks import TableData
from collective_impact.brand import Brand
from collective_impact.collection.collecting.workbook_file import (
    LONGEST_TEXT,
    fits,
    new_workbook,
    put_row,
    put_text,
    workbook_bytes,
)
from collective_impact.collection.collecting.workbook_style import (
    HEADER,
    LEAD,
    LINK,
    NUMBER,
    PLAIN,
    TEXT,
    TITLE,
    add_styles,
    fit_height,
    lay_out,
)
from collective_impact.language import translate as _
from collective_impact.reporting.data_files.published_tables import PublishedTable
from collective_impact.reporting.data_files.shown_numbers import ShownNumber

_HEADER_ROW = 4
_LONGEST_NAME = 31  # letters that a sheet's name may have
_NARROWEST, _WIDEST = 10, 60
_CONTENTS_WIDTHS = (34, 80, 34, 44)


def workbook_of_tables(
    title: str, tables: Sequence[PublishedTable], figures: "Sequence[Figures]", brand: Brand | None = None
) -> bytes:
    """Make the workbook; equal tables give equal bytes.

    Parameters
    ----------
    title : str
        What the report is about.
    tables : sequence of PublishedTable
    figures : sequence of Figures
        For each of them, its cells that hold figures.
    brand : Brand or None
        Whose colours it has; None for the toolkit's own.
    """
    workbook = new_workbook(title)
    add_styles(workbook, brand)
    names = [f"{position} {table.data.id}"[:_LONGEST_NAME] for position, table in enumerate(tables, 1)]
    contents = workbook.create_sheet(_("Contents"))
    _write_contents(contents, title, tables, names)
    for table, name, found in zip(tables, names, figures, strict=True):
        _write_table(workbook.create_sheet(name), table, found, contents.title)
    return workbook_bytes(workbook)


Figures = dict[tuple[int, int], ShownNumber]
"""The figures of a table by row and column, from 0."""


def _write_contents(sheet: Worksheet, title: str, tables: Sequence[PublishedTable], names: Sequence[str]) -> None:
    sheet["A1"].style = TITLE
    put_text(sheet["A1"], _short(title))
    sheet["A2"].style = LEAD
    put_text(sheet["A2"], _("Every table of the report as it is shown there, and the figures behind each picture."))
    put_row(sheet, _HEADER_ROW, [_("Sheet"), _("What it shows"), _("Page"), _("File")], HEADER)
    for row, (table, name) in enumerate(zip(tables, names, strict=True), _HEADER_ROW + 1):
        put_row(sheet, row, [name, _short(table.data.title), table.source, table.csv], PLAIN)
        _link(sheet.cell(row, 1), name)
    for column, width in enumerate(_CONTENTS_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    lay_out(sheet, _HEADER_ROW)


def _write_table(sheet: Worksheet, table: PublishedTable, figures: Figures, contents: str) -> None:
    data = table.data
    sheet["A1"].style = TITLE
    put_text(sheet["A1"], _short(data.title))
    sheet["A2"].style = LEAD
    source = _("Page: {page}.").format(page=table.source)
    put_text(sheet["A2"], _short(f"{data.note} {source}".strip()))
    put_text(sheet["A3"], _("Back to the contents"))
    _link(sheet["A3"], contents)
    put_row(sheet, _HEADER_ROW, [_short(column) for column in data.columns], HEADER)
    for column, width in enumerate(_widths(data), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, texts in enumerate(data.rows):
        for column, text in enumerate(texts):
            _put(sheet.cell(_HEADER_ROW + 1 + row, column + 1), text, figures.get((row, column)))
        by_letter = {get_column_letter(column): text for column, text in enumerate(texts, 1)}
        fit_height(sheet, _HEADER_ROW + 1 + row, by_letter)
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    lay_out(sheet, _HEADER_ROW)


def _put(cell: Cell | MergedCell, text: str, figure: ShownNumber | None) -> None:
    if figure is None:
        cell.style = TEXT
        put_text(cell, _short(text))
    else:
        cell.style = NUMBER
        cell.value, cell.number_format = figure.value, figure.excel_format


def _link(cell: Cell | MergedCell, sheet: str) -> None:
    cell.style = LINK
    cell.hyperlink = Hyperlink(cell.coordinate, location=f"{quote_sheetname(sheet)}!A1")


def _widths(data: TableData) -> list[int]:
    columns = zip(data.columns, *data.rows, strict=True)
    return [min(_WIDEST, max(_NARROWEST, *(len(text) + 3 for text in texts))) for texts in columns]


def _short(text: str) -> str:
    """Cut what no cell can hold."""
    return text if fits(text) else text[: LONGEST_TEXT - 1] + "…"
