"""The marks that our charts share: time on x, a value on y, the start of the initiative, labels at the end of lines."""

from typing import Any, Literal

import altair as alt
import pandas as pd

from collective_impact.brand import read_brand
from collective_impact.charts.theme import WIDTH
from collective_impact.language import digits_for, number, period_label
from collective_impact.language import translate as _

HEIGHT = 320
Role = Literal["teal", "orange", "grey", "ink", "muted"]


def colour(role: Role) -> str:
    """The palette's colour for a role: teal for what was seen, orange for what it is compared with, grey for the rest."""
    return read_brand().colour(role)


def moment(period: pd.Period) -> str:
    """A period as a date that the charts can place."""
    return str(period.to_timestamp().date().isoformat())


def just_before(period: pd.Period) -> str:
    """The moment halfway between the period before and this one."""
    first, before = period.to_timestamp(), (period - 1).to_timestamp()
    return str((before + (first - before) / 2).date().isoformat())


def time_frame(series: pd.Series, **columns: Any) -> pd.DataFrame:
    """Turn a series by period into rows that a chart can draw.

    Parameters
    ----------
    series : Series of float, indexed by Period
    **columns
        Constant columns to add, for example the name of the line.

    Returns
    -------
    DataFrame
        Columns ``moment`` (ISO date), ``period`` (label), ``value``, ``shown`` (as text) and those given; missing values left out.
    """
    kept = series.dropna()
    frame = pd.DataFrame(
        {
            "moment": [moment(p) for p in kept.index],
            "period": [period_label(p) for p in kept.index],
            "value": [float(v) for v in kept],
            "shown": [number(v, digits_for(v)) for v in kept],
        }
    )
    return frame.assign(**columns)


def time_axis(padding: int = 0) -> alt.X:
    """Time from left to right, the same in every time zone."""
    return alt.X(
        "moment:T", title=None, scale=alt.Scale(type="utc", padding=padding), axis=alt.Axis(tickCount=8, format="%Y")
    )


def value_axis(title: str, *, from_zero: bool = True) -> alt.Y:
    """A value from bottom to top, its unit written above the axis."""
    return alt.Y("value:Q", title=title, scale=alt.Scale(zero=from_zero, nice=True))


def value_tooltip(name: str) -> list[alt.Tooltip]:
    """What a pointer shows: the period and the value."""
    return [alt.Tooltip("period:N", title=_("Period")), alt.Tooltip("shown:N", title=name)]


def line(frame: pd.DataFrame, y: alt.Y, role: Role, name: str, *, width: float = 2.5, dash: bool = False) -> alt.Chart:
    """One line of the chart."""
    mark = {"color": colour(role), "strokeWidth": width} | ({"strokeDash": [6, 4]} if dash else {})
    return alt.Chart(frame).mark_line(**mark).encode(x=time_axis(), y=y, tooltip=value_tooltip(name))


def end_label(frame: pd.DataFrame, y: alt.Y, role: Role, text: str, *, dy: int = 0) -> alt.Chart:
    """Write a line's name at its right end, instead of in a legend."""
    last = frame.tail(1).assign(label=text)
    mark = alt.Chart(last).mark_text(align="left", dx=6, dy=dy, color=colour(role), fontWeight=600)
    return mark.encode(x=time_axis(), y=y, text="label:N")


def start_rule(start: pd.Period) -> alt.LayerChart:
    """A dashed line where the initiative starts, with its date."""
    at = pd.DataFrame(
        {"moment": [just_before(start)], "label": [_("Start {period}").format(period=period_label(start))]}
    )
    base = alt.Chart(at).encode(x=time_axis())
    rule = base.mark_rule(strokeDash=[2, 3], color=colour("muted"))
    text = base.mark_text(align="left", dx=5, y=6, color=colour("muted")).encode(text="label:N")
    return rule + text


def zero_rule() -> alt.Chart:
    """A line at zero."""
    return alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=colour("ink")).encode(y="value:Q")


def sized(chart: alt.LayerChart, *names: str, height: int = HEIGHT) -> alt.LayerChart:
    """Give a chart its size, with room at the right for the names of its lines."""
    right = 14 + 7 * max(map(len, names), default=0)
    return chart.properties(
        width=WIDTH - right, height=height, padding={"left": 4, "right": right, "top": 14, "bottom": 4}
    )
