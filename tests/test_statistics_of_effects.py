"""Designs that compare a treated unit with donors or with its own past."""

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_data import california, simulated, year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.counterfactual.synthetic_control import (
    leave_one_out,
    placebo_in_time,
    placebos_in_space,
    synthetic_control,
)
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel, panel_from_long, panel_from_wide

METHODS = [
    synthetic_control,
    placebos_in_space,
    placebo_in_time,
    leave_one_out,
    difference_in_differences,
    synthetic_difference_in_differences,
]


@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(range(7)),
    constant=st.floats(-1000, 1000),
    factor=st.floats(0.01, 100),
)
@settings(max_examples=25, deadline=None)
def test_order_of_units_constant_and_unit_of_measure_do_not_matter(seed, order, constant, factor):
    panel = simulated(seed)
    other = Panel(panel.outcome.iloc[:, list(order)] * factor + constant, panel.starts)
    one, two = placebos_in_space(panel), placebos_in_space(other)
    weights, other_weights = synthetic_control(panel).weights, synthetic_control(other).weights
    assert other_weights[weights.index].to_numpy() == pytest.approx(weights.to_numpy(), abs=1e-5)
    assert two.rank == one.rank
    assert two.estimate.value == pytest.approx(one.estimate.value * factor, rel=1e-4, abs=1e-4 * factor)
    assert difference_in_differences(other).estimate.p_value == difference_in_differences(panel).estimate.p_value


def test_order_of_rows_does_not_matter():
    long = simulated().outcome.rename_axis("period").reset_index().melt("period", var_name="unit")
    starts = {"unit-0": year(2008)}
    shuffled = panel_from_long(long.sample(frac=1, random_state=1), starts)
    assert shuffled.outcome.equals(panel_from_long(long, starts).outcome)


def test_exchangeable_donors_share_their_weight():
    panel = simulated(units=4)
    twin = panel.outcome.assign(twin=panel.outcome["unit-1"])
    weights = synthetic_control(Panel(twin, panel.starts)).weights
    assert weights["twin"] == pytest.approx(weights["unit-1"], abs=1e-6)
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_weights_fit_better(seed):
    panel = simulated(seed, units=9)
    result = synthetic_control(panel)
    donors, observed = panel.outcome[list(panel.donors)].loc[panel.before], result.observed[panel.before]
    tried = np.random.default_rng(seed).dirichlet(np.full(8, 0.3), size=5000)
    errors = np.sqrt(((observed.to_numpy()[:, None] - donors.to_numpy() @ tried.T) ** 2).mean(axis=0))
    assert result.rmspe_before <= errors.min()


def test_a_known_effect_is_found():
    panel = simulated(units=12, periods=20, before=14)
    treated = panel.outcome.copy()
    treated["unit-0"] = treated[["unit-1", "unit-2"]].mean(axis=1)
    treated.loc[panel.after, "unit-0"] -= 7
    result = synthetic_control(Panel(treated, panel.starts))
    assert result.average_gap == pytest.approx(-7, abs=0.01)
    assert result.weights[["unit-1", "unit-2"]].to_numpy() == pytest.approx([0.5, 0.5], abs=1e-3)
    assert placebos_in_space(Panel(treated, panel.starts)).rank == 1


def test_placebo_in_time_uses_nothing_from_after_the_start():
    panel = california()
    placebo = placebo_in_time(panel, year(1980))
    assert placebo.gap.index[-1] == year(1988)
    assert placebo.average_gap == pytest.approx(placebo.gap[year(1980) :].mean())
    with pytest.raises(MethodError, match="before the true start"):
        placebo_in_time(panel, year(1990))


def test_each_donor_with_weight_is_left_out_once():
    panel = california()
    left_out = leave_one_out(panel)
    weights = synthetic_control(panel).weights
    assert set(left_out.average_gaps.index) == set(weights.index[weights > 0])
    without = panel.restrict(units=[unit for unit in panel.outcome.columns if unit != "utah"])
    assert left_out.average_gaps["utah"] == pytest.approx(synthetic_control(without).average_gap)


@pytest.mark.parametrize("treated", [1, 2])
def test_did_equals_two_way_fixed_effects_and_its_error_all_placebo_groups(treated):
    panel = simulated(treated=treated, units=9)
    result = difference_in_differences(panel)
    outcome = panel.outcome
    policy = np.outer(outcome.index.isin(panel.after), outcome.columns.isin(panel.treated)).astype(float)
    residual = policy - policy.mean(axis=0) - policy.mean(axis=1, keepdims=True) + policy.mean()
    assert result.estimate.value == pytest.approx((residual * outcome).to_numpy().sum() / (residual**2).sum())
    changes = result.changes[list(panel.donors)].to_numpy()
    groups = [np.isin(range(len(changes)), group) for group in combinations(range(len(changes)), treated)]
    assert result.standard_error == pytest.approx(np.std([changes[g].mean() - changes[~g].mean() for g in groups]))


def test_counterfactuals_are_observed_less_gap_and_average_to_the_effect():
    panel = california()
    for result in (difference_in_differences(panel), synthetic_difference_in_differences(panel, placebos=6)):
        assert (result.observed - result.gap).to_numpy() == pytest.approx(result.counterfactual.to_numpy())
        assert result.gap[panel.after].mean() == pytest.approx(result.estimate.value)


