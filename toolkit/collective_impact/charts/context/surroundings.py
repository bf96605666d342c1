"""Pictures of figures about the surroundings: small panels over time, and what moved more than it usually does."""

from collections.abc import Mapping
from datetime import date

import altair as alt
import pandas as pd

from collective_impact.analysis.context.surroundings import Surroundings, changes_since_start
from collective_impact.analysis.context.unusual_changes import UnusualChanges
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import Layer, Role, colour, time_frame
from collective_impact.charts.theme import WIDTH
from collective_impact.language import figure_text, listing, number, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_PANELS = 6
MOST_ROWS = 12
PANEL_HEIGHT = 130


@guarded
def unusual_panels(
    found: Mapping[str, UnusualChanges | Insufficient], told: Surroundings, as_of: date, months: int
) -> Figure:
    """Draw each figure over time, with a diamond where it changed more than it usually does.

    Parameters
    ----------
    as_of : date
    months : int
        How far back from that day the title looks.
    """
    judged = {name: each for name, each in found.items() if isinstance(each, UnusualChanges)}
    shown = dict(list(judged.items())[:MOST_PANELS])
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    panels = [_panel(told, name, _flagged(each), since=since) for name, each in shown.items()]
    late = [name for name, each in judged.items() if any(period.end_time >= since for period in each.periods)]
    words = {
        "n": len(judged),
        "flagged": sum(1 for each in judged.values() if each.periods),
        "late": listing([told.names[name] for name in late]),
        "months": months,
        "areas": told.n_taking_part,
        "shown": len(shown),
    }
    return figure(
        _beside(panels),
        "unusual",
        words,
        title=_("As a mean of {areas} areas, these moved unusually lately: {late}")
        if late
        else _("As a mean of {areas} areas, none of {n} figures moved unusually lately"),
        note=_(
            "Means of {areas} areas; shaded: the last {months} months. Diamond: a change outside the usual ones, which "
            "is a reason to talk."
        ),
        alt_text=_(
            "{shown} small line charts of figures about the surroundings, means of {areas} areas; in {flagged} of {n} "
            "there has at some time been a change larger than the usual ones."
        ),
        data=_table({told.names[name]: each.series for name, each in shown.items()}),
    )


def _beside(panels: list[alt.LayerChart]) -> alt.ConcatChart:
    """Panels two by two."""
    return alt.concat(*panels, columns=2, spacing={"row": 76, "column": 150}, bounds="flush")


def _table(series: "Mapping[str, pd.Series[float]]") -> Table:
    """Figures side by side, with a row for each period that any of them has."""
    periods = sorted({period for each in series.values() for period in each.index}, key=lambda each: each.start_time)
    rows = [
        [period_label(period), *(figure_text(each[period]) if period in each.index else "" for each in series.values())]
        for period in periods
    ]
    return Table([_("Period"), *series], rows, numeric=range(1, len(series) + 1))


def _flagged(found: UnusualChanges) -> list[Layer]:
    at = time_frame(found.series[found.series.index.isin(list(found.periods))])
    if at.empty:
        return []
    base = alt.Chart(at).encode(
        x=alt.X("moment:T"), y=alt.Y("value:Q"), tooltip=[alt.Tooltip("period:N"), alt.Tooltip("shown:N")]
    )
    return [
        base.mark_point(shape="diamond", size=130, filled=True, opacity=1, color=colour("orange")),
        base.mark_text(align="left", dx=9, color=colour("orange"), fontWeight=600).encode(text=alt.Text("period:N")),
    ]


@guarded
def compared_panels(told: Surroundings) -> Figure | Insufficient:
    """Draw each figure in the areas that take part and in the others."""
    if not told.n_others or told.start is None:
        return Insufficient("no_donors" if told.start is not None else "no_treated_unit", 0, 1)
    names = [name for name in told.names if len(told.others[name]) > 1 and len(told.taking_part[name]) > 1]
    if not names:
        return Insufficient("too_few_periods", 1, 2)
    changes = changes_since_start(told)
    if isinstance(changes, Insufficient):
        return changes
    panels = [_panel(told, name, _others(told, name), compared=True) for name in names[:MOST_PANELS]]
    words = {
        "n": len(changes),
        "shown": len(panels),
        "ours": told.n_taking_part,
        "others": told.n_others,
        "start": told.start,
        "way": int(changes["same_way"].sum()),
    }
    return figure(
        _beside(panels),
        "surroundings",
        words,
        title=_("{way} of {n} figures moved the same way here and elsewhere"),
        note=_(
            "Means: full line {ours} areas that take part, dashed {others} others; upright: the first start, {start}."
        ),
        alt_text=_(
            "{shown} small line charts with means of {ours} areas that take part and of {others} others. Since {start} "
            "{way} of {n} figures moved the same way in both."
        ),
        data=_compared_table(told, changes),
    )


