"""Pictures of the network of partners: who works with whom, and how that has changed."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from collective_impact.analysis.initiative.changed_answers import ChangedTrust
from collective_impact.analysis.initiative.partner_rounds import PartnerRound, PartnerRounds
from collective_impact.blocks import Table
from collective_impact.charts.change_of_scores import Change, change_of_scores, changes_table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour, in_lines
from collective_impact.charts.theme import WIDTH
from collective_impact.data.schema import table_schema
from collective_impact.language import figure_text, listing, number, percent
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.network import Network
from collective_impact.statistics.types import Array

HEIGHT = 560
SEED = 7
"""Of the layout: the same network lies the same way each time."""
DECIMALS = 3
LINE = 18
"""Characters in a line of a partner's name."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
MEASURES = ("density", "density_without_backbone", "reciprocity", "centralization", "share_of_backbone")


def measure_name(measure: str) -> str:
    """What a measure of the network is called."""
    return {
        "density": _("Possible ties that exist"),
        "density_without_backbone": _("The same without the backbone"),
        "reciprocity": _("Ties that both sides report"),
        "centralization": _("Centralization around few"),
        "share_of_backbone": _("Ties that lead to the backbone"),
    }[measure]


@guarded
def partner_map(rounds: PartnerRounds) -> Figure | Insufficient:
    """Draw who works with whom in the last round: lines for ties, shapes for sectors, the backbone in orange."""
    last = rounds.last
    if not last.network.n_ties:
        return Insufficient("no_ties", 0, 1)
    network = last.network
    places = _layout(network)
    nodes, ties = _nodes(last, places), _ties(last, places)
    density, without = last.measures["density"], last.measures.get("density_without_backbone")
    words = {
        "round": last.name,
        "n": network.n_actors,
        "answered": last.n_answered,
        "ties": len(ties),
        "density": percent(density),
        "without": "" if without is None else percent(without),
        "alone": len(last.isolates),
    }
    title = _("{density} of the possible ties between the {n} partners exist")
    if without is not None:
        title = _("{density} of the possible ties exist, {without} without the backbone")
    return figure(
        _map(nodes, ties),
        "partner-map",
        words,
        title=title,
        note=_(
            "{round}; {answered} of {n} partners answered. A line: at least one of the two reports cooperation; "
            "the thicker, the closer. Orange: the backbone and its ties. Shape: sector."
        ),
        alt_text=_(
            "Map of {n} partners with {ties} lines between those who cooperate. {density} of the possible ties exist; "
            "{alone} partners have no tie."
        ),
        data=_ties_table(last),
    )


def _nodes(round_: PartnerRound, places: Array) -> pd.DataFrame:
    network = round_.network
    sectors = [str(sector) for sector in network.attributes["sector"]]
    shapes = dict(zip(sorted(set(sectors)), SHAPES, strict=False))
    return pd.DataFrame(
        {
            "x": places[:, 0],
            "y": places[:, 1],
            "name": [str(name) for name in network.attributes["name"]],
            "label": [in_lines(str(name), LINE) for name in network.attributes["name"]],
            "sector": [_sector_name(sector) for sector in sectors],
            "shape": [shapes.get(sector, "circle") for sector in sectors],
            "shade": [colour("orange" if actor in round_.backbone else "teal") for actor in network.actors],
            "size": [360 if actor in round_.backbone else 170 for actor in network.actors],
        }
    )


