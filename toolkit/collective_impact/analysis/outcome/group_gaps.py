"""Gaps between groups of people, period by period, from counts of which the small ones are hidden first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from collective_impact.analysis.outcome.groups import GroupCounts
from collective_impact.analysis.outcome.shown_cells import Kind
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.equity.gap_trend import GapTrend, mean_gap_trend, rate_gap_trend
from collective_impact.statistics.equity.rate_gap import rate_gap
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.estimate import Interval, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import normal_quantile

LEAST = 3
"""Fewest periods on either side of the start that a mean gap is made of."""
RARE = 0.1
"""Share up to which counts scatter about as Poisson counts do."""
_Z = normal_quantile(0.95)


@dataclass(frozen=True, slots=True, eq=False)
class GroupGap:
    """A group against the reference of its dimension, over time.

    Attributes
    ----------
    dimension, group, reference : str
        Dimension as the package names it; ids of the two groups.
    frame : DataFrame indexed by period
        Columns ``group, group_low, group_high, reference, reference_low, reference_high, difference, difference_low,
        difference_high`` (group less reference) in the indicator's unit, ``ratio, ratio_low, ratio_high`` (missing
        where the reference has no events) and ``unstable`` (fewer than 20 events in either).
    trend : Interval or Insufficient
        Change per period, over the last `n_recent` periods, of the size of the gap: below 0 it closes.
    n_recent : int
    since : Interval or Insufficient
        Mean size of the gap from the start on less that before it; Insufficient without 3 periods on either side.
    before, after : float
        These two means; missing where there is none.
    way : {-1, 1}
        Whether the group lies below or above the reference on average; the size of the gap is ``way * difference``.
    n_areas : int
    """

    dimension: str
    group: str
    reference: str
    frame: pd.DataFrame
    trend: Interval | Insufficient
    n_recent: int
    since: Interval | Insufficient
    before: float
    after: float
    way: int
    n_areas: int

    @property
    def size(self) -> pd.Series[float]:
        """Size of the gap by period: above 0 where the group lies on its usual side of the reference."""
        size: pd.Series[float] = self.way * self.frame["difference"]
        return size


@guarded
def gaps_between_groups(
    groups: GroupCounts,
    *,
    kind: Kind,
    scale: float,
    start: Any = None,
    recent: int = 8,
    until: Any = None,
) -> tuple[GroupGap, ...] | Insufficient:
    """Compare each group with the reference of its dimension, in every period in which both may be shown.

    Parameters
    ----------
    groups : GroupCounts
    kind : {"share", "rate"}
        Whether the numerator is a part of the denominator.
    scale : float
        Units that a share or rate of one makes: 100 for percentages.
    start : Period, optional
        First period of the initiative, to compare with the time before.
    recent : int
        Number of periods, up to the last, that the trend rests on; at least 5.
    until : Period, optional
        Last period that counts.

    Returns
    -------
    tuple of GroupGap or Insufficient
        ``no_groups``; ``too_few_events`` where every comparison is hidden.
    """
    counts = groups.frame if until is None else groups.frame[groups.frame["period"] <= until]
    if not groups.references or (counts.empty and not groups.frame.empty):
        return Insufficient("no_groups", 0, 2)
    gaps = [
        _group_gap(own, str(dimension), group, groups, (kind, scale), (start, recent))
        for dimension, own in counts.groupby("dimension", sort=False)
        for group in dict.fromkeys(own["group"])
        if group != groups.references[str(dimension)]
    ]
    found = tuple(gap for gap in gaps if gap is not None)
    return found or Insufficient("too_few_events", groups.min_cell - 1, groups.min_cell)


def _group_gap(
    shown: pd.DataFrame,
    dimension: str,
    group: str,
    groups: GroupCounts,
    unit: tuple[Kind, float],
    when: tuple[Any, int],
) -> GroupGap | None:
    reference, (kind, scale), (start, recent) = groups.references[dimension], unit, when
    near, far = (
        shown[shown["group"] == each].set_index("period")[["numerator", "denominator"]] for each in (group, reference)
    )
    compare = share_gap if kind == "share" else rate_gap
    periods = sorted(set(near.index) & set(far.index))
    compared = {at: compare(*near.loc[at].tolist(), *far.loc[at].tolist()) for at in periods}
    rows = {at: _row(gap, scale) for at, gap in compared.items() if isinstance(gap, Gap)}
    if not rows:
        return None
    frame = pd.DataFrame(rows.values(), index=pd.PeriodIndex(list(rows), name="period"))
    way = -1 if frame["difference"].mean() < 0 else 1
    last = frame.index[-recent:]
    trend = _trend(near.loc[last], far.loc[last], kind)
    started = frame.index >= start if start is not None else frame.index != frame.index
    before, after = (way * frame.loc[part, "difference"] for part in (~started, started))
    return GroupGap(
        dimension=dimension,
        group=group,
        reference=reference,
        frame=frame,
        trend=trend if isinstance(trend, Insufficient) else _scaled(trend.difference_change, way * scale),
        n_recent=len(last),
        since=_change_of_mean(before, after, (frame["difference_high"] - frame["difference_low"]) / (2 * _Z)),
        before=float(before.mean()),
        after=float(after.mean()),
        way=way,
        n_areas=groups.n_areas[dimension],
    )


def _change_of_mean(
    before: pd.Series[float], after: pd.Series[float], errors: pd.Series[float]
) -> Interval | Insufficient:
    """Difference of the two means: the wider of Welch's interval and the one that the counts alone would give."""
    if min(len(before), len(after)) < LEAST:
        return Insufficient(
            "too_few_periods_before" if len(before) < LEAST else "too_few_periods_after",
            min(len(before), len(after)),
            LEAST,
        )
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    chance = float(np.sqrt(sum(float((errors[side.index] ** 2).sum()) / len(side) ** 2 for side in (before, after))))
    degrees = (
        sum(parts) ** 2 / sum(p**2 / (len(side) - 1) for p, side in zip(parts, (before, after), strict=True))
        if any(parts)
        else 1.0
    )
    margin = max(_Z * chance, student_margin(float(np.sqrt(sum(parts))), degrees, 0.95))
    value = float(after.mean() - before.mean())
    return Interval(value, value - margin, value + margin, 0.95)


