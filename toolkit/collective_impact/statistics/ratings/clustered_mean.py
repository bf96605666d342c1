"""A mean of values that are alike within clusters: of respondents, alike where they answer for one partner.

Standard error of Bell & McCaffrey (2002, Survey Methodology 28). From 8 clusters the interval is a bootstrap by
cluster: the restricted wild cluster bootstrap-t of Cameron, Gelbach & Miller (2008, Review of Economics and Statistics
90), with that error. Below it is Student's t with the degrees of freedom of Imbens & Kolesár (2016, Review of Economics
and Statistics 98).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval, student_margin
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.types import Array

CLUSTERS = 6
"""Clusters from which there is an interval."""
BOOTSTRAP = 8
"""Clusters from which it is bootstrapped."""
DEGREES = 2.0
"""Degrees of freedom from which there is an interval: fewer are left where one cluster has most of the values."""
BOOTSTRAP_DEGREES = 4.0
"""Degrees of freedom from which it is bootstrapped: with fewer, one cluster's sign decides too much."""
EXACT = 12
"""Clusters up to which every pattern of signs is gone through; beyond, `DRAWS` of them."""
DRAWS = 1_999
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ClusteredMean:
    """A mean with its standard error and interval.

    Attributes
    ----------
    standard_error : float
        In the unit of the values.
    interval : Interval
        By bootstrap from `BOOTSTRAP` clusters and `BOOTSTRAP_DEGREES`, by Student's t below; and by Student's t where
        each value is a cluster of its own, or `confidence` is beyond what so many clusters can tell (99.2% with 8).
    """

    standard_error: float
    interval: Interval


def cluster_numbers(members: pd.Index[str], clusters: pd.Series[str]) -> pd.Series[int]:
    """Give the number of each member's cluster; who has none gets a number of their own.

    Parameters
    ----------
    members : Index of shape (n_members,)
    clusters : Series
        Cluster of each member, indexed by member; missing where there is none.

    Raises
    ------
    MethodError
        When a member has two clusters.
    """
    known = clusters[clusters.notna()]
    of_each = known.groupby(level=0).nunique()
    if (of_each > 1).any():
        twice = [str(member) for member in of_each.index[of_each > 1]]
        raise MethodError(f"clusters: found {', '.join(twice)} with more than one partner; expected one for each")
    cluster = known.groupby(level=0).first().reindex(members)
    codes, names = pd.factorize(cluster)
    alone = codes < 0
    codes[alone] = len(names) + np.arange(alone.sum())
    return pd.Series(codes, index=members)


def clustered_mean(values: Array, clusters: NDArray[np.intp], confidence: float, seed: int = 0) -> ClusteredMean | None:
    """Estimate a mean, each value counting once.

    Assumes that clusters are independent, and that how many values a cluster has nothing to do with what they are.

    Parameters
    ----------
    values : array of shape (n_values,)
        Two or more.
    clusters : array of shape (n_values,)
        Number of each value's cluster, from 0; each value its own where values are independent, which gives the plain
        interval of a mean.
    confidence : float
        Of the interval.
    seed : int
        Of the patterns of signs, where more than `EXACT` clusters make them too many to go through.

    Returns
    -------
    ClusteredMean or None
        None where clusters do not differ, or where fewer than `DEGREES` degrees of freedom are left.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1, or `seed` is no whole number from 0.
    """
    rng = generator(seed)
    error, degrees = clustered_error(values, clusters)
    if degrees < DEGREES or error <= 1e-12 * float(np.ptp(values)):
        return None
    mean, n_clusters = float(values.mean()), int(clusters.max()) + 1
    patterns = 2 ** (n_clusters - 1) if n_clusters <= EXACT else DRAWS + 1
    below = above = student_margin(error, degrees, confidence)
    enough = n_clusters >= BOOTSTRAP and degrees >= BOOTSTRAP_DEGREES and patterns * (1 - confidence) >= 1
    if enough and n_clusters < len(values):
        below, above = _bootstrap_margins(values, clusters, error, confidence, rng)
    return ClusteredMean(error, Interval(mean, mean - below, mean + above, confidence))


