"""Pictures of how far a result carries: how like the areas were, the effect by kind of area, the control outcome."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.context.transfer import ALIKE, InSpreads, KindEffect
from collective_impact.blocks import Paragraph, Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import colour, in_lines, layered_rows, names_axis
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_KINDS = 4
FEWEST_DIFFERENCES = 3
"""From so many differences on they are drawn."""
_ROW = 34


@guarded
def love_plot(compared: pd.DataFrame) -> Figure | Paragraph:
    """Draw how far areas with and without the initiative lay apart before the start, in standard deviations.

    One or two differences are told in a sentence.
    """
    if len(compared) < FEWEST_DIFFERENCES:
        return Paragraph(_difference_in_words(compared))
    frame = pd.DataFrame(
        {
            "name": [in_lines(str(name), 28) for name in compared.index],
            "value": compared["difference"].to_numpy(),
            "apart": (compared["difference"].abs() > ALIKE).to_numpy(),
            "shown": [number(value, 2) for value in compared["difference"]],
        }
    )
    reach = max(1.0, float(frame["value"].abs().max()) * 1.15)
    x = alt.X(
        "value:Q",
        title=_("Difference before the start, standard deviations"),
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(grid=True, tickCount=6),
    )
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis())
    band = alt.Chart(pd.DataFrame({"low": [-ALIKE], "high": [ALIKE]}))
    shade = alt.condition("datum.apart", alt.value(colour("orange")), alt.value(colour("teal")))
    form = alt.condition("datum.apart", alt.value("diamond"), alt.value("circle"))
    base = alt.Chart(frame)
    layers = [
        band.mark_rect(color=colour("grey"), opacity=0.25).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
        alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=colour("ink")).encode(x=alt.X("value:Q")),
        base.mark_point(size=120, filled=True, opacity=1).encode(x=x, y=y, color=shade, shape=form),
        *(
            alt.Chart(frame[(frame["value"] < 0) == left])
            .mark_text(dx=-14 if left else 14, align="right" if left else "left", fontWeight=600)
            .encode(x=alt.X("value:Q"), y=y, text=alt.Text("shown:N"))
            for left in (False, True)
        ),
    ]
    apart = int(frame["apart"].sum())
    text = {"n": len(frame), "apart": apart, "limit": number(ALIKE, 2), "first": str(compared.index[0])}
    return figure(
        layered_rows(layers, frame["name"], _ROW * len(frame) + 10),
        "balance",
        text,
        title=(
            _("Before the start, {apart} of {n} differences lay outside the band")
            if apart
            else _("Before the start, areas with and without the initiative were alike")
        ),
        note=_("Diamonds lie outside the band of {limit} standard deviations, up to which areas count as alike."),
        alt_text=_("Dots of {n} differences before the start, {apart} of them outside the band; furthest: {first}."),
        data=_balance_table(compared),
    )


def _difference_in_words(compared: pd.DataFrame) -> str:
    sentence = _("{name}: {treated} on average where the initiative works, {others} elsewhere, {apart} spreads apart.")
    return " ".join(
        sentence.format(
            name=str(name),
            treated=figure_text(row["treated"]),
            others=figure_text(row["donors"]),
            apart=number(abs(row["difference"]), 2),
        )
        for name, row in compared.iterrows()
    )


def _balance_table(compared: pd.DataFrame) -> Table:
    rows = [
        [str(name), figure_text(row["treated"]), figure_text(row["donors"]), number(row["difference"], 2)]
        for name, row in compared.iterrows()
    ]
    columns = [_("Before the start"), _("Areas that take part"), _("Other areas"), _("Difference, standard deviations")]
    return Table(columns, rows, numeric=(1, 2, 3))


@guarded
def effects_by_kind(kinds: Sequence[KindEffect], outcome: Outcome) -> Figure:
    """Draw the effect in halves of the areas, by what kind of areas they are."""
    shown = list(kinds)[: 2 * MOST_KINDS]
    dots = [
        Dot(kind_name(each), each.estimate.value, each.estimate.low, each.estimate.high, each.above) for each in shown
    ]
    values = [each.estimate.value for each in kinds]
    text = {
        "low": figure_text(min(values)),
        "high": figure_text(max(values)),
        "n": len({each.kind for each in kinds}),
        "unit": outcome.difference_unit_title,
    }
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "kinds",
        text,
        title=(
            _("In every kind of area the effect points the same way")
            if min(values) * max(values) > 0
            else _("The effect does not point the same way in every kind of area")
        ),
        note=_("{unit}; lines are 95% intervals. Each pair splits the areas that take part at their middle value."),
        alt_text=_("Dots with intervals for halves by {n} characteristics, from {low} to {high} ({unit})."),
        data=dots_table([_dot(each) for each in kinds], _("Kind of area"), _("Effect")),
    )


def _dot(each: KindEffect) -> Dot:
    return Dot(kind_name(each), each.estimate.value, each.estimate.low, each.estimate.high)


def kind_name(each: KindEffect) -> str:
    """Name one half: what it is split by, on which side, and how many areas."""
    words = _("{kind}: higher ({n})") if each.above else _("{kind}: lower ({n})")
    return words.format(kind=each.kind, n=each.n)


@guarded
def control_beside(
    effect: InSpreads, outcome: Outcome, controls: Mapping[str, InSpreads] | Insufficient
) -> Figure | Insufficient:
    """Draw the effect beside what the same method finds on outcomes that the initiative does not aim at."""
    if isinstance(controls, Insufficient):
        return controls
    dots = [Dot(outcome.indicator, effect.value, effect.low, effect.high, True, number(effect.value, 2))]
    dots += [
        Dot(name, each.value, each.low, each.high, False, number(each.value, 2)) for name, each in controls.items()
    ]
    apart = [name for name, each in controls.items() if each.estimate.conclusive]
    text = {"n": len(controls), "apart": len(apart), "all": "; ".join(f"{dot.name} {dot.shown}" for dot in dots)}
    return figure(
        interval_dots(dots, _("Effect, spreads between areas"), reference=0),
        "control",
        text,
        title=(
            _("The method finds a difference also on an outcome it does not aim at")
            if apart
            else _("On an outcome the initiative does not aim at, nothing stands out")
        ),
        note=_(
            "Each effect over the spread between areas without the initiative, so that outcomes can stand together; "
            "lines are 95% intervals."
        ),
        alt_text=_("Dots with intervals, in spreads between areas: {all}."),
        data=dots_table(dots, _("Outcome"), _("Effect, spreads between areas")),
    )
