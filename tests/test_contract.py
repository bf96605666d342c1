"""The contract's tables: their examples make a sound package, and each rule finds its breach."""

import csv
import json
from pathlib import Path

import frictionless
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collective_impact.data.consistency import currency_problems
from collective_impact.data.reading import check_package
from collective_impact.data.rules.registry import RULES
from collective_impact.data.schema import FACTS, SCHEMAS, TABLES, table_schema
from collective_impact.framework.catalogue import concepts
from collective_impact.language import in_language

FURTHER_ROWS = {
    "partner": [
        {"partner_id": "frivilliga", "sector": "nonprofit"},
        {"partner_id": "foretaget", "sector": "business", "joined": "2020-02-01", "left": "2020-12-31"},
        {"partner_id": "grannkommunen", "comparison": "true", "data_agreement": "", "joined": ""},
    ],
    "participation": [{"partner_id": "foretaget", "role": "guest"}],
    "activity": [{"activity_id": "sommarskola", "status": "dropped"}],
    "survey_response": [
        {"item_id": "voice_channels.meeting", "value": "1"},
        {"item_id": "voice_open", "value": "", "text": "Bra"},
    ],
    "rubric_score": [{"unit_id": "norra", "criterion_id": "fit_capacity", "score": "5"}],
    "partnership_rating": [{"with_partner_id": "all"}],
    "power_actor": [{"actor_id": "naringslivet"}],
    "context_series": [{"period": "2020"}, {"period": "2019"}],
    "policy_event": [
        {"stage": "adopted", "date": "2022-01-10"},
        {"stage": "proposed", "date": "2022-05-02"},
        {"stage": "rejected", "date": "2020-03-01"},
    ],
    "outcome_harvest": [{"outcome_id": "h-2022-02", "parent_id": "h-2022-01"}],
    "claim": [{"claim_id": "p2"}, {"claim_id": "p3", "prior": ""}],
    "evidence": [
        {"evidence_id": "b2", "claim_id": "p2"},
        {"evidence_id": "b3", "claim_id": "p3", "p_if_true": "", "p_if_false": ""},
    ],
    "group": [{"group_id": "pojkar", "reference": "false"}],
    "indicator": [
        {"indicator_id": "arbetsloshet", "level": "context", "catalogue_id": "CTX-02", "direction": "decrease"}
        | {"baseline": "8", "target": "7"},
    ],
    "indicator_value": [{"revision": "1"}, {"period": "2020"}, {"period": "2019", "group": "flickor"}],
}
Rows = dict[str, list[dict[str, str]]]


def example_rows() -> Rows:
    rows = {}
    for name in TABLES:
        example = {field.name: field.example for field in table_schema(name).fields}
        rows[name] = [example, *({**example, **further} for further in FURTHER_ROWS.get(name, []))]
    return rows


def around(rows: Rows, *names: str) -> Rows:
    """Only some tables, and those that they refer to or are judged by: small packages are checked soonest."""
    others = {key.table for name in names for key in table_schema(name).foreign_keys}
    others |= {needed for rule in RULES if rule.table in names for needed in rule.needs}
    return {name: table for name, table in rows.items() if name in others | {*names}}


