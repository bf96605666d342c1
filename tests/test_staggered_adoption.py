"""Areas that start one after the other: group-time effects, their averages, and what a regression would mix."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collective_impact.statistics.counterfactual.goodman_bacon import goodman_bacon
from collective_impact.statistics.counterfactual.simultaneous import critical_value, joint_p_value
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.panel import Panel


def staggered(seed: int = 0, starts: tuple[int, ...] = (4, 4, 6, 7), never: int = 6, periods: int = 10) -> Panel:
    """Unit and period effects, noise, and an effect of 3 that grows by 1 a period."""
    rng = np.random.default_rng(seed)
    units = len(starts) + never
    outcome = rng.normal(size=(periods, 1)).cumsum(axis=0) + 5 * rng.normal(size=units)
    outcome = outcome + 0.1 * rng.normal(size=(periods, units))
    for unit, start in enumerate(starts):
        outcome[start:, unit] += 3 + np.arange(periods - start)
    frame = pd.DataFrame(outcome, columns=[f"unit-{number}" for number in range(units)])
    return Panel(frame, {f"unit-{number}": start for number, start in enumerate(starts)})


def by_hand(panel: Panel, start: int, period: int, *, not_yet: bool) -> float:
    """One group-time effect as its definition has it."""
    base = min(start, period) - 1
    change = panel.outcome.loc[period] - panel.outcome.loc[base]
    treated = [unit for unit, at in panel.starts.items() if at == start]
    others = [u for u in panel.outcome if u not in treated and (not_yet and panel.starts.get(u, 99) > period)]
    return change[treated].mean() - change[others or list(panel.donors)].mean()


@pytest.mark.parametrize("control", ["never_treated", "not_yet_treated"])
def test_effects_are_the_definition_and_averages_their_weighted_sums(control):
    panel = staggered()
    result = staggered_adoption(panel, control)
    frame = result.group_time
    expected = [
        by_hand(panel, row.start, row.period, not_yet=control == "not_yet_treated") for row in frame.itertuples()
    ]
    assert frame["effect"].to_numpy() == pytest.approx(expected)
    after = frame[~frame["before"]]
    assert result.simple.value == pytest.approx(np.average(after["effect"], weights=after["n_treated"]))
    by_start = after.groupby("start")["effect"].mean()
    assert [each.value for each in result.by_start.estimates.values()] == pytest.approx(by_start.to_list())
    assert result.estimate.value == pytest.approx(np.average(by_start, weights=[2, 1, 1]))
    second = after[after["period"] - after["start"] == 1]
    at_one = result.by_time_since_start.estimates[1].value
    assert at_one == pytest.approx(np.average(second["effect"], weights=second["n_treated"]))
    in_seven = after[after["period"] == 7]
    assert result.by_period.estimates[7].value == pytest.approx(
        np.average(in_seven["effect"], weights=in_seven["n_treated"])
    )
    assert result.single_unit_starts == (6, 7)


def test_planted_effects_are_found_where_a_regression_misses_them():
    panel = staggered(starts=(2,) * 6 + (6,) * 6, never=3)
    result = staggered_adoption(panel)
    for time, estimate in result.by_time_since_start.estimates.items():
        assert estimate.value == pytest.approx(3 + time if time >= 0 else 0, abs=0.2)
    truth = np.mean([np.mean(3 + np.arange(8)), np.mean(3 + np.arange(4))])
    bacon = goodman_bacon(panel)
    assert abs(result.estimate.value - truth) < 0.1
    assert abs(bacon.coefficient - truth) > 0.5
    assert bacon.forbidden_weight > 0.2


def test_standard_errors_are_those_of_the_influence_functions():
    panel = staggered(3, starts=(4,) * 12 + (6,) * 15, never=30)
    row = staggered_adoption(panel).group_time.query("start == 6 and period == 8").iloc[0]
    change = panel.outcome.loc[8] - panel.outcome.loc[5]
    treated, never = change.iloc[12:27], change.iloc[27:]
    assert row["standard_error"] == pytest.approx(np.sqrt(treated.var() / 15 + never.var() / 30))


def test_few_treated_units_take_their_noise_from_the_comparison_units():
    panel = staggered(starts=(4, 7), never=6)
    result = staggered_adoption(panel)
    assert result.inference == "donor_spread"
    row = result.group_time.query("start == 7 and period == 8").iloc[0]
    change = (panel.outcome.loc[8] - panel.outcome.loc[6])[list(panel.donors)]
    assert row["standard_error"] == pytest.approx(change.std() * np.sqrt(1 + 1 / 6))


def test_the_p_value_counts_all_assignments_of_the_starts():
    panel = staggered(5, starts=(4, 7), never=4)
    flat = Panel(panel.outcome - np.where(panel.outcome.columns.isin(panel.treated), 0.05, 0), panel.starts)
    effects = []
    for pair in permutations(range(6), 2):
        starts = {panel.outcome.columns[unit]: start for unit, start in zip(pair, (4, 7), strict=True)}
        effects.append(abs(staggered_adoption(Panel(flat.outcome, starts)).simple.value))
    seen = staggered_adoption(flat).simple
    assert seen.p_value == pytest.approx(np.mean(np.array(effects) >= abs(seen.value) - 1e-9))
    assert seen.p_floor == pytest.approx(1 / 30)


@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(range(13)),
    constant=st.floats(-1000, 1000),
    factor=st.floats(0.01, 100),
)
@settings(max_examples=12, deadline=None)
def test_order_names_constant_and_unit_of_measure_do_not_matter(seed, order, constant, factor):
    panel = staggered(seed, never=9)
    names = {unit: f"{20 - number}-area" for number, unit in enumerate(panel.outcome)}
    outcome = (panel.outcome * factor + constant).iloc[:, list(order)].rename(columns=names)
    other = staggered_adoption(Panel(outcome, {names[unit]: start for unit, start in panel.starts.items()}))
    result = staggered_adoption(panel)
    for one, two in ((result.estimate, other.estimate), (result.simple, other.simple)):
        assert (two.value, two.low, two.high) == pytest.approx(
            (one.value * factor, one.low * factor, one.high * factor), rel=1e-6, abs=1e-6 * factor
        )
        assert two.p_value == one.p_value
    assert other.pre_trend_p == pytest.approx(result.pre_trend_p, abs=1e-3)


def test_units_treated_from_the_first_period_are_left_out_and_named():
    panel = staggered()
    early = Panel(panel.outcome, {**panel.starts, "unit-9": 0})
    result = staggered_adoption(early)
    assert result.left_out == ("unit-9",)
    without = panel.restrict(units=[unit for unit in panel.outcome if unit != "unit-9"])
    assert result.estimate.value == pytest.approx(staggered_adoption(without).estimate.value)


def test_the_last_to_start_are_the_comparison_where_all_start():
    panel = staggered(starts=(4, 5, 5, 8, 8, 8, 8), never=0)
    result = staggered_adoption(panel, "not_yet_treated")
    assert result.n_comparison == 4
    assert result.group_time["period"].max() == 7
    until = Panel(panel.outcome.loc[:7], {unit: start for unit, start in panel.starts.items() if start < 8})
    assert result.estimate.value == pytest.approx(staggered_adoption(until, "not_yet_treated").estimate.value)


def test_one_start_is_the_difference_in_differences_since_the_last_period_before():
    panel = staggered(starts=(6, 6, 6), never=7)
    since = panel.outcome.loc[6:].mean() - panel.outcome.loc[5]
    expected = since[list(panel.treated)].mean() - since[list(panel.donors)].mean()
    assert staggered_adoption(panel).estimate.value == pytest.approx(expected)


def test_drifting_apart_before_the_start_is_noticed():
    panel = staggered(starts=(6,) * 5, never=8)
    drifting = panel.outcome.copy()
    drifting[list(panel.treated)] = drifting[list(panel.treated)].add(0.5 * np.arange(10), axis=0)
    assert staggered_adoption(panel).assumptions[0].met is None
    assert staggered_adoption(Panel(drifting, panel.starts)).assumptions[0].met is False


def test_noisier_treated_units_are_noticed():
    panel = staggered(starts=(6, 7), never=8)
    noisy = panel.outcome.copy()
    noisy[list(panel.treated)] += np.random.default_rng(1).normal(size=(10, 2))
    assert staggered_adoption(panel).assumptions[1].met
    assert not staggered_adoption(Panel(noisy, panel.starts)).assumptions[1].met


def test_bands_hold_for_all_and_are_wider_than_intervals():
    result = staggered_adoption(staggered())
    for effects in (result.by_start, result.by_time_since_start, result.by_period):
        for label, estimate in effects.estimates.items():
            assert effects.bands[label].low <= estimate.low
            assert effects.bands[label].high >= estimate.high


def test_simultaneous_values_agree_with_known_ones():
    independent = critical_value(np.eye(5), 1e6, 0.95, seed=0)
    assert independent == pytest.approx(2.569, abs=0.04)  # the normal quantile at (1 + 0.95 ** (1 / 5)) / 2
    assert critical_value(np.ones((5, 5)), 10, 0.95, seed=0) == pytest.approx(2.228, abs=0.06)
    assert joint_p_value(np.array([2.0]), np.eye(1), 20, seed=0) == pytest.approx(0.0593, abs=1e-4)
    assert joint_p_value(np.zeros(2), np.zeros((2, 2)), 20, seed=0) == 1.0


@given(seed=st.integers(0, 10_000), starts=st.lists(st.integers(0, 9), min_size=2, max_size=6))
@settings(max_examples=25, deadline=None)
def test_components_add_up_to_two_way_fixed_effects(seed, starts):
    panel = staggered(seed, tuple(starts), never=seed % 3)
    result = goodman_bacon(panel)
    outcome = panel.outcome
    start = np.array([panel.starts.get(unit, 99) for unit in outcome])
    policy = (outcome.index.to_numpy()[:, None] >= start).astype(float)
    residual = policy - policy.mean(axis=0) - policy.mean(axis=1, keepdims=True) + policy.mean()
    if (residual**2).sum() < 1e-9:
        assert result.reason in {"no_donors", "treated_from_first_period"}
        return
    assert result.coefficient == pytest.approx((residual * outcome).to_numpy().sum() / (residual**2).sum())
    assert result.components["weight"].sum() == pytest.approx(1)
    assert (result.components["weight"] >= 0).all()
