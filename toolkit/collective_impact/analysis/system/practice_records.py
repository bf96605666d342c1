"""Observations of practices, one row an organization and period, with who the organization is."""

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import frequencies
from collective_impact.data.schema import table_schema
from collective_impact.language import translate as _

ALL = "all"
MONTHS = 12
_UNIT = ["practice_id", "partner_id", "period"]


def practice_rows(initiative: Initiative) -> pd.DataFrame:
    """Give what is known of each practice in each organization and period.

    Where an organization has a row for the whole, that counts; otherwise one of its sites that works in the new way is
    enough, and cases are summed. A practice is kept at the frequency that most of its rows have.

    Returns
    -------
    DataFrame
        Columns ``practice_id``, ``partner_id``, ``period``, ``adopted`` (bool), ``n`` and ``denominator`` (float;
        missing where not counted), ``comparison`` (bool), ``sector`` (label) and ``name`` of the organization.
    """
    seen = table_or_empty(initiative, "practice_observation")
    seen = seen[_most_frequent(seen)]
    whole = seen["site"].eq(ALL)
    has_whole = whole.groupby([seen[column] for column in _UNIT]).transform("any") if len(seen) else whole
    kept = seen[whole | ~has_whole].astype({"n": "float64", "denominator": "float64"})
    counts = {
        "adopted": ("adopted", "max"),
        "n": ("n", _sum_if_known),
        "denominator": ("denominator", _sum_if_known),
    }
    rows = kept.groupby(_UNIT, sort=False, as_index=False).agg(**counts) if len(kept) else kept[[*_UNIT, *counts]]
    partners = table_or_empty(initiative, "partner").set_index("partner_id")
    sector = table_schema("partner").field("sector")
    return rows.assign(
        adopted=rows["adopted"].astype(bool),
        comparison=rows["partner_id"].map(partners["comparison"]).eq(True).to_numpy(bool),
        sector=[
            sector.label_of(each) if isinstance(each, str) else _("kind not known")
            for each in _looked_up(rows, partners, "sector")
        ],
        name=_looked_up(rows, partners, "name").fillna(rows["partner_id"]).to_numpy(),
    )


def practice_names(initiative: Initiative) -> dict[str, str]:
    """Give the name of each practice in the current language; of one that has no row, its id."""
    practices = table_or_empty(initiative, "practice")
    ids = table_or_empty(initiative, "practice_observation")["practice_id"]
    return {each: each for each in ids} | dict(zip(practices["practice_id"], practices["name"], strict=True))


def first_and_last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the share of cases handled in the new way in each organization's first year observed and in its last.

    Parameters
    ----------
    rows : DataFrame
        As `practice_rows` gives them.

    Returns
    -------
    DataFrame
        Rows of organizations that take part and were observed for two years or more: ``practice_id``, ``partner_id``,
        ``period`` (0 in the first year, 1 in the last) and ``value`` (per cent of cases).
    """
    counted = rows[~rows["comparison"] & rows["denominator"].gt(0) & rows["n"].notna()]
    pairs = [counted["practice_id"], counted["partner_id"]]
    at = [12 * each.start_time.year + each.start_time.month for each in counted["period"]]
    months = pd.Series(at, index=counted.index, dtype="int64").groupby(pairs)
    first, last = (months.transform(end).rsub(at).abs() < MONTHS for end in ("min", "max"))
    both = (first & last).groupby(pairs).transform("any")
    chosen = counted[(first | last) & ~both]
    value = 100 * chosen["n"] / chosen["denominator"]
    return chosen[["practice_id", "partner_id"]].assign(period=last[chosen.index].astype(int), value=value)


def cases_by_sector(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum the cases of the last year observed by practice and sector: handled in the new way, and all.

    Returns
    -------
    DataFrame
        Columns ``practice_id``, ``sector``, ``n`` and ``denominator`` of organizations that take part.
    """
    counted = rows[~rows["comparison"] & rows["denominator"].gt(0) & rows["n"].notna()]
    years = pd.Series([each.year for each in counted["period"]], index=counted.index, dtype="int64")
    last = counted[years == years.groupby(counted["practice_id"]).transform("max")] if len(counted) else counted
    return last.groupby(["practice_id", "sector"], sort=False, as_index=False)[["n", "denominator"]].sum()


def _most_frequent(seen: pd.DataFrame) -> "pd.Series[bool]":
    if seen.empty:
        return pd.Series(False, index=seen.index)
    letters = frequencies(seen["period"])
    common = letters.groupby(seen["practice_id"]).transform(lambda each: each.mode().iloc[0])
    return letters.eq(common) & seen["adopted"].notna()


def _sum_if_known(values: "pd.Series[float]") -> float:
    return float(values.sum(min_count=1))


def _looked_up(rows: pd.DataFrame, partners: pd.DataFrame, column: str) -> "pd.Series[str]":
    return rows["partner_id"].map(partners[column])
