"""What a network is without its backbone: who would lose whom if it were gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.cohesion import component_sizes
from collective_impact.statistics.networks.network import Network, within_reach


@dataclass(frozen=True, slots=True)
class BackboneDependence:
    """The other actors' network with the backbone in it, and without.

    Attributes
    ----------
    n_others : int
        Actors besides the backbone.
    share_of_ties : float
        Ties that have the backbone at one end, of all ties.
    density_with, density_without : float
        Of all actors, and of the others among themselves.
    reachable_with, reachable_without : float
        Share of the pairs of other actors between whom ties lead: over the backbone too, and not over it. In the
        given direction where directed.
    components_with, components_without : int
        Parts that the others fall into, without a tie between them.
    isolates_with : int
        Others without any tie.
    isolated : tuple of str
        Others whose only ties are with the backbone.
    """

    n_others: int
    share_of_ties: float
    density_with: float
    density_without: float
    reachable_with: float
    reachable_without: float
    components_with: int
    components_without: int
    isolates_with: int
    isolated: tuple[str, ...]


@guarded
def backbone_dependence(network: Network, backbone: Collection[str]) -> BackboneDependence | Insufficient:
    """Set the network against itself without its backbone, what is unknown taken as absent.

    It tells what rests on the backbone's ties as they are, not what would happen without it: others might tie anew.

    Parameters
    ----------
    network : Network
    backbone : collection of str
        One actor or several.

    Returns
    -------
    BackboneDependence or Insufficient
        ``too_few_actors`` under 2 besides the backbone, ``no_ties`` without any.

    Raises
    ------
    MethodError
        When no backbone is named, or one that is not in the network.
    """
    if not backbone:
        raise MethodError("backbone: found no actor, expected one at least")
    of_backbone = network.places(backbone)
    others = np.setdiff1d(np.arange(network.n_actors), of_backbone)
    if len(others) < 2:
        return Insufficient("too_few_actors", len(others), 2)
    if not network.n_ties:
        return Insufficient("no_ties", 0, 1)
    rest = network.restricted([network.actors[place] for place in others])
    either, among = network.ties | network.ties.T, rest.ties | rest.ties.T
    pairs = np.ix_(others, others)
    tied, tied_without = either[others].any(axis=1), np.asarray(among.any(axis=1))
    return BackboneDependence(
        n_others=len(others),
        share_of_ties=1 - rest.n_ties / network.n_ties,
        density_with=network.n_ties / network.n_pairs,
        density_without=rest.n_ties / rest.n_pairs,
        reachable_with=_share_of_pairs(within_reach(network.ties)[pairs]),
        reachable_without=_share_of_pairs(within_reach(rest.ties)),
        components_with=len(component_sizes(within_reach(either)[pairs])),
        components_without=len(component_sizes(among)),
        isolates_with=int((~tied).sum()),
        isolated=tuple(actor for actor, lost in zip(rest.actors, tied & ~tied_without, strict=True) if lost),
    )


def _share_of_pairs(joined: NDArray[np.bool_]) -> float:
    """Share of pairs of two actors; everybody is joined to themselves."""
    n = len(joined)
    return float((joined.sum() - n) / (n * (n - 1)))
