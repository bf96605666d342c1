"""Read an Excel workbook that anybody may have made: nothing is run, nothing is expanded, everything is bounded."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from collective_impact.collection.importing.grid import CellValue, Fault, Grid, PaddedNumber, composed
from collective_impact.collection.sheets import NAMES_BEGIN
from collective_impact.data.quoting import quoted
from collective_impact.errors import Problem
from collective_impact.language import number
from collective_impact.language import translate as _

MOST_PARTS = 2_000
"""Files that a workbook, which is a zip archive, may hold."""
LARGEST_UNPACKED = 300_000_000
"""Bytes that they may have together."""
HIGHEST_RATIO = 200
"""How many times larger than packed they may be, from `RATIO_MATTERS` bytes up."""
RATIO_MATTERS = 20_000_000
LONGEST_CELL = 32_767
"""Characters that Excel lets a cell hold."""
MOST_TEXT = 200_000_000
"""Characters that a sheet may hold."""
MOST_COLUMNS = 1_000
"""Columns that are looked at."""
MOST_CELLS = 5_000_000
"""Cells that a workbook may hold, blank ones with a format of their own included."""
_ZEROS = re.compile("0{2,}")  # a number format that shows at least so many digits


def read_workbook(content: bytes, file: str) -> tuple[list[Grid], list[Problem]]:
    """Read the sheets of a workbook.

    Parameters
    ----------
    content : bytes
        Of an .xlsx file.
    file : str
        Name to call it by.

    Returns
    -------
    grids : list of Grid
        Empty if the workbook cannot be read.
    problems : list of Problem
    """
    try:
        bomb = _too_large(content, file)
        if bomb:
            return [], [bomb]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that openpyxl would lose on saving; nothing is saved here
            return list(_grids(content, file)), []
    except _TooMuchError as error:
        return [], [Problem(file, str(error), _("a table"), _("divide it into several files"))]
    except Exception:
        found = _("a file that is damaged, or no workbook")
        mend = _("open it in a spreadsheet program and save it as an Excel workbook (.xlsx)")
        return [], [Problem(file, found, _("an Excel workbook (.xlsx)"), mend)]


class _TooMuchError(Exception):
    """Carries what there is too much of."""


def _too_large(content: bytes, file: str) -> Problem | None:
    """Refuse what would not fit in memory, by what the archive's directory says; unpacking stops at those sizes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS:
        found = _("an archive of {n} files").format(n=len(parts))
        expected = _("at most {most}").format(most=MOST_PARTS)
    elif size > LARGEST_UNPACKED:
        found = _("{size} bytes when unpacked").format(size=size)
        expected = _("at most {most} bytes").format(most=LARGEST_UNPACKED)
    elif size > RATIO_MATTERS and size > HIGHEST_RATIO * len(content):
        found = _("{ratio} times as many bytes when unpacked").format(ratio=size // len(content))
        expected = _("at most {most} times").format(most=HIGHEST_RATIO)
    else:
        return None
    return Problem(file, found, expected, _("divide it into several workbooks, and save them anew"))


def _grids(content: bytes, file: str) -> Iterator[Grid]:
    book: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formats, known, room = _formats(book), _named_sheets(book), MOST_CELLS
    for sheet in book.worksheets:
        with sheet._get_source() as source:
            parser = _Parser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            cells = _Cells(sheet.title, formats)
            for line, row in parser.parse():
                room -= len(row)
                if room < 0:
                    raise _TooMuchError(_("more than {most} cells").format(most=number(MOST_CELLS, 0)))
                cells.take(line, row)
        title = composed(sheet.title)
        merged = tuple(str(part.ref) for part in parser.merged_cells.mergeCell) if parser.merged_cells else ()
        yield Grid(
            file,
            title,
            f"{file} › {title}",
            cells.rows,
            tuple(cells.faults),
            merged,
            known.get(sheet.title, ""),
            sheet.sheet_state != "visible",
            book.epoch,
        )


class _Parser(WorkSheetParser):
    """Gives the value that a formula had when the file was saved, and tells that there was one."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        cell["computed"] = element.find(FORMULA_TAG) is not None
        return cell


class _Cells:
    """Gathers the cells of a sheet."""

    def __init__(self, title: str, formats: Mapping[int, str]) -> None:
        self.title, self.formats, self.characters = title, formats, 0
        self.rows: dict[int, dict[int, CellValue]] = {}
        self.faults: list[Fault] = []

    def take(self, line: int, cells: list[dict[str, Any]]) -> None:
        """Take a row, whose cells are as openpyxl gives them."""
        row: dict[int, CellValue] = {}
        for cell in cells:
            column, value = int(cell["column"]), cell["value"]
            if isinstance(value, str):
                value = composed(value.replace("_x000D_\n", "\n").replace("_x000D_", "\n").strip())
                self.characters += len(value)
            fault = self._fault(cell, value)
            if fault:
                self.faults.append(Fault(line, column, *fault))
            elif isinstance(value, CellValue) and value != "":
                row[column] = self._as_shown(value, cell)
                if cell["computed"]:
                    self.faults.append(_computed(line, column, value))
        if row:
            self.rows[line] = row
        if self.characters > MOST_TEXT:
            found = _("more than {most} characters in the sheet {sheet}")
            raise _TooMuchError(found.format(most=number(MOST_TEXT, 0), sheet=quoted(self.title)))

    def _as_shown(self, value: CellValue, cell: Mapping[str, Any]) -> CellValue:
        """A whole number with the zeros that it is shown with."""
        zeros = _ZEROS.fullmatch(self.formats.get(cell["style_id"], ""))
        if not zeros or isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return PaddedNumber(int(value), len(zeros[0])) if value >= 0 and value == int(value) else value

    def _fault(self, cell: dict[str, Any], value: object) -> tuple[str, str, str] | None:
        """What is found, expected and to be done about a cell that cannot be used."""
        if cell["computed"] and value is None:
            mend = _("open the workbook in a spreadsheet program, save it, or write the value itself")
            return _("a formula that has not been computed"), _("a value"), mend
        if cell["data_type"] == "e":
            return _("the error {value}").format(value=value), _("a value"), _("write the value itself")
        if isinstance(value, str) and len(value) > LONGEST_CELL:
            found = _("a cell of more than {longest} characters").format(longest=LONGEST_CELL)
            return found, _("shorter text"), _("shorten the text")
        if int(cell["column"]) > MOST_COLUMNS and value not in (None, ""):
            expected = _("at most {most} columns").format(most=MOST_COLUMNS)
            return _("a cell far to the right"), expected, _("empty the cell")
        shown_as = self.formats.get(cell["style_id"], "")
        if "%" in shown_as and isinstance(value, int | float) and not isinstance(value, bool):
            found = _("{value} shown as a percentage").format(value=value)
            mend = _("write the figure in the unit of the column, and format the cell as a number")
            return found, _("a number without a per cent sign"), mend
        if isinstance(value, time | timedelta):
            return _("a time of day"), _("a date, a number or text"), _("format the cell as text and write it anew")
        return None


def _computed(line: int, column: int, value: CellValue) -> Fault:
    found = _("a formula; its value {value} is taken").format(value=quoted(value))
    return Fault(line, column, found, _("a value"), _("check that the value is right"), "note")


def _formats(book: Any) -> dict[int, str]:
    """How each style shows numbers."""
    codes = {**BUILTIN_FORMATS, **dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))}
    return {n: codes.get(style.numFmtId, "") for n, style in enumerate(book._cell_styles)}


def _named_sheets(book: Any) -> dict[str, str]:
    """What sheets of the toolkit's own workbooks are, by their title, whatever they are called now."""
    named: dict[str, str] = {}
    for name, defined in book.defined_names.items():
        if name.startswith(NAMES_BEGIN):
            named |= {title: name.removeprefix(NAMES_BEGIN) for title, _cells in defined.destinations}
    return named
