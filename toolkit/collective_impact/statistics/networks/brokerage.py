"""Who stands between others who have no tie, and on whose behalf.

Gould, R. V. & Fernandez, R. M. (1989), Structures of mediation: a formal approach to brokerage in transaction networks,
Sociological Methodology 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.network import Network
from collective_impact.statistics.types import Array

ROLES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")


@dataclass(frozen=True, slots=True, eq=False)
class Brokerage:
    """How often each actor stands between two others.

    Attributes
    ----------
    actors : DataFrame of shape (n_actors, 6)
        By actor, how many ways from one actor over this one to another who are not tied directly: ``coordinator`` (all
        of one group), ``consultant`` (the two others of one group, the broker of another), ``gatekeeper`` (from
        another group into the broker's own), ``representative`` (from the broker's own group to another), ``liaison``
        (three groups), and ``total``.
    left_out : int
        Actors of unknown group, left out with their ties.
    """

    actors: pd.DataFrame
    left_out: int


@guarded
def brokerage(network: Network, attribute: str) -> Brokerage | Insufficient:
    """Count the roles of Gould & Fernandez by a trait of the actors, for example their sector.

    Parameters
    ----------
    network : Network
        An undirected tie is one each way: every pair is then counted from both sides, and gatekeeper and
        representative come to the same. What is unknown is taken as absent.
    attribute : str
        Column of the network's attributes.

    Returns
    -------
    Brokerage or Insufficient
        ``too_few_actors`` under 3 whose group is known, ``no_ties`` between them.

    Raises
    ------
    MethodError
        When the network has no such attribute.
    """
    if attribute not in network.attributes:
        raise MethodError(f"attribute is {attribute!r}: expected one of {', '.join(map(str, network.attributes))}")
    trait = network.attributes[attribute]
    known = network.restricted([actor for actor, has in zip(network.actors, trait.notna(), strict=True) if has])
    if known.n_actors < 3:
        return Insufficient("too_few_actors", known.n_actors, 3)
    if not known.n_ties:
        return Insufficient("no_ties", 0, 1)
    codes, names = pd.factorize(trait.dropna(), sort=True)
    ways = _ways(known.ties, codes, len(names))
    roles = pd.DataFrame({role: _of_role(role, ways, codes) for role in ROLES}, index=list(known.actors))
    return Brokerage(roles.assign(total=roles.sum(axis=1)), network.n_actors - known.n_actors)


def _ways(ties: NDArray[np.bool_], codes: NDArray[np.intp], n_groups: int) -> Array:
    """Ways over each actor from a group to a group, their ends not tied, shape (n_actors, n_groups, n_groups)."""
    into, apart = ties.astype(float), (~ties).astype(float)
    np.fill_diagonal(apart, 0.0)
    ways = np.zeros((len(codes), n_groups, n_groups))
    for first, second in product(range(n_groups), repeat=2):
        here, there = codes == first, codes == second
        ways[:, first, second] = ((into[here].T @ apart[np.ix_(here, there)]) * into[:, there]).sum(axis=1)
    return ways


def _of_role(role: str, ways: Array, codes: NDArray[np.intp]) -> NDArray[np.int64]:
    actors = np.arange(len(codes))
    own = ways[actors, codes, codes]
    into, out = ways[actors, :, codes].sum(axis=1) - own, ways[actors, codes, :].sum(axis=1) - own
    outside = np.trace(ways, axis1=1, axis2=2) - own
    counts = {
        "coordinator": own,
        "consultant": outside,
        "gatekeeper": into,
        "representative": out,
        "liaison": ways.sum(axis=(1, 2)) - own - outside - into - out,
    }
    return np.asarray(np.rint(counts[role]), dtype=np.int64)
