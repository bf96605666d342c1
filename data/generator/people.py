"""Who takes part: partners, the rounds in which they are asked, meetings and who came."""

from datetime import date, timedelta

import numpy as np

from generator.material import Row, day, only, present, texts
from generator.truths import AS_OF

_STAFF_ASKED = {"small": 2, "medium": 3, "large": 5}
_SUMMER = 7
_OF_THE_GENERATOR = ("groups", "supports_pupils")
_CHAIRS = {"steering": "region-alvdalarna", "voice": "unga-radet", "everyone": "malkansliet", "community": "hela-vagen"}


def partners() -> list[Row]:
    """Give the partners, as they are written in the texts."""
    return [only(row, _OF_THE_GENERATOR) for row in texts("partner")]


def people_asked(partner: Row) -> int:
    """Give how many people of a partner are asked in the partners' surveys."""
    return _STAFF_ASKED[str(partner["size"])]


def waves(partner: list[Row]) -> list[Row]:
    """Give the rounds, with the number of people asked: partners, people at partners, residents or raters."""
    rows = []
    for wave in texts("wave"):
        there = [row for row in partner if present(row, day(wave["opened"]), day(wave["closed"]))]
        asked = {"network": len(there), "partners": sum(people_asked(row) for row in there)}
        rows.append({**only(wave, ["asks"]), "invited": asked.get(wave["asks"], wave["invited"])})
    return rows


def meetings() -> list[Row]:
    """Give the groups' regular meetings until the last day; July is free."""
    rows = []
    for forum in texts("forum"):
        when = day(forum["first"])
        while when <= AS_OF:
            if when.month != _SUMMER:
                rows.append(meeting(forum["group_id"], when))
            when += timedelta(weeks=int(forum["every_weeks"]))
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
    """Plant who came: each member of a group by the group's own probability, its chair nearly always."""
    attendance = {row["group_id"]: float(row["attendance"]) for row in texts("forum")}
    members = [(only(row, _OF_THE_GENERATOR), row["groups"].split()) for row in texts("partner")]
    rows = []
    for one in meeting:
        when, forum = day(one["date"]), str(one["meeting_id"])[: -len("-2020-01-01")]
        for partner, groups in members:
            invited = forum in groups or forum not in ("steering", "presence", "transition", "voice")
            chair = _CHAIRS.get(forum, "malkansliet") == partner["partner_id"]
            came = rng.random() < (0.97 if chair else attendance[forum])
            extra, lived = int(rng.poisson(0.4)), int(rng.random() < 0.15)
            if invited and came and present(partner, when, when):
                people = 1 + extra
                role = "chair" if chair else "guest" if forum == "community" else "member"
                rows.append(_place(one, partner, role, people, lived))
    return rows


def _place(meeting: Row, partner: Row, role: str, people: int, lived: int) -> Row:
    all_of_them = partner["lived_experience"] == "true"
    return {
        "meeting_id": meeting["meeting_id"],
        "partner_id": partner["partner_id"],
        "role": role,
        "people": people,
        "people_lived_experience": people if all_of_them else lived,
    }
