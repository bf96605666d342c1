"""A table as it stands in its file: what every format has in common before the columns get their types."""

import pandas as pd

from collective_impact.data.quoting import listed
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_SIGNATURES = {
    b"PK\x03\x04": "xlsx, zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"PAR1": "parquet",
    b"PARE": "parquet",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
}


class UnreadableError(Exception):
    """Carries the problem that keeps a file from being read at all."""

    def __init__(self, found: str, expected: str, mend: str, row: int | None = None) -> None:
        self.found, self.expected, self.mend, self.row = found, expected, mend, row

    def problem(self, place: str) -> Problem:
        """Give the problem, which stands in a file."""
        return Problem(place, self.found, self.expected, self.mend, row=self.row)


def empty_file() -> UnreadableError:
    """Say that there is nothing in a file."""
    return UnreadableError(_("an empty file"), _("a header and rows"), _("fill the file, or take the resource away"))


def kind_of(content: bytes) -> str:
    """Tell the kind of a file that begins with a signature; an empty text for any other."""
    return next((kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)), "")


def repeated_columns(header: list[str], path: str, line: int | None) -> list[Problem]:
    """Say which columns are there more than once."""
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if not twice:
        return []
    mend = _("keep one of them, or rename the others")
    return [Problem(path, listed(twice), _("each column once"), mend, line, twice[0], count=len(twice))]


def without_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """Strip the cells of a frame of text; leave out the blank rows and nameless columns that spreadsheets add."""
    stripped: pd.DataFrame = frame.apply(lambda column: column.str.strip())
    named = stripped.loc[:, [name != "" for name in stripped.columns]]
    filled = (stripped != "").any(axis=1)
    return named if filled.all() else named[filled]
