"""Many units of different size against one target, with limits that allow for their size."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtri, ndtri

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.equity.gap import few_events, few_in_denominator, lacking
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in, numbers_of
from collective_impact.statistics.proportion import normal_quantile
from collective_impact.statistics.types import Array

Kind = Literal["share", "rate"]
Place = Literal["far_below", "below", "within", "above", "far_above"]

UNITS = 5
"""Units from which the target may be taken from the units themselves, and overdispersion be judged."""
INNER, OUTER = 0.95, 0.998
"""Two and three standard deviations of a normal distribution, as Spiegelhalter has them."""
_WINSORIZED = 0.1
_LARGEST = 2**53
"""Whole number up to which a float still tells each from the next."""
_ALMOST_ALL_OF = 1e12
"""Denominator from which exact quantiles of shares near 1 are not found; a share is off by less than 1e-9 without."""
_NORMAL_FROM = 1e9
"""Variance of a count from which its distribution is normal to all digits that matter; exact ones lose theirs there."""


@dataclass(frozen=True, slots=True, eq=False)
class FunnelPlot:
    """Units within or outside the limits for their size.

    Attributes
    ----------
    frame : DataFrame of shape (n_units, 11)
        One row per unit, in the order given: ``numerator, denominator, value``; ``low_95, high_95, low_998,
        high_998``, the limits at its own denominator; ``place`` (a `Place`: beyond the 95% limits, far beyond for the
        99.8% ones); ``z``; ``unstable`` (fewer than 20 events) and ``small_denominator`` (fewer than 30).
    target : float
        Share or rate that the limits lie around.
    dispersion : float
        Mean squared z, the most extreme tenth on either side pulled in: 1 where units differ by chance alone.
    widened : bool
        Whether the limits were widened by the square root of `dispersion`.
    left_out : dict of unit to Insufficient
    assumptions : tuple of Assumption
        ``no_overdispersion``: `dispersion` against what chance alone gives at 5%.
    """

    frame: pd.DataFrame
    target: float
    dispersion: float
    widened: bool
    left_out: dict[object, Insufficient]
    assumptions: tuple[Assumption, ...]


@guarded
def funnel_plot(
    units: pd.DataFrame,
    *,
    kind: Kind = "share",
    target: float | None = None,
    widen: bool = False,
) -> FunnelPlot | Insufficient:
    """Compare units with a target at limits that depend on their size (Spiegelhalter 2005, Statistics in Medicine 24).

    Limits are exact, binomial or Poisson, interpolated between whole counts as Spiegelhalter does. Units that differ
    more than chance explains for reasons that nobody can name (overdispersion) fall outside in droves; `widen` then
    multiplies the distance of the limits from the target, if there is overdispersion at all.

    Parameters
    ----------
    units : DataFrame of shape (n_units, 2 or more)
        Indexed by unit, with columns ``numerator`` and ``denominator``.
    kind : {"share", "rate"}
    target : float, optional
        Share or rate; that of all units together when left out, which takes 5 of them.
    widen : bool

    Returns
    -------
    FunnelPlot or Insufficient
        ``too_few_groups``; ``no_variation`` where the target is 0 (or, of shares, 1): no limits are to be had.

    Raises
    ------
    MethodError
        When a column is missing, a unit occurs twice, a count cannot be one, or a target lies where no share or rate
        can.
    """
    figures, left_out = _checked(units, kind, target)
    least = 1 if target is not None else UNITS
    if len(figures) < least:
        return Insufficient("too_few_groups", len(figures), least)
    counts, sizes = figures.to_numpy(dtype=float).T
    centre = float(counts.sum() / sizes.sum()) if target is None else target
    if centre == 0 or (kind == "share" and centre == 1):
        return Insufficient("no_variation", 1, 2)
    z = (counts / sizes - centre) / np.sqrt(centre * (1 - centre if kind == "share" else 1) / sizes)
    dispersion = float(np.mean(np.clip(z, *np.quantile(z, [_WINSORIZED, 1 - _WINSORIZED])) ** 2))
    degrees = len(z) - (target is None)
    limit = float(chdtri(degrees, 0.05)) / degrees if degrees else float("inf")
    widened = widen and dispersion > limit
    frame = figures.assign(value=counts / sizes)
    for name, share in (("95", INNER), ("998", OUTER)):
        low, high = funnel_limits(sizes, centre, share, kind=kind, dispersion=dispersion if widened else 1.0)
        frame[f"low_{name}"], frame[f"high_{name}"] = low, high
    frame["place"] = _places(frame)
    frame["z"] = z
    frame["unstable"] = [few_events(count) for count in counts]
    frame["small_denominator"] = [few_in_denominator(size) for size in sizes]
    judged = len(z) >= UNITS
    overdispersed = Assumption(
        "no_overdispersion", dispersion <= limit if judged else None, dispersion, limit if judged else None
    )
    return FunnelPlot(frame, centre, dispersion, widened, left_out, (overdispersed,))


def funnel_limits(
    denominators: Array, target: float, share: float, *, kind: Kind = "share", dispersion: float = 1.0
) -> tuple[Array, Array]:
    """Limits that `share` of the units of a size lie within if all are at the target; for units and for curves.

    Parameters
    ----------
    denominators : array of shape (n,)
        Above 0; none, nor what is expected in it, above 2**53.
    target : float
        Above 0, and below 1 for shares.
    share : float
        For example 0.95.
    dispersion : float
        The distance from the target is multiplied by its square root.

    Returns
    -------
    low, high : array of shape (n,)
        Never below 0, nor above 1 for shares.

    Raises
    ------
    MethodError
        When a parameter lies where it cannot, or `kind` is unknown.
    """
    normal_quantile(share)
    _check_target(target, kind)
    if target == 0 or (kind == "share" and target == 1):
        raise MethodError(f"target is {target}: expected more than 0" + " and less than 1" * (kind == "share"))
    if not 0 < dispersion < float("inf"):
        raise MethodError(f"dispersion is {dispersion}: expected more than 0, for example 1")
    sizes = numbers_of(denominators, "denominators")
    if not ((sizes > 0) & (sizes * max(target, 1.0) <= _LARGEST)).all():
        raise MethodError(f"denominators are {sizes.tolist()}: expected more than 0 and at most 2**53")
    limits = []
    for probability in ((1 - share) / 2, (1 + share) / 2):
        exact = _quantile(probability, sizes, target, kind) / sizes
        widened = target + (exact - target) * sqrt(dispersion)
        limits.append(np.clip(widened, 0.0, 1.0 if kind == "share" else None))
    return limits[0], limits[1]


def _quantile(probability: float, sizes: Array, target: float, kind: Kind) -> Array:
    """Count below which a given probability lies, interpolated between whole counts."""
    from scipy import stats

    variance = sizes * target * (1 - target if kind == "share" else 1)
    large = (variance > _NORMAL_FROM) | ((sizes > _ALMOST_ALL_OF) & (target > 0.5) & (kind == "share"))
    exact = np.where(large, 1.0, sizes)
    chance = (
        stats.binom(np.round(exact), target) if kind == "share" else stats.poisson(np.where(large, 1.0, sizes * target))
    )
    count = np.where(large, 0.0, chance.ppf(probability))
    over = (chance.cdf(count) - probability) / chance.pmf(count)
    normal = sizes * target + ndtri(probability) * np.sqrt(variance)
    quantile: Array = np.where(large, normal, np.maximum(count - over, 0.0))
    return quantile


def _places(frame: pd.DataFrame) -> list[Place]:
    places: list[Place] = []
    for value, low, high, far_low, far_high in frame[["value", "low_95", "high_95", "low_998", "high_998"]].to_numpy():
        if value < low:
            places.append("far_below" if value < far_low else "below")
        elif value > high:
            places.append("far_above" if value > far_high else "above")
        else:
            places.append("within")
    return places


def _check_target(target: float, kind: str) -> None:
    if kind not in ("share", "rate"):
        raise MethodError(f"kind is {kind!r}: expected 'share' or 'rate'")
    possible = isinstance(target, Real) and isfinite(target) and target >= 0
    if not possible or (kind == "share" and target > 1):
        raise MethodError(f"target is {target}: expected a {kind}, not below 0" + " or above 1" * (kind == "share"))


def _checked(units: pd.DataFrame, kind: str, target: float | None) -> tuple[pd.DataFrame, dict[object, Insufficient]]:
    _check_target(0.0 if target is None else target, kind)
    if absent := {"numerator", "denominator"} - set(units.columns):
        raise MethodError(f"units: no column {sorted(absent)} among {list(units.columns)}")
    if units.index.has_duplicates:
        raise MethodError(f"units: found {units.index[units.index.duplicated()][0]!r} twice, expected each once")
    figures = numbers_in(units[["numerator", "denominator"]], "units")
    rows = zip(figures.index, *figures.to_numpy().T, strict=True)
    lacks = {unit: lacking(count, size, f"unit {unit!r}", share=kind == "share") for unit, count, size in rows}
    left_out = {unit: each for unit, each in lacks.items() if each}
    return figures[~figures.index.isin(list(left_out))], left_out
