"""Tables of what emerges: entries worth telling, changes that were tried, the register of decisions."""

import pandas as pd

from collective_impact.analysis.initiative.emergence_steps import FEWEST
from collective_impact.blocks import Table
from collective_impact.charts.initiative.emergence import Row, kind_name
from collective_impact.language import day_in_table
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient

MOST = 12
"""Rows that a page shows of a long list."""


def surprises_table(entries: pd.DataFrame) -> Table | Insufficient:
    """List surprises and failures, the latest first; of a short log every entry."""
    if entries.empty:
        return Insufficient("no_rows", 0, 1, "emergence")
    told = entries[entries["kind"].isin(["surprise", "failure"])]
    caption = _("What surprised us: the latest {shown} of {n} surprises and failures")
    if len(entries) < FEWEST or told.empty:
        told, caption = entries, _("What was noticed: the latest {shown} of {n} entries")
    shown = told[::-1].head(MOST)
    rows = [
        [_day(row["date"]), kind_name(row["kind"]), str(row["description"]), _answer(row)]
        for row in shown.to_dict("records")
    ]
    columns = [_("When"), _("Kind"), _("What was noticed"), _("What came of it")]
    return Table(columns, rows, caption.format(shown=len(shown), n=len(told)), "surprises")


def _answer(row: Row) -> str:
    if row["acted_on"]:
        return str(row["response"]) or _("decided on")
    return _("closed without action") if row["closed"] else _("open")


def waiting_table(entries: pd.DataFrame) -> Table | Insufficient:
    """List what is open, the oldest first: the next probes to choose from."""
    if entries.empty:
        return Insufficient("no_rows", 0, 1, "emergence")
    waiting = entries[~(entries["acted_on"] | entries["closed"])]
    shown = waiting.head(MOST)
    rows = [
        [_day(row["date"]), kind_name(row["kind"]), str(row["description"]), _day(row["reflected_on"]) or _("not yet")]
        for row in shown.to_dict("records")
    ] or [["", "", _("Nothing is open."), ""]]
    caption = _("What is open: {shown} of {n} entries, the oldest first").format(shown=len(shown), n=len(waiting))
    return Table([_("When"), _("Kind"), _("What was noticed"), _("Reflected on")], rows, caption, "open-entries")


def tried_table(changes: pd.DataFrame, entries: pd.DataFrame) -> Table | Insufficient:
    """List the latest changes of plan with what set them off."""
    if changes.empty:
        return Insufficient("no_rows", 0, 1, "adaptation")
    noticed = dict(zip(entries["entry_id"], entries["description"], strict=True))
    shown = changes[::-1].head(MOST)
    rows = [
        [_day(row["date"]), str(row["what_changed"]), noticed.get(row["entry_id"]) or _without_entry(row)]
        for row in shown.to_dict("records")
    ]
    caption = _("What was tried: the latest {shown} of {n} changes of plan").format(shown=len(shown), n=len(changes))
    return Table([_("When"), _("What changed"), _("What set it off")], rows, caption, "tried")


def _without_entry(row: Row) -> str:
    return _("an event around the initiative") if row["event_id"] else _("not recorded")


def decisions_table(register: pd.DataFrame) -> Table | Insufficient:
    """List the latest decisions with who carries them out and what came of them."""
    if register.empty:
        return Insufficient("no_rows", 0, 1, "decision")
    shown = register.head(MOST)
    rows = [
        [
            _day(row["date"]),
            str(row["summary"]),
            str(row["owner"] or row["forum"]),
            str(row["result"]) or _("not followed up yet"),
        ]
        for row in shown.to_dict("records")
    ]
    caption = _("Decision register: the latest {shown} of {n} decisions").format(shown=len(shown), n=len(register))
    return Table([_("When"), _("Decision"), _("Owner"), _("What came of it")], rows, caption, "decision-register")


def _day(when: object) -> str:
    return day_in_table(when.date()) if isinstance(when, pd.Timestamp) else ""
