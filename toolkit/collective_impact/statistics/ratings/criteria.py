"""What raters' scores come to for each criterion, and whether the weakest criterion passes a gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.statistics.insufficient import Insufficient, guarded

LEAST_RATERS = 2
"""Raters that a criterion needs before it can pass a gate: one alone may see it otherwise than the next."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether every criterion reaches what it takes: the lowest decides, never an average.

    Attributes
    ----------
    passed : bool or None
        None while criteria without a score, or with the score of a single rater, leave it open; one criterion that
        falls short settles it.
    at_least : float
    lowest : float
        Lowest score there is.
    deciding : tuple of str
        Criteria that have it.
    below : tuple of str
        Criteria that fall short, the lowest first.
    missing : tuple of str
        Criteria without a score.
    unconfirmed : tuple of str
        Criteria that only one rater scored.
    dissent : tuple of str
        Criteria that do not fall short, though a rater sees them below what it takes.
    """

    passed: bool | None
    at_least: float
    lowest: float
    deciding: tuple[str, ...]
    below: tuple[str, ...]
    missing: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    dissent: tuple[str, ...]


def summarise_ratings(ratings: pd.DataFrame) -> pd.DataFrame:
    """Summarise what raters gave each criterion.

    Parameters
    ----------
    ratings : DataFrame of shape (n_rows, n_criteria)
        Indexed by rater. Missing where a rater gave no score.

    Returns
    -------
    DataFrame of shape (n_criteria, 4)
        ``median``, ``lowest``, ``highest`` and ``n``, the number of different raters, however many rows one of them
        has. Of an even number of scores the median is the lower one of the two in the middle: a score that someone
        gave, and no better than half of them say.
    """
    scores = ratings.astype(float)
    scores = scores.where(np.isfinite(scores))
    return pd.DataFrame(
        {
            "median": scores.quantile(0.5, interpolation="lower"),
            "lowest": scores.min(),
            "highest": scores.max(),
            "n": answering(scores),
        }
    )


def answering(answers: pd.DataFrame) -> pd.Series[int]:
    """How many different raters or respondents answered each column, who are its index."""
    return answers.notna().groupby(level=0).any().sum()


@guarded
def gate(criteria: pd.DataFrame, at_least: float) -> Gate | Insufficient:
    """Hold the lowest criterion against what it takes.

    Parameters
    ----------
    criteria : DataFrame of shape (n_criteria, 4)
        As `summarise_ratings` gives it: the medians are held against what it takes.
    at_least : float

    Returns
    -------
    Gate or Insufficient
        ``no_data`` without any score.
    """
    scored = criteria.dropna(subset="median")
    if scored.empty:
        return Insufficient("no_data")
    medians = scored["median"]
    lowest = float(medians.min())
    missing = tuple(criteria.index[criteria["median"].isna()])
    unconfirmed = tuple(scored.index[scored["n"] < LEAST_RATERS])
    return Gate(
        passed=False if lowest < at_least else None if missing or unconfirmed else True,
        at_least=at_least,
        lowest=lowest,
        deciding=tuple(scored.index[medians == lowest]),
        below=tuple(medians[medians < at_least].sort_values(kind="stable").index),
        missing=missing,
        unconfirmed=unconfirmed,
        dissent=tuple(scored.index[(scored["lowest"] < at_least) & (medians >= at_least)]),
    )
