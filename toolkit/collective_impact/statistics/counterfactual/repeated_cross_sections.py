"""Two groups at two times, with other people each time: difference in differences by regression.

Angrist & Pischke 2009, Mostly Harmless Econometrics, section 5.2; Wooldridge, Introductory Econometrics, section 13.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.clustered_least_squares import (
    Covariance,
    check_covariance,
    clustered_least_squares,
)
from collective_impact.statistics.counterfactual.treatment_rows import check_columns, treatment_rows
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.types import Array

ROWS = 2
"""Fewest rows of each group at each time."""


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedCrossSections:
    """Change of the treated group less change of the other.

    Attributes
    ----------
    interval : Interval
        Effect in the unit of the outcome, with its Student t interval.
    p_value, degrees : float
        Two-sided, against no effect; degrees of freedom.
    standard_errors : mapping of {"classic", "CR1", "CR2"} to float
        For comparison: with each row a cluster of its own, CR1 and CR2 are HC1 and HC2.
    means, counts : DataFrame of shape (2, 2)
        Mean outcome and number of rows; columns ``before, after``, index ``untreated, treated``.
    n_rows, n_clusters : int
    assumptions : tuple of Assumption
        ``parallel_trends``, which two times cannot tell; ``enough_clusters``, not met without clusters; then also
        ``independent_rows``: nothing happens to all members of a group at once but the treatment (Donald & Lang 2007,
        REStat 89), which the data cannot tell.
    """

    interval: Interval
    p_value: float
    degrees: float
    standard_errors: Mapping[Covariance, float]
    means: pd.DataFrame
    counts: pd.DataFrame
    n_rows: int
    n_clusters: int
    assumptions: tuple[Assumption, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero and counts in that members of a cluster are alike.

        Without clusters two groups are two cases, however many people they hold: whatever else happened to one of
        them looks like an effect.
        """
        return self.interval.leaves_out(0.0) and not any(each.name == "independent_rows" for each in self.assumptions)


@guarded
def repeated_cross_sections(
    frame: pd.DataFrame,
    outcome: str,
    treated: str,
    after: str,
    *,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    covariance: Covariance = "CR2",
    confidence: float = 0.95,
) -> RepeatedCrossSections | Insufficient:
    """Regress on group, time, their product and covariates; the product's coefficient is the effect.

    Parameters
    ----------
    frame : DataFrame
        One row per person or case; rows in which anything named here is missing or infinite are left out.
    outcome : str
        Column with numbers.
    treated, after : str
        Columns with true or false (1 or 0): of the treated group, at either time; from the start on.
    covariates : sequence of str
        Columns with numbers.
    cluster : str, optional
        Column within whose labels rows may depend on one another, such as a site; each row on its own by default.
    covariance : {"CR2", "CR1", "classic"}
        Without `cluster` these are HC2, HC1 and the one that takes all rows to scatter alike.
    confidence : float

    Returns
    -------
    RepeatedCrossSections or Insufficient
        ``too_few_groups`` where a group was not seen at a time (`found` and `needed` count groups at times),
        ``too_few_rows`` below 2 rows of a group at a time, and the reasons of `treatment_rows`;
        ``too_few_treated_clusters`` where one cluster alone carries the estimate.

    Raises
    ------
    MethodError
        When a column is missing or named twice, a value is no number, `treated` or `after` hold other values than true
        and false, or an option is unknown.
    """
    check_confidence(confidence)
    check_covariance(covariance)
    check_columns(frame, [outcome, treated, after, *covariates], [cluster])
    for name in (treated, after):
        if not frame[name].dropna().isin([0, 1]).all():
            raise MethodError(f"{name}: expected true or false (1 or 0) in each row")
    numbers = numbers_in(frame[[outcome, treated, after, *covariates]], "frame")
    numbers.columns = pd.Index(["outcome", "treated", "after", *map(str, range(len(covariates)))])
    numbers["both"] = numbers["treated"] * numbers["after"]
    labels = frame[cluster] if cluster else pd.Series(np.arange(len(frame)), index=frame.index)
    seen = numbers[numbers.notna().all(axis=1) & labels.notna()]
    counts, means = _cells(seen, "count"), _cells(seen, "mean")
    if lacking := _lacking(counts.to_numpy()):
        return lacking
    others = [name for name in numbers.columns if name not in {"outcome", "both"}]
    rows = treatment_rows(seen.assign(cluster=labels), "outcome", "both", covariates=others, cluster="cluster")
    if isinstance(rows, Insufficient):
        return rows
    fit = clustered_least_squares(rows.outcome, rows.design, rows.clusters)
    judged = fit.student(covariance, confidence)
    if judged is None:
        return Insufficient("too_few_treated_clusters", 1, 2)
    return RepeatedCrossSections(
        interval=judged.interval,
        p_value=judged.p_value,
        degrees=judged.degrees,
        standard_errors=fit.standard_errors,
        means=means,
        counts=counts.astype(int),
        n_rows=len(seen),
        n_clusters=fit.n_clusters,
        assumptions=(
            Assumption("parallel_trends", None),
            *(
                [fit.enough_clusters]
                if cluster
                else [Assumption("enough_clusters", False, 1.0), Assumption("independent_rows", None)]
            ),
        ),
    )


def _cells(seen: pd.DataFrame, what: str) -> pd.DataFrame:
    """Number of rows, or mean outcome, of each group at each time."""
    cells = seen.groupby(["treated", "after"])["outcome"].agg(what).unstack().reindex(index=[0, 1], columns=[0, 1])
    return cells.fillna(0.0).set_axis(["untreated", "treated"]).set_axis(["before", "after"], axis=1)


def _lacking(counts: Array) -> Insufficient | None:
    """Name what the groups at their times lack; None when nothing."""
    if not counts.sum():
        return Insufficient("no_data")
    if (counts == 0).any():
        return Insufficient("too_few_groups", int((counts > 0).sum()), counts.size)
    if counts.min() < ROWS:
        return Insufficient("too_few_rows", int(counts.min()), ROWS)
    return None
