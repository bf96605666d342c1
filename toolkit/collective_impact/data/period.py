"""Periods as users write them (``1989``, ``1989-04``, ``1989-Q2``, ``1989-04-10``) and as pandas knows them."""

import re
from datetime import date

import numpy as np
import pandas as pd

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

DATE = r"\d{4}-\d{2}-\d{2}"
FIRST_YEAR, LAST_YEAR = 1700, 2200  # what pandas can place on a time line
EXAMPLES = {"Y": "1989", "Q": "1989-Q2", "M": "1989-04", "D": "1989-04-10"}
_FREQUENCY = {len(example): frequency for frequency, example in EXAMPLES.items() if frequency != "Q"}


def parse_period(text: str, pattern: str) -> pd.Period | None:
    """Read one period.

    Parameters
    ----------
    text : str
    pattern : str
        Regular expression of what may stand there.

    Returns
    -------
    pandas.Period or None
        Of yearly, quarterly, monthly or daily frequency; None if the text is no such period.
    """
    if not text.isascii() or not re.fullmatch(pattern, text) or not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return None
    frequency = "Q" if "Q" in text else _FREQUENCY[len(text)]
    try:
        return pd.Period(text.replace("-Q", "Q"), freq=frequency)
    except ValueError:  # 1990-02-30
        return None


def parse_periods(texts: pd.Series, pattern: str) -> pd.Series:
    """Read a column of periods; each distinct text is read once.

    Returns
    -------
    pandas.Series of object
        `pandas.Period`, or ``pandas.NaT`` where the text is no period.
    """
    codes, distinct = pd.factorize(texts)
    read = np.array([parse_period(text, pattern) or pd.NaT for text in distinct] or [pd.NaT], dtype=object)
    return pd.Series(read[codes], index=texts.index, dtype=object)


def last_day(period: pd.Period) -> date:
    """Last day of a period."""
    day = period.asfreq("D", how="end")
    return date(day.year, day.month, day.day)


def first_days(periods: pd.Series) -> pd.Series:
    """First day of each period as a number that grows from day to day; NaN where there is no period."""
    days = {period: period.start_time.toordinal() for period in periods.dropna().unique()}
    return periods.map(days).astype("float64")


def last_days(periods: pd.Series) -> pd.Series:
    """Last day of each period as a number that grows from day to day; NaN where there is no period."""
    days = {period: last_day(period).toordinal() for period in periods.dropna().unique()}
    return periods.map(days).astype("float64")


def ended_by(periods: pd.Series, as_of: date) -> pd.Series:
    """Tell which periods have ended on a day; an empty cell has not.

    Returns
    -------
    pandas.Series of bool
    """
    ended = {period: last_day(period) <= as_of for period in periods.dropna().unique()}
    return periods.map(ended).eq(True)


def frequencies(periods: pd.Series) -> pd.Series:
    """Frequency of each period: ``"Y"``, ``"Q"``, ``"M"`` or ``"D"``.

    Returns
    -------
    pandas.Series of str
    """
    codes, distinct = pd.factorize(periods)
    names = np.array([period.freqstr[0] for period in distinct] or [""], dtype=object)
    return pd.Series(names[codes], index=periods.index, dtype=object)


def written(value: object) -> str:
    """Write a value as it stands in a file, a period as users write it."""
    return str(value).replace("Q", "-Q") if isinstance(value, pd.Period) else str(value)


def read_date(text: str, place: str) -> date:
    """Read an ISO date that a user gave.

    Parameters
    ----------
    text : str
    place : str
        The option or parameter that it was given by.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        if len(text) != len("2000-12-31"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        expected = _("a date as YYYY-MM-DD, for example {example}").format(example="2000-12-31")
        raise InputError([Problem(place, repr(text), expected, _("write the date that way"))]) from None
