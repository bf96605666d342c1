"""Pictures of signals from the surroundings: when they came and what answered them, where from, and how soon."""

import altair as alt
import pandas as pd

from collective_impact.analysis.context.answered_events import AnsweredEvents
from collective_impact.analysis.context.signals import RULES, Rule, Signals, Verdict
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.lanes import Happening, lanes
from collective_impact.charts.marks import Role, colour, in_lines, layered_rows, names_axis
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.data.schema import table_schema
from collective_impact.language import day, day_in_table, number
from collective_impact.language import translate as _
from collective_impact.statistics.change.response_lag import WITHIN
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_ROWS = 12
ROW = 22
LINE = 16
"""Height of a bar with the space around it, and of each further line of its name."""
LETTERS = 33
"""Letters of an event that stand at the left of its bar."""


def domain_name(domain: str) -> str:
    """A part of the surroundings in words, for example ``Political``."""
    return table_schema("context_event").field("domain").label_of(domain)


def direction_name(direction: str) -> str:
    """Which way an event points, in words."""
    return {
        "supportive": _("helps"),
        "hindering": _("hinders"),
        "mixed": _("both helps and hinders"),
        "neutral": _("neither"),
    }.get(direction, _("not judged"))


def verdict_name(verdict: Verdict) -> str:
    """What to do about an event, in a word."""
    return {"act": _("Act"), "watch": _("Watch"), "ignore": _("Let pass")}[verdict]


def rule_text(rule: Rule) -> str:
    """The rule that an event falls under, as a clause."""
    return {
        "open_hindrance": _("it hinders or was a shock, and nothing on record answers it"),
        "open_opening": _("it helps, is less than a year old, and nothing on record makes use of it"),
        "open_mixed": _("it both helps and hinders, and nothing on record answers it"),
        "answered": _("something on record answers it: see whether that is enough"),
        "past_opening": _("it helped more than a year ago, and nothing on record makes use of it"),
        "neutral": _("it neither helps nor hinders, or nobody has judged it"),
    }[rule]


@guarded
def signals_timeline(signals: Signals) -> Figure | Insufficient:
    """Draw recent events in a lane for each part of the surroundings, and what answered them in a lane of its own."""
    recent = signals.recent
    if recent.empty:
        return Insufficient("nothing_lately", 0, 1)
    marks = [mark for _i, row in recent.sort_values("domain", kind="stable").iterrows() for mark in _event(row)]
    to_act = int((recent["verdict"] == "act").sum())
    words = {
        "n": len(recent),
        "act": to_act,
        "since": day(signals.since.date()),
        "answered": int(recent["answered"].notna().sum()),
        "domains": recent["domain"].nunique(),
    }
    title = (
        _("{act} of {n} events since {since} ask for action")
        if to_act
        else _("Nothing among {n} events since {since} asks for action")
    )
    return figure(
        lanes(marks, span=(signals.since.date(), signals.until.date())),
        "signals",
        words,
        title=title,
        note=_("− hinders, + helps, ± both, o neither. A bar leads from an event to its first answer."),
        alt_text=_(
            "Time line of {n} events since {since} in {domains} parts of the surroundings; {answered} of them have an "
            "answer on record."
        ),
        data=_timeline_table(recent),
    )


_SIGNS = {"hindering": "−", "supportive": "+", "mixed": "±"}
_ROLES: dict[str, Role] = {"hindering": "orange", "supportive": "teal"}


def _event(row: pd.Series) -> list[Happening]:
    """The marks of one event: itself, and where it was answered the time up to its first answer."""
    lane, begins, role = domain_name(row["domain"]), row["begins"].date(), _ROLES.get(row["direction"], "muted")
    label = f"{row['number']} {_SIGNS.get(row['direction'], 'o')}"
    if row["verdict"] == "act":
        label = _("{event}: act").format(event=label)
    event = Happening(lane, begins, None, row["summary"], label, role, when=row["when"])
    if pd.isna(row["answered"]):
        return [event]
    ends = row["answered"].date()
    return [
        Happening(lane, begins, ends, row["answer"], role="line"),
        event,
        Happening(lane, ends, None, row["answer"], role="ink", hollow=True),
    ]


def _timeline_table(events: pd.DataFrame) -> Table:
    rows = [
        [
            str(row["number"]),
            row["when"],
            domain_name(row["domain"]),
            row["summary"],
            "–" if pd.isna(row["answered"]) else day_in_table(row["answered"].date()),
        ]
        for _i, row in events.iterrows()
    ]
    return Table(["", _("When"), _("Part of the surroundings"), _("What happened"), _("First answer")], rows)


@guarded
def signals_table(signals: Signals) -> Table | Insufficient:
    """List the recent events with what answered them and what to do about each by the stated rules."""
    recent = signals.recent
    if recent.empty:
        return Insufficient("nothing_lately", 0, 1)
    shown = recent.tail(MOST_ROWS)
    rows = [
        [
            str(row["number"]),
            row["when"],
            row["summary"],
            _("{domain}, {direction}").format(
                domain=domain_name(row["domain"]).lower(), direction=direction_name(row["direction"])
            )
            + (" · " + _("shock") if row["shock"] else ""),
            row["answer"] or _("nothing on record"),
            verdict_name(row["verdict"]),
        ]
        for _i, row in shown.iterrows()
    ]
    caption = _("Events since {since}: {shown} of {n}").format(
        since=day(signals.since.date()), shown=len(shown), n=len(recent)
    )
    columns = ["", _("When"), _("What happened"), _("Kind"), _("First answer"), _("By the rules")]
    return Table(columns, rows, caption, "signals")


