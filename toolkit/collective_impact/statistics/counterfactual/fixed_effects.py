"""Regression of an outcome on a treatment with fixed effects of units and periods, standard errors by cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.clustered_least_squares import (
    Covariance,
    check_covariance,
    clustered_least_squares,
)
from collective_impact.statistics.counterfactual.treatment_rows import TreatmentRows, treatment_rows
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.randomization import Randomization, randomization

Inference = Literal["classic", "CR1", "CR2", "randomization"]


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffects:
    """Effect of one unit of the treatment.

    Attributes
    ----------
    interval : Interval
        In the unit of the outcome, per unit of the treatment.
    p_value : float
        Two-sided, against no effect.
    inference : {"CR2", "CR1", "classic", "randomization"}
        What the interval and p-value rest on: the standard error asked for with Student's t, or the reassignment of
        treatment where one cluster alone carries the estimate.
    standard_errors : mapping of {"classic", "CR1", "CR2"} to float
        For comparison; CR2 is left out where one cluster alone carries the estimate.
    degrees : float or None
        Of freedom of the interval; None with randomization.
    randomization : Randomization or None
        Test and interval from giving the treatment to other units. None unless every unit is a cluster, is there in
        every period, and all treated ones start at once, without covariates.
    n_rows, n_clusters : int
    n_alone : int
        Rows left out because their unit has no other.
    effective_clusters : float
        Clusters of equal weight that would carry the estimate as well.
    assumptions : tuple of Assumption
        ``enough_clusters`` by CR2's degrees of freedom (0 where one cluster alone carries the estimate); with effects
        of units and periods also ``parallel_trends`` and ``constant_effect``, which this regression cannot test.
    """

    interval: Interval
    p_value: float
    inference: Inference
    standard_errors: Mapping[Covariance, float]
    degrees: float | None
    randomization: Randomization | None
    n_rows: int
    n_clusters: int
    n_alone: int
    effective_clusters: float
    assumptions: tuple[Assumption, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero, and where one cluster alone carries the estimate, randomization too.

        Such a cluster's own standard error is far too small, whatever the publication that reports it.
        """
        if "CR2" not in self.standard_errors and not (self.randomization and self.randomization.conclusive):
            return False
        return self.interval.leaves_out(0.0)


@guarded
def fixed_effects(
    frame: pd.DataFrame,
    outcome: str,
    treatment: str,
    *,
    covariates: Sequence[str] = (),
    unit: str | None = None,
    period: str | None = None,
    cluster: str | None = None,
    covariance: Covariance = "CR2",
    confidence: float = 0.95,
    seed: int = 0,
) -> FixedEffects | Insufficient:
    """Estimate the effect of a treatment, whatever is constant within units and common to periods taken out.

    Panels may have gaps. With a treatment that starts at different times and effects that grow or differ, the
    estimate is an average with odd weights (Goodman-Bacon 2021, Journal of Econometrics 225): see
    ``staggered_adoption``. By default the standard error is CR2 with Satterthwaite degrees of freedom, which holds
    with few clusters and with few treated ones; CR1 with one degree of freedom less than there are clusters is what
    most publications show, and too narrow there (Cameron & Miller 2015, Journal of Human Resources 50).

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period; see `treatment_rows` for what is left out.
    outcome, treatment : str
        Columns with numbers.
    covariates : sequence of str
        Columns with numbers.
    unit, period : str, optional
        Columns whose labels get an effect each.
    cluster : str, optional
        Column within whose labels rows may depend on one another, holding whole units; `unit` by default, and each
        row on its own where there is none (CR1 and CR2 are then HC1 and HC2).
    covariance : {"CR2", "CR1", "classic"}
    confidence : float
    seed : int
        For drawing assignments where there are more than 10,000.

    Returns
    -------
    FixedEffects or Insufficient
        ``no_data``, ``no_variation``, ``more_terms_than_rows``, ``collinear``, ``too_few_clusters``, and
        ``too_few_treated_clusters`` where one cluster alone carries the estimate and no randomization test is at hand.

    Raises
    ------
    MethodError
        When a column is missing or named twice, an option is unknown, a unit has two rows for one period or lies in
        two clusters.
    """
    check_confidence(confidence)
    check_covariance(covariance)
    rows = treatment_rows(frame, outcome, treatment, covariates=covariates, unit=unit, period=period, cluster=cluster)
    if isinstance(rows, Insufficient):
        return rows
    fit = clustered_least_squares(rows.outcome, rows.design, rows.clusters, rows.absorbed)
    path = rows.frame.pivot(index=period, columns=unit, values=treatment) if unit and period else None
    test = None if path is None or covariates else _reassigned(rows, path, confidence, seed)
    judged = fit.student(covariance, confidence)
    taken = judged or test
    if taken is None:
        return Insufficient("too_few_treated_clusters", 1, 2)
    if taken.interval.low == taken.interval.high:
        return Insufficient("no_variation", 1, 2)
    return FixedEffects(
        interval=taken.interval,
        p_value=taken.p_value,
        inference=covariance if judged else "randomization",
        standard_errors=fit.standard_errors,
        degrees=judged.degrees if judged else None,
        randomization=test,
        n_rows=len(rows.outcome),
        n_clusters=fit.n_clusters,
        n_alone=rows.n_alone,
        effective_clusters=fit.effective_clusters,
        assumptions=(fit.enough_clusters, *_of_panel(path)),
    )


def _reassigned(rows: TreatmentRows, path: pd.DataFrame, confidence: float, seed: int) -> Randomization | None:
    """Compare what the treatment would have done to each unit, by giving the one path of treatment to other units."""
    if rows.n_clusters != path.shape[1] or not _one_path(path):
        return None
    treatment = path.to_numpy(dtype=float)
    pattern = treatment.max(axis=1) - treatment.max(axis=1).mean()
    units = path.columns.get_indexer(pd.Index(rows.frame[path.columns.name]))
    periods = path.index.get_indexer(pd.Index(rows.frame[path.index.name]))
    responses = np.bincount(units, rows.outcome * pattern[periods]) / (pattern @ pattern)
    test = randomization(responses, treatment.max(axis=0) > 0, confidence=confidence, seed=seed)
    return None if isinstance(test, Insufficient) else test


def _one_path(path: pd.DataFrame) -> bool:
    """Whether all units are there in all periods, and those ever treated are so in the same periods.

    `path` has shape (n_periods, n_units); 1 for treated.
    """
    treatment = path.to_numpy(dtype=float)
    if not np.isin(treatment, [0.0, 1.0]).all():
        return False
    treated = treatment[:, treatment.max(axis=0) > 0]
    return bool((treated == treated[:, :1]).all())


def _of_panel(path: pd.DataFrame | None) -> tuple[Assumption, ...]:
    """What effects of units and periods take for granted; one start leaves no room for odd weights."""
    if path is None:
        return ()
    return Assumption("parallel_trends", None), Assumption("constant_effect", True if _one_path(path) else None)
