"""Pictures of how an indicator moves: run chart, course to a target, forecast if nothing changes, gap to others."""

import altair as alt
import pandas as pd

from collective_impact.analysis.outcome.chart_of_counts import Moving, periods_before
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.marks import (
    Axes,
    Layer,
    axes_over_time,
    colour,
    end_label,
    layered,
    line,
    moment,
    start_rule,
    time_frame,
    value_tooltip,
    zero_rule,
)
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import a_period, figure_text, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.baseline import GapBetween
from collective_impact.statistics.change.forecast import Forecast
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.insufficient import Insufficient, guarded


@guarded
def run_chart_figure(runs: RunChart, outcome: Outcome, moving: Moving | None = None) -> Figure:
    """Draw a series around its median, with the points of its longest run filled.

    Parameters
    ----------
    moving : Moving, optional
        That the series keeps no level, which the title then says.
    """
    axes = axes_over_time(runs.series.index, outcome.unit, from_zero=False)
    points = time_frame(runs.series).assign(run=[p in runs.longest_run_periods for p in runs.series.index])
    middle = points.assign(value=runs.median, shown=figure_text(runs.median))
    median = _("Median {value}").format(value=figure_text(runs.median))
    shade = alt.condition("datum.run", alt.value(colour("teal")), alt.value(colour("grey")))
    size = alt.condition("datum.run", alt.value(110), alt.value(45))
    layers = [
        line(middle, axes, "orange", _("Median"), width=1.5, dash=True),
        line(points, axes, "grey", outcome.unit, width=1.5),
        alt.Chart(points)
        .mark_circle(opacity=1)
        .encode(x=axes.x, y=axes.y, color=shade, size=size, tooltip=value_tooltip(outcome.unit)),
        *end_label(middle, axes, "orange", median),
        *start_rule(outcome.start, axes),
    ]
    text = {
        "area": outcome.area,
        "run": runs.longest_run,
        "limit": runs.longest_run_limit,
        "side": _("above") if runs.longest_run_side == "above" else _("below"),
        "first": period_label(runs.longest_run_periods[0]),
        "last": period_label(runs.longest_run_periods[-1]),
        "crossings": runs.crossings,
        "fewest": runs.crossings_limit,
        "unit": outcome.unit_title,
    }
    note = _("{unit}. Large: the longest run, {run} periods {side} the median ({first}–{last}).")
    if periods_before(runs.series, outcome.start) is not None:
        note += " " + _("The median is that of the time before the start.")
    return figure(
        layered(layers, median),
        "run-chart",
        text,
        title=_run_title(runs, moving),
        note=note,
        alt_text=_(
            "Run chart. The longest run is {run} periods {side} the median, from {first} to {last}; chance allows "
            "{limit}. Crossings of the median: {crossings}; at least {fewest} are expected."
        ),
        data=table_by_period((outcome.unit, runs.series)),
    )


def _run_title(runs: RunChart, moving: Moving | None) -> str:
    if moving is not None:
        return trend_title(moving)
    if runs.long_run:
        return _("{area}: {run} values in a row {side} the median, beyond chance")
    if runs.few_crossings:
        return _("{area}: the median is crossed {crossings} times, less than by chance")
    return _("{area}: no run around the median is longer than by chance")


def trend_title(moving: Moving) -> str:
    """Say of a series that it is not to be held against a level."""
    if moving.before:
        return _("{area}: a trend before the start, so no level applies")
    return _("{area}: a trend throughout, so no level applies")


