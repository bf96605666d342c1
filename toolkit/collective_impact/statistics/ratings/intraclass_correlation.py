"""How much of the differences between scores lies between the things rated: intraclass correlations.

Shrout, P. E. & Fleiss, J. L. (1979), Intraclass correlations: uses in assessing rater reliability, Psychological
Bulletin 86; intervals of McGraw, K. O. & Wong, S. P. (1996), Forming inferences about some intraclass correlation
coefficients, Psychological Methods 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import fdtri

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

Form = Literal["one_way", "agreement", "consistency"]
THINGS = 6
"""Things rated from which a correlation is given."""


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """Share of the variance of scores that lies between the things rated.

    Attributes
    ----------
    form : {"one_way", "agreement", "consistency"}
    single : Interval
        Of the score of one rater: ICC(1,1), ICC(2,1) or ICC(3,1) of Shrout & Fleiss. Under 0 where the scores of one
        thing lie further apart than those of different things.
    average : Interval
        Of the mean of all raters' scores: ICC(1,k), ICC(2,k) or ICC(3,k); an end is minus infinity where the data set
        no limit.
    n_raters, n_units : int
    rater_variance : float
        Between raters' means, in the square of the scale's unit and not under 0: what agreement counts as disagreement
        and consistency leaves aside.
    """

    form: Form
    single: Interval
    average: Interval
    n_raters: int
    n_units: int
    rater_variance: float


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Of the things rated, of raters, of what is left, and within the things rated."""

    n_units: int
    n_raters: int
    units: float
    raters: float
    rest: float
    within: float


@guarded
def intraclass_correlation(
    ratings: pd.DataFrame, form: Form = "agreement", *, confidence: float = 0.95
) -> IntraclassCorrelation | Insufficient:
    """Intraclass correlation of raters who all scored the same things.

    Assumes that the differences between things, between raters and what is left are normal and of one size throughout;
    steps of a scale come near enough where raters use several of them. Krippendorff's alpha needs neither that nor
    every cell filled.

    Parameters
    ----------
    ratings : DataFrame of shape (n_raters, n_units)
        Scores; a thing without any is left out.
    form : {"one_way", "agreement", "consistency"}
        ``one_way``: each thing has raters of its own. ``agreement``: the same raters, drawn from those there could have
        been, and their level counts. ``consistency``: these very raters, whose levels may differ.
    confidence : float
        Of the intervals, by the F distribution; for ``agreement`` with Satterthwaite's degrees of freedom.

    Returns
    -------
    IntraclassCorrelation or Insufficient
        ``no_data``; ``too_few_raters`` under 2; ``missing_ratings`` where a rater left out a thing that others scored;
        ``too_few_rated`` under 6 things; ``no_variation`` where things or what is left do not vary.

    Raises
    ------
    MethodError
        When the form is unknown or `confidence` is not between 0 and 1.
    """
    if form not in get_args(Form):
        raise MethodError(f"form is {form!r}: expected one of {', '.join(get_args(Form))}")
    check_confidence(confidence)
    scores = _whole(ratings)
    if isinstance(scores, Insufficient):
        return scores
    squares = _mean_squares(scores)
    if min(squares.units, squares.rest, squares.within) <= 1e-12 * float(np.var(scores)):
        return Insufficient("no_variation", 1, 2)
    single = Interval(_correlation(squares, form), *_ends(squares, form, (1 - confidence) / 2), confidence)
    value, low, high = (_stepped_up(each, squares.n_raters) for each in (single.value, single.low, single.high))
    average = Interval(value, low, high, confidence)
    spread = max((squares.raters - squares.rest) / squares.n_units, 0.0)
    return IntraclassCorrelation(form, single, average, squares.n_raters, squares.n_units, spread)


def _whole(ratings: pd.DataFrame) -> Array | Insufficient:
    """Scores of shape (n_units, n_raters) without holes."""
    scores = ratings.to_numpy(dtype=float, na_value=np.nan).T
    given = np.isfinite(scores)
    scores, given = scores[:, given.any(axis=0)], given[:, given.any(axis=0)]
    scores, given = scores[given.any(axis=1)], given[given.any(axis=1)]
    n_units, n_raters = scores.shape
    if not n_units:
        return Insufficient("no_data")
    if n_raters < 2:
        return Insufficient("too_few_raters", n_raters, 2)
    if not given.all():
        return Insufficient("missing_ratings", int((~given).sum()), 0)
    return Insufficient("too_few_rated", n_units, THINGS) if n_units < THINGS else scores


def _mean_squares(scores: Array) -> _MeanSquares:
    n_units, n_raters = scores.shape
    units = scores.mean(axis=1, keepdims=True) - scores.mean()
    raters = scores.mean(axis=0, keepdims=True) - scores.mean()
    rest = scores - scores.mean() - units - raters
    return _MeanSquares(
        n_units,
        n_raters,
        units=float(n_raters * (units**2).sum() / (n_units - 1)),
        raters=float(n_units * (raters**2).sum() / (n_raters - 1)),
        rest=float((rest**2).sum() / ((n_units - 1) * (n_raters - 1))),
        within=float(((raters + rest) ** 2).sum() / (n_units * (n_raters - 1))),
    )


def _correlation(squares: _MeanSquares, form: Form) -> float:
    n, k = squares.n_units, squares.n_raters
    if form == "agreement":
        whole = squares.units + (k - 1) * squares.rest + k * (squares.raters - squares.rest) / n
        return (squares.units - squares.rest) / whole
    error = squares.within if form == "one_way" else squares.rest
    return (squares.units - error) / (squares.units + (k - 1) * error)


def _ends(squares: _MeanSquares, form: Form, tail: float) -> tuple[float, float]:
    n, k = squares.n_units, squares.n_raters
    if form == "agreement":
        return _agreement_ends(squares, tail)
    degrees = n * (k - 1) if form == "one_way" else (n - 1) * (k - 1)
    ratio = squares.units / (squares.within if form == "one_way" else squares.rest)
    low = ratio / float(fdtri(n - 1, degrees, 1 - tail))
    high = ratio / float(fdtri(n - 1, degrees, tail))
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_ends(squares: _MeanSquares, tail: float) -> tuple[float, float]:
    """McGraw & Wong (1996), table 7: raters and what is left share the degrees of freedom of Satterthwaite."""
    n, k = squares.n_units, squares.n_raters
    units, raters, rest = squares.units, squares.raters, squares.rest
    share = max(_correlation(squares, "agreement"), 0.0)
    a = k * share / (n * (1 - share))
    b = 1 + k * share * (n - 1) / (n * (1 - share))
    degrees = (a * raters + b * rest) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = float(fdtri(n - 1, degrees, 1 - tail)), float(fdtri(degrees, n - 1, 1 - tail))
    other = k * raters + (k * n - k - n) * rest
    low = n * (units - upper * rest) / (upper * other + n * units)
    return low, n * (lower * units - rest) / (other + n * lower * units)


def _stepped_up(single: float, n_raters: int) -> float:
    """Of the mean of all raters (Spearman-Brown); minus infinity where the raters' scores cancel one another."""
    beside = 1 + (n_raters - 1) * single
    return n_raters * single / beside if beside > 0 else -np.inf
