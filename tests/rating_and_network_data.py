"""Published ratings and networks that the tests share."""

from functools import cache

import networkx
import pandas as pd

from collective_impact.statistics.networks.network import Network, network_from_ties, undirected

KRIPPENDORFF_2011 = pd.DataFrame(  # 4 observers of 12 units, section C of the paper
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
)
SHROUT_FLEISS_1979 = pd.DataFrame(  # 4 judges of 6 targets, table 2
    [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
)


def ties(pairs) -> pd.DataFrame:
    return pd.DataFrame(
        [(str(first), str(second)) for first, second in pairs], columns=["from_partner_id", "to_partner_id"]
    )


def network_of(graph: networkx.Graph, attributes: pd.DataFrame | None = None) -> Network:
    directed = network_from_ties(ties(graph.edges()), [str(node) for node in graph], attributes=attributes)
    return directed if graph.is_directed() else undirected(directed)


@cache
def florentine(isolate: bool = True) -> Network:
    """Marriages between Florentine families; networkx leaves out the Pucci, who married into none."""
    graph = networkx.florentine_families_graph()
    if isolate:
        graph.add_node("Pucci")
    return network_of(graph)


@cache
def karate() -> Network:
    """Zachary's karate club, with the side that each member took."""
    graph = networkx.karate_club_graph()
    return network_of(graph, pd.DataFrame({"club": {str(node): side for node, side in graph.nodes(data="club")}}))
