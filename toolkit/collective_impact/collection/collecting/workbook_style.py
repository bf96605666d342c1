"""What workbooks look like: the brand's colours, and one named style for each kind of cell."""

import math
from collections.abc import Mapping
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.brand import Brand, read_brand
from collective_impact.data.schema import Field
from collective_impact.language import translate as _

TITLE, HEADING, LEAD, PLAIN, LABEL, LINK = "ci_title", "ci_heading", "ci_lead", "ci_plain", "ci_label", "ci_link"
HEADER, REQUIRED_HEADER = "ci_header", "ci_header_required"
TEXT, DATE, WHOLE, NUMBER, LINKED_TEXT = "ci_text", "ci_date", "ci_whole", "ci_number", "ci_linked_text"
TOLD = "ci_told"
"""Style of cells that are there to be read, not filled in."""
STARRED = '@" *"'
"""Number format that shows a star behind a text without its standing in the cell."""
DAY = "yyyy-mm-dd"
_FORMATS = {TEXT: "@", DATE: DAY, WHOLE: "0", NUMBER: "General"}
_WIDTHS = {"id": 22.0, "period": 14.0, "date": 14.0, "number": 13.0, "integer": 13.0, "boolean": 14.0}
_LONG_TEXT, _SHORT_TEXT = 44.0, 26.0
_CHARACTERS_PER_WIDTH, _LINE_HEIGHT, _BETWEEN_ROWS, _HIGHEST_ROW = 1.1, 15.0, 6.0, 400.0
_WIDEST_PAGE = 230.0  # characters on landscape A4 that can still be read


def add_styles(workbook: Workbook, brand: Brand | None = None) -> None:
    """Make the styles known to a workbook, in the colours of a brand; None stands for the toolkit's own."""
    brand = brand or read_brand()
    for style in (*_words(brand), *_headers(brand), *_cells(brand)):
        workbook.add_named_style(style)


def cell_style(field: Field) -> str:
    """Name of the style of a column's cells; an id or a period is text, so that nothing turns it into a date."""
    return {"date": DATE, "integer": WHOLE, "number": NUMBER}.get(field.kind, TEXT)


def style_column(column: ColumnDimension, field: Field, header: str, longest: int = 0) -> None:
    """Give a whole column its width, and its empty cells the look of the filled ones.

    Parameters
    ----------
    column : openpyxl.worksheet.dimensions.ColumnDimension
    field : Field
        What it holds.
    header : str
    longest : int, optional
        Length of the longest text in it.
    """
    usual = _WIDTHS.get(field.kind, _SHORT_TEXT if field.allowed or field.name == "name" else _LONG_TEXT)
    longest_word = max(len(word) for word in header.split())
    with_star_and_button = longest_word + 6
    column.width = max(usual, with_star_and_button, min(longest + 3, _LONG_TEXT))
    style = cell_style(field)
    column.font, column.number_format, column.alignment = _cell_font(read_brand()), _FORMATS[style], _placed(style)


def fit_height(sheet: Worksheet, row: int, texts: Mapping[str, str]) -> None:
    """Make a row high enough for texts that wrap, by the letter of their column; not every program does so itself."""
    lines = 1
    for letter, text in texts.items():
        room = sheet.column_dimensions[letter].width * _CHARACTERS_PER_WIDTH
        if len(text) > room or "\n" in text:
            lines = max(lines, sum(math.ceil(len(part) / room) or 1 for part in text.split("\n")))
    if lines > 1:
        sheet.row_dimensions[row].height = min(lines * _LINE_HEIGHT + _BETWEEN_ROWS, _HIGHEST_ROW)


def lay_out(sheet: Worksheet, header_row: int | None = None) -> None:
    """Prepare a sheet for paper, once its columns are there: landscape, as many columns as can be read on a page."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _LINE_HEIGHT + _BETWEEN_ROWS, True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"  # A4
    width = sum(column.width for column in sheet.column_dimensions.values())
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = math.ceil(width / _WIDEST_PAGE), 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    footer = HeaderFooterItem()
    footer.left.text, footer.left.size = "&A", 8
    footer.right.text, footer.right.size = _("Page {page} of {pages}").format(page="&P", pages="&N"), 8
    sheet.HeaderFooter.oddFooter = footer
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"


def _words(brand: Brand) -> list[NamedStyle]:
    top = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)
    return [
        NamedStyle(TITLE, font=_font(brand, "primary", 20, bold=True), alignment=Alignment(vertical="center")),
        NamedStyle(HEADING, font=_font(brand, "primary", 13, bold=True), alignment=Alignment(vertical="bottom")),
        NamedStyle(LEAD, font=_font(brand, "foreground", 11), alignment=Alignment(vertical="top")),
        NamedStyle(PLAIN, font=_font(brand, "foreground", 10), alignment=top, border=_line(brand, "line")),
        NamedStyle(LABEL, font=_font(brand, "foreground", 10, bold=True), alignment=top, border=_line(brand, "line")),
        NamedStyle(LINK, font=_font(brand, "primary", 10, underline="single"), alignment=top,
                   border=_line(brand, "line")),
    ]  # fmt: skip


def _headers(brand: Brand) -> list[NamedStyle]:
    placed = Alignment(vertical="center", horizontal="left", indent=1, wrap_text=True)
    return [
        NamedStyle(HEADER, font=_font(brand, "foreground", 11, bold=True), fill=_fill(brand, "line"),
                   alignment=placed, border=_line(brand, "primary", "medium")),
        NamedStyle(REQUIRED_HEADER, font=_font(brand, "background", 11, bold=True), fill=_fill(brand, "primary"),
                   alignment=placed, border=_line(brand, "primary", "medium"), number_format=STARRED),
    ]  # fmt: skip


def _cells(brand: Brand) -> list[NamedStyle]:
    linked = _font(brand, "primary", 11, underline="single")
    told = _font(brand, "secondary", 11, italic=True)
    return [
        *(NamedStyle(name, font=_cell_font(brand), number_format=shown, alignment=_placed(name))
          for name, shown in _FORMATS.items()),
        NamedStyle(LINKED_TEXT, font=linked, number_format=_FORMATS[TEXT], alignment=_placed(TEXT)),
        NamedStyle(TOLD, font=told, number_format=_FORMATS[TEXT], alignment=_placed(TEXT)),
    ]  # fmt: skip


def _cell_font(brand: Brand) -> Font:
    return _font(brand, "foreground", 11)


def _placed(style: str) -> Alignment:
    if style in (NUMBER, WHOLE):
        return Alignment(vertical="top", horizontal="right")
    return Alignment(vertical="top", horizontal="left", indent=1, wrap_text=style == TEXT)


def _font(brand: Brand, colour: str, size: int, bold: bool = False, italic: bool = False,
          underline: Literal["single"] | None = None) -> Font:  # fmt: skip
    return Font(name="Calibri", size=size, bold=bold, italic=italic, underline=underline, color=_rgb(brand, colour))


def _fill(brand: Brand, colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=_rgb(brand, colour))


def _line(brand: Brand, colour: str, thickness: Literal["thin", "medium"] = "thin") -> Border:
    return Border(bottom=Side(thickness, _rgb(brand, colour)))


def _rgb(brand: Brand, colour: str) -> str:
    return brand.colour(colour).removeprefix("#").upper()
