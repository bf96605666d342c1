"""What the initiative noticed, decided and changed, as far as it was known on a day."""

from datetime import date

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty


def log_entries(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give the entries of the emergence log with how far each had come on a day.

    Parameters
    ----------
    initiative : Initiative
        Without what came after ``as_of``.
    as_of : date
        What is dated later had not happened yet.

    Returns
    -------
    DataFrame
        Columns of the table ``emergence``, the oldest entry first, dates as datetime64, and: ``decided_on``
        (datetime64); ``acted_on``, whether a decision or another response is known; ``closed``, without action;
        ``taken_up``, whether the group reflected on it, acted on it or closed it; ``adopted``, whether a partner took
        up what was decided.
    """
    entries, decisions = table_or_empty(initiative, "emergence"), table_or_empty(initiative, "decision")
    decided = dict(zip(decisions["decision_id"], decisions["date"], strict=True))
    entries = entries.assign(
        date=days(entries["date"]),
        reflected_on=_until(days(entries["reflected_on"]), as_of),
        decided_on=_until(days(entries["decision_id"].map(decided)), as_of),
    )
    known = entries["decision_id"].isin(list(decided)) if len(decisions) else entries["decision_id"] != ""
    answered = (entries["status"] == "acted_on") & (entries["decision_id"] == "")
    acted_on = entries["decided_on"].notna() if len(decisions) else known
    acted_on = acted_on | answered
    closed = (entries["status"] == "closed") & ~acted_on
    adopted = acted_on & (entries["adopted_by"].fillna(0).astype(float) > 0)
    found = entries.assign(
        acted_on=acted_on.astype(bool),
        closed=closed.astype(bool),
        taken_up=(entries["reflected_on"].notna() | acted_on | closed).astype(bool),
        adopted=adopted.astype(bool),
    )
    return found.sort_values("date", kind="stable").reset_index(drop=True)


def decision_register(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give the decisions, the latest first, with what a follow-up had shown by then.

    Returns
    -------
    DataFrame
        Columns ``decision_id, date`` (datetime64), ``forum``, ``summary``, ``owner`` (name of the partner, empty where
        nobody is named), ``due`` (datetime64), ``result`` (empty before the follow-up).
    """
    table = table_or_empty(initiative, "decision")
    partners = table_or_empty(initiative, "partner")
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    followed_up = _until(days(table["followup_date"]), as_of).notna()
    undated = days(table["followup_date"]).isna()
    register = pd.DataFrame(
        {
            "decision_id": table["decision_id"],
            "date": days(table["date"]),
            "forum": table["forum"],
            "summary": table["summary"],
            "owner": table["owner_id"].map(lambda owner: names.get(owner, owner)),
            "due": days(table["due"]),
            "result": table["followup_result"].where(followed_up | undated, ""),
        }
    )
    return register.sort_values("date", ascending=False, kind="stable").reset_index(drop=True)


def adaptations(initiative: Initiative) -> pd.DataFrame:
    """Give the changes of plan or design, the oldest first.

    Returns
    -------
    DataFrame
        Columns of the table ``adaptation``, the date as datetime64.
    """
    table = table_or_empty(initiative, "adaptation")
    return table.assign(date=days(table["date"])).sort_values("date", kind="stable").reset_index(drop=True)


def days(periods: pd.Series) -> pd.Series:
    """First day of each period, as datetime64; missing where there is none."""
    found = [period.start_time if isinstance(period, pd.Period) else pd.NaT for period in periods]
    return pd.Series(found, index=periods.index, dtype="datetime64[ns]")


def _until(dates: pd.Series, as_of: date) -> pd.Series:
    return dates.where(dates <= pd.Timestamp(as_of))
