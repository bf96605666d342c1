"""Which indicators could show what is asked of them, after how long, and what it would take to show more."""

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.indicator_review import IndicatorRecord
from collective_impact.analysis.outcome.realistic_horizon import Measurable, WhatItTakes
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import (
    Layer,
    colour,
    in_lines,
    layered,
    layered_rows,
    names_axis,
    told,
)
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import count_of_periods, figure_text, listing, number, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.planning.detectable_effect import DetectableEffect

_BAR = 46
_FAR = 2.5
"""How many times the largest effect the target may lie away and still be drawn without pressing the curve flat."""


@guarded
def recorded_table(measured: tuple[Measurable, ...]) -> Table:
    """List what is recorded of each indicator: periods, areas, groups, holes, corrections."""
    rows = [_recorded(each.record) for each in measured]
    columns = [_("Indicator"), _("Recorded"), _("Areas"), _("Split by"), _("Missing"), _("Corrected")]
    return Table(columns, rows, _("What is recorded of each outcome indicator"), "recorded", numeric=(2, 4, 5))


def _recorded(record: IndicatorRecord) -> list[str]:
    if record.first is None or record.last is None:
        return [record.outcome.indicator, _("nothing"), "0", "–", "–", "–"]
    span = _("{first}–{last}, {periods}").format(
        first=period_label(record.first),
        last=period_label(record.last),
        periods=count_of_periods(record.n_periods, record.first.freqstr),
    )
    split = listing(list(record.dimensions)) if record.dimensions else _("nothing")
    counts = (record.n_areas, record.n_missing, record.n_revised)
    areas, missing, revised = (number(count, 0) for count in counts)
    return [record.outcome.indicator, span, areas, split, missing, revised]


@guarded
def measurable_table(measured: tuple[Measurable, ...]) -> Table:
    """Hold each indicator's target against its ordinary changes and the smallest effect that could be seen."""
    rows = [
        [
            each.record.outcome.indicator,
            _figure(each.last),
            _figure(each.record.outcome.target),
            _figure(each.ordinary),
            "–" if isinstance(each.detectable, Insufficient) else figure_text(each.detectable.value),
            measurable_word(each),
        ]
        for each in measured
    ]
    columns = [
        _("Indicator"),
        _("Before the start"),
        _("Target"),
        _("Changes by itself"),
        _("Smallest effect seen"),
        _("Could it show the target?"),
    ]
    caption = _("Which indicators could move enough to be seen (each in its own unit)")
    return Table(columns, rows, caption, "measurable", numeric=(1, 2, 3, 4))


def _figure(value: float | None) -> str:
    return "–" if value is None else figure_text(value)


def measurable_word(each: Measurable) -> str:
    """Whether an indicator could show its target, in a few words."""
    if isinstance(each.detectable, Insufficient):
        return _("not known: the history is too short or too thin")
    if each.ratio is None:
        return _("not known: there is no target")
    if not each.detectable.reachable:
        return _("no: there are too few areas to rule out chance")
    return _("yes") if each.ratio >= 1 else _("no: the way to the target is too short to be seen")


def could_show(measured: Sequence[Measurable]) -> list[Measurable]:
    """The indicators whose target lies far enough away to be seen when it is reached."""
    return [
        each
        for each in measured
        if each.ratio is not None
        and each.ratio >= 1
        and not isinstance(each.detectable, Insufficient)
        and each.detectable.reachable
    ]


