"""The shipped example validates by the standard and yields what the statistics take."""

import json
from datetime import date
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import (
    area_names,
    context_events,
    indicators,
    outcome_frame,
    outcome_series,
    treatment_starts,
)
from collective_impact.data.places import examples
from collective_impact.data.reading import check_package, read_package
from collective_impact.data.schema import SCHEMAS, table_schema
from collective_impact.framework.vocabulary import Phase
from collective_impact.language import in_language
from collective_impact.shipped import shipped

EXAMPLE = "california-tobacco-control"
SALES = "cigarette-sales"


@pytest.fixture(scope="module")
def initiative() -> Initiative:
    return read_package(EXAMPLE)


@pytest.mark.parametrize("name", examples())
def test_examples_are_sound_by_our_check_and_by_the_frictionless_library(name: str) -> None:
    assert check_package(name).problems == ()
    report = frictionless.validate(str(shipped("data/examples") / name / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.json")), ids=lambda file: file.stem)
def test_schemas_are_table_schemas_in_both_languages(file: Path) -> None:
    assert frictionless.Schema.validate_descriptor(json.loads(file.read_text(encoding="utf-8"))).valid
    for field in table_schema(file.stem).fields:
        assert field.title.root["sv"]
        assert field.description.root["sv"]


@pytest.mark.parametrize("name", examples())
def test_an_example_declares_its_columns_as_the_contract_does(name: str) -> None:
    descriptor = json.loads((shipped("data/examples") / name / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        contract = json.loads((SCHEMAS / f"{resource['name']}.json").read_text(encoding="utf-8"))
        fields = {field["name"]: field for field in contract["fields"]}
        for field in resource["schema"]["fields"]:
            if field["name"] in fields:
                assert field == {key: fields[field["name"]][key] for key in field}
            else:
                assert table_schema(resource["name"]).translated(field["name"])
        assert resource["schema"]["primaryKey"] == contract["primaryKey"]


def test_the_facts(initiative: Initiative) -> None:
    assert (initiative.id, str(initiative.last_period), initiative.last_day) == (EXAMPLE, "2000", date(2000, 12, 31))
    assert initiative.phase_at(date(1989, 6, 1)) is Phase.ORGANIZE_FOR_IMPACT
    assert initiative.phase_at(date(1970, 1, 1)) is None
    with in_language("sv"):
        assert (initiative.title, str(initiative.facts.place)) == ("Kaliforniens tobaksprogram", "Kalifornien, USA")
        assert area_names(initiative)["california"] == "Kalifornien"
        assert area_names(initiative)["new-hampshire"] == "New Hampshire"
        assert indicators(initiative, "outcome")["unit"].tolist() == ["paket per invånare och år"]


def test_the_outcome_in_the_shapes_of_the_statistics(initiative: Initiative) -> None:
    frame = outcome_frame(initiative, SALES)
    assert frame.shape == (31, 39)
    assert frame.index.equals(pd.period_range("1970", "2000", freq="Y"))
    assert not frame.isna().any(axis=None)
    california = outcome_series(initiative, SALES, "california", until=date(2000, 12, 30))
    assert (california.iloc[0], california.iloc[-1], str(california.index[-1])) == (123.0, 47.2, "1999")
    assert treatment_starts(initiative, "Q") == {"california": pd.Period("1989Q1")}


def test_a_day_in_the_past_sees_nothing_later(initiative: Initiative) -> None:
    then = initiative.until(date(1990, 4, 10))
    assert str(then.last_period) == "1989"
    events = context_events(then)
    assert events["when"].tolist() == ["8 November 1988", "1 January 1989", "Oct 1989", "10 April 1990"]
    assert events["begins"].is_monotonic_increasing
    assert len(context_events(initiative, until=date(1989, 10, 30))) == 2
    assert treatment_starts(then) == treatment_starts(initiative)


def test_what_is_not_there_is_empty(initiative: Initiative) -> None:
    long_ago = initiative.until(date(1900, 1, 1))
    assert long_ago.last_period is None
    assert not long_ago.has("indicator_value")
    assert long_ago.table("survey_response") is None
    assert outcome_frame(long_ago, SALES).empty
    assert outcome_series(initiative, "no-such-indicator", "california").empty
    assert outcome_series(initiative, SALES, "atlantis").empty
    assert indicators(initiative, "system").empty
    assert context_events(long_ago).empty


def test_a_later_revision_takes_the_place_of_a_figure(tmp_path: Path) -> None:
    rows = ["indicator_id,area_id,period,value,revision", "x,a,2001,3,1", "x,a,2001,2,0", "x,a,2003,4,"]
    (tmp_path / "v.csv").write_text("\n".join(rows))
    package = {"name": "p", "title": "P", "resources": [{"name": "indicator_value", "path": "v.csv"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    series = outcome_series(read_package(tmp_path), "x", "a")
    assert series.fillna(-1).tolist() == [3.0, -1.0, 4.0]


def test_hashes_tell_the_content_and_not_the_layout(tmp_path: Path) -> None:
    package = {"name": "p", "title": "P"}
    hashes = set()
    for text in (json.dumps(package), json.dumps(package, indent=4), json.dumps({**package, "title": "Q"})):
        (tmp_path / "datapackage.json").write_text(text)
        hashes.add(read_package(tmp_path).sha256)
    assert len(hashes) == 2
