"""One coefficient by least squares, with standard errors that allow rows to depend on one another within clusters.

CR1 is the usual one (Liang & Zeger 1986, Biometrika 73, times the factor that software applies). CR2 corrects its bias
and comes with degrees of freedom for few clusters; see `bias_reduced_covariance`. With each row a cluster of its own
they are HC1 and HC2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.bias_reduced_covariance import DEGREES, errors_of_sums
from collective_impact.statistics.estimate import Interval, student_margin, student_p_value
from collective_impact.statistics.types import Array

Covariance = Literal["classic", "CR1", "CR2"]


@dataclass(frozen=True, slots=True)
class StudentInterval:
    """An interval with the degrees of freedom that it rests on, and the p-value that belongs to it."""

    interval: Interval
    p_value: float
    degrees: float


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredFit:
    """A coefficient and its standard errors.

    Attributes
    ----------
    value : float
    classic_error, cr1_error : float
        Under equal independent errors, and clustered with the factor ``G / (G - 1) (N - 1) / (N - K)``.
    cr2_error, cr2_degrees : float or None
        Bell and McCaffrey's, with Satterthwaite degrees of freedom under independent errors; None where one cluster
        alone carries the coefficient, so that no other tells how sure it is.
    classic_degrees, n_clusters : int
        Rows less terms; clusters.
    effective_clusters : float
        Clusters of equal weight that would carry the coefficient as well: 1 over the sum of squared shares in what
        is left of the term when the others are taken out.
    """

    value: float
    classic_error: float
    cr1_error: float
    cr2_error: float | None
    cr2_degrees: float | None
    classic_degrees: int
    n_clusters: int
    effective_clusters: float

    @property
    def standard_errors(self) -> Mapping[Covariance, float]:
        """Those that there are, by kind."""
        both: dict[Covariance, float] = {"classic": self.classic_error, "CR1": self.cr1_error}
        return both if self.cr2_error is None else {**both, "CR2": self.cr2_error}

    @property
    def enough_clusters(self) -> Assumption:
        """Judged by CR2's degrees of freedom, 0 where one cluster alone carries the coefficient."""
        degrees = self.cr2_degrees or 0.0
        return Assumption("enough_clusters", degrees >= DEGREES, degrees, DEGREES)

    def student(self, covariance: Covariance, confidence: float) -> StudentInterval | None:
        """Student t interval with one of the standard errors; None where it is not to be had."""
        if covariance not in self.standard_errors:
            return None
        of_cr2 = self.cr2_degrees or 0.0
        degrees = {"classic": float(self.classic_degrees), "CR1": self.n_clusters - 1.0, "CR2": of_cr2}[covariance]
        error = self.standard_errors[covariance]
        margin = student_margin(error, degrees, confidence)
        interval = Interval(self.value, self.value - margin, self.value + margin, confidence)
        return StudentInterval(interval, student_p_value(self.value, error, degrees), degrees)


def check_covariance(covariance: str) -> None:
    """Refuse a kind of standard error that is not known.

    Raises
    ------
    MethodError
    """
    if covariance not in get_args(Covariance):
        raise MethodError(f"covariance is {covariance!r}: expected one of {', '.join(get_args(Covariance))}")


def clustered_least_squares(
    outcome: Array, design: Array, clusters: NDArray[np.integer], absorbed: int = 0
) -> ClusteredFit:
    """Fit `outcome` on `design` and give the first term's coefficient.

    Parameters
    ----------
    outcome : array of shape (n_rows,)
    design : array of shape (n_rows, n_terms)
        Of full column rank; the term of interest first. Fixed effects are dummies, or taken out of both by
        `within`, if their groups lie within clusters.
    clusters : array of shape (n_rows,)
        Numbers 0, 1, 2 ..., each occurring.
    absorbed : int
        Fixed effects taken out. CR1 counts them as one term, as is usual for effects within clusters.
    """
    basis, triangle = np.linalg.qr(design)
    first = np.linalg.inv(triangle)[0]
    parts = basis.T @ outcome
    residuals = outcome - basis @ parts
    n_rows, n_terms = design.shape
    pull = basis @ first
    n_clusters = int(clusters.max()) + 1
    scores = np.bincount(clusters, pull * residuals, n_clusters)
    factor = n_clusters / (n_clusters - 1) * (n_rows - 1) / (n_rows - n_terms - min(absorbed, 1))
    leverage = np.bincount(clusters, pull**2, n_clusters) / (first @ first)
    degrees = n_rows - n_terms - absorbed
    cr2 = errors_of_sums(_products(basis, clusters), sums_by(clusters, basis * residuals[:, None]), first[None])
    return ClusteredFit(
        value=float(first @ parts),
        classic_error=float(np.sqrt(residuals @ residuals / degrees * (first @ first))),
        cr1_error=float(np.sqrt(factor * (scores @ scores))),
        cr2_error=None if cr2 is None else float(cr2.standard_errors[0]),
        cr2_degrees=None if cr2 is None else float(cr2.degrees[0]),
        classic_degrees=degrees,
        n_clusters=n_clusters,
        effective_clusters=float(1 / (leverage @ leverage)),
    )


def sums_by(groups: NDArray[np.integer], values: Array) -> Array:
    """Sum of each column over each group's rows, shape (n_groups, n_columns).

    Parameters
    ----------
    groups : array of shape (n_rows,)
        Numbers 0, 1, 2 ..., each occurring.
    values : array of shape (n_rows, n_columns)
    """
    sums = np.zeros((int(groups.max()) + 1, values.shape[1]))
    np.add.at(sums, groups, values)
    return sums


def within(groups: NDArray[np.integer], values: Array) -> Array:
    """Take each group's mean out of each column; parameters as in `sums_by`."""
    centred: Array = values - (sums_by(groups, values) / np.bincount(groups)[:, None])[groups]
    return centred


def _products(basis: Array, clusters: NDArray[np.integer]) -> Array:
    """Cross-products of each cluster's rows, shape (n_clusters, n_terms, n_terms)."""
    rows = basis[np.argsort(clusters, kind="stable")]
    bounds = np.concatenate([[0], np.cumsum(np.bincount(clusters))])
    return np.stack([rows[begin:end].T @ rows[begin:end] for begin, end in pairwise(bounds)])