@guarded
def detectability(measured: tuple[Measurable, ...]) -> Figure | Insufficient:
    """Draw how many times the smallest detectable effect lies between each indicator and its target."""
    judged = [(each.record.outcome.indicator, each.ratio) for each in measured if each.ratio is not None]
    if not judged:
        return Insufficient("no_target", 0, 1)
    frame = pd.DataFrame(judged, columns=["full", "value"]).sort_values("value", ascending=False)
    frame["name"] = [in_lines(name, 28) for name in frame["full"]]
    frame["shown"] = [_("{n} times").format(n=number(value, 1)) for value in frame["value"]]
    x = alt.X(
        "value:Q",
        title=_("Way to the target, in smallest effects that could be seen"),
        scale=alt.Scale(domainMin=0, nice=True),
        axis=alt.Axis(grid=True, tickCount=6),
    )
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis())
    shade = alt.condition("datum.value >= 1", alt.value(colour("teal")), alt.value(colour("grey")))
    bars = (
        alt.Chart(frame)
        .mark_bar(height=18)
        .encode(x=x, y=y, color=shade, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")])
    )
    text = alt.Chart(frame).mark_text(align="left", dx=6, fontWeight=600).encode(x=x, y=y, text=alt.Text("shown:N"))
    limit = alt.Chart(pd.DataFrame({"value": [1.0], "label": [_("1: just to be seen")]})).encode(x=alt.X("value:Q"))
    rule = limit.mark_rule(color=colour("orange"), strokeWidth=2, strokeDash=[5, 3])
    named = limit.mark_text(align="left", dx=5, y=-6, color=colour("orange"), fontWeight=600).encode(
        text=alt.Text("label:N")
    )
    yes = could_show(measured)
    return figure(
        layered_rows([bars, rule, named, text], frame["name"], _BAR * len(frame)),
        "detectability",
        {"k": len(yes), "n": len(judged), "names": listing([each.record.outcome.indicator for each in yes])},
        title=_("{k} of {n} targets lie far enough away to be seen"),
        note=_("Bars beyond the dashed line: reaching the target would stand out from what scatters by itself."),
        alt_text=_("Bars by indicator. Beyond the line at 1, where a change can just be seen: {k} of {n} targets."),
        data=Table(
            [_("Indicator"), _("Times")], [[row["full"], row["shown"]] for _i, row in frame.iterrows()], numeric=(1,)
        ),
    )


@guarded
def detectable_curve(
    by_horizon: "pd.Series[float]", planned: DetectableEffect, outcome: Outcome, unit: str, aim: float | None
) -> Figure:
    """Draw how small an effect could be seen after one, two ... periods, and how far the target lies away."""
    freq = pd.PeriodIndex(outcome.frame.index).freqstr
    frame = pd.DataFrame({"after": by_horizon.index.astype(int), "value": by_horizon.to_numpy(dtype=float)})
    frame["shown"] = [figure_text(value) for value in frame["value"]]
    x = alt.X(
        "after:Q",
        title=_("Periods after the start that are averaged"),
        scale=alt.Scale(domain=[1, max(2, int(frame["after"].max()))]),
        axis=alt.Axis(tickMinStep=1, format="d"),
    )
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domainMin=0, nice=True))
    base = alt.Chart(frame).encode(x=x, y=y, tooltip=[alt.Tooltip("after:Q"), alt.Tooltip("shown:N")])
    layers = [
        base.mark_line(color=colour("teal"), strokeWidth=2.5),
        base.mark_circle(color=colour("teal"), size=60, opacity=1),
        *_value_label(frame.head(1), x, y, "left"),
        *_value_label(frame.iloc[1:].tail(1), x, y, "right"),
    ]
    label, beyond = "", ""
    if aim and aim > _FAR * float(frame["value"].max()):
        beyond = " " + _("The way to the target, {value}, lies far above.").format(value=figure_text(aim))
    elif aim:
        label = _("Way to the target {value}").format(value=figure_text(aim))
        goal = pd.DataFrame({"after": [1, max(2, int(frame["after"].max()))], "value": [aim, aim], "label": label})
        mark = alt.Chart(goal).encode(x=x, y=y)
        layers += [
            mark.mark_line(color=colour("orange"), strokeDash=[6, 4], strokeWidth=2),
            alt.Chart(goal.tail(1))
            .mark_text(align="right", dy=-9, color=colour("orange"), fontWeight=600)
            .encode(x=x, y=y, text=alt.Text("label:N")),
        ]
    words = {
        "first": frame["shown"].iloc[0],
        "last": frame["shown"].iloc[-1],
        "a": count_of_periods(int(frame["after"].iloc[0]), freq),
        "b": count_of_periods(int(frame["after"].iloc[-1]), freq),
        "unit": unit[:1].upper() + unit[1:],
        "points": unit,
        "power": number(100 * planned.power, 0),
    }
    return figure(
        layered(layers, "", height=260),
        "detectable",
        words,
        title=_curve_title(frame["value"]),
        note=_("{unit}. Effects on the line are seen with a chance of {power}%; smaller ones are often missed.")
        + beyond,
        alt_text=_("Line of the smallest detectable effect: {first} over {a}, {last} over {b} ({unit})."),
        data=Table(
            [_("Periods"), unit],
            [[str(row["after"]), row["shown"]] for _i, row in frame.iterrows()],
            numeric=(0, 1),
        ),
    )


def _curve_title(values: "pd.Series[float]") -> str:
    """How small an effect could be seen, and whether waiting helps."""
    if len(values) < 2:
        return _("Over {a}, effects have to reach {first} {points}")
    if values.iloc[-1] > values.iloc[0]:
        return _("Waiting does not help: {first} at first, {last} over {b}")
    return _("Over {b}, effects from {last} {points} could be seen")


def _value_label(end: pd.DataFrame, x: alt.X, y: alt.Y, align: Literal["left", "right"]) -> list[Layer]:
    place, dx = alt.Chart(end).encode(x=x, y=y), 8 if align == "left" else 0
    return told(place, "shown:N", dx=dx, dy=-14, align=align, fontWeight=600, color=colour("teal"))


@guarded
def what_it_takes_table(needed: WhatItTakes, outcome: Outcome, unit: str) -> Table:
    """List how many areas, or how many periods, it would take to see the effect looked for."""
    freq = pd.PeriodIndex(outcome.frame.index).freqstr
    areas = _("more than 1,000") if needed.areas is None else number(needed.areas, 0)
    periods = _("more than 100, or never with so few areas") if needed.periods is None else str(needed.periods)
    rows = [
        [
            _("Areas that take part, with two others each, over {periods}").format(
                periods=count_of_periods(needed.horizon, freq)
            ),
            areas,
        ],
        [
            _("Periods after the start, with the {n} areas that take part and {m} others").format(
                n=needed.n_treated, m=needed.n_comparison
            ),
            periods,
        ],
    ]
    caption = _("What difference-in-differences would take to see an effect of {effect} ({unit})").format(
        effect=figure_text(needed.effect), unit=unit
    )
    return Table([_("What"), _("At least")], rows, caption, "what-it-takes", numeric=(1,))
