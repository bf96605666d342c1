"""Whether sites that put more of an initiative into practice changed more: an exact rank correlation.

Kendall 1938, Biometrika 30; the slope and its interval by Theil 1950 and Sen 1968, JASA 63, from the exact
distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import generator, numbers_in
from collective_impact.statistics.types import Array

SITES = 6
"""Fewest sites that are correlated; fewer are compared case by case."""
EXACT = 8
"""Most sites of which all orders are counted where both columns have ties; of more, 10,000 are drawn."""
DRAWS = 10_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """How response goes with dose across sites.

    Attributes
    ----------
    tau : float
        Kendall's tau-b, -1 to 1: of pairs of sites, those in which the one with more dose also responded more, less
        those in which it responded less.
    p_value, p_floor : float
        Two-sided, against no relation; and the smallest that so many sites, with these ties, can give.
    slope : Interval
        Response for each unit of dose: the middle of the slopes between two sites. Infinite ends where so few sites,
        with these ties, set no limit.
    exact : bool
        Whether the p-value counts all orders; otherwise they were drawn.
    n_sites, n_left_out : int
        The last: sites without a dose or a response.
    assumptions : tuple of Assumption
    """

    tau: float
    p_value: float
    p_floor: float
    slope: Interval
    exact: bool
    n_sites: int
    n_left_out: int
    assumptions: tuple[Assumption, ...]


@guarded
def dose_response(
    sites: pd.DataFrame,
    *,
    dose: str = "dose",
    response: str = "response",
    confidence: float = 0.95,
    seed: int = 0,
) -> DoseResponse | Insufficient:
    """Rank correlation of implementation and change across sites, and the change that goes with a unit of it.

    A relation across sites is no proof: sites that do more may differ in other ways. The interval of the slope also
    takes for granted that the relation is a line around which sites scatter alike.

    Parameters
    ----------
    sites : DataFrame
        One row per site; missing and infinite values leave a site out.
    confidence : float
        Of the slope's interval; being exact, it is held or exceeded.
    seed : int
        For drawing orders.

    Returns
    -------
    DoseResponse or Insufficient
        ``no_data``; ``too_few_sites`` below 6; ``no_variation`` where all sites have the same dose or response.

    Raises
    ------
    MethodError
        When a column is missing, a value is no number, or `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise MethodError(f"confidence is {confidence}: expected a share between 0 and 1, for example 0.95")
    if absent := {dose, response} - set(sites.columns):
        raise MethodError(f"sites: no column {sorted(absent)} among {list(sites.columns)}")
    numbers = numbers_in(sites[[dose, response]], "sites").to_numpy()
    numbers = numbers[np.isfinite(numbers).all(axis=1)]
    if len(numbers) < SITES:
        return Insufficient("too_few_sites" if len(numbers) else "no_data", len(numbers), SITES)
    if (np.ptp(numbers, axis=0) == 0).any():
        return Insufficient("no_variation", 1, 2)
    x, y = numbers[np.lexsort(numbers.T[::-1])].T
    p_value, p_floor, exact = _test(x, y, generator(seed))
    first, second = np.triu_indices(len(x), 1)
    return DoseResponse(
        tau=_score(x, y) / float(np.sqrt(_untied(x) * _untied(y))),
        p_value=p_value,
        p_floor=p_floor,
        slope=_slope(x[second] - x[first], y[second] - y[first], _distribution(x), confidence),
        exact=exact,
        n_sites=len(x),
        n_left_out=len(sites) - len(x),
        assumptions=(Assumption("straight_line", None), Assumption("independent_rows", None)),
    )


def _signs(values: Array) -> Array:
    """Sign of the difference of each pair, shape (n_pairs,)."""
    first, second = np.triu_indices(len(values), 1)
    return np.sign(values[second] - values[first])


def _score(x: Array, y: Array) -> float:
    """Pairs that agree less pairs that do not."""
    return float(_signs(x) @ _signs(y))


def _untied(values: Array) -> float:
    return float(np.abs(_signs(values)).sum())


def _test(x: Array, y: Array, rng: np.random.Generator) -> tuple[float, float, bool]:
    """p-value of the score, the smallest there can be, and whether all orders were counted."""
    score = abs(_score(x, y))
    for one, other in ((x, y), (y, x)):
        if len(np.unique(other)) == len(other):
            chances = _distribution(one)
            scores = np.abs(2 * np.arange(len(chances)) - (len(chances) - 1))
            return float(chances[scores >= score - 0.5].sum()), float(2 * chances[0]), True
    places, exact = _orders(len(x), rng)
    first, second = np.triu_indices(len(x), 1)
    reordered = y[places]
    drawn = np.abs(np.sign(reordered[:, second] - reordered[:, first]) @ _signs(x))
    most = drawn >= max(drawn.max(), score) - 0.5
    return float(np.mean(drawn >= score - 0.5)), float(np.mean(most)), exact


def _orders(count: int, rng: np.random.Generator) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], bool]:
    """All orders of so many sites, or the one there is and drawn ones, shape (n_orders, count)."""
    if count <= EXACT:
        return np.array(list(permutations(range(count)))), True
    drawn = rng.random((DRAWS - 1, count)).argsort(axis=1)
    return np.vstack([np.arange(count), drawn]), False


def _distribution(values: Array) -> Array:
    """Chance of 0, 1, 2 ... agreeing pairs among those not tied in `values`, when the other side has no ties.

    Groups of tied values join one after the other; the pairs between a group and those before it that agree are
    distributed as Mann and Whitney's count.
    """
    sizes = np.unique(values, return_counts=True)[1]
    chances, before = np.ones(1), int(sizes[0])
    for size in sizes[1:]:
        chances = np.convolve(chances, _mann_whitney(before, int(size)))
        before += int(size)
    return np.asarray(chances / chances.sum())


def _mann_whitney(first: int, second: int) -> Array:
    """Chance of each count of pairs in which the second is larger, for groups of these sizes, without ties."""
    rows: list[Array] = [np.ones(1)] * (second + 1)
    for one in range(1, first + 1):
        following: list[Array] = [np.ones(1)]
        for two in range(1, second + 1):
            chances = np.zeros(one * two + 1)
            chances[two:] += rows[two] * one / (one + two)
            chances[: one * (two - 1) + 1] += following[two - 1] * two / (one + two)
            following.append(chances)
        rows = following
    return rows[second]


def _slope(run: Array, rise: Array, chances: Array, confidence: float) -> Interval:
    """Middle of the slopes of all pairs, and the slopes that the test of the score does not reject."""
    slopes = np.sort(rise[run != 0] / run[run != 0])
    beyond = 2 * np.cumsum(chances)
    place = int((beyond <= 1 - confidence + _ROUNDING).sum())
    low, high = (slopes[place - 1], slopes[-place]) if place else (-np.inf, np.inf)
    return Interval(float(np.median(slopes)), float(low), float(high), confidence)
