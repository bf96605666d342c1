"""Changes of a series that are larger than its usual ones: a prompt to ask what happened, never a proof of anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from collective_impact.analysis.context.surroundings import Surroundings
from collective_impact.statistics.change.control_chart import POINTS, ControlChart, individuals_chart
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import whole_series


@dataclass(frozen=True, slots=True, eq=False)
class UnusualChanges:
    """What a series did from period to period.

    Attributes
    ----------
    series : Series of float by Period
    chart : ControlChart
        Of its changes from one period to the next.
    periods : tuple of Period
        Periods with a change outside the limits.
    """

    series: pd.Series[float]
    chart: ControlChart
    periods: tuple[pd.Period, ...]


@guarded
def unusual_changes(series: pd.Series[float]) -> UnusualChanges | Insufficient:
    """Look for changes outside the limits of a chart of individual values (XmR) of all changes.

    Figures such as unemployment drift: neighbouring values are alike, and a chart of the values would signal all the
    time. Their changes are much less alike.

    Returns
    -------
    UnusualChanges or Insufficient
        ``too_few_periods`` with fewer than 13 periods, ``gaps_in_periods``, ``no_variation``.
    """
    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values
    chart = individuals_chart(values.diff().iloc[1:])
    if isinstance(chart, Insufficient):
        return chart
    return UnusualChanges(values, chart, chart.outside)


@guarded
def unusual_in_each(told: Surroundings) -> dict[str, UnusualChanges | Insufficient] | Insufficient:
    """Look for unusual changes in the mean of each figure over the areas that take part.

    Returns
    -------
    dict or Insufficient
        By name, what is lacking in the place of series that cannot be judged; what the first lacks where none can.
    """
    found = {name: unusual_changes(values) for name, values in told.taking_part.items()}
    lacking = [each for each in found.values() if isinstance(each, Insufficient)]
    return lacking[0] if len(lacking) == len(found) and lacking else found


@guarded
def unusual_places(told: Surroundings, as_of: date, months: int) -> pd.DataFrame | Insufficient:
    """List the unusual changes of the last months in each of the areas that take part.

    Where there are areas that do not take part, an area is held against their mean, so that what happens everywhere
    does not count. With many areas some changes lie outside their limits by chance alone: each is a question to
    somebody who knows the place.

    Parameters
    ----------
    told : Surroundings
    as_of : date
    months : int
        How far to look back from that day.

    Returns
    -------
    DataFrame or Insufficient
        Columns ``series, place, period, change, low, high`` and ``judged`` (how many series of an area were): the
        change and the limits of the usual ones; what the first series lacks where none can be judged.
    """
    rows, lacking, judged = [], Insufficient("too_few_periods", 0, POINTS + 1), 0
    for name, frame in told.places.items():
        for place in frame:
            found = unusual_changes(_against_others(frame[place], told.others[name]))
            if isinstance(found, Insufficient):
                lacking = lacking if found.reason == "no_data" else found
                continue
            judged += 1
            outside = found.chart.frame[found.chart.frame["outside"]]
            rows += [[name, str(place), *row] for row in outside[["period", "value", "lower", "upper"]].to_numpy()]
    if not judged:
        return lacking
    changes = pd.DataFrame(rows, columns=["series", "place", "period", "change", "low", "high"])
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    late = pd.Series([period.end_time >= since for period in changes["period"]], dtype=bool)
    return changes[late].reset_index(drop=True).assign(judged=judged)


def _against_others(series: pd.Series[float], others: pd.Series[float]) -> pd.Series[float]:
    """How far an area lies from the mean of the others; the series itself where there are none."""
    return (series - others).dropna() if len(others) else series
