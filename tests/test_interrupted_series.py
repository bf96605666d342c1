"""Interrupted series of one unit and the regressions underneath, held against other ways to the same numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statistics_data import california, year, yearly

from collective_impact.statistics.counterfactual.history_sensitivity import history_sensitivity
from collective_impact.statistics.counterfactual.interrupted_counts import interrupted_counts
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series, own_trend_of
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.rate_regression import rate_regression
from collective_impact.statistics.regression import autoregressive_errors, durbin_watson, least_squares, ljung_box

FEW = settings(max_examples=8, deadline=None)
SEEDS = st.integers(0, 10_000)
MONTHS = pd.period_range("2000-01", periods=60, freq="M")


def line(seed, n=20):
    clock = np.arange(n) - 12
    return yearly(30 + 0.4 * clock - 3 * (clock >= 0) + np.random.default_rng(seed).normal(size=n))


def design_and_outcome(seed, n=24):
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), np.arange(n), rng.normal(size=n)]), rng.normal(size=n).cumsum() + 100


def assumption(result, name):
    return next(each.met for each in result.assumptions if each.name == name)


def test_least_squares_and_its_errors_are_those_of_statsmodels():
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import durbin_watson as theirs

    design, outcome = design_and_outcome(0)
    ours, fit = least_squares(design, outcome, lags=3), OLS(outcome, design).fit()
    hac = fit.get_robustcov_results("HAC", maxlags=3, use_correction=False)
    assert ours.coefficients == pytest.approx(fit.params)
    assert ours.covariance == pytest.approx(fit.cov_params())
    assert ours.hac_covariance == pytest.approx(hac.cov_params())
    assert durbin_watson(ours.residuals) == pytest.approx(theirs(fit.resid))
    assert ljung_box(ours.residuals) == pytest.approx(acorr_ljungbox(fit.resid, lags=[4])["lb_pvalue"].iloc[0])


def test_autoregressive_errors_are_those_of_the_whole_covariance_matrix():
    """Each autocorrelation's likelihood and covariance by the textbook formulas, with n x n matrices."""
    design, outcome = design_and_outcome(1)
    fit = least_squares(design, outcome)
    errors = autoregressive_errors(design, fit.residuals)
    hat = np.linalg.pinv(design)
    log_likelihoods, covariances = [], []
    for rho in errors.autocorrelations:
        correlation = rho ** np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
        inverse = np.linalg.inv(correlation)
        information = design.T @ inverse @ design
        left = outcome - design @ np.linalg.solve(information, design.T @ inverse @ outcome)
        squares = left @ inverse @ left
        determinants = np.linalg.slogdet(correlation)[1] + np.linalg.slogdet(information)[1]
        log_likelihoods.append(-0.5 * determinants - 0.5 * 21 * np.log(squares) + np.log(1 - rho**2))
        covariances.append(squares / 21 * hat @ correlation @ hat.T)
    weights = np.exp(np.array(log_likelihoods) - max(log_likelihoods))
    assert errors.weights == pytest.approx(weights / weights.sum(), rel=1e-6)
    assert errors.covariances == pytest.approx(np.array(covariances), rel=1e-6)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_a_margin_leaves_just_so_much_outside(confidence):
    design, outcome = design_and_outcome(2)
    errors = autoregressive_errors(design, least_squares(design, outcome).residuals)
    for term, margin in zip(np.eye(3), errors.margins(np.eye(3), confidence), strict=True):
        assert errors.p_value(margin, term) == pytest.approx(1 - confidence)


def test_without_autocorrelation_a_long_series_has_the_ordinary_interval():
    design = np.column_stack([np.ones(1500), np.linspace(-1, 1, 1500)])
    fit = least_squares(design, np.random.default_rng(0).normal(size=1500))
    margins = autoregressive_errors(design, fit.residuals).margins(np.eye(2), 0.95)
    assert margins == pytest.approx(stats.t.ppf(0.975, 1498) * np.sqrt(np.diag(fit.covariance)), rel=0.08)


