"""Decisions of the initiative as they stood on a day, and the findings that they name as evidence."""

import re
from dataclasses import dataclass
from datetime import date

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import last_day


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision and what came of it.

    Attributes
    ----------
    id : str
    day : date
    forum, summary : str
        Who decided, and what.
    evidence : str
        Data or documents that it rests on; empty: none named.
    shared : bool
        Whether it rests on data of the shared measurement.
    due, followed_up : date or None
        Day by which it was to be done, and day of the follow-up.
    result : str
        What the follow-up showed; empty: not followed up.
    """

    id: str
    day: date
    forum: str
    summary: str
    evidence: str
    shared: bool
    due: date | None
    followed_up: date | None
    result: str

    def names(self, finding_id: str) -> bool:
        """Tell whether its evidence names a finding by its id, for example ``summative_outcome.effect``."""
        return re.search(rf"(?<![\w.]){re.escape(finding_id)}(?![\w-]|\.\w)", self.evidence) is not None


def decisions(initiative: Initiative, as_of: date) -> tuple[Decision, ...]:
    """Give the decisions in order of time, in the current language; a follow-up after ``as_of`` is not known yet."""
    rows = table_or_empty(initiative, "decision").to_dict("records")
    found = [_decision({str(key): value for key, value in row.items()}, as_of) for row in rows]
    return tuple(sorted((each for each in found if each.day <= as_of), key=lambda each: (each.day, each.id)))


def _decision(row: dict[str, object], as_of: date) -> Decision:
    followed_up = _day(row["followup_date"])
    known = followed_up is not None and followed_up <= as_of
    return Decision(
        id=str(row["decision_id"]),
        day=_day(row["date"]) or date.min,
        forum=str(row["forum"]),
        summary=str(row["summary"]),
        evidence=_text(row["evidence_refs"]),
        shared=row["uses_shared_data"] is not pd.NA and bool(row["uses_shared_data"]),
        due=_day(row["due"]),
        followed_up=followed_up if known else None,
        result=_text(row["followup_result"]) if known else "",
    )


def _day(value: object) -> date | None:
    return last_day(value) if isinstance(value, pd.Period) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
