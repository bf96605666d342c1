"""How far a network turns around few of its actors.

Freeman, L. C. (1979), Centrality in social networks: conceptual clarification, Social Networks 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.network import Network, shared_betweenness
from collective_impact.statistics.types import Array

ACTORS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Centralization:
    """How far a network turns around few of its actors: 0 where all are alike, 1 in a star.

    Attributes
    ----------
    degree : float
        By the number of ties; by ties received in a directed network, which actors do not report of themselves.
    degree_given : float or None
        By ties reported; None in an undirected network.
    betweenness : float
        By the share of shortest ways between others that lead through an actor.
    actors : DataFrame of shape (n_actors, 3)
        By actor: ``received`` and ``given``, ties (the same number where undirected), and ``betweenness``, from 0
        to 1.
    """

    degree: float
    degree_given: float | None
    betweenness: float
    actors: pd.DataFrame


@guarded
def centralization(network: Network) -> Centralization | Insufficient:
    """Degree and betweenness centralization, what is unknown taken as absent.

    An actor who did not answer has no ties to report: missing central actors distort these more than the share of
    answers suggests (see `missing_ties`).

    Returns
    -------
    Centralization or Insufficient
        ``too_few_actors`` under 3, ``no_ties`` without any.
    """
    if network.n_actors < ACTORS:
        return Insufficient("too_few_actors", network.n_actors, ACTORS)
    if not network.n_ties:
        return Insufficient("no_ties", 0, 1)
    received, given = network.ties.sum(axis=0), network.ties.sum(axis=1)
    between = shared_betweenness(network)
    most = degree_sum_of_a_star(network.n_actors, network.directed)
    return Centralization(
        degree=_excess(received) / most,
        degree_given=_excess(given) / most if network.directed else None,
        betweenness=_excess(between) / (network.n_actors - 1),
        actors=pd.DataFrame({"received": received, "given": given, "betweenness": between}, index=list(network.actors)),
    )


def degree_sum_of_a_star(n_actors: int, directed: bool) -> int:
    """By how much the centre of a star exceeds the others in ties, summed over them: the most there can be."""
    return (n_actors - 1) ** 2 if directed else (n_actors - 1) * (n_actors - 2)


def _excess(scores: Array) -> float:
    """By how much the highest score exceeds all others."""
    return float((scores.max() - scores).sum())
