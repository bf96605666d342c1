"""Difference in differences: the change of the treated less the change of the donors.

For a balanced panel with one start this is the two-way fixed-effects estimate. With one or a few treated units
standard errors clustered by unit are not to be trusted (Conley & Taber 2011, REStat 93), so uncertainty comes
from the donors: their spread and a randomization test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pandas as pd

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.unit_contrasts import (
    REJECTED,
    Inference,
    changes_of_units,
    contrasts,
    enough_units,
    equal_noise,
    is_treated,
    stands_still,
)
from collective_impact.statistics.estimate import Estimate, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.randomization import Randomization, randomization
from collective_impact.statistics.trend import LinearTrend, linear_trend
from collective_impact.statistics.types import Array, Label

DONORS = 3


@dataclass(frozen=True, slots=True, eq=False)
class DifferenceInDifferences:
    """Change of the treated against change of the donors.

    Attributes
    ----------
    estimate : Estimate
        Effect with its Student t interval and randomization p-value.
    standard_error : float
        That the interval rests on.
    inference : {"own_spread", "donor_spread"}
        Whether the interval rests on each group's own spread or, with fewer than 10 treated units or donors, on the
        donors' alone.
    randomization : Randomization
        The test behind the p-value, with the interval from its inversion: wider, and free of normality.
    placebo_standard_error : float
        Standard deviation of the effects found on all groups of donors as large as the treated group
        (Arkhangelsky et al. 2021, AER 111, Algorithm 4).
    start : period
        First treated period.
    observed, counterfactual, gap : Series of shape (n_periods,)
        Mean of the treated; mean of the donors moved to the treated units' level before the start; difference.
    changes : Series of shape (n_units,)
        Mean from the start on less mean before it, of each unit.
    pre_trend : Estimate or None
        Slope of the gap before the start, per period: where it is not near zero the trends were not parallel.
        None with fewer than 5 periods before.
    n_treated, n_donors : int
    assumptions : tuple of Assumption
        ``parallel_trends`` by the p-value of `pre_trend`, ``enough_clusters`` by the smaller group, and
        ``equal_noise`` where the interval rests on the donors' spread.
    """

    estimate: Estimate
    standard_error: float
    inference: Inference
    randomization: Randomization
    placebo_standard_error: float
    start: Label
    observed: pd.Series[float]
    counterfactual: pd.Series[float]
    gap: pd.Series[float]
    changes: pd.Series[float]
    pre_trend: Estimate | None
    n_treated: int
    n_donors: int
    assumptions: tuple[Assumption, ...]


@guarded
def difference_in_differences(
    panel: Panel, confidence: float = 0.95, seed: int = 0
) -> DifferenceInDifferences | Insufficient:
    """Compare mean changes of treated units and donors.

    Each unit counts by one number, its change, so that correlation from period to period within a unit does not
    matter. With fewer than 10 treated units or donors, the treated units' changes are taken to scatter as the donors'
    do. Areas of unlike size may not (Ferman & Pinto 2019, REStat 101): see ``equal_noise``. The p-value is the share
    of assignments of treatment to as many units whose effect is at least as large, the true one included.

    Parameters
    ----------
    panel : Panel
        Treated units with one start; at least 3 donors and 2 more than treated; 1 period before and 1 after.
    confidence : float
        Of the intervals.
    seed : int
        For drawing assignments where there are more than 10,000.

    Returns
    -------
    DifferenceInDifferences or Insufficient
        Among the reasons ``treated_from_first_period``, and ``no_variation`` where all donors change alike.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1.
    """
    check_confidence(confidence)
    if lacking := lacking_for_changes(panel):
        return lacking
    changes = changes_of_units(panel)
    if stands_still(panel, changes):
        return Insufficient("no_variation", 1, 2)
    test = randomization(changes, is_treated(panel), confidence=confidence, seed=seed)
    if isinstance(test, Insufficient):
        return test
    return _result(panel, changes, test)


def lacking_for_changes(panel: Panel) -> Insufficient | None:
    """Name what the panel lacks for comparing changes of treated units and donors; None when nothing."""
    n_treated = len(panel.treated)
    if n_treated and len(panel.after) and not len(panel.before):
        return Insufficient("treated_from_first_period", n_treated, 0)
    return shortfall(panel, before=1, after=1, donors=max(DONORS, n_treated + 2), treated=n_treated)


def _result(panel: Panel, changes: Array, test: Randomization) -> DifferenceInDifferences:
    treated, confidence = is_treated(panel), test.interval.confidence
    compared = contrasts(changes[:, None], treated)
    by_spread = compared.estimate(0, confidence, panel, "difference_in_differences")
    observed, comparison = panel.treated_outcome, panel.outcome[list(panel.donors)].mean(axis=1)
    counterfactual = comparison + (observed - comparison)[panel.before].mean()
    trend = linear_trend((observed - comparison)[panel.before], confidence)
    drift = trend.slope if isinstance(trend, LinearTrend) else None
    assumptions = (_parallel_trends(drift), enough_units(panel))
    return DifferenceInDifferences(
        estimate=replace(by_spread, p_value=test.p_value, p_floor=test.p_floor),
        standard_error=float(compared.standard_errors[0]),
        inference=compared.inference,
        randomization=test,
        placebo_standard_error=_placebo_error(changes[~treated], int(treated.sum())),
        start=panel.start,
        observed=observed,
        counterfactual=counterfactual,
        gap=observed - counterfactual,
        changes=pd.Series(changes, index=panel.outcome.columns),
        pre_trend=drift,
        n_treated=test.n_treated,
        n_donors=test.n_untreated,
        assumptions=(*assumptions, equal_noise(panel)) if compared.inference == "donor_spread" else assumptions,
    )


def _parallel_trends(drift: Estimate | None) -> Assumption:
    """Judge the drift before the start: it can speak against parallel trends, and never for them (Roth 2022)."""
    if drift is None or drift.p_value is None:
        return Assumption("parallel_trends", None)
    return Assumption("parallel_trends", False if drift.p_value < REJECTED else None, drift.p_value, REJECTED)


def _placebo_error(donors: Array, n_treated: int) -> float:
    """Give the standard deviation of the effect over all choices of `n_treated` donors as if treated.

    For a difference of means over all splits of a finite set this is exact.
    """
    return float(np.std(donors, ddof=1)) * sqrt(1 / n_treated + 1 / (len(donors) - n_treated))
