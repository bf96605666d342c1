"""The network of partners round by round: how dense it is, how centred, and how much of it is the backbone's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.analysis.initiative.networks import RelationRound
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.backbone_dependence import BackboneDependence, backbone_dependence
from collective_impact.statistics.networks.centralization import centralization
from collective_impact.statistics.networks.cohesion import reciprocity
from collective_impact.statistics.networks.missing_ties import MissingTies, missing_ties
from collective_impact.statistics.networks.network import Network, network_from_ties, undirected
from collective_impact.statistics.networks.network_change import NetworkChange, network_change

COOPERATION = 2
"""Intensity from which a tie counts: cooperation, coordination or integration."""


@dataclass(frozen=True, slots=True, eq=False)
class PartnerRound:
    """The network of partners in one round; a tie is an intensity of `COOPERATION` or more.

    Attributes
    ----------
    name : str
        Of the round.
    network : Network
        Directed, weights the intensities; attributes ``name, sector, backbone``.
    backbone : tuple of str
        Partners that are the backbone organization or a part of it.
    measures : mapping of str to float
        Shares from 0 to 1, as far as they are defined: ``density`` of the ties that somebody told of;
        ``density_without_backbone``, the same among the others; ``share_of_backbone``, ties with the backbone of all
        ties; ``reciprocity``, ties returned where both told of theirs; ``centralization`` by ties that either reported.
    isolates : tuple of str
        Partners without any tie.
    dependence : BackboneDependence or Insufficient
        By ties that either of two reported; ``no_backbone`` where none is known.
    bounds : MissingTies or Insufficient
        How far ties that nobody told of could move the measures.
    """

    name: str
    network: Network
    backbone: tuple[str, ...]
    measures: dict[str, float]
    isolates: tuple[str, ...]
    dependence: BackboneDependence | Insufficient
    bounds: MissingTies | Insufficient

    @property
    def n_partners(self) -> int:
        """Partners, those without ties and those who did not answer among them."""
        return self.network.n_actors

    @property
    def n_answered(self) -> int:
        """Partners who answered."""
        return int(self.network.answered.sum())


@dataclass(frozen=True, slots=True, eq=False)
class PartnerRounds:
    """The network of partners round by round.

    Attributes
    ----------
    rounds : tuple of PartnerRound
        In order of time.
    change : NetworkChange or Insufficient
        From the first to the last among the partners of both; ``too_few_rounds`` with a single one.
    """

    rounds: tuple[PartnerRound, ...]
    change: NetworkChange | Insufficient

    @property
    def first(self) -> PartnerRound:
        """The earliest round."""
        return self.rounds[0]

    @property
    def last(self) -> PartnerRound:
        """The latest round."""
        return self.rounds[-1]

    @property
    def measured_twice(self) -> tuple[str, ...]:
        """Measures that the first and the last of several rounds both have."""
        return tuple(name for name in self.last.measures if name in self.first.measures) if len(self.rounds) > 1 else ()


@guarded
def partner_rounds(reported: Sequence[RelationRound]) -> PartnerRounds | Insufficient:
    """Measure the network of partners in each round.

    Returns
    -------
    PartnerRounds or Insufficient
        ``no_rows`` without a round in which anybody answered.
    """
    rounds = tuple(_measured(each) for each in reported if len(each.ties))
    if not rounds:
        return Insufficient("no_rows", 0, 1, "relation")
    if len(rounds) < 2:
        return PartnerRounds(rounds, Insufficient("too_few_rounds", len(rounds), 2))
    return PartnerRounds(rounds, network_change(rounds[0].network, rounds[-1].network))


def _measured(reported: RelationRound) -> PartnerRound:
    network = network_from_ties(
        reported.ties,
        list(reported.partners.index),
        weight="intensity",
        at_least=COOPERATION,
        attributes=reported.partners,
        responded=set(reported.ties["from_partner_id"]),
    )
    assert isinstance(network, Network), "whoever reports a tie is an actor"
    flags: pd.Series[bool] = network.attributes["backbone"].astype(bool)
    backbone = tuple(flags.index[flags])
    either = _either(network)
    return PartnerRound(
        name=reported.name,
        network=network,
        backbone=backbone,
        measures=_measures(network, backbone),
        isolates=tuple(network.actors[place] for place in np.flatnonzero(~np.any(either.ties, axis=1))),
        dependence=backbone_dependence(either, backbone) if backbone else Insufficient("no_backbone", 0, 1, "partner"),
        bounds=missing_ties(network),
    )


def _either(network: Network) -> Network:
    """The network of ties that either of two reported."""
    either = undirected(network)
    assert isinstance(either, Network), "there is a network to begin with"
    return either


def _measures(network: Network, backbone: tuple[str, ...]) -> dict[str, float]:
    others = network.restricted([actor for actor in network.actors if actor not in backbone])
    both_told = ~(network.unknown | network.unknown.T)
    centred = centralization(_either(network))
    found = {
        "density": _density(network),
        "density_without_backbone": _density(others) if backbone else None,
        "share_of_backbone": 1 - others.n_ties / network.n_ties if backbone and network.n_ties else None,
        "reciprocity": reciprocity(network.ties & both_told),
        "centralization": None if isinstance(centred, Insufficient) else centred.degree,
    }
    return {name: value for name, value in found.items() if value is not None}


def _density(network: Network) -> float | None:
    """Share of the ties that somebody told of that are there."""
    known = network.n_pairs - int(network.unknown.sum())
    return network.n_ties / known if known else None
