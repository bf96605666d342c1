"""Pictures of what it cost: by what it was for and by year, and for each one more person."""

import altair as alt
import pandas as pd

from collective_impact.analysis.initiative.cost_of_effect import CostOfEffect
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour
from collective_impact.charts.theme import WIDTH
from collective_impact.charts.wrapped_text import in_few_lines
from collective_impact.language import large_figure, number, percent, rough_figure
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

HEIGHT, LEFT = 64, 180
"""Height of a row and room for its name, in pixels."""
FILL, LABEL = 0.7, 0.25
"""Share of a row that the largest bar takes, and how far up the row its name stands."""
YEARS = 12
"""Years that are drawn, the last ones."""


@guarded
def cost_bars(costs: pd.DataFrame, currency: str) -> Figure | Insufficient:
    """Draw the costs of each category year by year: filled what was paid, hollow what was given in kind.

    Parameters
    ----------
    costs : DataFrame
        As `yearly_costs` gives them.
    """
    total = float(costs["amount"].sum())
    if costs.empty or total <= 0:
        return Insufficient("no_costs", 0, 1)
    scale, unit = _unit(float(costs["amount"].max()), currency)
    shown = costs[costs["year"] > costs["year"].max() - YEARS]
    sums = costs.groupby("category")["amount"].sum().sort_values(ascending=False, kind="stable")
    chart = _bars(shown, list(map(str, sums.index)), scale)
    first = str(sums.index[0])
    text = {
        "largest": first,
        "share": percent(sums.iloc[0] / total),
        "total": large_figure(total),
        "currency": currency,
        "unit": unit,
        "kind": percent(float(costs["in_kind"].sum()) / total),
        "first": costs["year"].min(),
        "last": costs["year"].max(),
        "each": "; ".join(f"{name}: {percent(value / total)}" for name, value in sums.items()),
    }
    wide = shown.pivot_table(index="category", columns="year", values="amount", aggfunc="sum").reindex(sums.index)
    rows = [
        [str(name), *("–" if pd.isna(value) else number(value, 0) for value in row)]
        for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return figure(
        chart,
        "costs",
        text,
        title=_("{largest} took {share} of what was spent in {first}–{last}"),
        note=_("{unit}. In all {total} {currency}; filled: paid in money; hollow: given in kind ({kind})."),
        alt_text=_("Bars by year for each category of costs. Shares of all costs: {each}."),
        data=Table([_("What it was for"), *map(str, wide.columns)], rows, numeric=range(1, wide.shape[1] + 1)),
    )


def _bars(shown: pd.DataFrame, order: list[str], scale: float) -> alt.LayerChart:
    """One row of bars for each category, all to the same scale, from zero up."""
    floor = {name: float(len(order) - 1 - place) for place, name in enumerate(order)}
    most = float(shown["amount"].abs().max()) / FILL
    frame = pd.DataFrame(
        {
            "year": shown["year"].astype(str),
            "category": shown["category"],
            "floor": shown["category"].map(floor),
            "top": shown["category"].map(floor) + shown["amount"] / most,
            "paid": shown["category"].map(floor) + (shown["amount"] - shown["in_kind"]) / most,
            "text": [number(value / scale, 1) for value in shown["amount"]],
        }
    )
    names = pd.DataFrame(
        {"top": [each + LABEL for each in floor.values()], "name": [in_few_lines(n, 24, 2) for n in order]}
    )
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(paddingInner=0.35))
    y = alt.Y("top:Q", title=None, axis=None, scale=alt.Scale(domain=[0, len(order)], nice=False))
    base, tooltip = alt.Chart(frame).encode(x=x), ["category:N", "year:O", "text:N"]
    paper = base.mark_bar(fill=colour("paper"), stroke=colour("teal"), strokeWidth=1.2)
    floors = alt.Chart(pd.DataFrame({"top": list(floor.values())})).mark_rule(color=colour("line"))
    layers = [
        floors.encode(y=y),
        alt.Chart(names)
        .mark_text(align="right", lineBreak="\n", color=colour("muted"))
        .encode(x=alt.value(-8), y=y, text=alt.Text("name:N")),
        paper.encode(y=y, y2=alt.Y2("floor:Q"), tooltip=tooltip),
        base.mark_bar(color=colour("teal")).encode(y=alt.Y("paid:Q", axis=None), y2=alt.Y2("floor:Q"), tooltip=tooltip),
        base.mark_text(dy=-8).encode(y=y, text=alt.Text("text:N")),
    ]
    return alt.LayerChart(layer=layers, width=WIDTH - LEFT, height=HEIGHT * len(order))


def _unit(largest: float, currency: str) -> tuple[float, str]:
    """What amounts are divided by, and the unit they are then in."""
    if largest >= 1e6:
        return 1e6, _("Million {currency}").format(currency=currency)
    if largest >= 1e4:
        return 1e3, _("Thousand {currency}").format(currency=currency)
    return 1.0, currency


@guarded
def cost_table(found: CostOfEffect, counted: str, currency: str) -> Table:
    """List what the cost for one more person is made of.

    Parameters
    ----------
    counted : str
        Whom the indicator counts.
    """
    people, cost = found.people, found.cost
    upper = number(cost.interval.high, -3) if cost.conclusive else _("no upper limit")
    rows = [
        [_("All costs, {currency}").format(currency=currency), number(cost.cost, 0), "", ""],
        [_("of these given in kind"), number(found.in_kind, 0), "", ""],
        [
            _("{whom}: more than expected, or fewer").format(whom=counted or _("People")),
            rough_figure(people.value),
            rough_figure(people.low),
            rough_figure(people.high),
        ],
        [
            _("Spent for each one, {currency}").format(currency=currency),
            number(cost.interval.value, -3),
            number(cost.interval.low, -3),
            upper,
        ],
    ]
    caption = _("All that was spent, divided by all who were more or fewer than expected")
    return Table([_("Measure"), _("Value"), _("Low"), _("High")], rows, caption, "cost", numeric=(1, 2, 3))
