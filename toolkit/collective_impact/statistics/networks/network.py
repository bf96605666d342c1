"""A network of actors as they reported it: isolates kept, and ties that nobody was asked about known as such."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.types import Array

Rule = Literal["union", "intersection"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Actors, the ties between them, and what is not known of these.

    Made by `network_from_ties`; `undirected` and `restricted` make another one of it.

    Attributes
    ----------
    actors : tuple of str
        In the order of their names, those without ties among them.
    weights : array of shape (n_actors, n_actors)
        Of the tie from the row's actor to the column's, 0 where there is none; symmetric where undirected.
    unknown : array of shape (n_actors, n_actors), bool
        Ties of which nothing is known, for who could have told did not answer; among `weights` they are 0.
    answered : array of shape (n_actors,), bool
        Who answered; ties whose weight they left out may be unknown all the same.
    directed : bool
    attributes : DataFrame of shape (n_actors, n_attributes)
        Indexed by actor.
    """

    actors: tuple[str, ...]
    weights: Array
    unknown: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    directed: bool
    attributes: pd.DataFrame

    @property
    def n_actors(self) -> int:
        """Actors, those without ties among them."""
        return len(self.actors)

    @property
    def ties(self) -> NDArray[np.bool_]:
        """Whether there is a tie, shape (n_actors, n_actors)."""
        return np.asarray(self.weights > 0)

    @property
    def n_ties(self) -> int:
        """Ties; an undirected one counts once."""
        return int(self.ties.sum()) // (1 if self.directed else 2)

    @property
    def n_pairs(self) -> int:
        """Ties that there could be."""
        return self.n_actors * (self.n_actors - 1) // (1 if self.directed else 2)

    def places(self, actors: Collection[str]) -> NDArray[np.intp]:
        """Rows of some actors, in the network's own order.

        Raises
        ------
        MethodError
            When one of them is not in the network.
        """
        if unknown := sorted(set(actors) - set(self.actors)):
            raise MethodError(f"actors: found {', '.join(unknown)}, expected some of {', '.join(self.actors)}")
        return np.array([place for place, actor in enumerate(self.actors) if actor in set(actors)], dtype=np.intp)

    def restricted(self, actors: Collection[str]) -> Network:
        """Network of some of the actors, with the ties among them.

        Raises
        ------
        MethodError
            When one of them is not in the network.
        """
        kept = self.places(actors)
        both = np.ix_(kept, kept)
        names = tuple(self.actors[place] for place in kept)
        return Network(
            names,
            self.weights[both],
            self.unknown[both],
            self.answered[kept],
            self.directed,
            self.attributes.loc[[*names]],
        )


@guarded
def network_from_ties(
    ties: pd.DataFrame,
    actors: Sequence[str],
    *,
    source: str = "from_partner_id",
    target: str = "to_partner_id",
    weight: str | None = None,
    at_least: float = 1.0,
    attributes: pd.DataFrame | None = None,
    responded: Collection[str] | None = None,
) -> Network | Insufficient:
    """Directed network of the ties that actors reported.

    Parameters
    ----------
    ties : DataFrame of shape (n_reports, n_columns)
        One row a reported tie.
    actors : sequence of str
        All actors, those without any tie among them: a density that leaves isolates out comes out too high.
    source, target : str
        Columns of who reported the tie and with whom.
    weight : str, optional
        Column of the tie's intensity; every row is a tie of weight 1 where it is left out. Where it is missing or
        infinite, nothing is known of the tie.
    at_least : float
        Intensity from which a tie counts as one.
    attributes : DataFrame of shape (n_attributed, n_attributes), optional
        Indexed by actor, for example the sector of each.
    responded : collection of str, optional
        Who answered: of ties that others would have reported nothing is known. All did where it is left out.

    Returns
    -------
    Network or Insufficient
        ``no_data`` without actors.

    Raises
    ------
    MethodError
        When a column is missing; a weight is no number; an actor, a tie or the attributes of an actor occur twice; a
        tie leads from or to nobody on the list or back to its own actor; somebody who did not respond reported ties;
        `at_least` is not above 0.
    """
    if not actors:
        return Insufficient("no_data")
    _check(ties, actors, [source, target, *([weight] if weight else [])], attributes)
    if not at_least > 0:
        raise MethodError(f"at_least is {at_least}: expected an intensity above 0, for 0 is no tie")
    names = tuple(sorted(actors))
    rows, columns = _ends(ties[source], ties[target], names)
    answered = np.array([responded is None or name in responded for name in names], dtype=bool)
    if silent := sorted({names[row] for row in rows if not answered[row]}):
        raise MethodError(f"ties: found reports of {', '.join(silent)}, expected them among those who responded")
    strength = np.ones(len(ties)) if weight is None else numbers_of(ties[weight], weight)
    weights = np.zeros((len(names), len(names)))
    weights[rows, columns] = np.where(np.isfinite(strength) & (strength >= at_least), strength, 0.0)
    unknown = np.zeros_like(weights, dtype=bool)
    unknown[rows, columns] = ~np.isfinite(strength)
    unknown[~answered, :] = True
    np.fill_diagonal(unknown, False)
    known = pd.DataFrame(index=[*names]) if attributes is None else attributes.reindex([*names])
    return Network(names, weights, unknown, answered, True, known)


