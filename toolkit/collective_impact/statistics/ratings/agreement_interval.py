"""An interval for Krippendorff's alpha, by drawing the things rated anew.

The bias-corrected percentile interval (Efron 1981, Canadian Journal of Statistics 9), its tails widened from the normal
distribution's to Student's t (Hesterberg 2015, American Statistician 69, "expanded percentile"): the plain percentile
interval holds the truth too seldom with fewer than some forty things, and nearly always misses it on the same side.
Hayes & Krippendorff (2007, Communication Methods and Measures 1) draw single pairs of scores and leave the
disagreement by chance as it is, as though pairs were independent and the scale's use were known.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.ratings.coincidences import Metric, coincidences, disagreement
from collective_impact.statistics.types import Array

THINGS = 20
"""Things rated from which an interval holds what it promises."""
DRAWS = 2000
USABLE = 0.95
"""Share of the draws that have to hold at least two values: with fewer, alpha is not defined often enough."""
CELLS = 2_000_000
"""Cells of coincidence matrices that are worked on at a time."""


def alpha_interval(
    counts: Array, values: Array, metric: Metric, *, confidence: float, seed: int
) -> Interval | Insufficient:
    """Interval for alpha over further things like those rated, by the same raters.

    Parameters
    ----------
    counts : array of shape (n_units, n_values)
        How often each thing was given each value.
    values : array of shape (n_values,)
    metric : {"nominal", "ordinal", "interval", "ratio"}
    confidence : float
    seed : int

    Returns
    -------
    Interval or Insufficient
        ``too_few_rated`` under 20 things; ``no_variation`` where raters never disagree, or where so few scores differ
        that one draw in twenty holds a single value: draws then cannot show how sure alpha is.
    """
    n_units = len(counts)
    if n_units < THINGS:
        return Insufficient("too_few_rated", n_units, THINGS)
    patterns, times = np.unique(counts, axis=0, return_counts=True)
    pairs = coincidences(patterns)
    observed, expected = disagreement(np.tensordot(times, pairs, 1), values, metric)
    if observed == 0:
        return Insufficient("no_variation", 1, 2)
    alpha = float(1 - observed / expected)
    drawn = _drawn_alphas(pairs, times, values, metric, generator(seed))
    if len(drawn) < USABLE * DRAWS:
        return Insufficient("no_variation", 1, 2)
    low, high = np.quantile(drawn, _levels(alpha, drawn, n_units, confidence))
    return Interval(alpha, float(low), float(high), confidence)


def _drawn_alphas(
    pairs: Array, times: NDArray[np.int64], values: Array, metric: Metric, rng: np.random.Generator
) -> Array:
    """Alpha of each draw in which two values occur, shape (up to DRAWS,).

    Things that were scored alike are drawn together, `times` being how many there are of each kind.
    """
    n_values = len(values)
    together = max(1, CELLS // max(n_values**2, len(times)))
    drawn = []
    for first in range(0, DRAWS, together):
        again = rng.multinomial(times.sum(), times / times.sum(), size=min(together, DRAWS - first)).astype(float)
        matrices = (again @ pairs.reshape(len(times), -1)).reshape(-1, n_values, n_values)
        observed, expected = disagreement(matrices, values, metric)
        varied = (matrices.sum(axis=-1) > 0).sum(axis=-1) > 1
        drawn.append(1 - observed[varied] / expected[varied])
    return np.concatenate(drawn)


def _levels(alpha: float, drawn: Array, n_units: int, confidence: float) -> Array:
    """Which quantiles of the draws the interval ends at."""
    below = float((drawn < alpha).mean() + (drawn == alpha).mean() / 2)
    lean = ndtri(min(max(below, 1 / DRAWS), 1 - 1 / DRAWS))
    reach = np.sqrt(n_units / (n_units - 1)) * stdtrit(n_units - 1, (1 + confidence) / 2)
    return cast("Array", ndtr(2 * lean + np.array([-reach, reach])))