def _compared_table(told: Surroundings, changes: pd.DataFrame) -> Table:
    """List how far each figure moved since the year before the first start, here and elsewhere."""
    rows = [
        [
            told.names[str(name)],
            told.units[str(name)],
            _signed(row["here"]),
            _signed(row["elsewhere"]),
            _signed(row["here"] - row["elsewhere"]),
        ]
        for name, row in changes.iterrows()
    ]
    columns = [_("Figure"), _("Unit"), _("Change here"), _("Change elsewhere"), _("Difference")]
    return Table(columns, rows, numeric=(2, 3, 4))


def _apart(told: Surroundings, name: str) -> int:
    """How far the label of the areas that take part is moved away from that of the others."""
    return -8 if told.taking_part[name].iloc[-1] >= told.others[name].iloc[-1] else 8


def _others(told: Surroundings, name: str) -> list[Layer]:
    frame = time_frame(told.others[name])
    mark = alt.Chart(frame).mark_line(color=colour("orange"), strokeWidth=2, strokeDash=[6, 4])
    start = pd.DataFrame({"moment": [f"{told.start}-01-01"]})
    rule = alt.Chart(start).mark_rule(strokeDash=[2, 3], color=colour("muted")).encode(x=alt.X("moment:T"))
    label = _end(frame, "orange", _("elsewhere {shown}"), -_apart(told, name))
    return [rule, mark.encode(x=alt.X("moment:T"), y=alt.Y("value:Q")), label]


def _end(frame: pd.DataFrame, role: Role, text: str, dy: int) -> alt.Chart:
    """The last value of a line, at its right end."""
    last = frame.tail(1).assign(label=[text.format(shown=shown) for shown in frame["shown"].tail(1)])
    mark = alt.Chart(last).mark_text(align="left", dx=5, dy=dy, color=colour(role), fontWeight=600)
    placed: alt.Chart = mark.encode(x=alt.X("moment:T"), y=alt.Y("value:Q"), text=alt.Text("label:N"))
    return placed


def _panel(
    told: Surroundings, name: str, more: list[Layer], *, compared: bool = False, since: pd.Timestamp | None = None
) -> alt.LayerChart:
    dy = _apart(told, name) if compared else 0
    frame = time_frame(told.taking_part[name])
    axis = alt.Axis(format="%Y", tickCount=4)
    x = alt.X("moment:T", title=None, scale=alt.Scale(type="utc", nice=False), axis=axis)
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=14),
        axis=alt.Axis(tickCount=3, minExtent=30, maxExtent=30),
    )
    line = alt.Chart(frame).mark_line(color=colour("teal"), strokeWidth=2.5)
    layers = [
        *_lately(frame, since),
        line.encode(x=x, y=y),
        *more,
        _end(frame, "teal", "{shown}" if not compared else _("here {shown}"), dy),
    ]
    heading = alt.TitleParams(
        text=told.names[name],
        subtitle=told.units[name],
        anchor="start",
        frame="group",
        fontSize=14,
        subtitleFontSize=13,
        color=colour("ink"),
        subtitleColor=colour("muted"),
    )
    return alt.LayerChart(layer=layers, width=(WIDTH - 260) // 2, height=PANEL_HEIGHT, title=heading)


def _lately(frame: pd.DataFrame, since: pd.Timestamp | None) -> list[Layer]:
    """A shade behind the time that counts as lately, as far as there are figures."""
    if since is None or frame["moment"].max() <= since.date().isoformat():
        return []
    ends = pd.DataFrame({"moment": [since.date().isoformat()], "until": [frame["moment"].max()]})
    shade = alt.Chart(ends).mark_rect(color=colour("sand"), opacity=0.6)
    return [shade.encode(x=alt.X("moment:T"), x2=alt.X2("until:T"))]


@guarded
def places_table(prompts: pd.DataFrame, told: Surroundings) -> Block:
    """List unusual changes in single areas since a day, each as a question to somebody who knows the place."""
    judged = int(prompts["judged"].iloc[0]) if len(prompts) else None
    if judged is None:
        return Paragraph(_("In no single area has a figure lately moved more than it usually does."))
    rows = [
        [
            row["place"],
            told.names[row["series"]],
            period_label(row["period"]),
            _signed(row["change"]),
            _("{low} to {high}").format(low=_signed(row["low"]), high=_signed(row["high"])),
        ]
        for _i, row in prompts.tail(MOST_ROWS).iterrows()
    ]
    caption = _("Lately unusual in single areas: {n} of {judged} series of an area")
    columns = [_("Area"), _("Figure"), _("Period"), _("Change against other areas"), _("Usual changes")]
    return Table(columns, rows, caption.format(n=len(prompts), judged=judged), "prompts", numeric=(3,))


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value, 1)
