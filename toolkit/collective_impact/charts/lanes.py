"""A time line with lanes: what happened when, and how long it took, one lane for each kind or each thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import altair as alt
import pandas as pd

from collective_impact.charts.marks import (
    Layer,
    Role,
    colour,
    dated_axis,
    in_lines,
    layered_rows,
    names_axis,
    told,
)
from collective_impact.language import day
from collective_impact.language import translate as _

LANE_HEIGHT = 44
POINT = 90
LANE_WIDTH = 30
"""Characters in a line of a lane's name."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One mark on the time line.

    Attributes
    ----------
    lane : str
        Name of its lane, at the left.
    begins : date
    ends : date or None
        Last day of what takes time; None for what happens on a day.
    text : str
        What it was, for the pointer and the table behind the chart.
    label : str
        Few characters or a word to write at the mark.
    label_at : {"above", "end", "beside"}
        Where: above its beginning, above its end (for what takes time), or to the right of it.
    role : Role
        Colour of the mark.
    hollow : bool
        Whether the mark is drawn empty, for what is planned or open.
    when : str
        The date in words where it is known less precisely than by the day.
    """

    lane: str
    begins: date
    ends: date | None
    text: str
    label: str = ""
    role: Role = "teal"
    hollow: bool = False
    when: str = ""
    label_at: Literal["above", "end", "beside"] = "above"


def lanes(
    happenings: Sequence[Happening],
    links: Sequence[tuple[Happening, Happening]] = (),
    *,
    faint: Sequence[tuple[Happening, Happening]] = (),
    size: int = POINT,
    lane_height: int = LANE_HEIGHT,
    span: tuple[date, date] | None = None,
) -> alt.LayerChart:
    """Draw the lanes from top to bottom in the order in which they first come.

    Parameters
    ----------
    happenings : sequence of Happening
    links, faint : sequence of (Happening, Happening)
        What led to what: a thin line between the two, or a fainter one.
    size : int
        Area of a mark for what happens on a day, in pixels.
    lane_height : int
        In pixels.
    span : tuple of date, optional
        Ends of the time line; by default those of what happened.
    """
    frame = pd.DataFrame(
        {
            "lane": [in_lines(each.lane, LANE_WIDTH) for each in happenings],
            "moment": [each.begins.isoformat() for each in happenings],
            "until": [(each.ends or each.begins).isoformat() for each in happenings],
            "lasting": [each.ends is not None and each.ends > each.begins for each in happenings],
            "text": [each.text for each in happenings],
            "label": [each.label for each in happenings],
            "label_at": [each.label_at for each in happenings],
            "label_moment": [_label_moment(each).isoformat() for each in happenings],
            "label_colour": [colour("muted" if each.role == "grey" else each.role) for each in happenings],
            "day": [each.when or day(each.begins) for each in happenings],
            "stroke": [colour(each.role) for each in happenings],
            "fill": [colour("paper" if each.hollow else each.role) for each in happenings],
        }
    )
    axis = names_axis(grid=True)
    y = alt.Y("lane:N", sort=list(dict.fromkeys(frame["lane"])), title=None, axis=axis)
    first, last = (each.isoformat() for each in span) if span else (frame["moment"].min(), frame["until"].max())
    x = dated_axis(first, last)
    if span:
        x = x.scale(alt.Scale(type="utc", nice=False, domain=[first, last]))
    fill = alt.Fill("fill:N", scale=None)
    tooltip = [alt.Tooltip("day:N", title=_("When")), alt.Tooltip("text:N", title=_("What"))]
    lasting, single = frame[frame["lasting"]], frame[~frame["lasting"]]
    layers: list[Layer] = [*_link_lines(faint, "line", x, y), *_link_lines(links, "muted", x, y)]
    if len(lasting):
        bars = alt.Chart(lasting).mark_bar(height=12, cornerRadius=2, strokeWidth=1.5)
        layers.append(
            bars.encode(
                x=x, x2=alt.X2("until:T"), y=y, fill=fill, stroke=alt.Stroke("stroke:N", scale=None), tooltip=tooltip
            )
        )
    if len(single):
        points = alt.Chart(single).mark_point(size=size, strokeWidth=1.8, opacity=1)
        layers.append(points.encode(x=x, y=y, fill=fill, stroke=alt.Stroke("stroke:N", scale=None), tooltip=tooltip))
    return layered_rows([*layers, *_labels(frame, y)], frame["lane"], lane_height * frame["lane"].nunique())


def _label_moment(happening: Happening) -> date:
    return happening.ends or happening.begins if happening.label_at == "end" else happening.begins


def _labels(frame: pd.DataFrame, y: alt.Y) -> list[Layer]:
    """Write each label where it is to stand."""
    looks: dict[str, dict[str, Any]] = {
        "above": {"dy": -15},
        "end": {"dy": -15, "align": "right"},
        "beside": {"dx": 10, "align": "left"},
    }
    return [
        mark
        for (place, shade), part in frame[frame["label"] != ""].groupby(["label_at", "label_colour"], sort=False)
        for mark in told(alt.Chart(part).encode(x=alt.X("label_moment:T"), y=y), color=shade, **looks[str(place)])
    ]


def _link_lines(links: Sequence[tuple[Happening, Happening]], role: Role, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    if not links:
        return []
    ends = [(number, each) for number, pair in enumerate(links) for each in pair]
    frame = pd.DataFrame(
        {
            "link": [number for number, _each in ends],
            "lane": [in_lines(each.lane, LANE_WIDTH) for _number, each in ends],
            "moment": [each.begins.isoformat() for _number, each in ends],
        }
    )
    lines = alt.Chart(frame).mark_line(color=colour(role), strokeWidth=1.3)
    return [lines.encode(x=x, y=y, detail=alt.Detail("link:N"))]
