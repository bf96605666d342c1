"""Means of groups of survey items, and the band that each lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import pandas as pd

from collective_impact.statistics.estimate import student_margin
from collective_impact.statistics.insufficient import Insufficient

INTERVAL_FROM = 8
"""Respondents from which a mean gets a standard error and an interval; fewer are shown as they are."""


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What a group of items comes to.

    Attributes
    ----------
    value : float
        Their mean, median or lowest, on the items' scale.
    lowest, highest : float
        Of what was put together: respondents' means, or the items' scores.
    n : int
        Respondents or raters.
    band : float or None
        Where the band begins that the value lies in; None where there is none.
    standard_error, low, high : float or None
        Of a mean: its standard error and the ends of its interval. None where they would promise too much.
    """

    value: float
    lowest: float
    highest: float
    n: int
    band: float | None = None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None


def factor_means(
    answers: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    *,
    min_respondents: int = 5,
    bands: Sequence[float] = (),
    confidence: float = 0.95,
) -> dict[str, GroupScore | Insufficient]:
    """Mean of each factor over respondents, each of whom counts once with the mean of the items answered.

    Parameters
    ----------
    answers : DataFrame of shape (n_rows, n_items)
        Indexed by respondent; several rows of one respondent are averaged. Missing where not answered.
    factors : mapping of str to sequence of str
        Factor to the columns of its items.
    min_respondents : int
        Smallest group that is shown.
    bands : sequence of float
        Where each band begins.
    confidence : float
        Of the interval, Student's t over respondents.

    Returns
    -------
    dict of str to GroupScore or Insufficient
        ``too_few_respondents`` where a factor has fewer than asked for. Standard error and interval only from 8
        respondents who do not all say the same.
    """
    each = answers.astype(float).groupby(level=0).mean()
    return {
        factor: _factor_mean(each[list(items)].mean(axis=1).dropna(), min_respondents, bands, confidence)
        for factor, items in factors.items()
    }


def band_of(value: float, bands: Sequence[float]) -> float | None:
    """Where the band begins that a value lies in, as the value reads with one decimal; None below the first."""
    return max((band for band in bands if round(value, 1) >= band), default=None)


def _factor_mean(
    values: pd.Series[float], min_respondents: int, bands: Sequence[float], confidence: float
) -> GroupScore | Insufficient:
    n = len(values)
    if n < max(min_respondents, 1):
        return Insufficient("too_few_respondents", n, max(min_respondents, 1))
    mean = float(values.mean())
    score = GroupScore(mean, float(values.min()), float(values.max()), n, band_of(mean, bands))
    if n < INTERVAL_FROM or values.nunique() == 1:
        return score
    error = float(values.std()) / sqrt(n)
    margin = student_margin(error, n - 1, confidence)
    return GroupScore(mean, score.lowest, score.highest, n, score.band, error, mean - margin, mean + margin)
