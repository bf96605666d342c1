"""How far ties that nobody told of could move the measures of a network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.centralization import Centralization, centralization, degree_sum_of_a_star
from collective_impact.statistics.networks.cohesion import Cohesion, cohesion
from collective_impact.statistics.networks.network import Network


class Bounds(NamedTuple):
    """Lowest and highest value that a measure can have, whichever of the unknown ties are there."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class MissingTies:
    """Measures under every answer that those who are silent could have given.

    Attributes
    ----------
    n_unknown : int
        Ties of which nothing is known; an undirected one counts once.
    share_unknown : float
        Of the ties that there could be.
    density : Bounds
        Reached with all unknown ties absent, and with all of them present.
    degree_centralization : Bounds or None
        By ties received where directed. In an undirected network no value lies outside, but the lower end may not be
        reached. None under 3 actors.
    reciprocity : Bounds or None
        None in an undirected network, and where no tie is known of that is there.
    scenarios : DataFrame of shape (n_measures, 2)
        ``absent`` and ``present``: betweenness centralization, the share of pairs within reach, components and
        transitivity with all unknown ties absent, and with all of them present. Not bounds: betweenness centralization
        and transitivity may lie outside with some of them present and others not.
    """

    n_unknown: int
    share_unknown: float
    density: Bounds
    degree_centralization: Bounds | None
    reciprocity: Bounds | None
    scenarios: pd.DataFrame


@guarded
def missing_ties(network: Network) -> MissingTies | Insufficient:
    """Bound the measures of a network whose actors did not all answer.

    Nothing is assumed of those who are silent. Of density, reciprocity and the degree centralization of a directed
    network the ends are the lowest and highest values there can be.

    Returns
    -------
    MissingTies or Insufficient
        ``too_few_actors`` under 2.
    """
    n = network.n_actors
    if n < 2:
        return Insufficient("too_few_actors", n, 2)
    n_unknown = int(network.unknown.sum()) // (1 if network.directed else 2)
    return MissingTies(
        n_unknown=n_unknown,
        share_unknown=n_unknown / network.n_pairs,
        density=Bounds(network.n_ties / network.n_pairs, (network.n_ties + n_unknown) / network.n_pairs),
        degree_centralization=_degree_bounds(network) if n > 2 else None,
        reciprocity=_reciprocity_bounds(network.ties, network.unknown) if network.directed else None,
        scenarios=pd.DataFrame({"absent": _scenario(network), "present": _scenario(_with_all(network))}),
    )


def _with_all(network: Network) -> Network:
    weights = np.where(network.unknown, 1.0, network.weights)
    return replace(network, weights=weights, unknown=np.zeros_like(network.unknown))


def _scenario(network: Network) -> pd.Series[float]:
    held, centred = cohesion(network), centralization(network)
    measured = held if isinstance(held, Cohesion) else None
    return pd.Series(
        {
            "betweenness_centralization": centred.betweenness if isinstance(centred, Centralization) else None,
            "reachable": measured.reachable if measured else None,
            "components": measured.components if measured else None,
            "transitivity": measured.transitivity if measured else None,
        },
        dtype=float,
    )


def _degree_bounds(network: Network) -> Bounds:
    """Bounds of how far the highest degree exceeds the others.

    Highest: one actor has all its unknown ties, and no others are there. Lowest: no degree rises above some ceiling,
    and all come as near to it as they can; in an undirected network they may not be able to all at once.
    """
    n = network.n_actors
    known, more = network.ties.sum(axis=0), network.unknown.sum(axis=0)
    beside = 0 if network.directed else 1  # a tie of the centre is one of somebody else's too
    highest = int((n * (known + more) - known.sum() - (1 + beside) * more).max())
    ceilings = np.arange(known.max(), n)
    reached = np.minimum(known + more, ceilings[:, None]).sum(axis=1)
    lowest = max(int((n * ceilings - reached).min()), 0)
    most = degree_sum_of_a_star(n, network.directed)
    return Bounds(lowest / most, highest / most)


def _reciprocity_bounds(ties: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> Bounds | None:
    """Returned ties over all ties, each pair of actors answered for the worst and for the best."""
    if not ties.any():
        return None
    above = np.triu(np.ones_like(ties), 1).astype(bool)
    there, back, open_there, open_back = (matrix[above] for matrix in (ties, ties.T, unknown, unknown.T))
    both, either = there & back, there | back
    one_known = either & ~both & ((there & open_back) | (back & open_there))  # one is there, the other unknown
    none_known = ~either & (open_there | open_back)
    both_open = ~either & open_there & open_back
    low = _returned(int(both.sum()), int((either & ~both).sum() + none_known.sum()))
    high = _returned(int(both.sum() + one_known.sum() + both_open.sum()), int((either & ~both & ~one_known).sum()))
    return Bounds(low, high)


def _returned(mutual: int, one_way: int) -> float:
    return 2 * mutual / (2 * mutual + one_way)
