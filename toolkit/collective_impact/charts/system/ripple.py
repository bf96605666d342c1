"""Pictures of early change: when it was seen, who changed what, and which change led to which."""

from textwrap import shorten
from typing import Any

import altair as alt
import pandas as pd

from collective_impact.analysis.system.outcome_chains import OutcomeChains
from collective_impact.analysis.system.records import levers
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.lanes import Happening, lanes
from collective_impact.charts.marks import colour
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.charts.theme import WIDTH
from collective_impact.data.outcome import date_in_words
from collective_impact.data.schema import table_schema
from collective_impact.language import listing
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST = 20
"""Outcomes that the tree shows."""
STEP, ROW = 26, 46
"""Pixels from an outcome to what follows from it, and from line to line."""
CHARACTERS = 100
_SHAPES = {"positive": "circle", "negative": "triangle-down", "mixed": "diamond"}


@guarded
def signals_over_time(signals: pd.DataFrame) -> Figure | Insufficient:
    """Draw each recorded change when it was seen, one lane for each place in the system."""
    if signals.empty:
        return Insufficient("no_rows", 0, 1, "system_change")
    counts = signals["lever"].value_counts(sort=True)
    marks = [
        Happening(
            f"{lever} ({counts[lever]})",
            row["date"].start_time.date(),
            None,
            row["description"],
            when=date_in_words(row["date"]),
        )
        for lever in counts.index
        for _i, row in signals[signals["lever"] == lever].iterrows()
    ]
    lacking = [lever for lever in levers().values() if lever not in counts.index]
    words = {
        "n": counts.iloc[0],
        "total": len(signals),
        "lever": str(counts.index[0]).lower(),
        "lacking": listing([lever.lower() for lever in lacking]),
        "counts": listing([f"{str(lever).lower()} {count}" for lever, count in counts.items()]),
        "first": date_in_words(signals["date"].iloc[0]),
        "last": date_in_words(signals["date"].iloc[-1]),
    }
    return figure(
        lanes(marks),
        "early-signals",
        words,
        title=_("{n} of {total} recorded changes are in {lever}"),
        note=_("Each circle is one change, with how many there are in brackets; counts of what was noticed, no rates.")
        + (" " + _("None is recorded in {lacking}.") if lacking else ""),
        alt_text=_("Time line from {first} to {last} with {total} recorded changes: {counts}."),
        data=_signals_table(signals),
    )


def _signals_table(signals: pd.DataFrame) -> Table:
    rows = [
        [date_in_words(row["date"]), row["lever"], row["partner"] or _("not a partner"), row["description"]]
        for _i, row in signals.iterrows()
    ]
    return Table([_("When"), _("Where in the system"), _("Who changed"), _("What changed")], rows)


@guarded
def levers_and_actors(signals: pd.DataFrame) -> Figure | Insufficient:
    """Draw how many changes of each kind each kind of actor has made."""
    if signals.empty:
        return Insufficient("no_rows", 0, 1, "system_change")
    actors = signals["actor"].replace("", _("Not a partner"))
    counts = pd.crosstab(actors, signals["lever"])
    order = actors.value_counts()
    columns = list(levers().values())
    counts = counts.reindex(index=order.index, columns=columns, fill_value=0)
    most = int(counts.to_numpy().max())
    cells = [
        MatrixCell(str(actor), str(lever), count / most if count else None, str(count) if count else "–")
        for actor, row in counts.iterrows()
        for lever, count in row.items()
    ]
    cells = [each for actor in order.index for each in (*_of_row(cells, actor), _total(str(actor), int(order[actor])))]
    outside = int((signals["actor"] == "").sum())
    words = {
        "actor": str(order.index[0]).lower(),
        "n": order.iloc[0],
        "total": len(signals),
        "outside": outside,
        "empty": int((counts == 0).to_numpy().sum()),
        "cells": counts.size,
        "counts": listing([f"{actor} {count}" for actor, count in order.items()]),
    }
    return figure(
        matrix(cells),
        "levers-actors",
        words,
        title=_("{n} of {total} recorded changes lie with one kind of actor: {actor}"),
        note=_("Recorded changes by kind of actor and place in the system. {outside} were made by actors outside."),
        alt_text=_("Table of {total} changes by kind of actor: {counts}. {empty} of {cells} cells are empty."),
        data=matrix_table(cells, _("Kind of actor")),
    )


def _of_row(cells: list[MatrixCell], row: str) -> list[MatrixCell]:
    return [cell for cell in cells if cell.row == row]


def _total(row: str, count: int) -> MatrixCell:
    return MatrixCell(row, _("In all"), None, str(count))


