"""Methods for one series: run chart, trajectory, forecast, detectable effect, baseline."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from statistics_data import california, simulated, year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.change.baseline import baseline_profile, gap_between
from collective_impact.statistics.change.forecast import forecast_if_nothing_changes
from collective_impact.statistics.change.run_chart import run_chart
from collective_impact.statistics.change.trajectory import trajectory_to_target
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.planning.detectable_effect import (
    donors_needed,
    periods_needed,
    smallest_detectable_effect,
)
from collective_impact.statistics.trend import carried_on, linear_trend

WIGGLE = np.array([0.3, -0.2, 0.1, -0.3, 0.2, -0.1, 0.25, -0.25, 0.15, -0.15])


def test_run_chart_marks_a_run_over_the_limit_and_skips_points_on_the_median():
    chart = run_chart(yearly([1, 2, 1, 2, 1, 2, 1, 5, 6, 7, 5, 4, 8, 6, 4]))
    assert chart.median == 4
    assert (chart.useful_n, chart.longest_run, chart.crossings) == (13, 7, 1)
    assert chart.longest_run_side == "below"
    chart = run_chart(yearly([5, 6, 5, 1, 2, 3, 1, 2, 3, 2, 1]), median_from=2)
    assert (chart.median, chart.longest_run, chart.long_run) == (5.5, 8 + 1, True)
    assert list(chart.longest_run_periods) == [year(2002 + number) for number in range(9)]


def test_a_run_as_long_as_the_limit_is_no_signal():
    chart = run_chart(yearly([2, 4, 1, 1, 1, 1, 1, 1, 5, 1]), median_from=2)
    assert chart.longest_run == chart.longest_run_limit == 6
    assert not chart.shift
    assert run_chart(yearly([2, 4, 1, 1, 1, 1, 1, 1, 1, 5]), median_from=2).shift


@pytest.mark.parametrize(
    ("series", "target", "target_period", "direction", "status"),
    [
        (10 - np.arange(10) + WIGGLE, 2.0, 2012, "decrease", "reached"),
        (10 - np.arange(10) + WIGGLE, -2.0, 2009, "decrease", "missed"),
        (10 - np.arange(10) + WIGGLE, 0.0, 2012, "decrease", "on_track"),
        (10 - np.arange(10) + WIGGLE, -5.0, 2012, "decrease", "off_track"),
        (10 - np.arange(10) + WIGGLE, 15.0, 2012, "increase", "off_track"),
        (10 - np.arange(10) + WIGGLE, -2.0, 2012, "decrease", "inconclusive"),
        (10 - np.arange(10) + WIGGLE, -20.0, 2030, "decrease", "too_early"),
        (np.arange(10) + WIGGLE, 11.0, 2013, "increase", "on_track"),
    ],
)
def test_trajectory_status(series, target, target_period, direction, status):
    result = trajectory_to_target(yearly(series), target, year(target_period), direction)
    assert result.status == status
    assert (result.distance <= 0) == (status == "reached")
    assert result.frame["period"].iloc[-1] == year(max(target_period, 2009))


def test_a_value_after_the_target_period_does_not_count():
    series = yearly([9.1, 8.2, 7.1, 6.3, 5.2, 4.1, 3.3, 2.1])
    assert trajectory_to_target(series, 4.0, year(2004), "decrease").status == "missed"
    assert trajectory_to_target(series, 4.0, year(2006), "decrease").judged_at == year(2006)


def test_projection_stops_at_the_floor():
    result = trajectory_to_target(yearly(10 - np.arange(10) + WIGGLE), -1, year(2015), "decrease", floor=0)
    assert result.clipped
    assert result.projected.value == result.projected.low == 0
    assert result.status == "off_track"


def test_prediction_interval_is_the_textbook_one():
    from statsmodels.api import OLS, add_constant

    values = np.arange(8.0) + WIGGLE[:8]
    result = trajectory_to_target(yearly(values), 50.0, year(2010), "increase")
    fit = OLS(values, add_constant(np.arange(8.0))).fit()
    expected = fit.get_prediction([[1, 10]]).summary_frame(alpha=0.2)
    assert result.projected.value == pytest.approx(expected["mean"][0])
    assert result.projected.low <= expected["obs_ci_lower"][0] + 1e-9


def test_a_line_carried_on_averages_over_what_may_linger():
    values = yearly(np.random.default_rng(3).normal(size=9).cumsum())
    line = linear_trend(values)
    centre, margin = carried_on(line, 3, 0.9)
    clock, outside = np.arange(-8.0, 1), 0.0
    fitting = np.linalg.pinv(np.column_stack([np.ones(9), clock]))
    rho = line.errors.autocorrelations
    assert rho.min() < 0 < 0.98 < rho.max()
    density = line.errors.weights / (1 - rho**2)
    prior = np.where(rho > 0.98, 0.5, 0.0) + (1 - rho**2) * np.diff(np.arctanh(rho))[0] / 4
    for value, weight, covariance in zip(rho, density * prior, line.errors.covariances, strict=True):
        places = np.append(clock, 3.0)
        correlation = max(value, 0.0) ** np.abs(np.subtract.outer(places, places))
        of_slope = fitting[1] @ correlation[:9, :9] @ fitting[1]
        variance = covariance[1, 1] / of_slope if value >= 0 else line.regression.residual_variance
        error = np.append(-np.array([1, 3.0]) @ fitting, 1.0)
        spread = np.sqrt(variance * (error @ correlation @ error))
        outside += weight * 2 * t.sf(margin[2] / spread, 7) / (density @ prior)
    assert outside == pytest.approx(0.1, rel=1e-6)
    assert centre[2] == pytest.approx(line.fitted.iloc[-1] + 3 * line.slope.value)


@given(shift=st.floats(-1e3, 1e3), scale=st.floats(1e-2, 1e2), seed=st.integers(0, 30))
@settings(max_examples=15, deadline=None)
def test_units_of_measure_move_trend_projection_and_forecast_along(shift, scale, seed):
    plain = yearly(np.random.default_rng(seed).normal(size=12).cumsum())
    moved = shift + scale * plain
    slopes = linear_trend(plain).slope, linear_trend(moved).slope
    assert [slopes[1].low, slopes[1].high] == pytest.approx([scale * slopes[0].low, scale * slopes[0].high], rel=1e-6)
    assert slopes[1].p_value == pytest.approx(slopes[0].p_value, rel=1e-6)
    courses = [trajectory_to_target(series, 1e9, year(2014), "increase").projected for series in (plain, moved)]
    assert courses[1].low == pytest.approx(shift + scale * courses[0].low, rel=1e-6, abs=1e-6)
    forecasts = [forecast_if_nothing_changes(series, 3) for series in (plain, moved)]
    assert forecasts[1].relative_width == pytest.approx(forecasts[0].relative_width, rel=1e-6)


def test_a_walk_is_not_taken_for_a_line_and_noise_is():
    walk = linear_trend(yearly(np.random.default_rng(1).normal(size=40).cumsum()))
    noise = linear_trend(yearly(np.random.default_rng(1).normal(size=40)))
    assert walk.assumptions[0].figure > 0.4 > 0.01 > noise.assumptions[0].figure
    assert noise.assumptions[0].met
    assert walk.assumptions[0].met is not True


def test_a_forecast_that_says_little_is_told_and_stays_under_its_ceiling():
    walk = yearly(90 + np.random.default_rng(2).normal(size=7).cumsum())
    wide = forecast_if_nothing_changes(walk, 6)
    assert not wide.informative
    cut = forecast_if_nothing_changes(walk, 6, ceiling=100)
    assert cut.frame["high95"].max() == 100
    assert cut.relative_width == wide.relative_width
    assert not cut.informative
    assert forecast_if_nothing_changes(walk, 6, floor=89, ceiling=91).fills_bounds
    assert forecast_if_nothing_changes(yearly(np.arange(20.0) + np.tile(WIGGLE, 2)), 3).informative


def test_a_band_that_rules_nothing_out_is_not_informative():
    swinging = yearly([10, 90, 30, 70, 20, 85, 40, 60, 15, 80])
    cut = forecast_if_nothing_changes(swinging, 8, floor=0, ceiling=100)
    assert list(cut.frame[["low95", "high95"]].iloc[-1]) == [0, 100]
    assert cut.relative_width == forecast_if_nothing_changes(swinging, 8).relative_width > 2
    assert not cut.informative
    walk = yearly([4, 20, 42, 55, 71, 96, 80, 62, 48, 30, 9, 25, 51])
    assert forecast_if_nothing_changes(walk, 2, floor=0).informative
    filled = forecast_if_nothing_changes(walk, 2, floor=0, ceiling=100)
    assert (filled.fills_bounds, filled.informative) == (True, False)
    assert filled.relative_width <= 2


def test_forecast_intervals_hold_for_random_walks():
    rng = np.random.default_rng(7)
    inside = []
    for walk in rng.normal(0.5, 1, size=(150, 15)).cumsum(axis=1):
        frame = forecast_if_nothing_changes(yearly(walk[:12]), 3).frame
        inside.extend((frame["low95"] <= walk[12:]) & (walk[12:] <= frame["high95"]))
    assert 0.92 <= np.mean(inside) <= 0.98


def test_forecast_goes_on_from_the_last_value_and_reports_its_back_test():
    panel = california()
    forecast = forecast_if_nothing_changes(panel.treated_outcome[panel.before], 3, floor=85)
    assert list(forecast.frame["period"]) == [year(1989), year(1990), year(1991)]
    assert forecast.frame["mean"].iloc[0] == pytest.approx(90.1 + (90.1 - 123.0) / 18)
    assert forecast.clipped
    assert forecast.frame["low95"].min() == 85
    assert forecast.held_n == 3 * 14 - 3
    assert 0 <= forecast.held <= 1


def test_detectable_effect_with_donors():
    panel = california()
    result = smallest_detectable_effect(panel, horizon=5)
    assert (result.design, result.n_donors, result.donors_needed, result.reachable) == (
        "synthetic_control",
        38,
        19,
        True,
    )
    assert result.value == pytest.approx(2.8770 * result.standard_error, rel=1e-4)
    few = smallest_detectable_effect(simulated(units=8, periods=14, before=12), horizon=3)
    assert few.p_floor == 1 / 8
    assert not few.reachable
    assert donors_needed(0.1) == 9


def test_detectable_effect_alone_is_the_error_of_an_extrapolated_line():
    series = yearly(np.arange(12.0) + np.tile([0.5, -0.5], 6))
    result = smallest_detectable_effect(series, horizon=4)
    fit = linear_trend(series).regression
    design = np.column_stack([np.ones(16), np.arange(16)])
    ahead = design[12:].mean(axis=0)
    independent = fit.residual_variance * (1 / 4 + ahead @ np.linalg.inv(design[:12].T @ design[:12]) @ ahead)
    assert result.standard_error == pytest.approx(np.sqrt(independent))
    assert result.reachable
    assert periods_needed(series, effect=result.value) <= 4
    assert periods_needed(series, effect=1e-6) is None


def test_autocorrelation_makes_effects_harder_to_detect():
    noise = np.repeat([0.5, -0.5, 0.5, -0.5], 4) * np.tile([1.0, 0.8], 8)
    lingering = smallest_detectable_effect(yearly(noise), horizon=4)
    shuffled = smallest_detectable_effect(yearly(noise.reshape(4, 4).T.ravel()), horizon=4)
    assert lingering.value > shuffled.value


def test_baseline_profile_passes_over_holes():
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [np.nan, 5.0, np.nan]}, index=yearly([0, 0, 0]).index)
    profile = baseline_profile(frame)
    assert profile.loc["a", ["first", "last", "change", "change_per_period", "n"]].to_list() == [1, 4, 3, 1.5, 3]
    assert profile.loc["b", "n"] == 1
    assert np.isnan(profile.loc["b", "change_per_period"])
    assert list(baseline_profile(california())["last_period"].unique()) == [year(1988)]


def test_gap_between_shows_california_drifting_away_before_its_start():
    gap = gap_between(california())
    assert gap.gap.index[-1] == year(1988)
    assert gap.trend.high < 0
    assert gap.n_others == 38


FEW = yearly([1.0, 2.0, 1.5])
CONSTANT = yearly(np.full(12, 3.0))
HOLES = yearly([1, 2, np.nan, 4, 3, 5, 4, 6, 5, 7, 6, 8, 7, 9])
ON_A_LINE = yearly(np.arange(14.0))


@pytest.mark.parametrize(
    "method",
    [
        run_chart,
        linear_trend,
        lambda series: forecast_if_nothing_changes(series, 3),
        lambda series: trajectory_to_target(series, 1.0, year(2020), "increase"),
        lambda series: smallest_detectable_effect(series, 3),
        lambda series: periods_needed(series, 1.0),
        lambda series: interrupted_time_series(series, year(2009)),
    ],
)
def test_series_that_carry_nothing_are_insufficient(method):
    for series in (yearly([]), yearly([np.nan, np.nan]), FEW, CONSTANT, HOLES):
        assert isinstance(method(series), Insufficient)
    assert method(HOLES).reason == "gaps_in_periods"
    assert method(Insufficient("no_population")) == Insufficient("no_population")
    if method is not run_chart:
        assert method(ON_A_LINE).reason == "no_variation"


@pytest.mark.parametrize(
    ("target", "period", "direction", "reason"),
    [
        (None, year(2020), "increase", "no_target"),
        (float("nan"), year(2020), "increase", "no_target"),
        (1.0, None, "increase", "no_target_period"),
        (1.0, pd.NaT, "increase", "no_target_period"),
        (1.0, year(2020), "", "no_direction"),
    ],
)
def test_a_target_that_is_not_stated_is_insufficient(target, period, direction, reason):
    assert trajectory_to_target(yearly(WIGGLE), target, period, direction).reason == reason


def test_wrong_calls_are_errors_that_say_what_was_expected():
    with pytest.raises(MethodError, match="increase or decrease"):
        trajectory_to_target(yearly(WIGGLE), 1.0, year(2020), "upwards")
    with pytest.raises(MethodError, match="frequency"):
        trajectory_to_target(yearly(WIGGLE), 1.0, pd.Period("2020-01", "M"), "increase")
    with pytest.raises(MethodError, match="between 0 and 1"):
        linear_trend(yearly(WIGGLE), confidence=95)
    with pytest.raises(MethodError, match="at least 1"):
        forecast_if_nothing_changes(yearly(WIGGLE), 0)
