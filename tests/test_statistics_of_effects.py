"""Designs that compare a treated unit with donors or with its own past."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_data import california, simulated, year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual import predictor_weights
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.counterfactual.placebo_sensitivity import placebos_by_fit
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import (
    leave_one_out,
    placebo_in_time,
    placebos_in_space,
    synthetic_control,
)
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.panel import Panel, panel_from_long, panel_from_wide


@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(range(7)),
    constant=st.floats(-1000, 1000),
    factor=st.floats(0.01, 100),
)
@settings(max_examples=12, deadline=None)
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
    assert result.placebo_standard_error == pytest.approx(
        np.std([changes[g].mean() - changes[~g].mean() for g in groups])
    )


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


def test_donors_with_holes_are_left_out_and_named():
    outcome = simulated().outcome
    outcome.iloc[4, 3] = np.nan
    panel = panel_of(outcome)
    assert panel.left_out == ("unit-3",)
    assert "unit-3" not in panel.donors


def staggered(never: int = 5, starts: tuple[int, ...] = (2006, 2008)) -> Panel:
    panel = simulated(units=len(starts) + never)
    return Panel(panel.outcome, {f"unit-{number}": year(start) for number, start in enumerate(starts)})


TREE = {
    "one unit, donors": (simulated(), "synthetic_control"),
    "one unit, three donors": (simulated(units=4), "difference_in_differences"),
    "one unit alone": (simulated(units=1), "interrupted_time_series"),
    "two units, one start": (simulated(treated=2), "synthetic_difference_in_differences"),
    "two units, short history": (simulated(treated=2, before=6), "difference_in_differences"),
    "three units, few donors": (simulated(treated=3, units=6), "interrupted_time_series"),
    "two starts": (staggered(), "staggered_difference_in_differences"),
    "two starts, two donors": (staggered(2), "none"),
    "all start, three of them last": (staggered(0, (2006, 2008, 2008, 2008)), "staggered_difference_in_differences"),
    "all start, one of them last": (staggered(0, (2006, 2006, 2006, 2008)), "none"),
    "one start besides one from the first period": (staggered(5, (2000, 2008)), "synthetic_control"),
    "all from the first period": (staggered(5, (2000, 2000)), "none"),
    "none treated": (Panel(simulated().outcome, {}), "none"),
}
ESTIMATORS = {
    "synthetic_control": placebos_in_space,
    "synthetic_difference_in_differences": synthetic_difference_in_differences,
    "difference_in_differences": difference_in_differences,
    "interrupted_time_series": lambda panel: interrupted_time_series(panel.treated_outcome, panel.start),
}


@pytest.mark.parametrize("name", TREE)
def test_designs_follow_the_tree_and_can_be_estimated(name):
    panel, design = TREE[name]
    choice = choose_design(panel)
    assert choice.design == design
    assert len(choice.ruled_out) == 5 - (design != "none")
    if design == "staggered_difference_in_differences":
        result = staggered_adoption(panel, choice.control)
        assert result.estimate.method == design
    elif design != "none":
        result = ESTIMATORS[design](panel)
        assert result.estimate.method == design


def test_a_design_that_is_asked_for_is_given_with_what_speaks_against_it():
    panel = simulated(units=4)
    choice = choose_design(panel, "synthetic_control")
    assert choice.overruled
    assert choice.reasons == ("overruled", "too_few_donors")
    assert choice.against == "too_few_donors"
    assert ("difference_in_differences", "overruled") in choice.ruled_out
    possible = choose_design(simulated(), "interrupted_time_series")
    assert (possible.reasons, possible.against) == (("overruled",), None)
    assert not choose_design(simulated(), "synthetic_control").overruled
    with pytest.raises(MethodError, match="expected one of"):
        choose_design(panel, "regression_discontinuity")


def test_the_choice_names_who_is_compared_and_who_is_left_out():
    choice = choose_design(staggered(0, (2000, 2006, 2008, 2008, 2008)))
    assert choice.control == "not_yet_treated"
    assert choice.left_out == ("unit-0",)
    assert choice.few_treated


def two_factors(seed: int, units: int = 10) -> tuple[Panel, pd.DataFrame]:
    """Outcomes that two predictors drive; the treated unit lies between two donors and falls by 5."""
    rng = np.random.default_rng(seed)
    names = [f"unit-{number}" for number in range(units)]
    predictors = pd.DataFrame(rng.uniform(size=(units, 2)) * [1, 100], index=names, columns=["share", "price"])
    predictors.iloc[0] = (predictors.iloc[1] + predictors.iloc[2]) / 2
    factors = rng.normal(size=(20, 2)).cumsum(axis=0) @ np.diag([1, 0.01])
    outcome = factors @ predictors.to_numpy().T + 0.01 * rng.normal(size=(20, units))
    outcome[14:, 0] -= 5
    index = pd.period_range("2000", periods=20, freq="Y")
    return Panel(pd.DataFrame(outcome, index=index, columns=names), {"unit-0": index[14]}), predictors


@given(seed=st.integers(0, 1000), factors=st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)))
@settings(max_examples=6, deadline=None)
def test_predictors_are_balanced_whatever_their_units_and_order(seed, factors):
    panel, predictors = two_factors(seed)
    result = synthetic_control(panel, predictors)
    other = synthetic_control(panel, (predictors * factors).sample(frac=1, random_state=seed))
    assert result.average_gap == pytest.approx(-5, abs=0.1)
    assert other.average_gap == pytest.approx(result.average_gap, abs=0.02)
    assert result.predictor_weights.sum() == pytest.approx(1)
    distance = (result.balance["synthetic"] - result.balance["treated"]).abs() / predictors.std()
    assert distance.max() < 0.1
    assert (result.balance["donor_mean"] == predictors.iloc[1:].mean()).all()


def test_the_gradient_of_nested_weights_is_that_of_the_misfit():
    rng = np.random.default_rng(1)
    apart, misses, place = rng.normal(size=(3, 9)) + 2, rng.normal(size=(6, 9)), rng.normal(size=3)
    value, gradient = predictor_weights._misfit(place, apart, misses, [])
    moved = [predictor_weights._misfit(place + 1e-6 * step, apart, misses, [])[0] for step in np.eye(3)]
    assert gradient == pytest.approx((np.array(moved) - value) / 1e-6, abs=1e-4)


def test_without_a_limit_all_placebos_count_and_narrower_limits_leave_out_more():
    placebos = placebos_in_space(california())
    frame = placebos_by_fit(placebos)
    assert list(frame["limit"]) == [2, 5, 10, 20, np.inf]
    assert frame["n_placebos"].is_monotonic_increasing
    last = frame.iloc[-1]
    assert (last["rank"], last["p_value"]) == (placebos.rank, placebos.p_value)
    assert (last["low"], last["high"]) == pytest.approx((placebos.estimate.low, placebos.estimate.high))
    assert placebos_by_fit(placebos, [1e-9]).iloc[0]["low"] != placebos.estimate.low


@pytest.mark.parametrize("treated", [1, 3])
def test_synthetic_did_solves_the_problem_of_its_paper(treated):
    panel = simulated(3, periods=16, units=11, treated=treated, before=11)
    result = synthetic_difference_in_differences(panel, placebos=20)
    outcome = panel.outcome.to_numpy()
    donors, mean = outcome[:, treated:], outcome[:, :treated].mean(axis=1)
    noise = np.diff(donors[:11], axis=0).std(ddof=1)

    def objective(weights):
        gap = mean[:11] - donors[:11] @ weights
        return np.var(gap) + np.sqrt(treated * 5) * noise**2 * weights @ weights

    best = objective(result.unit_weights.to_numpy())
    tried = np.random.default_rng(0).dirichlet(np.ones(11 - treated), size=3000)
    assert best <= min(objective(each) for each in tried)
    gap = mean - donors @ result.unit_weights.to_numpy()
    assert result.estimate.value == pytest.approx(gap[11:].mean() - result.time_weights.to_numpy() @ gap[:11])
    assert len(result.placebo_effects) == (10 if treated == 1 else 20)
