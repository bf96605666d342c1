"""Pictures of what else could explain a result: the gap with its shocks, rivals put to the test, shocks left out."""

from collections import Counter
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.context.rival_tests import Excluded, Fit, Grade, RivalTest
from collective_impact.analysis.context.rivals import RivalEvent
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import (
    Axes,
    Layer,
    axes_over_time,
    colour,
    layered,
    line,
    moment,
    start_rule,
    time_frame,
    told,
    zero_rule,
)
from collective_impact.charts.matrix import MatrixCell, matrix
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, listing, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel

MOST_RIVALS = 12


@guarded
def gap_with_shocks(panel: Panel, events: Sequence[RivalEvent], outcome: Outcome) -> Figure | Insufficient:
    """Draw the gap between areas with and without the initiative over time, with the shocks that struck any of them."""
    panel = panel.without_always_treated()
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    if not panel.donors:
        return Insufficient("no_donors", 0, 1)
    gap = panel.treated_outcome - panel.outcome[list(panel.donors)].mean(axis=1)
    before, after = gap[panel.before], gap[panel.after]
    if before.empty or after.empty:
        return Insufficient("too_few_periods_after" if after.empty else "too_few_periods_before", 0, 1)
    index = panel.outcome.index
    shocks = _shocks(panel, events)
    axes = axes_over_time(index, _("Gap, {unit}").format(unit=outcome.difference_unit))
    layers = [
        zero_rule(),
        *_level(before, axes),
        *_level(after, axes, at_end=True),
        line(time_frame(gap), axes, "teal", _("Gap")),
        *_shock_marks(shocks, gap, outcome),
        *start_rule(panel.start, axes),
    ]
    text = {
        "n": len(shocks),
        "a": figure_text(float(before.mean())),
        "b": figure_text(float(after.mean())),
        "treated": len(panel.treated),
        "others": len(panel.donors),
        "unit": outcome.difference_unit_title,
        "points": outcome.difference_unit,
        "start": period_label(panel.start) if panel.start is not None else "",
    }
    note = _(
        "{unit}. Mean of areas that take part (number: {treated}) less mean of the others ({others}). "
        "Dashed: the average before the start and since."
    )
    if shocks:
        note += " " + _("Diamonds mark the years of shocks, numbered as in the table below.")
    return figure(
        layered(layers, height=280),
        "gap-with-shocks",
        text,
        title=_("The gap averaged {a} {points} before the start and {b} since"),
        note=note,
        alt_text=_(
            "Line chart of the gap between areas with and without the initiative: {a} on average before {start}, {b} "
            "after. Shocks marked: {n}."
        ),
        data=table_by_period((_("Gap"), gap)),
    )


@guarded
def shocks_table(panel: Panel, events: Sequence[RivalEvent], outcome: Outcome) -> Table | Insufficient:
    """List the shocks that the chart of the gap marks."""
    shocks = _shocks(panel, events)
    if not shocks:
        return Insufficient("no_shocks" if events else "no_events", 0, 1)
    rows = [
        [
            str(at),
            each.when,
            each.summary,
            listing([outcome.name_of(area) for area in each.areas]) or _("not on record"),
        ]
        for at, each in enumerate(shocks, 1)
    ]
    return Table([_("No."), _("When"), _("Shock"), _("Where")], rows, _("Shocks in the chart above"), "shocks")


def _shocks(panel: Panel, events: Sequence[RivalEvent]) -> list[RivalEvent]:
    index = panel.outcome.index
    return [each for each in events if each.shock and len(index) and index[0] <= each.period <= index[-1]]


def _level(part: "pd.Series[float]", axes: Axes, *, at_end: bool = False) -> list[Layer]:
    """A dashed line at the mean of a stretch of time, its value above the left end or below the right one."""
    level = time_frame(part * 0 + float(part.mean()))
    place = level.tail(1) if at_end else level.head(1)
    words = alt.Chart(place).encode(x=axes.x, y=axes.y)
    align, dy = ("right", 13) if at_end else ("left", -10)
    return [
        line(level, axes, "muted", _("Average"), width=1.5, dash=True),
        *told(words, "shown:N", align=align, dy=dy, color=colour("muted"), fontWeight=600),
    ]


def _shock_marks(shocks: Sequence[RivalEvent], gap: "pd.Series[float]", outcome: Outcome) -> list[Layer]:
    if not shocks:
        return []
    numbers: dict[pd.Period, list[str]] = {}
    for at, each in enumerate(shocks, 1):
        places = listing([outcome.name_of(area) for area in each.areas])
        numbers.setdefault(each.period, []).append(f"{at} {places}".strip())
    around = (gap.shift(1, fill_value=gap.iloc[0]) + gap.shift(-1, fill_value=gap.iloc[-1])) / 2
    frame = pd.DataFrame(
        {
            "moment": [moment(period) for period in numbers],
            "value": [float(value) for value in gap.reindex(list(numbers))],
            "label": [listing_of(labels) for labels in numbers.values()],
            "low": (gap < around).reindex(list(numbers)).to_list(),
            "last": [period == gap.index[-1] for period in numbers],
        }
    )
    base = alt.Chart(frame).encode(x=alt.X("moment:T"), y=alt.Y("value:Q"))
    return [
        base.mark_point(shape="diamond", size=170, filled=True, color=colour("orange"), opacity=1),
        *(
            mark
            for low in (False, True)
            for last in (False, True)
            for mark in _shock_labels(frame[(frame["low"] == low) & (frame["last"] == last)], low=low, last=last)
        ),
    ]


