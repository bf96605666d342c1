"""Control chart: a series within the limits that it would keep if nothing but chance were at work."""

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.chart_of_counts import Moving, periods_before
from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.marks import (
    Axes,
    Layer,
    axes_over_time,
    colour,
    end_label,
    layered,
    line,
    start_rule,
    time_frame,
    value_tooltip,
)
from collective_impact.charts.outcome.progress import trend_title
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import a_period, figure_text, listing, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.insufficient import guarded

MOST_NAMED = 4
"""Most periods outside the limits that a sentence names."""


@guarded
def control_chart_figure(
    chart: ControlChart, outcome: Outcome, scale: float = 1.0, moving: Moving | None = None
) -> Figure:
    """Draw a series with its centre and limits; points outside stand out by shape and colour.

    A series that keeps no level is drawn with its trend instead, for no limits apply to it.

    Parameters
    ----------
    scale : float
        What the chart's values are multiplied by to give the indicator's: 100 where it is of shares.
    moving : Moving, optional
        That the series keeps no level.
    """
    if moving is not None:
        return _trend_figure(moving, outcome)
    factor = 1.0 if chart.kind == "individuals" else scale
    frame = chart.frame.set_index(pd.PeriodIndex(chart.frame["period"]))
    shown = frame[["value", "centre", "lower", "upper"]] * factor
    axes = axes_over_time(shown.index, outcome.unit, from_zero=False)
    words = _control_words(chart, outcome, shown)
    return figure(
        layered(
            [
                *_limits(shown, axes),
                *_points(shown, frame["outside"], axes, outcome),
                *start_rule(_within(outcome, shown), axes),
            ],
            _("Upper limit"),
        ),
        "control-chart",
        words,
        title=_control_title(chart),
        note=_("{unit}. {kind} {drawn} Diamonds lie outside."),
        alt_text=_(
            "Control chart of {n} values around {centre}. In the last period the limits are {low} and {high} ({unit}). "
            "Outside them: {outside}."
        ),
        data=table_by_period(
            (outcome.unit, shown["value"]),
            (_("Lower limit"), shown["lower"]),
            (_("Centre"), shown["centre"]),
            (_("Upper limit"), shown["upper"]),
        ),
    )


def _trend_figure(moving: Moving, outcome: Outcome) -> Figure:
    """Draw a series with the straight line that shows why no limits apply to it."""
    series = outcome.series.dropna()
    axes = axes_over_time(series.index, outcome.unit, from_zero=False)
    course = time_frame(moving.course)
    label = _("Trend")
    words = {
        "area": outcome.area,
        "unit": outcome.unit_title,
        "slope": figure_text(moving.slope.value),
        "a_period": a_period(outcome.freq),
        "points": outcome.difference_unit,
        "first": period_label(moving.course.index[0]),
        "last": period_label(moving.course.index[-1]),
    }
    return figure(
        layered(
            [
                line(time_frame(series), axes, "teal", outcome.unit),
                line(course, axes, "orange", label, dash=True),
                *end_label(course, axes, "orange", label, dy=-12),
                *start_rule(outcome.start if outcome.start in series.index else None, axes),
            ],
            label,
        ),
        "control-chart",
        words,
        title=trend_title(moving),
        note=_("{unit}. Dashed: the trend from {first} to {last}, {slope} {points} {a_period}. No limits are drawn."),
        alt_text=_("Line chart without limits. From {first} to {last} the trend was {slope} {points} {a_period}."),
        data=table_by_period((outcome.unit, series), (label, moving.course.reindex(series.index))),
    )


def _within(outcome: Outcome, shown: pd.DataFrame) -> pd.Period | None:
    return outcome.start if outcome.start in shown.index else None


def _limits(shown: pd.DataFrame, axes: Axes) -> list[Layer]:
    centre, lower, upper = (time_frame(shown[name]) for name in ("centre", "lower", "upper"))
    names = {_("Centre"): centre, _("Lower limit"): lower, _("Upper limit"): upper}
    lines: list[Layer] = [
        line(part, axes, "orange", name, width=1.5, dash=part is not centre) for name, part in names.items()
    ]
    labels = {_("Lower limit"): lower, _("Upper limit"): upper}
    middle = _("Centre {value}").format(value=centre["shown"].iloc[-1])
    return [
        *lines,
        *end_label(centre, axes, "orange", middle),
        *(mark for name, part in labels.items() for mark in end_label(part, axes, "orange", name)),
    ]


def _points(shown: pd.DataFrame, outside: "pd.Series[bool]", axes: Axes, outcome: Outcome) -> list[Layer]:
    series = time_frame(shown["value"])
    beyond = time_frame(shown.loc[outside.to_numpy(dtype=bool), "value"])
    points = alt.Chart(series).mark_circle(size=40, opacity=1, color=colour("grey"))
    layers: list[Layer] = [
        line(series, axes, "grey", outcome.unit, width=1.5),
        points.encode(x=axes.x, y=axes.y, tooltip=value_tooltip(outcome.unit)),
    ]
    if len(beyond):
        diamonds = alt.Chart(beyond).mark_point(shape="diamond", size=130, filled=True, opacity=1, color=colour("teal"))
        layers.append(diamonds.encode(x=axes.x, y=axes.y, tooltip=value_tooltip(outcome.unit)))
    return layers


def _control_words(chart: ControlChart, outcome: Outcome, shown: pd.DataFrame) -> dict[str, object]:
    last = shown.iloc[-1]
    return {
        "area": outcome.area,
        "unit": outcome.unit_title,
        "n": len(shown),
        "outside_n": len(chart.outside),
        "outside": outside_text(chart),
        "centre": figure_text(last["centre"]),
        "low": figure_text(last["lower"]),
        "high": figure_text(last["upper"]),
        "kind": chart_kind(chart),
        "drawn": _("Centre and limits are those of the time before the start.")
        if periods_before(shown["value"], outcome.start) is not None
        else _("Centre and limits are those of the whole time."),
    }


def outside_text(chart: ControlChart) -> str:
    """The periods outside the limits, in words; a count where they are many."""
    if not chart.outside:
        return _("not one")
    if len(chart.outside) > MOST_NAMED:
        return _("{n} of {total}").format(n=len(chart.outside), total=len(chart.frame))
    return listing([period_label(period) for period in chart.outside])


def _control_title(chart: ControlChart) -> str:
    if chart.outside:
        return _("{area}: {outside_n} of {n} values lie outside their limits")
    if chart.signal:
        return _("{area}: within the limits, but too long on one side")
    return _("{area}: all values within the limits of ordinary variation")


def chart_kind(chart: ControlChart) -> str:
    """Say in a sentence where the limits come from."""
    if chart.corrected:
        return _("The limits allow for denominators, and for more scatter than chance alone gives (Laney).")
    return {
        "individuals": _("The limits come from how much neighbouring values differ (XmR chart)."),
        "proportion": _("The limits follow the number of people behind each value (p chart)."),
        "rate": _("The limits follow the number of people behind each value (u chart)."),
        "count": _("The limits follow the number of cases (c chart)."),
    }[chart.kind]
