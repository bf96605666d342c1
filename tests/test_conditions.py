"""The formative evaluation of the initiative: the five conditions, the plan, and how partners see the collaboration."""

import json
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT
from statistics_examples.rounds import rated, surveyed

from collective_impact.analysis.initiative.conditions import ratings_by_round, scores_with_evidence
from collective_impact.analysis.initiative.implementation import plan_at, reports_at
from collective_impact.analysis.initiative.rubric_rounds import judged_groups, most_wanting, rated_rounds
from collective_impact.analysis.initiative.survey_rounds import last_round
from collective_impact.charts.initiative import conditions_tables as tables
from collective_impact.charts.initiative.collaboration import factor_dots
from collective_impact.charts.initiative.conditions import (
    agreement_dots,
    component_matrix,
    condition_dots,
    condition_radar,
)
from collective_impact.charts.initiative.delivery_calendar import plan_calendar, report_calendar
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.initiative.collaboration import conclude_factors
from collective_impact.findings.initiative.conditions import conclude_conditions
from collective_impact.findings.initiative.implementation import conclude_plan, conclude_reports
from collective_impact.framework.instruments import instrument
from collective_impact.framework.vocabulary import Phase, Strength, inquiry
from collective_impact.statistics.insufficient import Insufficient

NOW = date(2025, 12, 31)
CONDITIONS = instrument("conditions")


@pytest.fixture(scope="session")
def planted():
    return json.loads((ROOT / "data/examples/alla-i-mal/truths.json").read_text())["truths"]


@pytest.fixture(scope="session")
def conditions(complete):
    return rated_rounds(CONDITIONS, ratings_by_round(complete.until(NOW), "conditions"))


@pytest.fixture
def evaluation(complete, tmp_path):
    return Evaluation(inquiry("formative_initiative"), complete.until(NOW), NOW, tmp_path)


def finding(ran, name):
    found, _page = ran("formative_initiative")
    return next(each for each in found.findings if each.id == f"formative_initiative.{name}")


def test_what_stalled_and_what_fell_back_is_what_was_planted(conditions, planted):
    truth = planted["conditions"]["planted"]
    assert list(conditions.stalled) == truth["conditions_stalled"]
    assert set(conditions.fell_back) == set(truth["conditions_fell_back"])
    assert "conditions_measurement_tool" not in conditions.not_regained  # it came back in the last round


def test_the_rise_and_the_agreement_are_those_planted(conditions, planted):
    means = planted["conditions"]["planted"]["conditions_means"]
    rise = conditions.rise.mean
    assert rise.low < means[-1] - means[0] < rise.high
    realised = planted["rater_agreement"]["realised"]["alpha_conditions"]
    assert conditions.agreement.alpha == pytest.approx(realised, abs=0.001)


@pytest.mark.parametrize(
    ("levels", "verdict"), [((0, 1, 1), "fix"), ((1, 1, 1), "stop"), ((2, 2, 2), "fix"), ((2, 3, 3), "keep")]
)
def test_keep_fix_and_stop_follow_the_stated_rules(levels, verdict):
    judged = judged_groups(rated_rounds(CONDITIONS, rated(*levels)))
    assert {each.verdict for each in judged} == {verdict}


def test_a_condition_in_use_that_lost_something_is_to_be_fixed():
    scores = rated(4, 4, 4)
    scores.loc["round-2", "conditions_trust"] = 3.0
    judged = judged_groups(rated_rounds(CONDITIONS, scores))
    assert most_wanting(judged).group == "continuous_communication"
    assert {each.group for each in judged if each.verdict != "keep"} == {"continuous_communication"}


def test_raters_who_disagree_leave_power_open_and_show_no_scores(ran):
    found, page = ran("formative_initiative")
    (left,) = found.unanswered
    assert "power" in left.question
    assert "agree too little" in left.reason
    assert "Know your context" not in page


def test_the_findings_hold_what_was_planted(ran, planted):
    surveys, on_time = planted["surveys"]["planted"], planted["on_time"]
    rise = finding(ran, "factors").estimate
    assert rise.low < surveys["wilder_rise"] < rise.high
    plan = finding(ran, "plan").estimate
    assert plan.low < on_time["planted"]["activities_on_time"] < plan.high
    assert plan.value == pytest.approx(on_time["realised"]["activities_on_time_share"], abs=0.001)
    assert (plan.n_units, finding(ran, "reports").estimate.low > 0) == (on_time["realised"]["activities_due"], True)


def test_the_reports_in_time_are_those_counted_in_the_tables(complete, planted):
    shares = reports_at(complete, NOW).groupby("period")["on_time"].mean()
    counted = planted["on_time"]["realised"]["submissions_on_time_by_year"]
    assert {str(year): round(share, 3) for year, share in shares.items()} == counted


