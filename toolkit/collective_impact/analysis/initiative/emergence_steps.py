"""How far what was noticed has come: taken up, decided on, adopted; and how long that takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from collective_impact.statistics.change.response_lag import ResponseLag, response_lag
from collective_impact.statistics.insufficient import Insufficient, guarded

STEPS = ("noticed", "taken_up", "acted_on", "adopted")
FEWEST = 10
"""Entries below which each one's story is told instead of counting them."""


@dataclass(frozen=True, slots=True, eq=False)
class EmergenceSteps:
    """Entries of a log by how far they have come.

    Attributes
    ----------
    by_kind : DataFrame of shape (n_kinds, 5)
        By kind of entry, the most frequent first: how many were ``noticed``, ``taken_up`` by the group, ``acted_on``
        and ``adopted`` by partners, each a part of the one before, and ``closed`` without action.
    """

    by_kind: pd.DataFrame

    def count(self, step: str) -> int:
        """Entries that have come as far as a step."""
        return int(self.by_kind[step].sum())

    @property
    def waiting(self) -> int:
        """Entries not taken up yet."""
        return self.count("noticed") - self.count("taken_up")

    @property
    def undecided(self) -> int:
        """Entries taken up, and neither acted on nor closed yet."""
        return self.count("taken_up") - self.count("acted_on") - self.count("closed")

    @property
    def not_adopted(self) -> int:
        """Entries acted on that no partner is known to have taken up."""
        return self.count("acted_on") - self.count("adopted")


@guarded
def emergence_steps(entries: pd.DataFrame) -> EmergenceSteps | Insufficient:
    """Count how far the entries of a log have come.

    Parameters
    ----------
    entries : DataFrame of shape (n_entries, n_columns)
        Columns ``kind``, and the truth values ``taken_up, acted_on, adopted, closed``.

    Returns
    -------
    EmergenceSteps or Insufficient
        ``no_rows`` without entries; ``too_few_rows`` with fewer than `FEWEST`: then tell each one's story.
    """
    if entries.empty:
        return Insufficient("no_rows", 0, 1, "emergence")
    if len(entries) < FEWEST:
        return Insufficient("too_few_rows", len(entries), FEWEST)
    steps = entries.assign(noticed=True).groupby("kind")[[*STEPS, "closed"]].sum().astype(int)
    return EmergenceSteps(steps.sort_values("noticed", ascending=False, kind="stable"))


@guarded
def lag_of_entries(entries: pd.DataFrame, as_of: date) -> ResponseLag | Insufficient:
    """Days from entries of a log to their decisions, after `response_lag`.

    Left out are entries closed without action, for which no decision will come, and those acted on on an unknown day.

    Parameters
    ----------
    entries : DataFrame of shape (n_entries, n_columns)
        Columns ``date`` and ``decided_on``, and the truth values ``acted_on`` and ``closed``.
    as_of : date
        Day up to which decisions are known.

    Returns
    -------
    ResponseLag or Insufficient
        ``no_rows`` without entries, or where no decision's day is known; ``too_few_rows`` with fewer than 10.
    """
    if entries.empty:
        return Insufficient("no_rows", 0, 1, "emergence")
    undated = entries["acted_on"] & entries["decided_on"].isna()
    if entries["decided_on"].isna().all():
        return Insufficient("no_rows", 0, 1, "decision")
    followed = entries[~(entries["closed"] | undated)]
    return response_lag(followed["date"], followed["decided_on"], as_of)
