"""Series of figures about the surroundings, for the areas that take part and for the others."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import area_names, indicators, table_or_empty
from collective_impact.statistics.insufficient import Insufficient, guarded


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


def change_since(told: Surroundings, series: "pd.Series[float]") -> float | None:
    """Change from the last period before the first start to the last period of all; None where there are not both."""
    before = series[[period.year < (told.start or 0) for period in series.index]]
    after = series[[period.year >= (told.start or 0) for period in series.index]]
    return float(after.iloc[-1] - before.iloc[-1]) if len(before) and len(after) else None


@guarded
def changes_since_start(told: Surroundings) -> pd.DataFrame | Insufficient:
    """Compare how far each figure moved since the first start, here and elsewhere.

    Returns
    -------
    DataFrame or Insufficient
        Indexed by series_id: ``here``, ``elsewhere`` and ``same_way`` (whether both rose or both fell);
        ``no_treated_unit`` without a start, ``no_donors`` without other areas, ``too_few_periods`` where no figure is
        known on both sides before and after the start.
    """
    if told.start is None or not told.n_others:
        return Insufficient("no_treated_unit" if told.start is None else "no_donors", 0, 1)
    rows = {}
    for name in told.names:
        here, elsewhere = (change_since(told, side[name]) for side in (told.taking_part, told.others))
        if here is not None and elsewhere is not None:
            rows[name] = {"here": here, "elsewhere": elsewhere, "same_way": here * elsewhere > 0}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.astype({"same_way": bool}) if len(frame) else Insufficient("too_few_periods", 1, 2)


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
