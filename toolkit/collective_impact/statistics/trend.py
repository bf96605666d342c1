"""A straight line through a series, with an interval for its slope and for where it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Estimate, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import positions, step, whole_series
from collective_impact.statistics.regression import (
    AutoregressiveErrors,
    Regression,
    autoregressive_errors,
    least_squares,
)
from collective_impact.statistics.types import Array

PERIODS = 5
STRONG = 0.8
"""Autocorrelation from which on a straight line and a random walk can hardly be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearTrend:
    """A line through a series.

    Attributes
    ----------
    slope : Estimate
        Change per period, in the series' own unit.
    fitted : Series of shape (n_periods,)
        The line, indexed by period.
    regression : Regression
        Terms: value at the last period, slope.
    errors : AutoregressiveErrors
        What the slope's interval rests on.
    assumptions : tuple of Assumption
        ``no_strong_autocorrelation``, judged by how likely an autocorrelation above 0.8 is: where it is strong the
        interval is too narrow, for a walk without a line of its own down to a coverage of 70%. Not met from an even
        chance on; None where the series cannot tell.
    """

    slope: Estimate
    fitted: pd.Series[float]
    regression: Regression
    errors: AutoregressiveErrors
    assumptions: tuple[Assumption, ...]


@guarded
def linear_trend(series: pd.Series[float], confidence: float = 0.95) -> LinearTrend | Insufficient:
    """Fit a line by least squares; its slope's interval allows for errors that linger from period to period.

    The interval averages Student's t over the autocorrelations that the series allows (`autoregressive_errors`). Of
    6 to 24 periods it held the truth 94 to 99% of the time, be the errors independent or of autocorrelation 0.5.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period, at least 5 of them.
    confidence : float

    Returns
    -------
    LinearTrend or Insufficient
        ``no_variation`` for points that lie exactly on a line: nothing tells how sure it is.
    """
    check_confidence(confidence)
    values = whole_series(series, PERIODS)
    if isinstance(values, Insufficient):
        return values
    places = positions(values.index)
    design = np.column_stack([np.ones(len(values)), (places - places[-1]) / step(values.index)])
    fit = least_squares(design, values.to_numpy())
    if fit is None:
        return Insufficient("no_variation", 1, 2)
    errors, slope = autoregressive_errors(design, fit.residuals), np.array([0.0, 1.0])
    value, margin = float(fit.coefficients[1]), float(errors.margins(slope[None, :], confidence)[0])
    p_value, strong = errors.p_value(value, slope), errors.share_above(STRONG)
    return LinearTrend(
        Estimate(value, value - margin, value + margin, confidence, p_value, None, 1, len(values), "linear_trend"),
        pd.Series(design @ fit.coefficients, index=values.index),
        fit,
        errors,
        (Assumption("no_strong_autocorrelation", None if 0.05 <= strong <= 0.5 else strong < 0.05, strong, 0.5),),
    )


def carried_on(line: LinearTrend, ahead: int, confidence: float) -> tuple[Array, Array]:
    """Where the line leads in the coming periods, and half the widths of the prediction intervals.

    A line fitted to a walk leads astray, and a short series hardly tells the two apart. So half the prior weight lies
    on a random walk with drift (the highest autocorrelation that is looked at) and half, evenly, on autocorrelations
    from -1 to 1; the likelihood of the series does the rest. Negative ones, which would narrow the interval, count as
    none.

    Parameters
    ----------
    line : LinearTrend
    ahead : int
        Number of periods.
    confidence : float

    Returns
    -------
    centre, margin : array of shape (ahead,)
    """
    places = np.arange(1.0, ahead + 1)
    centre = line.regression.coefficients @ np.vstack([np.ones(ahead), places])
    if not ahead:
        return centre, places
    n, rho = len(line.fitted), line.errors.autocorrelations
    likelihood = line.errors.weights / (1 - rho**2)
    prior = (1 - rho**2) / (2 * np.sum(1 - rho**2)) + np.eye(len(rho))[-1] / 2
    weights = negative_as_none(likelihood * prior / (likelihood @ prior), rho)
    variance = _error_variance(line, n, places)
    spread = replace(line.errors, weights=weights, covariances=variance[:, :, None] * np.eye(ahead))
    return centre, spread.margins(np.eye(ahead), confidence)


def negative_as_none(weights: Array, autocorrelations: Array) -> Array:
    """Give the weight of negative autocorrelations to none; both arrays of shape (n_values,), 0 among the values."""
    counted: Array = np.where(autocorrelations < 0, 0.0, weights)
    counted[np.argmin(np.abs(autocorrelations))] += weights[autocorrelations < 0].sum()
    return counted


def _error_variance(line: LinearTrend, n: int, places: Array) -> Array:
    """Variance of a coming value less the line's, of shape (n_values, n_ahead), under each autocorrelation."""
    rho = line.errors.autocorrelations[:, None, None]
    clock = np.arange(1.0 - n, 1.0)
    fitting = np.linalg.pinv(np.column_stack([np.ones(n), clock]))
    correlation = rho ** np.abs(np.subtract.outer(clock, clock))
    # The errors' own variance is what turns the spread of the slope's weights into the variance of the slope.
    slope_spread = np.einsum("i,vij,j->v", fitting[1], correlation, fitting[1], optimize=True)
    scale = line.errors.covariances[:, 1, 1] / slope_spread
    line_weights = np.column_stack([np.ones(len(places)), places]) @ fitting
    of_line = np.sum((line_weights @ correlation) * line_weights, axis=-1)
    shared = np.sum(rho ** np.subtract.outer(places, clock) * line_weights, axis=-1)
    variance: Array = scale[:, None] * np.maximum(1 + of_line - 2 * shared, 0.0)
    return variance
