"""Networks: measures against networkx and brute force, bounds that hold whatever is missing, isolates kept."""

from itertools import product

import networkx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms import bipartite
from rating_and_network_data import florentine, karate, network_of, ties

from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.networks.backbone_dependence import backbone_dependence
from collective_impact.statistics.networks.brokerage import ROLES, brokerage
from collective_impact.statistics.networks.centralization import centralization
from collective_impact.statistics.networks.cohesion import cohesion
from collective_impact.statistics.networks.missing_ties import missing_ties
from collective_impact.statistics.networks.mixing import mixing
from collective_impact.statistics.networks.mutual_reinforcement import mutual_reinforcement
from collective_impact.statistics.networks.network import network_from_ties, undirected
from collective_impact.statistics.networks.network_change import network_change
from collective_impact.statistics.networks.structural_order import structural_order

few = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 10_000)


def random_graph(seed, n=9, directed=False):
    return networkx.gnp_random_graph(n, 0.3, seed=seed, directed=directed)


def sectors(n, seed=0, kinds="abc"):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"sector": rng.choice([*kinds], size=n)}, index=[str(node) for node in range(n)])


@few
@given(seeds, st.booleans())
def test_measures_are_those_of_networkx(seed, directed):
    graph = random_graph(seed, directed=directed)
    network = network_of(graph)
    found, either = cohesion(network), graph.to_undirected()
    assert found.density == pytest.approx(networkx.density(graph))
    assert found.components == networkx.number_connected_components(either)
    assert found.isolates == len(list(networkx.isolates(graph)))
    assert found.average_clustering == pytest.approx(networkx.average_clustering(either))
    assert (found.transitivity or 0) == pytest.approx(networkx.transitivity(either))
    if directed:
        assert (found.reciprocity or 0) == pytest.approx(networkx.reciprocity(graph))
    lengths = [
        length
        for source, reached in networkx.all_pairs_shortest_path_length(graph)
        for target, length in reached.items()
        if source != target
    ]
    assert found.reachable == pytest.approx(len(lengths) / 72)
    if found.assortativity is not None:
        assert found.assortativity == pytest.approx(networkx.degree_assortativity_coefficient(either))
    if lengths:
        assert (found.mean_distance, found.diameter) == pytest.approx((np.mean(lengths), max(lengths)))
        between = networkx.betweenness_centrality(graph)
        assert centralization(network).actors["betweenness"].tolist() == pytest.approx(list(between.values()))


def test_a_star_is_wholly_centralized_and_a_ring_not_at_all():
    star, ring = (centralization(network_of(graph)) for graph in (networkx.star_graph(6), networkx.cycle_graph(7)))
    assert (star.degree, star.betweenness) == pytest.approx((1, 1))
    assert (ring.degree, ring.betweenness) == pytest.approx((0, 0))
    received = centralization(network_of(networkx.DiGraph([(each, 0) for each in range(1, 6)])))
    assert received.degree == 1
    assert received.degree_given == pytest.approx(1 / 25)  # the centre alone gives less than the others


@few
@given(seeds)
def test_names_and_order_do_not_matter(seed):
    graph, rng = random_graph(seed, directed=True), np.random.default_rng(seed)
    names = dict(enumerate(map(str, rng.permutation(100)[:9])))
    rows = ties(graph.edges()).sample(frac=1, random_state=seed)
    one = network_of(graph)
    other = network_from_ties(rows.replace({str(old): new for old, new in names.items()}), list(names.values()))
    first, second = cohesion(one), cohesion(other)
    for name in first.__slots__:
        assert getattr(second, name) == (None if getattr(first, name) is None else pytest.approx(getattr(first, name)))


