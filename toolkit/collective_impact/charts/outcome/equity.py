"""Pictures of gaps between groups of people: side by side, and over time."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.group_gaps import GroupGap
from collective_impact.analysis.outcome.groups import GroupCounts
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import (
    Axes,
    Layer,
    axes_over_time,
    colour,
    end_label,
    line,
    start_rule,
    time_frame,
)
from collective_impact.charts.theme import WIDTH
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, number, period_label, quote
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import guarded

MOST_PANELS = 3
CLOSE = 0.12
"""Share of the height within which two lines end so close that their names need to move apart."""


def points_word(scale: float, unit: str) -> str:
    """What a difference of values is counted in."""
    return _("percentage points") if scale == 100 else unit


def widest(gaps: Sequence[GroupGap]) -> GroupGap:
    """The gap that is widest in its last period, to begin with."""
    return max(gaps, key=lambda gap: abs(float(gap.frame["difference"].iloc[-1])))


def gap_text(gap: GroupGap, groups: GroupCounts, outcome: Outcome, scale: float) -> dict[str, object]:
    """The names and figures that sentences about a group's gap are made of."""
    last = gap.frame.iloc[-1]
    return {
        "group": quote(groups.names[gap.group]),
        "reference": quote(groups.names[gap.reference]),
        "indicator": outcome.indicator,
        "area": outcome.area,
        "points": points_word(scale, outcome.unit),
        "unit": outcome.unit_title,
        "first": period_label(gap.frame.index[0]),
        "last": period_label(gap.frame.index[-1]),
        "a": figure_text(gap.size.iloc[0]),
        "b": figure_text(gap.size.iloc[-1]),
        "gap": figure_text(abs(last["difference"])),
        "low": figure_text(min(gap.way * last["difference_low"], gap.way * last["difference_high"])),
        "high": figure_text(max(gap.way * last["difference_low"], gap.way * last["difference_high"])),
        "side": _("below") if last["difference"] < 0 else _("above"),
        "value": figure_text(last["group"]),
        "other": figure_text(last["reference"]),
        "n_areas": gap.n_areas,
        "before": figure_text(gap.before),
        "after": figure_text(gap.after),
    }


@guarded
def group_dots(gaps: tuple[GroupGap, ...], groups: GroupCounts, outcome: Outcome, scale: float) -> Figure:
    """Draw where each group stood in the last period, with intervals; the one furthest from its reference is marked."""
    far = widest(gaps)
    dots: list[Dot] = []
    for gap in gaps:
        last = gap.frame.iloc[-1]
        if groups.names[gap.reference] not in [dot.name for dot in dots]:
            dots.append(_dot(groups.names[gap.reference], last, "reference", marked=False))
        dots.append(_dot(groups.names[gap.group], last, "group", marked=gap is far))
    clear = far.frame["difference_low"].iloc[-1] > 0 or far.frame["difference_high"].iloc[-1] < 0
    return figure(
        interval_dots(dots, outcome.unit),
        "groups",
        gap_text(far, groups, outcome, scale),
        title=_("{group} lay {gap} {points} {side} {reference} in {last}")
        if clear
        else _("Whether groups differed in {last} is unclear"),
        note=_("{unit}; lines are 95% intervals. Gap of {group}: {gap} {points} (95% interval {low} to {high})."),
        alt_text=_(
            "Dots with intervals by group in {last}. {group}: {value}; {reference}: {other} ({unit}). The gap is {gap} "
            "{points}, with a 95% interval of {low} to {high}."
        ),
        data=dots_table(dots, _("Group"), outcome.unit),
    )


def _dot(name: str, row: "pd.Series[float]", side: str, *, marked: bool) -> Dot:
    value, low, high = (float(row[each]) for each in (side, f"{side}_low", f"{side}_high"))
    return Dot(name, value, low, high, marked=marked)


@guarded
def gaps_over_time(gaps: tuple[GroupGap, ...], groups: GroupCounts, outcome: Outcome, scale: float) -> Figure:
    """Draw each group and its reference over time, one panel a pair, the gap between them shaded."""
    shown = sorted(gaps, key=lambda gap: gap is not widest(gaps))[:MOST_PANELS]
    names = [groups.names[each] for gap in shown for each in (gap.group, gap.reference)]
    panels = [_gap_panel(gap, groups, outcome, names) for gap in shown]
    words = gap_text(shown[0], groups, outcome, scale)
    return figure(
        alt.vconcat(*panels, spacing=28, padding={"left": 4, "right": 4, "top": 14, "bottom": 4}).resolve_scale(
            y="shared"
        ),
        "group-gaps",
        words,
        title=gap_title(shown[0]),
        note=_("{unit}, in {n_areas} areas. Shaded: the gap, in all panels on the same scale.")
        if len(shown) > 1
        else _("{unit}, in {n_areas} areas. Shaded: the gap."),
        alt_text=_(
            "Lines by group. The gap between {group} and {reference} was {a} {points} in {first} and {b} in {last}."
        ),
        data=gap_years(shown, groups),
    )


