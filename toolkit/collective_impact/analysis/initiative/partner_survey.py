"""How far the answers of people at partners rose from the first round of a survey to the last, partner by partner."""

from __future__ import annotations

import pandas as pd

from collective_impact.statistics.behaviour.mixed_model import MixedModel, mixed_model
from collective_impact.statistics.insufficient import Insufficient, guarded

LATER = "later"
"""Term of the model: 0 in the first round and 1 in the last."""


@guarded
def survey_rise(answers: pd.DataFrame, min_respondents: int) -> MixedModel | Insufficient:
    """Explain the mean answer of each respondent by the round, when each partner has a level of its own.

    Assumes that partners are independent of one another. People who answered for nobody are left out.

    Parameters
    ----------
    answers : DataFrame of shape (n_rounds_and_respondents, n_items + 1)
        Indexed by round, in order of time, and respondent; the column ``partner_id`` says whom they answer for.
    min_respondents : int
        Smallest group of people that is shown.

    Returns
    -------
    MixedModel or Insufficient
        Its term `LATER` is the rise. ``no_rows`` without answers, ``too_few_rounds`` with one round,
        ``too_few_respondents`` where the first round or the last has fewer than may be shown; otherwise as from
        `mixed_model`.
    """
    rounds = list(dict.fromkeys(answers.index.get_level_values(0)))
    if not rounds:
        return Insufficient("no_rows", 0, 1, "survey_response")
    if len(rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds), 2)
    ends = answers[answers.index.get_level_values(0).isin([rounds[0], rounds[-1]])]
    rounds_of_each = ends.index.get_level_values(0)
    fewest = int(pd.Series(rounds_of_each).value_counts().min())
    if fewest < min_respondents:
        return Insufficient("too_few_respondents", fewest, min_respondents)
    frame = pd.DataFrame(
        {
            "value": ends.drop(columns="partner_id").astype(float).mean(axis=1).to_numpy(),
            "partner_id": ends["partner_id"].to_numpy(),
            LATER: (rounds_of_each == rounds[-1]).astype(float),
        }
    )
    return mixed_model(frame[frame["partner_id"].notna()], [LATER])
