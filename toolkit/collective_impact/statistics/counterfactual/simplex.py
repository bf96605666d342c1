"""Weights that are not negative and add up to one, by least squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.types import Array

RIDGE = 1e-7
"""Share of the nearest donor's squared difference that is added for each squared weight."""

_TOLERANCE = 1e-12


def simplex_weights(donors: Array, target: Array, ridge: float = 0.0, begin: Array | None = None) -> Array:
    """Weights whose average of the donors comes nearest to the target.

    What is minimised is the sum of squared differences plus `ridge` times the sum of squared weights.

    As the weights add up to one, this is the point nearest to the origin in the convex hull of the donors'
    differences from the target, found exactly by an active set (Wolfe 1976, "Finding the nearest point in a
    polytope", Mathematical Programming 11). A ridge of 1e-7 of the nearest donor's squared difference makes the
    answer unique where donors could be exchanged for one another, so that their order does not matter.

    Parameters
    ----------
    donors : array of shape (n_periods, n_donors)
    target : array of shape (n_periods,)
        In the same unit as the donors.
    ridge : float
        Not negative, in the square of that unit: the larger, the more even the weights.
    begin : array of shape (n_donors,), optional
        Weights to begin from, such as those of a similar target: faster, and the same answer.

    Returns
    -------
    array of shape (n_donors,)
        Exact zeros for donors that do not count.
    """
    apart = donors - target[:, None]
    distances = (apart**2).sum(axis=0)
    nearest = float(distances.min()) + ridge
    if nearest == 0:
        exact = distances == 0
        return np.asarray(exact / exact.sum(), dtype=float)
    return _nearest_point(apart.T @ apart / nearest + (ridge / nearest + RIDGE) * np.eye(len(distances)), begin)


def _nearest_point(gram: Array, begin: Array | None) -> Array:
    """Minimise w' gram w over the simplex; `gram` has shape (n, n) and is positive definite."""
    n = len(gram)
    weights: Array = np.zeros(n)
    weights[np.argmin(np.diag(gram))] = 1.0
    if begin is not None:
        weights = _descend(gram, begin, begin > 0)
    active = weights > 0
    for _ in range(50 * n + 50):
        slopes = gram @ weights
        entering = int(np.argmin(slopes))
        if active[entering] or slopes[entering] > weights @ slopes - _TOLERANCE:
            return weights
        active[entering] = True
        weights = _descend(gram, weights, active)
        active = weights > 0
    raise MethodError(f"weights for {n} donors were not found; expected finite outcomes of like size")


def _descend(gram: Array, weights: Array, active: NDArray[np.bool_]) -> Array:
    """Go to the best weights on the active donors, dropping those that would turn negative on the way."""
    held = np.flatnonzero(active)
    now = weights[held]
    while True:
        best = np.linalg.solve(gram[held][:, held], np.ones(len(held)))
        best /= best.sum()
        falling = best <= 0
        if not falling.any():
            found: Array = np.zeros(len(gram))
            found[held] = best
            return found
        reach = np.full(len(held), np.inf)
        reach[falling] = now[falling] / np.maximum(now[falling] - best[falling], 1e-300)
        step = reach.min()
        kept = reach > step
        now, held = (now + step * (best - now))[kept], held[kept]
