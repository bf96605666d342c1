"""What is planted in the complete example, beside the finding that should hold it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from generator.outcome import areas, implementation, strength
from generator.truths import AS_OF, Truths

TRUTHS = Truths()
Parameters = tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Planted:
    """A truth and the finding that speaks of it.

    Attributes
    ----------
    template, finding : str
        Id of the evaluation, and of its finding without the evaluation.
    says : str
        The truth in words.
    truth : callable
        Its value in the sample of a seed, in the unit of the finding's estimate.
    parameters : tuple of pairs
        Parameters of the run that differ from the defaults.
    note : str
        What to know of the row.
    """

    template: str
    finding: str
    says: str
    truth: Callable[[int], float]
    parameters: Parameters = ()
    note: str = ""


def runs() -> list[tuple[str, Parameters]]:
    """Each template with each set of parameters that a truth asks for, once."""
    return list(dict.fromkeys((each.template, each.parameters) for each in PLANTED))


def average_effect(full: Callable[[str], float], delay: int, build_up: int, per_year: int = 1) -> float:
    """Average over the areas that take part of each one's effect over the periods since its start."""
    means = []
    for area in areas():
        if area.start:
            n = (AS_OF.year + 1 - area.start) * per_year
            means.append(full(area.area_id) * float(strength(0, n, 0, delay, build_up).mean()))
    return float(np.mean(means))


def completion(seed: int) -> float:
    """Average effect on completed upper secondary school: larger where the conditions are carried out better."""
    levels = implementation(seed)
    mean = float(np.mean(list(levels.values())))
    return average_effect(
        lambda area: TRUTHS.completion_effect + TRUTHS.completion_per_rubric_point * (levels[area] - mean),
        TRUTHS.completion_delay,
        TRUTHS.completion_build_up,
    )


def neet(_seed: int) -> float:
    """Average effect on young people neither working nor studying."""
    return average_effect(lambda _area: TRUTHS.neet_effect, TRUTHS.neet_delay, TRUTHS.neet_build_up)


def absence(_seed: int) -> float:
    """Average effect on high absence."""
    return average_effect(lambda _area: TRUTHS.absence_effect, TRUTHS.absence_delay, TRUTHS.absence_build_up, 4)


PLANTED: tuple[Planted, ...] = (
    Planted("summative_outcome", "effect", "effect on completion, average since each start", completion),
    Planted("summative_outcome", "effect", "effect on young people outside work and studies", neet, (("indicator", "uvas"),)),
    Planted("summative_outcome", "effect", "effect on high absence", absence, (("indicator", "franvaro"),)),
)