def test_confirmed_ties_and_what_is_unknown_of_them():
    rows = ties(["ab", "ba", "bc", "ad"]).assign(intensity=[3, 1, 2, 2])
    reported = network_from_ties(rows, [*"dcba"], weight="intensity", responded=[*"abc"])
    assert reported.actors == ("a", "b", "c", "d")
    either, confirmed = undirected(reported), undirected(reported, "intersection")
    assert (reported.n_ties, either.n_ties, confirmed.n_ties) == (4, 3, 1)
    assert (either.weights[0, 1], confirmed.weights[0, 1]) == (3, 1)
    assert np.argwhere(np.triu(either.unknown)).tolist() == [[1, 3], [2, 3]]  # d might have named b and c
    assert np.argwhere(np.triu(confirmed.unknown)).tolist() == [[0, 3]]  # a named d; b and c did not


def test_weights_under_the_threshold_are_no_ties_and_missing_ones_unknown():
    rows = ties(["ab", "bc", "cd", "da"]).assign(intensity=[0, 2, np.nan, np.inf])
    network = network_from_ties(rows, [*"abcd"], weight="intensity")
    assert (network.n_ties, int(network.unknown.sum())) == (1, 2)


@few
@given(seeds, st.booleans())
def test_bounds_hold_whoever_is_silent(seed, directed):
    graph = random_graph(seed, 8, directed=True)
    silent = {str(node) for node in np.random.default_rng(seed).permutation(8)[:3]}
    told = [str(node) for node in graph if str(node) not in silent]
    rows = ties(graph.edges())
    whole = network_of(graph)
    heard = network_from_ties(rows[rows["from_partner_id"].isin(told)], whole.actors, responded=told)
    if not directed:
        whole, heard = undirected(whole), undirected(heard)
    truth, bounds = cohesion(whole), missing_ties(heard)
    assert bounds.density.low <= truth.density <= bounds.density.high
    if whole.n_ties:
        degree = centralization(whole).degree
        assert bounds.degree_centralization.low - 1e-9 <= degree <= bounds.degree_centralization.high + 1e-9
    if directed and bounds.reciprocity and truth.reciprocity is not None:
        assert bounds.reciprocity.low - 1e-9 <= truth.reciprocity <= bounds.reciprocity.high + 1e-9


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_are_reached(seed, directed):
    """Against every network that five actors could have, two of whom are silent."""
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in map("".join, product("abcde", repeat=2)) if pair[0] != pair[1] and rng.random() < 0.4]
    heard = network_from_ties(ties([pair for pair in pairs if pair[0] in "abc"]), [*"abcde"], responded=[*"abc"])
    heard = heard if directed else undirected(heard)
    open_ = np.argwhere(heard.unknown if directed else np.triu(heard.unknown))
    seen = {"density": [], "degree_centralization": [], "reciprocity": []}
    for answers in product([False, True], repeat=len(open_)):
        matrix = heard.ties
        matrix[open_[:, 0], open_[:, 1]] = answers
        matrix = matrix if directed else matrix | matrix.T
        degrees = matrix.sum(axis=0)
        seen["density"].append(matrix.sum() / 20)
        seen["degree_centralization"].append((5 * degrees.max() - degrees.sum()) / (16 if directed else 12))
        seen["reciprocity"].append((matrix & matrix.T).sum() / max(matrix.sum(), 1))
    bounds = missing_ties(heard)
    assert bounds.density == pytest.approx((min(seen["density"]), max(seen["density"])))
    assert bounds.degree_centralization.high == pytest.approx(max(seen["degree_centralization"]))
    lowest = min(seen["degree_centralization"])
    assert bounds.degree_centralization.low <= lowest + 1e-9
    if directed:
        assert bounds.degree_centralization.low == pytest.approx(lowest)
        if bounds.reciprocity:
            assert bounds.reciprocity == pytest.approx((min(seen["reciprocity"]), max(seen["reciprocity"])))


