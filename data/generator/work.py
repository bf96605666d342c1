"""What is done: activities, who carries them out, and reports to the shared measurement."""

from datetime import date, timedelta

import numpy as np

from generator.local_work import activity_texts
from generator.material import Row, day, only, present, quarter_end, quarters
from generator.truths import AS_OF, Truths
from generator.working_days import working_day

_RECORDS = {"small": 40, "medium": 120, "large": 420}
_HOURS, _HOURS_A_RECORD = 11.0, 0.01
LAST_REPORTED = "2025-Q3"


def activities(rng: np.random.Generator, truths: Truths) -> list[Row]:
    """Plant how many activities are done by their planned end; those of the future are planned or ongoing."""
    rows = []
    for text in activity_texts():
        on_time = rng.random() < truths.activities_on_time
        start_late, early, late = rng.integers(0, 21), rng.integers(0, 15), rng.integers(20, 150)
        planned_end = day(text["planned_end"])
        start = working_day(day(text["planned_start"]) + timedelta(days=int(start_late)))
        end = working_day(planned_end + timedelta(days=int(-early if on_time else late)))
        rows.append({**only(text, ["partners", "fate"]), **_progress(text["fate"], start, max(end, start))})
    return rows


def _progress(fate: str, start: date, end: date) -> Row:
    if start > AS_OF:
        return {"actual_start": "", "actual_end": "", "status": "planned"}
    if fate == "dropped":
        return {"actual_start": start, "actual_end": "", "status": "dropped"}
    done = end <= AS_OF
    return {"actual_start": start, "actual_end": end if done else "", "status": "done" if done else "ongoing"}


def activity_partners() -> list[Row]:
    """Give who carries out what together."""
    return [
        {"activity_id": row["activity_id"], "partner_id": partner}
        for row in activity_texts()
        for partner in row["partners"].split()
    ]


def submissions(rng: np.random.Generator, truths: Truths, partners: list[Row], shortened: date | None) -> list[Row]:
    """Plant how many reports come in time, a share that rises evenly, and how much work they are.

    Parameters
    ----------
    shortened : date or None
        Day on which it was decided to ask less; reports that are due later take a part of the time.
    """
    periods = [period for period in quarters(2021, 2025) if period <= LAST_REPORTED]
    share = np.linspace(truths.submissions_on_time_first, truths.submissions_on_time_last, len(periods))
    rows = []
    for partner in partners:
        for period, likely in zip(periods, share, strict=True):
            end = quarter_end(period)
            drawn = rng.random(4)
            effort = truths.hours_ratio if shortened and shortened < end else 1.0
            if partner["data_agreement"] and day(partner["data_agreement"]) < end and present(partner, end, end):
                rows.append(_submission(partner, period, likely, effort, drawn))
    return rows


def _submission(partner: Row, period: str, likely: float, effort: float, drawn: np.ndarray) -> Row:
    due = quarter_end(period) + timedelta(days=20)
    in_time, offset, amount, quality = drawn
    never = in_time > 1 - 0.25 * (1 - likely)
    days = -round(9 * offset) if in_time < likely else 2 + round(38 * offset)
    records = round(_RECORDS[str(partner["size"])] * (0.85 + 0.3 * amount))
    answer = {
        "submitted": due + timedelta(days=days),
        "records": records,
        "valid_records": records - round(records * (1 - likely) * 0.25 * quality),
        "hours": round(effort * (_HOURS + _HOURS_A_RECORD * records) * (0.85 + 0.3 * offset), 1),
    }
    ids = {"partner_id": partner["partner_id"], "period": period, "dataset": "all", "due": due}
    return {**ids, **(dict.fromkeys(answer, "") if never else answer)}
