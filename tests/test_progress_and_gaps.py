"""The outcome evaluations before and during the work: baselines, courses, gaps by group, areas in a funnel."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import AT_ITS_END
from notebooks import run_cells

from collective_impact.analysis.outcome.area_funnel import area_funnel
from collective_impact.analysis.outcome.chart_of_counts import control_chart_for, moving_level
from collective_impact.analysis.outcome.followed import TOGETHER, by_year, counted, members, put_together
from collective_impact.analysis.outcome.group_gaps import gaps_between_groups
from collective_impact.analysis.outcome.groups import group_counts
from collective_impact.analysis.outcome.realistic_horizon import (
    detectable_by_horizon,
    panel_before_start,
    planned_effect,
    what_it_takes,
)
from collective_impact.data.chosen_outcome import choose_outcome
from collective_impact.data.facts import Suppression
from collective_impact.findings.finding import Finding
from collective_impact.statistics.insufficient import Insufficient


def named(found, name: str) -> Finding:
    return next(finding for finding in found.findings if finding.id.endswith(f".{name}"))


def followed(initiative, indicator: str, area: str = ""):
    outcome = choose_outcome(initiative, indicator, area)
    figures = counted(initiative, outcome.indicator_id)
    return outcome, figures, put_together(outcome, figures)


def sums(initiative, indicator: str, group: str, years) -> pd.Series:
    """Counts of a group in the areas that take part, straight from the table."""
    table = initiative.tables["indicator_value"]
    areas = initiative.tables["area"]
    own = areas.loc[areas["treated_from"].notna(), "area_id"]
    rows = table[(table["indicator_id"] == indicator) & (table["group"] == group) & table["area_id"].isin(own)]
    latest = rows.sort_values("revision").drop_duplicates(["area_id", "period"], keep="last")
    latest = latest[[period.year in years for period in latest["period"]]]
    return latest[["numerator", "denominator"]].sum()


def test_areas_that_take_part_are_put_together_by_their_counts(complete):
    _each, _figures, outcome = followed(complete, "gymnasieexamen")
    count = sums(complete, "gymnasieexamen", "all", {2020})
    assert outcome.area_id == TOGETHER
    assert len(members(outcome)) == 10
    assert outcome.series[pd.Period("2020", "Y")] == pytest.approx(100 * count["numerator"] / count["denominator"])
    assert not set(members(outcome)) & set(outcome.frame)


def test_one_area_that_takes_part_stays_as_it_is(complete):
    each, _figures, outcome = followed(complete, "gymnasieexamen", "norralven")
    assert outcome.area_id == each.area_id
    assert outcome.frame.equals(each.frame)
    assert members(outcome) == ("norralven",)


def test_quarters_become_years_so_that_seasons_drop_out(complete):
    _each, _figures, outcome = followed(complete, "franvaro")
    yearly = by_year(outcome)
    quarters = outcome.series[outcome.series.index.year == 2019]
    assert yearly.series[pd.Period("2019", "Y")] == pytest.approx(quarters.mean())
    assert (yearly.start, yearly.target_period) == (pd.Period("2021", "Y"), pd.Period("2026", "Y"))


@pytest.mark.parametrize(("indicator", "scale"), [("gymnasieexamen", 100), ("uvas", 100)])
def test_counts_are_known_as_shares(complete, indicator, scale):
    figures = counted(complete, indicator)
    assert (figures.known, figures.kind, figures.scale, figures.ceiling) == (True, "share", scale, scale)


def test_values_that_do_not_follow_from_their_counts_have_none(complete):
    table = complete.tables["indicator_value"]
    wild = table.assign(value=table["value"] * np.linspace(0.3, 3, len(table)))
    assert not counted(replace(complete, tables={**complete.tables, "indicator_value": wild}), "uvas").known


def gaps(initiative, indicator: str, **options):
    _each, figures, outcome = followed(initiative, indicator, options.pop("area", ""))
    groups = group_counts(initiative, outcome, figures)
    return gaps_between_groups(groups, kind=figures.kind, scale=figures.scale, start=outcome.start, **options)


def test_the_gap_by_country_of_birth_closes_as_planted(complete):
    """Planted: from 18.6 points before to 12.6 at full strength."""
    birth = next(gap for gap in gaps(complete, "gymnasieexamen") if gap.group == "fodda-utomlands")
    assert birth.before == pytest.approx(18.6, abs=1)
    assert birth.size.iloc[-3:].mean() == pytest.approx(12.6, abs=1)
    assert birth.since.low < -6 < birth.since.high < 0
    sexes = next(gap for gap in gaps(complete, "gymnasieexamen") if gap.group == "pojkar")
    assert not sexes.since.leaves_out(0)


def test_small_counts_of_groups_are_never_compared(complete):
    _each, figures, outcome = followed(complete, "gymnasieexamen", "fjallsta")
    assert min(figures.rows.loc[figures.rows["area_id"] == "fjallsta", "numerator"]) < 11
    assert min(group_counts(complete, outcome, figures).frame["numerator"]) >= 11
    shown = gaps(complete, "gymnasieexamen", area="fjallsta")
    assert "fodda-utomlands" not in [gap.group for gap in shown]


def test_the_funnel_hides_small_areas_and_holds_the_others(complete):
    funnel = area_funnel(counted(complete, "gymnasieexamen"))
    assert len(funnel.plot.frame) == 24
    facts = complete.facts.model_copy(update={"suppression": Suppression(min_cell=40)})
    strict = area_funnel(counted(replace(complete, facts=facts), "gymnasieexamen"))
    assert strict.n_hidden > 2
    assert (strict.plot.frame[["numerator"]].to_numpy() >= 40).all()


def test_limits_follow_the_kind_of_data(complete):
    _each, figures, outcome = followed(complete, "gymnasieexamen")
    by_counts = control_chart_for(outcome.series, figures.together(members(outcome)), figures.kind)
    assert (by_counts.kind, by_counts.corrected) == ("proportion", True)
    by_values = control_chart_for(outcome.series, figures.rows[["numerator", "denominator"]].head(0), figures.kind)
    assert by_values.kind == "individuals"
    assert control_chart_for(outcome.series.tail(11), by_counts.frame.head(0), "share").reason == "too_few_periods"


def test_limits_are_those_of_the_time_before_the_start():
    years = pd.period_range("2001", periods=16, freq="Y")
    level = pd.Series([5.0, 6.0] * 5 + [9.0, 9.5, 9.0, 9.5, 9.0, 9.5], years)
    chart = control_chart_for(level, pd.DataFrame(), "share", years[10])
    assert chart.phases[0].centre == pytest.approx(5.5)
    assert chart.outside == tuple(years[10:])
    assert control_chart_for(level, pd.DataFrame(), "share", years[7]).phases[0].centre == pytest.approx(level.mean())
    assert moving_level(level, years[10]) is None


def test_a_trend_before_the_start_is_told_from_a_level():
    years = pd.period_range("2001", periods=20, freq="Y")
    wobble = np.tile([0.4, -0.4], 10)
    assert moving_level(pd.Series(np.arange(20.0) + wobble, years), years[15]).slope.value == pytest.approx(1, abs=0.1)
    assert not moving_level(pd.Series(np.arange(20.0) + wobble, years), None).before


def test_a_plan_for_ten_areas_sees_what_was_planted(complete):
    """Planted: 6 points; more areas and more periods make smaller effects visible."""
    each, _figures, _outcome = followed(complete, "gymnasieexamen")
    history = panel_before_start(each)
    plan = planned_effect(history, 5)
    assert (plan.design, plan.n_treated, plan.reachable) == ("difference_in_differences", 10, True)
    assert plan.value < 6
    assert detectable_by_horizon(history, 5).is_monotonic_decreasing
    needed = what_it_takes(history, 6.0, 5)
    assert needed.areas <= 10
    assert what_it_takes(history, None, 5) == Insufficient("no_target", 0, 1)


def test_the_baseline_page_holds_the_target_against_what_is_expected(ran):
    found, page = ran("developmental_outcome")
    assert "{#fig-baseline" in page
    assert "{#fig-detectability" in page
    groups = named(found, "groups")
    assert groups.topics == ("equity",)
    assert groups.estimate.low < -18.6 < groups.estimate.high
    assert "The target of 85.0 by 2028 lies outside the range" in named(found, "forecast").statement
    assert named(found, "measurable").title.startswith("3 of 4")
    assert all(finding.now_what for finding in found.findings)


def test_the_progress_page_follows_every_target_and_the_gaps(ran):
    found, page = ran("formative_outcome")
    target, gap = named(found, "target"), named(found, "group_gap")
    assert "the target is 85.0 by 2028" in target.statement
    assert "Targets in all: 4; on track or reached: 0; off track: 1; still open: 3." in target.statement
    assert target.title.endswith("on the present course 78.7 is expected in 2028, short of 85.0")
    assert "95% interval 72.3 to 86.6" in target.statement
    assert named(found, "run_chart").title.endswith("4 of 5 values since the start lie outside earlier limits")
    assert named(found, "run_chart").topics == ("signal",)
    assert gap.topics == ("equity",)
    assert gap.estimate.conclusive
    assert gap.estimate.low < -6 < gap.estimate.high
    assert "Nobody is ranked." in page
    assert all(finding.now_what for finding in found.findings)


def test_high_absence_has_been_lower_before_completion_moved(ran):
    """Planted: high absence falls before completion rises."""
    _found, page = ran("formative_outcome")
    rows = {line.split(" | ")[0].strip("| "): line for line in page.splitlines() if line.startswith("| ")}
    assert rows["High absence from school"].rstrip(" |").endswith("Q2 2022")
    assert rows["Completed upper secondary school"].rstrip(" |").endswith("–")


def test_one_year_alone_is_called_too_little(complete, tmp_path):
    table = complete.tables["indicator_value"]
    last = table[[period.year == 2025 for period in table["period"]]]
    cut = replace(complete, tables={**complete.tables, "indicator_value": last})
    found, page = run_cells("formative_outcome", tmp_path, initiative=cut, **AT_ITS_END)
    assert "{#fig-funnel" in page
    assert any("The number of periods is 1, and it takes at least" in question.reason for question in found.unanswered)
    assert not [finding.id for finding in found.findings if finding.id.endswith((".target", ".group_gap"))]
