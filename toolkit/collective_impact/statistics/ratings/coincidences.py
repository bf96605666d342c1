"""How often raters give two values to the same thing, and the disagreement in it: what Krippendorff's alpha is made of.

Krippendorff, K. (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from collective_impact.errors import MethodError
from collective_impact.statistics.types import Array

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


def value_counts(scores: Array) -> tuple[Array, Array]:
    """How often each thing was given each value, and the values, lowest first.

    Parameters
    ----------
    scores : array of shape (n_raters, n_units)
        What is not finite counts as not given.

    Returns
    -------
    counts : array of shape (n_rated_twice, n_values)
        Of the things that at least two raters scored.
    values : array of shape (n_values,)
    """
    given = np.isfinite(scores)
    values, places = np.unique(scores[given], return_inverse=True)
    counts = np.zeros((scores.shape[1], len(values)))
    np.add.at(counts, (np.nonzero(given)[1], places), 1)
    return counts[counts.sum(axis=1) >= 2], values


def coincidences(counts: Array) -> Array:
    """Pairs of values given to each thing, each thing weighing as much as it has scores.

    Parameters
    ----------
    counts : array of shape (n_units, n_values)

    Returns
    -------
    array of shape (n_units, n_values, n_values)
    """
    pairs = counts[:, :, None] * counts[:, None, :]
    own = np.arange(counts.shape[1])
    pairs[:, own, own] -= counts
    weighted: Array = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    return weighted


def disagreement(matrices: Array, values: Array, metric: Metric) -> tuple[Array, Array]:
    """Observed disagreement, and that which chance would bring from the same scores.

    Parameters
    ----------
    matrices : array of shape (..., n_values, n_values)
        Coincidences summed over things; any number of such matrices.
    values : array of shape (n_values,)
    metric : {"nominal", "ordinal", "interval", "ratio"}

    Returns
    -------
    observed, expected : array of shape (...)

    Raises
    ------
    MethodError
        When the metric is unknown, or is ``ratio`` and a value is negative.
    """
    totals = matrices.sum(axis=-1)
    distances = _distances(values, totals, metric)
    observed = (matrices * distances).sum(axis=(-2, -1))
    by_chance = (totals[..., :, None] * totals[..., None, :] * distances).sum(axis=(-2, -1))
    return observed, by_chance / (totals.sum(axis=-1) - 1)


def _distances(values: Array, totals: Array, metric: Metric) -> Array:
    """Squared differences of all pairs of values, shape (n_values, n_values) or (..., n_values, n_values)."""
    match metric:
        case "nominal":
            return 1 - np.eye(len(values))
        case "ordinal":  # distance in ranks: half of the scores at either end, and all between them
            ranks = np.cumsum(totals, axis=-1) - totals / 2
            return np.asarray((ranks[..., :, None] - ranks[..., None, :]) ** 2)
        case "interval":
            return np.subtract.outer(values, values) ** 2
        case "ratio":
            if values.min() < 0:
                raise MethodError(f"ratings: found {values.min()}, expected no negative scores with the ratio metric")
            sums = np.add.outer(values, values)
            return (np.subtract.outer(values, values) / np.where(sums > 0, sums, 1)) ** 2
        case _:
            raise MethodError(f"metric is {metric!r}: expected one of {', '.join(get_args(Metric))}")