def test_every_picture_and_card_says_what_was_found(ran):
    found, page = ran("formative_initiative")
    assert [each.id.split(".")[1] for each in found.findings] == [
        "conditions",
        "plan",
        "reports",
        "factors",
        "reinforcement",
    ]
    assert "24 of 29 criteria in use" in page
    assert "fell back in Rating 2025" in page
    assert "| Fix |" in page
    assert "A test to begin with: Mutually reinforcing activities" in page
    assert "wilder_" not in page


def test_two_raters_are_weak_evidence_and_one_rater_is_none(evaluation):
    named = (1, 2)
    two = rated_rounds(CONDITIONS, rated(1, 2, 3, raters=2))
    assert conclude_conditions(evaluation, two, judged_groups(two), named).strength is Strength.WEAK
    one = rated_rounds(CONDITIONS, rated(1, 2, 3, raters=1))
    assert conclude_conditions(evaluation, one, judged_groups(one), named).missing.reason == "too_few_raters"


def test_one_round_tells_where_things_stand_and_no_change(evaluation):
    once = rated_rounds(CONDITIONS, rated(2))
    judged = judged_groups(once)
    told = conclude_conditions(evaluation, once, judged, (0, 0))
    assert told.estimate is None
    assert "rounds the mean" not in told.statement
    assert "One round" in tables.standing_still(once, {}).markdown()
    assert "only round" in condition_dots(once, judged, {}).title
    assert len(condition_radar(once, judged, {}).data.columns) == 2


def test_few_people_are_hidden_and_some_are_shown_without_intervals(evaluation):
    wilder = instrument("wilder")
    assert last_round(wilder, surveyed(respondents=4), 5).reason == "too_few_respondents"
    seven = last_round(wilder, surveyed(1, respondents=7, partners=7), 5)
    assert all(row[2:] == ["–", "–"] for row in factor_dots(seven, {}).data.rows)
    rises = [Insufficient("too_few_rounds", 1, 2)]
    told = conclude_factors(evaluation, seven, rises, {})
    assert told.estimate is None
    assert told.strength is Strength.INSUFFICIENT


def test_few_activities_are_too_little_and_a_small_plan_says_so(evaluation, complete):
    plan = plan_at(complete, NOW)
    assert conclude_plan(evaluation, plan[:5]).strength is Strength.INSUFFICIENT
    assert conclude_plan(evaluation, plan[:12]).strength is Strength.WEAK
    assert conclude_plan(evaluation, plan[~plan["on_time"]][:1]).estimate is None
    early = plan[plan["period"] == plan["period"].min()]
    assert plan_calendar(early).title.count(":") == 0


def test_without_a_model_of_the_change_reports_are_told_of_as_they_are(evaluation, complete):
    reports = reports_at(complete, NOW)
    told = conclude_reports(evaluation, reports[reports["partner_id"] == reports["partner_id"].iloc[0]], [])
    assert told.estimate is None
    assert "1 partners" not in told.title


def test_components_of_a_phase_that_nobody_scored_are_dashes():
    asked = instrument("components")
    ids = [item.id for item in asked.scale_items if not item.id.endswith("sustain")]
    scores = pd.DataFrame(
        [[(place + rater % 2) % 5 for place in range(len(ids))] for rater in range(4)], columns=ids, dtype=float
    )
    scores.index = pd.MultiIndex.from_product([["now"], [*"abcd"]])
    drawn = component_matrix(rated_rounds(asked, scores.reindex(columns=[i.id for i in asked.scale_items])), {}, None)
    if isinstance(drawn, Insufficient):
        assert drawn.reason == "low_agreement"
    else:
        assert all(row[-1] == "–" for row in drawn.data.rows)


def test_agreement_is_shown_for_those_who_can_be_judged(conditions):
    drawn = agreement_dots(conditions, Insufficient("no_ratings", 0, 1, "rubric_score"))
    assert len(drawn.data.rows) == 1
    assert isinstance(agreement_dots(Insufficient("no_ratings", 0, 1, "rubric_score")), Insufficient)


def test_scores_that_name_their_evidence_are_counted(complete):
    rows = complete.table("rubric_score")
    own = rows[rows["criterion_id"].str.startswith("conditions_") & (rows["unit_id"] == "initiative")]
    own = own[own["score"].notna()]
    assert scores_with_evidence(complete, "conditions") == (int((own["evidence_ref"] != "").sum()), len(own))


def test_partners_with_late_reports_come_first(complete):
    rows = report_calendar(reports_at(complete, NOW)).data.rows
    assert len(rows) == 12 + 1
    assert rows[0][-2:] == ["2 of 3", "11 of 19"]
    assert rows[-1][0] == "All 17 partners"
    assert rows[-1][-1] == "222 of 297"


def test_the_present_phase_is_marked(ran):
    _found, page = ran("formative_initiative")
    assert f"{Phase.SUSTAIN_ACTION_AND_IMPACT.value}" not in page
    assert "Sustain action and impact (now)" in page
