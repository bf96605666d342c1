"""What the work costs: the office, and each activity in every year in which it runs, in Swedish kronor."""

import numpy as np

from generator.material import Row, day
from generator.truths import AS_OF

_BACKBONE = "malkansliet"
_OFFICE = {"staff": 2_150_000, "premises": 240_000, "services": 410_000, "travel": 85_000, "participants": 60_000}
_POSTS = {2020: 2.0, 2025: 2.5}
_ALL_POSTS = 3.0
_A_POST = 720_000
_RISE = 1.03
_CATEGORIES = ("staff", "premises", "services", "travel", "participants", "other")
_SHARES = (0.55, 0.12, 0.13, 0.07, 0.08, 0.05)
_IN_KIND = 0.35
_PAID_BACK = 0.3


def costs(rng: np.random.Generator, activities: list[Row]) -> list[Row]:
    """Give what the office and the activities cost; of an activity that is given up, something is paid back."""
    rows: list[Row] = []
    for year in range(2020, AS_OF.year + 1):
        rise = _RISE ** (year - 2020)
        for category, amount in _OFFICE.items():
            posts = _POSTS.get(year, _ALL_POSTS) if category == "staff" else ""
            rows.append(_cost(year, category, amount * rise * rng.uniform(0.95, 1.05), fte=posts))
        for activity in activities:
            worth = float(rng.lognormal(11.6 if activity["area_id"] else 12.6, 0.5)) * rise
            category, in_kind = str(rng.choice(_CATEGORIES, p=_SHARES)), bool(rng.random() < _IN_KIND)
            if _runs(activity, year):
                posts = max(round(worth / _A_POST, 1), 0.1) if category == "staff" else ""
                rows.append(_cost(year, category, worth, activity, in_kind=in_kind, fte=posts))
            elif activity["status"] == "dropped" and day(activity["planned_end"]).year == year - 1:
                rows.append(_cost(year, "services", -_PAID_BACK * worth, activity))
    return _numbered(rows)


def _runs(activity: Row, year: int) -> bool:
    begun = activity["actual_start"] and day(activity["actual_start"]).year <= year
    over = activity["actual_end"] and day(activity["actual_end"]).year < year
    given_up = activity["status"] == "dropped" and day(activity["planned_end"]).year < year
    return bool(begun and not over and not given_up)


def _cost(
    year: int,
    category: str,
    amount: float,
    activity: Row | None = None,
    *,
    in_kind: bool = False,
    fte: float | str = "",
) -> Row:
    of = activity or {"owner_id": _BACKBONE, "activity_id": "", "area_id": ""}
    ids = {"partner_id": of["owner_id"], "activity_id": of["activity_id"], "area_id": of["area_id"]}
    return {
        "period": str(year),
        "category": category,
        **ids,
        "amount": round(amount, -3),
        "in_kind": in_kind,
        "fte": fte,
    }


def _numbered(rows: list[Row]) -> list[Row]:
    counts: dict[object, int] = {}
    for row in rows:
        counts[row["period"]] = counts.get(row["period"], 0) + 1
        row["cost_id"] = f"k-{row['period']}-{counts[row['period']]:03}"
    return rows