@guarded
def trajectory_figure(course: Trajectory, outcome: Outcome) -> Figure:
    """Draw the course of the last periods and where it leads by the target's period."""
    frame = course.frame.set_index("period")
    axes = axes_over_time(frame.index, outcome.unit, from_zero=False)
    seen, ahead = time_frame(frame["observed"]), frame[frame["low"].notna()]
    path = time_frame(frame["fitted"])
    band = time_frame(ahead["low"]).assign(high=ahead["high"].to_numpy())
    goal = pd.DataFrame({"moment": [moment(course.target_period)], "value": [course.target]})
    goal["label"] = _("Target {value}").format(value=figure_text(course.target))
    target = alt.Chart(goal).encode(x=axes.x, y=axes.y)
    layers = [
        alt.Chart(band).mark_area(color=colour("orange"), opacity=0.15).encode(x=axes.x, y=axes.y, y2=alt.Y2("high:Q")),
        line(path, axes, "orange", _("Recent course"), dash=True),
        line(seen, axes, "teal", outcome.unit),
        target.mark_point(shape="diamond", size=140, color=colour("ink"), filled=True),
        target.mark_text(align="left", dx=10, fontWeight=600).encode(text=alt.Text("label:N")),
    ]
    text = {
        "area": outcome.area,
        "target": figure_text(course.target),
        "when": period_label(course.target_period),
        "now": figure_text(course.current),
        "at": period_label(course.judged_at),
        "n": course.n_recent,
        "unit": outcome.unit_title,
        "status": status_title(course),
    }
    return figure(
        layered(layers, goal["label"].iloc[0]),
        "trajectory",
        text,
        title=_("{area}: {status}"),
        note=_(
            "{unit}. Dashed: a straight line through the last {n} periods; the band is its 80% prediction interval."
        ),
        alt_text=_("Line chart. {area} stood at {now} in {at}; the target is {target} in {when}. Verdict: {status}."),
        data=table_by_period(
            (_("Observed"), frame["observed"]),
            (_("Course"), frame["fitted"]),
            (_("Low"), frame["low"]),
            (_("High"), frame["high"]),
        ),
    )


def status_text(course: Trajectory) -> str:
    """Where a course stands against its target, as a clause."""
    return {
        "reached": _("the target has been reached"),
        "missed": _("the target was not reached in time"),
        "on_track": _("on the present course the target will be reached"),
        "off_track": _("on the present course the target will be missed"),
        "too_early": _("it is too early to say whether the target will be reached"),
        "inconclusive": _("it is inconclusive whether the target will be reached"),
    }[course.status]


def status_title(course: Trajectory) -> str:
    """Where a course stands against its target, with its figures, as a clause; figures are filled in."""
    if course.projected is None:
        return status_text(course)
    words = {
        "expected": figure_text(course.projected.value),
        "when": period_label(course.target_period),
        "target": figure_text(course.target),
    }
    text = {
        "on_track": _("on the present course {expected} is expected in {when}, meeting {target}"),
        "off_track": _("on the present course {expected} is expected in {when}, short of {target}"),
        "inconclusive": _("inconclusive whether {target} is reached in {when}"),
    }.get(course.status)
    return status_text(course) if text is None else text.format(**words)


@guarded
def forecast_fan(forecast: Forecast, outcome: Outcome, later: "pd.Series[float] | None" = None) -> Figure:
    """Draw history and what to expect if nothing changes; later values, where they are known, as open points.

    Parameters
    ----------
    later : Series of float by Period, optional
        What was seen in the periods forecast.
    """
    ahead = forecast.frame.set_index("period")
    axes = axes_over_time(forecast.history.index.append(ahead.index), outcome.unit, from_zero=False)
    layers = _fan_layers(forecast, ahead, axes, outcome)
    seen = time_frame(later[later.index.isin(ahead.index)]) if later is not None else pd.DataFrame()
    if not seen.empty:
        points = alt.Chart(seen).mark_point(size=45, filled=False, color=colour("teal"), strokeWidth=1.5)
        layers.append(points.encode(x=axes.x, y=axes.y, tooltip=value_tooltip(outcome.unit)))
        layers += end_label(seen, axes, "teal", _("Seen later"), dy=10)
    aim, against = _aim(ahead, axes, outcome)
    layers += aim
    last = ahead.iloc[-1]
    text = {
        "area": outcome.area,
        "unit": outcome.unit_title,
        "when": period_label(ahead.index[-1]),
        "mean": figure_text(last["mean"]),
        "low": figure_text(last["low95"]),
        "high": figure_text(last["high95"]),
        "first": period_label(forecast.history.index[0]),
        "end": period_label(forecast.history.index[-1]),
    }
    return figure(
        layered(layers, _("If nothing changes")),
        "forecast",
        text,
        title=_("If nothing changes, {area} can expect {low} to {high} by {when}"),
        note=_("{unit}. From the values {first}–{end}; the bands hold 80% and 95%.")
        + (" " + _("Open points: what was seen later.") if not seen.empty else "")
        + against,
        alt_text=_(
            "Fan chart. Carried on from {end}, the series is expected at {mean} in {when}, with a 95% interval of "
            "{low} to {high} ({unit})."
        ),
        data=table_by_period(
            (_("Expected"), ahead["mean"]),
            (_("80% low"), ahead["low80"]),
            (_("80% high"), ahead["high80"]),
            (_("95% low"), ahead["low95"]),
            (_("95% high"), ahead["high95"]),
        ),
    )


