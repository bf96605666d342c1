"""Restricted maximum likelihood of a mixed model with one level of groups.

The profiled criterion of Bates, Maechler, Bolker & Walker (2015), Journal of Statistical Software 67(1), worked out
group by group from cross-products. It stands here although statsmodels has MixedLM, because with few organizations
variances of zero are common, and there MixedLM warns and fails: its search leaves out the boundary. Here a zero is an
ordinary point of the search. Where both find an end, their figures are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.types import Array

SINGULAR = 1e-3
"""Relative standard deviation below which a random effect counts as absent."""
LARGEST = 1e4
"""Relative standard deviation that the search does not go beyond."""


@dataclass(frozen=True, slots=True, eq=False)
class RestrictedFit:
    """A mixed model fitted by restricted maximum likelihood.

    Attributes
    ----------
    coefficients : array of shape (n_terms,)
    covariance : array of shape (n_terms, n_terms)
        Of the coefficients.
    random_covariance : array of shape (n_random, n_random)
        Between groups, in squared units of the outcome.
    residual_variance : float
        Within groups.
    products : array of shape (n_groups, n_terms, n_terms)
    scores : array of shape (n_groups, n_terms)
        Each group's weighted cross-products of the terms, and of the terms with the residuals.
    deviance : float
        Minus twice the restricted log likelihood, up to a constant of the terms.
    singular, converged : bool
        Whether a random effect has no variance of its own; whether the search came to an end.
    """

    coefficients: Array
    covariance: Array
    random_covariance: Array
    residual_variance: float
    products: Array
    scores: Array
    deviance: float
    singular: bool
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class CrossProducts:
    """All that the criterion needs of the data, group by group."""

    rows: Array
    inner: Array
    outer: Array
    n_rows: int
    n_terms: int


def restricted_fit(
    outcome: Array, design: Array, random: Array, groups: NDArray[np.intp], *, correlated: bool = True
) -> RestrictedFit:
    """Fit a mixed model whose groups differ by random multiples of the columns of `random`.

    Parameters
    ----------
    outcome : array of shape (n_rows,)
    design : array of shape (n_rows, n_terms)
        Of full column rank, with more rows than terms.
    random : array of shape (n_rows, n_random)
        One or two columns, of like size: a column of ones, and a term that is centred and scaled.
    groups : array of shape (n_rows,)
        Codes from 0 on.
    correlated : bool
        Whether the random effects may go together.
    """
    sums = _cross_products(outcome, design, random, groups)
    factor, converged = _search(sums, random.shape[1], correlated)
    solution, inverse, residual, middle = _solve(factor, sums)
    degrees = sums.n_rows - sums.n_terms
    variance = residual / degrees
    side = factor.T @ sums.outer
    weighted = (sums.rows - side.transpose(0, 2, 1) @ middle @ side) / variance
    deviance = float(degrees * np.log(variance) - np.linalg.slogdet(inverse)[1] - np.linalg.slogdet(middle)[1].sum())
    return RestrictedFit(
        coefficients=solution,
        covariance=variance * inverse,
        random_covariance=variance * factor @ factor.T,
        residual_variance=variance,
        products=weighted[:, :-1, :-1],
        scores=weighted[:, :-1] @ np.append(-solution, 1.0),
        deviance=deviance,
        singular=bool(np.abs(np.diag(factor)).min() < SINGULAR),
        converged=converged,
    )


def _search(sums: CrossProducts, n_random: int, correlated: bool) -> tuple[Array, bool]:
    """Relative Cholesky factor of the random effects' covariance, from a wide and a narrow start."""
    from scipy.optimize import minimize

    places = np.tril_indices(n_random) if correlated else np.diag_indices(n_random)
    diagonal = places[0] == places[1]
    bounds = [(0.0 if on else -LARGEST, LARGEST) for on in diagonal]
    options = {"ftol": 1e-12, "gtol": 1e-6, "maxiter": 200}
    searches = [
        minimize(_criterion, diagonal * size, (sums, places), "L-BFGS-B", jac=True, bounds=bounds, options=options)
        for size in (1.0, 0.2)
    ]
    best = min(searches, key=lambda search: float(search.fun))
    factor = np.zeros((n_random, n_random))
    factor[places] = best.x
    return factor, bool(np.isfinite(best.fun) and np.abs(best.x).max() < LARGEST)


def _cross_products(outcome: Array, design: Array, random: Array, groups: NDArray[np.intp]) -> CrossProducts:
    both = np.column_stack([design, outcome])
    n_groups = int(groups.max()) + 1
    inner = np.zeros((n_groups, random.shape[1], random.shape[1]))
    outer = np.zeros((n_groups, random.shape[1], both.shape[1]))
    rows = np.zeros((n_groups, both.shape[1], both.shape[1]))
    np.add.at(rows, groups, both[:, :, None] * both[:, None, :])
    np.add.at(inner, groups, random[:, :, None] * random[:, None, :])
    np.add.at(outer, groups, random[:, :, None] * both[:, None, :])
    return CrossProducts(rows, inner, outer, *design.shape)


def _solve(factor: Array, sums: CrossProducts) -> tuple[Array, Array, float, Array]:
    """Coefficients, inverse of the weighted cross-product, residual sum of squares, and each group's inner inverse."""
    middle = np.linalg.inv(np.eye(len(factor)) + factor.T @ sums.inner @ factor)
    side = factor.T @ sums.outer
    weighted = sums.rows.sum(axis=0) - np.einsum("gij,gik->jk", side, middle @ side)
    inverse = np.linalg.inv(weighted[:-1, :-1])
    solution = inverse @ weighted[:-1, -1]
    return solution, inverse, float(weighted[-1, -1] - weighted[:-1, -1] @ solution), middle


def _criterion(parameters: Array, sums: CrossProducts, places: tuple[Array, ...]) -> tuple[float, Array]:
    """Minus twice the profiled restricted log likelihood, up to a constant, and its slope."""
    factor = np.zeros(sums.inner.shape[1:])
    factor[places] = parameters
    solution, inverse, residual, middle = _solve(factor, sums)
    degrees = sums.n_rows - sums.n_terms
    determinants = np.linalg.slogdet(inverse)[1] + np.linalg.slogdet(middle)[1].sum()
    errors = sums.outer @ np.append(-solution, 1.0)
    of_terms = sums.outer[:, :, :-1]
    spread = of_terms @ inverse @ of_terms.transpose(0, 2, 1)
    spread += degrees / residual * errors[:, :, None] * errors[:, None, :]
    loaded = factor @ middle
    slope = 2 * (sums.inner @ loaded - spread @ loaded + sums.inner @ loaded @ factor.T @ spread @ loaded).sum(axis=0)
    return degrees * float(np.log(residual)) - float(determinants), slope[places]
