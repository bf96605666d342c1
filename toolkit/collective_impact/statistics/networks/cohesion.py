"""How tightly a network holds together.

Wasserman, S. & Faust, K. (1994), Social network analysis, Cambridge University Press, chapters 4, 6 and 13; average
clustering of Watts & Strogatz (1998), Nature 393; assortativity of Newman (2002), Physical Review Letters 89.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.network import Network, shortest_paths
from collective_impact.statistics.types import Array


@dataclass(frozen=True, slots=True)
class Cohesion:
    """How tightly a network holds together.

    Triangles, clustering and assortativity take any tie as one both ways.

    Attributes
    ----------
    n_actors, n_ties : int
    density : float
        Share of the ties there could be that are there.
    isolates : int
        Actors without any tie.
    components : int
        Parts without a tie between them, an isolate being one.
    largest_component : float
        Share of the actors that are in the largest of them.
    reachable : float
        Share of the pairs of actors between whom ties lead, in the given direction where directed.
    mean_distance : float or None
        Ties on the shortest way, over the reachable pairs; None without any.
    diameter : int or None
        The longest of these ways.
    reciprocity : float or None
        Share of directed ties that are returned; None in an undirected network and without ties.
    transitivity : float or None
        Share of pairs with a common neighbour who have a tie; None where nobody has two neighbours.
    average_clustering : float
        Mean over actors of the same share among each one's neighbours, 0 with fewer than two.
    assortativity : float or None
        Correlation of how many ties the two ends of a tie have: under 0 where the well connected are tied to the
        little connected, as around a hub. None where all ends have equally many.
    """

    n_actors: int
    n_ties: int
    density: float
    isolates: int
    components: int
    largest_component: float
    reachable: float
    mean_distance: float | None
    diameter: int | None
    reciprocity: float | None
    transitivity: float | None
    average_clustering: float
    assortativity: float | None


@guarded
def cohesion(network: Network) -> Cohesion | Insufficient:
    """Measure how tightly a network holds together, what is unknown taken as absent.

    Returns
    -------
    Cohesion or Insufficient
        ``too_few_actors`` under 2. A network without ties has a density of 0.
    """
    n, ties = network.n_actors, network.ties
    if n < 2:
        return Insufficient("too_few_actors", n, 2)
    either = ties | ties.T
    sizes = component_sizes(either)
    ways = shortest_paths(ties)[~np.eye(n, dtype=bool)]
    ways = ways[np.isfinite(ways)]
    transitivity, clustering = _closure(either)
    return Cohesion(
        n_actors=n,
        n_ties=network.n_ties,
        density=network.n_ties / network.n_pairs,
        isolates=int((~either.any(axis=1)).sum()),
        components=len(sizes),
        largest_component=max(sizes) / n,
        reachable=len(ways) / (n * (n - 1)),
        mean_distance=float(ways.mean()) if len(ways) else None,
        diameter=int(ways.max()) if len(ways) else None,
        reciprocity=reciprocity(ties) if network.directed else None,
        transitivity=transitivity,
        average_clustering=clustering,
        assortativity=_assortativity(either),
    )


def component_sizes(either: NDArray[np.bool_]) -> list[int]:
    """Actors in each part of a symmetric network, the largest part first."""
    from scipy.sparse.csgraph import connected_components

    _, labels = connected_components(either, directed=False)
    return sorted(np.bincount(labels).tolist(), reverse=True)


def reciprocity(ties: NDArray[np.bool_]) -> float | None:
    """Share of directed ties that are returned; None without ties."""
    return float((ties & ties.T).sum() / ties.sum()) if ties.any() else None


def _closure(either: NDArray[np.bool_]) -> tuple[float | None, float]:
    """Transitivity and average clustering of a symmetric network."""
    matrix = either.astype(float)
    closed = ((matrix @ matrix) * matrix).sum(axis=1)
    degrees = matrix.sum(axis=1)
    possible = degrees * (degrees - 1)
    each: Array = closed / np.where(possible > 0, possible, 1)
    return float(closed.sum() / possible.sum()) if possible.any() else None, float(each.mean())


def _assortativity(either: NDArray[np.bool_]) -> float | None:
    degrees = either.sum(axis=1).astype(float)
    first, second = np.nonzero(either)
    if not len(first) or np.ptp(degrees[first]) == 0:
        return None
    return float(np.corrcoef(degrees[first], degrees[second])[0, 1])
