"""How far ratings moved between two rounds, each respondent, partner or site compared with itself.

Hodges, J. L. & Lehmann, E. L. (1963), Estimates of location based on rank tests, Annals of Mathematical Statistics 34;
exact interval and test of Wilcoxon's signed ranks (Hollander, Wolfe & Chicken 2014, Nonparametric statistical methods,
3rd ed., chapter 3). Ends of the interval belong to it: it then holds at least as often with ties as without (Noether
1967, Journal of the American Statistical Association 62).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.clustered_mean import cluster_numbers, clustered_mean
from collective_impact.statistics.types import Array

_DECIMALS = 9
"""To which differences are alike, of the largest of them: 0.3 - 0.2 and 0.1 tie."""


@dataclass(frozen=True, slots=True)
class PairedWaves:
    """Change between two rounds, in steps of the scale, later less earlier.

    Attributes
    ----------
    shift : Interval
        Hodges-Lehmann estimate: median of the means of any two differences. On a scale of whole steps it moves by half
        a step only. With partners known it is that of partners, each with the mean difference of its pairs.
    mean : Interval
        Mean difference of the pairs: moves with every answer. By Student's t, or with partners known as that of
        `factor_means`.
    p_value : float
        Exact two-sided p-value of the signed-rank test of no change, by the ranks as they are: pairs that stayed are
        left out, ties share their ranks. Of partners, where they are known.
    n_higher, n_lower, n_same : int
        Pairs that went up, went down and stayed.
    n_unpaired : int
        Who answered in one of the rounds only, and is left out.
    n_clusters : int or None
        Partners that the pairs belong to, where that was taken into account.
    assumptions : tuple of Assumption
        ``independent_rows``: pairs, or the partners where they are known, have nothing to do with one another.
        ``symmetric_changes``: differences lie evenly to both sides of the shift. The data cannot tell either.
    """

    shift: Interval
    mean: Interval
    p_value: float
    n_higher: int
    n_lower: int
    n_same: int
    n_unpaired: int
    n_clusters: int | None
    assumptions: tuple[Assumption, ...]

    @property
    def n(self) -> int:
        """Pairs."""
        return self.n_higher + self.n_lower + self.n_same


@guarded
def paired_waves(
    before: pd.Series[float],
    after: pd.Series[float],
    *,
    clusters: pd.Series[str] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> PairedWaves | Insufficient:
    """Estimate how far ratings moved, by those who rated in both rounds.

    Assumes that differences lie evenly to both sides of the shift, and that pairs are independent of one another, or
    with `clusters` partners are: respondents of one partner are alike in how they move, and intervals that do not heed
    it hold far too seldom. It says nothing of those who rated once only, nor of what made the ratings move.

    Parameters
    ----------
    before, after : Series of shape (n_before,), (n_after,)
        One value each, indexed by respondent, partner or site.
    clusters : Series of shape (n_respondents,), optional
        Partner of each respondent, indexed by respondent; somebody without a partner stands alone.
    confidence : float
        Of both intervals. That of the shift holds at least that often, and on a scale of few steps nearly always:
        narrower ones that allow for the ties hold too seldom unless all pairs moved by the same whole step.
    seed : int
        Of the bootstrap of the mean with more than 12 partners; with fewer nothing is drawn.

    Returns
    -------
    PairedWaves or Insufficient
        ``no_data`` without pairs; ``too_few_pairs``, or ``too_few_clusters`` with `clusters`, where even differences
        that all lie one way could not leave out any shift (under 6 at 95%); ``no_variation`` where all pairs, or all
        partners, moved equally far; ``one_cluster_decides`` where one partner has so many of the pairs that under 2
        degrees of freedom are left.

    Raises
    ------
    MethodError
        When somebody has two values in a round or two partners, `confidence` is not between 0 and 1, or `seed` is no
        whole number from 0.
    """
    check_confidence(confidence)
    if not (before.index.is_unique and after.index.is_unique):
        raise MethodError("before, after: found somebody twice in a round; expected one value each")
    both = pd.concat([before.astype(float), after.astype(float)], axis=1, keys=["before", "after"])
    both = both.where(np.isfinite(both)).dropna(how="all")
    moved = (both["after"] - both["before"]).dropna().sort_values()
    numbers = np.arange(len(moved)) if clusters is None else cluster_numbers(moved.index, clusters).to_numpy()
    differences, each = moved.to_numpy(), np.asarray(numbers, dtype=np.intp)
    compared = np.sort(np.bincount(each, weights=differences) / np.bincount(each)) if len(moved) else differences
    if (lacking := _lacking(compared, clusters is not None, confidence)) is not None:
        return lacking
    mean = clustered_mean(differences, each, confidence, seed)
    if mean is None:
        return Insufficient("one_cluster_decides", 1, 2)
    moves, directions = _in_units(compared), np.sign(_in_units(differences))
    return PairedWaves(
        shift=_shift(compared, confidence),
        mean=mean.interval,
        p_value=_p_value(moves[moves != 0]),
        n_higher=int((directions > 0).sum()),
        n_lower=int((directions < 0).sum()),
        n_same=int((directions == 0).sum()),
        n_unpaired=len(both) - len(moved),
        n_clusters=None if clusters is None else len(compared),
        assumptions=(Assumption("independent_rows", None), Assumption("symmetric_changes", None)),
    )


def _lacking(differences: Array, clustered: bool, confidence: float) -> Insufficient | None:
    """What pairs or partners lack, if anything."""
    n, needed = len(differences), ceil(1 - log2(1 - confidence))
    if not n:
        return Insufficient("no_data")
    if n < needed:
        return Insufficient("too_few_clusters" if clustered else "too_few_pairs", n, needed)
    moves = _in_units(differences)
    return Insufficient("no_variation", 1, 2) if moves[0] == moves[-1] else None


def _in_units(differences: Array) -> Array:
    """Differences in units of the largest, rounded so that like ones tie."""
    return np.round(differences / (float(np.abs(differences).max()) or 1.0), _DECIMALS)


def _shift(differences: Array, confidence: float) -> Interval:
    """Median of the Walsh averages, and those between which the signed-rank test does not reject a shift."""
    first, second = np.triu_indices(len(differences))
    averages = np.sort((differences[first] + differences[second]) / 2)
    rejected = int((_rank_sums(np.arange(1, len(differences) + 1)) <= (1 - confidence) / 2).sum()) - 1
    low, high = float(averages[rejected]), float(averages[-1 - rejected])
    return Interval(float(np.median(averages)), low, high, confidence)


def _p_value(moves: Array) -> float:
    """Exact two-sided p-value of the signed-rank test, of one or more differences other than 0."""
    _, places, times = np.unique(np.abs(moves), return_inverse=True, return_counts=True)
    twice = np.asarray(2 * np.cumsum(times) - times + 1, dtype=np.int64)  # the mean rank of ties, made whole
    ranks = twice[places]
    sums = _rank_sums(ranks)
    higher = int(ranks[moves > 0].sum())
    return min(1.0, 2 * min(float(sums[higher]), float(sums[int(ranks.sum()) - higher])))


def _rank_sums(ranks: NDArray[np.int64]) -> Array:
    """Chance that the ranks with a plus come to 0, 1, 2 ... at most, each sign as likely as the other."""
    chances = np.zeros(int(ranks.sum()) + 1)
    chances[0] = 1.0
    for rank in ranks:
        chances[rank:] = (chances[rank:] + chances[: len(chances) - rank]) / 2
        chances[:rank] /= 2
    sums: Array = np.cumsum(chances)
    return sums