def _shock_labels(frame: pd.DataFrame, *, low: bool, last: bool) -> list[Layer]:
    """Name shocks below a dip and above all else; the last one to the left of its mark."""
    place, align = alt.Chart(frame).encode(x=alt.X("moment:T"), y=alt.Y("value:Q")), "right" if last else "center"
    return told(place, dy=17 if low else -17, align=align, fontWeight=600, color=colour("orange"))


def listing_of(labels: Sequence[str]) -> str:
    """Numbers side by side, for a mark that stands for several."""
    return ", ".join(labels)


def _fit_word(fit: Fit) -> str:
    return {"fits": _("yes"), "unclear": _("unclear"), "does_not": _("no")}[fit]


def grade_word(grade: Grade) -> str:
    """How much there is in a rival, in words."""
    return {"plausible": _("plausible"), "weak": _("weak"), "ruled_out": _("ruled out")}[grade]


@guarded
def rivals_matrix(tests: Sequence[RivalTest]) -> Figure:
    """Draw which tests each rival passes, the most plausible at the top."""
    shown = tests[:MOST_RIVALS]
    columns: Mapping[str, str] = {
        "time": _("Right time"),
        "place": _("One side only"),
        "direction": _("Same way"),
        "size": _("Large enough"),
    }
    shade: Mapping[Fit, float] = {"fits": 0.9, "unclear": 0.35, "does_not": 0.0}
    cells = [
        MatrixCell(test.name, title, shade[getattr(test, name)], _fit_word(getattr(test, name)))
        for test in shown
        for name, title in columns.items()
    ]
    count = Counter(test.grade for test in tests)
    text = {
        "n": len(tests),
        "shown": len(shown),
        "plausible": count["plausible"],
        "weak": count["weak"],
        "out": count["ruled_out"],
    }
    return figure(
        matrix(cells),
        "rivals",
        text,
        title=(
            _("{plausible} of {n} rival explanations stay plausible after four tests")
            if count["plausible"]
            else _("None of {n} known events and trends passes all four tests")
        ),
        note=_("Dark: the rival fits; pale: it does not. The {shown} with most in them, of {n}, the plausible first."),
        alt_text=_("Matrix of rivals by test. {plausible} are plausible, {weak} weak and {out} ruled out, of {n}."),
        data=_rivals_table(tests),
    )


def _rivals_table(tests: Sequence[RivalTest]) -> Table:
    rows = [
        [
            test.name,
            test.when or "–",
            *(_fit_word(getattr(test, name)) for name in ("time", "place", "direction", "size")),
        ]
        for test in tests
    ]
    columns = [_("Rival"), _("When"), _("Right time"), _("One side only"), _("Same way"), _("Large enough")]
    return Table(columns, rows)


@guarded
def rivals_table(tests: Sequence[RivalTest]) -> Table:
    """List the rivals with their standing and the reason for it, the most plausible first."""
    rows = [
        [test.name, test.when or _("all along"), grade_word(test.grade), _why(test)] for test in tests[:MOST_RIVALS]
    ]
    caption = _("Rival explanations: {shown} of {n}, the most plausible first").format(shown=len(rows), n=len(tests))
    return Table([_("Rival"), _("When"), _("Standing"), _("Why")], rows, caption, "rivals")


def _why(test: RivalTest) -> str:
    reasons = {
        "time": _("it could act in less than half of the time since the start"),
        "direction": _("it pushed the other way"),
        "size": _("it is too small"),
    }
    said = [reasons[name] for name in test.failed if name in reasons]
    if test.grade == "plausible":
        said.append(_("nothing that is known speaks against it"))
    elif test.place == "unclear" and not said:
        said.append(_("it is not known to have struck one side only"))
    if test.share is not None:
        share = min(max(test.share, 0.0), 1.0)
        said.append(_("at most about {share} of the gap hangs on it").format(share=percent(share)))
    return "; ".join(said)


@guarded
def effect_without_shocks(excluded: Sequence[Excluded], outcome: Outcome) -> Figure:
    """Draw the effect without what each shock struck."""
    dots = [
        Dot(_without(each, outcome), each.estimate.value, each.estimate.low, each.estimate.high, each.kind == "none")
        for each in _fewer(excluded)
    ]
    values = [each.estimate.value for each in excluded]
    text = {
        "low": figure_text(min(values)),
        "high": figure_text(max(values)),
        "n": len(excluded) - 1,
        "unit": outcome.difference_unit_title,
        "points": outcome.difference_unit,
    }
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "without-shocks",
        text,
        title=(
            _("Whatever shocks struck left out, the effect lies between {low} and {high} {points}")
            if min(values) * max(values) > 0
            else _("Leaving out what shocks struck can turn the direction: {low} to {high}")
        ),
        note=_("{unit}; lines are 95% intervals. The first line leaves nothing out, each other what a shock struck."),
        alt_text=_("Dots with intervals. Over {n} ways of leaving shocks out, the effect is {low} to {high} ({unit})."),
        data=dots_table(dots, _("Left out"), _("Effect")),
    )


def _fewer(excluded: Sequence[Excluded]) -> Sequence[Excluded]:
    """At most 8: nothing and everything left out always among them."""
    return excluded if len(excluded) <= 8 else [*excluded[:7], excluded[-1]]


def _without(each: Excluded, outcome: Outcome) -> str:
    if each.kind == "none":
        return _("Everything counted")
    if each.kind == "all":
        return _("Without all that shocks struck")
    names = [outcome.name_of(area) for area in each.areas] + [period_label(period) for period in each.periods]
    return _("Without {names}").format(names=listing(names))
