"""What is planted in the complete example, beside the finding that should hold it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from generator.material import quarters, texts
from generator.outcome import areas, implementation, strength
from generator.power import courted_actors
from generator.system import COMPARISON, PACE
from generator.true_steps import conditions_story
from generator.truths import AS_OF, DEFAULT_SEED, Truths
from generator.work import LAST_REPORTED

TRUTHS = Truths()
SEED = DEFAULT_SEED
"""Seed of the example that is shipped, never chosen for its result."""
UVAS, FRANVARO = (("indicator", "uvas"),), (("indicator", "franvaro"),)
MONEY = 100 * (TRUTHS.aligned_last - TRUTHS.aligned_first) / 5
CONDITIONS: list[float] = conditions_story()["conditions_means"]  # type: ignore[assignment]
MEETINGS = "Decisions fall on days of meetings, after the delay that was planted."
CUT = "Answers are cut to the scale after the truth was planted, so that the figures rise less."
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


def equity(_seed: int) -> float:
    """Average of how much more those born abroad gained."""
    return average_effect(
        lambda _area: TRUTHS.completion_extra_born_abroad, TRUTHS.completion_delay, TRUTHS.completion_build_up
    )


def closing_gap(_seed: int) -> float:
    """How much smaller the gap by birth was over the years since the first start, large areas counting more."""
    started = [area for area in areas() if area.start]
    first = min(area.start or 0 for area in started)
    n = AS_OF.year + 1 - first
    shares = [
        strength((area.start or 0) - first, n, 0, TRUTHS.completion_delay, TRUTHS.completion_build_up)
        for area in started
    ]
    by_year = np.average(shares, axis=0, weights=[area.population for area in started])
    return -TRUTHS.completion_extra_born_abroad * float(by_year.mean())


def stances(_seed: int) -> float:
    """Average shift of all actors, of whom only those that were courted moved."""
    courted = courted_actors()
    return TRUTHS.stance_shift * len(courted) / len(texts("power_actor"))


def reports(lately: int) -> float:
    """Rise of the share of reports in time, from the first quarters to the last, in shares."""
    n = len([quarter for quarter in quarters(2021, 2025) if quarter <= LAST_REPORTED])
    rise = TRUTHS.submissions_on_time_last - TRUTHS.submissions_on_time_first
    return rise * (n - lately) / (n - 1)


def practice(_seed: int) -> float:
    """How much more organizations that take part changed their practice than the others, in percentage points."""
    last = len(quarters(2021, 2025)) - 1
    changes = []
    for _practice, truth in TRUTHS.practices:
        own, others = (
            share * (_adopted_by(last, midpoint) - _adopted_by(0, midpoint))
            for share, midpoint in ((truth.final_share, truth.midpoint), (truth.comparison_share, COMPARISON))
        )
        changes.append(own - others)
    return 100 * float(np.mean(changes))


def _adopted_by(quarter: int, midpoint: float) -> float:
    return float(1 / (1 + np.exp(-(quarter - midpoint) / PACE)))


PLANTED: tuple[Planted, ...] = (
    Planted("summative_outcome", "effect", "effect on completion, average since each start", completion),
    Planted(
        "summative_outcome",
        "build_up",
        "effect on completion, at full strength",
        lambda _seed: TRUTHS.completion_effect,
    ),
    Planted("summative_outcome", "effect", "effect on young people outside work and studies", neet, UVAS),
    Planted(
        "summative_outcome",
        "build_up",
        "effect on young people outside work and studies, at full strength",
        lambda _seed: TRUTHS.neet_effect,
        UVAS,
    ),
    Planted("summative_outcome", "effect", "effect on high absence", absence, FRANVARO),
    Planted(
        "summative_outcome",
        "build_up",
        "effect on high absence, at full strength",
        lambda _seed: TRUTHS.absence_effect,
        FRANVARO,
    ),
    Planted("summative_outcome", "groups", "how much more those born abroad gained", equity),
    Planted("summative_context", "control", "effect on the control measure", lambda _seed: TRUTHS.control_effect),
    Planted("summative_system", "practice", "change of practice against organizations that take no part", practice),
    Planted(
        "summative_initiative",
        "dose_response",
        "more effect for each step of the conditions",
        lambda _seed: TRUTHS.completion_per_rubric_point,
    ),
    Planted(
        "summative_initiative", "partners", "rise of the partners' answers", lambda _seed: TRUTHS.partner_survey_rise
    ),
    Planted("formative_outcome", "group_gap", "change of the gap by birth since the first start", closing_gap),
    Planted("formative_system", "money", "aligned money, rise a year in percentage points", lambda _seed: MONEY),
    Planted(
        "formative_initiative",
        "conditions",
        "rise of the conditions' mean",
        lambda _seed: CONDITIONS[-1] - CONDITIONS[0],
    ),
    Planted("formative_initiative", "plan", "share of activities in time", lambda _seed: TRUTHS.activities_on_time),
    Planted(
        "formative_initiative",
        "reports",
        "rise of the share of reports in time, in percentage points",
        lambda _seed: 100 * reports(1),
    ),
    Planted("formative_initiative", "factors", "rise of the collaboration factors", lambda _seed: TRUTHS.wilder_rise),
    Planted(
        "developmental_initiative",
        "lag",
        "median days from signal to decision",
        lambda _seed: TRUTHS.decision_delay,
        (),
        MEETINGS,
    ),
    Planted(
        "developmental_initiative", "trust", "rise of trust", lambda _seed: TRUTHS.trust[-1] - TRUTHS.trust[0], (), CUT
    ),
    Planted(
        "developmental_initiative", "mindset", "rise of the mindset shifts", lambda _seed: TRUTHS.mindset_rise, (), CUT
    ),
    Planted("developmental_context", "stances", "shift of those with power", stances, (), CUT),
)
