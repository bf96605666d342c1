"""How a network changed between two rounds, among the actors who were there in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.centralization import Centralization, centralization
from collective_impact.statistics.networks.cohesion import Cohesion, cohesion
from collective_impact.statistics.networks.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class NetworkChange:
    """Ties and measures of the same actors in two rounds.

    Attributes
    ----------
    n_actors : int
        In both rounds.
    joined, left : tuple of str
        Actors of the later and of the earlier round only, left out with their ties.
    n_pairs : int
        Ties that there could be and that are known in both rounds; the others are left out.
    kept, new, lost : int
        Ties.
    stronger, weaker : int
        Kept ties whose weight rose or fell.
    stability : float or None
        Kept ties of all that were there in either round (Jaccard); None without any.
    measures : DataFrame of shape (n_measures, 2)
        ``before`` and ``after`` of the measures of `cohesion` and `centralization`, missing where one is not defined.
    """

    n_actors: int
    joined: tuple[str, ...]
    left: tuple[str, ...]
    n_pairs: int
    kept: int
    new: int
    lost: int
    stronger: int
    weaker: int
    stability: float | None
    measures: pd.DataFrame


@guarded
def network_change(before: Network, after: Network) -> NetworkChange | Insufficient:
    """Set two rounds of a network side by side.

    Both rounds are cut to the actors of both, and to the ties that somebody could tell of in both: else whoever joined,
    left or did not answer would count as change. With two rounds nothing tells how much of it is chance.

    Parameters
    ----------
    before, after : Network
        Both directed or both undirected.

    Returns
    -------
    NetworkChange or Insufficient
        ``too_few_actors`` with fewer than 2 in both rounds; ``no_data`` where no tie is known in both.

    Raises
    ------
    MethodError
        When one network is directed and the other is not.
    """
    if before.directed != after.directed:
        raise MethodError("before, after: found one directed network and one undirected; expected both of a kind")
    both = sorted(set(before.actors) & set(after.actors))
    if len(both) < 2:
        return Insufficient("too_few_actors", len(both), 2)
    earlier, later = before.restricted(both), after.restricted(both)
    known = ~(earlier.unknown | later.unknown | np.eye(len(both), dtype=bool))
    if not known.any():
        return Insufficient("no_data")
    earlier, later = _cut(earlier, known), _cut(later, known)
    once = 1 if before.directed else 2
    kept = earlier.ties & later.ties
    n_kept, n_either = int(kept.sum()) // once, int((earlier.ties | later.ties).sum()) // once
    return NetworkChange(
        n_actors=len(both),
        joined=tuple(actor for actor in after.actors if actor not in before.actors),
        left=tuple(actor for actor in before.actors if actor not in after.actors),
        n_pairs=int(known.sum()) // once,
        kept=n_kept,
        new=later.n_ties - n_kept,
        lost=earlier.n_ties - n_kept,
        stronger=int((later.weights > earlier.weights)[kept].sum()) // once,
        weaker=int((later.weights < earlier.weights)[kept].sum()) // once,
        stability=n_kept / n_either if n_either else None,
        measures=pd.DataFrame({"before": _measures(earlier), "after": _measures(later)}),
    )


def _cut(network: Network, known: NDArray[np.bool_]) -> Network:
    weights = np.where(known, network.weights, 0.0)
    unknown = ~known & ~np.eye(len(known), dtype=bool)
    return Network(network.actors, weights, unknown, network.directed, network.attributes)


def _measures(network: Network) -> pd.Series[float]:
    held, centred = cohesion(network), centralization(network)
    values: dict[str, float | None] = {}
    if isinstance(held, Cohesion):
        names = ("density", "isolates", "components", "reachable", "mean_distance", "reciprocity", "transitivity")
        values |= {name: getattr(held, name) for name in names}
    known = centred if isinstance(centred, Centralization) else None
    values["degree_centralization"] = known.degree if known else None
    values["betweenness_centralization"] = known.betweenness if known else None
    return pd.Series(values, dtype=float)
