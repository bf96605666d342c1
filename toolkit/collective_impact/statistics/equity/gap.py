"""How a group stands to its reference: as a ratio and as a difference, always both, with what makes them shaky."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from numbers import Real

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient

STABLE_FROM = 20
"""Events from which a figure is not called unstable (as CDC WISQARS does for deaths)."""
UNFLAGGED_FROM = 30
"""Denominator from which a figure stands without a flag."""
_LARGEST = 2**53
"""Whole number up to which a float still tells each from the next."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A group against its reference.

    Attributes
    ----------
    group, reference : Interval
        Share or rate of each.
    ratio : Interval or Insufficient
        Group over reference; ``too_few_events`` where the reference has none, so that there is nothing to divide by.
    difference : Interval
        Group less reference, in the unit of the share or rate.
    p_value : float
        Two-sided, of no gap.
    unstable : bool
        Fewer than 20 events in the group or in the reference.
    small_denominator : bool
        Fewer than 30 in the denominator of either.
    """

    group: Interval
    reference: Interval
    ratio: Interval | Insufficient
    difference: Interval
    p_value: float
    unstable: bool
    small_denominator: bool


def few_events(*counts: float) -> bool:
    """Whether any of the counts is below 20."""
    return min(counts) < STABLE_FROM


def few_in_denominator(*denominators: float) -> bool:
    """Whether any of the denominators is below 30."""
    return min(denominators) < UNFLAGGED_FROM


def lacking(count: float, denominator: float, whose: str, *, share: bool) -> Insufficient | None:
    """Name what a count or its denominator lacks; None when nothing.

    Raises
    ------
    MethodError
        For a negative count or denominator, (of a `share`) more cases than there are in all, figures above 2**53, or
        what is no number.
    """
    for name, figure in (("count", count), ("denominator", denominator)):
        if not isinstance(figure, Real):
            raise MethodError(f"{whose}: found {figure!r} as {name}, expected a number")
        if isfinite(figure) and figure > _LARGEST:
            raise MethodError(f"{whose}: found a {name} of {figure:g}, expected at most 2**53")
    if not isfinite(denominator) or denominator == 0:
        return Insufficient("no_denominator", 0, 1)
    if denominator < 0:
        raise MethodError(f"{whose}: found a denominator of {denominator:g}, expected more than 0")
    if not isfinite(count):
        return Insufficient("no_data", 0, 1)
    if count < 0 or (share and count > denominator):
        most = f" and {denominator:g}, its denominator" if share else ""
        raise MethodError(f"{whose}: found a count of {count:g}, expected one between 0{most or ' and more'}")
    return None


def difference_of(group: Interval, reference: Interval) -> Interval:
    """Difference of two independent estimates, its interval made from theirs.

    Each limit lies as far from the difference as the two limits concerned lie from their estimates, squared and
    added: Newcombe (1998, Statistics in Medicine 17, method 10) for shares, and for any intervals Zou & Donner
    (2008, Statistics in Medicine 27), "method of variance estimates recovery".
    """
    value = group.value - reference.value
    below = hypot(group.value - group.low, reference.high - reference.value)
    above = hypot(group.high - group.value, reference.value - reference.low)
    return Interval(value, value - below, value + above, group.confidence)
