"""A table in Parquet is read as the same table in CSV would be, and a file that cannot be trusted is refused."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collective_impact.data.cells import typed_table
from collective_impact.data.delimited import read_delimited
from collective_impact.data.descriptor import Resource, ResourceSchema
from collective_impact.data.parquet import read_parquet
from collective_impact.data.reading import check_package, read_package
from collective_impact.data.schema import TABLES, Field, table_schema
from collective_impact.errors import Problem

AREAS = "area_id,name\nnorth,North\nsouth,South\n"
INDICATORS = "indicator_id,level,name,unit\nschool,outcome,School,per cent\n"
VALUES: dict[str, list[Any]] = {
    "indicator_id": ["school"] * 3,
    "area_id": ["north", "north", "south"],
    "period": [2020, 2021, 2020],
    "value": [81.5, 82.0, 79.25],
}
EVENTS: dict[str, list[Any]] = {
    "event_id": ["election", "storm"],
    "date": [date(2022, 9, 11), date(2021, 1, 2)],
    "domain": ["political", "environmental"],
    "summary": ["A new council", "A storm"],
}


def parquet(table: pa.Table | dict[str, Any], **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), file, **options)
    return file.getvalue()


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[Problem]]:
    """Check a small package whose values or events are the bytes given."""

    def check(values: bytes | None = None, events: bytes | None = None, **declared: Any) -> list[Problem]:
        (tmp_path / "area.csv").write_text(AREAS)
        (tmp_path / "indicator.csv").write_text(INDICATORS)
        (tmp_path / "values.parquet").write_bytes(parquet(VALUES) if values is None else values)
        (tmp_path / "events.parquet").write_bytes(parquet(EVENTS) if events is None else events)
        resources = [
            {"name": "area", "path": "area.csv"},
            {"name": "indicator", "path": "indicator.csv"},
            {"name": "indicator_value", "path": "values.parquet", **declared},
            {"name": "context_event", "path": "events.parquet"},
        ]
        descriptor = {"name": "schools", "title": "Schools", "resources": resources}
        (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
        return list(check_package(tmp_path).problems)

    return check


@pytest.mark.parametrize("declared", [{}, {"format": "Parquet"}])
def test_california_in_parquet_holds_the_same_tables(tmp_path: Path, declared: dict[str, str]) -> None:
    original = read_package("california-tobacco-control")
    resources = []
    for number, name in enumerate(original.tables):
        ending = "" if declared else ".parquet"
        resources.append({"name": name, "path": f"table-{number}{ending}", **declared})
        file = original.path / "data" / f"{name}.csv"
        columns = pd.read_csv(file, parse_dates=["date"] if name == "context_event" else None)
        columns.to_parquet(tmp_path / f"table-{number}{ending}", row_group_size=500)
    descriptor = json.loads((original.path / "datapackage.json").read_text()) | {"resources": resources}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    copy = read_package(tmp_path)
    assert list(copy.tables) == list(original.tables)
    for name, table in original.tables.items():
        pd.testing.assert_frame_equal(copy.tables[name], table)


@pytest.mark.parametrize(
    ("column", "cells", "row", "word"),
    [
        ("value", [1.5, float("nan"), 2.5], 2, "leave the cell empty"),
        ("value", [1.5, 2.5, float("-inf")], 3, "leave the cell empty"),
        ("value", [1.5, 2.5, float("inf")], 3, "leave the cell empty"),
        ("value", [True, False, None], 1, "“true”"),
        ("value", ["1.5", "2", "many"], 3, "“many”"),
        ("numerator", pa.array([1, -2, None], pa.int8()), 2, "at least 0"),
        ("revision", [0.0, 0.5, None], 2, "a whole number"),
        ("period", [datetime(2020, 1, 1), datetime(2021, 1, 1), datetime(2022, 1, 1)], 1, "“2020-01-01”"),
        ("area_id", pa.array(["north", "south", "sout"]).dictionary_encode(), 3, "“south”"),
        ("area_id", ["north", None, ""], 2, "an empty cell"),
        ("area_id", [1, 2, 3], 1, "“1”"),
        ("area_id", pa.array([[1], [2], []]), None, "list<"),
        ("value", pa.array([{"a": 1}] * 3), None, "struct<"),
        ("value", pa.array([b"1", b"2", b"3"]), None, "“binary”"),
        ("value", pa.array([1, 2, 3], pa.duration("s")), None, "duration"),
    ],
)
def test_a_bad_column(
    problems: Callable[..., list[Problem]], column: str, cells: Any, row: int | None, word: str
) -> None:
    (problem,) = problems(parquet({**VALUES, column: cells}))
    assert (problem.place, problem.row, problem.field) == ("values.parquet", row, column)
    assert word in f"{problem.found} {problem.expected} {problem.mend}"


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("area_id", pa.array(["north", "south", " north"]).dictionary_encode()),
        ("area_id", pa.array(["north", "south", "south"]).cast(pa.string_view())),
        ("area_id", pa.array(["north", "south", "south"], pa.large_string())),
        ("period", pa.array([2020.0, 2021.0, 2022.0])),
        ("value", pa.array([1, 2, 3]).dictionary_encode()),
        ("value", pa.array([Decimal("1.50"), None, Decimal("1e-8")])),
        ("value", pa.array([1e300, 2.5e-7, None])),
        ("denominator", pa.array([0, None, 2], pa.uint64())),
        ("source", pa.nulls(3)),
    ],
)
def test_a_cell_may_be_stored_in_many_ways(
    problems: Callable[..., list[Problem]], column: str, cells: pa.Array
) -> None:
    values = {**VALUES, "period": ["2020", "2021", "2022"], column: cells}
    assert problems(parquet(values)) == []


def test_a_date_may_have_a_time_of_day_only_at_midnight(problems: Callable[..., list[Problem]]) -> None:
    midnight = pa.array([datetime(2022, 9, 11), datetime(2021, 1, 2)], pa.timestamp("ns"))
    abroad = pa.array([datetime(2022, 9, 10, 22), datetime(2021, 1, 1, 23)]).cast(pa.timestamp("s", "Europe/Stockholm"))
    noon = pa.array([datetime(2022, 9, 11), datetime(2021, 1, 2, 12)])
    assert problems(events=parquet({**EVENTS, "date": midnight})) == []
    assert problems(events=parquet({**EVENTS, "date": abroad})) == []
    (problem,) = problems(events=parquet({**EVENTS, "date": noon}))
    assert (problem.row, problem.field) == (2, "date")
    assert "2021-01-02 12:00" in problem.found


def test_columns_that_are_missing_unknown_or_repeated(problems: Callable[..., list[Problem]]) -> None:
    (missing,) = problems(
        parquet({name: cells for name, cells in VALUES.items() if name != "value"} | {"valu": [1.5] * 3})
    )
    assert (missing.row, missing.field, missing.expected) == (None, "valu", "“value”")
    (unknown,) = problems(parquet({**VALUES, "place": [[1, 2], None, [3]], "": [1, 2, 3]}))
    assert (unknown.severity, unknown.row) == ("note", None)
    twice = pa.table([*VALUES.values(), [1.0, 2.0, 3.0]], names=[*VALUES, "value"])
    (repeated,) = problems(parquet(twice))
    assert repeated.expected == "each column once"
    (empty,) = problems(parquet(pa.table(VALUES).slice(0, 0)))
    assert (empty.severity, empty.found) == ("note", "a header and no rows")
    assert {problem.field for problem in problems(parquet(pa.table({})))} >= set(VALUES) - {"value"}


def _not_utf8() -> bytes:
    buffers = [None, pa.py_buffer(np.array([0, 2, 2, 2], dtype=np.int32)), pa.py_buffer(b"\xff\xfe")]
    return parquet({**VALUES, "area_id": pa.Array.from_buffers(pa.string(), 3, buffers)})


def _much_repeated_text() -> bytes:
    text = pa.DictionaryArray.from_arrays(np.zeros(600_000, dtype=np.int32), ["x" * 2_000])
    return parquet({"area_id": text})


def _damaged() -> bytes:
    whole = bytearray(parquet(VALUES, compression="zstd"))
    whole[20:60] = bytes(40)
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "an empty file"),
        (b"indicator_id,area_id\n", '"format": "csv"'),
        (b"PK\x03\x04" + bytes(100), "xlsx"),
        (b"PAR1", "Parquet"),
        (b"PAR1" + bytes(40) + b"PAR1", "cannot be read"),
        (parquet(VALUES)[:-100], "breaks off"),
        (b"PARE" + parquet(VALUES)[4:-4] + b"PARE", "an encrypted file"),
        (_damaged(), "cannot be read"),
        (_not_utf8(), "UTF8"),
        (_much_repeated_text(), "1,024 MiB"),
        (parquet({f"x{i}": pa.nulls(1_000_000) for i in range(135)}), "1,024 MiB"),
    ],
    ids=["empty", "csv", "xlsx", "mark", "marks", "cut", "encrypted", "damaged", "not utf-8", "repetition", "rows"],
)
def test_a_file_that_is_no_parquet_table(problems: Callable[..., list[Problem]], content: bytes, word: str) -> None:
    (problem,) = problems(content)
    assert (problem.place, problem.row) == ("values.parquet", None)
    assert word in f"{problem.found} {problem.expected} {problem.mend}"


def test_the_format_is_the_one_declared(problems: Callable[..., list[Problem]]) -> None:
    (as_csv,) = problems(format="csv")
    assert '"format": "parquet"' in as_csv.mend
    (other,) = problems(format="xlsx")
    assert (other.found, other.expected, other.field) == ("“xlsx”", "csv, parquet", "format")
    (absent,) = problems(path="value.parquet")
    assert "“values.parquet”" in absent.mend


TYPES = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}
CELLS = {
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(),
    "period": st.sampled_from(["2020", "2020-Q3", "2020-11", "2020-13", "soon"]),
}
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)


def _cells(field: Field) -> st.SearchStrategy[Any]:
    usual = st.sampled_from(field.allowed) if field.allowed else CELLS.get(field.kind, TEXT)
    return st.none() | usual


@st.composite
def typed_tables(draw: st.DrawFn) -> tuple[str, pa.Table]:
    name = draw(st.sampled_from(TABLES))
    fields = table_schema(name).fields
    rows = draw(st.lists(st.tuples(*map(_cells, fields)), max_size=12))
    columns = zip(*rows, strict=True) if rows else [()] * len(fields)
    arrays = [pa.array(cells, TYPES.get(field.kind, pa.string())) for field, cells in zip(fields, columns, strict=True)]
    return name, pa.table(arrays, names=[field.name for field in fields])


def _as_csv(table: pa.Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow("true" if cell is True else "false" if cell is False else cell for cell in row.values())
    return text.getvalue().encode()


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(named=typed_tables(), group=st.integers(1, 12))
def test_csv_and_parquet_of_one_table_are_the_same(named: tuple[str, pa.Table], group: int) -> None:
    name, table = named
    resource = Resource(name=name, path="here")
    read = {
        "csv": read_delimited(_as_csv(table), resource),
        "parquet": read_parquet(parquet(table, row_group_size=group), resource),
    }
    outcomes = []
    for raw, unread in read.values():
        assert raw is not None
        assert unread == []
        typed, found = typed_table(raw, table_schema(name), ResourceSchema(), "here")
        rows = list(raw.index)
        places = [(p.field, p.expected, p.mend, p.count, rows.index(p.row) if p.row in rows else None) for p in found]
        outcomes.append((typed.reset_index(drop=True), places))
    pd.testing.assert_frame_equal(outcomes[0][0], outcomes[1][0])
    assert outcomes[0][1] == outcomes[1][1]