@guarded
def ripple_tree(harvest: pd.DataFrame, chains: OutcomeChains) -> Figure:
    """Draw harvested outcomes as trees, each below what it follows from."""
    rows = chains.order.head(MOST).join(harvest.set_index("outcome_id"))
    frame = _placed(rows)
    negative, mixed = ((harvest["sign"] == sign).sum() for sign in ("negative", "mixed"))
    top = chains.order.index[0]
    words = {
        "linked": chains.n_linked,
        "total": len(harvest),
        "chains": chains.n_chains,
        "longest": chains.longest,
        "negative": negative,
        "mixed": mixed,
        "unexpected": int(harvest["expected"].eq(False).sum()),
        "root": rows.loc[top, "who"],
        "followers": rows.loc[top, "followers"],
        "shown": len(rows),
    }
    return figure(
        _tree(frame),
        "ripples",
        words,
        title=(
            _("{linked} of {total} harvested outcomes follow from an earlier one")
            if chains.n_linked
            else _("None of the {total} harvested outcomes follows from an earlier one")
        ),
        note=_(
            "Lines lead from a change to what followed. Circle: for the better; triangle: for the worse; "
            "diamond: mixed. Hollow: nobody had foreseen it."
        )
        + (" " + _("The first {shown} of {total}.") if len(rows) < len(harvest) else ""),
        alt_text=_(
            "Tree of {total} outcomes, {linked} of which follow from another, in {chains} trees; the longest line has "
            "{longest} steps. {followers} outcomes follow from {root}. {negative} are for the worse, {mixed} mixed; "
            "{unexpected} were not foreseen."
        ),
        data=_outcomes_table(rows),
    )


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Where each outcome and its two lines of text stand, and where the line from what it follows from begins."""
    places = {own: place for place, own in enumerate(rows.index)}
    parents = [places.get(each) for each in rows["parent"]]
    depth = [int(each) for each in rows["depth"]]
    return pd.DataFrame(
        {
            "x": [10 + STEP * each for each in depth],
            "y": range(len(rows)),
            "text_x": [10 + STEP * each + 16 for each in depth],
            "from_x": [
                10 + STEP * (depth[at] if at is not None else own) for at, own in zip(parents, depth, strict=True)
            ],
            "from_y": [own if at is None else at for own, at in enumerate(parents)],
            "line": [
                shorten(f"{row['who']}: {row['what_changed']}", CHARACTERS - 5 * row["depth"], placeholder="…")
                for _i, row in rows.iterrows()
            ],
            "detail": [_detail(row) for _i, row in rows.iterrows()],
            "shape": [_SHAPES.get(sign, "circle") for sign in rows["sign"]],
            "stroke": [colour("orange" if sign == "negative" else "teal") for sign in rows["sign"]],
            "fill": [
                colour("paper") if expected is False else colour("orange" if sign == "negative" else "teal")
                for sign, expected in zip(rows["sign"], rows["expected"].eq(True).to_list(), strict=True)
            ],
        }
    )


def _detail(row: "pd.Series[Any]") -> str:
    parts = [date_in_words(row["date"]), _label("type", row["type"])]
    if row["sign"] != "positive":
        parts.append(_("for the worse") if row["sign"] == "negative" else _("mixed"))
    if not row["expected"]:
        parts.append(_("not foreseen"))
    return " · ".join(parts)


def _label(column: str, value: str) -> str:
    return table_schema("outcome_harvest").field(column).label_of(value)


def _tree(frame: pd.DataFrame) -> alt.LayerChart:
    bottom = len(frame) - 0.4
    across = alt.Scale(domain=[0, WIDTH], nice=False)
    x, start, words = (alt.X(f"{column}:Q", axis=None, scale=across) for column in ("x", "from_x", "text_x"))
    down = alt.Scale(domain=[bottom, -0.6], nice=False)
    y, above = (alt.Y(f"{column}:Q", axis=None, scale=down) for column in ("y", "from_y"))
    base, linked = alt.Chart(frame), alt.Chart(frame[frame["from_y"] != frame["y"]])
    tooltip = [alt.Tooltip("line:N", title=_("What changed")), alt.Tooltip("detail:N", title=_("When"))]
    texts: dict[str, dict[str, Any]] = {
        "line": {"dy": -8, "fontSize": 14},
        "detail": {"dy": 10, "fontSize": 13, "color": colour("muted")},
    }
    layers = [
        linked.mark_rule(color=colour("grey"), strokeWidth=1.2).encode(x=start, y=above, y2=alt.Y2("y:Q")),
        linked.mark_rule(color=colour("grey"), strokeWidth=1.2).encode(x=start, x2=alt.X2("x:Q"), y=y),
        base.mark_point(size=110, strokeWidth=2, opacity=1).encode(
            x=x,
            y=y,
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            tooltip=tooltip,
        ),
        *(
            base.mark_text(align="left", baseline="middle", **look).encode(x=words, y=y, text=alt.Text(f"{column}:N"))
            for column, look in texts.items()
        ),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH, height=ROW * len(frame))


def _outcomes_table(rows: pd.DataFrame) -> Table:
    place = {own: str(number) for number, own in enumerate(rows.index, 1)}
    cells = [
        [
            place[own],
            place.get(row["parent"], ""),
            date_in_words(row["date"]),
            row["who"],
            row["what_changed"],
            _label("sign", row["sign"]),
            _("yes") if row["expected"] else _("no"),
        ]
        for own, row in rows.iterrows()
    ]
    columns = [_("Number"), _("Follows from"), _("When"), _("Who"), _("What changed"), _("Sign"), _("Foreseen")]
    return Table(columns, cells, numeric=(0, 1))
