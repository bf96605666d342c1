"""Wild cluster bootstrap of a regression on a treatment, with the null imposed.

Cameron, Gelbach & Miller 2008, REStat 90; MacKinnon, Nielsen & Webb 2023, Journal of Econometrics 232, for a guide.
All draws are weighted sums of what each cluster contributes, and linear in the effect under test, so that none needs
a regression of its own (Roodman, MacKinnon, Nielsen & Webb 2019, Stata Journal 19).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.clustered_least_squares import sums_by
from collective_impact.statistics.counterfactual.treatment_rows import TreatmentRows, treatment_rows
from collective_impact.statistics.estimate import Interval, check_confidence
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.types import Array

Weights = Literal["rademacher", "webb"]

CLUSTERS = 5
TREATED_CLUSTERS = 4
MANY_CLUSTERS = 11
"""From here on there are enough sign changes for Rademacher weights."""
DRAWS = 9_999
_ALL_SIGNS = 4096
_ROUNDING = 1e-9
_DOUBLINGS = 40
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class WildClusterBootstrap:
    """Effect of one unit of the treatment, judged by redrawing the signs of clusters' errors.

    Attributes
    ----------
    interval : Interval
        In the unit of the outcome, per unit of the treatment; the effects that the test does not reject. Infinite
        where it rejects none.
    p_value, p_floor : float
        Two-sided, against no effect, and the smallest it could be.
    standard_error : float
        Clustered, without a factor for small samples; what the test statistic divides by.
    weights : {"rademacher", "webb"}
    n_draws : int
        The unchanged sample among them.
    exact : bool
        Whether all combinations of signs were taken, so that nothing was drawn.
    n_rows, n_clusters, n_alone : int
        `n_alone` counts rows left out because their unit has no other.
    n_treated_clusters : int or None
        Clusters ever treated; None for a treatment that is not yes or no.
    effective_clusters : float
        Clusters of equal weight that would carry the estimate as well.
    assumptions : tuple of Assumption
        ``enough_clusters`` by `effective_clusters`.
    """

    interval: Interval
    p_value: float
    p_floor: float
    standard_error: float
    weights: Weights
    n_draws: int
    exact: bool
    n_rows: int
    n_clusters: int
    n_alone: int
    n_treated_clusters: int | None
    effective_clusters: float
    assumptions: tuple[Assumption, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval.leaves_out(0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Statistics:
    """What the test statistics are made of; of the sample itself in the first place, then of each draw.

    For an effect e the numerator is ``top - e * top_slope``, the squared denominator
    ``bottom - 2 e * bottom_cross + e ** 2 * bottom_slope``; arrays of shape (n_draws,).
    """

    top: Array
    top_slope: Array
    bottom: Array
    bottom_cross: Array
    bottom_slope: Array

    @property
    def value(self) -> float:
        return float(self.top[0] / self.top_slope[0])

    @property
    def error(self) -> float:
        return float(np.sqrt(self.bottom[0]) / self.top_slope[0])

    def p_value(self, effect: float) -> float:
        """Share of draws whose statistic is at least as far from zero as the sample's, under `effect`."""
        tops = (self.top - effect * self.top_slope) ** 2
        bottoms = self.bottom - 2 * effect * self.bottom_cross + effect**2 * self.bottom_slope
        return float(np.mean(tops * bottoms[0] >= tops[0] * bottoms * (1 - _ROUNDING)))


