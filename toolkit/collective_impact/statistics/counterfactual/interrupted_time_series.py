"""Interrupted time series: one unit without donors, compared with its own past carried on.

Segmented regression (Wagner et al. 2002, J Clin Pharm Ther 27; Bernal, Cummins & Gasparrini 2017, IJE 46) by
least squares with Newey-West standard errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.statistics.estimate import Estimate, student_margin, student_p_value
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.periods import positions, step, whole_series
from collective_impact.statistics.regression import Regression, least_squares
from collective_impact.statistics.types import Array, Label

PERIODS_BEFORE = 8
PERIODS_AFTER = 3


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedTimeSeries:
    """What happened after the start against the extended history.

    Attributes
    ----------
    start : period
        First period with treatment.
    estimate : Estimate
        Mean of observed minus extended history over the periods from `start` on.
    level_change : Estimate
        Jump at `start`; without a trend the same as `estimate`.
    slope_change : Estimate or None
        Change of the slope per period; None without a trend.
    slope_before : float
        Of the history, per period; 0 without a trend.
    frame : DataFrame of shape (n_periods, 6)
        Columns ``period, observed, fitted, counterfactual, low, high``: the counterfactual is the history's line
        over all periods, low and high its interval.
    durbin_watson : float
        Near 2 without autocorrelation, towards 0 with positive.
    ljung_box_p : float
        p-value of the Ljung-Box test that the residuals have no autocorrelation.
    autocorrelated : bool
        Whether that p-value is under 0.05.
    lags : int
        Of the Newey-West standard errors: ``floor(4 (n / 100) ** (2 / 9))`` unless given.
    n_before, n_after : int
        Periods.
    """

    start: Label
    estimate: Estimate
    level_change: Estimate
    slope_change: Estimate | None
    slope_before: float
    frame: pd.DataFrame
    durbin_watson: float
    ljung_box_p: float
    autocorrelated: bool
    lags: int
    n_before: int
    n_after: int


@guarded
def interrupted_time_series(
    series: pd.Series[float],
    start: Label | None,
    *,
    trend: bool = True,
    lags: int | None = None,
    confidence: float = 0.95,
) -> InterruptedTimeSeries | Insufficient:
    """Estimate the change of level and slope at the start, and the average effect since.

    Without a comparator, whatever else happened at the time is part of the effect. Seasonal terms are not fitted.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period; at least 8 before `start` and 3 from it on.
    start : period or None
        None (nothing started) gives ``no_treated_unit``.
    trend : bool
        Whether the history has a slope; without, only the means are compared.
    lags : int, optional
        For the Newey-West standard errors.
    confidence : float
        Of all intervals (Student t).
    """
    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values
    if start is None:
        return Insufficient("no_treated_unit", 0, 1)
    after = np.asarray(values.index >= start)
    n_before, n_after = int((~after).sum()), int(after.sum())
    if n_before < PERIODS_BEFORE:
        return Insufficient("too_few_periods_before", n_before, PERIODS_BEFORE)
    if n_after < PERIODS_AFTER:
        return Insufficient("too_few_periods_after", n_after, PERIODS_AFTER)
    clock = (positions(values.index) - positions(values.index)[n_before]) / step(values.index)
    design = _design(clock, after, trend)
    fit = least_squares(design, values.to_numpy(), lags)
    if fit is None:
        return Insufficient("no_variation", 1, 2)
    return _result(values, start, clock, after, design, fit, confidence)


@guarded
def own_trend_of(panel: Panel) -> InterruptedTimeSeries | Insufficient:
    """Estimate the same for the one treated unit of a panel, its donors left aside."""
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=PERIODS_AFTER, donors=0)
    return lacking or interrupted_time_series(panel.treated_outcome, panel.start)


def _design(clock: Array, after: NDArray[np.bool_], trend: bool) -> Array:
    """Columns: level, jump, and with a trend slope and change of slope."""
    columns = [np.ones(len(clock)), after.astype(float)]
    return np.column_stack([*columns, clock, clock * after] if trend else columns)


def _result(
    values: pd.Series[float],
    start: Label,
    clock: Array,
    after: NDArray[np.bool_],
    design: Array,
    fit: Regression,
    confidence: float,
) -> InterruptedTimeSeries:
    trend = design.shape[1] == 4
    mean_clock = float(clock[after].mean())
    durbin_watson, ljung_box_p = _autocorrelation(fit.residuals)

    def estimate(*terms: float) -> Estimate:
        value, error = fit.contrast(np.array(terms))
        margin, p_value = student_margin(error, fit.degrees, confidence), student_p_value(value, error, fit.degrees)
        n = len(values)
        return Estimate(
            value, value - margin, value + margin, confidence, p_value, None, 1, n, "interrupted_time_series"
        )

    return InterruptedTimeSeries(
        start=start,
        estimate=estimate(0, 1, 0, mean_clock) if trend else estimate(0, 1),
        level_change=estimate(0, 1, 0, 0) if trend else estimate(0, 1),
        slope_change=estimate(0, 0, 0, 1) if trend else None,
        slope_before=float(fit.coefficients[2]) if trend else 0.0,
        frame=_frame(values, design, fit, confidence),
        durbin_watson=durbin_watson,
        ljung_box_p=ljung_box_p,
        autocorrelated=ljung_box_p < 0.05,
        lags=fit.lags,
        n_before=int((~after).sum()),
        n_after=int(after.sum()),
    )


def _frame(values: pd.Series[float], design: Array, fit: Regression, confidence: float) -> pd.DataFrame:
    history = design.copy()
    history[:, [1, 3] if design.shape[1] == 4 else [1]] = 0.0
    lines = np.array([fit.contrast(row) for row in history])
    margins = np.array([student_margin(error, fit.degrees, confidence) for error in lines[:, 1]])
    return pd.DataFrame(
        {
            "period": values.index,
            "observed": values.to_numpy(),
            "fitted": design @ fit.coefficients,
            "counterfactual": lines[:, 0],
            "low": lines[:, 0] - margins,
            "high": lines[:, 0] + margins,
        }
    )


def _autocorrelation(residuals: Array) -> tuple[float, float]:
    """Durbin-Watson statistic, and p-value of Ljung-Box at ``min(10, n / 5)`` lags (Hyndman & Athanasopoulos)."""
    from statsmodels.stats.diagnostic import acorr_ljungbox

    durbin_watson = float(np.sum(np.diff(residuals) ** 2) / np.sum(residuals**2))
    tested = acorr_ljungbox(residuals, lags=[min(10, len(residuals) // 5)])
    return durbin_watson, float(tested["lb_pvalue"].iloc[0])
