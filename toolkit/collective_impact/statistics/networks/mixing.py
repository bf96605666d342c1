"""Whether ties stay within groups or cross between them.

E-I index: Krackhardt, D. & Stern, R. N. (1988), Informal networks and organizational crises, Social Psychology
Quarterly 51. Modularity: Newman, M. E. J. & Girvan, M. (2004), Physical Review E 69.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.network import Network
from collective_impact.statistics.networks.structural_order import structural_order
from collective_impact.statistics.numbers import generator

PERMUTATIONS = 9_999
_CELLS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Mixing:
    """Ties across groups against ties within them.

    Attributes
    ----------
    ei_index : float
        Ties across less ties within, over all ties: 1 where all cross, -1 where none does.
    expected : float
        The same where groups have nothing to do with ties: it depends on the groups' sizes, so that 0 is no yardstick.
    p_value : float
        Two-sided: how often groups dealt out at random lie as far from `expected` or further. Exact where there are no
        more than 9,999 ways to deal (12 actors in two groups); drawn otherwise.
    modularity : float
        Share of ties within groups beyond what the actors' numbers of ties would bring.
    n_within, n_across : int
        Ties.
    groups : DataFrame of shape (n_groups, 4)
        By group: ``actors``, ``within``, ``across`` (ties that one end at least has in it), and ``ei_index``, missing
        for a group without ties.
    left_out : int
        Actors of unknown group, left out with their ties.
    """

    ei_index: float
    expected: float
    p_value: float
    modularity: float
    n_within: int
    n_across: int
    groups: pd.DataFrame
    left_out: int


@guarded
def mixing(network: Network, attribute: str, *, seed: int = 0) -> Mixing | Insufficient:
    """E-I index of a network by a trait of its actors, for example their sector.

    Parameters
    ----------
    network : Network
        Ties are counted in each direction where directed. What is unknown is taken as absent.
    attribute : str
        Column of the network's attributes.
    seed : int
        Of the draws behind the p-value, which differs from that of all ways to deal by about 0.01 at most. Names of
        actors and groups have no part in them (see `structural_order`).

    Returns
    -------
    Mixing or Insufficient
        ``too_few_groups`` under 2, ``no_ties`` between actors whose group is known.

    Raises
    ------
    MethodError
        When the network has no such attribute.
    """
    if attribute not in network.attributes:
        raise MethodError(f"attribute is {attribute!r}: expected one of {', '.join(map(str, network.attributes))}")
    trait = network.attributes[attribute]
    known = network.restricted([actor for actor, has in zip(network.actors, trait.notna(), strict=True) if has])
    codes, names = pd.factorize(trait.dropna(), sort=True)
    if len(names) < 2:
        return Insufficient("too_few_groups", len(names), 2)
    if not known.n_ties:
        return Insufficient("no_ties", 0, 1)
    ends = np.nonzero(known.ties if known.directed else np.triu(known.ties))
    across = int((codes[ends[0]] != codes[ends[1]]).sum())
    expected = _expected(codes)
    index = 2 * across / known.n_ties - 1
    return Mixing(
        ei_index=index,
        expected=expected,
        p_value=_p_value(np.sort(np.bincount(codes)), known.ties, expected, abs(index - expected), seed),
        modularity=_modularity(known.ties | known.ties.T, codes),
        n_within=known.n_ties - across,
        n_across=across,
        groups=_groups(codes, ends).set_axis(list(names), axis=0),
        left_out=network.n_actors - known.n_actors,
    )


def _expected(codes: NDArray[np.intp]) -> float:
    """E-I index over all ways to deal the groups out: that of all pairs."""
    sizes, n = np.bincount(codes), len(codes)
    return float(1 - 2 * (sizes * (sizes - 1)).sum() / (n * (n - 1)))


def _p_value(sizes: NDArray[np.intp], ties: NDArray[np.bool_], expected: float, distance: float, seed: int) -> float:
    ways = np.exp(gammaln(sizes.sum() + 1) - gammaln(sizes + 1).sum())
    if ways < PERMUTATIONS + 0.5:
        dealt = _every_deal(sizes)
        return _further(dealt, ties, expected, distance) / len(dealt)
    order = structural_order(ties)
    in_order = ties[np.ix_(order, order)]
    rng, codes = generator(seed), np.repeat(np.arange(len(sizes)), sizes)
    together = max(1, _CELLS // max(len(ties), int(ties.sum())))
    drawn = 0
    for first in range(0, PERMUTATIONS, together):
        dealt = rng.permuted(np.tile(codes, (min(together, PERMUTATIONS - first), 1)), axis=1)
        drawn += _further(dealt, in_order, expected, distance)
    return (1 + drawn) / (1 + PERMUTATIONS)


def _further(dealt: NDArray[np.intp], ties: NDArray[np.bool_], expected: float, distance: float) -> int:
    """Deals whose E-I index lies so far from the expected one or further."""
    ends = np.nonzero(ties)
    index = 2 * (dealt[:, ends[0]] != dealt[:, ends[1]]).mean(axis=1) - 1
    return int((np.abs(index - expected) >= distance - 1e-9).sum())


def _every_deal(sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """All ways to deal groups of some sizes out, shape (n_ways, n_actors)."""
    dealt = np.zeros((1, int(sizes.sum())), dtype=np.intp)
    for group, size in enumerate(sizes[1:], 1):
        free = np.nonzero(dealt == 0)[1].reshape(len(dealt), -1)
        taken = free[:, np.array(list(combinations(range(free.shape[1]), int(size))))]
        dealt = np.repeat(dealt, taken.shape[1], axis=0)
        np.put_along_axis(dealt, taken.reshape(len(dealt), -1), group, axis=1)
    return dealt


def _modularity(either: NDArray[np.bool_], codes: NDArray[np.intp]) -> float:
    belongs = np.eye(codes.max() + 1)[codes]
    shares = belongs.T @ either @ belongs / either.sum()
    return float(np.trace(shares) - (shares.sum(axis=1) ** 2).sum())


def _groups(codes: NDArray[np.intp], ends: tuple[NDArray[np.intp], ...]) -> pd.DataFrame:
    n_groups = int(codes.max()) + 1
    first, second = codes[ends[0]], codes[ends[1]]
    apart = first != second
    within = np.bincount(first[~apart], minlength=n_groups)
    across = np.bincount(first[apart], minlength=n_groups) + np.bincount(second[apart], minlength=n_groups)
    own = within + across
    index = np.where(own > 0, (across - within) / np.where(own > 0, own, 1), np.nan)
    return pd.DataFrame(
        {"actors": np.bincount(codes, minlength=n_groups), "within": within, "across": across, "ei_index": index}
    )
