"""How long it takes from a signal to a decision, with signals that nobody has answered yet counted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.survival import Durations, Survival, days_between, share_done, survival

WITHIN = 90.0


@dataclass(frozen=True, slots=True, eq=False)
class ResponseLag:
    """Days from signals to decisions.

    Attributes
    ----------
    durations : Durations
        Of the single signals, with how many were left out and why.
    curve : Survival
        Share of signals still open by days; its median is that of the lag.
    within : float
        Days that `answered` is about.
    answered : Interval or Insufficient
        Share of signals answered within so many days; Insufficient where none has been followed for as long.
    """

    durations: Durations
    curve: Survival
    within: float
    answered: Interval | Insufficient


@guarded
def response_lag(
    signals: pd.Series[Any],
    decisions: pd.Series[Any],
    as_of: object,
    within: float = WITHIN,
    confidence: float = 0.95,
) -> ResponseLag | Insufficient:
    """Median lag and share answered, after Kaplan & Meier (see `survival`).

    A mean of the answered signals alone would be too short: the slowest are still open.

    Parameters
    ----------
    signals, decisions : Series of shape (n_signals,)
        Date of each signal, and of the decision that answered it; missing while there is none.
    as_of : date
        Day up to which decisions are known.
    within : float
        Days.
    confidence : float

    Returns
    -------
    ResponseLag or Insufficient
        ``too_few_rows`` with fewer than 10 signals: then tell each one's story.
    """
    durations = days_between(signals, decisions, as_of)
    if isinstance(durations, Insufficient):
        return durations
    curve = survival(durations.days, durations.done, confidence)
    if isinstance(curve, Insufficient):
        return curve
    return ResponseLag(durations, curve, within, share_done(curve, within))
