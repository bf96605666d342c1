"""Who holds power over the problem, for or against, in three rounds."""

import numpy as np

from generator.material import Row, texts
from generator.people import rounds_of
from generator.truths import Truths

_LARGEST_SHIFT = 3


def courted_actors() -> list[str]:
    """Give the ids of the actors that the initiative seeks to win."""
    return [text["actor_id"] for text in texts("power_actor") if text["courted"] == "true"]


def power_map(rng: np.random.Generator, truths: Truths) -> list[Row]:
    """Plant a shift of stance among the actors that were courted; half of it is there in the second round.

    The stance of the others stays as it was but for a step now and then.
    """
    rows = []
    for text in texts("power_actor"):
        courted = text["actor_id"] in courted_actors()
        likely = truths.stance_shift / _LARGEST_SHIFT
        steps = rng.random(_LARGEST_SHIFT) < (likely if courted else 0.0)
        early, wavers, woken = rng.random(_LARGEST_SHIFT) < 0.5, rng.random() < 0.1, rng.random(2) < 0.35
        stances = (0, int((steps & early).sum()) - int(wavers and not courted), int(steps.sum()))
        interests = (0, int(woken[0]), int(woken.sum()))
        for wave, stance, interest in zip(rounds_of("power"), stances, interests, strict=True):
            row: Row = {name: value for name, value in text.items() if name != "courted"}
            row["stance"] = min(max(int(text["stance"]) + stance, -2), 2)
            row["interest"] = min(int(text["interest"]) + interest, 4)
            rows.append({"wave_id": wave, **row})
    return rows


def alliances() -> list[Row]:
    """Give who works together in which round; actors that do not usually do so find each other on the way."""
    return [
        {"wave_id": wave, "actor_id": text["actor_id"], "ally_id": text["ally_id"]}
        for round_, wave in enumerate(rounds_of("power"), start=1)
        for text in texts("power_alliance")
        if int(text["from_round"]) <= round_
    ]
