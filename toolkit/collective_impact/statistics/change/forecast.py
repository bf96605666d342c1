"""What the coming periods would bring if nothing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import periods_ahead, whole_series
from collective_impact.statistics.types import Array

PERIODS = 5
WIDEST = 2.0
"""Width of the 95% band, in ranges of the history, up to which a forecast says something."""

ForecastMethod = Literal["random_walk_with_drift"]


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Coming periods with prediction intervals.

    Attributes
    ----------
    frame : DataFrame of shape (n_ahead, 6)
        Columns ``period, mean, low80, high80, low95, high95``.
    history : Series of shape (n,)
        What it rests on.
    drift : float
        Mean change per period.
    method : ForecastMethod
    n : int
        Periods of history.
    clipped : bool
        Whether a number was cut at `floor` or `ceiling`.
    fills_bounds : bool
        Whether the 95% band reaches from `floor` to `ceiling` at the last period forecast.
    held : float or None
        Back-test: share of values that lay inside the 95% interval when they were forecast from the periods
        before them, from every origin on and up to as many periods ahead; None without any.
    held_n : int
        Values that `held` is a share of; those from neighbouring origins are not independent.
    relative_width : float
        Width of the 95% band at the last period forecast, before it is cut, over the range of the history.
    """

    frame: pd.DataFrame
    history: pd.Series[float]
    drift: float
    method: ForecastMethod
    n: int
    clipped: bool
    fills_bounds: bool
    held: float | None
    held_n: int
    relative_width: float

    @property
    def informative(self) -> bool:
        """Whether the 95% band ends no wider than twice the history's range, and rules out some possible value."""
        return self.relative_width <= WIDEST and not self.fills_bounds


@guarded
def forecast_if_nothing_changes(
    series: pd.Series[float], periods: int, *, floor: float | None = None, ceiling: float | None = None
) -> Forecast | Insufficient:
    """Forecast by a random walk with drift: the last value, and the mean change so far once a period.

    The interval ``t(n - 2) * s * sqrt(h * (1 + h / (n - 1)))`` counts in that the drift is estimated (Hyndman &
    Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.5, with Student's t). Chosen for its
    intervals: over simulated random walks, trends, noise and autoregressions of 5 to 24 values, up to 10 ahead, they
    held 94% of the values or more (of noise nearly all: for it they are wide), the normal intervals of the Theta
    method 68 to 98%. A series that turns breaks them all the same: `Forecast.held` tells how they would have done on
    this one. Seasons are not modelled: give yearly or deseasonalised values.

    Parameters
    ----------
    series : Series of shape (n,)
        Indexed by period, at least 5 of them.
    periods : int
        How many to forecast, at least 1.
    floor, ceiling : float, optional
        Values that the quantity cannot go beyond.

    Returns
    -------
    Forecast or Insufficient
        ``no_variation`` when every change was the same: nothing tells how sure the forecast is.
    """
    if periods < 1:
        raise MethodError(f"periods is {periods}: expected at least 1")
    history = whole_series(series, PERIODS)
    if isinstance(history, Insufficient):
        return history
    values = history.to_numpy()
    if np.ptp(np.diff(values)) <= 1e-10 * max(np.ptp(values), 1e-5 * abs(values).max()):
        return Insufficient("no_variation", 1, 2)
    mean, error = _random_walk(values, periods)
    margins = {level: student_margin(1.0, len(values) - 2, level / 100) * error for level in (80, 95)}
    ends = {
        f"{end}{level}": mean + way * margins[level] for level in (80, 95) for end, way in (("low", -1), ("high", 1))
    }
    free = pd.DataFrame({"mean": mean, **ends})
    frame = free.clip(floor, ceiling)
    clipped = not frame.equals(free)
    frame.insert(0, "period", periods_ahead(history.index, periods))
    held, held_n = _back_test(values, periods)
    low, high = float(free["low95"].iloc[-1]), float(free["high95"].iloc[-1])
    return Forecast(
        frame=frame,
        history=history,
        drift=float(np.diff(values).mean()),
        method="random_walk_with_drift",
        n=len(values),
        clipped=clipped,
        fills_bounds=floor is not None and ceiling is not None and low <= floor and high >= ceiling,
        held=held,
        held_n=held_n,
        relative_width=(high - low) / float(np.ptp(values)),
    )


def _random_walk(values: Array, periods: int) -> tuple[Array, Array]:
    """Forecasts and their standard errors, each of shape (periods,)."""
    changes, ahead = np.diff(values), np.arange(1, periods + 1)
    error = np.std(changes, ddof=1) * np.sqrt(ahead * (1 + ahead / len(changes)))
    return values[-1] + ahead * changes.mean(), error


def _back_test(values: Array, periods: int) -> tuple[float | None, int]:
    inside: list[bool] = []
    for origin in range(PERIODS, len(values)):
        coming = values[origin : origin + periods]
        mean, error = _random_walk(values[:origin], len(coming))
        margin = student_margin(1.0, origin - 2, 0.95) * error
        inside.extend(np.abs(coming - mean) <= margin)
    return (float(np.mean(inside)) if inside else None), len(inside)
