"""Several indicators on the way to their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.followed import Counted, by_year
from collective_impact.analysis.outcome.indicator_review import IndicatorRecord
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.statistics.change.run_chart import run_chart
from collective_impact.statistics.change.trajectory import Trajectory, trajectory_to_target
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import steps_until
from collective_impact.statistics.types import Label


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A series and where it is to get.

    Attributes
    ----------
    name : str
    unit : str
    series : Series of shape (n_periods,)
    baseline, target : float or None
        Value that the target was set against, and the target.
    target_period : period or None
    direction : str
    start : period or None
        First period of the initiative.
    floor, ceiling : float or None
        Values that the quantity cannot go beyond.
    every : Series or None
        The same in shorter periods, where there are such.
    """

    name: str
    unit: str
    series: pd.Series[float]
    baseline: float | None
    target: float | None
    target_period: Label | None
    direction: str
    start: Label | None
    floor: float | None
    ceiling: float | None
    every: pd.Series[float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """How far a series has come.

    Attributes
    ----------
    goal : Goal
    course : Trajectory or Insufficient
        Insufficient where the course cannot be judged, for example without a target.
    covered : float or None
        Share of the way from the baseline to the target that is covered by now; below 0 where the series went the
        wrong way. None without a course, or where the baseline met the target already.
    due : float or None
        Share that an even pace from the period before the start to the target's would have covered by now.
    better_since : period or None
        First period of a run that lies on the better side of the median, lasts to the end and is longer than chance
        allows; None without such a run.
    """

    goal: Goal
    course: Trajectory | Insufficient
    covered: float | None
    due: float | None
    better_since: Label | None


def goal_of(
    outcome: Outcome, figures: Counted, baseline: float | None = None, every: pd.Series[float] | None = None
) -> Goal:
    """Take what an outcome is to get to."""
    return Goal(
        name=outcome.indicator,
        unit=outcome.unit,
        series=outcome.series,
        baseline=baseline,
        target=outcome.target,
        target_period=outcome.target_period,
        direction=outcome.direction,
        start=outcome.start,
        floor=outcome.floor,
        ceiling=figures.ceiling,
        every=every,
    )


def goals_of(records: Sequence[IndicatorRecord]) -> tuple[Goal, ...]:
    """Take what each indicator is to get to, in yearly values of the areas that take part together."""
    return tuple(goal_of(by_year(each.outcome), each.figures, each.baseline, each.outcome.series) for each in records)


@guarded
def track_targets(goals: Sequence[Goal], recent: int = 8) -> tuple[Tracked, ...] | Insufficient:
    """Judge the course of each series that has a target.

    Parameters
    ----------
    goals : sequence of Goal
    recent : int
        Number of periods that each course rests on; see `trajectory_to_target`.

    Returns
    -------
    tuple of Tracked or Insufficient
        In the order given; ``no_target`` where none has one.
    """
    set_for = [goal for goal in goals if goal.target is not None]
    if not set_for:
        return Insufficient("no_target", 0, 1)
    return tuple(_tracked(goal, recent) for goal in set_for)


@guarded
def track_goal(goal: Goal, recent: int = 8) -> Trajectory | Insufficient:
    """Judge the course of one series; see `trajectory_to_target`."""
    return trajectory_to_target(
        goal.series,
        goal.target,
        goal.target_period,
        goal.direction,
        recent=recent,
        floor=goal.floor,
        ceiling=goal.ceiling,
    )


def _tracked(goal: Goal, recent: int) -> Tracked:
    course = track_goal(goal, recent)
    since = _better_since(goal)
    baseline = _baseline(goal)
    if isinstance(course, Insufficient) or baseline is None:
        return Tracked(goal, course, None, None, since)
    way = 1 if course.direction == "increase" else -1
    if way * (course.target - baseline) <= 0:
        return Tracked(goal, course, None, None, since)
    covered = (course.current - baseline) / (course.target - baseline)
    return Tracked(goal, course, covered, _due(goal, course), since)


def _better_since(goal: Goal) -> Label | None:
    runs = run_chart(goal.series if goal.every is None else goal.every)
    if isinstance(runs, Insufficient) or not runs.long_run:
        return None
    better = "above" if goal.direction == "increase" else "below"
    lasts = runs.longest_run_side == better and runs.longest_run_periods[-1] == runs.series.index[-1]
    return runs.longest_run_periods[0] if lasts else None


def _baseline(goal: Goal) -> float | None:
    """The baseline stated, or else the last value before the start."""
    if goal.baseline is not None:
        return goal.baseline
    before = goal.series.dropna()
    before = before[before.index < goal.start] if goal.start is not None else before[:0]
    return float(before.iloc[-1]) if len(before) else None


def _due(goal: Goal, course: Trajectory) -> float | None:
    if goal.start is None:
        return None
    place = pd.PeriodIndex([goal.start - 1])
    whole = steps_until(place, course.target_period)
    return min(1.0, max(0.0, steps_until(place, course.judged_at) / whole)) if whole > 0 else None
