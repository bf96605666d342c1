"""What is done in each area that takes part: kinds of work, written by hand, in the places of the area."""

from datetime import date, timedelta

from generator.material import texts
from generator.working_days import meeting_day

_MONTH = 30.4
_APART = 9  # days between the same work in one area and in the next


def activity_texts() -> list[dict[str, str]]:
    """Give the activities of the initiative as a whole, and then those of each area."""
    return [*texts("activity"), *(_in_area(place, work) for place in texts("place") for work in _work_of(place))]


def _work_of(place: dict[str, str]) -> list[dict[str, str]]:
    return [work for work in texts("local_activity") if place["area_id"] in work["areas"].split()]


def _in_area(place: dict[str, str], work: dict[str, str]) -> dict[str, str]:
    owner = work["owner_id"] or place["owner_id"]
    partners = dict.fromkeys([owner, place["owner_id"], *work["partners"].split()])
    start, end = _planned(place["area_id"], int(work["starts_after"]), int(work["lasts"]))
    shared = {key: work[key] for key in ("condition", "strategy", "strategy_en", "fate")}
    return {
        "activity_id": f"{work['kind']}-{place['area_id']}",
        "name": _first_capital(work["name"].format(**place)),
        "name_en": _first_capital(work["name_en"].format(**{**place, **_english(place)})),
        "owner_id": owner,
        "partners": " ".join(partners),
        "area_id": place["area_id"],
        "planned_start": start.isoformat(),
        "planned_end": end.isoformat(),
        **shared,
    }


def _english(place: dict[str, str]) -> dict[str, str]:
    return {name.removesuffix("_en"): text for name, text in place.items() if name.endswith("_en")}


def _first_capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _planned(area_id: str, months: int, lasts: int) -> tuple[date, date]:
    """Give the days from the start of the area's first year; areas follow each other by some days."""
    row = next(number for number, area in enumerate(texts("area")) if area["area_id"] == area_id)
    first = date(int(texts("area")[row]["treated_from"]), 1, 8)
    start = meeting_day(first + timedelta(days=round(months * _MONTH) + _APART * row))
    return start, meeting_day(start + timedelta(days=round(lasts * _MONTH)))
