"""A radar: scores on spokes from one middle, of one round or of two."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, sin
from typing import Literal

import altair as alt
import pandas as pd

from collective_impact.charts.marks import (
    Layer,
    Role,
    colour,
    told,
)
from collective_impact.charts.theme import WIDTH

HIGHEST = 4
STEP = 42
"""Pixels from one step of the scale to the next."""
HEIGHT = 420


def radar(titles: list[str], scores: Mapping[str, list[float]]) -> alt.LayerChart:
    """Draw scores on spokes from one middle: the earlier round dashed, the later one filled, each named beside it.

    Parameters
    ----------
    titles : list of str
        Names of the spokes, three or more, clockwise from the top.
    scores : mapping of str to list of float
        Name of a round to its scores from 0 to `HIGHEST`, one for each spoke; one round or two.
    """
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-WIDTH / 2 / STEP, WIDTH / 2 / STEP], nice=False))
    half = HEIGHT / 2 / STEP
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-half, half], nice=False))
    rings = pd.concat([_polygon([step] * len(titles)).assign(ring=step) for step in range(1, HIGHEST + 1)])
    spokes = _polygon([HIGHEST] * len(titles)).iloc[:-1].assign(zero=0.0)
    layers = [
        alt.Chart(rings)
        .mark_line(color=colour("line"), strokeWidth=1)
        .encode(x=x, y=y, order=alt.Order("order:Q"), detail=alt.Detail("ring:N")),
        alt.Chart(spokes).mark_rule(color=colour("line")).encode(x=x, y=y, x2=alt.X2("zero:Q"), y2=alt.Y2("zero:Q")),
        *_ring_numbers(x, y),
        *_spoke_names(titles, x, y),
    ]
    roles: tuple[Role, ...] = ("orange", "teal") if len(scores) == 2 else ("teal",)
    for (name, values), role in zip(scores.items(), roles, strict=True):
        layers += _shape(name, values, role, x, y)
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT)


def _polygon(values: list[float] | list[int]) -> pd.DataFrame:
    """Corners of a closed shape, the first one upright and then clockwise."""
    places = [*range(len(values)), 0]
    angles = [2 * pi * place / len(values) for place in places]
    return pd.DataFrame(
        {
            "x": [values[place] * sin(angle) for place, angle in zip(places, angles, strict=True)],
            "y": [values[place] * cos(angle) for place, angle in zip(places, angles, strict=True)],
            "order": range(len(places)),
        }
    )


def _ring_numbers(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    steps = pd.DataFrame({"x": 0.0, "y": [float(step) for step in range(HIGHEST + 1)], "text": range(HIGHEST + 1)})
    marks = alt.Chart(steps).mark_text(align="right", dx=-5, dy=1, color=colour("muted"))
    return [marks.encode(x=x, y=y, text=alt.Text("text:N"))]


def _spoke_names(titles: list[str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The conditions' names, each at the end of its spoke and turned away from the middle."""
    ends = _polygon([HIGHEST + 0.45] * len(titles)).iloc[:-1].assign(text=[_broken(title) for title in titles])
    charts = []
    sides: tuple[tuple[Literal["center", "left", "right"], pd.Series[bool]], ...] = (
        ("center", ends["x"].abs() < 0.1),
        ("left", ends["x"] >= 0.1),
        ("right", ends["x"] <= -0.1),
    )
    for align, chosen in sides:
        if chosen.any():
            mark = alt.Chart(ends[chosen]).mark_text(
                align=align, baseline="middle", fontWeight=600, lineBreak="\n", color=colour("ink")
            )
            charts.append(mark.encode(x=x, y=y, text=alt.Text("text:N")))
    return charts


def _broken(title: str) -> str:
    """A long name on two lines."""
    words = title.split()
    if len(title) <= 20 or len(words) < 2:
        return title
    at = min(range(1, len(words)), key=lambda place: abs(len(" ".join(words[:place])) - len(title) / 2))
    return " ".join(words[:at]) + "\n" + " ".join(words[at:])


def _shape(name: str, values: list[float], role: Role, x: alt.X, y: alt.Y) -> list[Layer]:
    corners = _polygon(values)
    last = role == "teal"
    line = alt.Chart(corners).mark_line(
        color=colour(role),
        strokeWidth=2.5 if last else 2,
        strokeDash=alt.Undefined if last else [5, 4],
        fill=colour(role) if last else None,
        fillOpacity=0.12,
        point={"filled": True, "size": 60, "color": colour(role), "shape": "circle" if last else "diamond"},
    )
    beside = corners.iloc[1:3][["x", "y"]].mean()
    place = (beside["x"], beside["y"]) if last else (corners["x"].mean(), corners["y"].min())
    at = pd.DataFrame({"x": [place[0]], "y": [place[1]], "text": [name]})
    align, dx, dy = ("left", 10, 0) if last else ("center", 0, 18)
    words = told(
        alt.Chart(at).encode(x=x, y=y), "text:N", align=align, dx=dx, dy=dy, fontWeight=600, color=colour(role)
    )
    return [line.encode(x=x, y=y, order=alt.Order("order:Q")), *words]