def _gap_panel(gap: GroupGap, groups: GroupCounts, outcome: Outcome, names: Sequence[str]) -> alt.LayerChart:
    title = f"{gap.dimension[:1].upper()}{gap.dimension[1:]}"
    axes = axes_over_time(gap.frame.index, title, from_zero=False)
    group, reference = time_frame(gap.frame["group"]), time_frame(gap.frame["reference"])
    band = group.assign(high=reference["value"].to_numpy())
    started = outcome.start if outcome.start in gap.frame.index else None
    layers: list[Layer] = [
        alt.Chart(band).mark_area(color=colour("teal"), opacity=0.1).encode(x=axes.x, y=axes.y, y2=alt.Y2("high:Q")),
        line(reference, axes, "orange", groups.names[gap.reference], dash=True),
        line(group, axes, "teal", groups.names[gap.group]),
        *_pair_labels(group, reference, axes, groups.names[gap.group], groups.names[gap.reference]),
        *start_rule(started, axes),
    ]
    right = 14 + 7 * max(map(len, names))
    return alt.LayerChart(layer=layers, width=WIDTH - right, height=200)


def _pair_labels(group: pd.DataFrame, reference: pd.DataFrame, axes: Axes, name: str, other: str) -> list[Layer]:
    """Names at the right ends of two lines, a little apart where the lines end close to each other."""
    values = pd.concat([group["value"], reference["value"]])
    apart = (group["value"].iloc[-1] - reference["value"].iloc[-1]) / max(values.max() - values.min(), 1e-9)
    away = 0 if abs(apart) > CLOSE else 9 if apart < 0 else -9
    return [
        *end_label(group, axes, "teal", name, dy=away),
        *end_label(reference, axes, "orange", other, dy=-away),
    ]


def gap_title(gap: GroupGap) -> str:
    """The finding about a gap over time, for each case its own sentence."""
    change = gap_change(gap)
    if change is None or not change.leaves_out(0.0):
        return _("Inconclusive: whether the gap of {group} to {reference} changes")
    if isinstance(gap.since, Interval):
        if change.value < 0:
            return _("The gap of {group} to {reference} has narrowed from {before} to {after} {points}")
        return _("The gap of {group} to {reference} has widened from {before} to {after} {points}")
    if change.value < 0:
        return _("The gap of {group} to {reference} is closing, to {b} {points} in {last}")
    return _("The gap of {group} to {reference} is growing, to {b} {points} in {last}")


def gap_change(gap: GroupGap) -> Interval | None:
    """How the gap changed: since the start where that can be told, else per period lately."""
    return next((each for each in (gap.since, gap.trend) if isinstance(each, Interval)), None)


def gap_years(gaps: Sequence[GroupGap], groups: GroupCounts) -> Table:
    """The shares of groups and references behind the lines."""
    rows = [
        [
            groups.names[gap.group],
            period_label(period),
            *(figure_text(row[c]) for c in ("group", "reference", "difference")),
        ]
        for gap in gaps
        for period, (_i, row) in zip(pd.PeriodIndex(gap.frame.index), gap.frame.iterrows(), strict=True)
    ]
    return Table([_("Group"), _("Period"), _("Value"), _("Reference"), _("Difference")], rows, numeric=(2, 3, 4))


@guarded
def gap_table(gaps: tuple[GroupGap, ...], groups: GroupCounts, outcome: Outcome, scale: float) -> Table:
    """List each group's gap in the last period as difference and as ratio, and how it changed."""
    rows = []
    for gap in gaps:
        last = gap.frame.iloc[-1]
        rows.append(
            [
                _("{group} against {reference}").format(
                    group=groups.names[gap.group], reference=groups.names[gap.reference]
                ),
                _with_ends(last, "difference"),
                "–" if pd.isna(last["ratio"]) else _with_ends(last, "ratio"),
                _change_text(gap),
                _("unstable: fewer than 20 cases") if last["unstable"] else _("stable"),
            ]
        )
    at = period_label(widest(gaps).frame.index[-1])
    caption = _("Gaps between groups in {period}, in {points}, with 95% intervals").format(
        period=at, points=points_word(scale, outcome.unit)
    )
    columns = [_("Groups"), _("Difference"), _("Ratio"), _("Change of the gap"), _("Counts")]
    return Table(columns, rows, caption, "group-gaps")


def _with_ends(row: "pd.Series[float]", name: str) -> str:
    digits = 2 if name == "ratio" else 1
    value, low, high = (number(float(row[each]), digits) for each in (name, f"{name}_low", f"{name}_high"))
    return _("{value} ({low} to {high})").format(value=value, low=low, high=high)


def _change_text(gap: GroupGap) -> str:
    change = gap_change(gap)
    if change is None:
        return _("too few periods")
    text = _("{value} ({low} to {high})").format(
        value=number(change.value, 1), low=number(change.low, 1), high=number(change.high, 1)
    )
    judged = _("inconclusive") if not change.leaves_out(0.0) else _("closing") if change.value < 0 else _("growing")
    return f"{text}; {judged}"
