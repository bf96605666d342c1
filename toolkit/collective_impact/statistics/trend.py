"""A straight line through a series, with an interval for its slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.statistics.estimate import Estimate, student_margin, student_p_value
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import positions, step, whole_series
from collective_impact.statistics.regression import Regression, least_squares

PERIODS = 5


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
    """

    slope: Estimate
    fitted: pd.Series[float]
    regression: Regression


@guarded
def linear_trend(series: pd.Series[float], confidence: float = 0.95) -> LinearTrend | Insufficient:
    """Fit a line by least squares, its slope's interval by Newey-West errors and Student's t.

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
    values = whole_series(series, PERIODS)
    if isinstance(values, Insufficient):
        return values
    places = positions(values.index)
    design = np.column_stack([np.ones(len(values)), (places - places[-1]) / step(values.index)])
    fit = least_squares(design, values.to_numpy())
    if fit is None:
        return Insufficient("no_variation", 1, 2)
    value, error = fit.contrast(np.array([0.0, 1.0]))
    margin = student_margin(error, fit.degrees, confidence)
    p_value = student_p_value(value, error, fit.degrees)
    slope = Estimate(value, value - margin, value + margin, confidence, p_value, None, 1, len(values), "linear_trend")
    return LinearTrend(slope, pd.Series(design @ fit.coefficients, index=values.index), fit)
