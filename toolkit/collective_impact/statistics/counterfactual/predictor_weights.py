"""How much each predictor counts when donors are weighted: nested weights of synthetic control.

Abadie, Diamond & Hainmueller (2010, JASA 105, section 2.3): the donors' weights bring the predictors of the synthetic
unit nearest to the treated unit's, and the predictors' weights are those with which its outcome before the start
follows best. The search is over a surface with several low points. It starts from equal weights, from weights by
regression of the outcome on the predictors, and from each predictor in turn, and follows the gradient, which the
conditions for the donors' weights give in closed form; nothing is drawn at random. Predictor weights found in this
way are often far from unique, other programs report others, and what counts is the fit.
"""

from __future__ import annotations

import numpy as np

from collective_impact.statistics.counterfactual.simplex import RIDGE, simplex_weights
from collective_impact.statistics.types import Array

_SEARCHES = 3
"""How many of the starts the search goes on from: those with the closest fits."""

_FURTHEST = 9.0
"""Bound of the logarithm of a predictor's weight before the weights are made to add up to 1."""


def nested_weights(predictors: Array, target: Array, outcomes: Array, outcome: Array) -> tuple[Array, Array]:
    """Donor weights, and the predictor weights behind them.

    Parameters
    ----------
    predictors : array of shape (n_predictors, n_donors)
        Brought to a common scale.
    target : array of shape (n_predictors,)
        The same of the treated unit.
    outcomes : array of shape (n_before, n_donors)
    outcome : array of shape (n_before,)

    Returns
    -------
    donor_weights : array of shape (n_donors,)
    predictor_weights : array of shape (n_predictors,)
        Not negative, adding up to 1.
    """
    from scipy.optimize import minimize

    apart = predictors - target[:, None]
    misses = outcomes - outcome[:, None]
    misses = misses / (np.sqrt((misses**2).sum(axis=0).min()) or 1.0)
    latest: list[Array] = []
    starts = _starts(predictors, target, outcomes, outcome)
    starts.sort(key=lambda start: round(_misfit(start, apart, misses, latest)[0], 12))
    settings = {"jac": True, "method": "L-BFGS-B", "bounds": [(-_FURTHEST, _FURTHEST)] * len(target)}
    found = [minimize(_misfit, start, (apart, misses, latest), **settings) for start in starts[:_SEARCHES]]
    best = min(found, key=lambda each: round(float(each.fun), 12))
    importance = _shares(best.x)
    return _donor_weights(importance, apart), importance


def _donor_weights(importance: Array, apart: Array, begin: Array | None = None) -> Array:
    return simplex_weights(apart * np.sqrt(importance)[:, None], np.zeros(len(apart)), begin=begin)


def _shares(logarithms: Array) -> Array:
    sizes = np.exp(logarithms - logarithms.max())
    return np.asarray(sizes / sizes.sum(), dtype=float)


def _starts(predictors: Array, target: Array, outcomes: Array, outcome: Array) -> list[Array]:
    everyone = np.column_stack([predictors, target]).T
    design = np.column_stack([np.ones(len(everyone)), everyone])
    slopes = np.linalg.lstsq(design, np.column_stack([outcomes, outcome]).T, rcond=None)[0][1:]
    regression = (slopes**2).sum(axis=1)
    by_regression = np.log(np.maximum(regression / max(float(regression.max()), 1e-300), 1e-3))
    each_in_turn = 3.0 * np.eye(len(target))
    return [np.zeros(len(target)), by_regression, *each_in_turn]


def _misfit(logarithms: Array, apart: Array, misses: Array, latest: list[Array]) -> tuple[float, Array]:
    """Sum of squared misses of the outcome before the start, and its gradient.

    On the donors with weight, ``w = argmin w'Gw`` with weights adding up to 1 and ``G = sum v_k d_k d_k'``, so
    that ``dw / dv_k = -P d_k (d_k'w)`` with ``P`` the inverse of G less its part along the sum.
    `latest` holds the weights found last, from which the next search begins.
    """
    importance = _shares(logarithms)
    weights = _donor_weights(importance, apart, latest[-1] if latest else None)
    latest[:] = [weights]
    held = np.flatnonzero(weights > 0)
    near, missed = apart[:, held], misses[:, held]
    gaps = missed @ weights[held]
    ridge = RIDGE * max(float((importance @ apart**2).min()), 1e-300)
    inverse = np.linalg.inv((near * importance[:, None]).T @ near + ridge * np.eye(len(held)))
    ones = inverse.sum(axis=1)
    pull = near @ (inverse - np.outer(ones, ones) / ones.sum()) @ (missed.T @ gaps)
    slope = -2 * pull * (near @ weights[held])
    return float(gaps @ gaps), importance * (slope - importance @ slope)
