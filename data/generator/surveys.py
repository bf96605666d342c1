"""What people answer: partners' staff, residents, young people, and influential people outside the initiative."""

import zlib
from collections.abc import Sequence

import numpy as np

from collective_impact.framework.instrument import Instrument, Item
from collective_impact.framework.instruments import instrument
from generator.material import Row, day, one_of, present, texts
from generator.outcome import areas
from generator.people import people_asked, rounds_of
from generator.truths import Truths

_STAFF_ANSWER = 0.72
_OTHERS_ANSWER = (0.46, 0.49, 0.51)
_SKIPPED = 0.015
_DO_NOT_KNOW = 0.05
_LEFT_OPEN = 0.16
_GROUP_TOLD = 0.85
_LETS_BE_QUOTED = 0.6
_KNOWS_GOALS, _LOWEST = "voice_goals", -9.0
_BORN_ABROAD_ANSWER = 0.8  # as likely as others
_CHANNELS = {
    "meeting": 0.12,
    "school_or_work": 0.33,
    "association": 0.16,
    "public_service": 0.14,
    "news": 0.26,
    "social_media": 0.3,
    "friends": 0.23,
}
_KNOWN_BETTER = (0.75, 1.0, 1.15)  # channels reach more people round by round


def survey_responses(rng: np.random.Generator, truths: Truths, partners: list[Row], waves: list[Row]) -> list[Row]:
    """Give the answers to all surveys, round by round.

    Parameters
    ----------
    partners : list of Row
        Those that take part.
    """
    by_id = {str(row["wave_id"]): row for row in waves}
    staff = [by_id[wave] for wave in rounds_of("partners")]
    rows = _staff_answers(rng, instrument("mindset"), truths.mindset_rise, partners, staff)
    rows += _staff_answers(rng, instrument("wilder"), truths.wilder_rise, partners, staff[1:])
    rows += _staff_answers(rng, instrument("partner_survey"), truths.partner_survey_rise, partners, staff)
    for name, asks, rise, code in (
        ("community_voice", "residents", truths.voice_rise, "i"),
        ("target_group", "target", truths.target_rise, "u"),
        ("bellwether", "influential", truths.bellwether_rise, "t"),
    ):
        asked = [by_id[wave] for wave in rounds_of(asks)]
        rows += _own_answers(rng, instrument(name), truths, rise, asked, code)
    return rows


def _staff_answers(
    rng: np.random.Generator, survey: Instrument, rise: float, partners: list[Row], waves: list[Row]
) -> list[Row]:
    """Plant a mean that rises over the rounds, with differences between partners, people and items that last."""
    ease = rng.normal(0, 0.35, len(survey.items))
    of_partner = rng.normal(0, 0.3, len(partners))
    asked = [i for i, partner in enumerate(partners) for _person in range(people_asked(partner))]
    of_person = rng.normal(0, 0.4, len(asked))
    rows = []
    for wave, shift in zip(waves, _shifts(rise, len(waves)), strict=True):
        noise = rng.normal(0, 0.6, (len(asked), len(ease)))
        answers, unknown = rng.random(len(asked)) < _STAFF_ANSWER, rng.random(noise.shape)
        for number, i in enumerate(asked):
            if answers[number] and present(partners[i], day(wave["opened"]), day(wave["closed"])):
                level = shift + ease + of_partner[i] + of_person[number] + noise[number]
                ids = {"wave_id": wave["wave_id"], "respondent_id": f"r{number + 1:03}"}
                who = {**ids, "partner_id": partners[i]["partner_id"], "area_id": "", "group": "all"}
                for item, value, drawn in zip(survey.items, level, unknown[number], strict=True):
                    answer = "" if drawn < _unanswered(item) else _step(item, value)
                    rows.append({**who, **_answer(item.id, answer)})
    return rows


def _shifts(rise: float, rounds: int) -> list[float]:
    return [float(shift) for shift in np.linspace(-rise / 2, rise / 2, rounds)]


def _unanswered(item: Item) -> float:
    return _SKIPPED + _DO_NOT_KNOW * item.dont_know


