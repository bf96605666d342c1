"""Pictures of when things were done: heat maps of what came in time, and who came to the meetings."""

from dataclasses import replace

import altair as alt
import pandas as pd

from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.marks import Axes, colour, dated_axis, end_label, layered, line, time_frame, value_tooltip
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.framework.vocabulary import Condition, label
from collective_impact.language import percent, period_label, share_of
from collective_impact.language import translate as _
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.insufficient import guarded

MOST_ROWS = 12


@guarded
def plan_calendar(plan: pd.DataFrame) -> Figure:
    """Draw how much of the plan was done in time, by condition and the year in which it was to be done.

    Parameters
    ----------
    plan : DataFrame
        As `plan_due` gives it.
    """
    names = {condition.value: label(condition) for condition in Condition}
    rows = plan.assign(row=[names.get(each, _("No condition named")) for each in plan["condition"]])
    order = [name for name in (*names.values(), _("No condition named")) if name in set(rows["row"])]
    return figure(
        matrix(_cells(rows, order, _("In all"))),
        "plan-calendar",
        _words(rows),
        title=_calendar_title(rows, _("Of the plan, {share} was done in time")),
        note=_("Activities done in time of those that were to be done in the year; darker is a larger share."),
        alt_text=_("Heat map of activities by condition and year. In all, {k} of {n} were done in time: {all}."),
        data=matrix_table(_cells(rows, order, _("In all")), _("Condition")),
    )


@guarded
def report_calendar(reports: pd.DataFrame) -> Figure:
    """Draw how many of each partner's reports came in time, by the year reported; those with most to gain first.

    Parameters
    ----------
    reports : DataFrame
        As `reports_of_partners` gives it.
    """
    rows = reports.rename(columns={"name": "row"})
    latest = rows[rows["period"] == rows["period"].max()].groupby("row")["on_time"].mean()
    each = rows.groupby("row")["on_time"].mean().to_frame("all").assign(latest=latest).fillna({"latest": -1.0})
    order = list(each.sort_values(["latest", "all"], kind="stable").index[:MOST_ROWS])
    cells = _cells(rows, order, _("All {n} partners").format(n=each.index.size))
    words = _words(rows) | {"shown": len(order), "partners": each.index.size}
    return figure(
        matrix(cells),
        "report-calendar",
        words,
        title=_calendar_title(rows, _("Of the reports, {share} came in time")),
        note=_(
            "Reports that came in time of those due for the year. {shown} of {partners} partners: those whose reports "
            "came in time the least in the last year first."
        ),
        alt_text=_("Heat map of reports by partner and year. In all, {k} of {n} came in time: {all}."),
        data=matrix_table(cells, _("Partner")),
    )


def _calendar_title(rows: pd.DataFrame, plain: str) -> str:
    """The share, and how it went from the first year to the last where there are two."""
    if rows["period"].nunique() < 2:
        return plain
    return plain + _(": {first} in {begin}, {last} in {end}")


def _words(rows: pd.DataFrame) -> dict[str, object]:
    shares = rows.groupby("period")["on_time"].agg(["sum", "size"])
    told = {
        when: share_of(int(shares.loc[when, "sum"]), int(shares.loc[when, "size"]))
        for when in sorted(rows["period"].unique())
    }
    return {
        "k": int(rows["on_time"].sum()),
        "n": len(rows),
        "share": share_of(int(rows["on_time"].sum()), len(rows)),
        "begin": period_label(shares.index[0]),
        "end": period_label(shares.index[-1]),
        "first": told[shares.index[0]],
        "last": told[shares.index[-1]],
        "all": "; ".join(f"{period_label(when)} {each}" for when, each in told.items()),
    }


def _cells(rows: pd.DataFrame, order: list[str], everyone: str) -> list[MatrixCell]:
    """A cell for each row and year, with how many of how many; the totals beside and below are not shaded."""
    periods = sorted(rows["period"].unique())
    cells = []
    for row in order:
        of_row = rows[rows["row"] == row]
        cells += [_cell(row, period_label(each), of_row[of_row["period"] == each]) for each in periods]
        cells.append(replace(_cell(row, _("In all"), of_row), shade=None))
    below = [_cell(everyone, period_label(each), rows[rows["period"] == each]) for each in periods]
    return [*cells, *(replace(each, shade=None) for each in (*below, _cell(everyone, _("In all"), rows)))]


def _cell(row: str, column: str, due: pd.DataFrame) -> MatrixCell:
    if due.empty:
        return MatrixCell(row, column, None, "–")
    done = int(due["on_time"].sum())
    return MatrixCell(row, column, done / len(due), _("{k} of {n}").format(k=done, n=len(due)))


@guarded
def attendance_chart(runs: RunChart) -> Figure:
    """Draw the share of the partners that came to an average meeting, around its median.

    Parameters
    ----------
    runs : RunChart
        Of shares between 0 and 1, by quarter.
    """
    shares = 100 * runs.series
    points = time_frame(shares).assign(run=[runs.shift and p in runs.longest_run_periods for p in shares.index])
    y = alt.Y("value:Q", title=_("Partners at an average meeting, per cent"), scale=alt.Scale(zero=True, nice=True))
    axes = Axes(dated_axis(points["moment"].min(), points["moment"].max()), y)
    points["shown"] = [percent(value) for value in runs.series]
    middle = points.assign(value=100 * runs.median)
    name = _("Median {value}").format(value=percent(runs.median))
    shade = alt.condition("datum.run", alt.value(colour("orange")), alt.value(colour("teal")))
    layers = [
        line(middle, axes, "orange", name, width=1.5, dash=True),
        line(points, axes, "grey", _("Share"), width=1.5),
        alt.Chart(points)
        .mark_circle(size=70, opacity=1)
        .encode(x=axes.x, y=axes.y, color=shade, tooltip=value_tooltip(_("Share"))),
        *end_label(middle, axes, "orange", name),
    ]
    table = table_by_period((_("Partners at an average meeting, per cent"), shares))
    by_year = runs.series.groupby([each.year for each in runs.series.index]).mean()
    return figure(
        layered(layers, name, height=240),
        "attendance",
        {
            "median": percent(runs.median),
            "n": len(shares),
            "run": runs.longest_run,
            "limit": runs.longest_run_limit,
            "first": period_label(shares.index[0]),
            "last": period_label(shares.index[-1]),
            "begin": by_year.index[0],
            "end": by_year.index[-1],
            "early": percent(by_year.iloc[0]),
            "late": percent(by_year.iloc[-1]),
        },
        title=(
            _("A meeting gathered {median} of the partners in {begin}")
            if len(by_year) < 2
            else _("A meeting gathered {early} of the partners in {begin} and {late} in {end}")
        ),
        note=_(
            "Steering and working groups; partners as a share of all in the initiative in that quarter. Longest run on "
            "one side of the median: {run} quarters, where chance allows {limit}."
        ),
        alt_text=_(
            "Run chart of {n} quarters from {first} to {last} around a median of {median}. The longest run on one side "
            "is {run} quarters; chance allows {limit}."
        ),
        data=table,
    )