def test_a_network_that_all_told_of_has_no_room_between_its_bounds():
    bounds = missing_ties(florentine())
    assert bounds.n_unknown == 0
    assert bounds.density.low == bounds.density.high == pytest.approx(1 / 6)
    assert bounds.degree_centralization.low == bounds.degree_centralization.high
    assert (bounds.scenarios["absent"] == bounds.scenarios["present"]).all()


@few
@given(seeds, st.booleans())
def test_ties_across_and_within_are_those_of_networkx(seed, directed):
    graph, traits = random_graph(seed, 12, directed), sectors(12, seed)
    found = mixing(network_of(graph, traits), "sector")
    across = sum(traits.loc[str(a), "sector"] != traits.loc[str(b), "sector"] for a, b in graph.edges())
    assert found.ei_index == pytest.approx((2 * across - len(graph.edges())) / len(graph.edges()))
    groups = [{int(node) for node in members} for members in traits.groupby("sector").groups.values()]
    assert found.modularity == pytest.approx(networkx.community.modularity(graph.to_undirected(), groups))
    assert found.groups["within"].sum() == found.n_within
    assert found.groups["across"].sum() == 2 * found.n_across


def test_the_expected_index_and_p_value_are_those_of_all_ways_to_deal_groups_out():
    graph, groups = networkx.Graph([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (2, 3)]), [*"aaabbb"]
    dealt = [deal for deal in product("ab", repeat=6) if deal.count("a") == 3]
    index = [2 * np.mean([deal[a] != deal[b] for a, b in graph.edges()]) - 1 for deal in dealt]
    found = mixing(network_of(graph, pd.DataFrame({"sector": groups}, index=[*"012345"])), "sector")
    assert found.expected == pytest.approx(np.mean(index))
    exact = np.mean(np.abs(np.array(index) - found.expected) >= abs(found.ei_index - found.expected) - 1e-9)
    assert found.p_value == pytest.approx(exact)


@pytest.mark.parametrize("n", [9, 20])
@pytest.mark.parametrize("seed", range(3))
def test_names_of_actors_and_groups_do_not_move_the_p_value(n, seed):
    graph, traits, rng = random_graph(seed, n, directed=True), sectors(n, seed), np.random.default_rng(seed)
    names = dict(zip(map(str, range(n)), map(str, rng.permutation(100)[:n]), strict=True))
    renamed = traits.rename(index=names)["sector"].map({"a": "z", "b": "y", "c": "x"}).to_frame()
    other = network_from_ties(ties(graph.edges()).replace(names), list(names.values()), attributes=renamed)
    assert mixing(other, "sector").p_value == mixing(network_of(graph, traits), "sector").p_value


def test_drawn_and_counted_p_values_agree():
    graph, traits = random_graph(4, 12), sectors(12, 4, "ab")
    found = mixing(network_of(graph, traits), "sector")
    rng, edges, groups = np.random.default_rng(0), np.array(graph.edges()), traits["sector"].to_numpy()
    drawn = np.array([rng.permutation(groups)[edges] for _ in range(4000)])
    index = 2 * (drawn[:, :, 0] != drawn[:, :, 1]).mean(axis=1) - 1
    far = np.abs(index - found.expected) >= abs(found.ei_index - found.expected) - 1e-9
    assert found.p_value == pytest.approx(far.mean(), abs=0.03)


def test_the_order_of_actors_is_that_of_their_parts():
    rings = networkx.disjoint_union_all([networkx.cycle_graph(6), networkx.cycle_graph(3), networkx.cycle_graph(3)])
    rng = np.random.default_rng(0)
    for graph in (rings, networkx.star_graph(8), networkx.random_regular_graph(3, 12, seed=1), random_graph(1, 12)):
        matrix = networkx.to_numpy_array(graph) > 0
        mixed = rng.permutation(len(matrix))
        one, other = structural_order(matrix), mixed[structural_order(matrix[np.ix_(mixed, mixed)])]
        assert (matrix[np.ix_(one, one)] == matrix[np.ix_(other, other)]).all()


