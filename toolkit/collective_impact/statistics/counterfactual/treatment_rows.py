"""Rows of a frame made ready for the regression of an outcome on a treatment, fixed effects taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.clustered_least_squares import within
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.types import Array

CLUSTERS = 2
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class TreatmentRows:
    """What a regression of the outcome on the treatment takes.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The rows that were kept, as they came.
    treatment : array of shape (n_rows,)
        As it came.
    outcome : array of shape (n_rows,)
        Less the means of the units, where there are unit effects.
    design : array of shape (n_rows, n_terms)
        Likewise, of full column rank: the treatment, covariates, dummies of periods, and a constant where there are
        no unit effects.
    clusters : array of shape (n_rows,)
        Numbers 0, 1, 2 ...
    absorbed : int
        Unit effects taken out.
    n_alone : int
        Rows left out because their unit has no other.
    """

    frame: pd.DataFrame
    treatment: Array
    outcome: Array
    design: Array
    clusters: NDArray[np.intp]
    absorbed: int
    n_alone: int

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.clusters.max()) + 1

    @property
    def binary(self) -> bool:
        """Whether the treatment is there or not, and nothing between."""
        return bool(np.isin(self.treatment, [0.0, 1.0]).all())

    @property
    def treated_clusters(self) -> tuple[int, int]:
        """Clusters that are ever treated, and those that never are; for a binary treatment."""
        ever = int((np.bincount(self.clusters, self.treatment) > 0).sum())
        return ever, self.n_clusters - ever


def check_columns(frame: pd.DataFrame, numbers: Sequence[str], labels: Sequence[str | None]) -> None:
    """Refuse columns that are not there, and numbers that are asked to be two things at once.

    Raises
    ------
    MethodError
    """
    named = [*numbers, *dict.fromkeys(each for each in labels if each)]
    if absent := sorted(set(named) - set(frame.columns)):
        raise MethodError(f"frame: no column {absent} among {list(frame.columns)}")
    if twice := sorted(name for name, count in Counter(named).items() if count > 1):
        raise MethodError(f"columns {twice} are named twice: expected each in one part only")


def treatment_rows(
    frame: pd.DataFrame,
    outcome: str,
    treatment: str,
    *,
    covariates: Sequence[str] = (),
    unit: str | None = None,
    period: str | None = None,
    cluster: str | None = None,
) -> TreatmentRows | Insufficient:
    """Keep the rows that can be used and take unit effects out.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period. Rows in which anything named here is missing or infinite are left out, and with
        unit effects those of units with a single row, which say nothing.
    outcome, treatment : str
        Columns with numbers; the treatment may be yes or no, or a quantity.
    covariates : sequence of str
        Columns with numbers.
    unit, period : str, optional
        Columns whose labels get an effect each.
    cluster : str, optional
        Column within whose labels rows may depend on one another; `unit` by default, and each row on its own where
        there is none.

    Returns
    -------
    TreatmentRows or Insufficient
        ``no_data``, ``no_variation`` (of outcome or treatment), ``too_few_clusters``, ``more_terms_than_rows``,
        ``collinear`` (treatment or covariates follow from one another or from the fixed effects).

    Raises
    ------
    MethodError
        When a column is missing or named twice, a value is no number, a unit has two rows for one period, or lies in
        two clusters.
    """
    check_columns(frame, [outcome, treatment, *covariates], [unit, period, cluster])
    if unit and period and frame.duplicated([unit, period]).any():
        raise MethodError(f"frame: a {unit} has more than one row for a {period}; expected one, take the mean first")
    numbers = numbers_in(frame[[outcome, treatment, *covariates]], "frame")
    labels = [each for each in (unit, period, cluster) if each]
    kept = np.isfinite(numbers.to_numpy()).all(axis=1) & frame[labels].notna().all(axis=1).to_numpy()
    n_alone = 0
    if unit:
        companions = frame[unit].where(kept).map(frame.loc[kept, unit].value_counts()).to_numpy(dtype=float)
        n_alone, kept = int((companions == 1).sum()), kept & ~(companions == 1)
    if not kept.any():
        return Insufficient("no_data")
    values = numbers.to_numpy()[kept]
    if (np.ptp(values[:, :2], axis=0) == 0).any():
        return Insufficient("no_variation", 1, 2)
    return _without_effects(frame[kept], values, unit, period, cluster, n_alone)


def _without_effects(
    frame: pd.DataFrame, values: Array, unit: str | None, period: str | None, cluster: str | None, n_alone: int
) -> TreatmentRows | Insufficient:
    """Take unit means out of outcome and design, after `values` of shape (n_rows, 2 + n_covariates)."""
    units = pd.factorize(frame[unit])[0] if unit else None
    by = cluster or unit
    clusters = pd.factorize(frame[by])[0] if by else np.arange(len(frame))
    if unit and cluster and (frame.groupby(unit)[cluster].nunique() > 1).any():
        raise MethodError(f"a {unit} lies in more than one {cluster}: expected clusters that hold whole units")
    if clusters.max() + 1 < CLUSTERS:
        return Insufficient("too_few_clusters", int(clusters.max()) + 1, CLUSTERS)
    terms = [values[:, 1:]]
    if period:
        periods = pd.factorize(frame[period])[0]
        terms.append((periods[:, None] == np.arange(1, periods.max() + 1)).astype(float))
    if units is None:
        terms.append(np.ones((len(values), 1)))
    outcome, design = values[:, :1], np.column_stack(terms)
    absorbed = 0 if units is None else int(units.max()) + 1
    n_terms = design.shape[1] + absorbed
    if len(values) <= n_terms:
        return Insufficient("more_terms_than_rows", len(values), n_terms + 1)
    sizes = np.sqrt((design**2).mean(axis=0))
    if units is not None:
        outcome, design = within(units, outcome), within(units, design)
    scaled = design / np.where(sizes > 0, sizes, 1.0)
    rank = int((np.abs(np.diag(np.linalg.qr(scaled, mode="r"))) > _NOTHING * np.sqrt(len(scaled))).sum())
    if rank < design.shape[1]:
        return Insufficient("collinear", rank, design.shape[1])
    fitted = scaled @ np.linalg.lstsq(scaled, outcome, rcond=None)[0]
    if np.ptp(outcome - fitted) <= _NOTHING * np.ptp(values[:, 0]):
        return Insufficient("no_variation", 1, 2)
    return TreatmentRows(frame, values[:, 1], outcome[:, 0], design, clusters, absorbed, n_alone)
