"""The two evaluations of the system while it moves say what was planted, and what the tables themselves tell."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from notebooks import run_cells

from collective_impact.analysis.system.outcome_chains import outcome_chains
from collective_impact.analysis.system.practice_adoption import adoption_by_group, cases_reached
from collective_impact.analysis.system.practice_records import first_and_last_year, practice_rows
from collective_impact.analysis.system.records import early_signals, norm_answers, standing
from collective_impact.framework.vocabulary import Strength

EXAMPLE = Path(__file__).parents[1] / "data/examples/alla-i-mal"
TRUTHS = json.loads((EXAMPLE / "truths.json").read_text())["truths"]
DEVELOPMENTAL, FORMATIVE = "developmental_system", "formative_system"


@pytest.fixture
def found(ran):
    """The finding of a name, on the complete example."""

    def by_name(template, name):
        findings, _page = ran(template)
        return next(each for each in findings.findings if each.id == f"{template}.{name}")

    return by_name


def cut(initiative, **changes):
    """An initiative with some tables changed, and those left out that are None."""
    kept = {name: table for name, table in initiative.tables.items() if changes.get(name, table) is not None}
    changed = {name: change(kept[name]) for name, change in changes.items() if change is not None}
    return replace(initiative, tables=kept | changed)


def holds(estimate, truth):
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize(("name", "practice"), [("traction", "franvarorutin"), ("for_whom_not", "eget-inflytande")])
def test_the_share_that_took_up_a_practice_is_the_planted_one(found, name, practice):
    truth = TRUTHS["practice_adoption"]
    finding = found(FORMATIVE, name)
    assert finding.estimate.value == pytest.approx(
        100 * truth["realised"]["practice_share_last_quarter"][practice], abs=0.5
    )
    assert holds(finding.estimate, 100 * truth["planted"]["practices"][practice]["final_share"])
    assert f"practice_observation:{practice}" in finding.data


def test_half_of_the_adopters_had_begun_when_the_table_says(ran):
    _findings, page = ran(FORMATIVE)
    for period in TRUTHS["practice_adoption"]["realised"]["practice_half_reached"].values():
        year, quarter = period.split("-")
        assert f"| {quarter} {year} |" in page


def test_money_follows_the_agenda_by_as_much_a_year_as_was_planted(found):
    planted = TRUTHS["aligned_funding"]["planted"]
    finding = found(FORMATIVE, "money")
    assert holds(finding.estimate, 100 * (planted["aligned_last"] - planted["aligned_first"]) / 5)
    assert finding.strength is Strength.WEAK  # six years


def test_few_interviews_cannot_tell_and_many_answers_can(found):
    finding = found(FORMATIVE, "norms")
    young, influential = finding.compared
    assert young.conclusive
    assert not influential.conclusive
    assert influential.n_units == sum(TRUTHS["named_unasked"]["realised"]["named_unasked_asked"].values())
    first, last = TRUTHS["named_unasked"]["planted"]["named_unasked"]
    assert holds(influential, 100 * (last - first))
    assert "is inconclusive: 42% to 57% (54 answers" in finding.statement


def test_policies_are_counted_where_they_stand(found):
    assert found(FORMATIVE, "policies").title == "4 of 8 policies are in force"


def test_ripples_are_those_of_the_table(found, complete):
    harvest = complete.table("outcome_harvest")
    chains = outcome_chains(harvest)
    assert chains.n_linked == int((harvest["parent_id"].fillna("") != "").sum())
    assert chains.order.loc["h01", "followers"] == 6
    assert chains.longest == 5
    places = {own: place for place, own in enumerate(chains.order.index)}
    assert all(places[row.parent] < places[own] for own, row in chains.order.iterrows() if row.parent)
    assert "10 of 16" in found(DEVELOPMENTAL, "ripples").title


def test_what_nobody_foresaw_is_said(found):
    finding = found(DEVELOPMENTAL, "surprises")
    assert finding.topics == ("surprise",)
    assert "8 of 16" in finding.title
    assert "Girls on academic programmes" in finding.statement


def test_openings_are_read_off_the_initiative_s_own_map(found, complete):
    finding = found(DEVELOPMENTAL, "openings")
    actors = standing(complete)
    against = actors.loc[actors["stance"] < 0, "name"]
    assert finding.title.startswith(f"{len(against)} of {len(actors)} ")
    assert all(name in finding.statement for name in against)
    assert finding.strength is Strength.WEAK


def test_norms_are_compared_in_the_areas_that_were_asked_both_times(complete):
    given = complete.table("survey_response").query("item_id == 'target_norm' and value.notna()")
    asked = given.groupby("wave_id")["area_id"].agg(set)
    both = asked["malgrupp-2021"] & asked["malgrupp-2025"]
    counts = norm_answers(complete).query("instrument == 'target_group'").set_index("wave_id")
    assert (counts["areas"] == len(both)).all()
    assert counts["n"].to_dict() == given[given["area_id"].isin(both)].groupby("wave_id").size().to_dict()


def test_signals_are_counted_by_kind_of_actor(complete):
    signals = early_signals(complete)
    assert len(signals) == len(complete.table("system_change"))
    assert (signals["actor"] == "").sum() == 2
    assert signals["begins"].is_monotonic_increasing


def test_each_organization_is_compared_with_itself(complete):
    rows = practice_rows(complete)
    years = first_and_last_year(rows)
    assert not years["partner_id"].isin(rows.loc[rows["comparison"], "partner_id"]).any()
    assert (years.groupby(["practice_id", "partner_id"])["period"].nunique() == 2).all()
    assert years.groupby(["practice_id", "partner_id", "period"]).size().max() <= 4


def test_no_kind_of_organization_stands_alone_with_fewer_than_three(complete):
    groups = adoption_by_group(practice_rows(complete), "sector")
    assert groups["n"].min() >= 3
    assert "Non-profit" not in set(groups["group"])


def test_small_numbers_of_cases_are_hidden():
    cases = pd.DataFrame({"practice_id": "p", "sector": ["a", "b", "c"], "n": [4, 60, 70], "denominator": [80, 90, 95]})
    shown = cases_reached(cases, 11).set_index("sector")
    assert pd.isna(shown.loc["a", "value"])


def test_sites_make_up_their_organization(complete):
    whole = practice_rows(complete)
    halves = cut(
        complete, practice_observation=lambda f: pd.concat([f.assign(site="a"), f.assign(site="b", adopted=False)])
    )
    parts = practice_rows(halves)
    assert len(parts) == len(whole)
    assert parts["adopted"].sum() == whole["adopted"].sum()
    assert parts["denominator"].sum() == 2 * whole["denominator"].sum()


def few(column, *values):
    return lambda frame: frame[frame[column].isin(values)]


DEGRADED = [
    (DEVELOPMENTAL, {"outcome_harvest": None}, 2),
    (DEVELOPMENTAL, {"system_change": None, "partner": None}, 3),
    (DEVELOPMENTAL, {"outcome_harvest": lambda f: f.head(1), "power_actor": None}, 3),
    (FORMATIVE, {"practice_observation": None, "partner": None, "policy": None}, 3),
    (FORMATIVE, {"practice_observation": few("partner_id", "alvgymnasiet"), "funding_flow": None}, 3),
    (FORMATIVE, {"practice_observation": few("partner_id", "granhult-kommun"), "policy_event": None}, 2),
    (FORMATIVE, {"survey_response": few("wave_id", "tongivande-2022"), "funding_flow": lambda f: f.head(3)}, 4),
]


@pytest.mark.parametrize(("template", "changes", "n"), DEGRADED)
def test_with_less_data_a_page_says_less(template, changes, n, complete, tmp_path):
    findings, page = run_cells(template, tmp_path, initiative=cut(complete, **changes), as_of="2025-12-31")
    assert len(findings.findings) == n
    assert findings.unanswered
    assert not re.search(r"\b(nan|NaN|NaT)\b|<NA>", page)
    assert not [each.reason for each in findings.unanswered if "this indicator" in each.reason]
