"""Dots with their intervals, one line each: effects, gaps, shares and means side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.marks import (
    Layer,
    colour,
    in_lines,
    layered_rows,
    names_axis,
    told,
)
from collective_impact.language import figure_text
from collective_impact.language import translate as _

ROW_HEIGHT = 46
NAME_WIDTH = 36
"""Characters in a line of a name."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of the chart.

    Attributes
    ----------
    name : str
        What stands at the left.
    value : float
    low, high : float or None
        Ends of the interval; None where there is none.
    marked : bool
        Whether the line stands out from the others.
    shown : str
        The value as readers see it; empty: the figure with the decimals it bears.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    marked: bool = False
    shown: str = ""


def interval_dots(
    dots: Sequence[Dot],
    title: str,
    *,
    reference: float | None = None,
    domain: tuple[float, float] | None = None,
) -> alt.LayerChart:
    """Draw the dots from top to bottom in the order given, each named at the left and with its value above.

    Parameters
    ----------
    dots : sequence of Dot
    title : str
        What the axis shows, with its unit.
    reference : float, optional
        Where an upright line stands to compare with, for example 0 or 1.
    domain : tuple of float, optional
        Ends of the scale; by default what the dots need.
    """
    frame = pd.DataFrame(
        {
            "name": [in_lines(dot.name, NAME_WIDTH) for dot in dots],
            "value": [dot.value for dot in dots],
            "low": [dot.value if dot.low is None else dot.low for dot in dots],
            "high": [dot.value if dot.high is None else dot.high for dot in dots],
            "own": [dot.marked for dot in dots],
            "shown": [dot.shown or figure_text(dot.value) for dot in dots],
        }
    )
    scale = (
        alt.Scale(zero=False, nice=True) if domain is None else alt.Scale(domain=list(domain), nice=False, zero=False)
    )
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(grid=True, tickCount=6, labelOverlap=False))
    y = alt.Y(
        "name:N",
        sort=None,
        title=None,
        axis=names_axis(),
    )
    shade = alt.condition("datum.own", alt.value(colour("teal")), alt.value(colour("muted")))
    base = alt.Chart(frame)
    layers: list[Layer] = [
        *reference_line(reference),
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, color=shade),
        base.mark_circle(size=110, opacity=1).encode(
            x=x, y=y, color=shade, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")]
        ),
        *told(base.encode(x=alt.X("value:Q"), y=y), "shown:N", dy=-14, fontWeight=600),
    ]
    lines = max((name.count("\n") + 1 for name in frame["name"]), default=1)
    return layered_rows(layers, frame["name"], max(ROW_HEIGHT, 19 * lines) * len(frame))


def reference_line(at: float | None) -> list[alt.Chart]:
    """An upright line to compare with; no layer where there is none."""
    if at is None:
        return []
    return [alt.Chart(pd.DataFrame({"value": [at]})).mark_rule(color=colour("ink")).encode(x=alt.X("value:Q"))]


def dots_table(dots: Sequence[Dot], first: str, value: str) -> Table:
    """The figures behind the dots.

    Parameters
    ----------
    first, value : str
        Headings of the names and of the values.
    """
    ends = [["–" if end is None else figure_text(end) for end in (dot.low, dot.high)] for dot in dots]
    rows = [[dot.name, dot.shown or figure_text(dot.value), *end] for dot, end in zip(dots, ends, strict=True)]
    return Table([first, value, _("Low"), _("High")], rows, numeric=(1, 2, 3))
