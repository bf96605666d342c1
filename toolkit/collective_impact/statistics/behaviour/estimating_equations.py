"""Generalized estimating equations: what changes on average over organizations observed again and again.

Liang & Zeger (1986), Biometrika 73, with one working correlation between any two observations of an organization. The
fit is that of statsmodels; the standard errors are ours, for its own bias-reduced ones (Mancl & DeRouen 2001) come
without degrees of freedom.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import expit

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.behaviour.coefficient import Coefficient, coefficient
from collective_impact.statistics.behaviour.repeated_observations import RepeatedObservations, repeated_observations
from collective_impact.statistics.bias_reduced_covariance import DEGREES, bias_reduced_errors
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

Family = Literal["gaussian", "binomial"]
FAR = 15.0
"""Log odds beyond which a fitted share counts as one or zero."""
_ROUNDS, _CLOSE = 100, 1e-9


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
class _Fit:
    """Coefficients, shape (n_terms,), and the working correlation that they were found with."""

    values: Array
    correlation: float


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
    and are mended for few of them; see `bias_reduced_errors`. A working correlation beyond 0.99, or
    below what organizations with so many observations can have, is held at that limit.

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
        ``no_variation`` for values without scatter around the terms, or organizations that are all alike in what tells
        every term; ``no_convergence``.

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
    fit = _fit(data, family)
    if isinstance(fit, Insufficient):
        return fit
    reduced = bias_reduced_errors(*_products_and_scores(data, fit, family))
    if reduced is None:
        return Insufficient("one_cluster_decides", 1, 2)
    if not reduced.standard_errors[int(len(data.terms) > 1) :].any():
        return Insufficient("no_variation", 1, 2)
    rows = zip(data.terms, fit.values, reduced.standard_errors, reduced.degrees, strict=True)
    return EstimatingEquations(
        coefficients={
            term: coefficient(float(at), float(error), float(free), confidence) for term, at, error, free in rows
        },
        family=family,
        correlation=fit.correlation,
        n_organizations=data.n_organizations,
        n_rows=len(data.outcome),
        n_left_out=data.n_left_out,
        assumptions=_assumptions(data, float(reduced.degrees.min())),
    )


def _fit(data: RepeatedObservations, family: Family) -> _Fit | Insufficient:
    """Coefficients by statsmodels.

    It judges by the absolute size of the scores whether it is done: it gets the terms as an orthonormal basis, and of
    numbers what least squares leave over, in multiples of their standard deviation.
    """
    basis, triangle = np.linalg.qr(data.design)
    start: Array = np.zeros(len(data.terms))
    outcome, scale = data.outcome, 1.0
    if family == "gaussian":
        start = np.linalg.lstsq(data.design, data.outcome)[0]
        errors = data.outcome - data.design @ start
        scale = float(np.sqrt(np.mean(errors**2)))
        if scale <= 1e-9 * np.ptp(data.outcome):
            return Insufficient("no_variation", 1, 2)
        outcome = errors / scale
    solved = _solved(outcome, basis, data, family)
    if isinstance(solved, Insufficient):
        return solved
    return _Fit(start + scale * np.linalg.solve(triangle, solved.values), solved.correlation)


def _solved(outcome: Array, basis: Array, data: RepeatedObservations, family: Family) -> _Fit | Insufficient:
    """Coefficients at which the scores sum to zero; statsmodels' warnings that it found none become a reason."""
    from statsmodels.genmod.families import Binomial, Gaussian
    from statsmodels.genmod.generalized_estimating_equations import GEE

    structure = _working_correlation(data)
    kind = Binomial() if family == "binomial" else Gaussian()
    model = GEE(outcome, basis, groups=data.groups, family=kind, cov_struct=structure)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = model.fit(start_params=np.zeros(basis.shape[1]), maxiter=_ROUNDS, ctol=_CLOSE)
        except np.linalg.LinAlgError:
            fit = None
    values = None if fit is None else np.asarray(fit.params, dtype=float)
    if family == "binomial" and (values is None or not np.abs(basis @ values).max() <= FAR):
        return Insufficient("perfect_prediction", 0, 1)
    if values is None or not fit.converged:
        return Insufficient("no_convergence", 0, 1)
    return _Fit(values, float(structure.dep_params))


def _working_correlation(data: RepeatedObservations) -> Any:
    """One correlation within organizations, held where the equations have a solution; 0 where no pair is to spare."""
    from statsmodels.genmod.cov_struct import Exchangeable

    least = -0.99 / (int(data.sizes.max()) - 1)
    spare = float((data.sizes * (data.sizes - 1)).sum()) / 2 - len(data.terms)

    class Held(Exchangeable):  # type: ignore[misc]
        dep_params: float

        def update(self, params: Array) -> None:
            if spare > 0:
                super().update(params)
                self.dep_params = float(np.clip(self.dep_params, least, 0.99))

    return Held()


def _products_and_scores(data: RepeatedObservations, fit: _Fit, family: Family) -> tuple[Array, Array]:
    """Each organization's cross-products and scores, up to the scale of the errors, which cancels out of both."""
    linear = data.design @ fit.values
    mean = linear if family == "gaussian" else expit(linear)
    root = np.ones(len(mean)) if family == "gaussian" else np.sqrt(np.maximum(mean * (1 - mean), 1e-12))
    columns = np.column_stack([data.design * root[:, None], (data.outcome - mean) / root])
    sums = data.means(columns) * data.sizes[:, None]
    each = np.zeros((data.n_organizations, columns.shape[1], columns.shape[1]))
    np.add.at(each, data.groups, columns[:, :, None] * columns[:, None, :])
    shrink = fit.correlation / (1 + fit.correlation * (data.sizes - 1))
    each -= shrink[:, None, None] * sums[:, :, None] * sums[:, None, :]
    each /= 1 - fit.correlation
    return each[:, :-1, :-1], each[:, :-1, -1]


def _assumptions(data: RepeatedObservations, fewest: float) -> tuple[Assumption, ...]:
    whole = len(set(data.sizes.tolist())) == 1 and not data.n_left_out
    return (
        Assumption("enough_clusters", fewest >= DEGREES, fewest, DEGREES),
        Assumption("missing_completely_at_random", True if whole else None),
    )
