"""Change within a few organizations, judged by flipping signs: exact for any number of them.

Fisher 1935, The Design of Experiments; the interval by Hartigan 1969, JASA 64: if changes scatter evenly about their
middle, the middle lies between any two neighbours among the means of all subsets with the same probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

import numpy as np
from numpy.typing import ArrayLike

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import generator, numbers_of
from collective_impact.statistics.types import Array

EXACT = 13
"""Most organizations of which all subsets are counted; of more, 10,000 are drawn."""
DRAWS = 10_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class SignFlips:
    """Mean change of a few organizations.

    Attributes
    ----------
    interval : Interval
        Mean change, in the unit of the value.
    p_value, p_floor : float
        Two-sided, against no change; and the smallest that so many organizations can give.
    exact : bool
        Whether all sign patterns were counted; otherwise they were drawn.
    n_organizations, n_up, n_down : int
        All, those whose value rose, those whose value fell.
    assumptions : tuple of Assumption
    """

    interval: Interval
    p_value: float
    p_floor: float
    exact: bool
    n_organizations: int
    n_up: int
    n_down: int
    assumptions: tuple[Assumption, ...]


@guarded
def sign_flips(changes: ArrayLike, *, confidence: float = 0.95, seed: int = 0) -> SignFlips | Insufficient:
    """Test and interval of a mean change, from what it would be had some organizations changed the other way.

    Takes for granted that organizations are independent and that changes scatter evenly about their middle.

    Parameters
    ----------
    changes : array of shape (n_organizations,)
        One for each organization; missing and infinite ones are left out.
    confidence : float
        Of the interval; being exact, it is held or exceeded.
    seed : int
        For drawing where there are more than 13 organizations.

    Returns
    -------
    SignFlips or Insufficient
        ``no_data``; ``too_few_clusters`` where not even changes all in one direction would reach `confidence`: below
        6 organizations for 95%; ``no_variation`` where all changed by the same.

    Raises
    ------
    MethodError
        When `changes` are not one row of numbers or `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise MethodError(f"confidence is {confidence}: expected a share between 0 and 1, for example 0.95")
    values = numbers_of(changes, "changes")
    values = np.sort(values[np.isfinite(values)])
    needed = ceil(log2(2 / (1 - confidence)) - _ROUNDING)
    if not len(values):
        return Insufficient("no_data", 0, needed)
    if len(values) < needed:
        return Insufficient("too_few_clusters", len(values), needed)
    if np.ptp(values) <= _ROUNDING * np.abs(values).max():
        return Insufficient("no_variation", 1, 2)
    means = _subset_means(values, generator(seed))
    tolerance = _ROUNDING * float(np.abs(values).max())
    patterns = len(means) + 1
    tails = (1 + int((means <= tolerance).sum()), 1 + int((means >= -tolerance).sum()))
    place = int((1 - confidence) / 2 * patterns + _ROUNDING) - 1
    value = float(values.mean())
    return SignFlips(
        interval=Interval(value, min(value, float(means[place])), max(value, float(means[-1 - place])), confidence),
        p_value=min(1.0, 2 * min(tails) / patterns),
        p_floor=2 / patterns,
        exact=len(values) <= EXACT,
        n_organizations=len(values),
        n_up=int((values > 0).sum()),
        n_down=int((values < 0).sum()),
        assumptions=(Assumption("symmetric_changes", None),),
    )


def _subset_means(values: Array, rng: np.random.Generator) -> Array:
    """Means of all subsets but the empty one, or of drawn ones, in order."""
    count = len(values)
    if count <= EXACT:
        members = (np.arange(1, 2**count)[:, None] >> np.arange(count)) & 1
    else:
        members = rng.integers(0, 2, (DRAWS - 1, count))
        members[~members.any(axis=1)] = 1
    return np.sort(members @ values / members.sum(axis=1))
