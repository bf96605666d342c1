"""What is learned: the emergence log, the decisions that come of it, and the adaptations that follow."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from generator.material import Row, day, only, texts, weekday
from generator.people import meeting
from generator.truths import AS_OF, Truths

_OF_THE_DECISION = ("fate", "forum", "decision", "decision_en", "evidence_refs", "followup_result")
_FOLLOWED_UP_AFTER = 150


@dataclass(frozen=True, slots=True)
class Learning:
    """Rows of the tables that learning fills, the groups' meetings among them."""

    meeting: list[Row]
    decision: list[Row]
    emergence: list[Row]
    adaptation: list[Row]


def learning(rng: np.random.Generator, truths: Truths, meetings: list[Row], partners: int) -> Learning:
    """Plant the days from a signal to its decision: log-normal around their median.

    An entry whose decision would fall after the last day is still open, as in a real log.

    Parameters
    ----------
    partners : int
        How many there are, of whom some take up a response.
    """
    held = {str(row["meeting_id"]): row for row in meetings}
    decisions = [_planned_decision(text, list(held.values())) for text in texts("decision")]
    entries = []
    for text in texts("emergence"):
        delay = truths.decision_delay * np.exp(truths.decision_spread * rng.standard_normal())
        reflected, adopted, patience = rng.uniform(0.3, 0.8), rng.binomial(partners, 0.3), rng.integers(30, 90)
        noticed = day(text["date"])
        decided = weekday(noticed + timedelta(days=max(1, round(float(delay)))))
        taken_up = noticed + timedelta(days=round(reflected * (decided - noticed).days))
        entry = _noticed(text)
        if text["fate"] == "close":
            entry |= {"reflected_on": noticed + timedelta(days=int(patience)), "status": "closed"}
        elif text["fate"] == "decide" and decided <= AS_OF:
            one = meeting(text["forum"], decided)
            held.setdefault(str(one["meeting_id"]), one)
            decisions.append(_decision_on(text, decided, one))
            decision_id = decisions[-1]["decision_id"]
            entry |= {"reflected_on": taken_up, "response": text["response"], "response_en": text["response_en"]}
            entry |= {"decision_id": decision_id, "adopted_by": int(adopted), "status": "acted_on"}
        elif text["fate"] == "decide" and taken_up <= AS_OF:
            entry["reflected_on"] = taken_up
        entries.append(entry)
    decisions.sort(key=lambda row: (str(row["date"]), str(row["decision_id"])))
    in_order = sorted(held.values(), key=lambda row: (str(row["date"]), str(row["meeting_id"])))
    entries.sort(key=lambda row: (str(row["date"]), str(row["entry_id"])))
    return Learning(in_order, decisions, entries, _adaptations(rng, entries, decisions))


def _noticed(text: dict[str, str]) -> Row:
    nothing = {"reflected_on": "", "response": "", "response_en": "", "decision_id": "", "adopted_by": ""}
    return {**only(text, _OF_THE_DECISION), **nothing, "status": "open"}


def _planned_decision(text: dict[str, str], meetings: list[Row]) -> Row:
    """Give a decision that was planned, at the group's next meeting."""
    later = [
        row for row in meetings if str(row["meeting_id"]).startswith(text["forum"]) and _on(row) >= day(text["date"])
    ]
    at = min(later, key=_on)
    row = {"decision_id": text["decision_id"], **_at(at), "summary": text["summary"], "summary_en": text["summary_en"]}
    return {**row, "evidence_refs": text["evidence_refs"], **_followed_up(text, _on(at), text["followup_after"])}


def _decision_on(text: dict[str, str], when: date, at: Row) -> Row:
    row = {"decision_id": f"b-{text['entry_id']}", **_at(at), "summary": text["decision"]}
    row |= {"summary_en": text["decision_en"], "evidence_refs": text["evidence_refs"]}
    return {**row, **_followed_up(text, when, str(_FOLLOWED_UP_AFTER))}


def _at(meeting: Row) -> Row:
    same = {"date": meeting["date"], "meeting_id": meeting["meeting_id"]}
    return {**same, "forum": meeting["group"], "forum_en": meeting["group_en"]}


def _on(meeting: Row) -> date:
    return day(meeting["date"])


def _followed_up(text: dict[str, str], decided: date, after: str) -> Row:
    when = weekday(decided + timedelta(days=int(after))) if after and text["followup_result"] else None
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
        when = day(text["date"]) if text["date"] else weekday(dates.get(decision, AS_OF) + timedelta(days=wait))
        if when <= AS_OF:
            rows.append({**text, "decision_id": decision, "date": when})
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["adaptation_id"])))