def test_interrupted_time_series_finds_level_and_slope():
    noise = np.random.default_rng(1).normal(scale=0.2, size=30)
    clock = np.arange(30.0)
    after = clock >= 20
    series = yearly(10 + 0.5 * clock - 4 * after - 1 * after * (clock - 20) + noise)
    result = interrupted_time_series(series, year(2020))
    assert result.level_change.value == pytest.approx(-4, abs=0.5)
    assert result.slope_change.low < -1 < result.slope_change.high
    gap = result.frame["observed"] - result.frame["counterfactual"]
    assert gap[after].mean() == pytest.approx(result.estimate.value)
    assert not result.autocorrelated


def panel_of(outcome: pd.DataFrame, start: int | None = 2008, treated: tuple[str, ...] = ("unit-0",)):
    return panel_from_wide(outcome, {unit: year(start) for unit in treated} if start else {})


DEGENERATE = {
    "no data": (lambda o: panel_of(o * np.nan), {"no_data"}),
    "none treated": (lambda o: panel_of(o, None), {"no_treated_unit"}),
    "all treated": (lambda o: panel_of(o, treated=tuple(o.columns)), {"many_treated_units", "no_donors"}),
    "different starts": (lambda o: Panel(o, {"unit-0": year(2006), "unit-1": year(2008)}), {"different_starts"}),
    "no donors": (lambda o: panel_of(o[["unit-0"]]), {"no_donors"}),
    "one donor": (lambda o: panel_of(o[["unit-0", "unit-1"]]), {"too_few_donors"}),
    "one period before": (lambda o: panel_of(o.iloc[7:]), {"too_few_periods_before"}),
    "no period after": (lambda o: panel_of(o.iloc[:8]), {"too_few_periods_after"}),
    "constant": (lambda o: panel_of(o * 0 + 3), {"no_variation"}),
    "hole in the treated unit": (lambda o: panel_of(o.replace(o.iloc[3, 0], np.nan)), {"gaps_in_periods"}),
    "infinite": (lambda o: panel_of(o.replace(o.iloc[3, 0], np.inf)), {"gaps_in_periods"}),
    "a period that is not there": (lambda o: panel_of(o.drop(year(2003))), {"gaps_in_periods"}),
}
CAN_DO_WITHOUT = {("one period before", difference_in_differences)}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@pytest.mark.parametrize("name", DEGENERATE)
def test_what_the_data_cannot_carry_is_insufficient(name, method):
    build, reasons = DEGENERATE[name]
    result = method(build(simulated().outcome))
    assert isinstance(result, Insufficient) != ((name, method) in CAN_DO_WITHOUT)
    if method is placebo_in_time:  # which needs more history than the panel has
        reasons = {*reasons, "too_few_periods_before"}
    assert not isinstance(result, Insufficient) or result.reason in reasons


def test_donors_with_holes_are_left_out_and_named():
    outcome = simulated().outcome
    outcome.iloc[4, 3] = np.nan
    panel = panel_of(outcome)
    assert panel.left_out == ("unit-3",)
    assert "unit-3" not in panel.donors


def test_designs_follow_the_tree():
    panel = simulated()
    staggered = Panel(panel.outcome, {"unit-0": year(2006), "unit-1": year(2008)})
    chosen = {
        "synthetic_control": panel,
        "difference_in_differences": simulated(treated=2),
        "staggered_difference_in_differences": staggered,
        "interrupted_time_series": panel.restrict(units=["unit-0"]),
        "none": panel.restrict(units=["unit-1"]),
    }
    for design, data in chosen.items():
        choice = choose_design(data)
        assert choice.design == design
        assert len(choice.ruled_out) == 4 - (design != "none")
    overruled = choose_design(panel, "interrupted_time_series")
    assert overruled.overruled
    assert overruled.design == "interrupted_time_series"
    assert not choose_design(panel, "synthetic_control").overruled
    with pytest.raises(MethodError, match="expected one of"):
        choose_design(panel, "regression_discontinuity")


@pytest.mark.parametrize("design", ["synthetic_control", "difference_in_differences", "interrupted_time_series"])
def test_a_chosen_design_can_be_estimated(design):
    panel = {
        "synthetic_control": simulated(units=6),
        "difference_in_differences": simulated(treated=3, units=8),
        "interrupted_time_series": simulated(treated=2, units=3),
    }[design]
    assert choose_design(panel).design == design
    result = {
        "synthetic_control": placebos_in_space,
        "difference_in_differences": difference_in_differences,
        "interrupted_time_series": lambda p: interrupted_time_series(p.treated_outcome, p.start),
    }[design](panel)
    assert not isinstance(result, Insufficient)


NUMBERS = """
import json
from statistics_data import california, simulated
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
panel = california()
results = [
    placebos_in_space(panel),
    difference_in_differences(simulated(units=60, treated=5)),
    synthetic_difference_in_differences(panel, placebos=6, seed=3),
]
numbers = json.dumps([[r.estimate.value, r.estimate.p_value, r.standard_error] for r in results])
"""


def test_another_process_with_another_hash_seed_gives_the_same_numbers():
    here: dict[str, object] = {}
    exec(NUMBERS, here)
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "4242" else "4242"
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    command = [sys.executable, "-c", NUMBERS + "print(numbers)"]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here["numbers"]