def write(rows: Rows, folder: Path) -> Path:
    for name, table in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    resources = [{"name": name, "path": f"{name}.csv"} for name in rows]
    facts = {"currency": "SEK"}
    descriptor = {"name": "alvdalarna", "title": "Alla i mål", "initiative": facts, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def test_the_examples_of_all_columns_make_a_sound_package(tmp_path):
    assert check_package(write(example_rows(), tmp_path)).problems == ()


BREACHES = [
    # table and line that is changed, the change; table, line and column of the problem, its weight, what it tells
    (
        "relation",
        2,
        {"to_partner_id": "kommun-norra"},
        "relation",
        2,
        "to_partner_id",
        "error",
        "one partner to another",
    ),
    ("relation", 2, {"from_partner_id": "foretaget"}, "relation", 2, "from_partner_id", "error", "during the wave"),
    ("relation", 2, {"to_partner_id": "foretaget"}, "relation", 2, "to_partner_id", "error", "during the wave"),
    ("partner", 3, {"joined": "2021-04-16"}, "relation", 2, "to_partner_id", "error", "“frivilliga”"),
    ("relation", 2, {"intensity": "0"}, "relation", 2, "intensity", "error", "1 or more"),
    ("relation", 2, {"to_partner_id": "grannkommunen"}, "relation", 2, "to_partner_id", "error", "during the wave"),
    ("partner", 2, {"joined": ""}, "partner", 2, "joined", "error", "an empty cell"),
    ("partner", 5, {"joined": "2020-02-01"}, "partner", 5, "joined", "error", "comparison only"),
    ("meeting", 2, {"attended": "3"}, "meeting", 2, "attended", "note", "no fewer people"),
    ("participation", 3, {"role": "member"}, "participation", 3, "partner_id", "error", "that day"),
    ("participation", 3, {"partner_id": "grannkommunen"}, "participation", 3, "partner_id", "error", "comparison"),
    ("partner", 2, {"joined": "2021-04-13"}, "participation", 2, "partner_id", "error", "styr-2021-04"),
    (
        "participation",
        2,
        {"people_lived_experience": "3"},
        "participation",
        2,
        "people_lived_experience",
        "error",
        "“3”",
    ),
    ("activity", 2, {"actual_end": ""}, "activity", 2, "actual_end", "note", "an empty cell"),
    ("activity", 2, {"status": "ongoing"}, "activity", 2, "status", "note", "done or dropped"),
    ("data_submission", 2, {"valid_records": "321"}, "data_submission", 2, "valid_records", "error", "“320”"),
    ("emergence", 2, {"date": "2021-05-04", "reflected_on": ""}, "emergence", 2, "decision_id", "note", "b-2021-05"),
    ("emergence", 2, {"response": "", "decision_id": ""}, "emergence", 2, "status", "note", "“acted_on”"),
    ("adaptation", 2, {"date": "2021-05-02"}, "adaptation", 2, "date", "note", "“b-2021-05”"),
    ("survey_response", 2, {"partner_id": "foretaget"}, "survey_response", 2, "partner_id", "note", "during the wave"),
    ("survey_response", 2, {"group": "flicka"}, "survey_response", 2, "group", "error", "“flicka”"),
    ("indicator_value", 4, {"group": "flicka"}, "indicator_value", 4, "group", "error", "write all"),
    ("group", 3, {"group_id": "all"}, "group", 3, "group_id", "error", "everybody"),
    ("group", 3, {"reference": "true"}, "group", 3, "reference", "note", "“kön”"),
    ("survey_response", 2, {"item_id": "mindset_eye"}, "survey_response", 2, "item_id", "error", "“mindset_eyes”"),
    ("rubric_score", 3, {"criterion_id": "?"}, "rubric_score", 3, "criterion_id", "error", "the id of an item"),
    ("partnership_rating", 2, {"criterion_id": "x"}, "partnership_rating", 2, "criterion_id", "error", "an item"),
    ("survey_response", 2, {"value": "5"}, "survey_response", 2, "value", "error", "0, 1, 2, 3, 4"),
    ("survey_response", 2, {"value": "2.5"}, "survey_response", 2, "value", "error", "“mindset_eyes”"),
    ("survey_response", 3, {"value": "2"}, "survey_response", 3, "value", "error", "0, 1"),
    ("survey_response", 4, {"value": "1"}, "survey_response", 4, "value", "error", "in words"),
    ("rubric_score", 3, {"score": "0"}, "rubric_score", 3, "score", "error", "1, 2, 3, 4, 5"),
    ("rubric_score", 2, {"evidence_ref": ""}, "rubric_score", 2, "evidence_ref", "error", "rests on"),
    ("rubric_score", 3, {"unit_id": "södra"}, "rubric_score", 3, "unit_id", "error", "“södra”"),
    (
        "partnership_rating",
        2,
        {"with_partner_id": "x"},
        "partnership_rating",
        2,
        "with_partner_id",
        "error",
        "write all",
    ),
    (
        "partnership_rating",
        2,
        {"with_partner_id": "kommun-norra"},
        "partnership_rating",
        2,
        "with_partner_id",
        "error",
        "not with itself",
    ),
    ("power_alliance", 2, {"ally_id": "region"}, "power_alliance", 2, "ally_id", "error", "two different actors"),
    ("power_alliance", 2, {"ally_id": "nobody"}, "power_alliance", 2, "ally_id", "error", "wave_id + actor_id"),
    ("context_series", 3, {"series_id": "gymnasieexamen"}, "context_series", 3, "series_id", "error", "level context"),
    ("context_series", 3, {"period": "2020-Q3"}, "context_series", 3, "period", "error", "“2020-Q3”"),
    ("practice_observation", 2, {"n": "52"}, "practice_observation", 2, "n", "error", "“51”"),
    ("policy_event", 3, {"date": "2021-10-04"}, "policy_event", 3, "date", "note", "first proposed"),
    ("outcome_harvest", 2, {"parent_id": "h-2022-02"}, "outcome_harvest", 2, "parent_id", "error", "from itself"),
    ("outcome_harvest", 3, {"parent_id": "h-2022-02"}, "outcome_harvest", 3, "parent_id", "error", "from itself"),
    ("outcome_harvest", 3, {"date": "2022-02-28"}, "outcome_harvest", 3, "date", "error", "no earlier"),
    ("evidence", 3, {"claim_id": "p1"}, "claim", 3, "claim_id", "note", "“p2”"),
    ("claim", 2, {"prior": ""}, "evidence", 2, "p_if_true", "error", "all three"),
    ("claim", 4, {"prior": "0.5"}, "evidence", 4, "p_if_true", "error", "“p3”"),
    ("evidence", 2, {"p_if_false": ""}, "evidence", 2, "p_if_false", "error", "or neither"),
    ("evidence", 2, {"p_if_false": "0.8"}, "evidence", 2, "p_if_false", "note", "says nothing"),
    ("evidence", 4, {"test": ""}, "evidence", 4, "test", "error", "what kind of test"),
    ("indicator", 3, {"level": "system"}, "indicator", 3, "level", "error", "“context”"),
    ("indicator", 2, {"direction": ""}, "indicator", 2, "direction", "error", "increase, decrease"),
    ("indicator", 2, {"target": "60"}, "indicator", 2, "target", "note", "the better side"),
    ("indicator", 3, {"target": "9"}, "indicator", 3, "target", "note", "the better side"),
    ("indicator", 2, {"target_period": ""}, "indicator", 2, "target_period", "note", "by when"),
    ("indicator", 2, {"catalogue_id": "OUT-99"}, "indicator", 2, "catalogue_id", "error", "“OUT-99”"),
    ("indicator_value", 4, {"indicator_id": "arbetsloshet"}, "indicator_value", 4, "indicator_id", "error", "series"),
    ("indicator_value", 4, {"period": "2020-04"}, "indicator_value", 4, "period", "error", "1989-04"),
    ("indicator_value", 3, {"revision": "2"}, "indicator_value", 3, "revision", "note", "without a gap"),
    ("indicator_value", 3, {"revision": "0"}, "indicator_value", 3, "indicator_id", "error", "a higher revision"),
    ("wave", 2, {"opened": "2021-04-16"}, "wave", 2, "closed", "error", "opened 2021-04-16"),
]


@pytest.mark.parametrize(("table", "line", "change", "place", "row", "field", "severity", "word"), BREACHES)
def test_a_breach_of_a_rule_gives_its_one_problem(tmp_path, table, line, change, place, row, field, severity, word):
    rows = example_rows()
    assert rows[table][line - 2] != rows[table][line - 2] | change
    rows[table][line - 2] |= change
    (problem,) = check_package(write(around(rows, table, place), tmp_path)).problems
    assert (problem.place, problem.row, problem.field, problem.severity) == (f"{place}.csv", row, field, severity)
    assert word in f"{problem.found}; {problem.expected}; {problem.mend}"


def test_each_rule_is_broken_by_some_breach_above():
    broken = {(place, field, severity) for *_, place, _, field, severity, _ in BREACHES}
    unbroken = {(rule.table, rule.field, rule.severity) for rule in RULES} - broken
    assert unbroken == {
        ("partnership_rating", "score", "error"),  # the table's own bounds are those of its instrument's scale
        ("partnership_rating", "evidence_ref", "error"),  # its instrument asks for no evidence
    }


def test_outcomes_that_follow_from_each_other_are_all_found(tmp_path):
    rows = example_rows()
    first = rows["outcome_harvest"][0]
    ids = [f"h{i}" for i in range(9)]
    parents = ["", *ids[:4], "h7", "h5", "h6", "h7"]  # h0 to h4 a chain; h5, h6 and h7 a circle that h8 leads to
    pairs = zip(ids, parents, strict=True)
    rows["outcome_harvest"] = [{**first, "outcome_id": each, "parent_id": parent} for each, parent in pairs]
    (problem,) = check_package(write(around(rows, "outcome_harvest"), tmp_path)).problems
    assert (problem.row, problem.field, problem.count) == (7, "parent_id", 4)


def test_a_rule_is_not_judged_by_a_table_that_could_not_be_read_whole(tmp_path):
    package = write(around(example_rows(), "claim"), tmp_path)
    lines = (package / "evidence.csv").read_text(encoding="utf-8").splitlines()
    (package / "evidence.csv").write_text("\n".join([*lines[:2], "b2,p2"]), encoding="utf-8")
    (problem,) = check_package(package).problems
    assert (problem.place, problem.row) == ("evidence.csv", 3)


ODD = st.sampled_from(["", "all", "-1", "1e400", "0.5", "true", "2021", "2021-02-30", "kommun-norra", "\x00", "=1+1"])
PLACES = [(name, field.name) for name in TABLES for field in table_schema(name).fields]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_no_cell_makes_the_check_raise(tmp_path, changes):
    rows = example_rows()
    for (name, column), odd in changes:
        rows[name][0][column] = odd
    package = write(around(rows, *(name for (name, _), _ in changes)), tmp_path)
    for problem in check_package(package).problems:
        assert problem.found
        assert problem.mend


@pytest.mark.parametrize(
    ("written", "mend"),
    [("publik", "skriv ”public”"), ("Offentlig  sektor", "skriv ”public”"), ("?", "välj något av dessa")],
)
def test_a_value_off_the_list_is_answered_with_the_labels_and_the_one_that_was_meant(tmp_path, written, mend):
    rows = around(example_rows(), "partner")
    rows["partner"][0]["sector"] = written
    with in_language("sv"):
        (problem,) = check_package(write(rows, tmp_path)).problems
    assert "public (Offentlig sektor), " in problem.expected
    assert problem.mend == mend


def test_money_needs_a_currency():
    (note,) = currency_problems(["area", "cost"], "")
    assert (note.field, note.severity) == ("initiative.currency", "note")
    assert "cost" in note.found
    assert currency_problems(["cost"], "SEK") == currency_problems(["area"], "") == []


def test_rules_name_columns_that_there_are():
    for rule in RULES:
        columns = {field.name for field in table_schema(rule.table).fields}
        assert {rule.field, *rule.shows} <= columns
        assert set(rule.needs) <= set(TABLES)


@pytest.mark.parametrize("name", [*TABLES, *FACTS])
def test_a_schema_is_a_table_schema_in_both_languages(name):
    folder = SCHEMAS / "descriptor" if name in FACTS else SCHEMAS
    raw = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    schema = table_schema(name)
    assert frictionless.Schema.validate_descriptor(raw).valid
    worded = [schema, *schema.fields]
    for words in [*(each.title for each in worded), *(each.description for each in worded)]:
        assert words.root["en"]
        assert words.root["sv"]
    for field in schema.fields:
        assert set(field.unit.root) in (set(), {"en", "sv"})
        assert set(field.labels) == set(field.allowed)
        for label in field.labels.values():
            assert label.root["en"]
            assert label.root["sv"]
        assert not field.example or not field.allowed or field.example in field.allowed
        assert bool(field.example) or not field.required
    for language in ("en", "sv"):
        titles = [field.title.root[language] for field in schema.fields]
        assert len(set(titles)) == len(titles)
    names = [field.name for field in schema.fields]
    pairs = [column for pair in schema.in_order for column in pair]
    assert {*schema.primary_key, *pairs} <= set(names)
    for key in schema.foreign_keys:
        assert set(key.fields) <= set(names)
        assert set(key.targets) <= set(table_schema(key.table).primary_key)


def test_the_tables_have_titles_that_a_sheet_may_have():
    assert sorted(TABLES) == sorted(file.stem for file in SCHEMAS.glob("*.json"))
    for language in ("en", "sv"):
        titles = [table_schema(name).title.root[language] for name in (*TABLES, *FACTS)]
        assert len({title.lower() for title in titles}) == len(titles)
        assert not [title for title in titles if len(title) > 31 or set(title) & set("[]:*?/\\")]


def test_columns_that_take_the_terms_of_the_framework_take_all_of_them():
    found = 0
    for file in [*SCHEMAS.glob("*.json"), *SCHEMAS.glob("descriptor/*.json")]:
        for field in json.loads(file.read_text(encoding="utf-8"))["fields"]:
            if field.get("vocabulary", "language") != "language":
                assert field["constraints"]["enum"] == [concept.id for concept in concepts(field["vocabulary"])]
                found += 1
    assert found >= 6
