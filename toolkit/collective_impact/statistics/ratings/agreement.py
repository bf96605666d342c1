"""How far raters agree: Krippendorff's alpha.

Krippendorff, K. (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania; thresholds of
Krippendorff, K. (2004), Content analysis (2nd ed.), Sage, chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.ratings.agreement_interval import alpha_interval
from collective_impact.statistics.ratings.coincidences import Metric, coincidences, disagreement, value_counts
from collective_impact.statistics.types import Array

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
    interval : Interval or Insufficient
        Of alpha, over further things like those rated; see `krippendorff_alpha`.
    firm, tentative : float
        Alpha from which scores may be put together, and from which they may be with care.
    """

    alpha: float
    metric: Metric
    n_raters: int
    n_units: int
    n_scores: int
    identical: float
    interval: Interval | Insufficient
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
    ratings: pd.DataFrame,
    metric: Metric = "ordinal",
    *,
    firm: float = FIRM,
    tentative: float = TENTATIVE,
    confidence: float = 0.95,
    seed: int = 0,
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
    confidence : float
        Of the interval, which is made by drawing the things rated anew (`ratings.agreement_interval`).
    seed : int
        Of these draws.

    Returns
    -------
    Agreement or Insufficient
        ``no_data`` without scores; ``too_few_raters`` where no two rated the same thing; ``no_variation`` where all
        scores are the same, for then nothing tells agreement from a scale that nobody used. The interval asks for 20
        things, and for raters who disagree now and then.

    Raises
    ------
    MethodError
        When a score is no number; when the metric is unknown, or is ``ratio`` and a score is negative; when
        `confidence` is not between 0 and 1.
    """
    check_confidence(confidence)
    scores = numbers_in(ratings, "ratings").to_numpy()
    given = np.isfinite(scores)
    if not given.any():
        return Insufficient("no_data")
    counts, values = value_counts(scores)
    if not len(counts):
        return Insufficient("too_few_raters", 1, 2)
    if (counts.sum(axis=0) > 0).sum() == 1:
        return Insufficient("no_variation", 1, 2)
    observed, expected = disagreement(coincidences(counts).sum(axis=0), values, metric)
    return Agreement(
        alpha=float(1 - observed / expected),
        metric=metric,
        n_raters=int(given[:, given.sum(axis=0) >= 2].any(axis=1).sum()),
        n_units=len(counts),
        n_scores=int(counts.sum()),
        identical=_identical(counts),
        interval=alpha_interval(counts, values, metric, confidence=confidence, seed=seed),
        firm=firm,
        tentative=tentative,
    )


def _identical(counts: Array) -> float:
    """Share of identical pairs of scores, of how often each unit was given each value, shape (n_units, n_values)."""
    given = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (given * (given - 1)).sum())
