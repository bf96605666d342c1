"""Read a CSV file into a frame of text, keeping each row's line number, and say what keeps it from being read."""

import csv
import io
import re
from itertools import compress, islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.data.descriptor import Resource
from collective_impact.data.quoting import quoted
from collective_impact.data.untyped import UnreadableError, empty_file, kind_of, repeated_columns, without_blanks
from collective_impact.errors import Problem
from collective_impact.language import translate as _

if TYPE_CHECKING:
    from _csv import Reader

_LINE_END = re.compile(r"\r\n|\r|\n")
_OTHER_DELIMITERS = ";\t|"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

LONGEST_CELL = 131_072
"""Characters that one cell may hold."""
_AT_ONCE = 10_000  # rows kept as Python's own texts, which take several times the room of a column's


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
        text = io.TextIOWrapper(io.BytesIO(_utf8(content, resource.encoding)), "utf-8", newline="")
        reader = csv.reader(text, delimiter=resource.dialect.delimiter, strict=True)
        header = _header(reader)
        problems = _header_problems(header, resource)
        return (None, problems) if problems else _table(reader, header, resource.path)
    except UnreadableError as error:
        return None, [error.problem(resource.path)]


def _utf8(content: bytes, encoding: str) -> bytes:
    if not content:
        raise empty_file()
    kind = kind_of(content)
    if kind:
        found = _("a file of another kind ({kind}) under this name").format(kind=kind)
        declare = _("declare {key}").format(key='"format": "parquet"')
        mend = declare if kind == "parquet" else _("save the table as CSV (UTF-8)")
        raise UnreadableError(found, _("a CSV file"), mend)
    name = encoding.lower().replace("_", "-")
    if content.startswith(_UTF16_MARKS) and not name.startswith("utf-16"):
        mend = _("save the file as CSV (UTF-8), or declare {key}").format(key='"encoding": "utf-16"')
        raise UnreadableError(_("text encoded as UTF-16"), encoding, mend)
    try:
        text = content.decode("utf-8-sig" if name in {"utf-8", "utf8"} else encoding)
        encoded = text.encode()
    except UnicodeDecodeError as error:
        raise _not_in_encoding(error, encoding) from None
    except (LookupError, ValueError):
        raise UnreadableError(
            _("text that cannot be read as {encoding}").format(encoding=quoted(encoding)),
            _("an encoding such as utf-8 or cp1252"),
            _("declare the file's encoding in the descriptor"),
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError(_("a null character"), _("text"), _("save the table as CSV (UTF-8)"), line)
    return encoded


def _not_in_encoding(error: UnicodeDecodeError, encoding: str) -> UnreadableError:
    content = error.object
    line = content.count(b"\n", 0, error.start) + 1
    where = {"byte": content[error.start], "position": error.start - content.rfind(b"\n", 0, error.start)}
    return UnreadableError(
        _("byte 0x{byte:02X} at position {position} of the line").format(**where),
        _("text encoded as {encoding}").format(encoding=encoding),
        _("save the file as CSV (UTF-8), or declare its encoding, such as {key}").format(key='"encoding": "cp1252"'),
        line,
    )


def _header(reader: "Reader") -> list[str]:
    """The first record that is not blank."""
    while records := _take(reader, 1)[0]:
        header = [name.strip() for name in records[0]]
        if any(header):
            return header
    raise empty_file()


def _header_problems(header: list[str], resource: Resource) -> list[Problem]:
    if not resource.dialect.header:
        mend = _("add a header line and take {key} away").format(key='"header": false')
        return [Problem(resource.path, _("a file without a header"), _("the columns' names on line 1"), mend)]
    other = next((mark for mark in _OTHER_DELIMITERS if len(header) == 1 and mark in header[0]), None)
    if other:
        key = f'"dialect": {{"delimiter": "{other}"}}'.replace("\t", "\\t")
        wanted = _("cells separated by {delimiter}").format(delimiter=quoted(resource.dialect.delimiter))
        return [Problem(resource.path, quoted(header[0]), wanted, _("declare {key}").format(key=key), row=1)]
    return repeated_columns(header, resource.path, 1)


def _table(reader: "Reader", header: list[str], path: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows below the header, and what is wrong with those that have not as many cells."""
    frames = [_frame([], header, np.array([], dtype=np.intp))]
    ragged: list[tuple[int, int]] = []
    while (taken := _take(reader, _AT_ONCE))[0]:
        records, lines = taken
        widths = np.fromiter(map(len, records), dtype=np.intp, count=len(records))
        whole, blank = widths == len(header), widths == 0
        frames.append(_frame(list(compress(records, whole)), header, lines[whole]))
        ragged += zip(lines[~whole & ~blank], widths[~whole & ~blank], strict=True)
    if not ragged:
        return pd.concat(frames), []
    line, width = ragged[0]
    found, expected = _("{n} cells").format(n=width), _("{n} cells, as in the header").format(n=len(header))
    mend = _("mend the row: a missing delimiter, or text with a delimiter that is not in quotation marks")
    return pd.concat(frames), [Problem(path, found, expected, mend, row=int(line), count=len(ragged))]


def _take(reader: "Reader", most: int) -> tuple[list[list[str]], NDArray[np.intp]]:
    """The next records, and the line that each begins on."""
    records: list[list[str]] = []
    begins = reader.line_num + 1
    others_limit = csv.field_size_limit(LONGEST_CELL)  # one for the whole process: whoever set it gets it back
    try:
        records.extend(islice(reader, most))
    except csv.Error as error:
        raise _broken(error, begins + int(_spans(records).sum()), reader.line_num) from None
    finally:
        csv.field_size_limit(others_limit)
    one_each = reader.line_num + 1 == begins + len(records)
    spans = np.ones(len(records), dtype=np.intp) if one_each else _spans(records)
    return records, begins + np.cumsum(spans) - spans


def _spans(records: list[list[str]]) -> NDArray[np.intp]:
    """How many lines of the file each record takes."""
    return np.array([1 + len(_LINE_END.findall("\0".join(record))) for record in records], dtype=np.intp)


def _frame(records: list[list[str]], header: list[str], lines: NDArray[np.intp]) -> pd.DataFrame:
    return without_blanks(pd.DataFrame(records, columns=header, index=lines, dtype=str))


def _broken(error: csv.Error, begins: int, line: int) -> UnreadableError:
    if "unexpected end" in str(error):
        found, mend = _("a quotation mark that is not closed"), _("close it, or write it twice inside text")
        return UnreadableError(found, _("a closing quotation mark"), mend, begins)
    if "field limit" in str(error):
        found = _("a cell of more than {longest} characters").format(longest=LONGEST_CELL)
        mend = _("look for a quotation mark that is not closed in this row")
        return UnreadableError(found, _("shorter text"), mend, begins)
    mend = _("write a quotation mark inside quoted text twice")
    return UnreadableError(_("a row that cannot be split into cells"), _("cells between delimiters"), mend, line)
