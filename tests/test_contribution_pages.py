"""The summative pages on the system and the initiative say what was planted, and no more than the data bear."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from notebooks import run_cells

from collective_impact.analysis.initiative.cost_of_effect import cost_of_effect
from collective_impact.analysis.initiative.site_effects import site_effects
from collective_impact.analysis.outcome.effect_in_people import PeopleBehind
from collective_impact.analysis.system.contribution_claims import contribution_claims
from collective_impact.analysis.system.practice_contrasts import kept_practices, practice_contrasts
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import panel_from_wide

TRUTHS = json.loads((ROOT / "data/examples/alla-i-mal/truths.json").read_text())["truths"]
SYSTEM, INITIATIVE = "summative_system", "summative_initiative"


def finding(ran, template, name):
    return {each.id.split(".")[1]: each for each in ran(template)[0].findings}[name]


def test_the_claims_that_were_planted_as_true_are_borne_out_and_no_others(ran, complete):
    told = finding(ran, SYSTEM, "contribution").statement
    claims = complete.tables["claim"].set_index("claim_id")["statement_en"]
    assert {claim for claim, text in claims.items() if text in told} == set(
        TRUTHS["process_tracing"]["planted"]["true_claims"]
    )
    others = finding(ran, SYSTEM, "not_borne_out")
    assert claims["p3"] in others.statement
    assert "contradictory" in others.statement
    assert "rival" in others.topics
    assert others.strength is Strength.WEAK  # no verdict stands with every starting point


def test_practice_changed_by_what_the_tables_show_and_what_was_planted(ran, complete):
    found = finding(ran, SYSTEM, "practice")
    seen = complete.tables["practice_observation"].assign(value=lambda rows: rows["adopted"].astype(float))
    ends = seen.sort_values("period").groupby(["practice_id", "partner_id"])["value"]
    changes = (ends.apply(lambda each: each.iloc[-4:].mean()) - ends.first()).groupby("partner_id").mean()
    partners = complete.tables["partner"].set_index("partner_id")["comparison"].reindex(changes.index).astype(bool)
    assert found.estimate.value == pytest.approx(100 * (changes[~partners].mean() - changes[partners].mean()), abs=1)
    planted = TRUTHS["practice_adoption"]["planted"]["practices"].values()
    truth = 100 * np.mean([each["final_share"] - each["comparison_share"] for each in planted])
    assert found.estimate.low < truth < found.estimate.high
    assert found.strength is Strength.MODERATE  # five organizations to compare with


def test_what_was_taken_up_is_followed_for_a_year():
    periods = pd.period_range("2020-Q1", periods=8, freq="Q")
    uses = {"kept": [0, 1, 1, 1, 1, 1, 1, 1], "gave_up": [0, 1, 1, 1, 1, 1, 1, 0], "late": [0, 0, 0, 0, 0, 1, 1, 1]}
    rows = pd.DataFrame(
        [
            ("p", partner, at, bool(use), False)
            for partner, own in uses.items()
            for at, use in zip(periods, own, strict=True)
        ],
        columns=["practice_id", "partner_id", "period", "adopted", "comparison"],
    )
    (found,) = kept_practices(rows)
    assert (found.n_taken_up, found.n_followed, found.n_kept) == (3, 2, 1)
    assert found.organizations == {"kept", "gave_up"}


def test_without_organizations_to_compare_with_the_change_is_weak(complete, tmp_path):
    alone = replace(
        complete, tables={**complete.tables, "partner": complete.tables["partner"].assign(comparison=False)}
    )
    found, _page = run_cells(SYSTEM, tmp_path, initiative=alone, package="alla-i-mal", as_of="2025-12-31")
    practice = next(each for each in found.findings if each.id.endswith(".practice"))
    assert practice.strength is Strength.WEAK
    assert "none to compare with" in practice.statement


def claim_with(prior, *pieces):
    """One claim with evidence that was found, each piece with its two probabilities."""
    claim = pd.DataFrame(
        [["c", "s", "a", "b", "", prior, None]],
        columns=["claim_id", "statement", "link_from", "link_to", "rival", "prior", "rival_plausibility"],
    )
    rows = [[f"e{n}", "c", True, "hoop", true, false, ""] for n, (true, false) in enumerate(pieces)]
    names = ["evidence_id", "claim_id", "observed", "test", "p_if_true", "p_if_false", "independent_group"]
    (found,) = contribution_claims(claim, pd.DataFrame(rows, columns=names))
    return found


@pytest.mark.parametrize(
    ("prior", "pieces", "word", "side"),
    [
        (0.5, [(0.95, 0.01)] * 4, "practically_certain", "for"),
        (0.5, [(0.9, 0.2)] * 3, "confident", "for"),
        (0.5, [(0.85, 0.35)] * 3, "fairly_confident", "for"),
        (0.9, [(0.6, 0.5)], "leaning_for", "open"),
        (0.5, [(0.6, 0.5)], "undecided", "open"),
        (0.5, [(0.2, 0.9)] * 3, "unlikely", "against"),
    ],
)
def test_the_words_for_confidence_follow_the_rules_on_the_page(prior, pieces, word, side):
    found = claim_with(prior, *pieces)
    assert (found.confidence, found.side) == (word, side)


def test_a_relation_across_ten_areas_is_inconclusive_and_holds_the_planted_one(ran):
    found = finding(ran, INITIATIVE, "dose_response")
    assert found.title.startswith("Inconclusive")
    assert "10 areas" in found.title
    assert found.estimate.low < TRUTHS["dose_response"]["planted"]["completion_per_rubric_point"] < found.estimate.high
    assert "no ranking" in ran(INITIATIVE)[1]


def test_partners_who_answered_twice_moved_as_planted(ran):
    estimate = finding(ran, INITIATIVE, "partners").estimate
    assert estimate.low < TRUTHS["surveys"]["planted"]["partner_survey_rise"] < estimate.high


def test_the_cost_for_each_is_all_costs_over_the_people_gained(ran, complete):
    found = finding(ran, INITIATIVE, "cost")
    spent = complete.tables["cost"]["amount"].sum()
    assert "64 million SEK" in found.statement
    assert round(spent / found.estimate.value) == 512
    assert found.estimate.low < found.estimate.value < found.estimate.high


def panel():
    periods = pd.period_range("2010", periods=10, freq="Y", name="period")
    wiggle = np.array([0, 1, -1, 0.5, 0, -0.5, 1, 0, -1, 0.5])
    values = {f"d{n}": 10 + np.roll(wiggle, n) for n in range(6)}
    early, late = 20 + 4 * (np.arange(10) >= 4), 30 + 4 * (np.arange(10) >= 8)
    frame = pd.DataFrame({**values, "early": early, "late": late}, index=periods, dtype=float)
    return panel_from_wide(frame, {"early": periods[4], "late": periods[8]})


def test_sites_are_held_against_the_donors_over_the_same_time_since_their_start():
    given = panel()
    found = site_effects(given)
    assert found.n_periods == 2
    donors = given.outcome[list(given.donors)].mean(axis=1)
    expected = 4 - (donors.iloc[4:6].mean() - donors.iloc[:4].mean())
    assert found.effects.loc["early", "effect"] == pytest.approx(expected)
    assert site_effects(given, delay=1).n_periods == 1
    assert site_effects(given, delay=9) == Insufficient("too_few_periods_after", 0, 10)


def test_an_uncertain_gain_has_a_cost_without_upper_limit():
    estimate = Estimate(2.0, -1.0, 5.0, 0.95, 0.2, None, 9, 5, "difference_in_differences")
    result = SimpleNamespace(estimate=estimate)
    costs = pd.DataFrame({"amount": [900.0, 100.0], "in_kind": [0.0, 100.0]})
    found = cost_of_effect(costs, result, PeopleBehind(5_000, 100, None, ""), "increase")
    assert found.people.value == 100
    assert found.cost.interval.value == 10
    assert not found.cost.conclusive
    assert found.cost.interval.high == np.inf
    assert cost_of_effect(costs, result, PeopleBehind(5_000, 100, None, ""), "decrease").reason == "no_gain"
    assert cost_of_effect(costs, result, None, "increase").reason == "no_denominator"


@pytest.mark.parametrize("template", [SYSTEM, INITIATIVE])
def test_a_package_with_nothing_but_its_descriptor_leaves_every_question_open(template, complete, tmp_path):
    bare = replace(complete, tables={})
    found, page = run_cells(template, tmp_path, initiative=bare, package="alla-i-mal", as_of="2025-12-31")
    assert not found.findings
    assert found.unanswered
    assert "nan" not in page.split()


def test_no_practice_is_contrasted_where_nobody_takes_part():
    rows = pd.DataFrame(columns=["practice_id", "partner_id", "period", "adopted", "comparison"]).astype(
        {"comparison": bool}
    )
    assert practice_contrasts(rows) == Insufficient("no_rows", 0, 1, "practice_observation")
