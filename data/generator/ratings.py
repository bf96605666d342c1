"""What raters score on the instruments' criteria: the initiative, its areas, its partners."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from collective_impact.framework.instrument import Item
from collective_impact.framework.instruments import instrument
from generator.material import Row, day, one_of, present, texts
from generator.people import rounds_of
from generator.true_steps import areas_steps, true_step
from generator.truths import Truths

_INITIATIVE = "initiative"
_AREA_RATERS = 2
_NOT_JUDGED = 0.02
_TWO_STEPS_OFF = 0.2
_PAIRS = 14


@dataclass(frozen=True, slots=True)
class Rater:
    """A rater's code, how they are placed to judge, and how likely it is that they err upwards where they err."""

    code: str
    role: str
    errs_upwards: float


RATERS = (
    Rater("bedomare-1", "evaluator", 0.5),
    Rater("bedomare-2", "lived_experience", 0.25),
    Rater("bedomare-3", "partner", 0.6),
    Rater("bedomare-4", "backbone", 0.8),
)


def rounds(instrument_id: str) -> tuple[str, ...]:
    """Give the rounds in which an instrument was used."""
    yearly = tuple(rounds_of("rating"))
    chosen = {
        "conditions": yearly,
        "components": (yearly[0], yearly[2], yearly[5]),
        "equity": (yearly[1], yearly[3], yearly[5]),
        "power_dynamics": tuple(rounds_of("power")),
        "partnership": (yearly[1], yearly[4]),
    }
    return chosen.get(instrument_id, tuple(rounds_of("readiness")))


def rubric_scores(
    rng: np.random.Generator, truths: Truths, implementation: Mapping[str, float], started: Mapping[str, int]
) -> list[Row]:
    """Plant the true steps that were written by hand, and raters who sometimes miss them, each with a leaning.

    Parameters
    ----------
    implementation : mapping of str to float
        True mean step of the five conditions in each area that takes part, in the last round.
    started : mapping of str to int
        Year in which each of them started.
    """
    rows = []
    errors = {"equity": truths.equity_rater_error, "power_dynamics": truths.power_rater_error}
    for name in ("readiness", "fit", "conditions", "components", "equity", "power_dynamics"):
        for round_, wave in enumerate(rounds(name)):
            for item in instrument(name).items:
                true = true_step(instrument(name), item, round_)
                error = errors.get(name, truths.rater_error)
                rows += _scores(rng, name, item, (wave, _INITIATIVE), true, error, len(RATERS))
    for area, level in implementation.items():
        for wave in ("bedomning-2023", "bedomning-2025"):
            if started[area] < int(wave[-4:]):
                mean = level - (0.5 if wave == "bedomning-2023" else 0.0)
                rows += _area_scores(rng, truths, (wave, area), mean)
    return rows


def _area_scores(rng: np.random.Generator, truths: Truths, unit: tuple[str, str], mean: float) -> list[Row]:
    own = instrument("conditions")
    steps = areas_steps(rng, own, rounds("conditions").index(unit[0]), mean)
    scored = zip(own.items, steps.tolist(), strict=True)
    return [
        row for item, true in scored for row in _scores(rng, own.id, item, unit, true, truths.rater_error, _AREA_RATERS)
    ]


def _scores(
    rng: np.random.Generator, name: str, item: Item, unit: tuple[str, str], true: int, error: float, raters: int
) -> list[Row]:
    wave, unit_id = unit
    rows: list[Row] = []
    for rater in RATERS[:raters]:
        score = _seen(rng, item, true, error, rater.errs_upwards)
        ids = {"wave_id": wave, "unit_id": unit_id, "criterion_id": item.id, "rater_id": rater.code}
        rows.append(
            {**ids, "rater_role": rater.role, "score": score, "evidence_ref": _evidence(rng, name, item, score)}
        )
    return rows


def _seen(rng: np.random.Generator, item: Item, true: int, error: float, upwards: float) -> int | str:
    """Give what a rater sees: the true step, or one or two beside it; sometimes nothing can be judged."""
    missed, far, up, judged = rng.random(4)
    off = (2 if far < _TWO_STEPS_OFF else 1) * (1 if up < upwards else -1)
    return _on_scale(item, true + (off if missed < error else 0)) if judged > _NOT_JUDGED else ""


def _on_scale(item: Item, step: int) -> int:
    scale = item.scale
    return step if scale is None else min(max(step, scale.minimum), scale.maximum)


def _evidence(rng: np.random.Generator, name: str, item: Item, score: int | str) -> str:
    told = one_of(rng, [row["text"] for row in texts("evidence_ref") if row["instrument"] == name])
    mentioned = rng.random() < 0.3
    needed = isinstance(score, int) and item.evidence_from is not None and score >= item.evidence_from
    return told if needed or (mentioned and score != "") else ""


def partnership_ratings(rng: np.random.Generator, truths: Truths, partners: list[Row], waves: list[Row]) -> list[Row]:
    """Plant how partners, and some pairs of them, work by the method: half a step better in the second round."""
    name = "partnership"
    skill = rng.normal(2.0, 0.7, (len(partners), len(instrument(name).items)))
    pairs = _pairs(rng, len(partners))
    rows = []
    for round_, wave_id in enumerate(rounds(name)):
        wave = next(row for row in waves if row["wave_id"] == wave_id)
        there = [present(partner, day(wave["opened"]), day(wave["closed"])) for partner in partners]
        for i, j in [*((i, None) for i in range(len(partners))), *pairs]:
            with_id = "all" if j is None else partners[j]["partner_id"]
            mean = skill[i] if j is None else (skill[i] + skill[j]) / 2
            for item, level in zip(instrument(name).items, mean, strict=True):
                true = _on_scale(item, round(level + 0.5 * round_))
                scores = _scores(rng, name, item, (wave_id, ""), true, truths.rater_error, _AREA_RATERS)
                if there[i] and (j is None or there[j]):
                    ids = {"partner_id": partners[i]["partner_id"], "with_partner_id": with_id}
                    rows += [{**ids, **{key: row[key] for key in row if key != "unit_id"}} for row in scores]
    return rows


def _pairs(rng: np.random.Generator, n: int) -> list[tuple[int, int]]:
    chosen = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(_PAIRS)}
    return sorted((first, second) for first, second in chosen)