@few
@given(seeds, st.booleans())
def test_brokerage_roles_are_counted_one_way_after_another(seed, directed):
    graph, traits = random_graph(seed, 8, directed), sectors(8, seed)["sector"]
    arcs = set(graph.edges()) | (set() if directed else {(b, a) for a, b in graph.edges()})
    counts = pd.DataFrame(0, index=traits.index, columns=[*ROLES])
    for first, broker, last in product(range(8), repeat=3):
        if first == last or (first, broker) not in arcs or (broker, last) not in arcs or (first, last) in arcs:
            continue
        a, b, c = (traits.iloc[place] for place in (first, broker, last))
        role = (
            "coordinator" if a == b == c else "consultant" if a == c else "gatekeeper" if b == c
            else "representative" if a == b else "liaison"
        )  # fmt: skip
        counts.loc[str(broker), role] += 1
    found = brokerage(network_of(graph, traits.to_frame()), "sector").actors
    assert found.drop(columns="total").to_numpy().tolist() == counts.to_numpy().tolist()


def test_without_the_centre_of_a_star_nothing_is_left():
    graph = networkx.star_graph(5)
    graph.add_edge(4, 5)
    graph.add_node(6)
    found = backbone_dependence(network_of(graph), ["0"])
    assert (found.n_others, found.isolated, found.isolates_with) == (6, ("1", "2", "3"), 1)
    assert found.share_of_ties == pytest.approx(5 / 6)
    assert (found.density_with, found.density_without) == pytest.approx((6 / 21, 1 / 15))
    assert (found.reachable_with, found.reachable_without) == pytest.approx((10 / 15, 1 / 15))
    assert (found.components_with, found.components_without) == (2, 5)


def test_change_is_told_of_those_who_were_there_twice():
    before = network_from_ties(ties(["ab", "ba", "bc", "cx"]).assign(w=[1, 2, 3, 1]), [*"abcx"], weight="w")
    after = network_from_ties(ties(["ab", "bc", "ca", "ay"]).assign(w=[2, 2, 1, 1]), [*"abcy"], weight="w")
    found = network_change(before, after)
    assert (found.n_actors, found.joined, found.left, found.n_pairs) == (3, ("y",), ("x",), 6)
    assert (found.kept, found.new, found.lost) == (2, 1, 1)
    assert (found.stronger, found.weaker, found.stability) == (1, 1, 0.5)
    assert found.measures.loc["reciprocity"].tolist() == pytest.approx([2 / 3, 0])
    assert network_change(after, after).stability == 1


def test_who_is_silent_in_one_round_does_not_count_as_change():
    told = network_from_ties(ties(["ab", "ba", "bc", "cb"]), [*"abc"])
    silent = network_from_ties(ties(["ab", "cb"]), [*"abc"], responded=[*"ac"])
    found = network_change(told, silent)
    assert (found.kept, found.new, found.lost, found.n_pairs) == (2, 0, 0, 4)


def test_half_of_the_actors_falling_silent_changes_no_measure_of_a_complete_network():
    names, told = [*"abcdefghij"], [*"abcde"]
    rows = ties([first + second for first, second in product(names, repeat=2) if first != second])
    before = network_from_ties(rows, names)
    after = network_from_ties(rows[rows["from_partner_id"].isin(told)], names, responded=told)
    found = network_change(before, after)
    assert (found.n_actors, found.n_answered, found.n_pairs, found.kept) == (10, 5, 45, 45)
    assert (
        found.measures.loc[["density", "reciprocity", "reachable", "transitivity"]].to_numpy().tolist() == [[1, 1]] * 4
    )
    assert not found.not_given
    assert (found.measures["before"] == found.measures["after"]).all()


