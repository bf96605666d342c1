"""A flow in steps: bands as wide as their counts, and what leaves the flow at each step."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from collective_impact.charts.marks import Role, colour
from collective_impact.charts.theme import WIDTH
from collective_impact.language import number

HEIGHT = 300
POINTS = 24
ROOM = 0.8
"""Room for words to the right of the last step, in steps."""
NODE = 0.03
REACH = 0.5
"""How far to the next step a branch reaches."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the flow: its name, the capability that it takes, and how many have come so far."""

    name: str
    capability: str
    count: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What leaves the flow after a step, given by the step's place; ``role`` is its colour."""

    after: int
    name: str
    count: int
    role: Role


Span = tuple[float, float]
Node = tuple[float, float, float, Role]


def flow(stages: Sequence[Stage], branches: Sequence[Branch]) -> alt.LayerChart:
    """Draw the stages from left to right, what goes on at the top and what leaves below it.

    Parameters
    ----------
    stages : sequence of Stage
        Each is a part of the one before.
    branches : sequence of Branch
        Of each step, in order from the top.
    """
    gap = 0.09 * stages[0].count
    ends = _ends(stages, branches, gap)
    bands = [_band(place, place + 1, (0, after.count), (0, after.count), "teal") for place, after in _steps(stages)]
    bands += [
        _band(branch.after, branch.after + REACH, starts, end, branch.role)
        for branch, (starts, end) in zip(branches, ends, strict=True)
    ]
    nodes: list[Node] = [(float(place), 0.0, float(stage.count), "teal") for place, stage in enumerate(stages)]
    nodes += [(b.after + REACH, *end, b.role) for b, (_s, end) in zip(branches, ends, strict=True)]
    bottom = max([float(stages[0].count), *(end[1] for _s, end in ends)])
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, len(stages) - 1 + ROOM], nice=False))
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[bottom, -0.2 * bottom], nice=False))
    fill = alt.Color("shade:N", scale=None)
    area = alt.Chart(pd.concat(bands, ignore_index=True)).mark_area(opacity=0.3)
    layers = [
        area.encode(x=x, y=y, y2=alt.Y2("bottom:Q"), color=fill, detail=alt.Detail("band:N")),
        alt.Chart(_node_frame(nodes))
        .mark_rect(opacity=1)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("bottom:Q"), color=fill),
        *_stage_words(stages, x, y),
        *_branch_words(branches, ends, x, y),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT)


def _steps(stages: Sequence[Stage]) -> list[tuple[int, Stage]]:
    return list(enumerate(stages[1:]))


def _ends(stages: Sequence[Stage], branches: Sequence[Branch], gap: float) -> list[tuple[Span, Span]]:
    """Top and bottom of each branch where it leaves the flow and where it ends."""
    found = []
    for place, after in _steps(stages):
        start, end = float(after.count), after.count + gap
        for branch in branches:
            if branch.after == place:
                found.append(((start, start + branch.count), (end, end + branch.count)))
                start, end = start + branch.count, end + branch.count + gap
    return found


def _band(left: float, right: float, start: Span, end: Span, role: Role) -> pd.DataFrame:
    """Points of a band that swings from one span to another."""
    rows = []
    for point in range(POINTS + 1):
        t = point / POINTS
        ease = t * t * (3 - 2 * t)
        top, bottom = (a + (b - a) * ease for a, b in zip(start, end, strict=True))
        rows.append({"x": left + (right - left) * t, "top": top, "bottom": bottom})
    return pd.DataFrame(rows).assign(band=f"{left}-{start[0]}", shade=colour(role))


def _node_frame(nodes: Sequence[Node]) -> pd.DataFrame:
    frame = pd.DataFrame(nodes, columns=["x", "top", "bottom", "role"])
    return frame.assign(x2=frame["x"] + NODE, shade=[colour(role) for role in frame["role"]])


def _stage_words(stages: Sequence[Stage], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    frame = pd.DataFrame(
        {
            "x": [float(place) for place in range(len(stages))],
            "top": 0.0,
            "head": [f"{stage.name}: {number(stage.count, 0)}" for stage in stages],
            "foot": [stage.capability for stage in stages],
        }
    )
    base = alt.Chart(frame)
    head = base.mark_text(align="left", baseline="bottom", dy=-22, fontWeight=600, fontSize=14)
    foot = base.mark_text(align="left", baseline="bottom", dy=-6, color=colour("muted"))
    return [head.encode(x=x, y=y, text=alt.Text("head:N")), foot.encode(x=x, y=y, text=alt.Text("foot:N"))]


def _branch_words(branches: Sequence[Branch], ends: Sequence[tuple[Span, Span]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    if not branches:
        return []
    frame = pd.DataFrame(
        {
            "x": [branch.after + REACH + NODE for branch in branches],
            "top": [(end[0] + end[1]) / 2 for _s, end in ends],
            "words": [f"{number(branch.count, 0)} {branch.name}" for branch in branches],
            "shade": [colour("muted" if branch.role == "grey" else branch.role) for branch in branches],
        }
    )
    text = alt.Chart(frame).mark_text(align="left", dx=6, fontSize=13)
    return [text.encode(x=x, y=y, text=alt.Text("words:N"), color=alt.Color("shade:N", scale=None))]
