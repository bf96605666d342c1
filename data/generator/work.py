"""What is done: activities and who carries them out, what they cost, and reports to the shared measurement."""

from datetime import date, timedelta

import numpy as np

from generator.material import Row, day, only, present, quarter_end, quarters, texts, weekday
from generator.truths import AS_OF, Truths

_BACKBONE = "malkansliet"
_RECORDS = {"small": 40, "medium": 120, "large": 420}
_LAST_REPORTED = "2025-Q3"
_RUNNING_COSTS = {"staff": 2_150_000, "premises": 240_000, "services": 410_000}


def activities(rng: np.random.Generator, truths: Truths) -> list[Row]:
    """Plant how many activities are done by their planned end; those of the future are planned or ongoing."""
    rows = []
    for text in texts("activity"):
        on_time = rng.random() < truths.activities_on_time
        start_late, early, late = rng.integers(0, 21), rng.integers(0, 15), rng.integers(20, 150)
        planned_end = day(text["planned_end"])
        start = weekday(day(text["planned_start"]) + timedelta(days=int(start_late)))
        end = max(planned_end + timedelta(days=int(-early if on_time else late)), start)
        rows.append({**only(text, ["partners", "fate"]), **_progress(text["fate"], start, end)})
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
        for row in texts("activity")
        for partner in row["partners"].split()
    ]


def submissions(rng: np.random.Generator, truths: Truths, partners: list[Row]) -> list[Row]:
    """Plant how many reports come in time, a share that rises evenly from the first quarter to the last."""
    periods = [period for period in quarters(2021, 2025) if period <= _LAST_REPORTED]
    share = np.linspace(truths.submissions_on_time_first, truths.submissions_on_time_last, len(periods))
    rows = []
    for partner in partners:
        size = _RECORDS[str(partner["size"])]
        for period, likely in zip(periods, share, strict=True):
            end = quarter_end(period)
            drawn = rng.random(4)
            if partner["data_agreement"] and day(partner["data_agreement"]) < end and present(partner, end, end):
                rows.append(_submission(partner, period, size, likely, drawn))
    return rows


def _submission(partner: Row, period: str, size: int, likely: float, drawn: np.ndarray) -> Row:
    due = quarter_end(period) + timedelta(days=20)
    in_time, offset, amount, quality = drawn
    never = in_time > 1 - 0.25 * (1 - likely)
    days = -round(9 * offset) if in_time < likely else 2 + round(38 * offset)
    records = round(size * (0.85 + 0.3 * amount))
    answer = {
        "submitted": due + timedelta(days=days),
        "records": records,
        "valid_records": records - round(records * (1 - likely) * 0.25 * quality),
        "hours": round(3 + 9 * (1 - likely) * offset + 0.006 * records, 1),
    }
    nothing = dict.fromkeys(answer, "")
    return {"partner_id": partner["partner_id"], "period": period, "due": due, **(nothing if never else answer)}


def costs(rng: np.random.Generator, activities: list[Row]) -> list[Row]:
    """Give what the office and the activities cost in each year, in Swedish kronor."""
    rows: list[Row] = []
    for year in range(2020, AS_OF.year + 1):
        for category, amount in _RUNNING_COSTS.items():
            rows.append(_cost(year, category, _BACKBONE, "", amount * 1.03 ** (year - 2020) * rng.uniform(0.95, 1.05)))
        for activity in activities:
            worth, in_kind = rng.lognormal(12.4, 0.5), rng.random() < 0.5
            begun = activity["actual_start"] and day(activity["actual_start"]).year <= year
            over = activity["actual_end"] and day(activity["actual_end"]).year < year
            given_up = activity["status"] == "dropped" and day(activity["planned_end"]).year < year
            if begun and not over and not given_up:
                owner, category = str(activity["owner_id"]), "in_kind" if in_kind else "staff"
                rows.append(_cost(year, category, owner, str(activity["activity_id"]), worth))
    counts: dict[object, int] = {}
    for row in rows:
        counts[row["period"]] = counts.get(row["period"], 0) + 1
        row["cost_id"] = f"k-{row['period']}-{counts[row['period']]:02}"
    return rows


def _cost(year: int, category: str, partner: str, activity: str, amount: float) -> Row:
    return {
        "period": str(year),
        "category": category,
        "partner_id": partner,
        "activity_id": activity,
        "amount": round(amount, -3),
    }
