"""What a later evaluation of one or several areas could show, after how long, and what it would take to show more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.analysis.outcome.followed import by_year
from collective_impact.analysis.outcome.indicator_review import IndicatorRecord
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.statistics.change.forecast import Forecast
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, panel_from_wide
from collective_impact.statistics.planning.comparison_plan import (
    areas_needed,
    periods_after_needed,
    planned_difference_in_differences,
)
from collective_impact.statistics.planning.detectable_effect import DetectableEffect, smallest_detectable_effect
from collective_impact.statistics.planning.panel_noise import panel_noise


@guarded
def planned_effect(panel: Panel | Insufficient, horizon: int, power: float = 0.8) -> DetectableEffect | Insufficient:
    """Smallest average effect over `horizon` periods, by the design that the number of areas allows.

    One area: `smallest_detectable_effect`. Several: difference in differences of all of them from the first start on
    (`planned_difference_in_differences`), which areas that start later make a little less sure than this.
    """
    if isinstance(panel, Insufficient):
        return panel
    if len(panel.treated) < 2:
        return smallest_detectable_effect(panel, horizon, power=power)
    noise = panel_noise(panel)
    n_treated, n_donors, before = len(panel.treated), len(panel.donors), len(panel.before)
    if not before:
        return Insufficient("too_few_periods_before", 0, 1)
    plan = planned_difference_in_differences(noise, n_treated, n_donors, before, horizon, power=power)
    if isinstance(plan, Insufficient):
        return plan
    return DetectableEffect(
        value=plan.value,
        standard_error=plan.standard_error,
        multiplier=plan.multiplier,
        design="difference_in_differences",
        level=float(panel.treated_outcome[panel.before].iloc[-1]),
        horizon=horizon,
        n_history=before,
        n_donors=n_donors,
        p_floor=plan.p_floor,
        reachable=plan.reachable,
        donors_needed=None,
        alpha=plan.alpha,
        power=power,
        n_treated=n_treated,
    )


@guarded
def detectable_by_horizon(panel: Panel, longest: int, power: float = 0.8) -> pd.Series[float] | Insufficient:
    """Smallest detectable effect after 1, 2 ... `longest` periods, where the design gives one.

    Returns
    -------
    Series or Insufficient
        Indexed by the number of periods; the reason of the shortest horizon where none gives one.
    """
    plans = {after: planned_effect(panel, after, power) for after in range(1, longest + 1)}
    found = {after: plan.value for after, plan in plans.items() if isinstance(plan, DetectableEffect)}
    if not found:
        return next(plan for plan in plans.values() if isinstance(plan, Insufficient))
    return pd.Series(found, dtype=float)


def way_to_target(forecast: Forecast | Insufficient, outcome: Outcome) -> float | None:
    """How far the target lies from what is expected by then if nothing changes: what would have to be added.

    The last value before the start stands in for a forecast that does not reach the target's period; None without a
    target or a history.
    """
    history = by_year(outcome).before_start().series.dropna()
    if outcome.target is None or history.empty:
        return None
    expected = float(history.iloc[-1])
    if isinstance(forecast, Forecast) and outcome.target_period is not None:
        at = forecast.frame[
            forecast.frame["period"] == outcome.target_period.asfreq(pd.PeriodIndex(forecast.history.index).freqstr)
        ]
        expected = float(at["mean"].iloc[0]) if len(at) else expected
    return abs(outcome.target - expected)


@dataclass(frozen=True, slots=True)
class WhatItTakes:
    """What difference in differences would take to show an effect.

    Attributes
    ----------
    effect : float
        Its size, in the outcome's unit.
    areas : int or None
        Areas that take part, with two others each; None where 1,000 would not do.
    periods : int or None
        Periods after the start with the areas that there are; None where 100 would not do.
    horizon : int
        Periods after the start that `areas` is for.
    n_treated, n_comparison : int
        Areas that `periods` is for.
    power : float
    """

    effect: float
    areas: int | None
    periods: int | None
    horizon: int
    n_treated: int
    n_comparison: int
    power: float


@guarded
def what_it_takes(panel: Panel, effect: float | None, horizon: int, power: float = 0.8) -> WhatItTakes | Insufficient:
    """Areas, or periods, from which on difference in differences would probably show `effect`.

    Returns
    -------
    WhatItTakes or Insufficient
        ``no_target`` without an effect to look for; reasons of `panel_noise` and `planned_difference_in_differences`.
    """
    if not effect:
        return Insufficient("no_target", 0, 1)
    noise, before = panel_noise(panel), len(panel.before)
    n_treated, n_donors = max(1, len(panel.treated)), len(panel.donors)
    areas = areas_needed(noise, effect, before, horizon, power=power)
    periods = periods_after_needed(noise, effect, n_treated, n_donors, before, power=power)
    lacking = next((each for each in (areas, periods) if isinstance(each, Insufficient)), None)
    if lacking or isinstance(areas, Insufficient) or isinstance(periods, Insufficient):
        return lacking or Insufficient("no_data")
    return WhatItTakes(abs(effect), areas, periods, horizon, n_treated, n_donors, power)


@dataclass(frozen=True, slots=True, eq=False)
class Measurable:
    """Whether an indicator could show what is asked of it.

    Attributes
    ----------
    record : IndicatorRecord
    last : float or None
        Last value before the start, of the areas followed.
    distance : float or None
        From there to the target, without sign.
    ordinary : float or None
        Typical change from one year to the next: the median of the sizes of the changes before the start.
    detectable : DetectableEffect or Insufficient
    """

    record: IndicatorRecord
    last: float | None
    distance: float | None
    ordinary: float | None
    detectable: DetectableEffect | Insufficient

    @property
    def ratio(self) -> float | None:
        """Distance to the target in smallest detectable effects; None where either is not known."""
        if isinstance(self.detectable, Insufficient) or self.distance is None:
            return None
        return self.distance / self.detectable.value


@guarded
def measurability(
    records: Sequence[IndicatorRecord], horizon: int, power: float = 0.8
) -> tuple[Measurable, ...] | Insufficient:
    """Hold each indicator's distance to its target against the smallest effect that could be seen.

    Returns
    -------
    tuple of Measurable or Insufficient
        In the order given; ``no_rows`` without any indicator.
    """
    if not records:
        return Insufficient("no_rows", 0, 1, "indicator")
    return tuple(_measurable(record, horizon, power) for record in records)


def _measurable(record: IndicatorRecord, horizon: int, power: float) -> Measurable:
    yearly = by_year(record.outcome)
    history = yearly.before_start().series.dropna()
    last = float(history.iloc[-1]) if len(history) else None
    changes = np.abs(np.diff(history.to_numpy(dtype=float)))
    return Measurable(
        record=record,
        last=last,
        distance=None if last is None or yearly.target is None else abs(yearly.target - last),
        ordinary=float(np.median(changes)) if len(changes) else None,
        detectable=planned_effect(panel_before_start(record.each_area), horizon, power),
    )


def panel_before_start(outcome: Outcome) -> Panel | Insufficient:
    """Panel of all areas over the time before the first of them started, with their starts."""
    first = min(outcome.starts.values(), default=None)
    frame = outcome.frame if first is None else outcome.frame[outcome.frame.index < first]
    return panel_from_wide(frame, outcome.starts)
