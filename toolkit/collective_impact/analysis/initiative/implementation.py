"""What became of the plan: activities and reports that were due, and who came to the meetings."""

from __future__ import annotations

from datetime import date

import pandas as pd

from collective_impact.analysis.initiative.plan import attendance, plan_due, reports_of_partners
from collective_impact.data.initiative import Initiative
from collective_impact.statistics.change.run_chart import USEFUL_POINTS, RunChart, run_chart
from collective_impact.statistics.insufficient import Insufficient


def plan_at(initiative: Initiative, as_of: date) -> pd.DataFrame | Insufficient:
    """Give the activities that were to be done by a day, as from `plan_due`.

    Returns
    -------
    DataFrame or Insufficient
        ``no_rows`` without activities, ``nothing_due`` where none was to be done by then.
    """
    return _due(initiative, "activity", plan_due(initiative, as_of))


def reports_at(initiative: Initiative, as_of: date) -> pd.DataFrame | Insufficient:
    """Give the reports that were due by a day, as from `reports_of_partners`.

    Returns
    -------
    DataFrame or Insufficient
        ``no_rows`` without reports, ``nothing_due`` where none was due by then.
    """
    return _due(initiative, "data_submission", reports_of_partners(initiative, as_of))


def _due(initiative: Initiative, table: str, frame: pd.DataFrame) -> pd.DataFrame | Insufficient:
    if not initiative.has(table):
        return Insufficient("no_rows", 0, 1, table)
    return Insufficient("nothing_due", 0, 1, table) if frame.empty else frame


def attendance_runs(initiative: Initiative) -> RunChart | Insufficient:
    """Judge the share of the partners at an average meeting by its runs around the median, quarter by quarter.

    Returns
    -------
    RunChart or Insufficient
        ``no_rows`` without meetings, participation or partners; otherwise as from `run_chart`.
    """
    for table in ("participation", "meeting", "partner"):
        if not initiative.has(table):
            return Insufficient("no_rows", 0, 1, table)
    shares = attendance(initiative)
    return run_chart(shares) if len(shares) else Insufficient("too_few_periods", 0, USEFUL_POINTS)
