"""Networks."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from rating_and_network_data import florentine, ties

from collective_impact.errors import MethodError
from collective_impact.statistics.networks.backbone_dependence import backbone_dependence
from collective_impact.statistics.networks.brokerage import brokerage
from collective_impact.statistics.networks.centralization import centralization
from collective_impact.statistics.networks.cohesion import cohesion
from collective_impact.statistics.networks.missing_ties import missing_ties
from collective_impact.statistics.networks.mixing import mixing
from collective_impact.statistics.networks.mutual_reinforcement import mutual_reinforcement
from collective_impact.statistics.networks.network import Network, network_from_ties, undirected
from collective_impact.statistics.networks.network_change import network_change
from statistics_examples import SOUND, Degenerate

SECTORS = pd.DataFrame({"sector": ["public", "public", "nonprofit", "nonprofit", "business"]}, index=[*"abcde"])
REPORTED = ties(["ab", "ba", "bc", "cd", "db", "be"]).assign(intensity=[1, 2, 3, 4, 2, 1])


def reported(rows: pd.DataFrame = REPORTED, actors: str = "abcdef", **options: object) -> Network:
    options = {"weight": "intensity", "attributes": SECTORS, "responded": [*"abcd"][: len(actors)], **options}
    return network_from_ties(rows, [*actors], **options)


def change() -> object:
    return network_change(reported(), reported(REPORTED[1:].assign(intensity=2), "abcdeg"))


WORK = pd.DataFrame({"partner_id": [*"aabbcc"], "strategy": ["x", "y", "x", "y", "y", None]})


def reinforcement(work: pd.DataFrame = WORK, partners: str = "abcd", strategies: str = "xyz") -> object:
    return mutual_reinforcement(work, [*partners], [*strategies])


EXAMPLES: dict[str, Callable[[], object]] = {
    "networks.network.network_from_ties": reported,
    "networks.network.undirected": lambda: undirected(reported(), "intersection"),
    "networks.cohesion.cohesion": lambda: cohesion(reported()),
    "networks.centralization.centralization": lambda: centralization(reported()),
    "networks.mixing.mixing": lambda: mixing(reported(), "sector"),
    "networks.brokerage.brokerage": lambda: brokerage(reported(), "sector"),
    "networks.backbone_dependence.backbone_dependence": lambda: backbone_dependence(reported(), ["b"]),
    "networks.network_change.network_change": change,
    "networks.missing_ties.missing_ties": lambda: missing_ties(reported()),
    "networks.mutual_reinforcement.mutual_reinforcement": reinforcement,
}


def rows(method: str, *cases: tuple[str, Callable[[], object], str | type[MethodError]]) -> list[Degenerate]:
    return [Degenerate(f"networks.{method}", *case) for case in cases]


HALF_KNOWN = [1, np.nan, np.inf, 2, 2, 2]
EMPTY, ALONE = reported(REPORTED[:0]), reported(REPORTED[:0], "a")
DISCONNECTED = reported(ties(["ab", "cd"]), weight=None)
NO_ANSWERS = reported(REPORTED[:0], responded=[])
STRANGERS = reported(REPORTED[:0], "uvw", attributes=None, responded=None)
SAME_SECTOR = reported(attributes=SECTORS.assign(sector="public"))

DEGENERATE: list[Degenerate] = [
    *rows(
        "network.network_from_ties",
        ("no actors", lambda: reported(REPORTED[:0], ""), "no_data"),
        ("no ties", lambda: reported(REPORTED[:0]), SOUND),
        (
            "missing and infinite weights",
            lambda: reported(REPORTED.assign(intensity=HALF_KNOWN)),
            SOUND,
        ),
        ("missing column", lambda: reported(weight="strength"), MethodError),
        ("unknown actor", lambda: reported(actors="abcd"), MethodError),
        ("actor without a name", lambda: reported(REPORTED.replace("e", None)), MethodError),
        ("actor twice", lambda: reported(actors="aabcde"), MethodError),
        ("tie twice", lambda: reported(pd.concat([REPORTED, REPORTED])), MethodError),
        ("tie with oneself", lambda: reported(REPORTED.replace("a", "b")[:1]), MethodError),
        ("ties of somebody silent", lambda: reported(responded=["a"]), MethodError),
        ("attributes twice", lambda: reported(attributes=pd.concat([SECTORS, SECTORS])), MethodError),
        ("a tie from intensity 0", lambda: reported(at_least=0), MethodError),
    ),
    *rows("network.undirected", ("unknown rule", lambda: undirected(reported(), "both"), MethodError)),
    *rows(
        "cohesion.cohesion",
        ("one actor", lambda: cohesion(ALONE), "too_few_actors"),
        ("no ties", lambda: cohesion(EMPTY), SOUND),
        ("disconnected", lambda: cohesion(DISCONNECTED), SOUND),
    ),
    *rows(
        "centralization.centralization",
        ("one actor", lambda: centralization(ALONE), "too_few_actors"),
        ("no ties", lambda: centralization(EMPTY), "no_ties"),
        ("disconnected", lambda: centralization(DISCONNECTED), SOUND),
    ),
    *rows(
        "mixing.mixing",
        ("no ties", lambda: mixing(EMPTY, "sector"), "no_ties"),
        ("one actor", lambda: mixing(ALONE, "sector"), "too_few_groups"),
        ("one group", lambda: mixing(SAME_SECTOR, "sector"), "too_few_groups"),
        ("groups unknown", lambda: mixing(reported(attributes=SECTORS[:0]), "sector"), "too_few_groups"),
        ("disconnected", lambda: mixing(DISCONNECTED, "sector"), SOUND),
        ("unknown attribute", lambda: mixing(reported(), "size"), MethodError),
    ),
    *rows(
        "brokerage.brokerage",
        ("no ties", lambda: brokerage(EMPTY, "sector"), "no_ties"),
        ("one actor", lambda: brokerage(ALONE, "sector"), "too_few_actors"),
        ("one group", lambda: brokerage(SAME_SECTOR, "sector"), SOUND),
        ("groups unknown", lambda: brokerage(reported(attributes=SECTORS[:0]), "sector"), "too_few_actors"),
        ("unknown attribute", lambda: brokerage(reported(), "size"), MethodError),
    ),
    *rows(
        "backbone_dependence.backbone_dependence",
        ("no ties", lambda: backbone_dependence(EMPTY, ["b"]), "no_ties"),
        ("one actor", lambda: backbone_dependence(ALONE, ["a"]), "too_few_actors"),
        ("nobody but the backbone", lambda: backbone_dependence(reported(), [*"abcdef"]), "too_few_actors"),
        ("disconnected", lambda: backbone_dependence(DISCONNECTED, ["b"]), SOUND),
        ("no backbone", lambda: backbone_dependence(reported(), []), MethodError),
        ("unknown backbone", lambda: backbone_dependence(reported(), ["z"]), MethodError),
    ),
    *rows(
        "network_change.network_change",
        ("nobody in both rounds", lambda: network_change(reported(), STRANGERS), "too_few_actors"),
        ("nobody answered", lambda: network_change(reported(), NO_ANSWERS), "no_data"),
        ("no ties", lambda: network_change(EMPTY, EMPTY), SOUND),
        ("disconnected", lambda: network_change(reported(), DISCONNECTED), SOUND),
        ("one directed, one not", lambda: network_change(reported(), undirected(reported())), MethodError),
    ),
    *rows(
        "missing_ties.missing_ties",
        ("one actor", lambda: missing_ties(ALONE), "too_few_actors"),
        ("no ties", lambda: missing_ties(EMPTY), SOUND),
        ("nobody answered", lambda: missing_ties(NO_ANSWERS), SOUND),
        ("everybody answered", lambda: missing_ties(florentine()), SOUND),
    ),
    *rows(
        "mutual_reinforcement.mutual_reinforcement",
        ("no rows", lambda: reinforcement(WORK[:0]), "no_ties"),
        ("no strategies", lambda: reinforcement(WORK.assign(strategy=None), strategies=""), "no_ties"),
        ("one partner", lambda: reinforcement(WORK[:2], "a"), "too_few_actors"),
        ("nothing shared", lambda: reinforcement(WORK.iloc[[0, 3]]), SOUND),
        ("missing column", lambda: reinforcement(WORK[["strategy"]]), MethodError),
        ("unknown partner", lambda: reinforcement(partners="ab"), MethodError),
        ("unknown strategy", lambda: reinforcement(strategies="x"), MethodError),
        ("strategy twice", lambda: reinforcement(strategies="xxyz"), MethodError),
    ),
]
