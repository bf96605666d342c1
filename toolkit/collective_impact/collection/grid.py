"""A sheet as somebody filled it in: cells by line and column, before it is known what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

CellValue = str | int | float | bool | datetime | date | time
EPOCH_1900 = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be used.

    Attributes
    ----------
    line, column : int
        From 1.
    found, expected, mend : str
        As in `collective_impact.errors.Problem`.
    """

    line: int
    column: int
    found: str
    expected: str
    mend: str


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
        Cells that hold something that cannot be used; they are not in ``rows``.
    merged : tuple of str
        Ranges of merged cells.
    computed : tuple of str
        Cells whose value was computed by a formula.
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
    computed: tuple[str, ...] = ()
    hidden: bool = False
    epoch: datetime = field(default=EPOCH_1900)
    as_in_package: bool = False