def _aim(ahead: pd.DataFrame, axes: Axes, outcome: Outcome) -> tuple[list[Layer], str]:
    """Mark of the target where its date is forecast, and a sentence that holds it against the range of that date."""
    when = outcome.target_period
    if outcome.target is None or when is None or when not in ahead.index:
        return [], ""
    goal = pd.DataFrame({"moment": [moment(when)], "value": [outcome.target]})
    goal["label"] = _("Target {value}").format(value=figure_text(outcome.target))
    base = alt.Chart(goal).encode(x=axes.x, y=axes.y)
    marks: list[Layer] = [
        base.mark_point(shape="diamond", size=140, color=colour("ink"), filled=True),
        base.mark_text(align="right", dx=-10, dy=-8, fontWeight=600).encode(text=alt.Text("label:N")),
    ]
    at = ahead[ahead.index == when]
    low, high = float(at["low95"].iloc[0]), float(at["high95"].iloc[0])
    text = (
        _("The target of {target} lies inside the 95% band of {when} ({low} to {high}).")
        if low <= outcome.target <= high
        else _("The target of {target} lies outside the 95% band of {when} ({low} to {high}).")
    )
    words = {"target": outcome.target, "low": low, "high": high}
    return marks, " " + text.format(when=period_label(when), **{name: figure_text(v) for name, v in words.items()})


def _fan_layers(forecast: Forecast, ahead: pd.DataFrame, axes: Axes, outcome: Outcome) -> list[Layer]:
    """History, and mean and bands of the forecast, which open at the last value seen."""
    last = forecast.history.tail(1)
    mean = time_frame(pd.concat([last, ahead["mean"]]))
    layers: list[Layer] = []
    for low, high, opacity in (("low95", "high95", 0.14), ("low80", "high80", 0.2)):
        band = time_frame(pd.concat([last, ahead[low]])).assign(high=pd.concat([last, ahead[high]]).to_numpy())
        area = alt.Chart(band).mark_area(color=colour("orange"), opacity=opacity)
        layers.append(area.encode(x=axes.x, y=axes.y, y2=alt.Y2("high:Q")))
    return [
        *layers,
        line(mean, axes, "orange", _("If nothing changes"), dash=True),
        line(time_frame(forecast.history), axes, "teal", outcome.unit),
        *end_label(mean, axes, "orange", _("If nothing changes")),
    ]


