"""Readiness: the lowest precondition decides, one rater alone leaves it open, dissent is told."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from notebooks import run_cells

from collective_impact.analysis.initiative.rated_round import rated_round
from collective_impact.analysis.initiative.readiness import DONE, score_round, tasks_of_phase
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.initiative.readiness import conclude_parts, conclude_preconditions
from collective_impact.framework.instruments import instrument
from collective_impact.framework.vocabulary import Phase, Strength, inquiry

AS_OF = date(2025, 12, 31)
PRECONDITIONS = ("readiness_champion", "readiness_finances", "readiness_urgency")


def by_name(found):
    return {finding.id.split(".")[1]: finding for finding in found.findings}


def rated_by_hand(complete, wave):
    """The lower median of each criterion, from the table itself."""
    table = complete.tables["rubric_score"]
    own = table[(table["wave_id"] == wave) & (table["unit_id"] == "initiative")].dropna(subset="score")
    return own.groupby("criterion_id")["score"].apply(lambda scores: sorted(scores)[(len(scores) - 1) // 2])


@pytest.fixture
def with_scores(complete, tmp_path):
    """Conclude on the preconditions and the parts of the complete example with other scores."""

    def conclude(change):
        table = complete.tables["rubric_score"].copy()
        changed = replace(complete, tables={**complete.tables, "rubric_score": change(table)})
        evaluation = Evaluation(inquiry("readiness"), changed, AS_OF, tmp_path)
        readiness = score_round(rated_round(changed, "readiness"))
        return conclude_preconditions(readiness, evaluation), conclude_parts(readiness, evaluation)

    return conclude


def scored(criterion, score, rater=None):
    def change(table: pd.DataFrame) -> pd.DataFrame:
        own = (table["criterion_id"] == criterion) & ((table["rater_id"] == rater) | (rater is None))
        table.loc[own, "score"] = score
        return table

    return change


def test_the_conclusions_are_those_that_the_table_gives(ran, complete):
    found = by_name(ran("readiness")[0])
    by_hand = rated_by_hand(complete, "fore-2020")
    lowest = min(by_hand[each] for each in PRECONDITIONS)
    assert f"each reached {lowest} of 5" in found["preconditions"].title
    parts = by_hand[by_hand.index.str.startswith("readiness_")].drop(list(PRECONDITIONS))
    assert found["parts"].title.startswith(f"{(parts < 3).sum()} of {len(parts)} parts")
    tasks = rated_by_hand(complete, "bedomning-2025").filter(regex="^components_.*_sustain$")
    assert found["components"].title.startswith(f"{(tasks >= DONE).sum()} of {len(tasks)} tasks")
    assert "4 raters" in found["preconditions"].statement


def test_no_strength_makes_up_for_a_precondition_that_falls_short(with_scores):
    finding, _parts = with_scores(scored("readiness_finances", 2))
    assert finding.title == "Not ready yet: “Financial resources” falls short of the gate"
    assert "money" in finding.now_what[0].action


def test_one_rater_alone_leaves_the_gate_open(with_scores):
    finding, parts = with_scores(lambda table: table[table["rater_id"] == "bedomare-1"])
    assert "still open" in finding.title
    assert finding.strength is Strength.INSUFFICIENT
    assert parts.missing.reason == "too_few_raters"


def test_one_rater_alone_can_fail_the_gate(with_scores):
    def change(table):
        return scored("readiness_champion", 1)(table[table["rater_id"] == "bedomare-1"].copy())

    finding, _parts = with_scores(change)
    assert "Not ready yet" in finding.title


def test_dissent_is_told_and_costs_a_grade(with_scores):
    finding, _parts = with_scores(scored("readiness_urgency", 1, "bedomare-2"))
    assert "sees it below the gate: “Urgency for change”" in finding.statement
    assert finding.strength is Strength.WEAK


def test_raters_are_never_listed(ran):
    _found, page = ran("readiness")
    assert "bedomare" not in page


def test_the_last_round_by_then_is_taken_unless_another_is_asked_for(complete):
    assert rated_round(complete, "components").wave_id == "bedomning-2025"
    assert rated_round(complete, "components", "bedomning-2022").wave_id == "bedomning-2022"
    assert rated_round(replace(complete, tables={}), "components") is None


def test_the_tasks_are_those_of_the_phase(complete):
    components = score_round(rated_round(complete, "components", "bedomning-2020"))
    tasks = tasks_of_phase(components, Phase.INITIATE_ACTION)
    named = {item.id for item in instrument("components").scale_items if item.concept.endswith("initiate_action")}
    assert set(tasks.index) == named
    assert tasks.is_monotonic_increasing


def test_at_the_start_it_is_no_unusual_moment_and_looks_at_no_later_scores(complete, tmp_path):
    found, page = run_cells("readiness", tmp_path, initiative=complete, as_of="2020-12-31")
    assert "An unusual moment" not in page
    assert "Initiate action" in by_name(found)["components"].statement
    assert "they tell how it stood then" not in page