def clustered_error(values: Array, clusters: NDArray[np.intp]) -> tuple[float, float]:
    """Standard error of a mean and its degrees of freedom, for values alike within clusters numbered from 0.

    With one value a cluster both are those of a plain mean: standard deviation over root n, and n - 1.
    """
    n = len(values)
    sizes = np.bincount(clusters).astype(float)
    sums = np.bincount(clusters, weights=values - values.mean())
    weights = 1 / (n**2 * (1 - sizes / n))
    alike = _likeness(values, clusters, sizes)
    spread = sizes * (1 - alike + alike * sizes)
    shares = sizes / n
    rest = shares * spread.sum() / 2 - spread
    own = spread + 2 * shares * rest  # the variance of each sum less its share of them all
    squares = 2 * float(weights @ shares**2) * float(weights @ rest**2) + 2 * float(weights @ (shares * rest)) ** 2
    squares += float(weights**2 @ (own**2 - (2 * shares * rest) ** 2))
    return sqrt(float(weights @ sums**2)), float(weights @ own) ** 2 / squares


def _likeness(values: Array, clusters: NDArray[np.intp], sizes: Array) -> float:
    """Intraclass correlation by analysis of variance, between 0 and 1; 0 with one value a cluster."""
    n, groups = len(values), len(sizes)
    if n == groups:
        return 0.0
    means = np.bincount(clusters, weights=values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (groups - 1)
    within = float(((values - means[clusters]) ** 2).sum()) / (n - groups)
    share = (between - within) / ((n - (sizes**2).sum() / n) / (groups - 1))
    return min(max(share / (share + within), 0.0), 1.0) if share > 0 else 0.0


def _bootstrap_margins(
    values: Array, clusters: NDArray[np.intp], error: float, confidence: float, rng: np.random.Generator
) -> tuple[float, float]:
    """How far below and above the mean lie the values that the bootstrap test does not reject."""
    sums = np.bincount(clusters, weights=(values - values.mean()) / error).astype(float)
    p_value = _bootstrap_test(sums, np.bincount(clusters).astype(float), rng)
    return error * _last_kept(p_value, -1, 1 - confidence), error * _last_kept(p_value, 1, 1 - confidence)


def _bootstrap_test(sums: Array, sizes: Array, rng: np.random.Generator) -> Callable[[float], float]:
    """Two-sided p-value of a mean so far from the one that was found, as a function of the distance in standard errors.

    Under the tested mean each cluster's deviations from it are as likely to have the other sign. Numerator and squared
    standard error of each pattern of signs are polynomials of the distance.
    """
    n = sizes.sum()
    order = np.lexsort((np.round(sums, 9), sizes))  # by what clusters are, not by what they are called
    sums, sizes = sums[order], sizes[order]
    signs = _signs(len(sizes), rng)
    numerator, slope = signs @ sums / n, signs @ sizes / n
    scale = n * np.sqrt(1 - sizes / n)
    level = (signs * sums - np.outer(numerator, sizes)) / scale
    change = (signs * sizes - np.outer(slope, sizes)) / scale
    constant, cross, square = (level**2).sum(axis=1), -2 * (level * change).sum(axis=1), (change**2).sum(axis=1)

    def p_value(distance: float) -> float:
        drawn = np.abs(numerator - slope * distance)
        least = abs(distance) * np.sqrt(np.maximum(constant + cross * distance + square * distance**2, 0.0))
        return float((drawn >= least * (1 - _ROUNDING)).mean())

    return p_value


def _signs(n_clusters: int, rng: np.random.Generator) -> Array:
    """Patterns of signs, shape (n_patterns, n_clusters), the first as found; turned about they give the same."""
    if n_clusters <= EXACT:
        places = np.arange(2 ** (n_clusters - 1))[:, None] >> np.arange(n_clusters)
        return np.asarray(1.0 - 2.0 * (places & 1))
    drawn = rng.integers(0, 2, (DRAWS, n_clusters))
    return np.vstack([np.ones(n_clusters), 1.0 - 2.0 * drawn])


def _last_kept(p_value: Callable[[float], float], side: int, level: float) -> float:
    """Distance to one side from which on the test rejects, in standard errors."""
    kept, rejected = 0.0, 2.0
    while p_value(side * rejected) > level:
        kept, rejected = rejected, 2 * rejected
    while rejected - kept > 1e-6:
        middle = (kept + rejected) / 2
        kept, rejected = (middle, rejected) if p_value(side * middle) > level else (kept, middle)
    return rejected
