"""Panels, repeated cross-sections and experiments, held against independent computations."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_answers.counterfactual_panels import organ_donations
from statistics_data import california, simulated

from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.difference_in_means import difference_in_means
from collective_impact.statistics.counterfactual.event_study import event_study
from collective_impact.statistics.counterfactual.fixed_effects import fixed_effects
from collective_impact.statistics.counterfactual.repeated_cross_sections import repeated_cross_sections
from collective_impact.statistics.counterfactual.wild_cluster_bootstrap import wild_cluster_bootstrap
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.randomization import randomization

sizes = st.tuples(st.integers(1, 5), st.integers(3, 7))
measures = {"constant": st.floats(-1000, 1000), "factor": st.floats(0.01, 100)}


def long(units=11, periods=6, treated=5, seed=0, share=0.85):
    """Rows of an unbalanced panel with an effect of 1 from the middle on, in no order."""
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    treatment = ((unit < treated) & (period >= periods // 2)).astype(float)
    outcome = treatment + rng.normal(size=units)[unit] * 2 + 0.3 * period + rng.normal(size=len(unit))
    other = rng.normal(size=len(unit)) + 0.2 * period
    frame = pd.DataFrame(
        {"unit": unit, "period": period, "treatment": treatment, "other": other, "outcome": outcome + other}
    )
    return frame.sample(frac=share, random_state=seed)


def dummies(frame, *columns):
    """Design with a dummy a label: treatment and covariate first."""
    sets = [pd.get_dummies(frame[column], drop_first=place > 0) for place, column in enumerate(columns)]
    return np.column_stack([frame[["treatment", "other"]], *sets]).astype(float)


def regression(method, frame, **options):
    return method(frame, "outcome", "treatment", covariates=["other"], unit="unit", period="period", **options)


def brute_p_value(outcome, treated, effect):
    without = outcome - effect * treated
    actual = abs(without[treated].mean() - without[~treated].mean())
    groups = [np.isin(range(len(without)), group) for group in combinations(range(len(without)), int(treated.sum()))]
    return np.mean([abs(without[group].mean() - without[~group].mean()) >= actual - 1e-9 for group in groups])


@pytest.mark.parametrize(("n_treated", "n_untreated"), [(1, 24), (2, 9), (5, 5)])
def test_the_randomization_interval_holds_what_the_test_does_not_reject(n_treated, n_untreated):
    outcome = np.random.default_rng(n_treated).normal(size=n_treated + n_untreated)
    treated = np.arange(len(outcome)) < n_treated
    result = randomization(outcome, treated, confidence=0.9)
    assert result.p_value == pytest.approx(brute_p_value(outcome, treated, 0.0))
    for end, outwards in ((result.interval.low, -1e-6), (result.interval.high, 1e-6)):
        assert brute_p_value(outcome, treated, end - outwards) > 0.1 >= brute_p_value(outcome, treated, end + outwards)


def test_too_few_assignments_bound_nothing():
    result = randomization([5.0, 0.0, 0.1, 0.2], [True, False, False, False])
    assert (result.interval.low, result.interval.high) == (-np.inf, np.inf)
    assert result.p_value == result.p_floor == 0.25
    assert not result.conclusive


@given(sizes=sizes, seed=st.integers(0, 1000), **measures)
@settings(max_examples=20, deadline=None)
def test_randomization_knows_no_order_and_no_unit_of_measure(sizes, seed, constant, factor):
    rng = np.random.default_rng(seed)
    outcome, treated = rng.normal(size=sum(sizes)), np.arange(sum(sizes)) < sizes[0]
    order = rng.permutation(len(outcome))
    one, two = randomization(outcome, treated), randomization(outcome[order] * factor + constant, treated[order])
    assert two.p_value == one.p_value
    assert two.interval.high / factor == pytest.approx(one.interval.high, abs=1e-4)


def test_drawn_assignments_know_no_order_either():
    rng = np.random.default_rng(3)
    outcome, treated, order = rng.normal(size=40), np.arange(40) < 15, rng.permutation(40)
    assert not randomization(outcome, treated).exact
    one, two = randomization(outcome, treated), randomization(outcome[order], treated[order])
    assert (two.p_value, two.interval.low) == (one.p_value, pytest.approx(one.interval.low))


def test_with_many_on_both_sides_the_interval_is_welchs():
    from scipy.stats import ttest_ind

    panel = simulated(units=24, treated=11)
    result = difference_in_differences(panel)
    groups = [result.changes[list(units)] for units in (panel.treated, panel.donors)]
    welch = ttest_ind(*groups, equal_var=False).confidence_interval()
    assert (result.estimate.low, result.estimate.high) == (pytest.approx(welch.low), pytest.approx(welch.high))
    assert result.inference == "own_spread"


def test_with_few_treated_the_interval_is_that_of_a_new_donor():
    from scipy.stats import t

    result = difference_in_differences(california())
    donors = result.changes.drop("california")
    margin = t.ppf(0.975, 37) * donors.std() * np.sqrt(1 + 1 / 38)
    assert result.estimate.high - result.estimate.value == pytest.approx(margin)
    assert {each.name: each.met for each in result.assumptions} == {
        "parallel_trends": False,
        "enough_clusters": False,
        "equal_noise": True,
    }


def test_noisier_treated_units_are_seen_before_the_start():
    rng = np.random.default_rng(0)
    outcome = pd.DataFrame(rng.normal(size=(16, 12)), index=range(16), columns=list("abcdefghijkl"))
    outcome[["a", "b"]] *= 20
    (noise,) = (
        each
        for each in difference_in_differences(Panel(outcome, {"a": 10, "b": 10})).assumptions
        if each.name == "equal_noise"
    )
    assert noise.met is False


@given(order=st.permutations(range(7)), seed=st.integers(0, 1000), **measures)
@settings(max_examples=15, deadline=None)
def test_changes_of_units_know_no_order_and_no_unit_of_measure(order, seed, constant, factor):
    panel = simulated(seed, treated=2)
    other = Panel(panel.outcome.iloc[:, list(order)] * factor + constant, panel.starts)
    for method in (difference_in_differences, event_study):
        one, two = method(panel), method(other)
        estimates = [each.estimates if method is event_study else {0: each.estimate} for each in (one, two)]
        for period, estimate in estimates[0].items():
            assert estimates[1][period].low == pytest.approx(estimate.low * factor, abs=1e-6 * factor)
    assert two.pre_trend_p == one.pre_trend_p


@pytest.mark.parametrize("treated", [1, 3])
def test_an_event_study_is_the_regression_on_leads_and_lags(treated):
    panel = simulated(treated=treated, units=9)
    result = event_study(panel)
    after = np.mean([estimate.value for period, estimate in result.estimates.items() if period >= panel.start])
    before = sum(estimate.value for period, estimate in result.estimates.items() if period < panel.start)
    did = difference_in_differences(panel)
    assert after - before / len(panel.before) == pytest.approx(did.estimate.value)
    values = panel.outcome.to_numpy()
    ours = np.isin(panel.outcome.columns, panel.treated)
    index = list(panel.outcome.index)
    unit, period = np.tile(np.arange(9), len(index)), np.repeat(np.arange(len(index)), 9)
    base = index.index(result.base)
    leads = [(ours[unit] & (period == place)) for place in range(len(index)) if place != base]
    design = np.column_stack([*leads, pd.get_dummies(unit), pd.get_dummies(period, drop_first=True)]).astype(float)
    coefficients = np.linalg.lstsq(design, values.ravel(), rcond=None)[0][: len(leads)]
    assert [estimate.value for estimate in result.estimates.values()] == pytest.approx(coefficients)


def test_the_test_before_the_start_sees_a_drift():
    panel = simulated(units=26, treated=6, periods=14, before=8)
    drifting = panel.outcome.copy()
    drifting[list(panel.treated)] += 3 * np.arange(14)[:, None]
    result = event_study(Panel(drifting, panel.starts))
    assert result.pre_trend_p < 0.01
    assert result.assumptions[0].met is False
    assert event_study(panel).assumptions[0].met is None
    assert all(result.bands[period].low <= estimate.low for period, estimate in result.estimates.items())


def test_fixed_effects_are_the_regression_with_dummies():
    from statsmodels.regression.linear_model import OLS

    frame = long()
    result = regression(fixed_effects, frame)
    fit = OLS(frame["outcome"], dummies(frame, "unit", "period")).fit()
    by_cluster = fit.get_robustcov_results("cluster", groups=frame["unit"], df_correction=True)
    counted = (len(frame) - len(fit.params)) / (len(frame) - (len(fit.params) - frame["unit"].nunique() + 1))
    assert result.interval.value == pytest.approx(fit.params.iloc[0])
    assert result.standard_errors["classic"] == pytest.approx(fit.bse.iloc[0])
    assert result.standard_errors["CR1"] == pytest.approx(by_cluster.bse[0] * np.sqrt(counted))


def test_cr2_and_its_degrees_are_those_of_the_full_matrices():
    frame = long().sort_values(["unit", "period"])
    design, outcome, unit = dummies(frame, "unit", "period"), frame["outcome"].to_numpy(), frame["unit"].to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    maker = np.eye(len(frame)) - design @ inverse @ design.T
    pulls, scores = [], []
    for one in np.unique(unit):
        mine = unit == one
        values, vectors = np.linalg.eigh(maker[np.ix_(mine, mine)])
        roots = np.where(values > 1e-9, 1 / np.sqrt(np.where(values > 1e-9, values, 1.0)), 0.0)
        pull = vectors @ np.diag(roots) @ vectors.T @ (design @ inverse)[mine, 0]
        scores.append(pull @ (maker @ outcome)[mine])
        pulls.append(maker[:, mine] @ pull)
    gram = np.array(pulls) @ np.array(pulls).T
    result = regression(fixed_effects, frame)
    assert result.standard_errors["CR2"] == pytest.approx(np.sqrt(np.sum(np.square(scores))))
    assert result.degrees == pytest.approx(np.trace(gram) ** 2 / np.sum(gram**2))


@given(seed=st.integers(0, 1000), **measures)
@settings(max_examples=10, deadline=None)
def test_regressions_know_no_order_no_labels_and_no_unit_of_measure(seed, constant, factor):
    frame = long(seed=seed, share=0.9)
    other = frame.sample(frac=1, random_state=1).assign(
        unit=lambda f: "u" + (97 - f["unit"]).astype(str),
        period=lambda f: f["period"] * 3 + 2000,
        outcome=lambda f: f["outcome"] * factor + constant,
        other=lambda f: f["other"] * 1e7 - 3e8,
    )
    for method in (fixed_effects, wild_cluster_bootstrap):
        one, two = regression(method, frame), regression(method, other)
        assert two.interval.low == pytest.approx(one.interval.low * factor, rel=1e-5, abs=1e-6 * factor)
        assert two.p_value == pytest.approx(one.p_value)


def test_rows_that_say_nothing_change_nothing():
    frame = long()
    alone = pd.DataFrame({"unit": [90, 91], "period": [1, 4], "treatment": [0.0, 1.0], "other": 0.0, "outcome": 50.0})
    missing = frame.iloc[:3].assign(unit=92, period=[0, 1, 2], outcome=[np.nan, np.inf, -np.inf])
    more = pd.concat([frame, alone, missing])
    for method in (fixed_effects, wild_cluster_bootstrap):
        one, two = regression(method, frame), regression(method, more)
        assert (two.interval.low, two.n_alone) == (pytest.approx(one.interval.low), 2)
        assert one.interval.low < 1 < one.interval.high


def test_one_treated_cluster_is_called_too_few_whatever_the_standard_error_says():
    result = organ_donations()
    assert result.interval.leaves_out(0.0)
    assert not result.conclusive
    assert (result.assumptions[0].name, result.assumptions[0].met) == ("enough_clusters", False)
    assert result.randomization.p_value == pytest.approx(5 / 27)
    assert not result.randomization.conclusive
    frame = long(treated=1, share=1.0)
    default = fixed_effects(frame, "outcome", "treatment", unit="unit", period="period")
    assert default.inference == "randomization"
    assert "CR2" not in default.standard_errors
    assert regression(wild_cluster_bootstrap, frame) == Insufficient("too_few_treated_clusters", 1, 4)


def test_randomization_of_a_balanced_regression_is_that_of_the_changes():
    panel = simulated(treated=2)
    frame = panel.outcome.rename_axis("period").reset_index().melt("period", var_name="unit", value_name="outcome")
    frame["treatment"] = frame["unit"].isin(panel.treated) & (frame["period"] >= panel.start)
    result = fixed_effects(frame, "outcome", "treatment", unit="unit", period="period").randomization
    did = difference_in_differences(panel).randomization
    assert (result.p_value, result.interval.low) == (did.p_value, pytest.approx(did.interval.low))


def test_the_wild_bootstrap_is_that_of_one_regression_a_draw():
    frame = long(units=8, treated=4, share=0.9)
    result = regression(wild_cluster_bootstrap, frame, weights="rademacher")
    design, outcome = dummies(frame, "unit", "period"), frame["outcome"].to_numpy()
    codes = pd.factorize(frame["unit"])[0]
    inverse = np.linalg.inv(design.T @ design)

    def statistic(values, effect):
        coefficients = inverse @ design.T @ values
        scores = np.bincount(codes, (design @ inverse)[:, 0] * (values - design @ coefficients))
        return abs(coefficients[0] - effect) / np.sqrt(scores @ scores)

    def p_value(effect):
        without = outcome - effect * design[:, 0]
        fitted = design[:, 1:] @ np.linalg.lstsq(design[:, 1:], without, rcond=None)[0]
        signs = np.array(list(product([1, -1], repeat=8)))
        drawn = [statistic(effect * design[:, 0] + fitted + (without - fitted) * s[codes], effect) for s in signs]
        return np.mean(np.array(drawn) >= statistic(outcome, effect) - 1e-9)

    assert (result.exact, result.n_draws, result.p_floor) == (True, 256, 2 / 256)
    assert result.p_value == pytest.approx(p_value(0.0))
    for end, outwards in ((result.interval.low, -1e-6), (result.interval.high, 1e-6)):
        assert p_value(end - outwards) > 0.05 >= p_value(end + outwards)


def test_means_and_cross_sections_are_regressions_with_robust_errors():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"group": rng.random(60) < 0.4, "after": rng.random(60) < 0.5, "other": rng.normal(size=60)})
    frame["outcome"] = frame["group"] * frame["after"] + rng.normal(size=60) * (1 + frame["group"])
    frame["both"] = frame["group"] & frame["after"]
    design = np.column_stack([frame[["both", "group", "after", "other"]], np.ones(60)]).astype(float)
    fit = OLS(frame["outcome"], design).fit()
    result = repeated_cross_sections(frame, "outcome", "group", "after", covariates=["other"])
    assert result.interval.value == pytest.approx(fit.params.iloc[0])
    assert list(result.standard_errors.values()) == pytest.approx(
        [fit.bse.iloc[0], fit.HC1_se.iloc[0], fit.HC2_se.iloc[0]]
    )
    assert result.counts.to_numpy().sum() == 60
    simple = OLS(frame["outcome"], np.column_stack([frame["group"], np.ones(60)]).astype(float)).fit()
    for variance, error in (("classic", simple.bse), ("HC2", simple.HC2_se), ("HC3", simple.HC3_se)):
        means = difference_in_means(frame["outcome"], frame["group"], variance=variance)
        assert means.standard_error == pytest.approx(error.iloc[0])


def test_cross_sections_by_cluster_are_regressions_by_cluster():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(6)
    site = np.repeat(np.arange(8), 12)
    frame = pd.DataFrame({"site": site, "group": site % 2, "after": np.tile([0, 1, 1], 32)})
    frame["outcome"] = rng.normal(size=96) + rng.normal(size=8)[site]
    design = np.column_stack([frame["group"] * frame["after"], frame[["group", "after"]], np.ones(96)])
    fit = OLS(frame["outcome"], design).fit(cov_type="cluster", cov_kwds={"groups": site})
    result = repeated_cross_sections(frame, "outcome", "group", "after", cluster="site")
    assert result.standard_errors["CR1"] == pytest.approx(fit.bse.iloc[0])
    assert 2 < result.degrees < 8