@FEW
@given(SEEDS, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_level_unit_order_and_calendar_change_nothing_else(seed, constant, factor):
    series = line(seed)
    plain = interrupted_time_series(series, year(2012))
    turned = interrupted_time_series((series * factor + constant)[::-1], year(2012))
    later = interrupted_time_series(yearly(series.to_numpy(), 1950), year(1962))
    numbers = interrupted_time_series(series.set_axis(np.arange(20) * 3), 36)
    for name in ("estimate", "level_change", "slope_change"):
        one = getattr(plain, name)
        for other, unit in ((turned, factor), (later, 1.0), (numbers, 1.0)):
            two = getattr(other, name)
            seen = [two.value, two.low, two.high]
            assert seen == pytest.approx(
                [unit * end for end in (one.value, one.low, one.high)], rel=1e-4, abs=1e-6 * unit
            )
            assert two.p_value == pytest.approx(one.p_value, abs=1e-6)


@pytest.mark.parametrize("seasonal", ["dummies", "harmonics"])
def test_seasons_and_covariates_are_told_from_the_effect(seasonal):
    rng = np.random.default_rng(3)
    clock, prices = np.arange(60) - 40, rng.normal(size=60)
    effect = np.where(clock >= 0, -3 - 0.1 * clock, 0.0)
    outcome = 80 + 0.2 * clock + effect + 5 * np.sin(2 * np.pi * clock / 12) + 2 * prices + rng.normal(size=60) / 10
    series, covariates = pd.Series(outcome, index=MONTHS), pd.DataFrame({"prices": prices}, index=MONTHS)
    result = interrupted_time_series(series, MONTHS[40], seasonal=seasonal, covariates=covariates)
    assert result.estimate.value == pytest.approx(effect[40:].mean(), abs=0.3)
    assert result.slope_change.value == pytest.approx(-0.1, abs=0.03)
    assert result.coefficients.loc["prices", "value"] == pytest.approx(2, abs=0.1)
    gap = (result.frame["observed"] - result.frame["counterfactual"])[40:]
    assert gap.mean() == pytest.approx(result.estimate.value)
    unseen = interrupted_time_series(series, MONTHS[40])
    assert not assumption(unseen, "first_order_autocorrelation")
    assert assumption(result, "first_order_autocorrelation")


def test_strong_autocorrelation_is_reported_and_widens_the_interval():
    own = own_trend_of(california())
    assert own.autocorrelated
    assert assumption(own, "no_strong_autocorrelation") is False
    ordinary = stats.t.ppf(0.975, 27) * own.coefficients.loc["level_change", "standard_error"]
    assert own.level_change.high - own.level_change.value > ordinary
    calm = interrupted_time_series(yearly(np.random.default_rng(0).normal(size=100), 1900), year(1950))
    assert assumption(calm, "no_strong_autocorrelation") is True
    assert assumption(calm, "history_goes_on") is None


def test_the_newey_west_error_of_the_average_effect_is_that_of_statsmodels():
    """Counted as the deviation from the mean clock of the periods after, the change of level is the average effect."""
    from statsmodels.regression.linear_model import OLS

    clock = np.arange(20) - 12
    after = clock >= 0
    design = np.column_stack([np.ones(20), after, clock, after * (clock - 3.5)])
    result = interrupted_time_series(line(5), year(2012), lags=3)
    fit = OLS(line(5).to_numpy(), design).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
    assert result.estimate.value == pytest.approx(fit.params[1])
    assert result.hac_standard_error == pytest.approx(fit.bse[1])


def test_california_looks_the_better_the_longer_its_history():
    histories = history_sensitivity(california().treated_outcome, year(1989))
    effects = histories.frame.set_index("first_period")["value"]
    assert effects[year(1970)] == pytest.approx(own_trend_of(california()).estimate.value)
    assert effects[year(1980)] == pytest.approx(-7.3, abs=0.05)
    assert (histories.low, histories.high) == (effects.iloc[0], effects.iloc[-1])
    assert list(histories.frame["n_before"]) == list(range(19, 7, -1))
    assert histories.same_sign
    assert 0 < histories.share_conclusive < 1


def test_rate_regression_is_that_of_statsmodels():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rng = np.random.default_rng(4)
    design = pd.DataFrame({"level": 1.0, "time": np.arange(30.0), "group": rng.integers(0, 2, 30)})
    exposure = rng.uniform(100, 200, 30)
    counts = rng.negative_binomial(5, 0.3, 30)
    ours = rate_regression(counts, design, exposure, lags=2)
    model = GLM(counts, design.to_numpy(), family=Poisson(), offset=np.log(exposure))
    quasi, hac = model.fit(scale="X2"), model.fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": False})
    assert ours.coefficients == pytest.approx(quasi.params)
    assert ours.dispersion == pytest.approx(quasi.scale)
    assert ours.covariance == pytest.approx(quasi.cov_params())
    assert ours.hac_covariance == pytest.approx(hac.cov_params())


@FEW
@given(SEEDS, st.floats(1e-3, 1e3))
def test_a_rate_ratio_does_not_depend_on_unit_order_or_how_rows_are_split(seed, unit):
    rng = np.random.default_rng(seed)
    design = pd.DataFrame({"level": 1.0, "group": np.tile([0.0, 1.0], 6), "age": np.repeat([0.0, 1.0, 2.0], 4)})
    counts, exposure = rng.poisson(8, 12) + 1.0, rng.uniform(1, 3, 12)
    plain = rate_regression(counts, design, exposure, dispersion="poisson").ratio("group")
    order = rng.permutation(12)
    turned = rate_regression(counts[order], design.iloc[order], exposure[order] * unit, dispersion="poisson")
    halves = rate_regression(
        np.tile(counts / 2, 2), pd.concat([design] * 2), np.tile(exposure / 2, 2), dispersion="poisson"
    )
    unknown = pd.concat([design, design[:1]])
    with_unknown = rate_regression([*counts, np.nan], unknown, [*exposure, 1.0], dispersion="poisson")
    for other in (turned, halves, with_unknown):
        found = other.ratio("group")
        assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high), rel=1e-6)


