"""What was due by a day and whether it came in time: activities of the plan, reports to the shared measurement."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import context_events, table_or_empty
from collective_impact.data.period import ended_by
from collective_impact.statistics.change.control_chart import POINTS
from collective_impact.statistics.insufficient import Insufficient, guarded

Deliverable = Literal["activity", "data_submission"]

AFTER = 90
"""Days after an event in which it may still be felt."""
FEW = 5
"""Fewer things due at a time say next to nothing about the share that came in time."""


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Things that were due, by quarter.

    Attributes
    ----------
    kind : {"activity", "data_submission"}
        Table that they stand in.
    rows : DataFrame of shape (n_due, 4)
        ``due`` (day), ``on_time`` (bool), ``owner`` (partner_id) and ``area_id``, empty where there is none.
    quarters : DataFrame of shape (n_quarters, 2)
        ``on_time`` and ``due``, counts by the quarter in which things were due; a quarter without any has 0 of 0.
    """

    kind: Deliverable
    rows: pd.DataFrame
    quarters: pd.DataFrame

    @property
    def n(self) -> int:
        """Things that were due."""
        return len(self.rows)

    @property
    def n_on_time(self) -> int:
        """Things that came in time."""
        return int(self.rows["on_time"].sum())

    @property
    def pooled(self) -> bool:
        """Whether half of the quarters have so few things due that half-years are told of, where there are enough."""
        due = self.quarters["due"][self.quarters["due"] > 0]
        return bool(due.median() < FEW and (_by_half_year(self.quarters)["due"] > 0).sum() >= POINTS)

    @property
    def counts(self) -> pd.DataFrame:
        """Counts as `quarters`, or by half-year under its first quarter where they are pooled."""
        return _by_half_year(self.quarters) if self.pooled else self.quarters

    @property
    def n_quarters(self) -> int:
        """Quarters in which anything was due."""
        return int((self.quarters["due"] > 0).sum())


def activities_due(initiative: Initiative, as_of: date) -> Delivery | Insufficient:
    """Activities that were to be done by a day and were not dropped; on time where they ended by the planned end.

    Returns
    -------
    Delivery or Insufficient
        ``no_rows`` without the table; ``nothing_due`` where nothing has a planned end up to the day.
    """
    if not initiative.has("activity"):
        return Insufficient("no_rows", table="activity")
    table = table_or_empty(initiative, "activity")
    kept = table[table["status"] != "dropped"]
    frame = pd.DataFrame(
        {
            "due": kept["planned_end"],
            "done": kept["actual_end"],
            "owner": kept["owner_id"],
            "area_id": kept["area_id"],
        }
    )
    return _delivery("activity", frame, as_of)


def reports_due(initiative: Initiative, as_of: date) -> Delivery | Insufficient:
    """Reports to the shared measurement that were due by a day; on time where they came by then.

    Returns
    -------
    Delivery or Insufficient
        As from `activities_due`.
    """
    if not initiative.has("data_submission"):
        return Insufficient("no_rows", table="data_submission")
    table = table_or_empty(initiative, "data_submission")
    frame = pd.DataFrame({"due": table["due"], "done": table["submitted"], "owner": table["partner_id"], "area_id": ""})
    return _delivery("data_submission", frame, as_of)


def _delivery(kind: Deliverable, frame: pd.DataFrame, as_of: date) -> Delivery | Insufficient:
    due = frame[ended_by(frame["due"], as_of)]
    if due.empty:
        return Insufficient("nothing_due", table=kind)
    known = due["done"].notna()
    in_time = [bool(has) and done <= by for has, done, by in zip(known, due["done"], due["due"], strict=True)]
    rows = due.drop(columns="done").assign(on_time=in_time).reset_index(drop=True)
    quarter = pd.PeriodIndex([day.asfreq("Q") for day in rows["due"]], name="period")
    counts = pd.DataFrame({"on_time": rows["on_time"].astype(float), "due": 1.0}).groupby(quarter).sum()
    every = pd.period_range(counts.index.min(), counts.index.max(), name="period")
    return Delivery(kind, rows, counts.reindex(every, fill_value=0.0))


def _by_half_year(quarters: pd.DataFrame) -> pd.DataFrame:
    halves = pd.PeriodIndex([quarter - (quarter.quarter - 1) % 2 for quarter in quarters.index], name="period")
    return quarters.groupby(halves).sum()


@guarded
def hindering_events(initiative: Initiative) -> pd.DataFrame | Insufficient:
    """Events around the initiative that hindered it, or were shocks, in order of time and numbered from 1.

    Returns
    -------
    DataFrame or Insufficient
        As `context_events` gives them, with the column ``number``.
    """
    events = context_events(initiative)
    chosen = events[(events["direction"] == "hindering") | events["shock"].fillna(False).astype(bool)]
    if chosen.empty:
        return Insufficient("no_events" if events.empty else "no_barriers", 0, 1)
    return chosen.reset_index(drop=True).assign(number=range(1, len(chosen) + 1))


@guarded
def after_an_event(delivery: Delivery, events: pd.DataFrame, days: int = AFTER) -> "pd.Series[bool]":
    """Tell which things fell due in the days after an event that concerned their area.

    Parameters
    ----------
    delivery : Delivery
    events : DataFrame
        As `hindering_events` gives them; an event without an area concerns all, and so does every event what has no
        area of its own.
    days : int

    Returns
    -------
    Series of bool, shape (n_due,)
    """
    felt = pd.Series(False, index=delivery.rows.index)
    due = pd.Series([day.start_time for day in delivery.rows["due"]], index=delivery.rows.index)
    for begins, area in zip(events["begins"], events["area_id"], strict=True):
        lag = (due - begins).dt.days
        concerned = delivery.rows["area_id"].isin(["", area]) if area else True
        felt |= lag.between(0, days) & concerned
    return felt
