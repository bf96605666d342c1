"""How many influential people name the issue without being asked, and whether more of them do so than at first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.system.records import norm_answers
from collective_impact.data.initiative import Initiative
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.proportion import share_limits

BELLWETHER = "bellwether"


@dataclass(frozen=True, slots=True, eq=False)
class NamedUnasked:
    """Shares by round.

    Attributes
    ----------
    rounds : DataFrame
        Columns ``wave`` (name), ``yes``, ``n``, ``share``, ``low`` and ``high`` (0-1), in order of rounds.
    change : Gap or Insufficient
        The last round against the first; ``too_few_rounds`` with one. New people are asked each time, so that rounds
        are independent.
    """

    rounds: pd.DataFrame
    change: Gap | Insufficient


def named_unasked(initiative: Initiative, confidence: float = 0.95) -> NamedUnasked | Insufficient:
    """Estimate the share in each round with as many answers as the initiative shows.

    Returns
    -------
    NamedUnasked or Insufficient
        ``no_rows`` without such answers.
    """
    answers = norm_answers(initiative)
    rounds = answers[answers["instrument"] == BELLWETHER].reset_index(drop=True)
    if rounds.empty:
        return Insufficient("no_interviews", 0, 1)
    yes, n = (rounds[column].to_numpy(dtype=float) for column in ("yes", "n"))
    low, high = share_limits(yes, n, confidence)
    change: Gap | Insufficient = Insufficient("too_few_rounds", len(rounds), 2)
    if len(rounds) > 1:
        change = share_gap(float(yes[-1]), float(n[-1]), float(yes[0]), float(n[0]), confidence)
    return NamedUnasked(rounds.assign(share=yes / n, low=low, high=high), change)
