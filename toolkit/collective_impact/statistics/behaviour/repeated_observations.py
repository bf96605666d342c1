"""What was observed of organizations again and again, as the arrays that models of it need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.types import Array

INTERCEPT = "intercept"
ORGANIZATIONS = 10
"""Fewest organizations that a model is fitted to; below, tests by permutation take its place."""


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedObservations:
    """Values of organizations with the terms that are to explain them, organization after organization.

    Attributes
    ----------
    outcome : array of shape (n_rows,)
    design : array of shape (n_rows, n_terms)
        Of full column rank; the first column is the intercept.
    terms : tuple of str
        Names of the columns of `design`.
    groups : array of shape (n_rows,)
        Organizations as codes from 0 on, in order.
    n_left_out : int
        Rows without a value, an organization or one of the terms.
    """

    outcome: Array
    design: Array
    terms: tuple[str, ...]
    groups: NDArray[np.intp]
    n_left_out: int

    @property
    def n_organizations(self) -> int:
        """How many organizations there are."""
        return int(self.groups[-1]) + 1

    @property
    def sizes(self) -> NDArray[np.intp]:
        """Rows of each organization, shape (n_organizations,)."""
        return np.bincount(self.groups)

    def means(self, columns: Array) -> Array:
        """Mean of each organization, shape (n_organizations, n_columns), of an array of shape (n_rows, n_columns)."""
        sums = np.zeros((self.n_organizations, columns.shape[1]))
        np.add.at(sums, self.groups, columns)
        return sums / self.sizes[:, None]

    def around_means(self, columns: Array) -> Array:
        """Columns less the mean of the row's organization."""
        return columns - self.means(columns)[self.groups]


@guarded
def repeated_observations(
    frame: pd.DataFrame,
    terms: Sequence[str],
    *,
    value: str = "value",
    organization: str = "partner_id",
    organizations: int = ORGANIZATIONS,
) -> RepeatedObservations | Insufficient:
    """Arrays from a frame with one row for each time that an organization was observed.

    Parameters
    ----------
    frame : DataFrame
        Values and terms are numbers or true and false; infinite ones count as missing.
    terms : sequence of str
        Columns that are to explain the value; interactions are columns of their own.
    organizations : int
        Fewest that are enough.

    Returns
    -------
    RepeatedObservations or Insufficient
        ``no_data``; ``too_few_clusters`` below `organizations`; ``too_few_rows`` where none was observed twice;
        ``no_variation`` of the value; ``more_terms_than_rows``; ``collinear``.

    Raises
    ------
    MethodError
        When a column is missing, a value is no number, or a term is named twice or "intercept".
    """
    if absent := {value, organization, *terms} - set(frame.columns):
        raise MethodError(f"frame: no column {sorted(absent)} among {list(frame.columns)}")
    if len({INTERCEPT, value, organization, *terms}) < len(terms) + 3:
        raise MethodError(f"terms {list(terms)}: expected columns other than the value, each once, none 'intercept'")
    numbers = numbers_in(frame[[value, *terms]], "frame").to_numpy()
    known = np.isfinite(numbers).all(axis=1) & frame[organization].notna().to_numpy()
    numbers, groups = numbers[known], pd.factorize(frame.loc[known, organization], sort=True)[0]
    order = np.lexsort((*numbers.T, groups))
    numbers, groups = numbers[order], groups[order]
    if lacking := _lacking(numbers, groups, organizations):
        return lacking
    design = np.column_stack([np.ones(len(numbers)), numbers[:, 1:]])
    return RepeatedObservations(numbers[:, 0], design, (INTERCEPT, *terms), groups, int((~known).sum()))


def _lacking(numbers: Array, groups: NDArray[np.intp], organizations: int) -> Insufficient | None:
    n_rows, n_terms = numbers.shape
    n_groups = len(np.unique(groups))
    if not n_rows:
        return Insufficient("no_data", 0, organizations)
    if n_groups < organizations:
        return Insufficient("too_few_clusters", n_groups, organizations)
    if n_rows == n_groups:
        return Insufficient("too_few_rows", n_rows, n_groups + 1)
    if np.ptp(numbers[:, 0]) <= 1e-12 * np.abs(numbers[:, 0]).max():
        return Insufficient("no_variation", 1, 2)
    if n_rows <= n_terms:
        return Insufficient("more_terms_than_rows", n_rows, n_terms + 1)
    centred = numbers[:, 1:] - numbers[:, 1:].mean(axis=0)
    sizes = np.sqrt((centred**2).sum(axis=0))
    constant = sizes <= 1e-10 * np.abs(numbers[:, 1:]).max(axis=0, initial=0.0) * np.sqrt(n_rows)
    rank = 0 if constant.any() else int(np.linalg.matrix_rank(centred / sizes, tol=1e-8)) if n_terms > 1 else 0
    return Insufficient("collinear", rank, n_terms - 1) if rank < n_terms - 1 else None
