"""Pictures of delivery: the share on time over time with the limits of a p chart, and events placed above it."""

from typing import Literal

import altair as alt
import pandas as pd

from collective_impact.analysis.context.delivery import FEW, Delivery
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import Axes, Layer, Role, colour, dated_axis, end_label, layered
from collective_impact.language import percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.insufficient import Insufficient

Course = Literal["steady", "up", "down", "other", "unknown"]
WIDE = 0.9
"""Distance between limits, as a share, from which on they tell next to nothing."""
DOT = 150
"""Size of the dot of the period in which the most was due."""
TOP = 118
"""Upper end of the axis where events stand above the plot, in per cent."""
TICK = (103, 107)
PLACES = (110, 115.5)
"""Where the numbers of events stand by turns, above their ticks, so that neighbours do not meet."""


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
    """Draw the share on time, and where there are enough points the limits that chance keeps it within.

    Parameters
    ----------
    delivery : Delivery or Insufficient
    chart : ControlChart or Insufficient
        Chart of the shares; without one the points stand alone and no signal is read from them.
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
    span = alt.Scale(domain=[0, TOP if len(placed) else 100], nice=False)
    y = alt.Y("value:Q", title=_("Per cent on time"), scale=span, axis=alt.Axis(values=[0, 25, 50, 75, 100]))
    axes = Axes(dated_axis(frame["moment"].min(), frame["moment"].max()), y)
    centre = _("Centre {share}").format(share=percent(delivery.n_on_time / delivery.n))
    limited = isinstance(chart, ControlChart)
    telling = isinstance(chart, ControlChart) and not _tells_little(chart)
    layers = [
        *_event_marks(placed, axes),
        *(_limit_marks(frame, axes) if telling else []),
        *(_centre_marks(frame, axes, centre) if limited else []),
        *_run_marks(frame, axes),
        *_point_marks(frame, axes),
    ]
    return figure(
        layered(layers, centre if limited else ""),
        name,
        _words(delivery, frame),
        title=title or chart_title(chart),
        note=_note(delivery, frame, limited=limited, telling=telling, marked=bool(len(placed))),
        alt_text=_(
            "Chart of shares over time from {first} to {last}. {what}: {share} of {n} that were due in {quarters} "
            "quarters. Points outside the limits: {outside}."
        ),
        data=_table(frame, limited),
    )


def chart_title(chart: ControlChart | Insufficient) -> str:
    """What a chart of shares says, as a sentence with ``{what}`` and ``{share}`` to fill in."""
    return {
        "unknown": _("{what}: {share} so far, in too few quarters for limits"),
        "steady": _("{what}: {share}; too few at a time to tell more")
        if isinstance(chart, ControlChart) and _tells_little(chart)
        else _("{what}: {share}; no change that chance alone would not bring"),
        "up": _("{what}: a lasting rise, beyond ordinary ups and downs"),
        "down": _("{what}: a lasting fall, beyond ordinary ups and downs"),
        "other": _("{what}: {share}, at times beyond ordinary ups and downs"),
    }[course(chart)]


def _tells_little(chart: ControlChart) -> bool:
    """Whether most of the limits leave room for nearly every share."""
    return bool((chart.frame["upper"] - chart.frame["lower"]).median() > WIDE)


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
        "few": FEW,
    }


def _note(delivery: Delivery, frame: pd.DataFrame, *, limited: bool, telling: bool, marked: bool) -> str:
    """What the marks mean; only those that there are."""
    note = (
        _("Share of what fell due in each half-year, {n} in all; larger dots, more due.")
        if delivery.pooled
        else _("Share of what fell due in each quarter, {n} in all; larger dots, more due.")
    )
    if (frame["due"] < FEW).any():
        note += " " + _("Points with fewer than {few} are not joined.")
    if limited and not telling:
        note += " " + _("Limits of chance are not drawn: with so few at a time they leave room for nearly any share.")
    if telling:
        note += " " + _("Thin lines: limits of chance.")
        if frame["lower"].isna().any():
            note += " " + _("None are drawn where fewer than {few} fell due.")
    if frame["outside"].any():
        note += " " + _("Diamonds lie outside.")
    if frame["run"].any():
        note += " " + _("Thick line: the longest run on one side of the centre.")
    if marked:
        note += " " + _("Numbers above: hindering events, in the table of events.")
    return note


def _points(delivery: Delivery, chart: object) -> pd.DataFrame:
    """A row for each stretch in which anything was due, in per cent, placed in the middle of it."""
    counts = delivery.counts[delivery.counts["due"] > 0]
    middle = pd.Timedelta(days=90 if delivery.pooled else 45)
    frame = pd.DataFrame(
        {
            "moment": [(each.start_time + middle).date().isoformat() for each in counts.index],
            "period": [_half_year(each) if delivery.pooled else period_label(each) for each in counts.index],
            "value": (100 * counts["on_time"] / counts["due"]).to_numpy(),
            "due": counts["due"].astype(int).to_numpy(),
            "on_time": counts["on_time"].astype(int).to_numpy(),
        }
    )
    frame["shown"] = [percent(value / 100) for value in frame["value"]]
    frame["size"] = DOT * (0.2 + 0.8 * frame["due"] / frame["due"].max())
    if not isinstance(chart, ControlChart):
        return frame.assign(outside=False, run=False)
    limits = chart.frame.set_index("period").reindex(counts.index)
    ends = {column: (100 * limits[column]).to_numpy() for column in ("centre", "lower", "upper")}
    few = frame["due"] < FEW
    return frame.assign(
        outside=limits["outside"].eq(True).to_numpy(),
        run=counts.index.isin(_long_run(chart)),
        **{column: pd.Series(values).mask(few & (column != "centre")) for column, values in ends.items()},
    )


def _long_run(chart: ControlChart) -> list[object]:
    """Periods of the longest run on one side of the centre, where runs tell of a change; otherwise none."""
    runs = chart.phases[-1].runs
    return list(runs.longest_run_periods) if isinstance(runs, RunChart) and runs.shift else []


def _half_year(first: pd.Period) -> str:
    text = _("first half of {year}") if first.quarter == 1 else _("second half of {year}")
    return text.format(year=first.year)


def _within(events: pd.DataFrame | Insufficient | None, frame: pd.DataFrame) -> pd.DataFrame:
    """The events that fall into the time that the chart shows, with where their numbers stand."""
    if events is None or isinstance(events, Insufficient):
        return pd.DataFrame(columns=["moment", "label", "turn", "summary"])
    moments = [begins.date().isoformat() for begins in events["begins"]]
    marks = pd.DataFrame(
        {"moment": moments, "label": events["number"].astype(str), "summary": events["summary"].tolist()}
    )
    inside = marks[marks["moment"].between(frame["moment"].min(), frame["moment"].max())]
    return inside.assign(turn=[position % 2 for position in range(len(inside))])


def _event_marks(events: pd.DataFrame, axes: Axes) -> list[Layer]:
    """A tick above the plot for each event, with its number over it."""
    if events.empty:
        return []
    frame = events.assign(value=TICK[0], top=TICK[1], at=[PLACES[turn] for turn in events["turn"]])
    base = alt.Chart(frame).encode(x=axes.x, tooltip=alt.Tooltip("summary:N"))
    return [
        base.mark_rule(color=colour("orange"), strokeWidth=3).encode(y=axes.y, y2=alt.Y2("top:Q")),
        base.mark_text(color=colour("orange"), fontWeight=600).encode(y=alt.Y("at:Q"), text=alt.Text("label:N")),
    ]


def _limit_marks(frame: pd.DataFrame, axes: Axes) -> list[Layer]:
    """Two thin lines for the limits, broken where too few things fell due."""
    return [
        alt.Chart(frame.assign(value=frame[side]))
        .mark_line(color=colour("grey"), strokeWidth=1)
        .encode(x=axes.x, y=axes.y)
        for side in ("lower", "upper")
    ]


def _centre_marks(frame: pd.DataFrame, axes: Axes, centre: str) -> list[Layer]:
    middle = frame.assign(value=frame["centre"]).dropna(subset=["value"])
    line = alt.Chart(middle).mark_line(color=colour("orange"), strokeWidth=1.5, strokeDash=[6, 4])
    return [line.encode(x=axes.x, y=axes.y), *end_label(middle, axes, "orange", centre)]


def _run_marks(frame: pd.DataFrame, axes: Axes) -> list[Layer]:
    run = frame[frame["run"]]
    if run.empty:
        return []
    return [alt.Chart(run).mark_line(color=colour("teal"), strokeWidth=4).encode(x=axes.x, y=axes.y)]


def _point_marks(frame: pd.DataFrame, axes: Axes) -> list[Layer]:
    tooltip = [
        alt.Tooltip("period:N", title=_("Period")),
        alt.Tooltip("shown:N", title=_("Share on time")),
        alt.Tooltip("due:Q", title=_("Due")),
    ]
    line = alt.Chart(frame[frame["due"] >= FEW]).mark_line(color=colour("grey"), strokeWidth=1.5)
    layers: list[Layer] = [line.encode(x=axes.x, y=axes.y)]
    which = frame["run"].map({True: "run", False: ""}).mask(frame["outside"], "outside")
    rest: Role = "muted" if frame["run"].any() else "teal"
    kinds: tuple[tuple[str, str, Role], ...] = (
        ("", "circle", rest),
        ("run", "circle", "teal"),
        ("outside", "diamond", "orange"),
    )
    for kind, shape, role in kinds:
        some = frame[which == kind]
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
