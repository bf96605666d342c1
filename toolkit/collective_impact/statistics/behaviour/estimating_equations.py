"""Generalized estimating equations: what changes on average over organizations observed again and again.

Liang & Zeger (1986), Biometrika 73, with one working correlation between any two observations of an organization.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import expit

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.behaviour.bias_reduced_covariance import bias_reduced_covariance
from collective_impact.statistics.behaviour.coefficient import Coefficient, coefficient
from collective_impact.statistics.behaviour.repeated_observations import RepeatedObservations, repeated_observations
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

Family = Literal["gaussian", "binomial"]
DEGREES = 4
"""Fewest degrees of freedom with which the intervals are to be relied on (Tipton 2015, Psychological Methods 20)."""
_ROUNDS, _FAR = 60, 15.0


@dataclass(frozen=True, slots=True, eq=False)
class EstimatingEquations:
    """Coefficients that hold on average over organizations.

    Attributes
    ----------
    coefficients : dict of str to Coefficient
        For ``intercept`` and each term: in the unit of the value (of a share: differences of shares) for the gaussian
        family, in log odds for the binomial.
    family : {"gaussian", "binomial"}
    correlation : float
        Working correlation of two observations of the same organization.
    n_organizations, n_rows, n_left_out : int
    assumptions : tuple of Assumption
    """

    coefficients: dict[str, Coefficient]
    family: Family
    correlation: float
    n_organizations: int
    n_rows: int
    n_left_out: int
    assumptions: tuple[Assumption, ...]

    def odds_ratio(self, term: str) -> Interval:
        """Factor by which the odds change when a term grows by one, of a binomial fit.

        Raises
        ------
        MethodError
            For a gaussian fit or an unknown term.
        """
        if self.family != "binomial" or term not in self.coefficients:
            raise MethodError(f"odds ratio of {term!r} in a {self.family} fit: expected a term of a binomial one")
        odds = self.coefficients[term]
        return Interval(exp(odds.value), exp(odds.low), exp(odds.high), odds.confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Equations:
    """Where the equations stand: each organization's cross-products and scores, and what they were made with."""

    products: Array
    scores: Array
    correlation: float
    farthest: float


@guarded
def estimating_equations(
    frame: pd.DataFrame,
    terms: Sequence[str],
    *,
    value: str = "value",
    organization: str = "partner_id",
    family: Family = "gaussian",
    confidence: float = 0.95,
) -> EstimatingEquations | Insufficient:
    """Explain values, or whether something is so, by terms; observations of one organization may be alike.

    The standard errors rest on organizations being independent of one another, whatever the correlation within them,
    and are mended for few of them; see `bias_reduced_covariance`.

    Parameters
    ----------
    frame : DataFrame
        One row for each time that an organization was observed; at least 10 organizations.
    terms : sequence of str
        Columns of numbers, or true and false.
    family : {"gaussian", "binomial"}
        Gaussian for numbers, and for differences of shares where the value is 0 or 1. Binomial for odds ratios; the
        value is then 0 or 1, or a share between them (Papke & Wooldridge 1996, Journal of Applied Econometrics 11).
    confidence : float

    Returns
    -------
    EstimatingEquations or Insufficient
        As `repeated_observations`; ``perfect_prediction`` where a term tells all values of some rows, so that odds
        have no limit; ``one_cluster_decides`` where a standard error would rest on a single organization;
        ``no_variation`` for values without scatter around the terms; ``no_convergence``.

    Raises
    ------
    MethodError
        When a column is missing, `family` is unknown, a binomial value is not between 0 and 1, or `confidence` is not.
    """
    if family not in get_args(Family) or not 0 < confidence < 1:
        raise MethodError(f"family {family!r}, confidence {confidence}: expected gaussian or binomial, and a share")
    data = repeated_observations(frame, terms, value=value, organization=organization)
    if isinstance(data, Insufficient):
        return data
    if family == "binomial" and not 0 <= data.outcome.min() <= data.outcome.max() <= 1:
        raise MethodError(f"{value}: from {data.outcome.min():g} to {data.outcome.max():g}, expected between 0 and 1")
    solved = _solved(data, family)
    if isinstance(solved, Insufficient):
        return solved
    values, equations = solved
    reduced = bias_reduced_covariance(equations.products, equations.scores)
    if reduced is None:
        return Insufficient("one_cluster_decides", 1, 2)
    rows = zip(data.terms, values, np.sqrt(np.diag(reduced.covariance)), reduced.degrees, strict=True)
    return EstimatingEquations(
        coefficients={
            term: coefficient(float(at), float(error), float(free), confidence) for term, at, error, free in rows
        },
        family=family,
        correlation=equations.correlation,
        n_organizations=data.n_organizations,
        n_rows=len(data.outcome),
        n_left_out=data.n_left_out,
        assumptions=_assumptions(data, float(reduced.degrees.min())),
    )


