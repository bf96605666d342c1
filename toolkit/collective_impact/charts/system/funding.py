"""Pictures of money: how much there is, and which share follows the common agenda."""

import altair as alt
import pandas as pd

from collective_impact.analysis.system.aligned_money import AlignedMoney
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import (
    Axes,
    Layer,
    Role,
    colour,
    end_label,
    line,
    time_axis,
    time_frame,
    told,
)
from collective_impact.charts.theme import WIDTH
from collective_impact.language import large_figure, number, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import guarded

MILLION = 1e6
LABELS = 150
"""Pixels at the right for the names of the areas."""


@guarded
def money_stream(money: AlignedMoney, currency: str) -> Figure | Table:
    """Draw the share that follows the common agenda above the amounts that it is a share of; one year as a table."""
    years = money.by_year
    if len(years) < 2:
        return _money_table(money)
    size = MILLION if years.sum(axis=1).max() >= 2 * MILLION else 1.0
    unit = (_("Million {currency}") if size == MILLION else "{currency}").format(currency=currency or _("(currency)"))
    first, last = years.iloc[0], years.iloc[-1]
    words = {
        "from": percent(first["share"]),
        "to": percent(last["share"]),
        "first": period_label(years.index[0]),
        "last": period_label(years.index[-1]),
        "unit": unit,
        "n": money.n_flows,
        "amount": large_figure(last["aligned"]),
        "other": large_figure(last["other"]),
        "currency": currency,
    }
    rising = last["share"] > first["share"]
    panels = alt.vconcat(_share_panel(money), _amount_panel(money, size, unit), spacing=26)
    return figure(
        panels,
        "money",
        words,
        title=(
            _("Money that follows the common agenda rose from {from} to {to}")
            if rising
            else _("Money that follows the common agenda went from {from} to {to}")
        ),
        note=_("Share of all recorded money each year (above), and the amounts behind it (below); {n} flows."),
        alt_text=_(
            "Line and areas by year. The share that follows the agenda went from {from} in {first} to {to} in {last}. "
            "That year {amount} {currency} followed it and {other} did not."
        ),
        data=_money_table(money),
    )


def _share_panel(money: AlignedMoney) -> alt.LayerChart:
    shares = time_frame(100 * money.by_year["share"])
    shares = shares.assign(shown=[percent(share) for share in money.by_year["share"]])
    y = alt.Y(
        "value:Q",
        title=_("Per cent of the money"),
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=[0, 50, 100]),
    )
    axes = Axes(time_axis(money.by_year.index), y)
    points = alt.Chart(shares).encode(x=axes.x, y=axes.y)
    layers: list[Layer] = [
        line(shares, axes, "teal", _("Share")),
        points.mark_circle(size=60, opacity=1, color=colour("teal")),
        *told(points, "shown:N", dy=-15, fontWeight=600, color=colour("teal")),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH - LABELS, height=120)


def _amount_panel(money: AlignedMoney, size: float, unit: str) -> alt.LayerChart:
    follows = time_frame(money.by_year["aligned"] / size).assign(low=0.0)
    total = time_frame((money.by_year["aligned"] + money.by_year["other"]) / size)
    total = total.assign(low=follows["value"])
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=4))
    axes = Axes(time_axis(money.by_year.index), y)
    layers: list[Layer] = [
        alt.Chart(total).mark_area(color=colour("grey"), opacity=0.45).encode(x=axes.x, y=axes.y, y2=alt.Y2("low:Q")),
        alt.Chart(follows).mark_area(color=colour("teal"), opacity=0.9).encode(x=axes.x, y=axes.y, y2=alt.Y2("low:Q")),
        *_middle_label(total, axes, _("other money"), "muted"),
        *_middle_label(follows, axes, _("follows the agenda"), "teal"),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH - LABELS, height=170)


def _middle_label(frame: pd.DataFrame, axes: Axes, text: str, role: Role) -> list[Layer]:
    """Name an area at the right, halfway up its last edge."""
    middle = frame.assign(value=(frame["value"] + frame["low"]) / 2)
    return end_label(middle, axes, role, text)


def _money_table(money: AlignedMoney) -> Table:
    rows = [
        [period_label(year), number(row["aligned"], 0), number(row["other"], 0), percent(row["share"])]
        for year, (_i, row) in zip(money.by_year.index, money.by_year.iterrows(), strict=True)
    ]
    return Table([_("Year"), _("Follows the agenda"), _("Other money"), _("Share")], rows, numeric=(1, 2, 3))
