"""How soon events that call for an answer get one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from collective_impact.analysis.context.signals import Signals
from collective_impact.statistics.change.response_lag import WITHIN, ResponseLag, response_lag
from collective_impact.statistics.insufficient import Insufficient, guarded


@dataclass(frozen=True, slots=True, eq=False)
class AnsweredEvents:
    """Events that called for an answer, and how long they waited.

    Attributes
    ----------
    waits : DataFrame
        Columns ``number, summary, days, open, shock``, one row an event in order of time: days to the first answer,
        or up to the report's day where there is none.
    lag : ResponseLag or Insufficient
        Median wait with open ones counted in; ``too_few_rows`` with fewer than 10 events.
    """

    waits: pd.DataFrame
    lag: ResponseLag | Insufficient

    @property
    def n_answered(self) -> int:
        """Events with an answer."""
        return int((~self.waits["open"]).sum())

    @property
    def n_soon(self) -> int:
        """Events answered within 90 days."""
        return int(self._soon.sum())

    @property
    def n_shocks(self) -> int:
        """Events that were shocks."""
        return int(self.waits["shock"].sum())

    @property
    def n_shocks_soon(self) -> int:
        """Shocks answered within 90 days."""
        return int((self._soon & self.waits["shock"]).sum())

    @property
    def _soon(self) -> pd.Series[bool]:
        return ~self.waits["open"] & (self.waits["days"] <= WITHIN)


@guarded
def answered_events(signals: Signals, as_of: date) -> AnsweredEvents | Insufficient:
    """Measure from the first day of an event to the first answer on record.

    An event known by its month or year alone counts from the first day of it, so that its wait is rather too long.

    Returns
    -------
    AnsweredEvents or Insufficient
        ``nothing_to_answer`` without events that hinder, are mixed or were shocks; ``no_answers`` where nothing on
        record refers to any event, so that open cannot be told from unrecorded.
    """
    calling = signals.calling
    if calling.empty:
        return Insufficient("nothing_to_answer", 0, 1)
    if not signals.n_linked:
        return Insufficient("no_answers", 0, 1)
    until = calling["answered"].fillna(pd.Timestamp(as_of))
    waits = calling[["number", "summary", "shock"]].assign(
        days=(until - calling["begins"]).dt.days.astype(float), open=calling["answered"].isna()
    )
    lag = response_lag(calling["begins"], calling["answered"], pd.Timestamp(as_of))
    return AnsweredEvents(waits.reset_index(drop=True), lag)
