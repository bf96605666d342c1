"""Whether a series is on its way to its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import periods_ahead, steps_until, whole_series
from collective_impact.statistics.trend import PERIODS, LinearTrend, carried_on, linear_trend
from collective_impact.statistics.types import Label

Direction = Literal["increase", "decrease"]
TrajectoryStatus = Literal["reached", "missed", "on_track", "off_track", "too_early", "inconclusive"]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """A series, its recent line carried on, and its target.

    Attributes
    ----------
    status : TrajectoryStatus
        ``reached``: the latest value up to the target's period meets the target. ``missed``: that period has
        passed without. ``too_early``: the target lies further ahead than the periods that the line rests on.
        ``on_track``, ``off_track``: the whole prediction interval meets the target, or none of it does.
        ``inconclusive``: it reaches over both sides.
    current : float
        Latest value up to the target's period, which is `judged_at`.
    judged_at : period
    target : float
    target_period : period
    direction : Direction
    distance : float
        How far there is to go from `current`: positive while the target is not met, whatever the direction.
    recent_slope : Estimate
        Change per period over the recent periods.
    required_slope : float or None
        Change per period that would meet the target just in time; None once its period has passed.
    projected : Estimate or None
        Value at the target's period if the recent line goes on, with its prediction interval; None once passed.
    clipped : bool
        Whether projection or interval was cut at `floor` or `ceiling`.
    frame : DataFrame
        Columns ``period, observed, fitted, low, high``: all observed periods, then those up to the target's;
        missing where there is no such number.
    n_recent : int
        Periods that the line rests on.
    assumptions : tuple of Assumption
        Of `recent_slope`: see `LinearTrend`.
    """

    status: TrajectoryStatus
    current: float
    judged_at: Label
    target: float
    target_period: Label
    direction: Direction
    distance: float
    recent_slope: Estimate
    required_slope: float | None
    projected: Estimate | None
    clipped: bool
    frame: pd.DataFrame
    n_recent: int
    assumptions: tuple[Assumption, ...]


@guarded
def trajectory_to_target(
    series: pd.Series[float],
    target: float | None,
    target_period: Label | None,
    direction: str,
    *,
    recent: int = 8,
    floor: float | None = None,
    ceiling: float | None = None,
    confidence: float = 0.8,
) -> Trajectory | Insufficient:
    """Carry the line through the recent periods on to the target's period and compare.

    The prediction interval (`carried_on`) takes for granted that the line, or a walk that drifts as it did, goes on.
    Its default is 80%: a forecast to steer by, not a test.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period, at least 5 of them.
    target : float or None
        In the series' own unit; None or missing gives ``no_target``.
    target_period : period or None
        Missing gives ``no_target_period``.
    direction : {"increase", "decrease"}
        Which way is better; empty gives ``no_direction``.
    recent : int
        Number of periods, up to the last, that the line rests on.
    floor, ceiling : float, optional
        Values that the quantity cannot go beyond, for example 0 for a count.
    confidence : float

    Raises
    ------
    MethodError
        For another `direction`, `recent` under 5, or a `target_period` unlike the series' own periods.
    """
    lacking = _unstated(target, target_period, direction)
    if lacking:
        return lacking
    if recent < PERIODS or direction not in ("increase", "decrease"):
        raise MethodError(
            f"recent is {recent} and direction {direction!r}: expected at least {PERIODS}, and increase or decrease"
        )
    values = whole_series(series, PERIODS)
    if isinstance(values, Insufficient):
        return values
    ahead = round(steps_until(values.index, target_period))
    judged = values[values.index <= target_period]
    if judged.empty:
        return Insufficient("too_few_periods_before", 0, 1)
    line = linear_trend(values.iloc[-recent:], confidence)
    if isinstance(line, Insufficient):
        return line
    goal, way, current = float(target or 0), 1 if direction == "increase" else -1, float(judged.iloc[-1])
    frame, clipped = _project(values, line, max(ahead, 0), (floor, ceiling), confidence)
    n_recent = min(recent, len(values))
    projected = _at_target(frame, line, confidence) if ahead > 0 else None
    return Trajectory(
        status=_status(current, goal, way, projected, ahead > n_recent),
        current=current,
        judged_at=judged.index[-1],
        target=goal,
        target_period=target_period,
        direction="increase" if way > 0 else "decrease",
        distance=way * (goal - current),
        recent_slope=line.slope,
        required_slope=(goal - current) / ahead if ahead > 0 else None,
        projected=projected,
        clipped=clipped,
        frame=frame,
        n_recent=n_recent,
        assumptions=line.assumptions,
    )


def _unstated(target: float | None, target_period: Label | None, direction: str) -> Insufficient | None:
    if target is None or not np.isfinite(target):
        return Insufficient("no_target")
    if target_period is None or target_period is pd.NaT:
        return Insufficient("no_target_period")
    return None if direction else Insufficient("no_direction")


def _project(
    values: pd.Series[float],
    line: LinearTrend,
    ahead: int,
    bounds: tuple[float | None, float | None],
    confidence: float,
) -> tuple[pd.DataFrame, bool]:
    """Observed periods and `ahead` more, the line over the recent and the coming ones, and whether it was cut."""
    centre, margin = carried_on(line, ahead, confidence)
    future = pd.DataFrame({"fitted": centre, "low": centre - margin, "high": centre + margin}, dtype=float)
    within = future.clip(*bounds)
    future_index = periods_ahead(values.index, ahead) if ahead else values.index[:0]
    past = pd.DataFrame({"period": values.index, "observed": values.to_numpy()})
    past["fitted"] = line.fitted.reindex(values.index).to_numpy()
    within.insert(0, "period", future_index)
    frame = pd.concat([past, within], ignore_index=True) if ahead else past.assign(low=np.nan, high=np.nan)
    return frame[["period", "observed", "fitted", "low", "high"]], not within[future.columns].equals(future)


def _at_target(frame: pd.DataFrame, line: LinearTrend, confidence: float) -> Estimate:
    value, low, high = (float(frame[column].iloc[-1]) for column in ("fitted", "low", "high"))
    return Estimate(value, low, high, confidence, None, None, 1, line.slope.n_periods, "linear_trend")


def _status(current: float, goal: float, way: int, projected: Estimate | None, far: bool) -> TrajectoryStatus:
    if way * (current - goal) >= 0:
        return "reached"
    if projected is None:
        return "missed"
    if far:
        return "too_early"
    worst, best = sorted((way * projected.low, way * projected.high))
    if worst >= way * goal:
        return "on_track"
    return "off_track" if best < way * goal else "inconclusive"