def _step(item: Item, level: float) -> int:
    """Give the step of the item's scale at so many steps above the middle, slightly on the good side."""
    if item.scale is None:
        raise ValueError(item.id)
    middle = (item.scale.minimum + item.scale.maximum) / 2 + 0.4
    return int(np.clip(round(middle + level), item.scale.minimum, item.scale.maximum))


def _own_answers(
    rng: np.random.Generator, survey: Instrument, truths: Truths, rise: float, waves: list[Row], code: str
) -> list[Row]:
    """Plant a mean that rises over the rounds, lower for those born abroad; people are new in each round."""
    ease = rng.normal(-0.4, 0.4, len(survey.items))
    rows = []
    for round_, (wave, shift) in enumerate(zip(waves, _shifts(rise, len(waves)), strict=True)):
        n = int(rng.binomial(int(str(wave["invited"])), _OTHERS_ANSWER[round_]))
        for number in range(n):
            ids = {"wave_id": wave["wave_id"], "respondent_id": f"{code}{str(wave['wave_id'])[-2:]}-{number + 1:03}"}
            area, group = _lives(rng, int(str(wave["wave_id"])[-4:]))
            if survey.answers_for != "area":
                area, group = "", "all"
            person, noise = rng.normal(0, 0.7), rng.normal(0, 0.8, len(ease))
            level = shift + ease + person + noise + truths.born_abroad_answer * (group == "fodda-utomlands")
            answers = _answers(rng, survey.items, level, round_, truths.named_unasked[min(round_, 1)])
            who = {**ids, "partner_id": "", "area_id": area, "group": group}
            rows += [{**who, **answer, "may_quote": _may_quote(who, answer)} for answer in answers]
    return rows


def _lives(rng: np.random.Generator, year: int) -> tuple[str, str]:
    """Give the area of somebody who answers, among those that have started, and the group if it is told."""
    there = [area for area in areas() if area.start and area.start <= year]
    people = np.array([area.population for area in there], dtype=float)
    area = there[int(rng.choice(len(there), p=people / people.sum()))]
    told, abroad = rng.random() < _GROUP_TOLD, rng.random() < area.born_abroad * _BORN_ABROAD_ANSWER
    return area.area_id, ("fodda-utomlands" if abroad else "fodda-i-sverige") if told else "all"


def _answers(
    rng: np.random.Generator, items: Sequence[Item], level: np.ndarray, round_: int, likely_yes: float
) -> list[Row]:
    """Give one person's answers; who has heard of the initiative nowhere cannot judge it."""
    rows: list[Row] = []
    stranger = False
    for item, value in zip(items, level, strict=True):
        drawn = rng.random()
        if item.kind == "choices":
            chosen = {option: rng.random() < share * _KNOWN_BETTER[round_] for option, share in _CHANNELS.items()}
            chosen["nowhere"] = stranger = not any(chosen.values())
            options = zip(item.answer_ids, item.options, strict=True)
            rows += [_answer(id_, int(chosen[str(option.value)])) for id_, option in options]
        elif item.kind == "choice":
            rows.append(_answer(item.id, int(drawn < likely_yes)))
        elif item.kind == "text":
            told = one_of(rng, [row["text"] for row in texts("open_answer")])
            rows += [_answer(item.id, "", told)] if drawn < _LEFT_OPEN and not stranger else []
        else:
            unknown = drawn < _unanswered(item) or (stranger and item.dont_know)
            value = _LOWEST if stranger and item.id == _KNOWS_GOALS else value
            rows.append(_answer(item.id, "" if unknown else _step(item, value)))
    return rows


def _answer(item_id: str, value: int | str, text: str = "") -> Row:
    return {"item_id": item_id, "value": value, "text": text, "may_quote": ""}


def _may_quote(who: Row, answer: Row) -> str:
    """Give whether somebody lets an open answer be quoted; nothing else is drawn differently for it."""
    drawn = zlib.crc32(f"{who['respondent_id']} {answer['text']}".encode()) / 2**32
    return "" if not answer["text"] else "true" if drawn < _LETS_BE_QUOTED else "false"
