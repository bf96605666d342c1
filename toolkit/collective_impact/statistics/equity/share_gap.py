"""Two shares against each other: risk ratio and difference of shares."""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, exp, sqrt

import numpy as np

from collective_impact.statistics.equity.gap import Gap, difference_of, few_events, few_in_denominator, lacking
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import normal_quantile, share_limits, wilson_limits
from collective_impact.statistics.types import Array

_FARTHEST = 40.0
"""Logarithm of the largest ratio that is looked for."""


@guarded
def share_gap(
    count: float, total: float, reference_count: float, reference_total: float, confidence: float = 0.95
) -> Gap | Insufficient:
    """Compare the shares of two independent groups.

    Ratio: score interval (Koopman 1984, Biometrics 40), which needs no correction for empty cells; its test is
    Pearson's chi-square. Difference: Newcombe's (1998) from Wilson's limits. Each share stands with
    `proportion.share_limits`. Cases are taken to be independent: where they come in clusters (pupils of a school)
    all intervals are too narrow.

    Parameters
    ----------
    count, total, reference_count, reference_total : float
        Cases, and all of whom they are cases. Infinite counts as missing.
    confidence : float
        Of all intervals.

    Returns
    -------
    Gap or Insufficient
        ``no_denominator``, ``no_data``.

    Raises
    ------
    MethodError
        For a negative count, or more cases than there are in all.
    """
    z = normal_quantile(confidence)
    lacks = lacking(count, total, "group", share=True) or lacking(
        reference_count, reference_total, "reference", share=True
    )
    if lacks:
        return lacks
    near, far = (count, total, confidence), (reference_count, reference_total, confidence)
    return Gap(
        group=_interval(share_limits, *near),
        reference=_interval(share_limits, *far),
        ratio=_ratio(count, total, reference_count, reference_total, z, confidence),
        difference=difference_of(_interval(wilson_limits, *near), _interval(wilson_limits, *far)),
        p_value=erfc(abs(_score(1.0, count, total, reference_count, reference_total)) / sqrt(2)),
        unstable=few_events(count, reference_count),
        small_denominator=few_in_denominator(total, reference_total),
    )


def _interval(
    limits: Callable[[Array, Array, float], tuple[Array, Array]], count: float, total: float, confidence: float
) -> Interval:
    low, high = limits(np.array([count]), np.array([total]), confidence)
    return Interval(count / total, float(low[0]), float(high[0]), confidence)


def _ratio(
    count: float, total: float, reference_count: float, reference_total: float, z: float, confidence: float
) -> Interval | Insufficient:
    """Ratios that the score test does not reject; where the ratio is 0 there is no lower limit."""
    if reference_count == 0:
        return Insufficient("too_few_events", 0, 1)

    def score(ratio: float) -> float:
        return _score(ratio, count, total, reference_count, reference_total)

    value = (count / total) / (reference_count / reference_total)
    low = exp(_crossing(lambda place: score(exp(place)) - z)) if count else 0.0
    high = exp(_crossing(lambda place: score(exp(place)) + z))
    return Interval(value, min(low, value), max(high, value), confidence)


def _crossing(falling: Callable[[float], float]) -> float:
    """Where a falling function goes through zero, by bisection."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def _score(ratio: float, count: float, total: float, reference_count: float, reference_total: float) -> float:
    """Distance from the ratio in standard errors, at the shares that are likeliest if the ratio were true."""
    everybody = total + reference_total
    linear = total * ratio + count + reference_total + reference_count * ratio
    discriminant = max(linear**2 - 4 * everybody * ratio * (count + reference_count), 0.0)
    reference = min(2 * (count + reference_count) / (linear + sqrt(discriminant)), 1.0)
    share = min(reference * ratio, 1.0)
    variance = share * (1 - share) / total + ratio**2 * reference * (1 - reference) / reference_total
    distance = count / total - ratio * reference_count / reference_total
    return distance / sqrt(variance) if variance > 0 else 0.0 if distance == 0 else float("inf") * distance
