"""Pictures of delivery: the share on time by quarter with the limits of a p chart, and events placed above it."""

from typing import Literal

import altair as alt
import pandas as pd

from collective_impact.analysis.context.delivery import Delivery
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import HEIGHT, Axes, Layer, Role, colour, dated_axis, end_label, layered
from collective_impact.language import percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.insufficient import Insufficient

Course = Literal["steady", "up", "down", "other", "unknown"]
DOT = 150
"""Size of the dot of the quarter in which the most was due."""
PLACES = (HEIGHT - 8, HEIGHT - 22)
"""Where the numbers of events stand by turns, above the time axis, so that neighbours do not meet."""


def delivery_name(delivery: Delivery) -> str:
    """What is delivered, as it opens a sentence."""
    return {
        "activity": _("Activities done on time"),
        "data_submission": _("Reports submitted on time"),
    }[delivery.kind]


def delivery_chart(
    delivery: Delivery | Insufficient,
    chart: ControlChart | Insufficient,
    events: pd.DataFrame | Insufficient | None = None,
    *,
    name: str,
    title: str = "",
) -> Figure | Insufficient:
    """Draw the share on time by quarter, and where there are enough points the limits that chance keeps it within.

    Parameters
    ----------
    delivery : Delivery or Insufficient
    chart : ControlChart or Insufficient
        Chart of the quarters' shares; without one the points stand alone and no signal is read from them.
    events : DataFrame, optional
        Numbered events to place above the chart, as `hindering_events` gives them.
    name : str
        Name of the figure, unique within the report.
    title : str
        The finding, with ``{what}`` and ``{share}`` to fill in; by default what the chart says.
    """
    if isinstance(delivery, Insufficient):
        return delivery
    frame = _points(delivery, chart)
    placed = _within(events, frame)
    y = alt.Y("value:Q", title=_("Per cent on time"), scale=alt.Scale(domain=[0, 100], nice=False))
    axes = Axes(dated_axis(frame["moment"].min(), frame["moment"].max()), y)
    centre = _("Centre {share}").format(share=percent(delivery.n_on_time / delivery.n))
    limited = isinstance(chart, ControlChart)
    layers = [
        *_event_marks(placed, axes),
        *(_limit_marks(frame, axes, centre) if limited else []),
        *_point_marks(frame, axes),
    ]
    return figure(
        layered(layers, centre if limited else ""),
        name,
        _words(delivery, frame),
        title=title or chart_title(chart),
        note=_note(limited, bool(len(placed))),
        alt_text=_(
            "Chart of shares by quarter from {first} to {last}. {what}: {share} of {n} that were due in {quarters} "
            "quarters. Quarters outside the limits: {outside}."
        ),
        data=_table(frame, limited),
    )


def chart_title(chart: ControlChart | Insufficient) -> str:
    """What a chart of shares says, as a sentence with ``{what}`` and ``{share}`` to fill in."""
    return {
        "unknown": _("{what}: {share} so far, in too few quarters for limits"),
        "steady": _("{what}: {share}, with ordinary ups and downs only"),
        "up": _("{what}: a lasting rise, beyond ordinary ups and downs"),
        "down": _("{what}: a lasting fall, beyond ordinary ups and downs"),
        "other": _("{what}: {share}, with quarters outside ordinary ups and downs"),
    }[course(chart)]


def course(chart: ControlChart | Insufficient) -> Course:
    """Which way a chart went: ``steady`` without a signal, ``unknown`` without limits."""
    if isinstance(chart, Insufficient):
        return "unknown"
    if not chart.signal:
        return "steady"
    runs = chart.phases[-1].runs
    if not (isinstance(runs, RunChart) and runs.shift):
        return "other"
    above = chart.frame["value"] > chart.frame["centre"]
    half = len(above) // 2
    early, late = above.iloc[:half].mean(), above.iloc[-half:].mean()
    return "up" if late > early else "down" if late < early else "other"


def _words(delivery: Delivery, frame: pd.DataFrame) -> dict[str, object]:
    return {
        "what": delivery_name(delivery),
        "share": percent(delivery.n_on_time / delivery.n),
        "n": delivery.n,
        "quarters": delivery.n_quarters,
        "first": frame["period"].iloc[0],
        "last": frame["period"].iloc[-1],
        "outside": int(frame["outside"].sum()),
    }


def _note(limited: bool, marked: bool) -> str:
    """What the marks mean; only those that there are."""
    note = _("Share of what fell due in each quarter, {n} in all; the larger the dot, the more was due.")
    if limited:
        note += " " + _("Grey band: where chance alone would keep it; diamonds lie outside.")
    if marked:
        note += " " + _("Numbers: hindering events, in the table of events.")
    return note