@FEW
@given(st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_rates_are_fitted_just_where_no_group_is_without_events(counts):
    """Two factors of two levels with their interaction: four cells, two rows each."""
    first, second = np.repeat([0.0, 1.0], 4), np.tile([0.0, 0.0, 1.0, 1.0], 2)
    design = pd.DataFrame({"level": 1.0, "first": first, "second": second, "both": first * second})
    cells = np.array(counts, dtype=float).reshape(4, 2).sum(axis=1)
    result = rate_regression(np.array(counts), design, np.ones(8))
    assert isinstance(result, Insufficient) == (cells == 0).any()
    if not isinstance(result, Insufficient):
        assert result.ratio("first").value == pytest.approx(cells[2] / cells[0])


@FEW
@given(SEEDS, st.floats(1e-3, 1e3))
def test_interrupted_counts_compare_crude_rates_and_add_up(seed, unit):
    rng = np.random.default_rng(seed)
    people = yearly(rng.uniform(900, 1100, 20))
    cases = yearly(rng.poisson(np.where(np.arange(20) < 12, 40, 25)))
    result = interrupted_counts(cases, people * unit, year(2012), trend=False)
    crude = cases[12:].sum() / people[12:].sum() / (cases[:12].sum() / people[:12].sum())
    assert result.rate_ratio.value == pytest.approx(crude)
    assert result.expected == pytest.approx(people[12:].sum() * cases[:12].sum() / people[:12].sum())
    assert result.difference.value == pytest.approx(result.observed - result.expected)
    bent = interrupted_counts(cases[::-1], people, year(2012))
    assert bent.frame["counterfactual"][12:].sum() == pytest.approx(bent.expected)
    assert bent.frame["fitted"].sum() == pytest.approx(cases.sum())
    assert bent.difference.low < bent.difference.value < bent.difference.high


@FEW
@given(SEEDS, st.sampled_from([2.0, 5.0, 20.0]), st.sampled_from([0.3, 1.0, 2.0]), st.integers(3, 12))
def test_difference_and_ratio_agree_on_whether_there_is_an_effect(seed, level, factor, periods):
    """Without a trend at every confidence: the difference leaves out 0 just where the ratio leaves out 1."""
    rng = np.random.default_rng(seed)
    cases = yearly(rng.poisson(level * np.where(np.arange(24 + periods) < 24, 1, factor)))
    if cases[24:].sum() == 0:
        return
    people = yearly(np.full(24 + periods, 100.0))
    for confidence in (0.5, 0.8, 0.95):
        result = interrupted_counts(cases, people, year(2024), trend=False, confidence=confidence)
        assert result.difference.low < result.difference.value < result.difference.high
        assert result.difference.leaves_out(0) == result.rate_ratio.leaves_out(1)


def test_of_many_cases_the_difference_has_the_interval_of_the_delta_method():
    """Symmetric, of the variance of either sum: the mean of those before is all that the expected cases rest on."""
    cases = yearly(np.random.default_rng(6).poisson(1e5, 400), 1700)
    result = interrupted_counts(cases, yearly(np.ones(400), 1700), year(2000), trend=False)
    scale = max(1.0, result.dispersion)
    error = np.sqrt(scale * (cases[300:].sum() + cases[:300].sum() * (100 / 300) ** 2))
    assert result.difference.high - result.difference.value == pytest.approx(1.96 * error, rel=0.2)
    assert result.difference.value - result.difference.low == pytest.approx(
        result.difference.high - result.difference.value, rel=0.01
    )
