"""The summative context evaluation puts rival explanations to the test, by stated rules."""

import numpy as np
import pandas as pd
import pytest

from collective_impact.analysis.context.rival_tests import excluding_shocks, rivals_tested
from collective_impact.analysis.context.rivals import RivalEvent, Surrounding, rival_events
from collective_impact.analysis.context.transfer import balance
from collective_impact.analysis.outcome.chosen_design import estimate_by
from collective_impact.data.chosen_outcome import choose_outcome
from collective_impact.data.reading import read_package
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel

TEMPLATE = "summative_context"
YEARS = pd.period_range("2008", "2025", freq="Y")


def by_name(found):
    return {finding.id.rsplit(".", 1)[1]: finding for finding in found.findings}


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Two treated areas that gain 4 from 2020 on, all of it in the first one's, and twelve others."""
    rng = np.random.default_rng(3)
    outcome = pd.DataFrame(rng.normal(50, 0.5, (18, 14)), YEARS, [f"a{number}" for number in range(14)])
    outcome.loc["2020":, "a0"] += 8
    return Panel(outcome, {"a0": pd.Period("2020", "Y"), "a1": pd.Period("2020", "Y")})


def event(year: str, *, areas: tuple[str, ...] = (), direction: str = "supportive", shock: bool = False) -> RivalEvent:
    return RivalEvent("e", f"Something in {year}", year, pd.Period(year, "Y"), areas, direction, shock)


def grade(panel: Panel, rival: RivalEvent, *others: RivalEvent) -> str:
    choice = choose_design(panel)
    effect = estimate_by(panel, choice)
    tests = rivals_tested(panel, choice, effect, [rival, *others], [], wanted_up=True)
    return next(test.grade for test in tests if test.name == rival.summary)


def test_a_rival_is_graded_by_time_place_direction_and_size(panel):
    local = event("2021", areas=("a5",), direction="neutral")
    assert grade(panel, event("2020", areas=("a0",))) == "plausible"
    assert grade(panel, event("2020", areas=("a1",))) == "weak"
    assert grade(panel, event("2020"), local) == "weak"
    assert grade(panel, event("2012", areas=("a0",))) == "ruled_out"
    assert grade(panel, event("2020", areas=("a0",), direction="hindering")) == "ruled_out"
    assert grade(panel, event("2025", areas=("a0",))) == "ruled_out"


def test_an_act_of_the_initiative_itself_is_no_rival():
    initiative = read_package("california-tobacco-control")
    named = {each.event_id for each in rival_events(initiative, choose_outcome(initiative))}
    assert "smoke-free-workplaces" in named
    assert not named & {"proposition-99-vote", "proposition-99-tax", "ab-75", "media-campaign"}


def test_a_series_that_could_carry_the_effect_stays_plausible_and_noise_does_not(panel):
    choice = choose_design(panel)
    noise = np.random.default_rng(5).normal(0, 1, panel.outcome.shape)
    series = {"Jobs": panel.outcome * 2, "Rain": panel.outcome * 0 + noise}
    tests = rivals_tested(
        panel,
        choice,
        estimate_by(panel, choice),
        [],
        [Surrounding(name, name, "", frame) for name, frame in series.items()],
        wanted_up=True,
    )
    assert {test.name: test.grade for test in tests} == {"Jobs": "plausible", "Rain": "ruled_out"}


def test_without_shocks_there_is_nothing_to_leave_out(panel):
    missing = excluding_shocks(panel, choose_design(panel), [event("2021")])
    assert isinstance(missing, Insufficient)
    assert missing.reason == "no_shocks"


def test_leaving_out_the_area_behind_the_effect_shows(panel):
    shocks = [event("2021", areas=("a0",), shock=True)]
    whole, without = excluding_shocks(panel, choose_design(panel), shocks)
    assert whole.estimate.value > 3
    assert abs(without.estimate.value) < 1


def test_balance_is_in_standard_deviations(panel):
    kinds = pd.DataFrame({"size": [3.0, 5.0, *np.tile([1.0, 3.0], 6)]}, index=panel.outcome.columns)
    pooled = np.sqrt((2.0 + np.var(kinds["size"][2:], ddof=1)) / 2)
    assert balance(kinds, panel)["difference"]["size"] == pytest.approx((4 - 2) / pooled)


def test_the_control_outcome_reads_inconclusive_and_never_as_no_effect(ran):
    """Planted: nothing at all on the control measure."""
    control = by_name(ran(TEMPLATE)[0])["control"]
    assert control.estimate.low < 0 < control.estimate.high
    assert "inconclusive" in control.statement
    assert "no effect" not in control.statement


def test_rivals_of_the_example_are_sorted_and_flagged_for_the_learning_report(ran):
    found, page = ran(TEMPLATE)
    rivals = by_name(found)["rivals"]
    assert rivals.topics == ("rival",)
    assert "Of 20 rivals" in rivals.statement
    assert rivals.strength is not Strength.STRONG
    assert "{#fig-rivals" in page
    assert by_name(found)["shocks"].estimate.low > 0


def test_the_result_is_bounded_to_areas_like_these(ran):
    transfer = by_name(ran(TEMPLATE)[0])["transfer"]
    assert "hypothesis" in transfer.so_what
    assert "10 areas" in transfer.statement
