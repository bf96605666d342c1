"""Randomization test of staggered adoption: the same starts given to other units.

Exact for the null that nobody was affected, where any unit might have had any of the starts (Fisher 1935; for
staggered starts Athey & Imbens 2022, Journal of Econometrics 226).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.counterfactual.group_time_effects import Cohorts
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.types import Array

ASSIGNMENTS = 10_000
"""Most assignments of starts that are counted one by one; beyond that as many are drawn."""

_AT_ONCE = 1_000_000
"""Units times assignments that are worked on at a time."""


def randomized_p_values(cohorts: Cohorts, coefficients: Array, seed: int) -> tuple[list[float], float]:
    """p-value of each weighted sum under assignments of the same starts to as many units, and the smallest possible.

    Up to 10,000 assignments are counted one by one, beyond that as many are drawn. A sum is what comparison units
    add, taken over all units, plus what each unit in a treated one's place adds more than that.

    Parameters
    ----------
    coefficients : array of shape (n_sums, n_starts + 1, n_periods)
        On the cohorts' mean outcomes.
    """
    scores = np.einsum("sct,ut->suc", coefficients / cohorts.sizes[:, None], cohorts.outcome)
    change = scores[:, :, :-1] - scores[:, :, -1:]
    treated = np.repeat(np.arange(len(cohorts.sizes) - 1), cohorts.sizes[:-1])
    actual = np.concatenate([np.flatnonzero(cohorts.cohort == number) for number in range(len(cohorts.sizes) - 1)])
    level = scores[:, :, -1].sum(axis=1)
    seen = np.abs(level + change[:, actual, treated].sum(axis=1)) * (1 - 1e-9)
    extreme, n_assignments = np.zeros(len(seen)), 0
    for assigned in _assignments(len(cohorts.outcome), cohorts.sizes[:-1], seed):
        sums = np.abs(level[:, None] + change[:, assigned, treated].sum(axis=2))
        extreme += (sums >= seen[:, None]).sum(axis=1)
        n_assignments += len(assigned)
    drawn = n_assignments < _number_of_assignments(len(cohorts.outcome), cohorts.sizes[:-1])
    return [float(count + drawn) / (n_assignments + drawn) for count in extreme], 1 / (n_assignments + drawn)


def _number_of_assignments(n_units: int, sizes: NDArray[np.int_]) -> int:
    rest = factorial(n_units - int(sizes.sum()))
    return factorial(n_units) // (rest * prod(factorial(int(size)) for size in sizes))


def _assignments(n_units: int, sizes: NDArray[np.int_], seed: int) -> Iterator[NDArray[np.int_]]:
    """Units in the place of the treated ones, cohort by cohort, in tables of shape (n_assignments, n_treated)."""
    if _number_of_assignments(n_units, sizes) > ASSIGNMENTS:
        rng, together = generator(seed), max(1, _AT_ONCE // n_units)
        for first in range(0, ASSIGNMENTS - 1, together):
            rows = min(together, ASSIGNMENTS - 1 - first)
            yield rng.permuted(np.tile(np.arange(n_units), (rows, 1)), axis=1)[:, : int(sizes.sum())]
        return
    chosen: list[tuple[int, ...]] = [()]
    for size in sizes:
        chosen = [
            (*taken, *more)
            for taken in chosen
            for more in combinations([unit for unit in range(n_units) if unit not in taken], int(size))
        ]
    yield np.array(chosen)
