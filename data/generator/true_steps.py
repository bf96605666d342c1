"""The true step of each criterion in each round, written by hand as the story goes, and those of the areas."""

from functools import cache

import numpy as np

from collective_impact.framework.instrument import Instrument, Item
from collective_impact.framework.instruments import instrument
from generator.material import texts

_SPREAD = 0.7  # of an area's criteria around the initiative's profile
_STALLED_BELOW = 3


@cache
def written_steps() -> dict[str, tuple[int, ...]]:
    """Give the steps of ``texts/true_step.csv``, round by round."""
    return {row["criterion_id"]: tuple(map(int, row["steps"].split())) for row in texts("true_step")}


def true_step(rubric: Instrument, item: Item, round_: int) -> int:
    """Give the true step; a criterion that the texts do not have yet is in the middle of the others of its section."""
    steps = written_steps()
    if item.id in steps:
        return steps[item.id][round_]
    others = [other.id for other in rubric.items if other.id in steps]
    same = [other.id for other in rubric.items if other.id in steps and other.section == item.section]
    return _lower_median([steps[other][round_] for other in same or others])


def _lower_median(steps: list[int]) -> int:
    return sorted(steps)[(len(steps) - 1) // 2]


def areas_steps(rng: np.random.Generator, rubric: Instrument, round_: int, mean: float) -> np.ndarray:
    """Plant an area's steps: like the initiative's profile, with differences of its own, and the given mean.

    Returns
    -------
    array of int, items
    """
    profile = np.array([true_step(rubric, item, round_) for item in rubric.items], dtype=float)
    raw = profile - profile.mean() + mean + rng.normal(0, _SPREAD, len(profile))
    highest = max(item.scale.maximum for item in rubric.items if item.scale)
    for _ in range(50):  # what is cut off at the ends of the scale is made up for by the others
        raw = np.clip(raw, 0, highest)
        raw += mean - raw.mean()
    whole = np.floor(np.clip(raw, 0, highest)).astype(int)
    lacking = round(mean * len(raw)) - int(whole.sum())
    whole[np.argsort(whole - raw, kind="stable")[: max(lacking, 0)]] += 1
    return np.asarray(np.clip(whole, 0, highest))


def conditions_story() -> dict[str, object]:
    """Tell of the five conditions: true means round by round, criteria that have stalled or fell back on the way."""
    items = instrument("conditions").items
    rounds = len(next(steps for name, steps in written_steps().items() if name.startswith("conditions_")))
    steps = {item.id: [true_step(instrument("conditions"), item, round_) for round_ in range(rounds)] for item in items}
    stalled = [name for name, each in steps.items() if len({*each[-3:]}) == 1 and each[-1] < _STALLED_BELOW]
    fell_back = [name for name, each in steps.items() if min(np.diff(each)) < 0]
    means = np.mean(list(steps.values()), axis=0).round(2).tolist()
    return {"conditions_means": means, "conditions_stalled": stalled, "conditions_fell_back": fell_back}