@guarded
def undirected(network: Network, rule: Rule = "union") -> Network | Insufficient:
    """Give the network without directions.

    Parameters
    ----------
    network : Network
    rule : {"union", "intersection"}
        A tie is there where either end reported it, with the larger weight; or where both did (a confirmed tie), with
        the smaller. It is unknown where what is missing could settle it either way.

    Raises
    ------
    MethodError
        When the rule is unknown.
    """
    if rule not in get_args(Rule):
        raise MethodError(f"rule is {rule!r}: expected one of {', '.join(get_args(Rule))}")
    there, back, open_ = network.weights, network.weights.T, network.unknown | network.unknown.T
    if rule == "union":
        weights = np.maximum(there, back)
        unknown = open_ & (weights == 0)
    else:
        weights = np.minimum(there, back)
        refused = (there == 0) & ~network.unknown
        unknown = open_ & ~refused & ~refused.T
    return Network(network.actors, weights, unknown, network.answered, False, network.attributes)


def shortest_paths(ties: NDArray[np.bool_]) -> Array:
    """Ties from each actor to each other on the shortest way, shape (n_actors, n_actors); infinite where none leads."""
    from scipy.sparse.csgraph import shortest_path

    return np.asarray(shortest_path(ties.astype(float), unweighted=True))


def within_reach(ties: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether ties lead from each actor to each other, shape (n_actors, n_actors)."""
    return np.asarray(np.isfinite(shortest_paths(ties)), dtype=bool)


def shared_betweenness(network: Network) -> Array:
    """Share of the shortest ways between any two others that lead through each actor, shape (n_actors,).

    Freeman (1977), Sociometry 40; of at least three actors.
    """
    import networkx

    kind: Any = networkx.DiGraph if network.directed else networkx.Graph
    shares = networkx.betweenness_centrality(networkx.from_numpy_array(network.ties, create_using=kind))
    return np.array([shares[place] for place in range(network.n_actors)])


def _check(ties: pd.DataFrame, actors: Sequence[str], columns: Sequence[str], attributes: pd.DataFrame | None) -> None:
    if absent := sorted(set(columns) - set(ties.columns)):
        raise MethodError(f"ties: found no column {', '.join(absent)} among {', '.join(map(str, ties.columns))}")
    if len(set(actors)) < len(actors):
        raise MethodError("actors: found one of them twice; expected each once")
    if attributes is not None and not attributes.index.is_unique:
        raise MethodError("attributes: found an actor twice; expected one row each")
    if ties.duplicated(list(columns[:2])).any():
        raise MethodError("ties: found a tie twice; expected one row for each pair, of one round")


def _ends(
    source: pd.Series[str], target: pd.Series[str], names: Sequence[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of both ends of each tie."""
    index = pd.Index(names)
    rows, columns = index.get_indexer(pd.Index(source)), index.get_indexer(pd.Index(target))
    if strange := sorted({str(end) for end in [*source[rows < 0], *target[columns < 0]]}):
        raise MethodError(f"ties: found {', '.join(strange)}, expected actors of the list only")
    if (rows == columns).any():
        raise MethodError("ties: found a tie of an actor with itself; expected ties between two actors")
    return rows, columns