def _trend(group: pd.DataFrame, reference: pd.DataFrame, kind: Kind) -> GapTrend | Insufficient:
    """Trend of rates and rare shares by their counts; of common shares, which scatter less, by their values."""
    near, far = (each.set_axis(pd.PeriodIndex(each.index)) for each in (group, reference))
    cases, people = (float(near[each].sum() + far[each].sum()) for each in ("numerator", "denominator"))
    if kind == "rate" or cases < RARE * people:
        return rate_gap_trend(near, far)
    return mean_gap_trend(near["numerator"] / near["denominator"], far["numerator"] / far["denominator"])


def _row(gap: Gap, scale: float) -> dict[str, float | bool]:
    ratio = None if isinstance(gap.ratio, Insufficient) else gap.ratio
    return {
        **_ends("group", gap.group, scale),
        **_ends("reference", gap.reference, scale),
        **_ends("difference", gap.difference, scale),
        **_ends("ratio", ratio, 1.0),
        "unstable": gap.unstable,
    }


def _ends(name: str, interval: Interval | None, scale: float) -> dict[str, float]:
    value, low, high = (interval.value, interval.low, interval.high) if interval else (float("nan"),) * 3
    return {name: scale * value, f"{name}_low": scale * low, f"{name}_high": scale * high}


def _scaled(interval: Interval, factor: float) -> Interval:
    low, high = sorted((factor * interval.low, factor * interval.high))
    return Interval(factor * interval.value, low, high, interval.confidence)
