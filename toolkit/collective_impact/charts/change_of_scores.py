"""Paired dots: what was scored in two rounds, one line each, the earlier round hollow and the later one filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.intervals import NAME_WIDTH, ROW_HEIGHT
from collective_impact.charts.marks import (
    Layer,
    Role,
    colour,
    in_lines,
    layered_rows,
    names_axis,
    told,
)
from collective_impact.language import figure_text

WHOLE_STEPS = 3
"""Width of a scale from which its ticks are whole steps."""
NEAR = 0.3
"""Share of the scale under which the names of two rounds would run into each other."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the chart.

    Attributes
    ----------
    name : str
        What stands at the left.
    before, after : float
    shown_before, shown_after : str
        The values as readers see them; empty: the figure with the decimals it bears.
    """

    name: str
    before: float
    after: float
    shown_before: str = ""
    shown_after: str = ""

    @property
    def shown(self) -> tuple[str, str]:
        """Both values as readers see them."""
        return self.shown_before or figure_text(self.before), self.shown_after or figure_text(self.after)


def change_of_scores(
    changes: Sequence[Change],
    before: str,
    after: str,
    title: str,
    *,
    domain: tuple[float, float] | None = None,
    percent_axis: bool = False,
) -> alt.LayerChart:
    """Draw the pairs from top to bottom in the order given; the rounds are named at the first pair.

    Parameters
    ----------
    changes : sequence of Change
    before, after : str
        Names of the rounds.
    title : str
        What the axis shows, with its unit.
    domain : tuple of float, optional
        Ends of the scale; by default from zero to what the dots need.
    percent_axis : bool
        Whether the axis is written in per cent of 1.
    """
    frame = pd.DataFrame([_row(change) for change in changes])
    least, most = domain or (0.0, max(frame["before"].max(), frame["after"].max()))
    ends = alt.Scale(domain=[least, most], nice=domain is None, zero=domain is None)
    whole_steps = alt.Undefined if percent_axis or most - least < WHOLE_STEPS else 1
    form = "%" if percent_axis else alt.Undefined
    axis = alt.Axis(grid=True, tickCount=6, tickMinStep=whole_steps, format=form, labelOverlap=False)
    x = alt.X("before:Q", title=title, scale=ends, axis=axis)
    names = names_axis()
    y = alt.Y("name:N", sort=None, title=None, axis=names)
    base = alt.Chart(frame).encode(
        y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown_before:N"), alt.Tooltip("shown_after:N")]
    )
    layers: list[Layer] = [
        base.mark_rule(strokeWidth=2.5, color=colour("grey")).encode(x=x, x2=alt.X2("after:Q")),
        base.mark_point(size=110, filled=False, fill=colour("paper"), color=colour("orange"), opacity=1).encode(x=x),
        base.mark_circle(size=120, color=colour("teal"), opacity=1).encode(x=alt.X("after:Q")),
        *_beside(base, "before", "orange"),
        *_beside(base, "after", "teal"),
        *_rounds(frame.head(1), before, after, y, NEAR * (most - least)),
    ]
    chart = layered_rows(layers, frame["name"], ROW_HEIGHT * len(frame))
    return chart.properties(padding={"left": 4, "right": 12, "top": 36, "bottom": 4})


def _row(change: Change) -> dict[str, object]:
    shown_before, shown_after = change.shown
    return {
        "name": in_lines(change.name, NAME_WIDTH),
        "before": change.before,
        "after": change.after,
        "shown_before": shown_before,
        "shown_after": shown_after,
        "rising": change.after >= change.before,
    }


def _beside(base: alt.Chart, which: str, role: Role) -> list[Layer]:
    """Write each value on the side of its dot that the other dot is not on."""
    right = alt.datum.rising if which == "after" else ~alt.datum.rising
    shade = colour(role)
    placed, text = base.encode(x=alt.X(f"{which}:Q")), f"shown_{which}:N"
    return [
        *told(placed.transform_filter(right), text, align="left", dx=10, fontWeight=600, color=shade),
        *told(placed.transform_filter(~right), text, align="right", dx=-10, fontWeight=600, color=shade),
    ]


def _rounds(first: pd.DataFrame, before: str, after: str, y: alt.Y, near: float) -> list[Layer]:
    """Name the rounds above the dots of the first line, turned away from each other where these are near."""
    rising = bool(first["rising"].iloc[0])
    close = abs(first["after"].iloc[0] - first["before"].iloc[0]) < near
    rounds: tuple[tuple[str, str, Role, bool], ...] = (
        ("before", before, "orange", rising),
        ("after", after, "teal", not rising),
    )
    marks: list[Layer] = []
    for which, name, role, at_left in rounds:
        align: Literal["right", "left", "center"] = "center" if not close else "right" if at_left else "left"
        place = alt.Chart(first.assign(label=name)).encode(x=alt.X(f"{which}:Q"), y=y)
        marks += told(place, dy=-24, align=align, fontWeight=600, color=colour(role))
    return marks


def changes_table(changes: Sequence[Change], first: str, before: str, after: str) -> Table:
    """The figures behind the pairs.

    Parameters
    ----------
    first, before, after : str
        Headings of the names and of the two rounds.
    """
    return Table([first, before, after], [[change.name, *change.shown] for change in changes], numeric=(1, 2))