def _points(delivery: Delivery, chart: object) -> pd.DataFrame:
    """A row for each quarter in which anything was due, in per cent, placed in the middle of the quarter."""
    counts = delivery.quarters[delivery.quarters["due"] > 0]
    frame = pd.DataFrame(
        {
            "moment": [(each.start_time + pd.Timedelta(days=45)).date().isoformat() for each in counts.index],
            "period": [period_label(each) for each in counts.index],
            "value": (100 * counts["on_time"] / counts["due"]).to_numpy(),
            "due": counts["due"].astype(int).to_numpy(),
            "on_time": counts["on_time"].astype(int).to_numpy(),
        }
    )
    frame["shown"] = [percent(value / 100) for value in frame["value"]]
    frame["size"] = DOT * (0.2 + 0.8 * frame["due"] / frame["due"].max())
    if not isinstance(chart, ControlChart):
        return frame.assign(outside=False)
    limits = chart.frame.set_index("period").reindex(counts.index)
    ends = {column: (100 * limits[column]).to_numpy() for column in ("centre", "lower", "upper")}
    return frame.assign(outside=limits["outside"].eq(True).to_numpy(), **ends)


def _within(events: pd.DataFrame | Insufficient | None, frame: pd.DataFrame) -> pd.DataFrame:
    """The events that fall into the time that the chart shows, with where their numbers stand."""
    if events is None or isinstance(events, Insufficient):
        return pd.DataFrame(columns=["moment", "label", "height", "summary"])
    moments = [begins.date().isoformat() for begins in events["begins"]]
    marks = pd.DataFrame(
        {"moment": moments, "label": events["number"].astype(str), "summary": events["summary"].tolist()}
    )
    inside = marks[marks["moment"].between(frame["moment"].min(), frame["moment"].max())]
    return inside.assign(height=[position % 2 for position in range(len(inside))])


def _event_marks(events: pd.DataFrame, axes: Axes) -> list[Layer]:
    """A faint upright line for each event, with its number at the foot."""
    if events.empty:
        return []
    rules = alt.Chart(events).mark_rule(color=colour("line"), strokeWidth=1.5).encode(x=axes.x, tooltip="summary:N")
    numbers = [
        alt.Chart(events[events["height"] == turn])
        .mark_text(align="left", dx=4, color=colour("orange"), fontWeight=600)
        .encode(x=axes.x, y=alt.value(height), text="label:N", tooltip="summary:N")
        for turn, height in enumerate(PLACES)
        if (events["height"] == turn).any()
    ]
    return [rules, *numbers]


def _limit_marks(frame: pd.DataFrame, axes: Axes, centre: str) -> list[Layer]:
    known = frame.dropna(subset=["centre"])
    band = alt.Chart(known.assign(value=known["lower"])).mark_area(
        color=colour("grey"), opacity=0.12, interpolate="step"
    )
    middle = known.assign(value=known["centre"])
    line = alt.Chart(middle).mark_line(color=colour("orange"), strokeWidth=1.5, strokeDash=[6, 4])
    return [
        band.encode(x=axes.x, y=axes.y, y2="upper:Q"),
        line.encode(x=axes.x, y=axes.y),
        end_label(middle, axes, "orange", centre),
    ]


def _point_marks(frame: pd.DataFrame, axes: Axes) -> list[Layer]:
    tooltip = [
        alt.Tooltip("period:N", title=_("Period")),
        alt.Tooltip("shown:N", title=_("Share on time")),
        alt.Tooltip("due:Q", title=_("Due")),
    ]
    line = alt.Chart(frame).mark_line(color=colour("grey"), strokeWidth=1.5).encode(x=axes.x, y=axes.y)
    layers: list[Layer] = [line]
    kinds: tuple[tuple[bool, str, Role], ...] = ((False, "circle", "teal"), (True, "diamond", "orange"))
    for outside, shape, role in kinds:
        some = frame[frame["outside"] == outside]
        if len(some):
            mark = alt.Chart(some).mark_point(shape=shape, filled=True, opacity=1, color=colour(role))
            size = alt.Size("size:Q", scale=None)
            layers.append(mark.encode(x=axes.x, y=axes.y, size=size, tooltip=tooltip))
    return layers


def _table(frame: pd.DataFrame, limited: bool) -> Table:
    columns = [_("Period"), _("Due"), _("On time"), _("Share on time")]
    rows = [
        [str(row["period"]), str(row["due"]), str(row["on_time"]), str(row["shown"])]
        + ([_percent(row["lower"]), _percent(row["upper"])] if limited else [])
        for _i, row in frame.iterrows()
    ]
    if limited:
        columns += [_("Lower limit"), _("Upper limit")]
    return Table(columns, rows, numeric=range(1, len(columns)))


def _percent(value: float) -> str:
    return "–" if pd.isna(value) else percent(value / 100)
