"""Power before the evaluation: formulas against other packages, and against what the designs then do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_data import simulated, year, yearly
from statsmodels.stats.power import TTestIndPower

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.planning.comparison_plan import (
    areas_needed,
    periods_after_needed,
    planned_difference_in_differences,
    planned_difference_in_means,
)
from collective_impact.statistics.planning.detectable_effect import periods_needed, smallest_detectable_effect
from collective_impact.statistics.planning.panel_noise import PanelNoise, panel_noise
from collective_impact.statistics.planning.power import detectable_multiplier, power_of_test
from collective_impact.statistics.planning.simulated_power import simulated_power
from collective_impact.statistics.randomization import randomization

DRAWS = 60


def autoregressive(rng, shape, correlation):
    """Stationary, of variance 1, the first axis in time."""
    values = rng.normal(size=shape)
    for place in range(1, shape[0]):
        values[place] = correlation * values[place - 1] + np.sqrt(1 - correlation**2) * values[place]
    return values


def panel(rng, units, periods, treated=0, start=None, correlation=0.5):
    values = autoregressive(rng, (periods, units), correlation) + rng.normal(size=units) + rng.normal(size=(periods, 1))
    index = pd.period_range("2000", periods=periods, freq="Y")
    return Panel(pd.DataFrame(values, index=index), {unit: year(start) for unit in range(treated)})


def within(share, wanted, n, extra=0.0):
    return abs(share - wanted) <= 3 * np.sqrt(wanted * (1 - wanted) / n) + extra


@given(degrees=st.floats(2, 200), alpha=st.floats(0.01, 0.2), power=st.floats(0.3, 0.99))
@settings(max_examples=25, deadline=None)
def test_an_effect_of_the_multiplier_has_the_power_it_was_made_for(degrees, alpha, power):
    assert power_of_test(0, 1, degrees, alpha) == pytest.approx(alpha, abs=1e-5)
    assert power_of_test(-detectable_multiplier(degrees, alpha, power), 1, degrees, alpha) == pytest.approx(
        power, abs=1e-6
    )


@pytest.mark.parametrize(("treated", "others"), [(4, 4), (10, 25), (60, 40)])
def test_difference_in_means_is_that_of_statsmodels(treated, others):
    theirs = TTestIndPower().solve_power(nobs1=treated, ratio=others / treated, alpha=0.05, power=0.8)
    ours = planned_difference_in_means(2.0, treated, others)
    assert ours.value == pytest.approx(2 * theirs, rel=1e-4)
    clustered = planned_difference_in_means(2.0, treated, others, cluster_size=10, intraclass_correlation=0.1)
    assert clustered.value == pytest.approx(ours.value * np.sqrt(1.9 / 10))


def test_scatter_of_a_change_is_the_textbook_one():
    assert PanelNoise(3.0, 0.0, 9, 9).of_change(4, 9) == pytest.approx(3 * np.sqrt(1 / 4 + 1 / 9))
    assert PanelNoise(3.0, 0.5, 9, 9).of_change(1, 1) == pytest.approx(3 * np.sqrt(2 - 2 * 0.5))


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_scatter_and_autocorrelation_of_a_panel_are_recovered(correlation):
    rng = np.random.default_rng(2)
    found = [panel_noise(panel(rng, 20, 12, correlation=correlation)) for _ in range(40)]
    assert np.mean([noise.autocorrelation for noise in found]) == pytest.approx(correlation, abs=0.06)
    assert np.mean([noise.standard_deviation for noise in found]) == pytest.approx(1, abs=0.12)


def planted(untouched, effect):
    """The panel with an effect on its treated units from their start on."""
    outcome = untouched.outcome.copy()
    outcome.loc[untouched.after, list(untouched.treated)] += effect
    return Panel(outcome, untouched.starts)


def found(estimate):
    """Whether an estimate shows an effect upwards."""
    return estimate.conclusive and estimate.low > 0


@pytest.mark.parametrize(("treated", "others"), [(1, 8), (1, 9), (3, 12), (10, 12)])
def test_difference_in_differences_has_the_planned_power(treated, others):
    rng = np.random.default_rng(7)
    planned = planned_difference_in_differences(PanelNoise(1.0, 0.5, 9, 9), treated, others, before=4, after=4)
    effect = planned.value
    panels = [planted(panel(rng, treated + others, 8, treated, 2004), effect) for _ in range(DRAWS)]
    estimates = [difference_in_differences(each).estimate for each in panels]
    assert within(np.mean([each.low > 0 for each in estimates]), 0.8, DRAWS)
    assert within(np.mean([each.leaves_out(effect) for each in estimates]), 0.05, DRAWS)
    assert planned.p_floor == pytest.approx(estimates[0].p_floor)
    shown = np.mean([found(each) for each in estimates])
    assert within(shown, 0.8, DRAWS) if planned.reachable else shown == 0
    assert planned.reachable == (others > 8)


@pytest.mark.parametrize(("treated", "others"), [(1, 12), (2, 5)])
def test_where_ranks_ask_for_more_than_the_interval_the_plan_does_too(treated, others):
    rng = np.random.default_rng(1)
    planned = planned_difference_in_differences(PanelNoise(1.0, 0.0, 9, 9), treated, others, 1, 1, alpha=0.2)
    changes = np.sqrt(2) * rng.normal(size=(200, treated + others))
    changes[:, :treated] += planned.value
    mask = np.arange(treated + others) < treated
    assert within(np.mean([randomization(each, mask).p_value <= 0.1 for each in changes]), 0.8, 200)


def test_areas_among_which_ranks_cannot_rule_out_chance_are_no_plan():
    noise = PanelNoise(1.0, 0.5, 9, 12)
    alone = planned_difference_in_differences(noise, 1, 3, before=6, after=4)
    assert alone.value < 6
    assert (alone.p_floor, alone.reachable) == (0.25, False)
    assert areas_needed(noise, 6, before=6, after=4) == 2
    assert areas_needed(noise, 6, before=6, after=4, comparison_per_treated=9) == 1
    assert periods_after_needed(noise, 6, 1, 8, before=6) is None
    assert periods_after_needed(noise, 6, 1, 9, before=6) == 1


@pytest.mark.parametrize(("treated", "others"), [(2, 2), (2, 3), (3, 3), (7, 9), (8, 8), (30, 400)])
def test_a_plan_knows_the_smallest_p_value_of_the_randomization_test(treated, others):
    values = np.random.default_rng(0).normal(size=treated + others)
    planned = planned_difference_in_means(1.0, treated, others)
    assert planned.p_floor == randomization(values, np.arange(treated + others) < treated).p_floor
    assert planned.reachable == (treated + others > 4)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_an_interrupted_series_shows_its_smallest_detectable_effect(correlation):
    rng, shown, alarms = np.random.default_rng(3), [], []
    for values in autoregressive(rng, (26, 40), correlation).T:
        planned = smallest_detectable_effect(yearly(values[:20]), horizon=6)
        estimate = interrupted_time_series(yearly(values), year(2020)).estimate
        shown.append(estimate.low + planned.value > 0)
        alarms.append(estimate.conclusive)
    # The history's own noise is uncertain, and where it may linger the plan is cautious.
    assert 0.68 <= np.mean(shown) <= 0.97
    assert np.mean(alarms) <= 0.13


def test_more_areas_and_periods_show_smaller_effects():
    noise = PanelNoise(1.0, 0.5, 20, 10)
    few = areas_needed(noise, 1.0, before=6, after=4)
    assert few < areas_needed(noise, 0.5, before=6, after=4)
    assert planned_difference_in_differences(noise, few, max(2 * few, 3), 6, 4).value <= 1
    periods = periods_after_needed(noise, 1.2, 5, 15, before=6)
    assert planned_difference_in_differences(noise, 5, 15, 6, periods).value <= 1.2
    assert planned_difference_in_differences(noise, 5, 15, 6, periods - 1).value > 1.2
    assert areas_needed(noise, 1e-6, before=6, after=4) is None
    assert periods_after_needed(noise, 0.1, 5, 15, before=6) is None
    assert periods_needed(yearly(np.random.default_rng(0).normal(size=24)), 50.0) == 3


ESTIMATE = {
    "difference_in_differences": lambda panel: difference_in_differences(panel).estimate,
    "interrupted_time_series": lambda panel: interrupted_time_series(panel.treated_outcome, panel.start).estimate,
    "synthetic_control": lambda panel: placebos_in_space(panel).estimate,
    "synthetic_difference_in_differences": lambda panel: synthetic_difference_in_differences(panel).estimate,
    "staggered_difference_in_differences": lambda panel: staggered_adoption(panel).estimate,
}


@pytest.mark.parametrize("design", ESTIMATE)
def test_simulated_power_is_that_of_planting_the_effect(design):
    history = simulated(seed=3, units=10, periods=11, treated=0)
    every = simulated_power(history, design, 6.0, 3, before=8, draws=1000)
    panels = [Panel(history.outcome, {unit: history.outcome.index[8]}) for unit in history.outcome.columns]
    assert every.exhaustive
    assert every.n_placements == len(panels)
    assert every.power.value == np.mean([found(ESTIMATE[design](planted(each, 6.0))) for each in panels])
    assert every.false_alarms.value == np.mean([ESTIMATE[design](each).conclusive for each in panels])
    assert every.p_floor == ESTIMATE[design](panels[0]).p_floor
    shown = [
        np.mean([found(ESTIMATE[design](planted(each, size * every.smallest_effect))) for each in panels])
        for size in (1, 1 - 1e-5)
    ]
    assert shown[0] >= 0.8 > shown[1]


@pytest.mark.parametrize("design", ["difference_in_differences", "synthetic_control", "interrupted_time_series"])
def test_simulated_power_is_none_where_ranks_cannot_rule_out_chance(design):
    history = simulated(seed=3, units=6, periods=12, treated=0)
    huge = simulated_power(history, design, -1000.0, 3, before=8)
    if design == "interrupted_time_series":
        assert (huge.p_floor, huge.reachable, huge.power.value) == (None, True, 1)
        assert huge.smallest_effect < 0
    else:
        assert (huge.p_floor, huge.reachable, huge.power.value) == (1 / 6, False, 0)
        assert huge.smallest_effect is None


def test_simulated_false_alarms_are_as_rare_as_promised_and_order_of_units_does_not_matter():
    history = panel(np.random.default_rng(5), 14, 12)
    found = simulated_power(history, "difference_in_differences", -1.0, 4, delays=(0, 0, 0), before=4, draws=60)
    assert not found.exhaustive
    assert found.holds_its_level
    assert found.n_treated == 3
    planned = planned_difference_in_differences(panel_noise(history), 3, 11, before=4, after=4)
    assert abs(found.smallest_effect) == pytest.approx(planned.value, rel=0.4)
    few = panel(np.random.default_rng(5), 10, 10)
    staggered, turned = (
        simulated_power(each, "staggered_difference_in_differences", 1.0, 4, delays=(0, 1, 1), before=3, draws=20)
        for each in (few, replace(few, outcome=few.outcome.iloc[:, ::-1]))
    )
    assert staggered.n_placements == 20
    assert turned.power == staggered.power
    assert turned.smallest_effect == pytest.approx(staggered.smallest_effect)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda history: simulated_power(history, "magic", 1, 3), "expected one of"),
        (lambda history: simulated_power(history, "interrupted_time_series", 0, 3), "other than 0"),
        (lambda history: simulated_power(history, "interrupted_time_series", 1, 3, delays=(1,)), "first to be 0"),
        (lambda history: simulated_power(history, "interrupted_time_series", 1, 3, wanted=0.01), "power the larger"),
        (lambda _: power_of_test(1, 0, 5), "above 0"),
        (lambda _: planned_difference_in_means(1.0, 1, 5), "2 or more"),
        (lambda _: planned_difference_in_means(1.0, 3, 5, cluster_size=0), "at least 1"),
        (lambda _: planned_difference_in_differences(PanelNoise(1, 0, 9, 9), 0, 5, 3, 3), "at least 1 of each"),
    ],
)
def test_wrong_plans_say_what_was_expected(call, message):
    with pytest.raises(MethodError, match=message):
        call(simulated(treated=0))


def test_histories_that_are_too_short_are_insufficient():
    short = simulated(treated=0, periods=9)
    assert simulated_power(short, "synthetic_control", 1.0, 3).reason == "too_few_periods_before"
    assert simulated_power(short, "difference_in_differences", 1.0, 8, delays=(0,) * 7).reason == "too_few_donors"
    assert isinstance(panel_noise(simulated(treated=0, units=3)), Insufficient)
