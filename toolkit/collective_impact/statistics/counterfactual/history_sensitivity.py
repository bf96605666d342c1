"""Whether an interrupted time series says the same when its history begins later."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.statistics.counterfactual.interrupted_time_series import (
    PERIODS_AFTER,
    PERIODS_BEFORE,
    InterruptedTimeSeries,
    interrupted_time_series,
)
from collective_impact.statistics.counterfactual.segmented_design import Seasonal
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.periods import whole_series
from collective_impact.statistics.types import Label


@dataclass(frozen=True, slots=True, eq=False)
class HistorySensitivity:
    """The same effect, estimated from shorter and shorter histories.

    Attributes
    ----------
    frame : DataFrame of shape (n_histories, 6)
        Columns ``first_period, n_before, value, low, high, autocorrelation``: the average effect and its interval
        for each period that the history may begin with, the whole history first.
    low, high : float
        Smallest and largest of the effects.
    same_sign : bool
        Whether all effects point the same way.
    share_conclusive : float
        Of the histories: whose interval leaves out zero.
    """

    frame: pd.DataFrame
    low: float
    high: float
    same_sign: bool
    share_conclusive: float


@guarded
def history_sensitivity(
    series: pd.Series[float],
    start: Label | None,
    *,
    trend: bool = True,
    seasonal: Seasonal = "none",
    harmonics: int = 2,
    seasons: int | None = None,
    covariates: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> HistorySensitivity | Insufficient:
    """Estimate again with the history beginning one period later each time, as long as 8 periods are left of it.

    How far back the data happen to go is no reason for an effect: one that depends on it rests on the history's line
    being straight. The effects share most of their data, so they are not so many independent confirmations.

    Parameters
    ----------
    series, start, trend, seasonal, harmonics, seasons, covariates, confidence
        As for `interrupted_time_series`.

    Returns
    -------
    HistorySensitivity or Insufficient
        ``too_few_periods_before`` where no shorter history can be had; else as `interrupted_time_series` says.
    """

    def estimated(history: pd.Series[float]) -> InterruptedTimeSeries | Insufficient:
        return interrupted_time_series(
            history,
            start,
            trend=trend,
            seasonal=seasonal,
            harmonics=harmonics,
            seasons=seasons,
            covariates=covariates,
            confidence=confidence,
        )

    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values
    whole = estimated(values)
    if isinstance(whole, Insufficient):
        return whole
    shorter = [estimated(values.iloc[later:]) for later in range(1, whole.n_before - PERIODS_BEFORE + 1)]
    fits = [whole, *(fit for fit in shorter if isinstance(fit, InterruptedTimeSeries))]
    if len(fits) == 1:
        return Insufficient("too_few_periods_before", whole.n_before, whole.n_before + 1)
    return _result(fits)


@guarded
def history_of_treated(panel: Panel) -> HistorySensitivity | Insufficient:
    """Do the same for the mean of a panel's treated units, where they have one start."""
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=PERIODS_AFTER, donors=0, treated=len(panel.treated))
    return lacking or history_sensitivity(panel.treated_outcome, panel.start)


def _result(fits: list[InterruptedTimeSeries]) -> HistorySensitivity:
    frame = pd.DataFrame(
        {
            "first_period": pd.Index([fit.frame["period"].iloc[0] for fit in fits]),
            "n_before": [fit.n_before for fit in fits],
            "value": [fit.estimate.value for fit in fits],
            "low": [fit.estimate.low for fit in fits],
            "high": [fit.estimate.high for fit in fits],
            "autocorrelation": [fit.autocorrelation for fit in fits],
        }
    )
    return HistorySensitivity(
        frame=frame,
        low=float(frame["value"].min()),
        high=float(frame["value"].max()),
        same_sign=bool((frame["value"] > 0).all() or (frame["value"] < 0).all()),
        share_conclusive=sum(fit.estimate.conclusive for fit in fits) / len(fits),
    )
