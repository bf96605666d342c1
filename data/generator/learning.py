"""What is learned: the emergence log, the decisions that come of it, and the adaptations that follow."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from generator.material import Row, day, only, texts
from generator.meetings import meeting
from generator.truths import AS_OF, Truths
from generator.working_days import meeting_day

_OF_THE_DECISION = (
    *("fate", "forum", "decision", "decision_en", "owner_id", "evidence_refs", "uses_shared_data"),
    *("followup_result", "followup_result_en"),
)
_FOLLOWED_UP_AFTER = 150
_SHORTENED_BY = "b-e15"


@dataclass(frozen=True, slots=True)
class Learning:
    """Rows of the tables that learning fills, the groups' meetings among them.

    Attributes
    ----------
    meeting, decision, emergence, adaptation : list of Row
    shortened : date or None
        Day on which it was decided that reports are to ask less; None: not yet.
    """

    meeting: list[Row]
    decision: list[Row]
    emergence: list[Row]
    adaptation: list[Row]
    shortened: date | None


@dataclass(frozen=True, slots=True)
class _Course:
    """What is drawn about an entry: days until it is decided on, closed, and its decision is due; who takes it up."""

    delay: int
    reflected: float
    adopted: int
    patience: int
    allowed: int


def learning(rng: np.random.Generator, truths: Truths, meetings: list[Row], partners: int) -> Learning:
    """Plant the days from a signal to its decision: log-normal around their median.

    An entry whose decision would fall after the last day is still open, as in a real log.

    Parameters
    ----------
    partners : int
        How many there are, of whom some take up a response.
    """
    held = {str(row["meeting_id"]): row for row in [*meetings, *_extra_meetings()]}
    decisions = [_planned_decision(text, list(held.values())) for text in texts("decision")]
    entries = []
    for text in texts("emergence"):
        course = _course(rng, truths, partners)
        decided = meeting_day(day(text["date"]) + timedelta(days=course.delay))
        entries.append(_entry(text, course, decided))
        if entries[-1]["decision_id"]:
            one = meeting(text["forum"], decided)
            held.setdefault(str(one["meeting_id"]), one)
            decisions.append(_decision_on(text, decided, course.allowed, one))
    decisions.sort(key=lambda row: (str(row["date"]), str(row["decision_id"])))
    in_order = sorted(held.values(), key=lambda row: (str(row["date"]), str(row["meeting_id"])))
    entries.sort(key=lambda row: (str(row["date"]), str(row["entry_id"])))
    shortened = next((_on(row) for row in decisions if row["decision_id"] == _SHORTENED_BY), None)
    return Learning(in_order, decisions, entries, _adaptations(rng, entries, decisions), shortened)


def _course(rng: np.random.Generator, truths: Truths, partners: int) -> _Course:
    delay = round(float(truths.decision_delay * np.exp(truths.decision_spread * rng.standard_normal())))
    reflected, adopted = float(rng.uniform(0.3, 0.8)), int(rng.binomial(partners, 0.3))
    return _Course(max(1, delay), reflected, adopted, int(rng.integers(30, 90)), int(rng.integers(60, 180)))


def _entry(text: dict[str, str], course: _Course, decided: date) -> Row:
    """Give an entry as it stands on the last day: closed, acted on, or still open."""
    entry, noticed = _noticed(text), day(text["date"])
    taken_up = meeting_day(noticed + timedelta(days=round(course.reflected * (decided - noticed).days)))
    if text["fate"] == "close":
        return {**entry, "reflected_on": meeting_day(noticed + timedelta(days=course.patience)), "status": "closed"}
    if text["fate"] != "decide" or taken_up > AS_OF:
        return entry
    if decided > AS_OF:
        return {**entry, "reflected_on": taken_up}
    response = {"response": text["response"], "response_en": text["response_en"]}
    led_to = {"decision_id": f"b-{text['entry_id']}", "adopted_by": course.adopted, "status": "acted_on"}
    return {**entry, "reflected_on": taken_up, **response, **led_to}


def _noticed(text: dict[str, str]) -> Row:
    nothing = {"reflected_on": "", "response": "", "response_en": "", "decision_id": "", "adopted_by": ""}
    return {**only(text, _OF_THE_DECISION), **nothing, "status": "open"}


def _extra_meetings() -> list[Row]:
    return [meeting(text["forum"], day(text["date"])) for text in texts("decision") if text["extra"] == "true"]


def _planned_decision(text: dict[str, str], meetings: list[Row]) -> Row:
    """Give a decision that was planned, at the group's next meeting."""
    later = [
        row for row in meetings if str(row["meeting_id"]).startswith(text["forum"]) and _on(row) >= day(text["date"])
    ]
    at = min(later, key=_on)
    row = {"decision_id": text["decision_id"], **_at(at), "summary": text["summary"], "summary_en": text["summary_en"]}
    carried = _carried_out(text, _on(at), text["due_after"])
    return {**row, **carried, **_followed_up(text, _on(at), text["followup_after"])}


def _decision_on(text: dict[str, str], when: date, allowed: int, at: Row) -> Row:
    row = {"decision_id": f"b-{text['entry_id']}", **_at(at), "summary": text["decision"]}
    carried = _carried_out(text, when, str(allowed) if text["owner_id"] else "")
    return {**row, "summary_en": text["decision_en"], **carried, **_followed_up(text, when, str(_FOLLOWED_UP_AFTER))}


def _carried_out(text: dict[str, str], decided: date, allowed: str) -> Row:
    """Give who carries a decision out, by when, and what it rests on."""
    due = meeting_day(decided + timedelta(days=int(allowed))) if allowed else ""
    return {
        "owner_id": text["owner_id"],
        "due": due,
        "evidence_refs": text["evidence_refs"],
        "uses_shared_data": text["uses_shared_data"],
    }


def _at(meeting: Row) -> Row:
    same = {"date": meeting["date"], "meeting_id": meeting["meeting_id"]}
    return {**same, "forum": meeting["group"], "forum_en": meeting["group_en"]}


def _on(meeting: Row) -> date:
    return day(meeting["date"])


def _followed_up(text: dict[str, str], decided: date, after: str) -> Row:
    when = meeting_day(decided + timedelta(days=int(after))) if after and text["followup_result"] else None
    if when is None or when > AS_OF:
        return {"followup_date": "", "followup_result": "", "followup_result_en": ""}
    result = {"followup_result": text["followup_result"], "followup_result_en": text["followup_result_en"]}
    return {"followup_date": when, **result}


def _adaptations(rng: np.random.Generator, entries: list[Row], decisions: list[Row]) -> list[Row]:
    """Give the changes that came of the log's decisions some weeks later, and those set off from outside."""
    decided = {row["entry_id"]: row["decision_id"] for row in entries}
    dates = {row["decision_id"]: day(row["date"]) for row in decisions}
    rows = []
    for text in texts("adaptation"):
        wait = int(rng.integers(7, 60))
        decision = text["decision_id"] or str(decided.get(text["entry_id"], ""))
        when = day(text["date"]) if text["date"] else meeting_day(dates.get(decision, AS_OF) + timedelta(days=wait))
        if when <= AS_OF:
            rows.append({**text, "decision_id": decision, "date": when})
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["adaptation_id"])))
