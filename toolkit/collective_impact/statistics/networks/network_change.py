"""How a network changed between two rounds, among the actors who were there in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.centralization import Centralization, centralization
from collective_impact.statistics.networks.cohesion import Cohesion, cohesion, reciprocity
from collective_impact.statistics.networks.network import Network

_COHESION = {name: name for name in ("isolates", "components", "reachable", "mean_distance", "transitivity")}
_CENTRALIZATION = {"degree_centralization": "degree", "betweenness_centralization": "betweenness"}


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
    n_answered : int
        Who told of all their ties with one another in both rounds.
    measures : DataFrame of shape (n_measures, 2)
        ``before`` and ``after`` of every measure that is defined in both rounds. ``density`` is over the ties known in
        both; ``reciprocity`` over the pairs of actors of whom both ties are. The others, of `cohesion` and
        `centralization`, are among the `n_answered` alone: they take a network without holes.
    not_given : mapping of str to Insufficient
        Measures that are not among `measures`: ``too_few_actors`` where too few answered in both rounds, ``no_data``
        where no pair is known both ways, ``no_ties`` or ``no_denominator`` where there is nothing to measure.
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
    n_answered: int
    measures: pd.DataFrame
    not_given: Mapping[str, Insufficient]


@guarded
def network_change(before: Network, after: Network) -> NetworkChange | Insufficient:
    """Set two rounds of a network side by side.

    Both rounds are cut to the actors of both, and to the ties that somebody could tell of in both: else whoever joined,
    left or did not answer would count as change. With two rounds nothing tells how much of it is chance, and measures
    of part of a network are no estimate of the whole.

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
    within = _without_holes(earlier, later)
    measures, not_given = _side_by_side(*(_measures(wave, known, within) for wave in (earlier, later)))
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
        n_answered=len(within),
        measures=measures,
        not_given=not_given,
    )


def _cut(network: Network, known: NDArray[np.bool_]) -> Network:
    """Network with the known ties only; the others are unknown."""
    unknown = ~known & ~np.eye(len(known), dtype=bool)
    return replace(network, weights=np.where(known, network.weights, 0.0), unknown=unknown)


def _without_holes(earlier: Network, later: Network) -> list[str]:
    """Actors who answered in both rounds, but for those with an unknown tie among them."""
    answered = earlier.answered & later.answered
    holes = (earlier.unknown | later.unknown) & answered
    return [earlier.actors[place] for place in np.flatnonzero(answered & ~holes.any(axis=1))]


def _measures(network: Network, known: NDArray[np.bool_], within: Sequence[str]) -> dict[str, float | Insufficient]:
    ties = network.ties & known
    values: dict[str, float | Insufficient] = {"density": float(ties.sum() / known.sum())}
    if network.directed:
        both_ways = known & known.T
        returned = reciprocity(ties & both_ways)
        nothing = Insufficient("no_ties", 0, 1) if both_ways.any() else Insufficient("no_data")
        values["reciprocity"] = nothing if returned is None else returned
    whole = network.restricted(within)
    return values | _of_a_whole(cohesion(whole), _COHESION) | _of_a_whole(centralization(whole), _CENTRALIZATION)


def _of_a_whole(
    measured: Cohesion | Centralization | Insufficient, names: Mapping[str, str]
) -> dict[str, float | Insufficient]:
    """Measures of a network without holes, under their names here."""
    if isinstance(measured, Insufficient):
        return dict.fromkeys(names, measured)
    values = {name: getattr(measured, attribute) for name, attribute in names.items()}
    return {
        name: Insufficient("no_denominator", 0, 1) if value is None else float(value) for name, value in values.items()
    }


def _side_by_side(
    before: Mapping[str, float | Insufficient], after: Mapping[str, float | Insufficient]
) -> tuple[pd.DataFrame, dict[str, Insufficient]]:
    """Measures that are defined in both rounds, and why the others are not."""
    given: dict[str, tuple[float, float]] = {}
    not_given: dict[str, Insufficient] = {}
    for name, first in before.items():
        second = after[name]
        if isinstance(first, Insufficient):
            not_given[name] = first
        elif isinstance(second, Insufficient):
            not_given[name] = second
        else:
            given[name] = (first, second)
    frame = pd.DataFrame.from_dict(given, orient="index", columns=["before", "after"], dtype=float)
    return frame, not_given
