"""Interrupted series of counts: cases out of a population, against the rate's own past carried on.

Segmented quasi-Poisson regression with the logarithm of the population as offset (Bernal, Cummins & Gasparrini 2017,
IJE 46): changes are rate ratios, and what did not happen is counted in cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.interrupted_time_series import autocorrelation_assumptions
from collective_impact.statistics.counterfactual.segmented_design import Seasonal, SegmentedDesign, segmented_design
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.periods import whole_series
from collective_impact.statistics.rate_regression import RateRegression, rate_regression
from collective_impact.statistics.regression import (
    AutoregressiveErrors,
    autoregressive_errors,
    ljung_box,
    newey_west_lags,
)
from collective_impact.statistics.types import Array, Label

EVENTS = 20

_ANGLES: Array = np.linspace(0.0, 2 * np.pi, 4096, endpoint=False)


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedCounts:
    """Cases after the start against the extended history of their rate.

    Attributes
    ----------
    start : period
        First period with treatment.
    rate_ratio : Interval
        Rate from the start on over the rate that the history leads to expect: the ratio of each period, averaged on
        the log scale. Below 1: fewer cases than expected.
    level_ratio : Interval
        The same at the start itself; without a trend the same as `rate_ratio`.
    slope_ratio : Interval or None
        Factor by which the yearly (monthly ...) growth of the rate has changed; None without a trend.
    difference : Interval
        Cases since the start less cases expected; below 0: fewer than expected. Its interval is about what the
        rate before and since leads to: chance in the observed cases is in it. Without a trend it leaves out 0
        where that of `rate_ratio` leaves out 1; with one nearly so, as `rate_ratio` weighs periods alike.
    observed, expected : float
        Cases since the start, and those that the history leads to expect.
    coefficients : DataFrame of shape (n_terms, 5)
        Columns ``value, low, high, standard_error, hac_standard_error``, on the log scale, indexed by term.
    frame : DataFrame of shape (n_periods, 7)
        Columns ``period, observed, exposure, fitted, counterfactual, low, high``, all in cases but the exposure:
        the counterfactual is what the history leads to expect in each period, low and high its interval.
    dispersion : float
        Pearson chi-square over degrees of freedom: above 1 where counts scatter more than independent cases would.
    autocorrelation, ljung_box_p, autocorrelated, lags, n_before, n_after, degrees, assumptions
        As in `interrupted_time_series.InterruptedTimeSeries`, of the Pearson residuals.
    """

    start: Label
    rate_ratio: Interval
    level_ratio: Interval
    slope_ratio: Interval | None
    difference: Interval
    observed: float
    expected: float
    coefficients: pd.DataFrame
    frame: pd.DataFrame
    dispersion: float
    autocorrelation: float
    ljung_box_p: float
    autocorrelated: bool
    lags: int
    n_before: int
    n_after: int
    degrees: int
    assumptions: tuple[Assumption, ...]


@guarded
def interrupted_counts(
    counts: pd.Series[float],
    exposure: pd.Series[float],
    start: Label | None,
    *,
    trend: bool = True,
    seasonal: Seasonal = "none",
    harmonics: int = 2,
    seasons: int | None = None,
    covariates: pd.DataFrame | None = None,
    lags: int | None = None,
    confidence: float = 0.95,
) -> InterruptedCounts | Insufficient:
    """Estimate by what factor the rate has changed since the start, and how many cases that makes.

    The variance is a multiple of the mean, at least 1; intervals allow for first-order autocorrelation of the Pearson
    residuals as those of `interrupted_time_series` do. The interval of `difference` spans what it comes to for all
    pairs of means, with and without the initiative, that are as likely on the log scale as the ends of their
    intervals (after Venzon & Moolgavkar 1988, Applied Statistics 37, by the Wald approximation of the likelihood).

    Parameters
    ----------
    counts : Series of shape (n_periods,)
        Cases, indexed by period; at least 8 periods before `start` and 3 from it on, at least 20 cases, not all of
        them after the start.
    exposure : Series of shape (any,)
        Population or person-time of each of these periods, above 0.
    start, trend, seasonal, harmonics, seasons, covariates, lags, confidence
        As for `interrupted_time_series`.

    Returns
    -------
    InterruptedCounts or Insufficient
        ``no_denominator`` where an exposure is missing or not above 0; ``too_few_events``; ``no_variation`` where the
        terms explain everything; else as `whole_series`, `segmented_design` and `rate_regression` say.

    Raises
    ------
    MethodError
        When a count is negative, a period of `exposure` occurs twice, or as `segmented_design` says.
    """
    values = whole_series(counts)
    if isinstance(values, Insufficient):
        return values
    if (values < 0).any():
        raise MethodError(f"counts: found {values.min():g}, expected none below 0")
    if exposure.index.has_duplicates:
        raise MethodError("exposure: each period may occur once only; take the sum first")
    people = pd.Series(numbers_of(exposure, "exposure"), exposure.index)
    population = people.reindex(values.index).to_numpy()
    design = segmented_design(
        values.index,
        start,
        trend=trend,
        seasonal=seasonal,
        harmonics=harmonics,
        seasons=seasons,
        covariates=covariates,
    )
    if isinstance(design, Insufficient):
        return design
    if few := _too_few(values.to_numpy(), design):
        return few
    lags = newey_west_lags(len(values)) if lags is None else lags
    fit = rate_regression(values, design.terms, population, lags=lags)
    if isinstance(fit, Insufficient):
        return fit
    if fit.dispersion < 1e-12:
        return Insufficient("no_variation", 1, 2)
    return _result(values, population, start, design, fit, confidence)


def _too_few(events: Array, design: SegmentedDesign) -> Insufficient | None:
    total, before = float(events.sum()), float(events[~design.after].sum())
    if total < EVENTS:
        return Insufficient("too_few_events", total, EVENTS)
    return None if before else Insufficient("too_few_events", 0, 1)


def _result(
    values: pd.Series[float],
    population: Array,
    start: Label,
    design: SegmentedDesign,
    fit: RateRegression,
    confidence: float,
) -> InterruptedCounts:
    errors = autoregressive_errors(design.terms.to_numpy() * np.sqrt(fit.fitted)[:, None], fit.residuals, 1.0)
    frame = _frame(values, population, design, fit, errors, confidence)
    ljung_box_p = ljung_box(fit.residuals, design.seasons)

    def ratio(terms: Array) -> Interval:
        value, margin = float(terms @ fit.coefficients), float(errors.margins(terms[None, :], confidence)[0])
        return Interval(float(np.exp(value)), *_exponentials(value, margin), confidence)

    return InterruptedCounts(
        start=start,
        rate_ratio=ratio(design.average_effect),
        level_ratio=ratio(design.only("level_change")),
        slope_ratio=ratio(design.only("slope_change")) if design.trend else None,
        difference=_difference(frame[design.after], design, errors, confidence),
        observed=float(frame["observed"][design.after].sum()),
        expected=float(frame["counterfactual"][design.after].sum()),
        coefficients=_coefficients(fit, errors, confidence),
        frame=frame,
        dispersion=fit.dispersion,
        autocorrelation=errors.autocorrelation,
        ljung_box_p=ljung_box_p,
        autocorrelated=ljung_box_p < 0.05,
        lags=fit.lags or 0,
        n_before=design.n_before,
        n_after=design.n_after,
        degrees=errors.degrees,
        assumptions=autocorrelation_assumptions(fit.residuals, errors, design.seasons),
    )


def _exponentials(value: float, margin: float) -> tuple[float, float]:
    with np.errstate(over="ignore"):
        low, high = np.exp([value - margin, value + margin])
    return float(low), float(high)


def _difference(
    after: pd.DataFrame, design: SegmentedDesign, errors: AutoregressiveErrors, confidence: float
) -> Interval:
    """Observed less expected cases, and the ends of what that comes to along the ellipse of both logarithms.

    The observed cases are also the fitted ones, by the score of the level change; the gradient of the log of either
    sum is its mean term, weighted by cases. The margins of both and of their ratio make up the ellipse.
    """
    observed, expected = float(after["observed"].sum()), float(after["counterfactual"].sum())
    with_it = after["fitted"].to_numpy() @ design.terms.to_numpy()[design.after] / float(after["fitted"].sum())
    without = after["counterfactual"].to_numpy() @ design.untreated[design.after] / expected
    one, other, ratio = errors.margins(np.stack([with_it, without, with_it - without]), confidence)
    lag = np.arccos(np.clip((one**2 + other**2 - ratio**2) / (2 * one * other), -1.0, 1.0))
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = observed * np.exp(one * np.cos(_ANGLES)) - expected * np.exp(other * np.cos(_ANGLES - lag))
    return Interval(observed - expected, float(np.nanmin(gaps)), float(np.nanmax(gaps)), confidence)


def _coefficients(fit: RateRegression, errors: AutoregressiveErrors, confidence: float) -> pd.DataFrame:
    margins = errors.margins(np.eye(len(fit.terms)), confidence)
    hac = fit.covariance if fit.hac_covariance is None else fit.hac_covariance
    return pd.DataFrame(
        {
            "value": fit.coefficients,
            "low": fit.coefficients - margins,
            "high": fit.coefficients + margins,
            "standard_error": np.sqrt(np.diag(fit.covariance)),
            "hac_standard_error": np.sqrt(np.diag(hac)),
        },
        index=pd.Index(fit.terms),
    )


def _frame(
    values: pd.Series[float],
    population: Array,
    design: SegmentedDesign,
    fit: RateRegression,
    errors: AutoregressiveErrors,
    confidence: float,
) -> pd.DataFrame:
    history = design.untreated
    expected, margins = history @ fit.coefficients + np.log(population), errors.margins(history, confidence)
    with np.errstate(over="ignore"):
        lines = np.exp([expected, expected - margins, expected + margins])
    return pd.DataFrame(
        {
            "period": values.index,
            "observed": values.to_numpy(),
            "exposure": population,
            "fitted": fit.fitted,
            "counterfactual": lines[0],
            "low": lines[1],
            "high": lines[2],
        }
    )
