"""A round in which raters scored an instrument's criteria for the initiative as a whole."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from collective_impact.analysis.rounds import round_ends, round_names
from collective_impact.data.answers import INITIATIVE, all_answers, answers
from collective_impact.data.initiative import Initiative
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instrument


@dataclass(frozen=True, slots=True, eq=False)
class RatedRound:
    """What raters gave in one round.

    Attributes
    ----------
    instrument : Instrument
    wave_id, wave : str
        Id and name of the round; the id for both where the package has no list of rounds.
    closed : date or None
        Last day of the round, as far as it is known.
    ratings : DataFrame of shape (n_raters, n_criteria)
        Indexed by rater.
    all_ratings : DataFrame
        Those of all rounds and all things rated, for the agreement of the raters.
    """

    instrument: Instrument
    wave_id: str
    wave: str
    closed: date | None
    ratings: pd.DataFrame
    all_ratings: pd.DataFrame


def rated_round(initiative: Initiative, instrument_id: str, wave: str = "") -> RatedRound | None:
    """Give the last round in which the initiative was rated with an instrument, or the one asked for.

    Parameters
    ----------
    initiative : Initiative
    instrument_id : str
        For example ``"readiness"``.
    wave : str
        Id of the round; empty, or a round in which nobody used the instrument: the last one in which somebody did.

    Returns
    -------
    RatedRound or None
        None where nobody has scored a criterion of the instrument.
    """
    asked = instrument(instrument_id)
    everything = all_answers(initiative, asked)
    rated = everything[everything.index.get_level_values("unit_id") == INITIATIVE].dropna(how="all")
    rounds = list(dict.fromkeys(rated.index.get_level_values("wave_id")))
    if not rounds:
        return None
    ends = round_ends(initiative)
    chosen = wave if wave in rounds else max(rounds, key=lambda each: (ends.get(each, date.min), each))
    name = round_names(initiative).get(chosen, chosen)
    return RatedRound(asked, chosen, name, ends.get(chosen), answers(initiative, asked, chosen), everything)
