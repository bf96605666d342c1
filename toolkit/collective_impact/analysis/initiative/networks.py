"""How partners work together, round by round, as each of them reported it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from collective_impact.analysis.initiative.partner_roles import partner_roles
from collective_impact.analysis.rounds import in_order_of_time, round_names
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import last_day

TRUST = ("trust_reliability", "trust_mission", "trust_openness")


@dataclass(frozen=True, slots=True, eq=False)
class RelationRound:
    """What partners reported in one round.

    Attributes
    ----------
    wave_id, name : str
    ties : DataFrame
        Rows of the table ``relation``, numbers as floats.
    partners : DataFrame of shape (n_partners, 3)
        Those who took part in the initiative then, indexed by ``partner_id``: ``name`` (their role, where names are
        not to be told), ``sector`` (empty: not known) and ``backbone``.
    """

    wave_id: str
    name: str
    ties: pd.DataFrame
    partners: pd.DataFrame


def relation_rounds(initiative: Initiative) -> tuple[RelationRound, ...]:
    """Give the rounds in which partners reported their ties, in order of time; empty where there is none."""
    table = table_or_empty(initiative, "relation")
    numbers = ["intensity", *(column for column in map(str, table) if column.startswith(("trust_", "value_")))]
    table = table.astype(dict.fromkeys(numbers, "Float64")).astype(dict.fromkeys(numbers, float))
    names = round_names(initiative)
    rounds = []
    for wave in in_order_of_time(initiative, table["wave_id"]):
        ties = table[table["wave_id"] == wave].reset_index(drop=True)
        rounds.append(RelationRound(wave, names.get(wave, wave), ties, _partners(initiative, wave, ties)))
    return tuple(rounds)


def raters_of_partners(initiative: Initiative) -> int:
    """Count who rated partners, in the round with fewest raters; 0 where nobody did."""
    ratings = table_or_empty(initiative, "partnership_rating")
    rated = ratings[ratings["score"].notna()].groupby("wave_id")["rater_id"].nunique()
    return int(rated.min()) if len(rated) else 0


def _partners(initiative: Initiative, wave: str, ties: pd.DataFrame) -> pd.DataFrame:
    """Partners at the time of a round, and whoever else was answered about."""
    waves, partners = table_or_empty(initiative, "wave"), table_or_empty(initiative, "partner")
    reported = {*ties["from_partner_id"], *ties["to_partner_id"]}
    times = {row["wave_id"]: (last_day(row["opened"]), last_day(row["closed"])) for _i, row in waves.iterrows()}
    present = [_took_part(row, times.get(wave)) or row["partner_id"] in reported for row in partners.to_dict("records")]
    known = partners.loc[pd.Series(present, index=partners.index, dtype=bool), "partner_id"]
    roles = partner_roles(initiative)
    return roles.loc[[each for each in roles.index if each in reported or each in set(known)]]


def _took_part(partner: Mapping[Hashable, Any], time: tuple[date, date] | None) -> bool:
    """Whether a partner was in the initiative in the whole of a round."""
    joined, left = partner["joined"], partner["left"]
    if time is None or bool(partner["comparison"]) or not isinstance(joined, pd.Period):
        return False
    opened, closed = time
    return last_day(joined) <= opened and not (isinstance(left, pd.Period) and last_day(left) < closed)
