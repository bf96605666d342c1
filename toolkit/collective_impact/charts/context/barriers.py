"""Pictures of what hinders delivery: hindering events by domain, what follows them, whether others see the issue."""

import altair as alt
import pandas as pd

from collective_impact.analysis.context.delivery import AFTER, Delivery
from collective_impact.analysis.context.named_unasked import NamedUnasked
from collective_impact.analysis.context.signals import Signals
from collective_impact.blocks import Table
from collective_impact.charts.context.delivery import delivery_name
from collective_impact.charts.context.signals import domain_name
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import colour, layered_rows
from collective_impact.language import listing, percent
from collective_impact.language import translate as _
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.insufficient import Insufficient, guarded

ROW = 36
MOST_ROWS = 12


@guarded
def barrier_pareto(barriers: pd.DataFrame) -> Figure:
    """Draw hindering events by part of the surroundings, most first, with the share that they come to together."""
    most = barriers["n"].max()
    leading = [domain_name(each) for each in barriers.index[barriers["n"] == most]]
    frame = pd.DataFrame(
        {
            "name": [domain_name(each) for each in barriers.index],
            "n": barriers["n"].to_numpy(),
            "own": (barriers["n"] == most).to_numpy(),
            "shown": [
                (_("{n} · {share} with those above") if place else _("{n} · {share}")).format(
                    n=int(row["n"]), share=percent(row["cumulative"])
                )
                for place, (_i, row) in enumerate(barriers.iterrows())
            ],
        }
    )
    x = alt.X(
        "n:Q",
        title=_("Events that hindered"),
        scale=alt.Scale(domain=[0, 1.4 * most], nice=False),
        axis=alt.Axis(tickMinStep=1, format="d"),
    )
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, domain=False))
    shade = alt.condition("datum.own", alt.value(colour("teal")), alt.value(colour("grey")))
    base = alt.Chart(frame)
    layers = [
        base.mark_bar(height=20).encode(x=x, y=y, color=shade, tooltip=["name:N", "shown:N"]),
        base.mark_text(align="left", dx=6).encode(x=x, y=y, text="shown:N"),
    ]
    words = {
        "n": int(barriers["n"].sum()),
        "leading": listing([leading[0], *(each.lower() for each in leading[1:])]),
        "together": int(most) * len(leading),
        "domains": len(barriers),
    }
    return figure(
        layered_rows(layers, frame["name"], ROW * len(frame)),
        "barriers",
        words,
        title=_("{leading} events make up {together} of {n} that hindered")
        if len(leading) < len(barriers)
        else _("{n} hindering events are spread evenly over {domains} domains"),
        note=_("Count of events on record, most first, with the share of all that the bars down to each come to."),
        alt_text=_("Bars of {n} hindering events in {domains} domains. {leading}: {together} events."),
        data=Table(
            [_("Domain"), _("Events"), _("Share so far")],
            [
                [str(r["name"]), str(r["n"]), percent(c)]
                for (_i, r), c in zip(frame.iterrows(), barriers["cumulative"], strict=True)
            ],
            numeric=(1, 2),
        ),
    )


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


def _named_title(named: NamedUnasked) -> str:
    if isinstance(named.change, Gap) and named.change.difference.leaves_out(0.0):
        return _("{b} of influential people named the issue unasked, {a} at first")
    return _("Whether more name the issue unasked is inconclusive: {a}, then {b}")


@guarded
def named_unasked_dots(named: NamedUnasked) -> Figure:
    """Draw the share of influential people who named the issue unasked, round by round."""
    last = len(named.rounds) - 1
    dots = [
        Dot(
            _("{round} ({n} people)").format(round=row["wave"], n=row["n"]),
            100 * row["share"],
            100 * row["low"],
            100 * row["high"],
            place == last,
            percent(row["share"]),
        )
        for place, (_i, row) in enumerate(named.rounds.iterrows())
    ]
    words = {"a": dots[0].shown, "b": dots[-1].shown, "n": len(dots)}
    return figure(
        interval_dots(dots, _("Per cent who named the issue unasked"), domain=(0, 100)),
        "named-unasked",
        words,
        title=_named_title(named)
        if len(dots) > 1
        else _("{b} of influential people named the issue without being asked"),
        note=_("Interviews with influential people outside the initiative, new ones each round; 95% intervals."),
        alt_text=_("Dots with intervals for {n} rounds: {a} in the first named the issue unasked, {b} in the last."),
        data=dots_table(dots, _("Round"), _("Share")),
    )