def _solved(data: RepeatedObservations, family: Family) -> tuple[Array, _Equations] | Insufficient:
    """Coefficients at which the scores sum to zero."""
    values: Array = np.zeros(len(data.terms))
    if family == "gaussian":
        values = np.linalg.lstsq(data.design, data.outcome)[0]
        errors = data.outcome - data.design @ values
        if np.sqrt(np.mean(errors**2)) <= 1e-9 * np.ptp(data.outcome):
            return Insufficient("no_variation", 1, 2)
    sizes = np.abs(data.design).max(axis=0)
    for _ in range(_ROUNDS):
        equations = _equations(data, values, family)
        if family == "binomial" and equations.farthest > _FAR:
            return Insufficient("perfect_prediction", 0, 1)
        change = np.linalg.solve(equations.products.sum(axis=0), equations.scores.sum(axis=0))
        values = values + change
        if np.abs(change * sizes).max() <= 1e-9 * max(1.0, float(np.abs(values * sizes).max())):
            return values, _equations(data, values, family)
    return Insufficient("no_convergence", 0, 1)


def _equations(data: RepeatedObservations, values: Array, family: Family) -> _Equations:
    """Cross-products and scores at some coefficients, with the correlation and scale that their residuals have."""
    linear = data.design @ values
    mean = linear if family == "gaussian" else expit(linear)
    root = np.ones(len(mean)) if family == "gaussian" else np.sqrt(np.maximum(mean * (1 - mean), 1e-12))
    residuals, slopes = (data.outcome - mean) / root, data.design * root[:, None]
    sizes, (n_rows, n_terms) = data.sizes, slopes.shape
    columns = np.column_stack([slopes, residuals])
    sums = data.means(columns) * sizes[:, None]
    scale = float(residuals @ residuals) / (n_rows - n_terms)
    pairs = float((sums[:, -1] ** 2).sum() - residuals @ residuals) / 2
    count = float((sizes * (sizes - 1)).sum()) / 2 - n_terms
    most = 0.99 / (sizes.max() - 1)
    correlation = float(np.clip(pairs / (scale * count), -most, 0.99)) if count > 0 else 0.0
    each = np.zeros((len(sizes), n_terms + 1, n_terms + 1))
    np.add.at(each, data.groups, columns[:, :, None] * columns[:, None, :])
    shrink = correlation / (1 + correlation * (sizes - 1))
    each -= shrink[:, None, None] * sums[:, :, None] * sums[:, None, :]
    each /= scale * (1 - correlation)
    return _Equations(each[:, :-1, :-1], each[:, :-1, -1], correlation, float(np.abs(linear).max()))


def _assumptions(data: RepeatedObservations, fewest: float) -> tuple[Assumption, ...]:
    whole = len(set(data.sizes.tolist())) == 1 and not data.n_left_out
    return (
        Assumption("enough_clusters", fewest >= DEGREES, fewest, DEGREES),
        Assumption("missing_completely_at_random", True if whole else None),
    )
