"""Groups of people against one reference, and which of them may be told apart at all."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.equity.gap import Gap, few_events, few_in_denominator, lacking
from collective_impact.statistics.equity.multiple_comparisons import Correction, adjust_p_values
from collective_impact.statistics.equity.rate_gap import rate_gap
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in

Kind = Literal["share", "rate"]


@dataclass(frozen=True, slots=True, eq=False)
class GroupComparison:
    """Every group against the reference.

    Attributes
    ----------
    frame : DataFrame of shape (n_groups, 15)
        One row per group, the reference first, the others in the order given: ``numerator, denominator, value, low,
        high``; ``ratio, ratio_low, ratio_high`` and ``difference, difference_low, difference_high`` against the
        reference (missing for the reference itself, and for a ratio with nothing to divide by); ``unstable`` (fewer
        than 20 events in the group) and ``small_denominator`` (fewer than 30 in it); ``p_value`` and
        ``adjusted_p_value``.
    gaps : dict of group to Gap
        The same with all their parts, without the reference.
    reference : hashable
    distinct : tuple of pairs
        Groups that may be ranked: of each pair the first lies higher, and their intervals do not touch.
    left_out : dict of group to Insufficient
        Groups that could not be compared, and why.
    correction : Correction
    """

    frame: pd.DataFrame
    gaps: dict[Hashable, Gap]
    reference: Hashable
    distinct: tuple[tuple[Hashable, Hashable], ...]
    left_out: dict[Hashable, Insufficient]
    correction: Correction


@guarded
def compare_groups(
    groups: pd.DataFrame,
    reference: Hashable,
    *,
    kind: Kind = "share",
    confidence: float = 0.95,
    correction: Correction = "benjamini_hochberg",
) -> GroupComparison | Insufficient:
    """Compare each group with a reference that was chosen before the figures were seen.

    Parameters
    ----------
    groups : DataFrame of shape (n_groups, 2 or more)
        Indexed by group, with columns ``numerator`` and ``denominator``. Groups must not share people: a total is no
        reference for its own parts here.
    reference : hashable
        Its label.
    kind : {"share", "rate"}
        See `share_gap` and `rate_gap`.
    confidence : float
        Of each interval by itself; the adjusted p-values answer for there being many.
    correction : Correction
        See `adjust_p_values`.

    Returns
    -------
    GroupComparison or Insufficient
        ``too_few_groups`` with fewer than two groups that have figures, ``no_denominator`` or ``no_data`` where the
        reference has none.

    Raises
    ------
    MethodError
        When a column or the reference is missing, a group occurs twice, or a count cannot be one.
    """
    _check(groups, reference, kind)
    counts = numbers_in(groups[["numerator", "denominator"]], "groups")
    rows = zip(counts.index, *counts.to_numpy().T.tolist(), strict=True)
    figures = {group: (count, size) for group, count, size in rows}
    lacks = {group: lacking(*each, f"group {group!r}", share=kind == "share") for group, each in figures.items()}
    left_out = {group: each for group, each in lacks.items() if each}
    if reference in left_out:
        return left_out[reference]
    gap = share_gap if kind == "share" else rate_gap
    compared = {group: gap(*figures[group], *figures[reference], confidence) for group in figures if not lacks[group]}
    gaps = {group: each for group, each in compared.items() if isinstance(each, Gap)}
    if len(gaps) < 2:
        return Insufficient("too_few_groups", len(gaps), 2)
    order = [reference, *(group for group in gaps if group != reference)]
    tests = adjust_p_values(pd.Series({group: gaps[group].p_value for group in order[1:]}), correction)
    if isinstance(tests, Insufficient):
        return tests
    frame = pd.DataFrame([_row(figures[group], gaps[group], group == reference) for group in order], index=order)
    frame["adjusted_p_value"] = tests.p_values.reindex(order)
    return GroupComparison(
        frame=frame,
        gaps={group: gaps[group] for group in order[1:]},
        reference=reference,
        distinct=distinguishable({group: gaps[group].group for group in order}),
        left_out=left_out,
        correction=correction,
    )


def distinguishable(intervals: Mapping[Hashable, Interval]) -> tuple[tuple[Hashable, Hashable], ...]:
    """Pairs that may be ranked, the higher one first: those whose intervals do not touch.

    All other pairs must not be put in an order. Intervals that overlap a little may still belong to figures that
    differ (Schenker & Gentleman 2001, The American Statistician 55): this rule errs towards saying nothing.

    Parameters
    ----------
    intervals : mapping of label to Interval

    Returns
    -------
    tuple of pairs
        By how high the first, then the second, of a pair lies.
    """
    labels = sorted(intervals, key=lambda label: (-intervals[label].value, str(label)))
    return tuple((one, other) for one, other in combinations(labels, 2) if intervals[one].low > intervals[other].high)


def _check(groups: pd.DataFrame, reference: Hashable, kind: str) -> None:
    if kind not in ("share", "rate"):
        raise MethodError(f"kind is {kind!r}: expected 'share' or 'rate'")
    if absent := {"numerator", "denominator"} - set(groups.columns):
        raise MethodError(f"groups: no column {sorted(absent)} among {list(groups.columns)}")
    if groups.index.has_duplicates:
        raise MethodError(f"groups: found {groups.index[groups.index.duplicated()][0]!r} twice, expected each once")
    if reference not in groups.index:
        raise MethodError(f"reference is {reference!r}: expected one of {list(groups.index)}")


def _row(figures: tuple[float, float], gap: Gap, is_reference: bool) -> dict[str, object]:
    ratio = None if is_reference or isinstance(gap.ratio, Insufficient) else gap.ratio
    difference = None if is_reference else gap.difference
    return {
        "numerator": figures[0],
        "denominator": figures[1],
        **_ends("", gap.group),
        **_ends("ratio", ratio),
        **_ends("difference", difference),
        "unstable": few_events(figures[0]),
        "small_denominator": few_in_denominator(figures[1]),
        "p_value": float("nan") if is_reference else gap.p_value,
    }


def _ends(name: str, interval: Interval | None) -> dict[str, float]:
    value, low, high = (interval.value, interval.low, interval.high) if interval else [float("nan")] * 3
    return {name or "value": value, f"{name}_low".lstrip("_"): low, f"{name}_high".lstrip("_"): high}
