"""The last round of a survey, scored by its instrument's rule."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.framework.instrument import Instrument
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.instrument_scores import InstrumentScore, score


@dataclass(frozen=True, slots=True, eq=False)
class LastRound:
    """A survey's last round.

    Attributes
    ----------
    wave_id : str
    n_partners : int
        Partners that anybody answered for.
    scored : InstrumentScore
    """

    wave_id: str
    n_partners: int
    scored: InstrumentScore


@guarded
def last_round(instrument: Instrument, answers: pd.DataFrame, min_respondents: int) -> LastRound | Insufficient:
    """Score the last round of a survey, answers from one partner being alike.

    Parameters
    ----------
    instrument : Instrument
    answers : DataFrame of shape (n_rounds_and_respondents, n_items + 1)
        Indexed by round, in order of time, and respondent; the column ``partner_id`` says whom they answer for,
        missing where that is nobody.
    min_respondents : int
        Smallest group of people that is shown.

    Returns
    -------
    LastRound or Insufficient
        ``no_rows`` without answers; otherwise as from `score`.
    """
    if answers.empty:
        return Insufficient("no_rows", 0, 1, instrument.table)
    wave = answers.index.get_level_values(0)[-1]
    own = pd.DataFrame(answers.xs(wave, level=0))
    partners = own["partner_id"]
    scored = score(instrument, own.drop(columns="partner_id"), partners=partners, min_respondents=min_respondents)
    if isinstance(scored, Insufficient):
        return scored
    return LastRound(str(wave), int(partners.nunique()), scored)
