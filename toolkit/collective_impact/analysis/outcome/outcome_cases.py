"""The cases behind the chosen outcome, for methods that count them."""

import pandas as pd

from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import ALL, latest_values


def cases_behind(initiative: Initiative, outcome: Outcome) -> pd.DataFrame:
    """Add up the cases and the people they are counted among, over the areas that take part.

    Returns
    -------
    DataFrame of float, periods x 2
        Columns ``cases, people``; only periods in which both are known for each of these areas.
    """
    values = latest_values(initiative, outcome.indicator_id)
    values = values[(values["group"] == ALL) & values["area_id"].isin(outcome.taking_part)]
    counts = values[["period", "numerator", "denominator"]].dropna()
    columns = {"numerator": "cases", "denominator": "people"}
    if counts.empty:
        return pd.DataFrame({name: pd.Series(dtype=float) for name in columns.values()}, index=outcome.frame.index[:0])
    by_period = counts.astype({"numerator": float, "denominator": float}).groupby("period")
    whole = by_period.size() == len(outcome.taking_part)
    sums = by_period.sum()[whole].rename(columns=columns)
    return sums.set_axis(pd.PeriodIndex(sums.index, name="period"))
