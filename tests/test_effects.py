"""The summative outcome evaluation estimates by the design that the data allow, and says no more than they bear."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from notebooks import run_cells

from collective_impact.analysis.outcome.chosen_design import each_left_out, pretended_earlier
from collective_impact.analysis.outcome.effect_in_people import people_behind
from collective_impact.data.chosen_outcome import choose_outcome
from collective_impact.data.reading import read_package
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.counterfactual.staggered_adoption import average_effect, staggered_adoption
from collective_impact.statistics.panel import Panel, panel_from_wide

TEMPLATE = "summative_outcome"
AT_ITS_END = {"package": "alla-i-mal", "as_of": "2025-12-31"}


def by_name(found):
    return {finding.id.rsplit(".", 1)[1]: finding for finding in found.findings}


def only_areas(initiative, areas, starts=None):
    """The initiative with the values of some areas, and other starts where they are given."""
    values = initiative.tables["indicator_value"]
    area = initiative.tables["area"]
    if starts is not None:
        area = area.assign(treated_from=[starts.get(each) for each in area["area_id"]])
    tables = {**initiative.tables, "area": area, "indicator_value": values[values["area_id"].isin(areas)]}
    return replace(initiative, tables=tables)


@pytest.mark.parametrize(
    ("indicator", "at_full_strength"), [("gymnasieexamen", 6.0), ("uvas", -1.5), ("franvaro", -3.0)]
)
def test_areas_that_start_one_after_the_other_show_what_was_planted(ran, indicator, at_full_strength):
    found, page = ran(TEMPLATE, indicator=indicator)
    effect, later = by_name(found)["effect"], by_name(found)["build_up"]
    assert "staggered difference-in-differences" in effect.statement
    assert effect.estimate.conclusive
    assert effect.estimate.value * at_full_strength > 0
    assert later.estimate.low <= at_full_strength <= later.estimate.high
    assert "{#fig-event-study" in page
    assert "{#fig-counterfactual" not in page


def test_the_effect_is_counted_in_people_from_the_denominators(ran, complete):
    """10 areas, 5, 4 or 3 years each: the cases that the planted effect added, near enough."""
    finding = by_name(ran(TEMPLATE)[0])["in_all"]
    people = people_behind(complete, choose_outcome(complete))
    assert people.per == 100
    assert people.people == 11716
    assert finding.estimate.low < 0.06 * people.people * 0.62 < finding.estimate.high


def test_differences_of_percentages_are_percentage_points(ran, complete):
    effect = by_name(ran(TEMPLATE)[0])["effect"]
    assert effect.estimate.unit == choose_outcome(complete).difference_unit == "percentage points"
    assert "510 more pupils" in effect.title
    sales = choose_outcome(read_package("california-tobacco-control"))
    assert sales.difference_unit == sales.unit == "packs per head and year"


def test_groups_are_compared_and_the_uncertain_is_called_inconclusive(ran):
    """Planted: 5 points more for those born abroad; one sample shows the direction only."""
    found, page = ran(TEMPLATE)
    groups = by_name(found)["groups"]
    assert groups.topics == ("equity",)
    assert groups.estimate.value > 0
    assert groups.estimate.low < 5 < groups.estimate.high
    assert "inconclusive" in groups.statement
    assert "p allows for 2 comparisons" in page


def test_one_area_of_many_gets_a_synthetic_control(ran):
    found, page = ran(TEMPLATE, area="norralven")
    assert "synthetic control" in by_name(found)["effect"].statement
    assert "{#tbl-placebos-by-fit" in page
    assert "{#fig-event-study" not in page


def test_one_area_alone_is_held_against_its_own_past(complete, tmp_path):
    alone = only_areas(complete, ["norralven"])
    found, page = run_cells(TEMPLATE, tmp_path, initiative=alone, **AT_ITS_END)
    effect = by_name(found)["effect"]
    assert "interrupted time series" in effect.statement
    assert effect.strength in {Strength.WEAK, Strength.INSUFFICIENT}
    assert "Rate over the rate expected" in page
    assert "{#tbl-history" in page


def test_areas_that_start_together_get_differences_in_differences(complete, tmp_path):
    values = complete.tables["indicator_value"]
    areas = sorted(set(values["area_id"]))
    together = {area: pd.Period("2021", "Y") for area in ("norralven", "kvarnbro", "ashyttan")}
    cut = only_areas(complete, areas, together)
    found, page = run_cells(TEMPLATE, tmp_path, initiative=cut, design="difference_in_differences", **AT_ITS_END)
    assert "difference-in-differences" in by_name(found)["effect"].statement
    assert "{#fig-event-study" in page
    assert "{#fig-pretended-start" in page


@pytest.mark.parametrize(
    ("template", "table"),
    [("summative_outcome", "group"), ("summative_context", "context_event"), ("summative_context", "area")],
)
def test_without_a_table_the_page_stays_valid(template, table, complete, tmp_path):
    tables = {name: rows for name, rows in complete.tables.items() if name != table}
    found, page = run_cells(template, tmp_path, initiative=replace(complete, tables=tables), **AT_ITS_END)
    assert found.findings or found.unanswered
    assert not re.search(r"\bnan\b", page.lower())


@pytest.fixture(scope="module")
def panel(complete) -> Panel:
    outcome = choose_outcome(complete)
    return panel_from_wide(outcome.frame, outcome.starts)


def test_the_quick_average_is_that_of_the_full_estimate(panel):
    assert average_effect(panel) == pytest.approx(staggered_adoption(panel).estimate.value)


def test_pretended_starts_end_before_the_first_real_one_in_the_same_order(panel):
    earlier = pretended_earlier(panel)
    assert earlier.outcome.index[-1] < panel.start
    moved = {unit: panel.starts[unit].ordinal - start.ordinal for unit, start in earlier.starts.items()}
    assert set(moved.values()) == {5}


def test_leaving_out_each_area_keeps_the_direction(panel):
    left_out = each_left_out(panel, choose_design(panel))
    assert len(left_out.effects) == 23
    assert 0 < left_out.low < left_out.effect < left_out.high
