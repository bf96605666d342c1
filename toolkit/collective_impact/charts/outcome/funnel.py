"""Funnel plot: areas of different size, each held against what chance allows an area of its size."""

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.area_funnel import AreaFunnel
from collective_impact.analysis.outcome.followed import members
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import (
    Axes,
    Layer,
    colour,
    layered,
    told,
)
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, listing, number, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.equity.funnel_plot import INNER
from collective_impact.statistics.insufficient import guarded

MOST_NAMED = 4
"""Most areas outside the funnel that a sentence names."""


@guarded
def funnel_figure(funnel: AreaFunnel, outcome: Outcome) -> Figure:
    """Draw each area by its size, with the limits that chance alone sets for areas of that size; nothing is ranked."""
    frame = funnel.plot.frame
    own = members(outcome)
    dots = pd.DataFrame(
        {
            "size": frame["denominator"],
            "value": funnel.scale * frame["value"],
            "name": [outcome.name_of(area) for area in frame.index],
            "outside": frame["place"] != "within",
            "own": [area in own for area in frame.index],
        }
    )
    x = alt.X(
        "size:Q", title=_("People behind the value"), scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=6)
    )
    y = alt.Y("value:Q", title=outcome.unit, scale=alt.Scale(zero=False, nice=True))
    layers = [*_funnel_lines(funnel, Axes(x, y)), *_funnel_dots(dots, Axes(x, y))]
    words = funnel_words(funnel, outcome)
    return figure(
        layered(layers, _("All areas {value}").format(value=words["target"])),
        "funnel",
        words,
        title=funnel_title(funnel),
        note=_("{unit}, {period}. Filled: areas that take part. Solid lines hold 95% of areas, dashed ones 99.8%.")
        + (" " + _("Left out for small counts: {hidden} areas.") if funnel.n_hidden else ""),
        alt_text=_(
            "Funnel plot of {n} areas in {period} around {target} ({unit}). Outside the 95% limits for their size: "
            "{outside}."
        ),
        data=_funnel_table(funnel, outcome),
    )


def funnel_title(funnel: AreaFunnel) -> str:
    """How many areas lie outside, beside how many would by chance alone."""
    if funnel_outside(funnel):
        return _("{k} of {n} areas lie outside the 95% limits; by chance about {expected} would")
    return _("All {n} areas lie within the 95% limits")


def _funnel_lines(funnel: AreaFunnel, axes: Axes) -> list[Layer]:
    layers: list[Layer] = []
    for name, dash in (("95", alt.Undefined), ("998", [5, 4])):
        for end in ("low", "high"):
            curve = pd.DataFrame(
                {"size": funnel.curve["denominator"], "value": funnel.scale * funnel.curve[f"{end}_{name}"]}
            )
            mark = alt.Chart(curve).mark_line(
                color=colour("orange"), strokeWidth=1.3, strokeDash=dash, interpolate="basis"
            )
            layers.append(mark.encode(x=axes.x, y=axes.y))
    sizes = funnel.curve["denominator"]
    ends = pd.DataFrame({"size": [sizes.min(), sizes.max()], "value": [funnel.scale * funnel.plot.target] * 2})
    label = _("All areas {value}").format(value=figure_text(funnel.scale * funnel.plot.target))
    text = alt.Chart(ends.tail(1).assign(label=label)).mark_text(
        align="left", dx=8, color=colour("orange"), fontWeight=600
    )
    centre = alt.Chart(ends).mark_line(color=colour("orange"), strokeWidth=1.5)
    return [*layers, centre.encode(x=axes.x, y=axes.y), text.encode(x=axes.x, y=axes.y, text=alt.Text("label:N"))]


def _funnel_dots(dots: pd.DataFrame, axes: Axes) -> list[Layer]:
    fill = alt.condition("datum.own", alt.value(colour("teal")), alt.value(colour("paper")))
    base = alt.Chart(dots).encode(x=axes.x, y=axes.y)
    points = base.mark_point(shape="circle", size=75, filled=True, strokeWidth=1.6, opacity=1, stroke=colour("teal"))
    layers: list[Layer] = [points.encode(fill=fill, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("value:Q")])]
    named = dots[dots["outside"]]
    if len(named):
        middle = float(dots["value"].median())
        for part, dy in ((named[named["value"] >= middle], -13), (named[named["value"] < middle], 16)):
            names = alt.Chart(part).encode(x=axes.x, y=axes.y)
            layers += told(names, "name:N", dy=dy, fontWeight=600) if len(part) else []
    return layers


def funnel_outside(funnel: AreaFunnel) -> list[object]:
    """Areas beyond the 95% limits, in the order of the package's ids."""
    frame = funnel.plot.frame
    return list(frame.index[frame["place"] != "within"])


def funnel_words(funnel: AreaFunnel, outcome: Outcome) -> dict[str, object]:
    """The names and figures that sentences about the funnel are made of."""
    outside = [outcome.name_of(area) for area in funnel_outside(funnel)]
    named = (
        listing(outside) if 0 < len(outside) <= MOST_NAMED else figure_text(len(outside)) if outside else _("not one")
    )
    return {
        "indicator": outcome.indicator,
        "unit": outcome.unit_title,
        "period": period_label(funnel.period),
        "target": figure_text(funnel.scale * funnel.plot.target),
        "n": len(funnel.plot.frame),
        "k": len(outside),
        "expected": number(max(1.0, (1 - INNER) * len(funnel.plot.frame)), 0),
        "outside": named,
        "hidden": funnel.n_hidden,
    }


def _funnel_table(funnel: AreaFunnel, outcome: Outcome) -> Table:
    places = {
        "far_below": _("far below"),
        "below": _("below"),
        "within": _("within"),
        "above": _("above"),
        "far_above": _("far above"),
    }
    rows = [
        [
            outcome.name_of(area),
            number(row["denominator"], 0),
            figure_text(funnel.scale * row["value"]),
            places[row["place"]],
        ]
        for area, row in funnel.plot.frame.iterrows()
    ]
    return Table([_("Area"), _("People"), outcome.unit, _("Against the limits")], rows, numeric=(1, 2))
