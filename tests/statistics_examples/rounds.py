"""Rubrics and surveys over several rounds."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from collective_impact.analysis.initiative.partner_survey import survey_rise
from collective_impact.analysis.initiative.rubric_rounds import judged_groups, rated_rounds
from collective_impact.analysis.initiative.survey_rounds import last_round
from collective_impact.errors import MethodError
from collective_impact.framework.instruments import instrument
from statistics_examples import SOUND, Degenerate

CONDITIONS, WILDER = instrument("conditions"), instrument("wilder")
CRITERIA = [item.id for item in CONDITIONS.scale_items]


def rated(*rounds: int, raters: int = 3, criteria: int = len(CRITERIA)) -> pd.DataFrame:
    """Scores of raters who agree, each round at a level of its own, every fifth criterion a step above it."""
    frames = {}
    for at, level in enumerate(rounds):
        steps = [[min(4, level + place % 5 // 4) for place in range(criteria)]] * raters
        names = [f"r{rater}" for rater in range(raters)]
        frames[f"round-{at}"] = pd.DataFrame(steps, index=names, columns=CRITERIA[:criteria], dtype=float)
    return pd.concat(frames) if frames else pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []]), columns=CRITERIA)


def surveyed(rounds: int = 2, respondents: int = 36, partners: int = 12) -> pd.DataFrame:
    """Answers that rise by half a step from round to round, partners and people apart."""
    rng, items = np.random.default_rng(0), [item.id for item in WILDER.scale_items]
    levels = rng.normal(3, 0.4, partners)
    frames = {}
    for at in range(rounds):
        who = np.arange(respondents) % partners
        answers = np.clip(levels[who][:, None] + 0.5 * at + rng.normal(0, 0.5, (respondents, len(items))), 1, 5)
        frame = pd.DataFrame(answers.round(), index=[f"p{n}" for n in range(respondents)], columns=items)
        frames[f"round-{at}"] = frame.assign(partner_id=[f"partner-{n}" for n in who])
    return pd.concat(frames)


NOBODY = surveyed()[:0]

EXAMPLES: dict[str, Callable[[], object]] = {
    "ratings.rounds.rated_rounds": lambda: rated_rounds(CONDITIONS, rated(1, 2, 3)),
    "ratings.rounds.judged_groups": lambda: judged_groups(rated_rounds(CONDITIONS, rated(1, 2, 3))),
    "ratings.survey_rounds.last_round": lambda: last_round(WILDER, surveyed(), 5),
    "behaviour.partner_survey.survey_rise": lambda: survey_rise(surveyed(), 5),
}

DEGENERATE: list[Degenerate] = [
    Degenerate("rated_rounds", "no rows", lambda: rated_rounds(CONDITIONS, rated()), "no_ratings"),
    Degenerate("rated_rounds", "all missing", lambda: rated_rounds(CONDITIONS, rated(1, 2) * np.nan), "no_ratings"),
    Degenerate("rated_rounds", "one round", lambda: rated_rounds(CONDITIONS, rated(2)), SOUND),
    Degenerate("rated_rounds", "one criterion", lambda: rated_rounds(CONDITIONS, rated(1, 2, criteria=1)), SOUND),
    Degenerate("rated_rounds", "words", lambda: rated_rounds(CONDITIONS, rated(1).astype(str) + "x"), MethodError),
    Degenerate(
        "judged_groups",
        "one rater",
        lambda: judged_groups(rated_rounds(CONDITIONS, rated(1, 2, raters=1))),
        "too_few_raters",
    ),
    Degenerate("last_round", "no rows", lambda: last_round(WILDER, NOBODY, 5), "no_rows"),
    Degenerate(
        "last_round", "four people", lambda: last_round(WILDER, surveyed(respondents=4), 5), "too_few_respondents"
    ),
    Degenerate("last_round", "no partners", lambda: last_round(WILDER, surveyed().assign(partner_id=None), 5), SOUND),
    Degenerate("survey_rise", "no rows", lambda: survey_rise(NOBODY, 5), "no_rows"),
    Degenerate("survey_rise", "one round", lambda: survey_rise(surveyed(1), 5), "too_few_rounds"),
    Degenerate("survey_rise", "four people", lambda: survey_rise(surveyed(respondents=4), 5), "too_few_respondents"),
    Degenerate("survey_rise", "six partners", lambda: survey_rise(surveyed(partners=6), 5), "too_few_clusters"),
    Degenerate("survey_rise", "no partners", lambda: survey_rise(surveyed().assign(partner_id=None), 5), "no_data"),
]
