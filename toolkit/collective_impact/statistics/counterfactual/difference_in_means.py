"""Difference of means of two groups drawn by lot, or taken to be alike but for the treatment (Neyman 1923)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Interval, check_confidence, student_margin, student_p_value
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.randomization import compared_units
from collective_impact.statistics.types import Array

Variance = Literal["classic", "HC2", "HC3"]

ROWS = 2
"""Fewest rows a group."""


@dataclass(frozen=True, slots=True)
class DifferenceInMeans:
    """What those treated have more than those not.

    Attributes
    ----------
    interval : Interval
        Mean of the treated less mean of the others, in the unit of the outcome, with its Student t interval.
    p_value : float
        Two-sided, against no difference.
    standard_error, degrees : float
        That the interval rests on.
    mean_treated, mean_untreated : float
    n_treated, n_untreated : int
    assumptions : tuple of Assumption
        ``independent_rows``, which the data cannot tell.
    """

    interval: Interval
    p_value: float
    standard_error: float
    degrees: float
    mean_treated: float
    mean_untreated: float
    n_treated: int
    n_untreated: int
    assumptions: tuple[Assumption, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval.leaves_out(0.0)


@guarded
def difference_in_means(
    outcome: ArrayLike, treated: ArrayLike, *, variance: Variance = "HC2", confidence: float = 0.95
) -> DifferenceInMeans | Insufficient:
    """Compare two means.

    HC2 is the variance that Neyman gave for experiments, each group's own (Samii & Aronow 2012, Statistics and
    Probability Letters 82), here with the degrees of freedom of Welch (1947, Biometrika 34). HC3 is somewhat larger;
    the classic one takes the groups to scatter alike. Where groups were treated as wholes, rows are not independent:
    compare the groups' means instead. With few rows and an outcome far from normal see ``randomization``.

    Parameters
    ----------
    outcome : array of shape (n_rows,)
        Rows that are missing or infinite are left out.
    treated : array of shape (n_rows,)
        True or 1 for treated.
    variance : {"HC2", "HC3", "classic"}
    confidence : float

    Returns
    -------
    DifferenceInMeans or Insufficient
        ``no_data``; ``no_treated_unit`` and ``no_donors`` where a group is empty; ``too_few_rows`` below 2 in a group;
        ``no_variation`` where values do not differ within groups.

    Raises
    ------
    MethodError
        When lengths differ, `treated` holds other values than true and false, or an option is unknown.
    """
    if variance not in get_args(Variance):
        raise MethodError(f"variance is {variance!r}: expected one of {', '.join(get_args(Variance))}")
    check_confidence(confidence)
    values, assigned = compared_units(outcome, treated)
    ours, others = values[assigned], values[~assigned]
    if not len(values):
        return Insufficient("no_data")
    if not len(ours) or not len(others):
        return Insufficient("no_donors" if len(ours) else "no_treated_unit", 0, ROWS)
    if min(len(ours), len(others)) < ROWS:
        return Insufficient("too_few_rows", min(len(ours), len(others)), ROWS)
    if np.ptp(ours) == 0 and np.ptp(others) == 0:
        return Insufficient("no_variation", 1, 2)
    value = float(ours.mean() - others.mean())
    error, degrees = _error(ours, others, variance)
    margin = student_margin(error, degrees, confidence)
    return DifferenceInMeans(
        interval=Interval(value, value - margin, value + margin, confidence),
        p_value=student_p_value(value, error, degrees),
        standard_error=error,
        degrees=degrees,
        mean_treated=float(ours.mean()),
        mean_untreated=float(others.mean()),
        n_treated=len(ours),
        n_untreated=len(others),
        assumptions=(Assumption("independent_rows", None),),
    )


def _error(ours: Array, others: Array, variance: Variance) -> tuple[float, float]:
    """Standard error and degrees of freedom."""
    sizes = np.array([len(ours), len(others)])
    variances = np.array([ours.var(ddof=1), others.var(ddof=1)])
    if variance == "classic":
        pooled = float(variances @ (sizes - 1)) / (sizes.sum() - 2)
        return float(np.sqrt(pooled * (1 / sizes).sum())), float(sizes.sum() - 2)
    parts = variances / (sizes if variance == "HC2" else sizes - 1)
    return float(np.sqrt(parts.sum())), float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())
