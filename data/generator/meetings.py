"""When the groups meet, and who comes."""

from datetime import date, timedelta

import numpy as np

from generator.material import Row, day, only, present, texts
from generator.people import OF_THE_GENERATOR
from generator.truths import AS_OF
from generator.working_days import meeting_day

_CLOSED_GROUPS = ("steering", "presence", "transition", "voice")
_CHAIRS = {"steering": "region-alvdalarna", "voice": "unga-radet", "everyone": "malkansliet", "community": "hela-vagen"}
_CHAIR_COMES = 0.97
_VISITS = 0.03
_VISITS_BEFORE_JOINING = 0.3
_SOON = timedelta(days=120)
_OTHERS = {"community": 24.0, "everyone": 5.0, "learning": 4.0}
_NOT_COUNTED = 0.04


def meetings() -> list[Row]:
    """Give the groups' regular meetings until the last day; one in July or between Christmas and New Year is off."""
    rows = []
    for forum in texts("forum"):
        regular = day(forum["first"])
        while (when := meeting_day(regular)) <= AS_OF:
            if (when.year, when.month) == (regular.year, regular.month):
                rows.append(meeting(forum["group_id"], when))
            regular += timedelta(weeks=int(forum["every_weeks"]))
    return rows


def meeting(forum_id: str, when: date) -> Row:
    """Give a meeting of a group on a day."""
    forum = next(row for row in texts("forum") if row["group_id"] == forum_id)
    return {
        "meeting_id": f"{forum_id}-{when:%Y-%m-%d}",
        "date": when,
        "group": forum["name"],
        "group_en": forum["name_en"],
        "type": forum["type"],
    }


def participation(rng: np.random.Generator, meeting: list[Row]) -> list[Row]:
    """Plant who came: each member of a group by the group's own probability, its chair nearly always; some guests."""
    attendance = {row["group_id"]: float(row["attendance"]) for row in texts("forum")}
    rows = []
    for one in meeting:
        when, forum = day(one["date"]), _forum(one)
        for text in texts("partner"):
            partner, chair = only(text, OF_THE_GENERATOR), _CHAIRS.get(forum, "malkansliet") == text["partner_id"]
            came = rng.random() < (_CHAIR_COMES if chair else attendance[forum])
            visits, extra, lived = rng.random(), int(rng.poisson(0.4)), int(rng.random() < 0.15)
            if _expected(text, forum, when):
                if came:
                    rows.append(_place(one, partner, "chair" if chair else "member", 1 + extra, lived))
            elif visits < _likely_visit(text, forum, when):
                rows.append(_place(one, partner, "guest", 1, lived))
    return rows


def _forum(meeting: Row) -> str:
    return str(meeting["meeting_id"])[: -len("-2020-01-01")]


def _expected(text: dict[str, str], forum: str, when: date) -> bool:
    belongs = forum in text["groups"].split() or forum not in _CLOSED_GROUPS
    return belongs and present(only(text, ()), when, when)


def _likely_visit(text: dict[str, str], forum: str, when: date) -> float:
    """Those who are soon to join look in beforehand, and partners visit each other's groups now and then."""
    if text["comparison"] == "true" or (text["left"] and day(text["left"]) < when):
        return 0.0
    wait = day(text["joined"]) - when
    if wait > timedelta(0):
        return _VISITS_BEFORE_JOINING if wait <= _SOON else 0.0
    return _VISITS if forum in _CLOSED_GROUPS else 0.0


def _place(meeting: Row, partner: Row, role: str, people: int, lived: int) -> Row:
    all_of_them = partner["lived_experience"] == "true"
    return {
        "meeting_id": meeting["meeting_id"],
        "partner_id": partner["partner_id"],
        "role": role,
        "people": people,
        "people_lived_experience": people if all_of_them else lived,
    }


def with_attendance(rng: np.random.Generator, meetings: list[Row], participation: list[Row]) -> list[Row]:
    """Give the meetings with how many were expected and came, other people than the partners' among them.

    To an open evening everybody may come, so that nobody knows how many to expect; more come as the years go by.
    """
    came: dict[object, int] = {}
    for row in participation:
        came[row["meeting_id"]] = came.get(row["meeting_id"], 0) + int(str(row["people"]))
    rows = []
    for one in meetings:
        when, forum = day(one["date"]), _forum(one)
        expected = sum(_expected(text, forum, when) for text in texts("partner"))
        others = int(rng.poisson(_OTHERS.get(forum, 0.2) * (1 + 0.15 * (when.year - 2020))))
        counted = rng.random() > _NOT_COUNTED
        invited = "" if forum == "community" else round(1.4 * expected)
        rows.append({**one, "invited": invited, "attended": came.get(one["meeting_id"], 0) + others if counted else ""})
    return rows
