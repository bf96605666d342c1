"""Each bad input gives one clear problem with its place, and all problems come at once."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collective_impact.data.reading import check_package, read_package
from collective_impact.errors import InputError, Problem

AREA = "area_id,name,treated_from,population\nnorth,Norrköping,2020-Q3,144000\nsouth,Söderköping,,\n"
INDICATOR = (
    "indicator_id,level,name,unit,direction,target,target_period\n"
    "school,outcome,Pupils who finish school (“åk 9”),per cent,increase,95,2025-Q4\n"
)
VALUE = (
    "indicator_id,area_id,period,numerator,denominator,value\n"
    "school,north,2020-Q1,81,100,81.0\n"
    "school,north,2020-Q2,82,100,82.0\n"
    "school,south,2020-Q1,,,79.5\n"
)
EVENT = "event_id,date,domain,summary\nelection,2022-09-11,political,A new council is elected\n"
TABLES = {"area": AREA, "indicator": INDICATOR, "indicator_value": VALUE, "context_event": EVENT}

Package = Callable[..., Path]


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """Write a sound package in which some files or keys are replaced."""

    def write(files: dict[str, str | bytes] | None = None, **keys: Any) -> Path:
        for name, content in {**TABLES, **(files or {})}.items():
            content = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{name}.csv").write_bytes(content)
        resources = [{"name": name, "path": f"{name}.csv"} for name in TABLES]
        descriptor = {"name": "schools", "title": "Schools", "initiative": {}, "resources": resources, **keys}
        (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
        return tmp_path

    return write


def resources(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "path": f"{name}.csv", **changed.get(name, {})} for name in TABLES]


def errors(path: Path) -> list[Problem]:
    return [problem for problem in check_package(path).problems if problem.severity == "error"]


def test_a_sound_package_has_no_problem_however_it_is_written(package: Package) -> None:
    semicolons = VALUE.replace(",", ";").replace(".0", ",0").replace("79.5", "1 079,5").replace("\n", "\r\n")
    written = {"fields": [{"name": "value", "type": "number", "decimalChar": ",", "groupChar": " "}]}
    path = package(
        {
            "area": b"\xef\xbb\xbf" + AREA.encode() + b"\n,,,\n",
            "indicator": INDICATOR.encode("cp1252"),
            "indicator_value": semicolons,
            "context_event": EVENT.replace("A new council is elected", '"A new\nlong ""council"" now"'),
        },
        resources=resources(
            indicator={"encoding": "cp1252"}, indicator_value={"dialect": {"delimiter": ";"}, "schema": written}
        ),
    )
    assert check_package(path / "datapackage.json").problems == ()
    values = read_package(path).table("indicator_value")
    assert values is not None
    assert values["value"].tolist() == [81.0, 82.0, 1079.5]
    assert values["group"].tolist() == ["all"] * 3
    assert values["revision"].tolist() == [0] * 3


@pytest.mark.parametrize(
    ("table", "before", "after", "row", "field", "count", "word"),
    [
        ("indicator_value", "81.0", "many", 2, "value", 1, "“many”"),
        ("indicator_value", "81.0", '"1 081,5"', 2, "value", 1, "decimalChar"),
        ("indicator_value", "79.5", "inf", 4, "value", 1, "empty"),
        ("indicator_value", ".0\n", ".0 NaN\n", 2, "value", 2, "“81.0 NaN”"),
        ("indicator_value", "79.5", "1e999", 4, "value", 1, "1e999"),
        ("indicator_value", "81,100", "-81,100", 2, "numerator", 1, "at least 0"),
        ("indicator_value", "2020-Q1", "2020-13", 2, "period", 2, "2020-13"),
        ("indicator_value", "2020-Q2", "0202-Q2", 3, "period", 1, "1989-Q2"),
        ("indicator_value", "2020-Q2", "2020-05", 3, "period", 1, "1989-Q2"),
        ("indicator_value", "2020-Q2", "2020-Q1", 3, "indicator_id", 1, "row 2"),
        ("indicator_value", "north,", "nort,", 2, "area_id", 2, "“north”"),
        ("indicator_value", "school,south", "housing,south", 4, "indicator_id", 1, "“housing”"),
        ("indicator_value", "school,south", "school,", 4, "area_id", 1, "an empty cell"),
        ("indicator_value", "school,south", "school,\x1b\u202esouth", 4, "area_id", 1, "“<U+001B><U+202E>south”"),
        ("indicator", "outcome", "Outcomes", 2, "level", 1, "“outcome”"),
        ("indicator", "increase,", ",", 2, "direction", 1, "increase, decrease"),
        ("area", "144000", "144000.5", 2, "population", 1, "whole"),
        ("area", "2020-Q3", "autumn 2020", 2, "treated_from", 1, "1989-Q2"),
        ("area", "south,Söder", "north,Söder", 3, "area_id", 1, "row 2"),
        ("area", "name", "nmae", 1, "nmae", 1, "“name”"),
        ("area", "area_id,name", "area_id,area_id", 1, "area_id", 1, "once"),
        ("area", "\nsouth", "\n\n,,,\nnorth", 5, "area_id", 1, "row 2"),
        ("context_event", "2022-09-11", "2022-02-30", 2, "date", 1, "2022-02-30"),
        ("context_event", "domain", "theme", 1, "domain", 1, "no such column"),
        ("context_event", "election,", '"an\nelection",', 3, "date", 0, ""),
    ],
)
def test_a_bad_cell_or_column(
    package: Package, table: str, before: str, after: str, row: int, field: str, count: int, word: str
) -> None:
    found = errors(package({table: TABLES[table].replace(before, after)}))
    found = [problem for problem in found if problem.place == f"{table}.csv"]
    assert len(found) == bool(count)
    for problem in found:
        assert (problem.row, problem.field, problem.count) == (row, field, count)
        assert word in f"{problem.found} {problem.expected} {problem.mend}"


@pytest.mark.parametrize(
    ("content", "row", "word"),
    [
        (b"", None, "an empty file"),
        (b"\n \n", None, "an empty file"),
        (AREA.encode("cp1252"), 2, "0xF6"),
        (AREA.encode("utf-16"), None, "UTF-16"),
        (EVENT.encode("utf-16-le"), 1, "null"),
        (b"PK\x03\x04" + bytes(100), None, "xlsx"),
        (AREA.replace(",", ";"), 1, '"delimiter": ";"'),
        (AREA + "east,Öster\nwest\n", 4, "4 cells"),
        (AREA.replace("\nsouth,", "\nsouth"), 3, "3 cells"),
        (AREA.replace("area_id", "areaid"), 1, "“area_id”"),
        (AREA.replace("Norr", '"Norr'), 2, "quotation mark that is not closed"),
        (AREA.replace("Söder", '"Sö"der'), 3, "twice"),
        (AREA.replace("Norr", "N" * 200_000), 2, "131072"),
        (AREA.replace("Norrköping", '"a\nb"').replace("Söder", '"Söder'), 4, "not closed"),
    ],
)
def test_a_file_that_is_no_table(package: Package, content: str | bytes, row: int | None, word: str) -> None:
    (problem,) = errors(package({"area": content}))
    assert (problem.place, problem.row) == ("area.csv", row)
    assert word in f"{problem.found} {problem.expected} {problem.mend}"


@pytest.mark.parametrize(
    ("keys", "place", "field", "word"),
    [
        ({"name": "../schools"}, "datapackage.json", "name", "../schools"),
        ({"title": 7}, "datapackage.json", "title", "an object with keys"),
        ({"title": ""}, "datapackage.json", "title", "a title"),
        ({"initiative": "good"}, "datapackage.json", "initiative", "an object"),
        ({"initiative": {"gaol": "x"}}, "datapackage.json", "initiative.gaol", "“goal”"),
        ({"initiative": {"language": "xx"}}, "datapackage.json", "initiative.language", "sv"),
        ({"initiative": {"suppression": {"min_cell": 0}}}, "datapackage.json", "initiative.suppression.min_cell", "1"),
        (
            {"initiative": {"phases": [{"phase": "initiate_action"}]}},
            "datapackage.json",
            "initiative.phases[0].start",
            "add",
        ),
        (
            {"initiative": {"phases": [{"phase": "start", "start": "2020-01-01"}]}},
            "datapackage.json",
            "initiative.phases[0].phase",
            "organize_for_impact",
        ),
        (
            {"initiative": {"phases": [{"phase": "initiate_action", "start": "2020-02-01", "end": "2020-01-01"}]}},
            "datapackage.json",
            "initiative.phases",
            "end after",
        ),
        ({"resources": [{"name": "area"}]}, "datapackage.json", "resources[0].path", "add"),
        ({"resources": resources() + resources()[:1]}, "datapackage.json", "resources", "2 times"),
        (
            {"resources": [*resources()[1:], {"name": "areas", "path": "area.csv"}]},
            "datapackage.json",
            "resources",
            "“area”",
        ),
        ({"resources": resources(area={"path": "../area.csv"})}, "datapackage.json", "resources.area.path", "inside"),
        ({"resources": resources(area={"path": "/etc/passwd"})}, "datapackage.json", "resources.area.path", "inside"),
        (
            {"resources": resources(area={"path": "https://x.se/a"})},
            "datapackage.json",
            "resources.area.path",
            "inside",
        ),
        ({"resources": resources(area={"path": "link/area.csv"})}, "datapackage.json", "resources.area.path", "inside"),
        ({"resources": resources(area={"path": "aera.csv"})}, "aera.csv", "", "“area.csv”"),
        ({"resources": resources(area={"path": "x" * 5000})}, "x" * 80 + "…", "", "opened"),
        ({"resources": resources(area={"path": "folder"})}, "folder", "", "not a file"),
        ({"resources": resources(area={"encoding": "klingon"})}, "area.csv", "", "utf-8"),
        ({"resources": resources(area={"dialect": {"header": False}})}, "area.csv", "", "line 1"),
    ],
)
def test_a_bad_descriptor(package: Package, keys: dict[str, Any], place: str, field: str, word: str) -> None:
    path = package(**keys)
    (path / "folder").mkdir()
    (path / "link").symlink_to(path.parent)
    (problem,) = errors(path)
    assert (problem.place, problem.field) == (place, field)
    assert word in f"{problem.found} {problem.expected} {problem.mend}"


@pytest.mark.parametrize(
    ("content", "row", "word"),
    [
        ('{\n  "name": oops\n}', 2, "line 2, column 11"),
        ("[1, 2]", None, "an object"),
        ('{"name": "\\ud800", "title": "x"}', None, "character"),
        ("[" * 100_000, None, "nesting"),
        (b'{"title": "\xe5"}', 1, "0xE5"),
        (b"", 1, "line 1"),
    ],
)
def test_a_descriptor_that_is_no_json_object(tmp_path: Path, content: str | bytes, row: int | None, word: str) -> None:
    (tmp_path / "datapackage.json").write_bytes(content.encode() if isinstance(content, str) else content)
    (problem,) = errors(tmp_path)
    assert (problem.place, problem.row) == ("datapackage.json", row)
    assert word in f"{problem.found} {problem.expected}"


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    assert "datapackage.json" in errors(tmp_path)[0].found
    for path in (tmp_path / "none", "no\0where", "x" * 5000):
        (problem,) = errors(path)  # type: ignore[arg-type]
        assert problem.found == "no such folder"
        assert "california-tobacco-control" in problem.mend


@pytest.mark.parametrize("name", ["area.csv", "datapackage.json"])
def test_a_file_without_permission(package: Package, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path, read = package(), Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file.name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = errors(path)
    assert problem.place == name
    assert "Permission denied" in problem.found


def test_notes_do_not_stand_in_the_way(package: Package) -> None:
    wide = "event_id,date,domain,summary," + ",".join(f"extra{i}" for i in range(50)) + "\n"
    stray = [{"name": "photographs", "path": "nowhere.csv"}]
    path = package(
        {"context_event": wide, "indicator": INDICATOR.replace("2025-Q4", "")}, resources=[*resources(), *stray]
    )
    check = check_package(path)
    assert check.initiative is not None
    assert {(problem.severity, problem.field, problem.count) for problem in check.problems} == {
        ("note", "target_period", 1),
        ("note", "resources", 1),
        ("note", "", 50),
        ("note", "", 1),
    }
    alone = check_package(package(resources=[]))
    assert alone.initiative is not None
    assert [problem.severity for problem in alone.problems] == ["note"]


def test_all_problems_come_at_once(package: Package) -> None:
    path = package(
        {
            "area": AREA.encode("cp1252"),
            "indicator": INDICATOR.replace("increase", "up"),
            "indicator_value": VALUE.replace("2020-Q2", "spring").replace("79.5", "n/a"),
        },
        resources=resources(context_event={"path": "events.csv"}),
    )
    with pytest.raises(InputError) as raised:
        read_package(path)
    assert [(problem.place, problem.row, problem.field) for problem in raised.value.problems] == [
        ("area.csv", 2, ""),
        ("indicator.csv", 2, "direction"),
        ("indicator_value.csv", 3, "period"),
        ("indicator_value.csv", 4, "value"),
        ("events.csv", None, ""),
    ]


cells = st.text(alphabet=st.sampled_from('a1,;"\n\r\t .-é\x00\u202e'), max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.one_of(st.binary(max_size=80), cells.map(str.encode), cells.map(lambda text: (VALUE + text).encode()))
)
def test_no_bytes_make_the_check_raise(package: Package, content: bytes) -> None:
    for problem in check_package(package({"indicator_value": content})).problems:
        assert problem.found
        assert problem.mend
