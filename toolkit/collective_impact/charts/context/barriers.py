"""Pictures of what hinders delivery: hindering events by part of the surroundings, and what follows them."""

import altair as alt
import pandas as pd

from collective_impact.analysis.context.delivery import AFTER, Delivery
from collective_impact.analysis.context.signals import Signals
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.context.delivery import delivery_name
from collective_impact.charts.context.signals import domain_name
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import Layer, colour, layered_rows, names_axis
from collective_impact.language import percent, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.insufficient import Insufficient, guarded

ROW = 36
MOST_ROWS = 12
FEWEST_DRAWN = 3
"""Events from which on they are drawn by kind."""


@guarded
def barrier_pareto(barriers: pd.DataFrame) -> Block:
    """Draw hindering events by part of the surroundings, most first, in full where something answers them.

    With next to no events a sentence takes the place of the picture.
    """
    n, answered = int(barriers["n"].sum()), int(barriers["answered"].sum())
    words = {"n": n, "answered": answered, "open": n - answered, "domains": len(barriers)}
    if n < FEWEST_DRAWN:
        text = translate_plural(
            "{n} hindering event is on record, too few for a picture.",
            "{n} hindering events are on record, too few for a picture.",
            n,
        )
        return Paragraph(text.format(**words))
    frame = pd.DataFrame(
        {
            "name": [domain_name(str(each)) for each in barriers.index],
            "n": barriers["n"].to_numpy(),
            "answered": barriers["answered"].to_numpy(),
            "shown": [_share(place, row) for place, (_i, row) in enumerate(barriers.iterrows())],
        }
    )
    return figure(
        layered_rows(_barrier_bars(frame), frame["name"], ROW * len(frame)),
        "barriers",
        words,
        title=_("{answered} of {n} events that hindered have an answer on record"),
        note=_("Events on record by part of the surroundings, with their share of all; filled: answered, hollow: not."),
        alt_text=_(
            "Bars of {n} hindering events in {domains} parts of the surroundings; {answered} have an answer on record, "
            "{open} have none."
        ),
        data=Table(
            [_("Domain"), _("Events"), _("Answered"), _("Share so far")],
            [
                [str(r["name"]), str(r["n"]), str(r["answered"]), percent(c)]
                for (_i, r), c in zip(frame.iterrows(), barriers["cumulative"], strict=True)
            ],
            numeric=(1, 2, 3),
        ),
    )


def _share(place: int, row: pd.Series) -> str:
    text = _("{n} · {share} with those above") if place else _("{n} · {share}")
    return text.format(n=int(row["n"]), share=percent(row["cumulative"]))


def _barrier_bars(frame: pd.DataFrame) -> list[Layer]:
    x = alt.X(
        "n:Q",
        title=_("Events that hindered"),
        scale=alt.Scale(domain=[0, 1.4 * frame["n"].max()], nice=False),
        axis=alt.Axis(tickMinStep=1, format="d"),
    )
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=names_axis())
    base = alt.Chart(frame)
    whole = alt.Chart(frame[frame["answered"] < frame["n"]])
    whole = whole.mark_bar(height=20, fill=colour("paper"), stroke=colour("orange"), strokeWidth=1.5)
    filled = alt.Chart(frame[frame["answered"] > 0]).mark_bar(height=21.5, color=colour("teal"))
    return [
        whole.encode(x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")]),
        filled.encode(x=alt.X("answered:Q"), y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")]),
        base.mark_text(align="left", dx=6).encode(x=x, y=y, text=alt.Text("shown:N")),
    ]


@guarded
def mitigation_table(signals: Signals) -> Table | Insufficient:
    """List what hindered, what has been done about it, and who answers for that; the newest first."""
    events = signals.events[signals.events["direction"] == "hindering"]
    if events.empty:
        return Insufficient("no_barriers", 0, 1)
    rows = [
        [
            row["when"],
            _("{domain}: {event}").format(domain=domain_name(row["domain"]), event=row["summary"]),
            row["answer"] or _("nothing on record"),
            row["owner"] or _("nobody on record"),
        ]
        for _i, row in events.tail(MOST_ROWS).iloc[::-1].iterrows()
    ]
    caption = _("Barriers and what was done about them: {shown} of {n}").format(shown=len(rows), n=len(events))
    return Table([_("When"), _("Barrier"), _("Mitigation on record"), _("Owner")], rows, caption, "mitigation")


@guarded
def events_key(events: pd.DataFrame) -> Table:
    """List the numbered events that stand above a chart of delivery."""
    shown = events.tail(MOST_ROWS)
    rows = [
        [str(row["number"]), row["when"], domain_name(row["domain"]), row["summary"]] for _i, row in shown.iterrows()
    ]
    caption = _("Events that hindered, or were shocks: {shown} of {n}").format(shown=len(shown), n=len(events))
    return Table(["", _("When"), _("Domain"), _("What happened")], rows, caption, "events-key")


@guarded
def after_events(gap: Gap, delivery: Delivery, felt: "pd.Series[bool]") -> Figure:
    """Draw the share on time of what fell due soon after a hindering event, beside everything else."""
    n, rest = int(felt.sum()), int((~felt).sum())
    dots = [
        Dot(
            _("Within {days} days ({n} due)").format(days=AFTER, n=n),
            *_ends(gap, "group"),
            marked=True,
            shown=percent(gap.group.value),
        ),
        Dot(_("At other times ({n} due)").format(n=rest), *_ends(gap, "reference"), shown=percent(gap.reference.value)),
    ]
    words = {
        "what": delivery_name(delivery),
        "a": percent(gap.group.value),
        "b": percent(gap.reference.value),
        "days": AFTER,
        "n": delivery.n,
    }
    clear = gap.difference.leaves_out(0.0)
    return figure(
        interval_dots(dots, _("Per cent on time"), domain=(0, 100)),
        "after-events",
        words,
        title=_("{what}: {a} after hindering events, {b} otherwise")
        if clear
        else _("Whether hindering events delay delivery is inconclusive: {a} against {b}"),
        note=_("{what}, with 95% intervals; an event counts for its own area, or for all where it has none."),
        alt_text=_(
            "Two dots with intervals. {what}: {a} of what fell due within {days} days of an event, {b} of the rest."
        ),
        data=dots_table(dots, _("Fell due"), _("Share on time")),
    )


def _ends(gap: Gap, side: str) -> tuple[float, float, float]:
    share = gap.group if side == "group" else gap.reference
    return 100 * share.value, 100 * share.low, 100 * share.high
