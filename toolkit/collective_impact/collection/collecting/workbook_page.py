"""A sheet of a workbook that is there to be read: its title, its headings and its rows of text."""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.collection.collecting import workbook_style as styles
from collective_impact.collection.collecting.workbook_file import name_cells, put_row


def open_page(sheet: Worksheet, name: str, title: str, widths: Sequence[float]) -> None:
    """Prepare an empty sheet and write its title.

    Parameters
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
    name : str
        By which an import knows the sheet again, whatever it is called then.
    title : str
    widths : sequence of float
        Of its columns, in characters.
    """
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    styles.lay_out(sheet)
    name_cells(sheet, name, "$A$1")
    put_row(sheet, 1, [title], styles.TITLE)
    sheet.row_dimensions[1].height = 34


def put_heading(sheet: Worksheet, row: int, text: str) -> int:
    """Write a heading; gives the row below it."""
    put_row(sheet, row, [text], styles.HEADING)
    sheet.row_dimensions[row].height = 24
    return row + 1


def put_texts(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    """Write a row of texts, high enough for all of them."""
    put_row(sheet, row, texts, styles.PLAIN)
    styles.fit_height(sheet, row, {get_column_letter(column): text for column, text in enumerate(texts, 1)})
