"""How far raters agree: Krippendorff's alpha.

Krippendorff, K. (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania; thresholds of
Krippendorff, K. (2004), Content analysis (2nd ed.), Sage, chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
Reliability = Literal["firm", "tentative", "too_low"]
FIRM, TENTATIVE = 0.800, 0.667


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree beyond chance.

    Attributes
    ----------
    alpha : float
        1 where they always agree, 0 where they agree as chance would have it, less where they agree even more seldom.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How much two different scores differ.
    n_raters, n_units, n_scores : int
        Raters, things that at least two of them rated, and scores given to these.
    identical : float
        Share of the pairs of scores given to the same thing that are identical: plain to read, but high by chance alone
        where few steps of the scale are used.
    firm, tentative : float
        Alpha from which scores may be put together, and from which they may be with care.
    """

    alpha: float
    metric: Metric
    n_raters: int
    n_units: int
    n_scores: int
    identical: float
    firm: float = FIRM
    tentative: float = TENTATIVE

    @property
    def reliability(self) -> Reliability:
        """Whether the raters' scores may be put together."""
        if self.alpha >= self.firm:
            return "firm"
        return "tentative" if self.alpha >= self.tentative else "too_low"


@guarded
def krippendorff_alpha(
    ratings: pd.DataFrame, metric: Metric = "ordinal", *, firm: float = FIRM, tentative: float = TENTATIVE
) -> Agreement | Insufficient:
    """Agreement of any number of raters on any number of things, each rated by all or by some of them.

    Alpha sets the disagreement there is against what chance would bring from the scores that were given. The things
    rated therefore have to differ: where nearly all scores are alike, a single step of disagreement is as much as
    chance would bring, and alpha collapses although the raters agree (Krippendorff 2004, 2011).

    Parameters
    ----------
    ratings : DataFrame of shape (n_raters, n_units)
        Scores; missing where a rater gave none. A criterion rated twice, or of two areas, is two units.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        Ordinal for the steps of a rubric.
    firm, tentative : float
        Thresholds of the result's `reliability`.

    Returns
    -------
    Agreement or Insufficient
        ``no_data`` without scores; ``too_few_raters`` where no two rated the same thing; ``no_variation`` where all
        scores are the same, for then nothing tells agreement from a scale that nobody used.

    Raises
    ------
    MethodError
        When the metric is unknown, or is ``ratio`` and a score is negative.
    """
    scores = ratings.to_numpy(dtype=float, na_value=np.nan)
    given = np.isfinite(scores)
    if not given.any():
        return Insufficient("no_data")
    values, places = np.unique(scores[given], return_inverse=True)
    counts = np.zeros((scores.shape[1], len(values)))
    np.add.at(counts, (np.nonzero(given)[1], places), 1)
    shared = counts.sum(axis=1) >= 2
    counts = counts[shared]
    if not shared.any():
        return Insufficient("too_few_raters", 1, 2)
    if (counts.sum(axis=0) > 0).sum() == 1:
        return Insufficient("no_variation", 1, 2)
    alpha = _alpha(counts, values, metric)
    n_raters = int(given[:, shared].any(axis=1).sum())
    return Agreement(
        alpha=alpha,
        metric=metric,
        n_raters=n_raters,
        n_units=int(shared.sum()),
        n_scores=int(counts.sum()),
        identical=_identical(counts),
        firm=firm,
        tentative=tentative,
    )


def _identical(counts: Array) -> float:
    """Share of identical pairs of scores, of how often each unit was given each value, shape (n_units, n_values)."""
    given = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (given * (given - 1)).sum())


def _alpha(counts: Array, values: Array, metric: Metric) -> float:
    """Alpha of how often each unit was given each value, shape (n_units, n_values), two times or more a unit."""
    weighted = counts / (counts.sum(axis=1, keepdims=True) - 1)
    coincidences = counts.T @ weighted - np.diag(weighted.sum(axis=0))
    totals = coincidences.sum(axis=0)
    distances = _distances(values, totals, metric)
    observed = (coincidences * distances).sum()
    expected = (np.outer(totals, totals) * distances).sum() / (totals.sum() - 1)
    return float(1 - observed / expected)


def _distances(values: Array, totals: Array, metric: Metric) -> Array:
    """Squared differences of all pairs of values, shape (n_values, n_values)."""
    match metric:
        case "nominal":
            return 1 - np.eye(len(values))
        case "ordinal":  # distance in ranks: half of the scores at either end, and all between them
            ranks = np.cumsum(totals) - totals / 2
            return np.subtract.outer(ranks, ranks) ** 2
        case "interval":
            return np.subtract.outer(values, values) ** 2
        case "ratio":
            if values.min() < 0:
                raise MethodError(f"ratings: found {values.min()}, expected no negative scores with the ratio metric")
            sums = np.add.outer(values, values)
            return (np.subtract.outer(values, values) / np.where(sums > 0, sums, 1)) ** 2
        case _:
            raise MethodError(f"metric is {metric!r}: expected one of {', '.join(get_args(Metric))}")
