"""What raters' scores come to for each criterion, and whether the weakest criterion passes a gate."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.statistics.insufficient import Insufficient, guarded


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether every criterion reaches what it takes: the lowest decides, never an average.

    Attributes
    ----------
    passed : bool or None
        None while criteria without a score leave it open; a single criterion that falls short settles it.
    at_least : float
    lowest : float
        Lowest score there is.
    deciding : tuple of str
        Criteria that have it.
    below : tuple of str
        Criteria that fall short, the lowest first.
    missing : tuple of str
        Criteria without a score.
    """

    passed: bool | None
    at_least: float
    lowest: float
    deciding: tuple[str, ...]
    below: tuple[str, ...]
    missing: tuple[str, ...]


def summarise_ratings(ratings: pd.DataFrame) -> pd.DataFrame:
    """Summarise what raters gave each criterion.

    Parameters
    ----------
    ratings : DataFrame of shape (n_raters, n_criteria)
        Missing where a rater gave no score.

    Returns
    -------
    DataFrame of shape (n_criteria, 4)
        ``median``, ``lowest``, ``highest`` and ``n``, the number of raters. Of an even number of scores the median is
        the lower one of the two in the middle: a score that someone gave, and no better than half of them say.
    """
    scores = ratings.astype(float)
    return pd.DataFrame(
        {
            "median": scores.quantile(0.5, interpolation="lower"),
            "lowest": scores.min(),
            "highest": scores.max(),
            "n": scores.count(),
        }
    )


@guarded
def gate(scores: pd.Series[float], at_least: float) -> Gate | Insufficient:
    """Hold the lowest criterion against what it takes.

    Parameters
    ----------
    scores : Series of shape (n_criteria,)
        One score a criterion, such as the medians of `summarise_ratings`; missing where there is none.
    at_least : float

    Returns
    -------
    Gate or Insufficient
        ``no_data`` without any score.
    """
    known = scores.dropna().astype(float)
    if known.empty:
        return Insufficient("no_data")
    lowest = float(known.min())
    missing = tuple(scores.index[scores.isna()])
    return Gate(
        passed=False if lowest < at_least else None if missing else True,
        at_least=at_least,
        lowest=lowest,
        deciding=tuple(known.index[known == lowest]),
        below=tuple(known[known < at_least].sort_values(kind="stable").index),
        missing=missing,
    )
