"""What raters score on the instruments' criteria: the initiative, its areas, its partners."""

from collections.abc import Mapping

import numpy as np

from collective_impact.framework.instrument import Item
from collective_impact.framework.instruments import instrument
from generator.material import Row, day, one_of, present, texts
from generator.truths import Truths

RATERS = tuple(f"bedomare-{number}" for number in range(1, 5))
_NOT_JUDGED = 0.02
_INITIATIVE = "initiative"
_AREA_RATERS = 2
_PAIRS = 14
_COMPONENT_STEPS = {"initiate": (2, 4, 4), "organize": (1, 3, 4), "sustain": (0, 2, 3)}
_MEANS = {"equity": (0.8, 1.7, 2.6), "power_dynamics": (1.0, 1.8, 2.6), "readiness": (3.6,), "fit": (4.2,)}
_PRECONDITIONS = ("readiness_champion", "readiness_finances", "readiness_urgency")


def rounds(instrument_id: str) -> tuple[str, ...]:
    """Give the rounds in which an instrument was used."""
    yearly = tuple(f"bedomning-{year}" for year in range(2020, 2026))
    chosen = {
        "conditions": yearly,
        "components": (yearly[0], yearly[2], yearly[5]),
        "equity": (yearly[1], yearly[3], yearly[5]),
        "power_dynamics": ("makt-2020", "makt-2022", "makt-2025"),
        "partnership": (yearly[1], yearly[4]),
    }
    return chosen.get(instrument_id, ("fore-2020",))


def rubric_scores(
    rng: np.random.Generator, truths: Truths, implementation: Mapping[str, float], started: Mapping[str, int]
) -> list[Row]:
    """Plant true steps on every criterion, rising over the rounds, and raters who sometimes miss them.

    Parameters
    ----------
    implementation : mapping of str to float
        True mean step of the five conditions in each area that takes part, in the last round.
    started : mapping of str to int
        Year in which each of them started.
    """
    rows = []
    for name in ("readiness", "fit", "conditions", "components", "equity", "power_dynamics"):
        error = truths.power_rater_error if name == "power_dynamics" else truths.rater_error
        spread = rng.permutation(np.linspace(-1.4, 1.4, len(instrument(name).items)))
        for round_, wave in enumerate(rounds(name)):
            for item, offset in zip(instrument(name).items, spread, strict=True):
                true = _true_step(truths, name, item, round_, offset)
                rows += _scores(rng, name, item, (wave, _INITIATIVE), true, error, len(RATERS))
    for area, level in implementation.items():
        for wave in ("bedomning-2023", "bedomning-2025"):
            if started[area] < int(wave[-4:]):
                mean = level - (0.5 if wave == "bedomning-2023" else 0.0)
                rows += _area_scores(rng, truths, (wave, area), mean)
    return rows


def _true_step(truths: Truths, name: str, item: Item, round_: int, offset: float) -> int:
    if item.id in _PRECONDITIONS:
        return 4
    if name == "components":
        return _COMPONENT_STEPS[item.id.rsplit("_", 1)[1]][round_]
    if name == "conditions":
        rise = round_ / (len(rounds(name)) - 1)
        mean = truths.conditions_first + rise * (truths.conditions_last - truths.conditions_first)
    else:
        mean = _MEANS[name][round_]
    return _on_scale(item, round(mean + offset * (0.5 if name in ("readiness", "fit") else 1.0)))


def _area_scores(rng: np.random.Generator, truths: Truths, unit: tuple[str, str], mean: float) -> list[Row]:
    """Plant an area's mean step: as many criteria on the step above as it takes."""
    items = instrument("conditions").items
    order = rng.permutation(len(items))
    above = round((mean - int(mean)) * len(items))
    rows = []
    for place, item in zip(order, items, strict=True):
        true = _on_scale(item, int(mean) + int(place < above))
        rows += _scores(rng, "conditions", item, unit, true, truths.rater_error, _AREA_RATERS)
    return rows


def _scores(
    rng: np.random.Generator, name: str, item: Item, unit: tuple[str, str], true: int, error: float, raters: int
) -> list[Row]:
    wave, unit_id = unit
    rows: list[Row] = []
    for rater in RATERS[:raters]:
        score = _seen(rng, item, true, error)
        ids = {"wave_id": wave, "unit_id": unit_id, "criterion_id": item.id, "rater_id": rater}
        rows.append({**ids, "score": score, "evidence_ref": _evidence(rng, name, item, score)})
    return rows


def _seen(rng: np.random.Generator, item: Item, true: int, error: float) -> int | str:
    """Give what a rater sees: the true step, or one or two beside it; sometimes nothing can be judged."""
    missed, step, judged = rng.random() < error, int(rng.choice([-2, -1, -1, 1, 1, 2])), rng.random() > _NOT_JUDGED
    return (_on_scale(item, true + step * missed)) if judged else ""


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
