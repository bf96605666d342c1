"""What became of the plan, as the statistics take it: activities, reports, meetings, work on strategies."""

from datetime import date

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import ended_by, last_day


def plan_due(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give the activities that were to be done by a day and were not dropped.

    Returns
    -------
    DataFrame of shape (n_activities, 7)
        Columns ``name``, ``condition`` (empty: none), ``owner_id``, ``period`` (the year of the planned end),
        ``on_time``, ``done`` (whether it is done at all) and ``late`` (days after the planned end; until the day, for
        what is not done; 0 for what came in time).
    """
    rows = table_or_empty(initiative, "activity")
    rows = rows[ended_by(rows["planned_end"], as_of) & (rows["status"] != "dropped")]
    done = ended_by(rows["actual_end"], as_of)
    late = [
        max((last_day(end) if has else as_of).toordinal() - last_day(planned).toordinal(), 0)
        for end, has, planned in zip(rows["actual_end"], done, rows["planned_end"], strict=True)
    ]
    return pd.DataFrame(
        {
            "name": rows["name"],
            "condition": rows["condition"].fillna(""),
            "owner_id": rows["owner_id"].fillna(""),
            "period": [planned.asfreq("Y") for planned in rows["planned_end"]],
            "on_time": done & (pd.Series(late, index=rows.index) == 0),
            "done": done,
            "late": late,
        }
    ).reset_index(drop=True)


def reports_of_partners(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give the reports to the shared measurement that were due by a day.

    Returns
    -------
    DataFrame of shape (n_reports, 5)
        Columns ``partner_id``, ``name``, ``period`` (the year reported), ``on_time`` and ``elapsed``: 0 for the first
        period reported and 1 for the last, so that what goes with it is the change over the whole time.
    """
    rows = table_or_empty(initiative, "data_submission")
    rows = rows[ended_by(rows["due"], as_of)]
    names = partner_names(initiative)
    days = pd.Series([last_day(period).toordinal() for period in rows["period"]], index=rows.index, dtype=float)
    length = days.max() - days.min() if len(days) else 0.0
    on_time = [
        bool(pd.notna(came)) and last_day(came) <= last_day(due)
        for came, due in zip(rows["submitted"], rows["due"], strict=True)
    ]
    return pd.DataFrame(
        {
            "partner_id": rows["partner_id"],
            "name": [names.get(partner, partner) for partner in rows["partner_id"]],
            "period": [period.asfreq("Y") for period in rows["period"]],
            "on_time": on_time,
            "elapsed": (days - days.min()) / length if length else 0.0,
        }
    ).reset_index(drop=True)


def partner_names(initiative: Initiative) -> dict[str, str]:
    """Give the name of each partner in the current language, by ``partner_id``."""
    rows = table_or_empty(initiative, "partner")
    return dict(zip(rows["partner_id"], rows["name"], strict=True))


def taking_part(initiative: Initiative, first: date, last: date) -> list[str]:
    """Give the partners that took part in the initiative on some day from the first to the last."""
    rows = table_or_empty(initiative, "partner")
    return [
        partner
        for partner, joined, left in zip(rows["partner_id"], rows["joined"], rows["left"], strict=True)
        if pd.notna(joined) and last_day(joined) <= last and (pd.isna(left) or last_day(left) >= first)
    ]


def attendance(initiative: Initiative) -> pd.Series:
    """Give the share of the partners that came to an average meeting, by quarter.

    Guests, and meetings with the community or for reflection, which all are asked to, are left out: their mix would
    move the share although nobody stayed away.

    Returns
    -------
    Series of float, by quarter
        Empty where no meeting tells who came, or the partners are not known.
    """
    meetings = table_or_empty(initiative, "meeting")
    rows = table_or_empty(initiative, "participation")
    came = rows[rows["role"] != "guest"].groupby("meeting_id")["partner_id"].nunique()
    kept = meetings[meetings["type"].isin(["steering", "working_group"]) & meetings["date"].notna()]
    frame = pd.DataFrame(
        {
            "quarter": pd.PeriodIndex([day.asfreq("Q") for day in kept["date"]], freq="Q"),
            "partners": kept["meeting_id"].map(came).to_numpy(dtype=float),
        }
    ).dropna()
    means = frame.groupby("quarter")["partners"].mean()
    there = [len(taking_part(initiative, first_day(quarter), last_day(quarter))) for quarter in means.index]
    size = pd.Series(there, index=means.index, dtype=float)
    return (means / size)[size > 0]


def first_day(period: pd.Period) -> date:
    """First day of a period."""
    began = period.start_time
    return date(began.year, began.month, began.day)


def work_on_strategies(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give who works on what: one row for each partner that now takes part, and activity that it has a part in.

    Returns
    -------
    DataFrame of shape (n_rows, 2)
        Columns ``partner_id`` and ``strategy``, both by the names that readers see. Activities that were dropped are
        left out, and so are those without a strategy.
    """
    activities = table_or_empty(initiative, "activity")
    activities = activities[(activities["status"] != "dropped") & (activities["strategy"].fillna("") != "")]
    rows = table_or_empty(initiative, "activity_partner")
    names = partner_names(initiative)
    now = {*taking_part(initiative, as_of, as_of)}
    rows = rows[rows["partner_id"].isin(now)].merge(activities[["activity_id", "strategy"]], on="activity_id")
    return pd.DataFrame({"partner_id": [names[each] for each in rows["partner_id"]], "strategy": rows["strategy"]})