@guarded
def wild_cluster_bootstrap(
    frame: pd.DataFrame,
    outcome: str,
    treatment: str,
    *,
    covariates: Sequence[str] = (),
    unit: str | None = None,
    period: str | None = None,
    cluster: str | None = None,
    weights: Weights | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> WildClusterBootstrap | Insufficient:
    """Test and bound the effect that `fixed_effects` estimates, for few clusters of unlike kinds.

    Under each effect that is tested, residuals are made under it and the sign (Rademacher) or size and sign (the six
    points of Webb 2023, Canadian Journal of Economics 56) of each cluster's is redrawn. All signs are taken where
    there are at most 4,096 combinations. With one to three clusters on the treated or on the untreated side the test
    hardly ever rejects, whatever the data (MacKinnon & Webb 2017, Journal of Applied Econometrics 32): the method
    declines, and ``randomization`` or ``difference_in_differences`` take its place.

    Parameters
    ----------
    frame, outcome, treatment, covariates, unit, period, cluster
        As in `fixed_effects`.
    weights : {"rademacher", "webb"}, optional
        By default Webb's below 11 clusters.
    confidence : float
    seed : int
        For 9,999 draws, where signs are not all taken.

    Returns
    -------
    WildClusterBootstrap or Insufficient
        ``too_few_clusters`` below 5 (or an effective number below 4, where the treatment is not yes or no),
        ``too_few_treated_clusters`` below 4 on either side, and the reasons of `treatment_rows`.

    Raises
    ------
    MethodError
        As `fixed_effects` does, and when `weights` are unknown.
    """
    check_confidence(confidence)
    if weights not in {None, *get_args(Weights)}:
        raise MethodError(f"weights are {weights!r}: expected one of {', '.join(get_args(Weights))}")
    rows = treatment_rows(frame, outcome, treatment, covariates=covariates, unit=unit, period=period, cluster=cluster)
    if isinstance(rows, Insufficient):
        return rows
    if lacking := _lacking(rows):
        return lacking
    kind = weights or ("webb" if rows.n_clusters < MANY_CLUSTERS else "rademacher")
    exact = kind == "rademacher" and 2**rows.n_clusters <= _ALL_SIGNS
    drawn = _all_signs(rows.n_clusters) if exact else _drawn(kind, rows.n_clusters, seed)
    statistics = _statistics(rows, drawn)
    if statistics.error <= _ROUNDING * float(np.ptp(rows.outcome)):
        return Insufficient("no_variation", 1, 2)
    effective = _effective_clusters(rows)
    return WildClusterBootstrap(
        interval=_inverted(statistics, confidence),
        p_value=statistics.p_value(0.0),
        p_floor=(2 if exact else 1) / len(drawn),
        standard_error=statistics.error,
        weights=kind,
        n_draws=len(drawn),
        exact=exact,
        n_rows=len(rows.outcome),
        n_clusters=rows.n_clusters,
        n_alone=rows.n_alone,
        n_treated_clusters=rows.treated_clusters[0] if rows.binary else None,
        effective_clusters=effective,
        assumptions=(Assumption("enough_clusters", effective >= CLUSTERS, effective, float(CLUSTERS)),),
    )


def _lacking(rows: TreatmentRows) -> Insufficient | None:
    if rows.n_clusters < CLUSTERS:
        return Insufficient("too_few_clusters", rows.n_clusters, CLUSTERS)
    if not rows.binary:
        effective = _effective_clusters(rows)
        return Insufficient("too_few_clusters", effective, TREATED_CLUSTERS) if effective < TREATED_CLUSTERS else None
    ever, never = rows.treated_clusters
    fewer = min(ever, never or ever)
    return Insufficient("too_few_treated_clusters", fewer, TREATED_CLUSTERS) if fewer < TREATED_CLUSTERS else None


def _effective_clusters(rows: TreatmentRows) -> float:
    others = np.linalg.qr(rows.design[:, 1:])[0]
    left = rows.design[:, 0] - others @ (others.T @ rows.design[:, 0])
    shares = np.bincount(rows.clusters, left**2)
    return float(shares.sum() ** 2 / (shares @ shares))


def _statistics(rows: TreatmentRows, drawn: Array) -> _Statistics:
    """Numerators and denominators for weights of shape (n_draws, n_clusters).

    Clusters take the weights in the order of their contributions, so that labels do not matter.
    """
    others = np.linalg.qr(rows.design[:, 1:])[0]
    left, outcome = (values - others @ (others.T @ values) for values in (rows.design[:, 0], rows.outcome))

    joint = sums_by(rows.clusters, np.column_stack([left * outcome, left**2]))
    order = np.lexsort(joint.T[::-1])
    loads = sums_by(rows.clusters, left[:, None] * others)
    tops, bottoms = [], []
    for place, residuals in enumerate((outcome, left)):
        matrix = np.diag(joint[:, place]) - np.outer(joint[:, 1], joint[:, place]) / joint[:, 1].sum()
        matrix -= loads @ sums_by(rows.clusters, residuals[:, None] * others).T
        bottoms.append(drawn @ matrix[np.ix_(order, order)].T)
        tops.append(drawn @ joint[order, place])
    squares = (bottoms[0] ** 2, bottoms[0] * bottoms[1], bottoms[1] ** 2)
    return _Statistics(*tops, *(each.sum(axis=1) for each in squares))


def _all_signs(n_clusters: int) -> Array:
    """Every combination of signs, the unchanged sample first, shape (2 ** n_clusters, n_clusters)."""
    return np.array(list(product([1.0, -1.0], repeat=n_clusters)))


def _drawn(kind: Weights, n_clusters: int, seed: int) -> Array:
    """Weights of shape (1 + DRAWS, n_clusters); those of the first row change nothing."""
    points = np.sqrt([1.0] if kind == "rademacher" else [0.5, 1.0, 1.5])
    drawn = generator(seed).choice([*points, *-points], size=(DRAWS, n_clusters))
    return np.vstack([np.ones(n_clusters), drawn])


def _inverted(statistics: _Statistics, confidence: float) -> Interval:
    """Effects that are not rejected, from the estimate outwards."""
    low, high = (_end(statistics.p_value, statistics.value, way * statistics.error, 1 - confidence) for way in (-1, 1))
    return Interval(statistics.value, low, high, confidence)


def _end(p_value: Callable[[float], float], value: float, stride: float, alpha: float) -> float:
    """Last effect on one side of `value` that is not rejected: strides that double, then halving."""
    inside, outside = value, value + stride
    for _ in range(_DOUBLINGS):
        if p_value(outside) <= alpha:
            break
        inside, outside, stride = outside, outside + 2 * stride, 2 * stride
    else:
        return float(np.copysign(np.inf, stride))
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_value(middle) <= alpha else (middle, outside)
    return outside
