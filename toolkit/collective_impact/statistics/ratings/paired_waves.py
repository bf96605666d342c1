"""How far ratings moved between two rounds, each respondent, partner or site compared with itself.

Hodges, J. L. & Lehmann, E. L. (1963), Estimates of location based on rank tests, Annals of Mathematical Statistics 34;
exact interval and test of Wilcoxon's signed ranks (Hollander, Wolfe & Chicken 2014, Nonparametric statistical methods,
3rd ed., chapter 3). Ends of the interval belong to it: it then holds at least as often with ties as without (Noether
1967, Journal of the American Statistical Association 62).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval, check_confidence, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
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
        a step only.
    mean : Interval
        Mean difference, by Student's t: moves with every answer.
    p_value : float
        Exact two-sided p-value of the signed-rank test of no change, by the ranks as they are: pairs that stayed are
        left out, ties share their ranks.
    n_higher, n_lower, n_same : int
        Pairs that went up, went down and stayed.
    n_unpaired : int
        Who answered in one of the rounds only, and is left out.
    """

    shift: Interval
    mean: Interval
    p_value: float
    n_higher: int
    n_lower: int
    n_same: int
    n_unpaired: int

    @property
    def n(self) -> int:
        """Pairs."""
        return self.n_higher + self.n_lower + self.n_same


@guarded
def paired_waves(
    before: pd.Series[float], after: pd.Series[float], *, confidence: float = 0.95
) -> PairedWaves | Insufficient:
    """Estimate how far ratings moved, by those who rated in both rounds.

    Assumes that differences lie evenly to both sides of the shift, and that pairs are independent of one another. It
    says nothing of those who rated once only, nor of what made the ratings move.

    Parameters
    ----------
    before, after : Series of shape (n_before,), (n_after,)
        One value each, indexed by respondent, partner or site.
    confidence : float
        Of both intervals. That of the shift holds at least that often, and on a scale of few steps nearly always:
        narrower ones that allow for the ties hold too seldom unless all pairs moved by the same whole step.

    Returns
    -------
    PairedWaves or Insufficient
        ``no_data`` without pairs; ``too_few_pairs`` where even pairs that all moved one way could not leave out any
        shift (under 6 at 95%); ``no_variation`` where all moved equally far.

    Raises
    ------
    MethodError
        When somebody has two values in a round, or `confidence` is not between 0 and 1.
    """
    check_confidence(confidence)
    if not (before.index.is_unique and after.index.is_unique):
        raise MethodError("before, after: found somebody twice in a round; expected one value each")
    both = pd.concat([before.astype(float), after.astype(float)], axis=1, keys=["before", "after"])
    both = both.where(np.isfinite(both)).dropna(how="all")
    moved = both["after"] - both["before"]
    differences = np.sort(moved.dropna().to_numpy())
    n, needed = len(differences), ceil(1 - log2(1 - confidence))
    if not n:
        return Insufficient("no_data")
    if n < needed:
        return Insufficient("too_few_pairs", n, needed)
    moves = np.round(differences / (float(np.abs(differences).max()) or 1.0), _DECIMALS)
    if moves[0] == moves[-1]:
        return Insufficient("no_variation", 1, 2)
    average = float(differences.mean())
    margin = student_margin(float(differences.std(ddof=1)) / sqrt(n), n - 1, confidence)
    return PairedWaves(
        shift=_shift(differences, confidence),
        mean=Interval(average, average - margin, average + margin, confidence),
        p_value=_p_value(moves[moves != 0]),
        n_higher=int((moves > 0).sum()),
        n_lower=int((moves < 0).sum()),
        n_same=int((moves == 0).sum()),
        n_unpaired=len(both) - n,
    )


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
