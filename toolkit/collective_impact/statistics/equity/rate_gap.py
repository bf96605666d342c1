"""Counts of events over exposures: exact limits of a rate, and two rates against each other."""

from __future__ import annotations

from math import erfc, exp, log, sqrt
from typing import Literal

import numpy as np
from scipy.special import betainc, betaincinv, chdtri

from collective_impact.errors import MethodError
from collective_impact.statistics.equity.gap import Gap, difference_of, few_events, few_in_denominator, lacking
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import normal_quantile, share_limits

RatioInterval = Literal["score", "exact", "logarithmic"]


@guarded
def rate_interval(count: float, exposure: float = 1.0, confidence: float = 0.95) -> Interval | Insufficient:
    """Rate of events with exact Poisson limits (Garwood 1936, Biometrika 28).

    Exact limits never cover less than they say, and with few events more: the true coverage of 95% limits is 96-99%
    below 20 events.

    Parameters
    ----------
    count : float
        Independent events; limits are those of a gamma distribution, so that weighted counts need not be whole.
    exposure : float
        Residents or person-years; in thousands, for a rate per thousand. 1 for the count itself.

    Returns
    -------
    Interval or Insufficient
        ``no_denominator``, ``no_data``.

    Raises
    ------
    MethodError
        For a negative count or exposure.
    """
    normal_quantile(confidence)
    lacks = lacking(count, exposure, "count", share=False)
    return lacks or _exact_interval(count, exposure, confidence)


def _exact_interval(count: float, exposure: float, confidence: float) -> Interval:
    low = float(chdtri(2 * count, (1 + confidence) / 2)) / 2 if count else 0.0
    high = float(chdtri(2 * count + 2, (1 - confidence) / 2)) / 2
    return Interval(count / exposure, low / exposure, high / exposure, confidence)


@guarded
def rate_gap(
    count: float,
    exposure: float,
    reference_count: float,
    reference_exposure: float,
    confidence: float = 0.95,
    *,
    interval: RatioInterval = "score",
) -> Gap | Insufficient:
    """Compare the rates of two independent groups.

    Given how many events there are in both, those of the group are binomial, with a share that the rate ratio alone
    decides. "score" turns the limits of that share (`proportion.share_limits`) into those of the ratio; "exact"
    takes Clopper & Pearson's (1934) limits, never too narrow; "logarithmic" the usual
    ``exp(log ratio ± z sqrt(1/a + 1/b))``, for comparison with published figures: it declines without events in either
    group. The difference puts together the score limits of both rates (Zou & Donner 2008).

    Parameters
    ----------
    count, exposure, reference_count, reference_exposure : float
        Events, and residents or person-years.
    confidence : float
    interval : {"score", "exact", "logarithmic"}
        Of the ratio, with the p-value that belongs to it.

    Returns
    -------
    Gap or Insufficient
        ``no_denominator``, ``no_data``.

    Raises
    ------
    MethodError
        For a negative count or exposure, or an unknown `interval`.
    """
    if interval not in ("score", "exact", "logarithmic"):
        raise MethodError(f"interval is {interval!r}: expected 'score', 'exact' or 'logarithmic'")
    lacks = lacking(count, exposure, "group", share=False) or lacking(
        reference_count, reference_exposure, "reference", share=False
    )
    if lacks:
        return lacks
    near, far = (count, exposure, confidence), (reference_count, reference_exposure, confidence)
    return Gap(
        group=_exact_interval(*near),
        reference=_exact_interval(*far),
        ratio=_ratio(count, reference_count, reference_exposure / exposure, confidence, interval),
        difference=difference_of(_score_interval(*near), _score_interval(*far)),
        p_value=_p_value(count, reference_count, exposure / (exposure + reference_exposure), interval),
        unstable=few_events(count, reference_count),
        small_denominator=few_in_denominator(exposure, reference_exposure),
    )


def _score_interval(count: float, exposure: float, confidence: float) -> Interval:
    """Rates that lie within `z` of their own standard errors of the observed one."""
    z = normal_quantile(confidence)
    middle, margin = count + z**2 / 2, z * sqrt(count + z**2 / 4)
    low = (middle - margin) / exposure if count else 0.0
    return Interval(count / exposure, low, (middle + margin) / exposure, confidence)


def _ratio(
    count: float, reference_count: float, exposures: float, confidence: float, interval: RatioInterval
) -> Interval | Insufficient:
    if reference_count == 0 or (interval == "logarithmic" and count == 0):
        return Insufficient("too_few_events", 0, 1)
    value = count / reference_count * exposures
    if interval == "logarithmic":
        margin = normal_quantile(confidence) * sqrt(1 / count + 1 / reference_count)
        return Interval(value, exp(log(value) - margin), exp(log(value) + margin), confidence)
    if interval == "score":
        low, high = share_limits(np.array([count]), np.array([count + reference_count]), confidence)
        share = float(low[0]), float(high[0])
    else:
        share = _exact_share(count, reference_count, confidence)
    lower, upper = (each / (1 - each) * exposures for each in share)
    return Interval(value, lower, upper, confidence)


def _exact_share(count: float, reference_count: float, confidence: float) -> tuple[float, float]:
    """Clopper-Pearson limits of the group's share of the events, some of which are the reference's."""
    low = betaincinv(count, reference_count + 1, (1 - confidence) / 2) if count else 0.0
    return float(low), float(betaincinv(count + 1, reference_count, (1 + confidence) / 2))


def _p_value(count: float, reference_count: float, expected: float, interval: RatioInterval) -> float:
    """Two-sided p-value of the group's share of the events being that of the exposures."""
    events = count + reference_count
    if events == 0 or (interval == "logarithmic" and min(count, reference_count) == 0):
        return 1.0
    if interval == "exact":
        at_least = betainc(count, reference_count + 1, expected) if count else 1.0
        at_most = 1 - betainc(count + 1, reference_count, expected) if reference_count else 1.0
        return float(min(1.0, 2 * min(at_most, at_least)))
    if interval == "logarithmic":
        distance = log(count / reference_count * (1 - expected) / expected) / sqrt(1 / count + 1 / reference_count)
    else:
        distance = (count - events * expected) / sqrt(events * expected * (1 - expected))
    return erfc(abs(distance) / sqrt(2))
