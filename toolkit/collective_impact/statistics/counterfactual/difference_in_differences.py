"""Difference in differences: the change of the treated less the change of the donors.

For a balanced panel with one start this is the two-way fixed-effects estimate. With one or a few treated units
standard errors clustered by unit are not to be trusted (Conley & Taber 2011, REStat 93), so uncertainty comes
from the donors: their spread and a randomization test.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.statistics.estimate import Estimate, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.trend import LinearTrend, linear_trend
from collective_impact.statistics.types import Array, Label

DONORS = 3
ASSIGNMENTS = 10_000
"""Most assignments of treatment that are counted one by one; beyond that as many are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class DifferenceInDifferences:
    """Change of the treated against change of the donors.

    Attributes
    ----------
    estimate : Estimate
        Effect with its placebo interval and randomization p-value.
    standard_error : float
        Of the placebo effects.
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
    """

    estimate: Estimate
    standard_error: float
    start: Label
    observed: pd.Series[float]
    counterfactual: pd.Series[float]
    gap: pd.Series[float]
    changes: pd.Series[float]
    pre_trend: Estimate | None
    n_treated: int
    n_donors: int


@guarded
def difference_in_differences(
    panel: Panel, confidence: float = 0.95, seed: int = 0
) -> DifferenceInDifferences | Insufficient:
    """Compare mean changes of treated units and donors.

    The standard error is that of Arkhangelsky et al. (2021), Algorithm 4, over all groups of donors as large as
    the treated group, in closed form; it assumes that donors' changes scatter as the treated units' would have.
    The p-value is the share of assignments of treatment to as many units whose effect is at least as large,
    the true one included.

    Parameters
    ----------
    panel : Panel
        Treated units with one start; at least 3 donors and 2 more than treated; 1 period before and 1 after.
    confidence : float
        Of the intervals (Student t, donors less one degrees of freedom).
    seed : int
        For drawing assignments where there are more than 10,000.
    """
    n_treated = len(panel.treated)
    lacking = shortfall(panel, before=1, after=1, donors=max(DONORS, n_treated + 2), treated=n_treated)
    if lacking:
        return lacking
    outcome = panel.outcome
    changes = outcome.loc[panel.after].mean() - outcome.loc[panel.before].mean()
    donors = changes[list(panel.donors)].to_numpy()
    if np.ptp(changes) == 0:
        return Insufficient("no_variation", 1, 2)
    value = float(changes[list(panel.treated)].mean() - donors.mean())
    observed, comparison = panel.treated_outcome, outcome[list(panel.donors)].mean(axis=1)
    counterfactual = comparison + (observed - comparison)[panel.before].mean()
    p_value, p_floor = _randomization(changes.to_numpy(), changes.index.isin(panel.treated), seed)
    error = _placebo_error(donors, n_treated)
    margin = student_margin(error, len(donors) - 1, confidence)
    trend = linear_trend((observed - comparison)[panel.before], confidence)
    return DifferenceInDifferences(
        estimate=Estimate(
            value,
            value - margin,
            value + margin,
            confidence,
            p_value,
            p_floor,
            *outcome.shape[::-1],
            "difference_in_differences",
        ),
        standard_error=error,
        start=panel.start,
        observed=observed,
        counterfactual=counterfactual,
        gap=observed - counterfactual,
        changes=changes,
        pre_trend=trend.slope if isinstance(trend, LinearTrend) else None,
        n_treated=n_treated,
        n_donors=len(donors),
    )


def _placebo_error(donors: Array, n_treated: int) -> float:
    """Give the standard deviation of the effect over all choices of `n_treated` donors as if treated.

    For a difference of means over all splits of a finite set this is exact.
    """
    rest = len(donors) - n_treated
    return float(np.std(donors, ddof=1)) * sqrt(1 / n_treated + 1 / rest)


def _randomization(changes: Array, treated: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    """p-value and its floor; the effect of an assignment grows with its treated mean's distance from the mean."""
    n_units, n_treated = len(changes), int(treated.sum())
    scores = changes - changes.mean()
    actual = abs(scores[treated].sum()) * (1 - 1e-12)
    if comb(n_units, n_treated) <= ASSIGNMENTS:
        every = np.array(list(combinations(range(n_units), n_treated)))
        share = float(np.mean(np.abs(scores[every].sum(axis=1)) >= actual))
        return share, 1 / len(every)
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(scores, (ASSIGNMENTS - 1, 1)), axis=1)[:, :n_treated]
    extreme = int((np.abs(drawn.sum(axis=1)) >= actual).sum())
    return (1 + extreme) / ASSIGNMENTS, 1 / ASSIGNMENTS
