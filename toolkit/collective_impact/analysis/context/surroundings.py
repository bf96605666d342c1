"""Series of figures about the surroundings, for the areas that take part and for the others."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import area_names, indicators, table_or_empty
from collective_impact.statistics.insufficient import Insufficient


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Series of figures about the surroundings, each as the plain mean of areas.

    Attributes
    ----------
    names, units : dict of str to str
        By series_id, in the order of the table ``indicator``.
    taking_part, others : dict of str to Series of float by Period
        Mean of the areas that take part (of all areas where none does), and of the others, without periods in which
        an area is missing; empty where there are none.
    places : dict of str to DataFrame of float, periods x areas
        The areas that take part one by one, under their names.
    n_taking_part, n_others : int
        Areas with figures.
    start : int or None
        Year in which the first area took part.
    """

    names: dict[str, str]
    units: dict[str, str]
    taking_part: "dict[str, pd.Series[float]]"
    others: "dict[str, pd.Series[float]]"
    places: dict[str, pd.DataFrame]
    n_taking_part: int
    n_others: int
    start: int | None


def surroundings(initiative: Initiative) -> Surroundings | Insufficient:
    """Read the context series, apart for the areas that take part and the others.

    Returns
    -------
    Surroundings or Insufficient
        ``no_rows`` without figures.
    """
    if not initiative.has("context_series"):
        return Insufficient("no_rows", table="context_series")
    values = table_or_empty(initiative, "context_series")
    values = values[values["value"].notna() & values["period"].notna()]
    if values.empty:
        return Insufficient("no_rows", table="context_series")
    areas = table_or_empty(initiative, "area")
    begun = areas[areas["treated_from"].notna()]
    inside = set(begun["area_id"]) or set(values["area_id"])
    told = indicators(initiative, "context").set_index("indicator_id")
    ids = [each for each in told.index if each in set(values["series_id"])]
    ids += [each for each in dict.fromkeys(values["series_id"]) if each not in ids]
    taking_part = values["area_id"].isin(inside)
    starts = [period.year for period in begun["treated_from"]]
    return Surroundings(
        names={each: str(told["name"].get(each, each)) for each in ids},
        units={each: str(told["unit"].get(each, "")) for each in ids},
        taking_part={each: _mean(values[taking_part & (values["series_id"] == each)]) for each in ids},
        others={each: _mean(values[~taking_part & (values["series_id"] == each)]) for each in ids},
        places={
            each: _wide(values[taking_part & (values["series_id"] == each)]).rename(columns=area_names(initiative))
            for each in ids
        },
        n_taking_part=values.loc[taking_part, "area_id"].nunique(),
        n_others=values.loc[~taking_part, "area_id"].nunique(),
        start=min(starts, default=None),
    )


def _wide(values: pd.DataFrame) -> pd.DataFrame:
    """Values of one series, periods by areas."""
    if values.empty:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="Y"), dtype=float)
    wide = values.pivot(index="period", columns="area_id", values="value").astype(float)
    return wide.set_axis(pd.PeriodIndex(wide.index)).sort_index()


def _mean(values: pd.DataFrame) -> "pd.Series[float]":
    """Mean of the areas by period, where all areas of the series have a value."""
    means: pd.Series[float] = _wide(values).dropna().mean(axis=1)
    return means
