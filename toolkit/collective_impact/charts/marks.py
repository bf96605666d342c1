"""The marks that our charts share: time on x, a value on y, the start of the initiative, labels at the end of lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import altair as alt
import pandas as pd

from collective_impact.brand import read_brand
from collective_impact.charts.theme import WIDTH
from collective_impact.language import digits_for, number, percent, period_label
from collective_impact.language import translate as _

HEIGHT = 320
MOST_TICKS = 8
YEARS_WITH_MONTHS = 6
"""From this many years on, the time axis of monthly or quarterly values names years only."""

SPLIT_LABEL = r"split(datum.label, '\n')"
"""Vega expression that draws a label in the lines that `in_lines` made of it."""
CENTRED_LINES: dict[str, Any] = {
    "condition": [
        {"test": rf"length(split(datum.label, '\n')) === {lines}", "value": -8 * (lines - 1)} for lines in (2, 3, 4)
    ],
    "value": 0,
}
"""Offset that puts the middle of a name of several lines beside its row."""
LABEL_LIMIT = 430
"""Room for a line of a label. Text is measured before the font is known, at more than its width."""
VOWELS = "aeiouyåäöæø"
ONE_SOUND = ("ch", "ck", "gh", "ph", "sh", "th")
SHORTEST_PART = 4
"""Letters of a word that stay together where it is broken."""

Role = Literal["teal", "orange", "grey", "ink", "muted", "line", "sand", "paper"]
Layer = alt.Chart
"""One mark; a layer within a layer would have Altair make copy after copy of it."""


def colour(role: Role) -> str:
    """The palette's colour for a role: teal for what was seen, orange for its comparison, grey for the rest."""
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
        Columns ``moment`` (ISO date), ``period`` (label), ``value``, ``shown`` (as text) and those given; missing
        values left out.
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


@dataclass(frozen=True, slots=True)
class Axes:
    """What all marks of one chart are placed on: time from left to right, a value from bottom to top."""

    x: alt.X
    y: alt.Y


def axes_over_time(periods: pd.Index, title: str, *, from_zero: bool = True) -> Axes:
    """Axes for values by period, the unit written above the value's.

    Parameters
    ----------
    periods : Index of Period, in order
        All that the chart shows.
    title : str
        Unit of the values.
    """
    return Axes(time_axis(periods), alt.Y("value:Q", title=title, scale=alt.Scale(zero=from_zero, nice=True)))


def time_axis(periods: pd.Index) -> alt.X:
    """Time from left to right, the same in every time zone.

    Ticks are never closer than the periods. They name years; where the periods are shorter and span few years,
    months too.
    """
    first, last = periods[0], periods[-1]
    short = not first.freqstr.startswith("Y") and last.year - first.year < YEARS_WITH_MONTHS
    ticks = max(1, min(MOST_TICKS, last.ordinal - first.ordinal))
    axis = alt.Axis(tickCount=ticks, format="%Y-%m" if short else "%Y")
    return alt.X("moment:T", title=None, scale=alt.Scale(type="utc", padding=0), axis=axis)


def value_tooltip(name: str) -> list[alt.Tooltip]:
    """What a pointer shows: the period and the value."""
    return [alt.Tooltip("period:N", title=_("Period")), alt.Tooltip("shown:N", title=name)]


def line(
    frame: pd.DataFrame, axes: Axes, role: Role, name: str, *, width: float = 2.5, dash: bool = False
) -> alt.Chart:
    """One line of the chart."""
    mark = alt.Chart(frame).mark_line(
        color=colour(role), strokeWidth=width, strokeDash=[6, 4] if dash else alt.Undefined
    )
    placed: alt.Chart = mark.encode(x=axes.x, y=axes.y, tooltip=value_tooltip(name))
    return placed


def end_label(frame: pd.DataFrame, axes: Axes, role: Role, text: str, *, dy: int = 0) -> list[Layer]:
    """Write a line's name at its right end, instead of in a legend."""
    last = alt.Chart(frame.tail(1).assign(label=text)).encode(x=axes.x, y=axes.y)
    return told(last, align="left", dx=6, dy=dy, color=colour(role), fontWeight=600)


def told(base: alt.Chart, text: str = "label:N", **mark: Any) -> list[Layer]:
    """Write words that stay readable on lines and marks, on an outline in the colour of the paper."""
    paper = colour("paper")
    outline = {**mark, "color": paper, "stroke": paper, "strokeWidth": 4, "strokeJoin": "round", "aria": False}
    return [base.mark_text(**each).encode(text=alt.Text(text)) for each in (outline, mark)]


