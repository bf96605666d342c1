"""Making workbooks: text that stays text, and the same bytes whenever the content is the same."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from collective_impact.collection.sheets import NAMES_BEGIN
from collective_impact.language import current_language

CREATOR = "collective-impact-toolkit"
LONGEST_TEXT = 32_767
_MADE = datetime(2000, 1, 1)  # a file tells nothing of when it was made, so that it can be compared with another
_TAKEN_FOR_FORMULA = ("=", "+", "-", "@")


def new_workbook(title: str) -> Workbook:
    """Make a workbook without sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    properties = workbook.properties
    properties.creator, properties.title, properties.language = CREATOR, title, current_language()
    properties.created = _MADE
    return workbook


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text into a cell so that no program takes it for a formula, a number or an error.

    Raises
    ------
    openpyxl.utils.exceptions.IllegalCharacterError
        If `fits` says no.
    """
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_TAKEN_FOR_FORMULA):
        cell.quotePrefix = True


def fits(text: str) -> bool:
    """Tell whether a cell can hold a text: it is not too long and has no control characters."""
    return len(text) <= LONGEST_TEXT and not ILLEGAL_CHARACTERS_RE.search(text)


def name_cells(sheet: Worksheet, name: str, cells: str) -> None:
    """Give cells a name that stays with them when the sheet is renamed or moved."""
    place = f"{quote_sheetname(sheet.title)}!{cells}"
    if sheet.parent:
        sheet.parent.defined_names[NAMES_BEGIN + name] = DefinedName(NAMES_BEGIN + name, attr_text=place)


def put_row(sheet: Worksheet, row: int, texts: Iterable[str], style: str) -> None:
    """Write texts into the first cells of a row."""
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(row, column)
        cell.style = style
        put_text(cell, text)


def workbook_bytes(workbook: Workbook) -> bytes:
    """Give the file of a workbook; nothing in it depends on when it is made."""
    made, content = BytesIO(), BytesIO()
    workbook.save(made)
    workbook.properties.modified = _MADE
    with ZipFile(made) as parts, ZipFile(content, "w") as archive:
        for part in parts.namelist():
            text = tostring(workbook.properties.to_tree()) if part == ARC_CORE else parts.read(part)
            archive.writestr(ZipInfo(part, _MADE.timetuple()[:6]), text, ZIP_DEFLATED)
    return content.getvalue()
