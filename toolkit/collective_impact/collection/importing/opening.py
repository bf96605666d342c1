"""Open what somebody sends in, a workbook or a CSV file, told by its content and not by its name."""

import codecs
import csv
import re
from pathlib import Path

from collective_impact.collection.importing.grid import Grid, composed
from collective_impact.collection.importing.xlsx import read_workbook
from collective_impact.data.delimited import read_delimited
from collective_impact.data.descriptor import Dialect, Resource
from collective_impact.data.quoting import visible
from collective_impact.data.untyped import kind_of
from collective_impact.errors import Problem
from collective_impact.language import translate as _

LARGEST_FILE = 200_000_000
"""Bytes that a file may have."""

_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_WORKBOOK = "xlsx, zip"
_NO_TABLE = (b"\x89PNG", b"{", b"<")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_DELIMITERS = ",;\t"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_C1_CONTROLS = re.compile("[\x80-\x9f]")


def open_grids(file: Path) -> tuple[list[Grid], list[Problem]]:
    """Open a file and give its sheets.

    Parameters
    ----------
    file : pathlib.Path
        An .xlsx workbook or a CSV file.

    Returns
    -------
    grids : list of Grid
        Empty if the file cannot be read.
    problems : list of Problem
    """
    name = visible(composed(file.name), 80)
    expected = _("an Excel workbook (.xlsx) or a CSV file")
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= LARGEST_FILE else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found = _("a file that cannot be opened ({reason})").format(reason=reason)
        return [], [Problem(visible(file, 200), found, expected, _("correct the path"))]
    if size > LARGEST_FILE:
        expected = _("a file of at most {most} bytes").format(most=LARGEST_FILE)
        found, mend = _("a file of {size} bytes").format(size=size), _("divide it into several files")
        return [], [Problem(name, found, expected, mend)]
    refused = _refusal(content)
    if refused:
        found, mend = refused
        return [], [Problem(name, found, expected, mend)]
    if kind_of(content) == _WORKBOOK:
        return read_workbook(content, name)
    return _read_text(content, name, composed(file.stem))


def _refusal(content: bytes) -> tuple[str, str] | None:
    """What is found and how to mend it, for a file of a kind that is not read."""
    save_as = _("open it in a spreadsheet program and save it as an Excel workbook (.xlsx)")
    if not content:
        return _("an empty file"), _("send the file again; nothing of it has arrived")
    kind = kind_of(content)
    if kind == "xls" and _ENCRYPTED_PACKAGE in content:
        return _("a workbook locked with a password"), _("save it without a password")
    if kind == "xls":
        return _("an old Excel workbook (.xls)"), save_as
    if kind == _WORKBOOK and _OPEN_DOCUMENT in content[:200]:
        return _("an OpenDocument file (.ods)"), save_as
    if kind not in ("", _WORKBOOK) or content.startswith(_NO_TABLE):
        return _("a file of another kind"), save_as
    return None


def _read_text(content: bytes, name: str, stem: str) -> tuple[list[Grid], list[Problem]]:
    encoding = _encoding(content)
    if encoding is None:
        found, expected = _("text in an encoding that cannot be told"), _("text encoded as UTF-8")
        return [], [Problem(name, found, expected, _("save the file as CSV (UTF-8)"))]
    delimiter = _delimiter(content.decode(encoding))
    resource = Resource(name="table", path=name, encoding=encoding, dialect=Dialect(delimiter=delimiter))
    frame, problems = read_delimited(content, resource)
    if frame is None:
        return [], problems
    header = {column: composed(str(text)) for column, text in enumerate(frame.columns, 1) if text}
    rows = {
        int(line): {column: composed(text) for column, text in enumerate(cells, 1) if text}
        for line, *cells in frame.itertuples(name=None)
    }
    grid = Grid(name, stem, name, {min([1, *rows]): header, **rows} if 1 not in rows else rows, as_in_package=True)
    return [grid], problems


def _encoding(content: bytes) -> str | None:
    """UTF-8 where it can be, UTF-16 where it is marked, Windows-1252 where every byte makes sense in it."""
    if content.startswith(_UTF16_MARKS):
        return _decodes(content, "utf-16")
    return _decodes(content, "utf-8-sig") or _decodes(content, "cp1252")


def _decodes(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _C1_CONTROLS.search(text) or "\0" in text else encoding


def _delimiter(text: str) -> str:
    """Find the delimiter that divides the first lines into the most cells, equally many on each line."""
    lines = text.splitlines()[:20]

    def even_cells(delimiter: str) -> int:
        try:
            widths = {len(record) for record in csv.reader(lines, delimiter=delimiter) if record}
        except csv.Error:
            return 0
        return min(widths, default=0) if len(widths) == 1 else 0

    header = lines[0] if lines else ""
    return max(_DELIMITERS, key=lambda delimiter: (even_cells(delimiter), header.count(delimiter)))
