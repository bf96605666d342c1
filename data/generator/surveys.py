"""What people answer: the partners' surveys and the residents'."""

import numpy as np

from collective_impact.framework.instrument import Item
from collective_impact.framework.instruments import instrument
from generator.material import Row, day, one_of, present, texts
from generator.people import people_asked
from generator.truths import Truths

_ANSWERS = 0.72
_SKIPPED = 0.015
_RESIDENTS_ANSWER = (0.46, 0.49, 0.51)
_LEFT_OPEN = 0.16
_THROUGH = {"hela-vagen": 0.04, "unga-radet": 0.03, "forsamlingarna": 0.02, "idrottsradet": 0.008}
_CHANNELS = {
    "meeting": 0.14,
    "school_or_work": 0.38,
    "association": 0.19,
    "public_service": 0.16,
    "news": 0.3,
    "social_media": 0.34,
    "friends": 0.27,
}


def survey_responses(rng: np.random.Generator, truths: Truths, partners: list[Row], waves: list[Row]) -> list[Row]:
    """Give the answers to all surveys, round by round."""
    by_id = {str(row["wave_id"]): row for row in waves}
    rounds = [by_id[wave] for wave in ("partner-2020", "partner-2022", "partner-2025")]
    rows = _partner_answers(rng, "mindset", truths.mindset_rise, partners, rounds)
    rows += _partner_answers(rng, "wilder", truths.wilder_rise, partners, rounds[1:])
    residents = [row for wave, row in by_id.items() if wave.startswith("invanare")]
    return rows + _resident_answers(rng, truths.voice_rise, residents)


def _partner_answers(
    rng: np.random.Generator, name: str, rise: float, partners: list[Row], waves: list[Row]
) -> list[Row]:
    """Plant a mean that rises over the rounds, with differences between partners, people and items that last."""
    items = instrument(name).items
    ease = rng.normal(0, 0.35, len(items))
    of_partner = rng.normal(0, 0.3, len(partners))
    asked = [(i, person) for i, partner in enumerate(partners) for person in range(people_asked(partner))]
    of_person = rng.normal(0, 0.4, len(asked))
    rows = []
    for round_, wave in enumerate(waves):
        shift = rise * round_ / (len(waves) - 1) - rise / 2
        noise, answers = rng.normal(0, 0.6, (len(asked), len(items))), rng.random(len(asked)) < _ANSWERS
        skipped = rng.random(noise.shape) < _SKIPPED
        for number, (i, _person) in enumerate(asked):
            level = shift + ease + of_partner[i] + of_person[number] + noise[number]
            if answers[number] and present(partners[i], day(wave["opened"]), day(wave["closed"])):
                ids = {"respondent_id": f"r{number + 1:03}", "partner_id": partners[i]["partner_id"]}
                for item, value, skip in zip(items, level, skipped[number], strict=True):
                    answer = "" if skip else _step(item, value)
                    rows.append({"wave_id": wave["wave_id"], **ids, "item_id": item.id, "value": answer, "text": ""})
    return rows


def _step(item: Item, level: float) -> int:
    """Give the step of the item's scale at so many steps above the middle, slightly on the good side."""
    if item.scale is None:
        raise ValueError(item.id)
    middle = (item.scale.minimum + item.scale.maximum) / 2 + 0.4
    return int(np.clip(round(middle + level), item.scale.minimum, item.scale.maximum))


def _resident_answers(rng: np.random.Generator, rise: float, waves: list[Row]) -> list[Row]:
    items = instrument("community_voice").items
    ease = rng.normal(-0.4, 0.4, len(items))
    answers = [row["text"] for row in texts("open_answer")]
    rows = []
    for round_, wave in enumerate(waves):
        n = int(rng.binomial(int(str(wave["invited"])), _RESIDENTS_ANSWER[round_]))
        shift = rise * round_ / (len(waves) - 1) - rise / 2
        for number in range(n):
            respondent = f"i{str(wave['wave_id'])[-2:]}-{number + 1:03}"
            ids = {"wave_id": wave["wave_id"], "respondent_id": respondent, "partner_id": _through(rng)}
            person, noise = rng.normal(0, 0.7), rng.normal(0, 0.8, len(items))
            for item, level in zip(items, shift + ease + person + noise, strict=True):
                rows += [{**ids, **answer} for answer in _answers(rng, item, level, answers)]
    return rows


def _through(rng: np.random.Generator) -> str:
    """Give the partner through which a resident was asked: for a few, a small association."""
    drawn = rng.random()
    for partner, share in _THROUGH.items():
        drawn -= share
        if drawn < 0:
            return partner
    return ""


def _answers(rng: np.random.Generator, item: Item, level: float, open_answers: list[str]) -> list[Row]:
    if item.kind == "text":
        told = one_of(rng, open_answers) if rng.random() < _LEFT_OPEN else ""
        return [{"item_id": item.id, "value": "", "text": told}] if told else []
    if item.kind == "choices":
        chosen = {option: rng.random() < share for option, share in _CHANNELS.items()}
        chosen["nowhere"] = not any(chosen.values())
        options = zip(item.answer_ids, item.options, strict=True)
        return [{"item_id": id_, "value": int(chosen[str(option.value)]), "text": ""} for id_, option in options]
    return [{"item_id": item.id, "value": _step(item, level) if rng.random() > _SKIPPED else "", "text": ""}]
