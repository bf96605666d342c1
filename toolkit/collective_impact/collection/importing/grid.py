"""A sheet as somebody filled it in: cells by line and column, before it is known what they mean."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl.utils import get_column_letter

from collective_impact.errors import Problem, Severity
from collective_impact.language import translate as _

CellValue = str | int | float | bool | date
EPOCH_1900 = datetime(1899, 12, 30)


class PaddedNumber(int):
    """A whole number that a sheet shows with zeros before it, as codes have them."""

    shown: str

    def __new__(cls, value: int, width: int) -> "PaddedNumber":
        """Make one of a number and how many digits are shown at least."""
        number = super().__new__(cls, value)
        number.shown = f"{value:0{width}d}"
        return number


class UnfitError(Exception):
    """Carries what is found, expected and to be done about a cell that can be taken in more than one way, or none."""

    def __init__(self, found: str, expected: str, mend: str) -> None:
        self.found, self.expected, self.mend = found, expected, mend


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be used, or what must be known of it.

    Attributes
    ----------
    line, column : int
        From 1.
    found, expected, mend, severity : str
        As in `collective_impact.errors.Problem`.
    """

    line: int
    column: int
    found: str
    expected: str
    mend: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, or of one CSV file.

    Attributes
    ----------
    file : str
        Name of the file.
    title : str
        Title of the sheet; of a CSV file its name without the ending.
    place : str
        Both, as a problem names them.
    rows : mapping of int to mapping of int to CellValue
        Line to column to value, both from 1; blank cells are left out, text is stripped.
    faults : tuple of Fault
        Cells that hold something that cannot be used; they are not in ``rows``, but those that have a note only are.
    merged : tuple of str
        Ranges of merged cells.
    known_as : str
        What the sheet is, where it comes from a workbook that the toolkit made: a table, or another word.
    hidden : bool
    epoch : datetime
        Day 0 of the file's serial dates.
    as_in_package : bool
        Whether text stands as in a package's own CSV file, guarded against spreadsheets.
    """

    file: str
    title: str
    place: str
    rows: Mapping[int, Mapping[int, CellValue]]
    faults: tuple[Fault, ...] = ()
    merged: tuple[str, ...] = ()
    known_as: str = ""
    hidden: bool = False
    epoch: datetime = EPOCH_1900
    as_in_package: bool = False

    def headers(self, line: int) -> dict[int, str]:
        """Give the header of each column, from the line that they stand on."""
        return {column: str(value) for column, value in self.rows[line].items()}

    def below(self, line: int) -> dict[int, Mapping[int, CellValue]]:
        """Give the rows below a line."""
        return {each: row for each, row in self.rows.items() if each > line}


def fault_problems(faults: Iterable[Fault], place: str, headers: Mapping[int, str]) -> list[Problem]:
    """Make one problem of all cells of a column that are wrong in the same way.

    Parameters
    ----------
    faults : iterable of Fault
    place : str
    headers : mapping of int to str
        Column to its header.
    """
    alike: dict[tuple[int, str, str, Severity], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.column, fault.expected, fault.mend, fault.severity), []).append(fault)
    return [
        Problem(
            place,
            _("{found} in cell {cell}").format(found=first.found, cell=f"{get_column_letter(column)}{first.line}"),
            expected,
            mend,
            first.line,
            headers.get(column, get_column_letter(column)),
            severity,
            len(all_alike),
        )
        for (column, expected, mend, severity), all_alike in alike.items()
        for first in all_alike[:1]
    ]


def composed(text: str) -> str:
    """Write letters with their marks as one character each (NFC), for the same text may be written in two ways."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def plain_text(value: CellValue) -> str:
    """Write a cell's value as text: a number without needless decimals, a date as ISO has it, a code as it is shown."""
    if isinstance(value, PaddedNumber):
        return value.shown
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return repr(value).removesuffix(".0") if abs(value) < 1e15 or not value.is_integer() else str(int(value))
    return str(value)
