"""Signals from the surroundings: events, what answered each, and what to do about it by stated rules."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import context_events, table_or_empty
from collective_impact.statistics.insufficient import Insufficient, guarded

Verdict = Literal["act", "watch", "ignore"]
VERDICTS: tuple[Verdict, ...] = ("act", "watch", "ignore")
Rule = Literal["open_hindrance", "open_opening", "open_mixed", "answered", "past_opening", "neutral"]
RULES: dict[Rule, Verdict] = {
    "open_hindrance": "act",
    "open_opening": "act",
    "open_mixed": "watch",
    "answered": "watch",
    "past_opening": "ignore",
    "neutral": "ignore",
}
"""What to do about an event, by the rule that it falls under."""
OPENING = 12
"""Months that a helping event is taken for an opening."""
CALLS_FOR_AN_ANSWER = ("hindering", "mixed")


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Events around the initiative, with what answered each.

    Attributes
    ----------
    events : DataFrame
        Columns of the table ``context_event``, those of `context_events`, and: ``number`` (from 1, in order of time),
        ``answered`` (first instant of the day of the first answer, missing where there is none), ``answer`` (in
        words), ``answer_kind`` (``decision`` or ``adaptation``), ``owner`` (name of the partner that answers for it),
        ``followed_up`` (bool), ``recent`` (bool), ``calls`` (whether it calls for an answer: it hinders, is mixed or
        was a shock), ``rule`` and ``verdict``.
    since, until : Timestamp
        From when on an event is recent, and the report's day.
    n_linked : int
        Events that any answer refers to.
    """

    events: pd.DataFrame
    since: pd.Timestamp
    until: pd.Timestamp
    n_linked: int

    @property
    def recent(self) -> pd.DataFrame:
        """Events since the day that the page looks back to."""
        return self.events[self.events["recent"]]

    @property
    def calling(self) -> pd.DataFrame:
        """Events that call for an answer."""
        return self.events[self.events["calls"]]


def context_signals(initiative: Initiative, as_of: date, since_months: int) -> Signals | Insufficient:
    """Read the events, link them to what answered them, and judge each by the stated rules.

    An answer is an adaptation that names the event, by the decision that it follows where there is one, or a decision
    whose evidence names the event's id.

    Returns
    -------
    Signals or Insufficient
        ``no_rows`` without events.
    """
    if not initiative.has("context_event"):
        return Insufficient("no_rows", table="context_event")
    events = context_events(initiative)
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(months=since_months)
    answers = _first_answers(initiative, events)
    frame = events.assign(number=range(1, len(events) + 1)).merge(answers, on="event_id", how="left")
    frame["answered"] = pd.to_datetime(frame["answered"])
    frame["followed_up"] = frame["followed_up"].eq(True)
    for column in ("answer", "answer_kind", "owner"):
        frame[column] = frame[column].fillna("")
    shock = frame["shock"].fillna(False).astype(bool)
    frame = frame.assign(
        shock=shock,
        recent=frame["begins"] >= since,
        calls=frame["direction"].isin(CALLS_FOR_AN_ANSWER) | shock,
    )
    fresh = pd.Timestamp(as_of) - pd.DateOffset(months=OPENING)
    frame["rule"] = [_rule(row, fresh) for _i, row in frame.iterrows()]
    frame["verdict"] = frame["rule"].map(RULES)
    return Signals(frame, since, pd.Timestamp(as_of), int(frame["answered"].notna().sum()))


def most_pressing(signals: Signals, n: int = 3) -> pd.DataFrame:
    """Recent events that should not be ignored, in the order of the rules; within a rule shocks, then the newest."""
    chosen = signals.recent[signals.recent["verdict"] != "ignore"]
    order = chosen["rule"].map([*RULES].index)
    ranked = chosen.assign(order=order, calm=~chosen["shock"]).sort_values(
        ["order", "calm", "begins"], ascending=[True, True, False], kind="stable"
    )
    return ranked.head(n)


@guarded
def barriers(signals: Signals) -> pd.DataFrame | Insufficient:
    """Count the events that hindered by part of the surroundings, most first.

    Returns
    -------
    DataFrame or Insufficient
        Indexed by domain: ``n``, ``cumulative`` (share of all, so far) and ``answered``; ``no_barriers`` where nothing
        hindered.
    """
    events = signals.events[signals.events["direction"] == "hindering"]
    if events.empty:
        return Insufficient("no_barriers", 0, 1)
    n = events["domain"].value_counts()
    answered = events.groupby("domain")["answered"].count().reindex(n.index)
    return pd.DataFrame({"n": n, "answered": answered, "cumulative": n.cumsum() / n.sum()})


def _rule(event: pd.Series, fresh: pd.Timestamp) -> Rule:
    open_still = pd.isna(event["answered"])
    if event["direction"] == "supportive" and not event["shock"]:
        return "answered" if not open_still else "open_opening" if event["begins"] >= fresh else "past_opening"
    if event["direction"] == "hindering" or event["shock"]:
        return "open_hindrance" if open_still else "answered"
    if event["direction"] == "mixed":
        return "open_mixed" if open_still else "answered"
    return "neutral"


def _first_answers(initiative: Initiative, events: pd.DataFrame) -> pd.DataFrame:
    """A row for each event that was answered: the first answer on or after the day on which it began."""
    decisions = table_or_empty(initiative, "decision")
    names = table_or_empty(initiative, "partner")
    partners = dict(zip(names["partner_id"], names["name"], strict=True))
    decided = {row["decision_id"]: row for _i, row in decisions.iterrows()}
    began = dict(zip(events["event_id"], events["begins"], strict=True))
    found = []
    for _i, row in table_or_empty(initiative, "adaptation").iterrows():
        if row["event_id"] in began:
            decision = decided.get(row["decision_id"])
            found.append(_adapted(row) if decision is None else _decided(decision, row["event_id"]))
    for _i, row in decisions.iterrows():
        named = set(str(row["evidence_refs"]).replace(",", " ").replace(";", " ").split())
        found += [_decided(row, event_id) for event_id in began if event_id in named]
    columns = ["event_id", "answered", "answer", "answer_kind", "owner_id", "followed_up"]
    frame = pd.DataFrame(found, columns=columns)
    after = [when >= began[event] for event, when in zip(frame["event_id"], frame["answered"], strict=True)]
    frame = frame[pd.Series(after, index=frame.index, dtype=bool)]
    frame = frame.sort_values("answered", kind="stable").drop_duplicates("event_id")
    return frame.assign(owner=frame["owner_id"].map(partners)).drop(columns="owner_id")


def _adapted(row: pd.Series) -> tuple[object, ...]:
    return row["event_id"], row["date"].start_time, row["what_changed"], "adaptation", row["partner_id"], False


def _decided(row: pd.Series, event_id: str) -> tuple[object, ...]:
    followed = pd.notna(row["followup_date"])
    return event_id, row["date"].start_time, row["summary"], "decision", row["owner_id"], followed
