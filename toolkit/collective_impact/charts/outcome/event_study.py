"""Pictures of effects in several areas: where they stood, the effect by time since the start, what it hangs on."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.chosen_design import EachLeftOut
from collective_impact.analysis.outcome.time_since_start import TimeSinceStart
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import (
    Axes,
    Layer,
    axes_over_time,
    colour,
    end_label,
    just_before,
    layered,
    line,
    time_frame,
    value_tooltip,
    zero_rule,
)
from collective_impact.charts.theme import WIDTH
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import count_of_periods, figure_text, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.goodman_bacon import GoodmanBacon
from collective_impact.statistics.counterfactual.staggered_adoption import StaggeredAdoption
from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import guarded
from collective_impact.statistics.panel import Panel

FURTHEST = 3
"""Areas on each side that are shown where each is left out in turn."""


def areas_over_time(panel: Panel, outcome: Outcome) -> Figure:
    """Draw the mean of the areas that take part among all others and their mean."""
    own, others = panel.treated_outcome, panel.outcome[list(panel.donors)]
    mean = others.mean(axis=1)
    axes = axes_over_time(panel.outcome.index, outcome.unit, from_zero=False)
    names = _("Taking part"), _("Others")
    layers = [
        *_grey_lines(others, outcome, axes),
        line(time_frame(mean), axes, "orange", outcome.unit, dash=True),
        line(time_frame(own), axes, "teal", outcome.unit),
        *_end_labels(own, mean, axes, names),
        *_start_rules(panel, axes),
    ]
    before, after = panel.before[-1], panel.after[-1]
    text = {
        "treated": len(panel.treated),
        "n": len(panel.donors),
        "first": period_label(before),
        "last": period_label(after),
        "a": figure_text(own[before]),
        "b": figure_text(own[after]),
        "c": figure_text(mean[before]),
        "d": figure_text(mean[after]),
        "unit": outcome.unit_title,
    }
    return figure(
        layered(layers, *names),
        "comparison",
        text,
        title=_("Areas that take part moved from {a} to {b}, others from {c} to {d}"),
        note=_(
            "{unit}. Each grey line is one of {n} areas without the initiative, the dashed line their mean. "
            "The solid line is the mean of the {treated} areas that take part."
        ),
        alt_text=_(
            "Line chart. The mean of the {treated} areas that take part went from {a} in {first} to {b} in {last}; "
            "the mean of the {n} others went from {c} to {d} ({unit})."
        ),
        data=table_by_period((_("Areas that take part"), own), (_("Other areas"), mean), (_("Difference"), own - mean)),
    )


def _grey_lines(others: pd.DataFrame, outcome: Outcome, axes: Axes) -> list[Layer]:
    if others.empty:
        return []
    frame = pd.concat([time_frame(others[unit], name=outcome.name_of(unit)) for unit in others])
    mark = alt.Chart(frame).mark_line(color=colour("grey"), strokeWidth=0.8, opacity=0.45)
    return [
        mark.encode(
            x=axes.x,
            y=axes.y,
            detail=alt.Detail("name:N"),
            tooltip=[alt.Tooltip("name:N"), *value_tooltip(outcome.unit)],
        )
    ]


def _end_labels(own: "pd.Series[float]", other: "pd.Series[float]", axes: Axes, names: Sequence[str]) -> list[Layer]:
    up = 1 if own.iloc[-1] < other.iloc[-1] else -1
    return [
        *end_label(time_frame(other), axes, "orange", names[1], dy=-6 * up),
        *end_label(time_frame(own), axes, "teal", names[0], dy=6 * up),
    ]


def _start_rules(panel: Panel, axes: Axes) -> list[Layer]:
    """A dashed line at each start; the first carries the words for all."""
    starts = sorted(set(panel.starts.values()))
    at = pd.DataFrame({"moment": [just_before(start) for start in starts]})
    words = _("Starts {first}–{last}") if len(starts) > 1 else _("Start {first}")
    label = words.format(first=period_label(starts[0]), last=period_label(starts[-1]))
    text = alt.Chart(at.head(1).assign(label=label)).mark_text(align="right", dx=-5, y=6, color=colour("muted"))
    rules = alt.Chart(at).mark_rule(strokeDash=[2, 3], color=colour("muted")).encode(x=axes.x)
    return [rules, text.encode(x=axes.x, text=alt.Text("label:N"))]


@guarded
def effects_since_start(times: TimeSinceStart, outcome: Outcome) -> Figure:
    """Draw the effect by time since the start, the time before it as a test: there it should lie near zero."""
    frame = times.frame.reset_index()
    frame["after"] = frame["time"] >= 0
    frame["shown"] = [figure_text(value) for value in frame["value"]]
    title = {"Y": _("Years since the start"), "Q": _("Quarters since the start"), "M": _("Months since the start")}
    x = alt.X(
        "time:Q",
        title=title.get(outcome.freq, _("Periods since the start")),
        scale=alt.Scale(domain=[int(frame["time"].min()) - 0.5, int(frame["time"].max()) + 0.5], nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1, tickCount=min(len(frame) + 1, 12), format="d"),
    )
    y = alt.Y(
        "value:Q", title=_("Effect, {unit}").format(unit=outcome.difference_unit), scale=alt.Scale(zero=True, nice=True)
    )
    shade = alt.condition("datum.after", alt.value(colour("teal")), alt.value(colour("muted")))
    inside = alt.condition("datum.after", alt.value(colour("teal")), alt.value(colour("paper")))
    base, edge = alt.Chart(frame), alt.Chart(pd.DataFrame({"time": [-0.5]}))
    told = frame[frame["time"] == times.shared]
    layers = [
        zero_rule(),
        edge.mark_rule(strokeDash=[2, 3], color=colour("muted")).encode(x=alt.X("time:Q")),
        edge.mark_text(align="right", dx=-6, y=6, color=colour("muted")).encode(
            x=alt.X("time:Q"), text=alt.value(_("Before the start"))
        ),
        base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=shade),
        base.mark_point(size=70, filled=False, strokeWidth=2, opacity=1).encode(
            x=x, y=y, color=shade, fill=inside, tooltip=[alt.Tooltip("time:Q"), alt.Tooltip("shown:N")]
        ),
        alt.Chart(told)
        .mark_text(align="left", dx=8, fontWeight=600, color=colour("teal"))
        .encode(x=x, y=y, text=alt.Text("shown:N")),
    ]
    chart = alt.LayerChart(
        layer=layers, width=WIDTH - 60, height=300, padding={"left": 4, "right": 8, "top": 14, "bottom": 4}
    )
    return figure(
        chart,
        "event-study",
        _event_words(times, outcome),
        title=_event_title(times.at_shared),
        note=_event_note(times),
        alt_text=_(
            "Dots with intervals by time since the start. {when} the start, the last time that all {treated} areas "
            "have reached, the effect is {value} ({low} to {high}; {unit}). Of {n_before} intervals before the start, "
            "{crossing} include zero."
        ),
        data=_event_table(times, outcome),
    )


def _event_words(times: TimeSinceStart, outcome: Outcome) -> dict[str, object]:
    shared, before = times.at_shared, times.frame[times.frame.index < 0]
    return {
        "when": after_start(times.shared, outcome),
        "gap": figure_text(abs(shared.value)),
        "side": _("lower") if shared.value < 0 else _("higher"),
        "value": figure_text(shared.value),
        "low": figure_text(shared.low),
        "high": figure_text(shared.high),
        "unit": outcome.difference_unit_title,
        "unit_small": outcome.difference_unit,
        "treated": times.n_treated,
        "n": times.n_comparison,
        "n_before": len(before),
        "crossing": int(((before["low"] <= 0) & (before["high"] >= 0)).sum()),
    }


def after_start(time: int, outcome: Outcome) -> str:
    """Say how long after the start, as it opens a sentence: ``2 years after``."""
    if time == 0:
        return _("Right after")
    return _("{time} after").format(time=count_of_periods(time, outcome.freq))


def _event_title(shared: Estimate) -> str:
    if shared.conclusive:
        return _("{when} the start, areas lie {gap} {unit_small} {side} than expected")
    return _("{when} the start, the difference cannot be told from zero")


def _event_note(times: TimeSinceStart) -> str:
    note = _(
        "{unit}; {treated} areas against {n} others, lines are 95% intervals. "
        "Hollow dots test the method: before the start they should lie near zero."
    )
    if times.frame.index.max() > times.shared:
        note += " " + _("From {when} on, fewer and fewer areas have come that far.").replace(
            "{when}", str(times.shared + 1)
        )
    return note


def _event_table(times: TimeSinceStart, outcome: Outcome) -> Table:
    rows = [
        [str(time), *(figure_text(row[end]) for end in ("value", "low", "high")), str(int(row["n_units"]))]
        for time, row in times.frame.iterrows()
    ]
    return Table([_("Since the start"), _("Effect"), _("Low"), _("High"), _("Areas")], rows, numeric=(0, 1, 2, 3, 4))


@guarded
def pretended_start(result: Estimated, pretended: Estimate, outcome: Outcome) -> Figure:
    """Draw what the design finds at starts that never were, beside what it finds at the real ones."""
    real = result.estimate
    dots = [
        Dot(_("Real start"), real.value, real.low, real.high, True),
        Dot(_("Pretended earlier start"), pretended.value, pretended.low, pretended.high),
    ]
    text: dict[str, object] = {
        "value": figure_text(pretended.value),
        "real": figure_text(real.value),
        "unit": outcome.difference_unit_title,
        "unit_small": outcome.difference_unit,
    }
    text |= {"low": figure_text(pretended.low), "high": figure_text(pretended.high), "n": pretended.n_units}
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "pretended-start",
        text,
        title=(
            _("At a pretended earlier start the method finds {value}, which warns")
            if pretended.conclusive
            else _("At a pretended earlier start nothing stands out from chance")
        ),
        note=_("{unit}, {n} areas; lines are 95% intervals. Nothing had begun then, so zero should lie within."),
        alt_text=_(
            "Two dots. Real start: {real}. Pretended earlier start: {value}, interval {low} to {high} ({unit})."
        ),
        data=dots_table(dots, _("Start"), _("Effect")),
    )


@guarded
def left_out_in_turn(left_out: EachLeftOut, outcome: Outcome) -> Figure:
    """Draw the effect without each area: those that change it most on either side."""
    order = sorted(left_out.effects.items(), key=lambda pair: pair[1])
    far = order if len(order) <= 2 * FURTHEST else [*order[:FURTHEST], *order[-FURTHEST:]]
    dots = [Dot(_("All areas"), left_out.effect, marked=True)]
    dots += [Dot(_("Without {area}").format(area=outcome.name_of(unit)), value) for unit, value in far]
    same = left_out.low * left_out.high > 0
    text = {
        "low": figure_text(left_out.low),
        "high": figure_text(left_out.high),
        "effect": figure_text(left_out.effect),
        "n": len(order),
        "shown": len(far),
        "unit": outcome.difference_unit_title,
        "unit_small": outcome.difference_unit,
    }
    every = [dots[0], *(Dot(outcome.name_of(unit), value) for unit, value in order)]
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "left-out",
        text,
        title=(
            _("Whichever area is left out, the effect stays between {low} and {high} {unit_small}")
            if same
            else _("Leaving out one area can turn the direction: {low} to {high}")
        ),
        note=_("{unit}. The {shown} areas that change the effect most, of {n} that were left out in turn."),
        alt_text=_("Dots. With all areas the effect is {effect}; without one of them, {low} to {high} ({unit})."),
        data=Table(
            [_("Area left out"), _("Effect")], [[dot.name, figure_text(dot.value)] for dot in every], numeric=(1,)
        ),
    )


@guarded
def ways_of_comparing(
    never: StaggeredAdoption, not_yet: StaggeredAdoption, regression: GoodmanBacon, outcome: Outcome
) -> Figure:
    """Draw the same effect from other ways of comparing areas that started at different times."""
    ways = [
        (_("With areas that never start"), never.estimate, True),
        (_("Also with those not started yet"), not_yet.estimate, False),
        (_("Early starts weigh more"), never.simple, False),
    ]
    dots = [Dot(name, each.value, each.low, each.high, chosen) for name, each, chosen in ways]
    dots.append(Dot(_("Ordinary regression (only a check)"), regression.coefficient))
    values = [dot.value for dot in dots]
    text = {
        "low": figure_text(min(values)),
        "high": figure_text(max(values)),
        "n": len(dots),
        "share": figure_text(100 * regression.forbidden_weight),
        "unit": outcome.difference_unit_title,
        "unit_small": outcome.difference_unit,
    }
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "ways",
        text,
        title=(
            _("All {n} ways of comparing point the same way: {low} to {high} {unit_small}")
            if min(values) * max(values) > 0
            else _("The {n} ways of comparing differ in direction: {low} to {high}")
        ),
        note=_(
            "{unit}; lines are 95% intervals. The ordinary regression has {share}% of its weight on comparisons with "
            "areas that had started already, so it is no result of its own."
        ),
        alt_text=_("Dots of {n} ways of comparing, between {low} and {high} ({unit})."),
        data=dots_table(dots, _("Compared"), _("Effect")),
    )
