"""Event study: the difference to the donors in each period, counted from the last period before the start.

For a balanced panel with one start these are the coefficients of leads and lags in a two-way fixed-effects regression
(Sun & Abraham 2021, Journal of Econometrics 225, on why one start is needed for that).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.difference_in_differences import lacking_for_changes
from collective_impact.statistics.counterfactual.simultaneous import critical_value
from collective_impact.statistics.counterfactual.unit_contrasts import (
    REJECTED,
    Contrasts,
    Inference,
    contrasts,
    enough_units,
    equal_noise,
    is_treated,
    stands_still,
)
from collective_impact.statistics.estimate import Estimate, Interval, check_confidence, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.randomization import lowest_share, reassigned, share_as_extreme
from collective_impact.statistics.types import Array, Label

DEGREES_FOR_CORRELATION = 29
"""Fewest degrees of freedom at which the correlation of the periods' estimates is known well enough for a band."""


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Effect in each period, and what stood out before the start.

    Attributes
    ----------
    start, base : period
        First treated period, and the last before it, whose difference is taken as zero.
    estimates : mapping of period to Estimate
        Change of the treated since `base` less that of the donors, in every other period, with Student t intervals
        and p-values for that period alone. Before `base`, a difference speaks against parallel trends.
    bands : mapping of period to Interval
        The same with ends that hold for all periods at once (sup-t).
    standard_errors : mapping of period to float
    inference : {"own_spread", "donor_spread"}
        Whether the intervals rest on each group's own spread or, with fewer than 10 treated units or donors, on the
        donors' alone.
    pre_trend_p, pre_trend_floor : float or None
        Randomization p-value of the largest difference before the start, all periods before it taken together, and
        the smallest it could be; None with one period before.
    n_treated, n_donors : int
    assumptions : tuple of Assumption
        ``parallel_trends`` by `pre_trend_p` (where the intervals rest on the donors' spread, the test can speak
        against it but not for it), ``enough_clusters``, and ``equal_noise`` where they do.
    """

    start: Label
    base: Label
    estimates: Mapping[Label, Estimate]
    bands: Mapping[Label, Interval]
    standard_errors: Mapping[Label, float]
    inference: Inference
    pre_trend_p: float | None
    pre_trend_floor: float | None
    n_treated: int
    n_donors: int
    assumptions: tuple[Assumption, ...]


@guarded
def event_study(panel: Panel, confidence: float = 0.95, *, seed: int = 0) -> EventStudy | Insufficient:
    """Compare treated units and donors period by period.

    Each period's estimate is a difference in differences of two periods, so its interval is that of two groups of
    independent numbers, whatever lingers within a unit. The band takes the largest t statistic of all periods under
    their estimated correlation; below 29 degrees of freedom, where that correlation is too uncertain, it is
    Bonferroni's. The test of the time before reassigns treatment to as many units; it assumes that
    any of them might have been the treated ones, and passing it is little evidence where it could hardly fail
    (Roth 2022, AER: Insights 4).

    Parameters
    ----------
    panel : Panel
        Treated units with one start; at least 3 donors and 2 more than treated; 1 period before and 1 after.
    confidence : float
        Of the intervals, and of the band as a whole.
    seed : int
        For the band, and for assignments where there are more than 10,000.

    Returns
    -------
    EventStudy or Insufficient
        Among the reasons ``treated_from_first_period``, and ``no_variation`` where all donors change alike.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1.
    """
    check_confidence(confidence)
    if lacking := lacking_for_changes(panel):
        return lacking
    base = panel.before[-1]
    periods = panel.outcome.index.drop(base)
    differences = (panel.outcome.loc[periods] - panel.outcome.loc[base]).to_numpy(dtype=float).T
    if stands_still(panel, differences):
        return Insufficient("no_variation", 1, 2)
    compared = contrasts(differences, is_treated(panel))
    estimates = [
        compared.estimate(place, confidence, panel, "difference_in_differences") for place in range(len(periods))
    ]
    margins = compared.standard_errors * _critical_value(compared, confidence, seed)
    before = np.asarray(periods < panel.start)
    p_value, p_floor = _before_start(differences[:, before], is_treated(panel), seed)
    assumptions = (_parallel_trends(p_value, compared.inference), enough_units(panel))
    return EventStudy(
        start=panel.start,
        base=base,
        estimates=dict(zip(periods, estimates, strict=True)),
        bands={
            period: Interval(each.value, each.value - margin, each.value + margin, confidence)
            for period, each, margin in zip(periods, estimates, margins.tolist(), strict=True)
        },
        standard_errors=dict(zip(periods, compared.standard_errors.tolist(), strict=True)),
        inference=compared.inference,
        pre_trend_p=p_value,
        pre_trend_floor=p_floor,
        n_treated=len(panel.treated),
        n_donors=len(panel.donors),
        assumptions=(*assumptions, equal_noise(panel)) if compared.inference == "donor_spread" else assumptions,
    )


def _critical_value(compared: Contrasts, confidence: float, seed: int) -> float:
    """How many standard errors the band takes on each side."""
    degrees = float(compared.degrees.min())
    if degrees < DEGREES_FOR_CORRELATION:
        return student_margin(1.0, degrees, 1 - (1 - confidence) / len(compared.values))
    return critical_value(compared.covariance, degrees, confidence, seed)


def _parallel_trends(p_value: float | None, inference: Inference) -> Assumption:
    if p_value is None:
        return Assumption("parallel_trends", None)
    passed = True if inference == "own_spread" else None
    return Assumption("parallel_trends", False if p_value < REJECTED else passed, p_value, REJECTED)


def _before_start(differences: Array, treated: NDArray[np.bool_], seed: int) -> tuple[float | None, float | None]:
    """p-value and floor of the largest difference, each period's on the scale of its spread over all units."""
    spreads = differences.std(axis=0)
    scattering = spreads > 0
    if not scattering.any():
        return None, None
    every = reassigned(differences[:, scattering] / spreads[scattering], treated, seed)
    largest = np.abs(every.differences).max(axis=1)
    actual = largest[np.argmax(every.shares)]
    return share_as_extreme(largest, float(actual)), lowest_share(every, treated)
