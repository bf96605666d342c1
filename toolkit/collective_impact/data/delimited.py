"""Read a CSV file into a frame of text, keeping each row's line number, and say what keeps it from being read."""

import csv
import io
import re
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.data.descriptor import Resource
from collective_impact.data.quoting import listed, quoted
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_LINE_END = re.compile(r"\r\n|\r|\n")
_OTHER_DELIMITERS = ";\t|"
_SIGNATURES = {
    b"PK\x03\x04": "xlsx, zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"PAR1": "parquet",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _UnreadableError(Exception):
    """Carries the problem that keeps a file from being read at all."""

    def __init__(self, found: str, expected: str, mend: str, row: int | None = None) -> None:
        self.found, self.expected, self.mend, self.row = found, expected, mend, row

    def problem(self, place: str) -> Problem:
        return Problem(place, self.found, self.expected, self.mend, row=self.row)


LONGEST_CELL = 131_072
"""Characters that one cell may hold."""


def read_delimited(content: bytes, resource: Resource) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read the bytes of a CSV file.

    Parameters
    ----------
    content : bytes
    resource : Resource
        Its path, encoding and dialect.

    Returns
    -------
    frame : pandas.DataFrame or None
        Text cells, stripped; the index is the line of the file that a row begins on (the header is line 1).
        None if the file cannot be read.
    problems : list of Problem
    """
    try:
        records, lines = _records(_decoded(content, resource.encoding), resource)
    except _UnreadableError as error:
        return None, [error.problem(resource.path)]
    header = [name.strip() for name in records[0]]
    problems = _header_problems(header, resource)
    if problems:
        return None, problems
    widths = np.fromiter(map(len, records), dtype=np.intp, count=len(records))
    kept = (widths == len(header)) & (lines > lines[0])
    frame = pd.DataFrame(list(compress(records, kept)), columns=header, index=lines[kept], dtype=str)
    return _without_blanks(frame), _ragged_problems(widths, lines, resource.path)


def _decoded(content: bytes, encoding: str) -> str:
    if not content:
        raise _empty()
    kind = next((kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)), None)
    if kind:
        found = _("a file of another kind ({kind}) under this name").format(kind=kind)
        raise _UnreadableError(found, _("a CSV file"), _("save the table as CSV (UTF-8)"))
    name = encoding.lower().replace("_", "-")
    if content.startswith(_UTF16_MARKS) and not name.startswith("utf-16"):
        mend = _("save the file as CSV (UTF-8), or declare {key}").format(key='"encoding": "utf-16"')
        raise _UnreadableError(_("text encoded as UTF-16"), encoding, mend)
    try:
        text = content.decode("utf-8-sig" if name in {"utf-8", "utf8"} else encoding)
        text.encode()
    except UnicodeDecodeError as error:
        raise _not_in_encoding(error, encoding) from None
    except (LookupError, ValueError):
        raise _UnreadableError(
            _("text that cannot be read as {encoding}").format(encoding=quoted(encoding)),
            _("an encoding such as utf-8 or cp1252"),
            _("declare the file's encoding in the descriptor"),
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _UnreadableError(_("a null character"), _("text"), _("save the table as CSV (UTF-8)"), line)
    return text


def _empty() -> _UnreadableError:
    return _UnreadableError(_("an empty file"), _("a header and rows"), _("fill the file, or take the resource away"))


def _not_in_encoding(error: UnicodeDecodeError, encoding: str) -> _UnreadableError:
    content = error.object
    line = content.count(b"\n", 0, error.start) + 1
    where = {"byte": content[error.start], "position": error.start - content.rfind(b"\n", 0, error.start)}
    return _UnreadableError(
        _("byte 0x{byte:02X} at position {position} of the line").format(**where),
        _("text encoded as {encoding}").format(encoding=encoding),
        _("save the file as CSV (UTF-8), or declare its encoding, such as {key}").format(key='"encoding": "cp1252"'),
        line,
    )


def _records(text: str, resource: Resource) -> tuple[list[list[str]], NDArray[np.intp]]:
    """All records, the header first, and the line that each begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=resource.dialect.delimiter, strict=True)
    records: list[list[str]] = []
    others_limit = csv.field_size_limit(LONGEST_CELL)  # one for the whole process: whoever set it gets it back
    try:
        records.extend(reader)
    except csv.Error as error:
        begins = int(_spans(records).sum()) + 1
        raise _broken(error, begins, reader.line_num) from None
    finally:
        csv.field_size_limit(others_limit)
    spans = np.ones(len(records), dtype=np.intp) if reader.line_num == len(records) else _spans(records)
    lines = np.cumsum(spans) - spans + 1
    first = next((i for i, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if first is None:
        raise _empty()
    return records[first:], lines[first:]


def _spans(records: list[list[str]]) -> NDArray[np.intp]:
    """How many lines of the file each record takes."""
    return np.array([1 + len(_LINE_END.findall("\0".join(record))) for record in records], dtype=np.intp)


def _broken(error: csv.Error, begins: int, line: int) -> _UnreadableError:
    if "unexpected end" in str(error):
        found, mend = _("a quotation mark that is not closed"), _("close it, or write it twice inside text")
        return _UnreadableError(found, _("a closing quotation mark"), mend, begins)
    if "field limit" in str(error):
        found = _("a cell of more than {longest} characters").format(longest=LONGEST_CELL)
        mend = _("look for a quotation mark that is not closed in this row")
        return _UnreadableError(found, _("shorter text"), mend, begins)
    mend = _("write a quotation mark inside quoted text twice")
    return _UnreadableError(_("a row that cannot be split into cells"), _("cells between delimiters"), mend, line)


def _header_problems(header: list[str], resource: Resource) -> list[Problem]:
    if not resource.dialect.header:
        mend = _("add a header line and take {key} away").format(key='"header": false')
        return [Problem(resource.path, _("a file without a header"), _("the columns' names on line 1"), mend)]
    other = next((mark for mark in _OTHER_DELIMITERS if len(header) == 1 and mark in header[0]), None)
    if other:
        key = f'"dialect": {{"delimiter": "{other}"}}'.replace("\t", "\\t")
        wanted = _("cells separated by {delimiter}").format(delimiter=quoted(resource.dialect.delimiter))
        return [Problem(resource.path, quoted(header[0]), wanted, _("declare {key}").format(key=key), row=1)]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if not twice:
        return []
    mend = _("keep one of them, or rename the others")
    return [Problem(resource.path, listed(twice), _("each column once"), mend, row=1, field=twice[0], count=len(twice))]


def _ragged_problems(widths: NDArray[np.intp], lines: NDArray[np.intp], path: str) -> list[Problem]:
    ragged = (widths != widths[0]) & (widths > 0)
    if not ragged.any():
        return []
    first = int(ragged.argmax())
    return [
        Problem(
            path,
            _("{n} cells").format(n=int(widths[first])),
            _("{n} cells, as in the header").format(n=int(widths[0])),
            _("mend the row: a missing delimiter, or text with a delimiter that is not in quotation marks"),
            row=int(lines[first]),
            count=int(ragged.sum()),
        )
    ]


def _without_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """Strip the cells; leave out the blank rows and nameless blank columns that spreadsheets add."""
    stripped = frame.apply(lambda column: column.str.strip()) if len(frame) else frame
    named = [name != "" for name in stripped.columns]
    return stripped.loc[(stripped != "").any(axis=1), named] if len(frame) else stripped.loc[:, named]
