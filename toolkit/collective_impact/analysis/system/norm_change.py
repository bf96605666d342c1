"""How answers about norms changed from the first round to the last."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import share_limits


@dataclass(frozen=True, slots=True, eq=False)
class NormChange:
    """Change of one question's share of yes.

    Attributes
    ----------
    instrument : str
    difference : Interval
        Last round less first (Newcombe's interval of two independent groups), as a share.
    first, last : Series
        The rounds' rows of `norm_shares`.
    n_asked : int
        Answers in both.
    p_value : float
    """

    instrument: str
    difference: Interval
    first: pd.Series[float]
    last: pd.Series[float]
    n_asked: int
    p_value: float


@guarded
def norm_shares(answers: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame | Insufficient:
    """Give each round's share of yes with its limits.

    Parameters
    ----------
    answers : DataFrame
        One row per question and round, in order, with ``yes`` and ``n`` of at least 1.

    Returns
    -------
    DataFrame or Insufficient
        With ``share, low, high`` (0-1); ``no_rows`` without any.
    """
    if answers.empty:
        return Insufficient("no_rows", 0, 1, "survey_response")
    yes, asked = answers["yes"].to_numpy(float), answers["n"].to_numpy(float)
    low, high = share_limits(yes, asked, confidence)
    return answers.assign(share=yes / asked, low=low, high=high)


@guarded
def norm_changes(shares: pd.DataFrame, confidence: float = 0.95) -> tuple[NormChange, ...] | Insufficient:
    """Compare each question's first and last round, whose respondents are taken to be different people.

    Returns
    -------
    tuple of NormChange or Insufficient
        Those with most answers first; empty where none was asked twice.
    """
    found = []
    for instrument, rounds in shares.groupby("instrument", sort=False):
        first, last = rounds.iloc[0], rounds.iloc[-1]
        gap = share_gap(float(last["yes"]), float(last["n"]), float(first["yes"]), float(first["n"]), confidence)
        if len(rounds) > 1 and not isinstance(gap, Insufficient):
            asked = int(first["n"] + last["n"])
            found.append(NormChange(str(instrument), gap.difference, first, last, asked, gap.p_value))
    return tuple(sorted(found, key=lambda each: -each.n_asked))