def _layout(network: Network) -> Array:
    """Places from 0 to 1 by the forces of Fruchterman & Reingold, those without ties at the edge."""
    import networkx

    graph = networkx.from_numpy_array(np.maximum(network.weights, network.weights.T))
    found = networkx.spring_layout(graph, seed=SEED, k=2.4 / np.sqrt(max(network.n_actors, 1)), iterations=200)
    places = np.array([found[place] for place in range(network.n_actors)])
    spread = np.ptp(places, axis=0)
    scaled = (places - places.min(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.asarray(np.round(scaled, DECIMALS))


def _sector_name(sector: str) -> str:
    return table_schema("partner").field("sector").label_of(sector) if sector else _("not told")


def _ties(round_: PartnerRound, places: Array) -> pd.DataFrame:
    """Ties that either of two reported, with both ends' places and the closer intensity."""
    network = round_.network
    weights = np.maximum(network.weights, network.weights.T)
    first, second = np.nonzero(np.triu(weights, 1))
    of_backbone = np.isin(network.actors, round_.backbone)
    with_backbone = of_backbone[first] | of_backbone[second]
    return pd.DataFrame(
        {
            "x": places[first, 0],
            "y": places[first, 1],
            "x2": places[second, 0],
            "y2": places[second, 1],
            "intensity": weights[first, second],
            "shade": [colour("orange" if each else "teal") for each in with_backbone],
        }
    )


def _map(nodes: pd.DataFrame, ties: pd.DataFrame) -> alt.LayerChart:
    margin = 0.09
    ends = alt.Scale(domain=[-margin, 1 + margin], nice=False)
    x = alt.X("x:Q", axis=None, scale=ends)
    y = alt.Y("y:Q", axis=None, scale=ends)
    shade = alt.Color("shade:N", scale=None)
    width = alt.StrokeWidth("intensity:Q", scale=alt.Scale(domain=[1, 4], range=[0.3, 2.6]))
    lines = alt.Chart(ties).mark_rule(opacity=0.35)
    marks = alt.Chart(nodes).mark_point(filled=True, opacity=1, stroke=colour("paper"), strokeWidth=1)
    names = alt.Chart(nodes)
    words: dict[str, Any] = {"fontSize": 12, "dy": 12, "baseline": "top", "lineBreak": "\n", "lineHeight": 13}
    halo = names.mark_text(**words, stroke=colour("paper"), strokeWidth=4, strokeJoin="round")
    text = names.mark_text(**words)
    layers = [
        lines.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=shade, strokeWidth=width),
        marks.encode(
            x=x,
            y=y,
            color=shade,
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("size:Q", scale=None),
            tooltip=[alt.Tooltip("name:N", title=_("Partner")), alt.Tooltip("sector:N", title=_("Sector"))],
        ),
        halo.encode(x=x, y=y, text=alt.Text("label:N")),
        text.encode(x=x, y=y, text=alt.Text("label:N")),
        *_shape_key(nodes),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT)


def _shape_key(nodes: pd.DataFrame) -> list[alt.Chart]:
    """What each shape stands for, in rows above the map."""
    key = nodes.drop_duplicates("sector")[["sector", "shape"]].sort_values("sector").reset_index(drop=True)
    key = key.assign(
        left=[200 * (place % 3) + 14 for place in key.index], top=[18 * (place // 3) - 42 for place in key.index]
    )
    base = alt.Chart(key).encode(x=alt.X("left:Q", axis=None, scale=None), y=alt.Y("top:Q", axis=None, scale=None))
    mark = base.mark_point(filled=True, size=90, opacity=1, color=colour("muted"))
    return [
        mark.encode(shape=alt.Shape("shape:N", scale=None)),
        base.mark_text(align="left", dx=11, fontSize=12, color=colour("muted")).encode(text=alt.Text("sector:N")),
    ]


def _ties_table(round_: PartnerRound) -> Table:
    """How many ties each partner has, those with most first."""
    either = round_.network.ties | round_.network.ties.T
    counts = either.sum(axis=1)
    order = np.argsort(-counts, kind="stable")
    attributes = round_.network.attributes
    rows = [
        [
            str(attributes["name"].iloc[place]),
            _sector_name(str(attributes["sector"].iloc[place])),
            number(counts[place], 0),
            _("yes") if round_.network.answered[place] else _("no"),
        ]
        for place in order
    ]
    return Table([_("Partner"), _("Sector"), _("Works with"), _("Answered")], rows, numeric=(2,))


@guarded
def network_then_and_now(rounds: PartnerRounds) -> Figure | Insufficient:
    """Set the measures of the last round beside those of the first."""
    if len(rounds.rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds.rounds), 2)
    first, last = rounds.first, rounds.last
    kept = [name for name in MEASURES if name in rounds.measured_twice]
    if not kept:
        return Insufficient("no_ties", 0, 1)
    changes = [
        Change(
            measure_name(name),
            first.measures[name],
            last.measures[name],
            percent(first.measures[name]),
            percent(last.measures[name]),
        )
        for name in kept
    ]
    without = "density_without_backbone"
    measure = without if without in kept else kept[0]
    before, after = first.measures[measure], last.measures[measure]
    words = {
        "first": first.name,
        "last": last.name,
        "before": percent(before),
        "after": percent(after),
        "n_first": first.n_partners,
        "n_last": last.n_partners,
        "changes": listing([f"{each.name} {each.shown[0]}–{each.shown[1]}" for each in changes]),
    }
    up = _("More partners work together without the backbone: {before} became {after}")
    down = _("Fewer partners work together without the backbone: {before} became {after}")
    same = _("As many of the possible ties exist as before: {after}")
    if measure != without:
        up = _("The network grew denser: {before} of the possible ties became {after}")
        down = _("The network grew thinner: {before} of the possible ties became {after}")
    return figure(
        change_of_scores(changes, first.name, last.name, _("Share"), domain=(0, 1), percent_axis=True),
        "network-then-and-now",
        words,
        title=same if words["before"] == words["after"] else up if after > before else down,
        note=_("{first}: {n_first} partners, {last}: {n_last}. Ties of cooperation or closer, as reported."),
        alt_text=_("Paired dots for {first} and {last}. {changes}."),
        data=changes_table(changes, _("Measure"), first.name, last.name),
    )


@guarded
def rounds_table(rounds: PartnerRounds) -> Table:
    """List the measures of every round, with what the missing answers could change."""
    rows = []
    for each in rounds.rounds:
        bounds = each.bounds
        ends = "–"
        if not isinstance(bounds, Insufficient):
            ends = f"{percent(bounds.density.low)}–{percent(bounds.density.high)}"
        shares = [percent(each.measures[name]) if name in each.measures else "–" for name in MEASURES]
        answered = f"{each.n_answered}/{each.n_partners}"
        rows.append([each.name, answered, *shares[:2], ends, *shares[2:4], number(len(each.isolates), 0)])
    columns = [
        _("Round"),
        _("Answered"),
        _("Density"),
        _("Without backbone"),
        _("Density if the silent had no ties, or all"),
        _("Returned"),
        _("Centralization"),
        _("Without ties"),
    ]
    caption = _("The network of partners, round by round")
    return Table(columns, rows, caption, "network-rounds", numeric=range(1, 8))


@guarded
def trust_then_and_now(trust: ChangedTrust) -> Figure:
    """Set trust and the view of a shared mission in the last round beside the first, on their scale of 1 to 4."""
    changes = [Change(_trust_name(name), before, after) for name, (before, after) in trust.dimensions.items()]
    words = {
        "first": trust.first_round,
        "last": trust.last_round,
        "before": figure_text(trust.before),
        "after": figure_text(trust.after),
        "mission_before": percent(trust.mission_before),
        "mission_after": percent(trust.mission_after),
    }
    up = _("Partners trust each other more: {before} became {after}")
    down = _("Partners trust each other less: {before} became {after}")
    same = _("Partners trust each other about as much as before: {after}")
    return figure(
        change_of_scores(changes, trust.first_round, trust.last_round, _("Mean rating, 1–4"), domain=(1, 4)),
        "trust-then-and-now",
        words,
        title=same if words["before"] == words["after"] else up if trust.after > trust.before else down,
        note=_(
            "Mean over all rated ties, scale 1–4. Missions overlap in {mission_after} of the rated ties (3 or 4), in "
            "{mission_before} at first."
        ),
        alt_text=_(
            "Paired dots for {first} and {last}: mean trust {before} and {after}. The other partner is seen to support "
            "the shared mission in {mission_before} of the rated ties at first and {mission_after} at last."
        ),
        data=changes_table(changes, _("Trust"), trust.first_round, trust.last_round),
    )


def _trust_name(column: str) -> str:
    """Name of a dimension of trust, without the word that all of them share."""
    return {
        "trust_reliability": _("Keeps its commitments"),
        "trust_mission": _("Supports the shared mission"),
        "trust_openness": _("Is open to discussion"),
    }[column]
