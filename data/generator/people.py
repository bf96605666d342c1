"""Who takes part, and the rounds in which people are asked."""

from generator.material import Row, day, only, present, texts

OF_THE_GENERATOR = ("groups", "supports_pupils")
_STAFF_ASKED = {"small": 2, "medium": 3, "large": 5}


def partners() -> list[Row]:
    """Give the partners, and after them the organizations that are only compared with them."""
    return [only(row, OF_THE_GENERATOR) for row in texts("partner")]


def taking_part(partners: list[Row]) -> list[Row]:
    """Give the partners without those for comparison only."""
    return [partner for partner in partners if partner["comparison"] != "true"]


def people_asked(partner: Row) -> int:
    """Give how many people of a partner are asked in the partners' surveys."""
    return _STAFF_ASKED[str(partner["size"])]


def waves(partners: list[Row]) -> list[Row]:
    """Give the rounds, with the number of people asked: partners, people at partners, residents or raters."""
    rows = []
    for wave in texts("wave"):
        there = [row for row in partners if present(row, day(wave["opened"]), day(wave["closed"]))]
        asked = {"network": len(there), "partners": sum(people_asked(row) for row in there)}
        rows.append({**only(wave, ["asks"]), "invited": asked.get(wave["asks"], wave["invited"])})
    return rows


def rounds_of(asks: str) -> list[str]:
    """Give the ids of the rounds in which some kind of people were asked."""
    return [wave["wave_id"] for wave in texts("wave") if wave["asks"] == asks]
