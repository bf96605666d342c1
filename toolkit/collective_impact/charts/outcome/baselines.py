"""Where each area stood before the start, one small panel an area."""

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour, time_frame
from collective_impact.charts.outcome.progress import baseline_spread
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import a_period, figure_text, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_PANELS = 12
_COLUMNS = 3
_PANEL_HEIGHT = 96


@guarded
def baseline_panels(profile: pd.DataFrame, each_area: Outcome, outcome: Outcome) -> Figure | Insufficient:
    """Draw the time before the start in each area that takes part, one small panel an area; one area among the others.

    Parameters
    ----------
    profile : DataFrame indexed by area_id
        As `baseline_profile` gives it, for the areas followed as one and the others.
    each_area, outcome : Outcome
        With every area by itself, and with those that take part put together.
    """
    taking_part = [area for area in each_area.starts if area in each_area.frame]
    if len(taking_part) < 2 or outcome.start is None:
        return baseline_spread(profile, outcome)
    before = each_area.frame[each_area.frame.index < outcome.start].dropna(how="all")
    areas = [area for area in taking_part if before[area].notna().any()][:MOST_PANELS]
    if before.empty or not areas:
        return Insufficient("too_few_periods_before", 0, 1)
    others = before.drop(columns=taking_part).median(axis=1)
    last = before[areas].ffill().iloc[-1]
    middle = others.dropna()
    words = {
        "n": len(areas),
        "total": len(taking_part),
        "low": figure_text(last.min()),
        "high": figure_text(last.max()),
        "when": period_label(before.index[-1]),
        "unit": outcome.unit_title,
        "others": len(before.columns) - len(taking_part),
        "median": figure_text(middle.iloc[-1]) if len(middle) else "–",
    }
    note = _("{unit}. Solid: the area, with its last value. Dashed: the median of {others} other areas.")
    return figure(
        _panels(before[areas], others, each_area),
        "baseline",
        words,
        title=_("In {when} the areas stood at {low} to {high}, the others at {median}")
        if len(middle)
        else _("In {when} the areas stood at {low} to {high}"),
        note=note if len(middle) else _("{unit}. Each panel is an area, with its last value."),
        alt_text=_(
            "{n} small line charts, one an area that takes part. In {when} they stood between {low} and {high} "
            "({unit}); the median of {others} other areas was {median}."
        ),
        data=_panel_table(before[areas], others, each_area),
    )


def _panels(before: pd.DataFrame, others: "pd.Series[float]", outcome: Outcome) -> alt.FacetChart:
    names = {str(area): outcome.name_of(area) for area in before}
    middle = time_frame(others)
    rows = [time_frame(before[area], name=name, role="own") for area, name in names.items()]
    rows += [middle.assign(name=name, role="middle") for name in names.values()]
    frame = pd.concat([*rows, *(row.tail(1).assign(role="end") for row in rows[: len(names)])], ignore_index=True)
    x = alt.X("moment:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%Y", tickCount=3))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=3))
    base = alt.Chart().encode(x=x, y=y)
    tooltip = ["name:N", "period:N", "shown:N"]
    layers = [
        base.transform_filter("datum.role == 'middle'").mark_line(
            color=colour("orange"), strokeWidth=1.5, strokeDash=[4, 3]
        ),
        base.transform_filter("datum.role == 'own'").mark_line(color=colour("teal"), strokeWidth=2.5),
        base.transform_filter("datum.role == 'end'")
        .mark_circle(color=colour("teal"), size=45, opacity=1)
        .encode(tooltip=tooltip),
        base.transform_filter("datum.role == 'end'")
        .mark_text(align="left", dx=6, fontWeight=600, color=colour("teal"))
        .encode(text=alt.Text("shown:N")),
    ]
    header = alt.Header(
        title=None, labelAnchor="start", labelFontWeight=600, labelFontSize=13, labelColor=colour("ink"), labelPadding=4
    )
    facet = alt.Facet("name:N", sort=list(names.values()), title=None, header=header)
    panels = alt.layer(*layers, data=frame).properties(width=132, height=_PANEL_HEIGHT)
    faceted: alt.FacetChart = panels.facet(facet=facet, columns=_COLUMNS, spacing={"row": 14, "column": 16})
    apart: alt.FacetChart = faceted.resolve_axis(x="independent", y="independent")
    return apart


def _panel_table(before: pd.DataFrame, others: "pd.Series[float]", outcome: Outcome) -> Table:
    rows = []
    for area, values in before.items():
        known = values.dropna()
        change = (known.iloc[-1] - known.iloc[0]) / (len(known) - 1) if len(known) > 1 else None
        rows.append(
            [
                outcome.name_of(area),
                figure_text(known.iloc[0]),
                figure_text(known.iloc[-1]),
                "–" if change is None else figure_text(change),
            ]
        )
    middle = others.dropna()
    if len(middle):
        rows.append([_("Median of the others"), figure_text(middle.iloc[0]), figure_text(middle.iloc[-1]), ""])
    freq = pd.PeriodIndex(before.index).freqstr
    columns = [_("Area"), _("First"), _("Last"), _("Change {a_period}").format(a_period=a_period(freq))]
    return Table(columns, rows, numeric=(1, 2, 3))
