"""Read a Parquet file into a frame of text, as if its table had been read from CSV, and say what prevents it.

Numbers, truth values and dates become text and are checked as such, so that a table has the same problems in both
formats. A file is not trusted: what it would take when unpacked is known before it is, and text that a dictionary
repeats is counted before it is written out.
"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from collective_impact.data.descriptor import Resource
from collective_impact.data.quoting import quoted, visible
from collective_impact.data.schema import table_schema
from collective_impact.data.untyped import UnreadableError, empty_file, kind_of, repeated_columns, without_blanks
from collective_impact.errors import Problem
from collective_impact.language import number
from collective_impact.language import translate as _

LARGEST = 2**30
"""Bytes that a table may take when it is unpacked."""
_MARK, _ENCRYPTED = b"PAR1", b"PARE"
_OFFSET = 8  # bytes by which a column of text grows with each cell, however short
_MIDNIGHT = r"[ T]00:00:00(\.0+)?(Z|[+-]\d{2}:?\d{2})?$"
_CELL_TYPES = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)


def read_parquet(
    content: bytes, resource: Resource, *, whole: bool = False
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read the bytes of a Parquet file.

    Parameters
    ----------
    content : bytes
    resource : Resource
        Its name, that of a table of the contract, and its path.
    whole : bool
        Whether columns are read that the contract does not know.

    Returns
    -------
    frame : pandas.DataFrame or None
        Text cells, stripped; the index is the row's position in the file (the first is 1). Columns that are not read
        are blank. None if the file cannot be read.
    problems : list of Problem
    """
    try:
        return _read(content, resource, whole=whole)
    except UnreadableError as error:
        return None, [error.problem(resource.path)]
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        found = _("a Parquet file that cannot be read ({reason})").format(reason=visible(error, 120))
        return None, [Problem(resource.path, found, _("a Parquet file"), _("save the file again"))]


def _read(content: bytes, resource: Resource, *, whole: bool) -> tuple[pd.DataFrame | None, list[Problem]]:
    metadata = _metadata(content)
    columns = metadata.schema.to_arrow_schema()
    problems = repeated_columns(columns.names, resource.path, None)
    if problems:
        return None, problems
    contract = table_schema(resource.name)
    read = [name for name in columns.names if whole or contract.knows(name)]
    problems = [_no_cells(columns.field(name), resource.path) for name in read if not _has_cells(columns.field(name))]
    if problems:
        return None, problems
    frames = [_frame({}, columns.names, 1, 0)]
    first = 1
    for rows, texts in _row_groups(content, metadata, read):
        frames.append(_frame(texts, columns.names, first, rows))
        first += rows
    return pd.concat(frames), []


def _metadata(content: bytes) -> pq.FileMetaData:
    """What the file says of itself, after seeing that it is a Parquet file of a size that can be unpacked."""
    if not content:
        raise empty_file()
    if content.startswith(_MARK) and not content.endswith(_MARK):
        raise UnreadableError(_("a file that breaks off"), _("a whole Parquet file"), _("save or copy the file again"))
    if content.startswith(_ENCRYPTED):
        raise UnreadableError(_("an encrypted file"), _("a Parquet file"), _("save the file without encryption"))
    if kind_of(content) != "parquet":
        found = _("a file of another kind ({kind}) under this name").format(kind=kind_of(content) or "?")
        mend = _("save the table as Parquet, or declare {key} if it is CSV").format(key='"format": "csv"')
        raise UnreadableError(found, _("a Parquet file"), mend)
    metadata = pq.read_metadata(pa.BufferReader(content))
    groups = (metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if max(sum(groups), metadata.num_rows * metadata.num_columns * _OFFSET) > LARGEST:
        raise _too_large()
    return metadata


def _too_large() -> UnreadableError:
    found = _("a file of more than {most} MiB when it is unpacked").format(most=number(LARGEST / 2**20, 0))
    return UnreadableError(found, _("a smaller table"), _("leave out rows and columns that are not evaluated"))


def _has_cells(column: pa.Field) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return any(fits(kind) for fits in _CELL_TYPES)


def _no_cells(column: pa.Field, path: str) -> Problem:
    found = _("a column of the type {kind}").format(kind=quoted(column.type))
    expected = _("one text, number, truth value or date in each cell")
    return Problem(path, found, expected, _("save the column in one of these ways"), field=column.name)


def _row_groups(
    content: bytes, metadata: pq.FileMetaData, names: list[str]
) -> Iterator[tuple[int, dict[str, pa.ChunkedArray]]]:
    """How many rows each group has and their texts by column, as long as there is room for them."""
    file = pq.ParquetFile(pa.BufferReader(content), metadata=metadata, read_dictionary=names)
    room = LARGEST
    for group in range(metadata.num_row_groups):
        texts = {}
        for name in names:
            column = file.read_row_group(group, columns=[name]).column(name)
            column.validate(full=True)  # text must be UTF-8
            room -= sum(_unpacked_bytes(chunk) for chunk in column.chunks)
            if room < 0:
                raise _too_large()
            texts[name] = _text(column)
        yield metadata.row_group(group).num_rows, texts


def _unpacked_bytes(column: pa.Array) -> int:
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary)
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.large_string()).fill_null("")
    return pc.replace_substring_regex(text, _MIDNIGHT, "") if pa.types.is_timestamp(column.type) else text


def _frame(texts: dict[str, pa.ChunkedArray], names: list[str], first: int, rows: int) -> pd.DataFrame:
    """Some rows of the table; columns that are not read are blank."""
    blank = pa.repeat(pa.scalar("", pa.large_string()), rows)
    table = pa.table({name: texts.get(name, blank) for name in names})
    frame = pd.DataFrame(table.to_pandas(), dtype=str).set_axis(pd.RangeIndex(first, first + rows))
    return without_blanks(frame)
