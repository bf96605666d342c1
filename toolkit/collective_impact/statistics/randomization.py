"""Randomization inference for a difference of means: what the data would show had other units been treated.

Fisher 1935, The Design of Experiments; Rosenbaum 2002, Observational Studies, chapter 2, for the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.types import Array

ASSIGNMENTS = 10_000
"""Most assignments of treatment that are counted one by one; beyond that as many are drawn."""
UNITS = 3
_CELLS = 1_000_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Randomization:
    """A difference of means, held against all differences that other assignments would have shown.

    Attributes
    ----------
    interval : Interval
        Difference of means, treated less untreated, in the unit of the outcome, with the constant effects that the
        test does not reject. Infinite where there are too few assignments to reject any.
    p_value, p_floor : float
        Two-sided p-value of no effect on any unit, and the smallest that the number of assignments allows.
    n_assignments : int
    exact : bool
        Whether every assignment was counted; otherwise they were drawn.
    n_treated, n_untreated : int
    """

    interval: Interval
    p_value: float
    p_floor: float
    n_assignments: int
    exact: bool
    n_treated: int
    n_untreated: int

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval.leaves_out(0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Reassigned:
    """What each assignment of treatment to as many units would have shown.

    Attributes
    ----------
    differences : array of shape (n_assignments, n_outcomes)
        Mean of those assigned less mean of the others. The true assignment is among the rows.
    shares : array of shape (n_assignments,)
        How much of a constant effect of the true treatment each difference would hold: 1 for the true assignment,
        near 0 for one that has little to do with it.
    exact : bool
        Whether these are all assignments; otherwise the first row is the true one and the others are drawn.
    """

    differences: Array
    shares: Array
    exact: bool


@guarded
def randomization(
    outcome: ArrayLike, treated: ArrayLike, *, confidence: float = 0.95, seed: int = 0
) -> Randomization | Insufficient:
    """Test a difference of means by reassigning treatment, and invert the test to an interval.

    The p-value is the share of assignments whose difference is at least as large, the true one included. It assumes
    only that any group of that size might have been the treated one (in an experiment: by design; otherwise: that
    the units are exchangeable but for the treatment). The interval assumes besides that the effect is the same for
    every unit: it holds the effects whose removal leaves a difference that the test does not reject. As each
    assignment rejects outside one stretch of effects, its ends are order statistics and need no search.

    Parameters
    ----------
    outcome : array of shape (n_units,)
        One value a unit, for example its change; rows that are missing or infinite are left out.
    treated : array of shape (n_units,)
        True or 1 for treated.
    confidence : float
        Of the interval; being exact, it is held or exceeded.
    seed : int
        For drawing assignments where there are more than 10,000.

    Returns
    -------
    Randomization or Insufficient
        ``no_data``; ``no_treated_unit`` and ``no_donors`` where a group is empty; ``too_few_rows`` below 3 units;
        ``no_variation`` where all values are equal.

    Raises
    ------
    MethodError
        When lengths differ, `treated` holds other values than true and false, or `confidence` is not in (0, 1).
    """
    check_confidence(confidence)
    values, assigned = compared_units(outcome, treated)
    if not len(values):
        return Insufficient("no_data")
    if assigned.all() or not assigned.any():
        return Insufficient("no_donors" if assigned.any() else "no_treated_unit", 0, 1)
    if len(values) < UNITS:
        return Insufficient("too_few_rows", len(values), UNITS)
    if np.ptp(values) == 0:
        return Insufficient("no_variation", 1, 2)
    every = reassigned(values[:, None], assigned, seed)
    value = float(values[assigned].mean() - values[~assigned].mean())
    low, high = unrejected(value, every.differences[:, 0], every.shares, confidence)
    count = len(every.shares)
    return Randomization(
        interval=Interval(value, low, high, confidence),
        p_value=share_as_extreme(every.differences[:, 0], value),
        p_floor=lowest_share(every, assigned),
        n_assignments=count,
        exact=every.exact,
        n_treated=int(assigned.sum()),
        n_untreated=int((~assigned).sum()),
    )


def compared_units(outcome: ArrayLike, treated: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """Values and treatment of the units that have a value, both of shape (n_seen,).

    Raises
    ------
    MethodError
        When lengths differ or `treated` holds other values than true and false.
    """
    values, assigned = np.asarray(outcome, dtype=float), np.asarray(treated)
    if values.ndim != 1 or values.shape != assigned.shape:
        raise MethodError(f"outcome has shape {values.shape} and treated {assigned.shape}: expected one of each a unit")
    if not np.isin(assigned, [False, True]).all():
        raise MethodError("treated: expected true or false (1 or 0) for each unit")
    seen = np.isfinite(values)
    return values[seen], assigned.astype(bool)[seen]


def reassigned(outcomes: Array, treated: NDArray[np.bool_], seed: int = 0) -> Reassigned:
    """Give the differences of means under every assignment of treatment, or under 10,000 of them.

    Units are put in the order of their values first, so that what is drawn depends on no label and no order.

    Parameters
    ----------
    outcomes : array of shape (n_units, n_outcomes)
    treated : array of shape (n_units,)
        Some, but not all, true.
    """
    order = np.lexsort((treated, *outcomes.T))
    scores, assigned = outcomes[order] - outcomes.mean(axis=0), treated[order]
    n_units, n_treated = len(assigned), int(assigned.sum())
    columns = np.column_stack([scores, assigned])
    exact = comb(n_units, n_treated) <= ASSIGNMENTS
    if exact:
        every = chain.from_iterable(combinations(range(n_units), n_treated))
        groups = np.fromiter(every, dtype=np.intp).reshape(-1, n_treated)
        sums = _members(groups, n_units) @ columns
    else:
        drawn = _drawn_sums(columns, n_treated, generator(seed))
        sums = np.vstack([columns[assigned].sum(axis=0), drawn])
    rate = 1 / n_treated + 1 / (n_units - n_treated)
    return Reassigned(sums[:, :-1] * rate, sums[:, -1] * rate - n_treated / (n_units - n_treated), exact)


def lowest_share(every: Reassigned, treated: NDArray[np.bool_]) -> float:
    """Smallest p-value that the assignments allow: between groups of equal size each has a mirror as extreme.

    Parameters
    ----------
    every : Reassigned
    treated : array of shape (n_units,)
    """
    mirrored = every.exact and 2 * int(treated.sum()) == len(treated)
    return (2 if mirrored else 1) / len(every.shares)


def share_as_extreme(statistics: Array, actual: float) -> float:
    """Share of the assignments whose statistic is at least as far from zero as the actual one: the p-value.

    Parameters
    ----------
    statistics : array of shape (n_assignments,)
        The actual one among them.
    """
    return float(np.mean(np.abs(statistics) >= abs(actual) * (1 - _ROUNDING)))


def unrejected(value: float, differences: Array, shares: Array, confidence: float) -> tuple[float, float]:
    """Ends of the constant effects that the test does not reject at 1 - `confidence`.

    With an effect e removed, an assignment shows ``difference - e * share`` and the true one ``value - e``. The
    former is at least as large between two values of e, one on each side of `value`; beyond the limits that more
    than 1 - `confidence` of the assignments reach, the test rejects.

    Parameters
    ----------
    value : float
        Difference under the true assignment.
    differences, shares : arrays of shape (n_assignments,)
        As in `Reassigned`, shares between -1 and 1.
    """
    mirrors = 1 - np.abs(shares) < _ROUNDING
    apart, together = np.where(mirrors, 1.0, 1 - shares), np.where(mirrors, 1.0, 1 + shares)
    ends = np.stack([(value - differences) / apart, (value + differences) / together])
    lows, highs = np.where(mirrors, -np.inf, ends.min(axis=0)), np.where(mirrors, np.inf, ends.max(axis=0))
    place = int((1 - confidence) * len(shares) + _ROUNDING)
    return float(np.sort(lows)[place]), float(np.sort(highs)[-1 - place])


def _members(groups: NDArray[np.integer], n_units: int) -> Array:
    """Membership of units in groups, shape (n_groups, n_units), from indices of shape (n_groups, n_treated)."""
    members = np.zeros((len(groups), n_units))
    np.put_along_axis(members, groups, 1.0, axis=1)
    return members


def _drawn_sums(columns: Array, n_treated: int, rng: np.random.Generator) -> Array:
    """Sums of `columns` over drawn groups, shape (ASSIGNMENTS - 1, n_columns), a piece at a time for the memory."""
    n_units, sums = len(columns), []
    for first in range(1, ASSIGNMENTS, max(1, _CELLS // n_units)):
        count = min(max(1, _CELLS // n_units), ASSIGNMENTS - first)
        groups = rng.random((count, n_units)).argpartition(n_treated, axis=1)[:, :n_treated]
        sums.append(_members(groups, n_units) @ columns)
    return np.vstack(sums)