def rules_table() -> Table:
    """State the rules by which events are to act on, to watch or to let pass."""
    rows = [[verdict_name(verdict), rule_text(rule)] for rule, verdict in RULES.items()]
    return Table([_("What to do"), _("When")], rows, _("The rules that events are sorted by"), "rules")


@guarded
def pestle(signals: Signals) -> Figure:
    """Draw how many events came from each part of the surroundings, by which way they point."""
    events = signals.events
    columns = {
        _("Hinders"): events["direction"] == "hindering",
        _("Mixed or neutral"): ~events["direction"].isin(["hindering", "supportive"]),
        _("Helps"): events["direction"] == "supportive",
    }
    of_domain = {domain: events["domain"] == domain for domain in table_schema("context_event").field("domain").allowed}
    counts = {(domain, name): held & own for domain, own in of_domain.items() for name, held in columns.items()}
    most = max(int(held.sum()) for held in counts.values())
    cells = [
        MatrixCell(domain_name(domain), name, held.sum() / most, _count(held, events["recent"]))
        for (domain, name), held in counts.items()
    ]
    words = {
        "n": len(events),
        "hinder": int((events["direction"] == "hindering").sum()),
        "help": int((events["direction"] == "supportive").sum()),
        "since": day(signals.since.date()),
        "new": int(events["recent"].sum()),
    }
    return figure(
        matrix(cells),
        "pestle",
        words,
        title=_("{hinder} of {n} events hindered, {help} helped"),
        note=_("All {n} events on record, each counted once; in brackets those since {since} ({new})."),
        alt_text=_(
            "Table of {n} events by part of the surroundings and by which way they point: {hinder} hinder, {help} help."
        ),
        data=matrix_table(cells, _("Part of the surroundings")),
    )


def _count(held: "pd.Series[bool]", recent: "pd.Series[bool]") -> str:
    n, new = int(held.sum()), int((held & recent).sum())
    return "–" if not n else f"{n} ({new})" if new else str(n)


@guarded
def response_bars(answered: AnsweredEvents) -> Figure:
    """Draw how long each event that called for an answer waited for its first one; open ones up to the report's day."""
    frame = _bars(answered.waits.tail(MOST_ROWS).iloc[::-1])
    span = alt.Scale(domain=[0, max(1.3 * frame["days"].max(), WITHIN)], nice=True)
    x = alt.X("days:Q", title=_("Days to the first answer"), scale=span)
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis())
    fill = alt.condition("datum.open", alt.value(colour("paper")), alt.value(colour("teal")))
    stroke = alt.condition("datum.open", alt.value(colour("orange")), alt.value(colour("teal")))
    limit = pd.DataFrame({"days": [WITHIN], "label": [_("{n} days").format(n=number(WITHIN, 0))]})
    base, marker = alt.Chart(frame), alt.Chart(limit).encode(x=x)
    layers = [
        base.mark_bar(height=14, strokeWidth=1.5).encode(
            x=x, y=y, fill=fill, stroke=stroke, tooltip=[alt.Tooltip("event:N"), alt.Tooltip("shown:N")]
        ),
        marker.mark_rule(strokeDash=[4, 3], color=colour("ink")),
        base.mark_text(align="left", dx=5).encode(x=alt.X("beside:Q"), y=y, text=alt.Text("shown:N")),
        marker.mark_text(dy=-9, color=colour("ink")).encode(text=alt.Text("label:N"), y=alt.value(0)),
    ]
    words = {
        "n": len(answered.waits),
        "answered": answered.n_answered,
        "shown": len(frame),
        "within": number(WITHIN, 0),
        "soon": answered.n_soon,
    }
    return figure(
        layered_rows(layers, frame["name"], (ROW + LINE * (frame["name"].str.count("\n").max())) * len(frame)),
        "response-lag",
        words,
        title=_("{soon} of {n} events that called for an answer had one within {within} days"),
        note=_("Days to the first answer on record, the newest event at the top; an empty bar is still open."),
        alt_text=_(
            "Bars of the days from an event to the first answer on record, for {shown} events; {answered} of {n} have "
            "been answered, {soon} of them within {within} days."
        ),
        data=Table(
            [_("Event"), _("Days"), _("Status")],
            [
                [row["event"], number(row["days"], 0), _("open") if row["open"] else _("answered")]
                for _i, row in frame.iterrows()
            ],
            numeric=(1,),
        ),
    )


def _bars(waits: pd.DataFrame) -> pd.DataFrame:
    events = [f"{row['number']} {row['summary']}" for _i, row in waits.iterrows()]
    days = [number(each, 0) for each in waits["days"]]
    return pd.DataFrame(
        {
            "event": events,
            "name": [in_lines(each, LETTERS) for each in events],
            "days": waits["days"].to_numpy(),
            "open": waits["open"].to_numpy(),
            "beside": waits["days"].clip(lower=WITHIN).to_numpy(),
            "shown": [
                _("open, {days} so far").format(days=each) if still else each
                for each, still in zip(days, waits["open"], strict=True)
            ],
        }
    )
