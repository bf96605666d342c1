"""Harvested outcomes counted: what was found, how strongly others confirm it.

Wilson-Grau (2018), Outcome Harvesting, Information Age Publishing. Outcomes are harvested because somebody noticed
them: they are no sample, so there are counts, and no rates of outcomes and no intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded

ANSWERS = ("full", "partial", "none")
PENDING = "pending"


@dataclass(frozen=True, slots=True, eq=False)
class HarvestedOutcomes:
    """Counts of harvested outcomes.

    Attributes
    ----------
    n : int
        Outcomes.
    counts : dict of str to Series
        For each column asked for, outcomes by value, in order; those without a value are in `missing`.
    missing : dict of str to int
    agreement : Series
        Outcomes by what the substantiator said: ``full, partial, none, pending``.
    n_asked, n_answered : int
        Outcomes for which somebody was asked, and those for which there is an answer.
    share_substantiated : float or None
        Full agreement among those answered: it speaks of these outcomes only. None without an answer.
    """

    n: int
    counts: dict[str, pd.Series[int]]
    missing: dict[str, int]
    agreement: pd.Series[int]
    n_asked: int
    n_answered: int
    share_substantiated: float | None


@guarded
def harvested_outcomes(
    outcomes: pd.DataFrame,
    by: Sequence[str] = ("type", "sign", "contribution_level"),
    *,
    outcome: str = "outcome_id",
    agreement: str = "agreement",
) -> HarvestedOutcomes | Insufficient:
    """Count harvested outcomes by columns, and by how far others confirmed them.

    Parameters
    ----------
    outcomes : DataFrame
        One row per outcome.
    by : sequence of str
        Columns to count by.

    Returns
    -------
    HarvestedOutcomes or Insufficient
        ``no_data``.

    Raises
    ------
    MethodError
        When a column is missing, an outcome stands twice or an agreement is unknown.
    """
    _check(outcomes, [outcome, agreement, *by], outcome)
    answers = outcomes[agreement].dropna()
    if unknown := sorted(set(answers.astype(str)) - {*ANSWERS, PENDING}):
        raise MethodError(f"{agreement}: {unknown} unknown, expected one of {[*ANSWERS, PENDING]}")
    if outcomes.empty:
        return Insufficient("no_data")
    said = answers.astype(str).value_counts().reindex([*ANSWERS, PENDING], fill_value=0).rename_axis(agreement)
    answered = int(said[list(ANSWERS)].sum())
    return HarvestedOutcomes(
        n=len(outcomes),
        counts={column: outcomes[column].value_counts().sort_index() for column in by},
        missing={column: int(outcomes[column].isna().sum()) for column in by},
        agreement=said,
        n_asked=len(answers),
        n_answered=answered,
        share_substantiated=float(said["full"] / answered) if answered else None,
    )


@guarded
def harvest_table(
    outcomes: pd.DataFrame, rows: str, columns: str, *, outcome: str = "outcome_id"
) -> pd.DataFrame | Insufficient:
    """Count outcomes by two columns, for example where in the system by level of contribution.

    Returns
    -------
    DataFrame or Insufficient
        Counts, rows and columns in order; ``no_data`` where no outcome has both.

    Raises
    ------
    MethodError
        When a column is missing or an outcome stands twice.
    """
    _check(outcomes, [outcome, rows, columns], outcome)
    known = outcomes.dropna(subset=[rows, columns])
    if known.empty:
        return Insufficient("no_data")
    return known.groupby([rows, columns]).size().unstack(fill_value=0).sort_index().sort_index(axis="columns")


def _check(outcomes: pd.DataFrame, columns: list[str], outcome: str) -> None:
    if absent := set(columns) - set(outcomes.columns):
        raise MethodError(f"outcomes: no column {sorted(absent)} among {list(outcomes.columns)}")
    if outcomes[outcome].duplicated().any():
        raise MethodError(f"{outcome}: {outcomes.loc[outcomes[outcome].duplicated(), outcome].tolist()} stand twice")