def start_rule(start: pd.Period | None, axes: Axes) -> list[Layer]:
    """A dashed line where the initiative starts, with its date; no layer at all where it has not started."""
    if start is None:
        return []
    at = pd.DataFrame(
        {"moment": [just_before(start)], "label": [_("Start {period}").format(period=period_label(start))]}
    )
    base = alt.Chart(at).encode(x=axes.x)
    rule = base.mark_rule(strokeDash=[2, 3], color=colour("muted"))
    return [rule, *told(base, align="left", dx=5, y=6, color=colour("muted"))]


def zero_rule() -> alt.Chart:
    """A line at zero."""
    rule: alt.Chart = (
        alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=colour("ink")).encode(y=alt.Y("value:Q"))
    )
    return rule


def layered(layers: Sequence[Layer], *names: str, height: int = HEIGHT) -> alt.LayerChart:
    """Lay marks over each other, the first at the back, with room at the right for the names of the lines."""
    right = 14 + 7 * max(map(len, names), default=0)
    return alt.LayerChart(
        layer=layers, width=WIDTH - right, height=height, padding={"left": 4, "right": 4, "top": 14, "bottom": 4}
    )


def percent_labels() -> str:
    """Vega expression that writes the shares on an axis as the language writes percentages."""
    return f"format(100 * datum.value, '.0f') + '{percent(0.0)[1:]}'"


def names_axis(**further: Any) -> alt.Axis:
    """Axis of rows with a name each, in lines made by `in_lines`, their middle beside the row."""
    given: dict[str, Any] = {
        "labelLimit": LABEL_LIMIT,
        "domain": False,
        "labelExpr": SPLIT_LABEL,
        "labelOffset": CENTRED_LINES,
    }
    return alt.Axis(**(given | further))


def in_lines(name: str, width: int) -> str:
    """Break a long name into lines of at most so many characters, for labels drawn by `SPLIT_LABEL`.

    A name that has lines already keeps them. A single word that is longer is broken by a hyphen.
    """
    if "\n" in name:
        return name
    words = [part for word in name.split() for part in _parts(word, width)]
    lines: list[str] = []
    for word in words:
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and (lines[-1].endswith("-\u00ad") or len(joined) > width):
            lines.append(word)
        else:
            lines[-1:] = [joined]
    return "\n".join(line.rstrip("\u00ad") for line in lines)


def _parts(word: str, width: int) -> list[str]:
    """A word in parts that fit, broken between its parts (after an s) or else between its syllables."""
    ends = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    if len(word) <= width or not word.isalpha() or not ends:
        return [word]
    places = [at for at in ends if at < width and _can_break(word, at)]
    if not places:
        return [word]
    at = min(places, key=lambda place: (len(word) - place > width, word[place - 1] != "s", abs(2 * place - len(word))))
    return [word[:at] + "-\u00ad", *_parts(word[at:], width)]


def _can_break(word: str, at: int) -> bool:
    """Whether a part may begin here: after a joining s, or with one consonant and a vowel, as syllables do."""
    earlier, before, first, second = (word[place] for place in range(at - 2, at + 2))
    joined = before == "s" and earlier not in VOWELS and (earlier in "dgkt" or first not in VOWELS)
    syllable = first not in VOWELS and second in VOWELS and (before in VOWELS or earlier in VOWELS)
    return joined or (syllable and before + first not in ONE_SOUND)


def layered_rows(layers: Sequence[Layer], names: Iterable[str], height: int) -> alt.LayerChart:
    """Lay marks over each other, one line each from top to bottom, with room at the left for the lines' names."""
    return alt.LayerChart(
        layer=layers,
        width=WIDTH - room_at_left(names),
        height=height,
        padding={"left": 4, "right": 12, "top": 18, "bottom": 4},
    )


def room_at_left(names: Iterable[str]) -> int:
    """Room for the names of rows, in pixels."""
    longest = max((len(part) for name in names for part in name.split("\n")), default=0)
    return min(260, 7 * longest) + 12


def dated_axis(first: str, last: str) -> alt.X:
    """Time from left to right between two ISO dates, the same in every time zone; years, and months where it is short.

    The field is ``moment``.
    """
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    short = days < 365 * 3
    ticks = MOST_TICKS if short else min(MOST_TICKS, days // 365)
    axis = alt.Axis(tickCount=ticks, format="%Y-%m" if short else "%Y")
    return alt.X("moment:T", title=None, scale=alt.Scale(type="utc", nice=False, padding=8), axis=axis)