@few
@given(seeds, st.booleans())
def test_measures_of_change_are_those_of_the_known_ties_and_of_who_answered_twice(seed, directed):
    names, told = [*"01234567"], [*"012345"]
    rounds = [ties(random_graph(seed + extra, 8, directed=True).edges()) for extra in (0, 1)]
    before = network_from_ties(rounds[0], names)
    after = network_from_ties(rounds[1][rounds[1]["from_partner_id"].isin(told)], names, responded=told)
    if not directed:
        before, after = undirected(before), undirected(after)
    found = network_change(before, after)
    assert found.n_answered == 6
    assert not found.measures.isna().to_numpy().any()
    known = ~after.unknown & ~np.eye(8, dtype=bool)
    for column, network in (("before", before), ("after", after)):
        assert found.measures.loc["density", column] == pytest.approx(network.ties[known].mean())
        whole = network.restricted(told)
        expected = cohesion(whole)
        for name in {"reachable", "components", "isolates", "transitivity"} & {*found.measures.index}:
            assert found.measures.loc[name, column] == pytest.approx(getattr(expected, name))
        if "reciprocity" in found.measures.index:
            assert found.measures.loc["reciprocity", column] == pytest.approx(expected.reciprocity)


def test_measures_that_nobody_can_tell_are_named_with_their_reason():
    rows = ties(["ab", "ba", "bc", "cd"])
    silent = network_from_ties(rows[:1], [*"abcd"], responded=["a"])
    found = network_change(network_from_ties(rows, [*"abcd"]), silent)
    assert found.measures.to_numpy().tolist() == [[pytest.approx(1 / 3)] * 2]
    assert (found.n_answered, found.not_given["reciprocity"]) == (1, Insufficient("no_data"))
    assert found.not_given["components"] == Insufficient("too_few_actors", 1, 2)
    assert found.not_given["degree_centralization"] == Insufficient("too_few_actors", 1, 3)
    weights = rows.assign(w=[1, 1, None, 1])
    half = network_from_ties(weights, [*"abcd"], weight="w")
    assert network_change(half, half).n_answered == 3  # b answered, but left out how close the tie to c is
    bare = network_from_ties(rows[:0], [*"abcd"])
    assert network_change(bare, bare).not_given["mean_distance"] == Insufficient("no_denominator", 0, 1)
    assert network_change(bare, bare).not_given["reciprocity"] == Insufficient("no_ties", 0, 1)


def test_partners_and_strategies_are_those_of_networkx():
    graph = networkx.davis_southern_women_graph()
    women, events = sorted(graph.graph["top"]), sorted(graph.graph["bottom"])
    rows = [(a, b) if a in women else (b, a) for a, b in graph.edges()]
    found = mutual_reinforcement(pd.DataFrame(rows, columns=["partner_id", "strategy"]), women, events)
    shared = bipartite.overlap_weighted_projected_graph(graph, women, jaccard=True)
    assert found.density == pytest.approx(bipartite.density(graph, women))
    assert found.clustering == pytest.approx(bipartite.robins_alexander_clustering(graph))
    assert found.sharing_pairs == pytest.approx(networkx.density(shared))
    assert found.overlap == pytest.approx(np.mean([weight for *_, weight in shared.edges(data="weight")]))


def test_strategies_that_rest_on_one_partner_and_partners_without_any_are_named():
    rows = pd.DataFrame({"partner_id": [*"aabbb"], "strategy": ["x", "y", "y", "y", None]})
    found = mutual_reinforcement(rows, [*"cba"], [*"xyz"])
    assert (found.without_strategy, found.with_one_partner, found.without_partner) == (("c",), ("x",), ("z",))
    assert (found.n_ties, found.sharing_pairs, found.clustering) == (3, pytest.approx(1 / 3), 0)
    assert found.shared.loc["a", "b"] == 1


def test_leaving_the_isolate_out_would_make_the_network_denser():
    assert cohesion(florentine(isolate=False)).density > cohesion(florentine()).density
    assert cohesion(florentine()).isolates == 1
    assert karate().n_ties == 78
