"""Rates as they would be if every group had the same make-up, for example of ages."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaincinv

from collective_impact.errors import MethodError
from collective_impact.statistics.equity.gap import Gap, difference_of, few_events, few_in_denominator, lacking
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.proportion import normal_quantile
from collective_impact.statistics.types import Array

GammaInterval = Literal["mid_p", "gamma"]


@dataclass(frozen=True, slots=True, eq=False)
class StandardizedRate:
    """A directly standardized rate.

    Attributes
    ----------
    rate : Interval
        Events per unit of the denominators, at the standard's make-up.
    crude : float
        The same at the group's own.
    variance : float
        Of `rate`, as a weighted sum of Poisson counts.
    events, exposure : float
        In the strata that have weight.
    unstable, small_denominator : bool
        Fewer than 20 events; fewer than 30 in a stratum's denominator.
    """

    rate: Interval
    crude: float
    variance: float
    events: float
    exposure: float
    unstable: bool
    small_denominator: bool


@guarded
def standardized_rate(
    strata: pd.DataFrame, confidence: float = 0.95, *, interval: GammaInterval = "mid_p"
) -> StandardizedRate | Insufficient:
    """Weight the rates of strata by a standard population (direct standardization).

    The gamma interval of Fay & Feuer (1997, Statistics in Medicine 16), usual in official statistics, is Garwood's
    exact one for equal weights, and for unequal weights holds its level where normal intervals do not; but it is wider
    than need be. Its mid-P version (Fay & Kim 2017, Biometrical Journal 59) lies half way between the gamma
    distributions that its two limits come from, and covers what it says. Events are taken to be independent Poisson
    counts.

    Parameters
    ----------
    strata : DataFrame of shape (n_strata, 3 or more)
        Indexed by stratum (an age group), with columns ``numerator, denominator, weight``. Weights are people of the
        standard population, or shares: their scale does not matter. Strata of weight 0 are left out.
    confidence : float
    interval : {"mid_p", "gamma"}

    Returns
    -------
    StandardizedRate or Insufficient
        ``no_data`` without strata, or where a count is missing; ``no_denominator`` where nobody is in a stratum that
        has weight: merge strata first.

    Raises
    ------
    MethodError
        When a column is missing, a stratum occurs twice, or a count or weight is negative or a weight missing.
    """
    normal_quantile(confidence)
    if interval not in ("mid_p", "gamma"):
        raise MethodError(f"interval is {interval!r}: expected 'mid_p' or 'gamma'")
    kept = _checked(strata)
    if isinstance(kept, Insufficient):
        return kept
    events, exposure, weight = kept.T
    each = weight / weight.sum() / exposure
    value, variance, largest = float(each @ events), float(each**2 @ events), float(each.max())
    low, high = _limits((value, variance), (value + largest, variance + largest**2), confidence, interval)
    return StandardizedRate(
        rate=Interval(value, low, high, confidence),
        crude=float(events.sum() / exposure.sum()),
        variance=variance,
        events=float(events.sum()),
        exposure=float(exposure.sum()),
        unstable=few_events(float(events.sum())),
        small_denominator=few_in_denominator(*exposure.tolist()),
    )


def _limits(
    below: tuple[float, float], above: tuple[float, float], confidence: float, interval: GammaInterval
) -> tuple[float, float]:
    """Limits from two gamma distributions, given by mean and variance: of the counts, and with one event more."""
    from scipy.optimize import brentq

    def quantile(probability: float, mean: float, variance: float) -> float:
        return float(variance / mean * gammaincinv(mean**2 / variance, probability)) if mean else 0.0

    def mixed(rate: float) -> float:
        parts = (
            gammainc(mean**2 / variance, rate * mean / variance) if mean else 1.0 for mean, variance in (below, above)
        )
        return float(sum(parts)) / 2

    low, high = quantile((1 - confidence) / 2, *below), quantile((1 + confidence) / 2, *above)
    if interval == "gamma":
        return low, high
    lower = brentq(lambda rate: mixed(rate) - (1 - confidence) / 2, low, high) if below[0] else 0.0
    return float(lower), float(brentq(lambda rate: mixed(rate) - (1 + confidence) / 2, low, high))


@guarded
def standardized_gap(group: StandardizedRate, reference: StandardizedRate) -> Gap | Insufficient:
    """Compare two rates that were standardized to the same weights.

    The difference puts together the intervals of both (Zou & Donner 2008); so does the ratio, on the logarithmic
    scale. The p-value is that of the difference over its standard error.

    Returns
    -------
    Gap or Insufficient
        With ``too_few_events`` for a ratio where either has none.

    Raises
    ------
    MethodError
        When the two have intervals of different confidence.
    """
    if group.rate.confidence != reference.rate.confidence:
        found = f"{group.rate.confidence} and {reference.rate.confidence}"
        raise MethodError(f"confidence of the two rates is {found}: expected the same")
    difference = difference_of(group.rate, reference.rate)
    error = sqrt(group.variance + reference.variance)
    return Gap(
        group=group.rate,
        reference=reference.rate,
        ratio=_ratio(group.rate, reference.rate),
        difference=difference,
        p_value=erfc(abs(difference.value) / error / sqrt(2)) if error else 1.0,
        unstable=group.unstable or reference.unstable,
        small_denominator=group.small_denominator or reference.small_denominator,
    )


def _ratio(group: Interval, reference: Interval) -> Interval | Insufficient:
    if not group.value or not reference.value:
        return Insufficient("too_few_events", 0, 1)
    one, other = (
        Interval(log(rate.value), log(rate.low), log(rate.high), rate.confidence) for rate in (group, reference)
    )
    logarithm = difference_of(one, other)
    return Interval(exp(logarithm.value), exp(logarithm.low), exp(logarithm.high), group.confidence)


def _checked(strata: pd.DataFrame) -> Array | Insufficient:
    """Events, exposure and weight of the strata that have weight, shape (n_strata, 3)."""
    columns = ["numerator", "denominator", "weight"]
    if absent := [column for column in columns if column not in strata.columns]:
        raise MethodError(f"strata: no column {absent} among {list(strata.columns)}")
    if strata.index.has_duplicates:
        raise MethodError(f"strata: found {strata.index[strata.index.duplicated()][0]!r} twice, expected each once")
    figures = numbers_in(strata[columns], "strata")
    weights = figures["weight"].to_numpy(dtype=float)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise MethodError(f"weights are {weights.tolist()}: expected people or shares of the standard, none below 0")
    for stratum, events, exposure, weight in zip(strata.index, *figures.to_numpy().T, strict=True):
        lacks = lacking(events, exposure, f"stratum {stratum!r}", share=False)
        if lacks and weight > 0:
            return lacks
    kept: Array = figures[weights > 0].to_numpy()
    return kept if len(kept) else Insufficient("no_data")
