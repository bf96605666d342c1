"""Several indicators on the way to their targets, side by side."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.target_tracker import Tracked
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour, in_lines, layered_rows, names_axis, percent_labels
from collective_impact.language import figure_text, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

_ROW = 58
_NAME = 24
_CUT = (-0.5, 1.5)
"""Shares of the way at which bars are cut, so that one indicator does not press the others together."""
_ON, _LATE = {"reached", "on_track"}, {"missed", "off_track"}


def short_status(tracked: Tracked) -> str:
    """Where an indicator stands against its target, in one or two words."""
    if isinstance(tracked.course, Insufficient):
        return _("cannot be judged")
    return {
        "reached": _("reached"),
        "on_track": _("on track"),
        "off_track": _("off track"),
        "missed": _("missed"),
        "too_early": _("too early to say"),
        "inconclusive": _("inconclusive"),
    }[tracked.course.status]


def on_track(tracked: Sequence[Tracked]) -> int:
    """How many have reached their target or are on the way to it."""
    return sum(not isinstance(each.course, Insufficient) and each.course.status in _ON for each in tracked)


def off_track(tracked: Sequence[Tracked]) -> int:
    """How many have missed their target or will on the present course."""
    return sum(not isinstance(each.course, Insufficient) and each.course.status in _LATE for each in tracked)


@guarded
def target_tracker(tracked: tuple[Tracked, ...]) -> Figure | Insufficient:
    """Draw how much of the way to its target each indicator has covered, and how much an even pace would have."""
    judged = [(each, each.covered) for each in tracked if each.covered is not None]
    if not judged:
        lacking = [each.course for each in tracked if isinstance(each.course, Insufficient)]
        return lacking[0] if lacking else Insufficient("no_target", 0, 1)
    frame = pd.DataFrame(
        {
            "name": [in_lines(each.goal.name, _NAME) for each, _c in judged],
            "value": [covered for _e, covered in judged],
            "due": [each.due for each, _c in judged],
            "status": [short_status(each) for each, _c in judged],
            "shown": [f"{percent(covered)}, {short_status(each)}" for each, covered in judged],
        }
    )
    frame["drawn"] = frame["value"].clip(*_CUT)
    top = max(1.0, float(frame["drawn"].max()))
    frame["label"] = 1.04 * top
    ends = alt.Scale(domain=[min(0.0, float(frame["drawn"].min())), 1.55 * top], nice=False)
    x = alt.X(
        "drawn:Q",
        title=_("Share of the way from baseline to target"),
        scale=ends,
        axis=alt.Axis(
            grid=True, labelExpr=percent_labels(), values=[0, 0.5, 1], titleAnchor="start", titleAlign="left"
        ),
    )
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis())
    base = alt.Chart(frame)
    layers = [
        base.mark_bar(height=24, color=colour("teal")).encode(
            x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")]
        ),
        base.mark_text(align="left", fontWeight=600).encode(x=alt.X("label:Q"), y=y, text=alt.Text("shown:N")),
        alt.Chart(pd.DataFrame({"value": [1.0]})).mark_rule(color=colour("ink")).encode(x=alt.X("value:Q")),
    ]
    due = frame[frame["due"].notna()]
    if len(due):
        ticks = alt.Chart(due).mark_tick(
            thickness=5, height=36, opacity=1, color=colour("orange"), stroke=colour("paper"), strokeWidth=1
        )
        layers.append(ticks.encode(x=alt.X("due:Q"), y=y))
    frame["name_in_full"] = [each.goal.name for each, _c in judged]
    listed = "; ".join(f"{row['name_in_full']}: {row['shown']}" for _i, row in frame.iterrows())
    return figure(
        layered_rows(layers, frame["name"], _ROW * len(frame)),
        "target-tracker",
        {**tracked_counts(tracked), "list": listed},
        title=_tracker_title(tracked),
        note=_("Bars: covered so far. Orange ticks: where an even pace from the start would be. Line at 100%: target.")
        + (" " + _("Bars are cut at −50% and 150%.") if (frame["drawn"] != frame["value"]).any() else ""),
        alt_text=_("Bars of the way to the target by indicator: {list}."),
        data=_way_table(frame),
    )


def tracked_counts(tracked: Sequence[Tracked]) -> dict[str, object]:
    """How many have a target, are on track or there, off track, and still open."""
    on, off = on_track(tracked), off_track(tracked)
    return {"n": len(tracked), "on": on, "off": off, "open": len(tracked) - on - off}


def _tracker_title(tracked: Sequence[Tracked]) -> str:
    if on_track(tracked) == 0 and off_track(tracked) == 0:
        return _("It is still open whether any of {n} targets is reached")
    return _("{n} targets: {on} on track or reached, {off} off track, {open} inconclusive")


def _way_table(frame: pd.DataFrame) -> Table:
    rows = [
        [row["name_in_full"], percent(row["value"]), "–" if pd.isna(row["due"]) else percent(row["due"]), row["status"]]
        for _i, row in frame.iterrows()
    ]
    return Table([_("Indicator"), _("Covered"), _("Even pace"), _("Status")], rows, numeric=(1, 2))


@guarded
def tracker_table(tracked: tuple[Tracked, ...]) -> Table:
    """List each indicator with a target: where it stands, where it is heading, and what that means."""
    rows = [_tracker_row(each) for each in tracked]
    columns = [_("Indicator"), _("Now"), _("Target"), _("Heading for"), _("Status and why"), _("Better since")]
    return Table(columns, rows, _("Indicators and their targets"), "tracker", numeric=(1, 2))


def _tracker_row(each: Tracked) -> list[str]:
    since = "–" if each.better_since is None else period_label(each.better_since)
    target = "–" if each.goal.target is None else figure_text(each.goal.target)
    if isinstance(each.course, Insufficient):
        return [each.goal.name, "–", target, "–", status_and_why(each), since]
    course = each.course
    now = _("{value} in {period}").format(value=figure_text(course.current), period=period_label(course.judged_at))
    aim = _("{value} in {period}").format(value=target, period=period_label(course.target_period))
    ahead = "–"
    if course.projected is not None:
        ends = course.projected
        ahead = _("{value} ({low} to {high})").format(
            value=figure_text(ends.value), low=figure_text(ends.low), high=figure_text(ends.high)
        )
    return [each.goal.name, now, aim, ahead, status_and_why(each), since]


def status_and_why(each: Tracked) -> str:
    """Where an indicator stands, and why it is judged so."""
    return _("{status}: {why}").format(status=short_status(each), why=why_text(each))


def why_text(each: Tracked) -> str:
    """Why an indicator is judged as it is."""
    if isinstance(each.course, Insufficient):
        return _("the values do not allow it")
    return {
        "reached": _("the latest value meets the target"),
        "on_track": _("the whole range expected meets the target"),
        "off_track": _("the whole range expected falls short of the target"),
        "missed": _("the date has passed without it"),
        "too_early": _("the target lies further ahead than the course is known"),
        "inconclusive": _("the range expected lies on both sides of the target"),
    }[each.course.status]