@guarded
def baseline_spread(profile: pd.DataFrame, outcome: Outcome) -> Figure | Insufficient:
    """Draw where every area stood at the beginning and the end of the baseline.

    Parameters
    ----------
    profile : DataFrame indexed by area_id
        As `baseline_profile` gives it; with the area alone there is nothing to spread.
    """
    if len(profile) < 2 or outcome.area_id not in profile.index:
        return Insufficient("no_donors", 0, 1)
    frame = _spread_frame(profile, outcome)
    others, own = frame[~frame["own"]], frame[frame["own"]]
    middle = others.groupby("period", sort=False)["value"].median().reset_index()
    middle["shown"] = [_("median {value}").format(value=figure_text(v)) for v in middle["value"]]
    x = alt.X(
        "value:Q", title=outcome.unit, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(grid=True, tickCount=6)
    )
    y = alt.Y("period:N", sort=None, title=None, axis=alt.Axis(domain=False))
    chart = (
        alt.Chart(others)
        .mark_tick(thickness=1.5, height=22, color=colour("grey"))
        .encode(x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")])
        + alt.Chart(middle).mark_tick(thickness=3, height=34, color=colour("orange")).encode(x=x, y=y)
        + alt.Chart(middle).mark_text(dy=30, color=colour("orange")).encode(x=x, y=y, text=alt.Text("shown:N"))
        + alt.Chart(own)
        .mark_circle(size=130, opacity=1, color=colour("teal"))
        .encode(x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")])
        + alt.Chart(own)
        .mark_text(dy=-24, color=colour("teal"), fontWeight=600)
        .encode(x=x, y=y, text=alt.Text("name:N"))
    )
    first, last = own.iloc[0], own.iloc[-1]
    text = {
        "area": outcome.area,
        "n": len(others) // 2,
        "a": first["shown"],
        "b": last["shown"],
        "c": figure_text(middle["value"].iloc[0]),
        "d": figure_text(middle["value"].iloc[-1]),
        "first": first["period"],
        "last": last["period"],
        "unit": outcome.unit_title,
    }
    return figure(
        chart.properties(width=480, height=190),
        "baseline",
        text,
        title=_("{area} stood at {a} in {first} and at {b} in {last}"),
        note=_("{unit}. Each grey tick is one of {n} other areas; the orange tick is their median."),
        alt_text=_(
            "Strip chart. {area} went from {a} in {first} to {b} in {last}; the median of {n} other areas went from "
            "{c} to {d} ({unit})."
        ),
        data=_spread_table(profile, outcome, text["first"], text["last"]),
    )


def _spread_frame(profile: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    rows = []
    for when, column in ((profile["first_period"].min(), "first"), (profile["last_period"].max(), "last")):
        rows += [
            {"period": period_label(when), "name": outcome.name_of(u), "value": v, "own": u == outcome.area_id}
            for u, v in profile[column].items()
        ]
    frame = pd.DataFrame(rows)
    return frame.assign(shown=[figure_text(v) for v in frame["value"]])


def _spread_table(profile: pd.DataFrame, outcome: Outcome, first: str, last: str) -> Table:
    columns = ["first", "last", "change_per_period"]
    rows = [[outcome.name_of(u), *map(figure_text, row[columns])] for u, row in profile.iterrows()]
    return Table(
        [_("Area"), first, last, _("Change {a_period}").format(a_period=a_period(outcome.freq))],
        rows,
        numeric=(1, 2, 3),
    )


@guarded
def gap_over_time(gap: GapBetween, outcome: Outcome) -> Figure:
    """Draw how far an area lay from the middle of the others."""
    unit = outcome.difference_unit
    axes = axes_over_time(gap.gap.index, _("Gap to the median, {unit}").format(unit=unit), from_zero=False)
    frame = time_frame(gap.gap)
    layers = [
        zero_rule(),
        line(frame, axes, "teal", _("Gap")),
        *end_label(frame, axes, "teal", outcome.area),
        *start_rule(outcome.start if outcome.start in gap.gap.index else None, axes),
    ]
    return figure(
        layered(layers, outcome.area, height=240),
        "gap",
        gap_words(gap, outcome),
        title=_gap_title(gap, outcome),
        note=_("{unit}; {area} minus the median of {n} areas that take no part. At zero they are level."),
        alt_text=_(
            "Line chart of the gap between {area} and the median of {n} other areas: {a} in {first}, {b} in {last} "
            "({unit})."
        ),
        data=table_by_period(
            (outcome.area, gap.observed), (_("Median of the others"), gap.comparison), (_("Gap"), gap.gap)
        ),
    )


def _gap_title(gap: GapBetween, outcome: Outcome) -> str:
    """Means before and since the start where there are both; else what the trend and its interval bear."""
    if outcome.start in gap.gap.index[1:]:
        return _("On average the gap was {before} before the start and {after} since")
    if isinstance(gap.trend, Insufficient) or not gap.trend.conclusive:
        return _("Whether the gap to other areas was changing is inconclusive")
    if gap.trend.value > 0:
        return _("Against other areas, {area} moved up by {slope} {a_period}")
    return _("Against other areas, {area} moved down by {slope} {a_period}")


def gap_words(gap: GapBetween, outcome: Outcome) -> dict[str, object]:
    """The names and figures that sentences about a gap are made of."""
    first, last = gap.gap.index[0], gap.gap.index[-1]
    before = gap.gap[[outcome.start is not None and period < outcome.start for period in gap.gap.index]]
    after = gap.gap.drop(before.index)
    return {
        "area": outcome.area,
        "n": gap.n_others,
        "a": figure_text(gap.gap[first]),
        "b": figure_text(gap.gap[last]),
        "first": period_label(first),
        "last": period_label(last),
        "before": figure_text(float(before.mean())),
        "after": figure_text(float(after.mean())),
        "slope": "–" if isinstance(gap.trend, Insufficient) else figure_text(abs(gap.trend.value)),
        "a_period": a_period(outcome.freq),
        "unit": outcome.difference_unit_title,
    }
