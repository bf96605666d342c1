"""What is measured of an initiative, in the shapes that the statistics take: series and periods by areas."""

from datetime import date

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.period import ended_by
from collective_impact.data.schema import table_schema
from collective_impact.language import day, period_label

ALL = "all"
_FIGURE = ["indicator_id", "area_id", "period", "group"]


def table_or_empty(initiative: Initiative, name: str) -> pd.DataFrame:
    """Give a table in the current language, with its columns and no rows where there is none."""
    table = initiative.table(name)
    return pd.DataFrame(columns=list(table_schema(name).names)) if table is None else table


def indicators(initiative: Initiative, level: str = "") -> pd.DataFrame:
    """Give the indicators of a level (empty: all), in the order of the package.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``indicator``, one row an indicator; no rows where there are none.
    """
    table = table_or_empty(initiative, "indicator")
    return table[table["level"] == level].reset_index(drop=True) if level else table


def area_names(initiative: Initiative) -> dict[str, str]:
    """Give the name of each area in the current language, by ``area_id``; where two share a name, with their ids."""
    areas = table_or_empty(initiative, "area")
    shared = areas["name"].duplicated(keep=False)
    names = areas["name"].where(~shared, areas["name"] + " (" + areas["area_id"] + ")")
    return dict(zip(areas["area_id"], names, strict=True))


def latest_values(initiative: Initiative, indicator_id: str, until: date | None = None) -> pd.DataFrame:
    """Give the figures of an indicator, each in its latest revision.

    Parameters
    ----------
    until : datetime.date, optional
        Leaves out periods that end later.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``indicator_value``.
    """
    values = table_or_empty(initiative, "indicator_value")
    values = values[values["indicator_id"] == indicator_id]
    if until is not None:
        values = values[ended_by(values["period"], until)]
    return values.sort_values("revision", kind="stable").drop_duplicates(_FIGURE, keep="last").sort_index()


def outcome_frame(
    initiative: Initiative, indicator_id: str, group: str = ALL, until: date | None = None
) -> pd.DataFrame:
    """Give the values of an indicator over time in every area.

    Parameters
    ----------
    group : str
        Group of people that the values are for.
    until : datetime.date, optional
        Leaves out periods that end later.

    Returns
    -------
    pandas.DataFrame of float
        One row a period (`pandas.PeriodIndex`, without a gap from the first period to the last), one column an area in
        the order of their ids; NaN where there is no value. Empty where there are none at all.
    """
    values = latest_values(initiative, indicator_id, until)
    values = values[(values["group"] == group) & values["value"].notna()]
    if values.empty:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="Y", name="period"), dtype="float64")
    wide = values.pivot(index="period", columns="area_id", values="value").astype("float64")
    periods = pd.PeriodIndex(wide.index, name="period")
    every = pd.period_range(periods.min(), periods.max(), name="period")
    return wide.set_axis(periods).reindex(every).rename_axis(columns="area_id")


def outcome_series(
    initiative: Initiative, indicator_id: str, area_id: str, group: str = ALL, until: date | None = None
) -> pd.Series:
    """Give the values of an indicator over time in one area.

    Returns
    -------
    pandas.Series of float
        Named after the area; from its first value to its last, NaN in gaps; empty where there is none.
    """
    frame = outcome_frame(initiative, indicator_id, group, until)
    if area_id not in frame:
        return pd.Series(index=frame.index[:0], dtype="float64", name=area_id)
    series = frame[area_id]
    return series.loc[series.first_valid_index() : series.last_valid_index()]


def treatment_starts(initiative: Initiative, freq: str = "Y") -> dict[str, pd.Period]:
    """Give the first period of the initiative in each area that takes part, by ``area_id``.

    Parameters
    ----------
    freq : str
        Frequency to give it in, as of the outcome's index (``"Y"``, ``"Q"``, ``"M"``): the period in which the start
        falls, or the first of those it covers.
    """
    areas = table_or_empty(initiative, "area")
    taking_part = areas[areas["treated_from"].notna()]
    starts = zip(taking_part["area_id"], taking_part["treated_from"], strict=True)
    return {area: start.asfreq(freq, how="start") for area, start in starts}


def context_events(initiative: Initiative, until: date | None = None) -> pd.DataFrame:
    """Give the events around the initiative in order of time, in the current language.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``context_event`` and: ``begins`` (datetime64, first instant of the day, month or year
        that is known) and ``when`` (the date in words, as precisely as it is known).
    """
    events = table_or_empty(initiative, "context_event")
    if until is not None:
        events = events[ended_by(events["date"], until)]
    begins = pd.Series([period.start_time for period in events["date"]], index=events.index, dtype="datetime64[ns]")
    when = pd.Series([date_in_words(period) for period in events["date"]], index=events.index, dtype=str)
    return events.assign(begins=begins, when=when).sort_values("begins", kind="stable").reset_index(drop=True)


def date_in_words(period: pd.Period) -> str:
    """Write a date as precisely as it is known: a day, a month or a year."""
    return day(period.to_timestamp().date()) if period.freqstr == "D" else period_label(period)
