"""Periods in their order: evenly spaced positions, labels to come, and series without holes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.types import Array, Label


def positions(index: pd.Index[Any]) -> Array:
    """Where each period lies on the time axis, as numbers; labels without arithmetic count as 0, 1, 2 ..."""
    if isinstance(index, pd.PeriodIndex):
        return np.asarray(index.astype("int64"), dtype=float)
    if pd.api.types.is_numeric_dtype(index.dtype):
        return np.asarray(index, dtype=float)
    return np.arange(len(index), dtype=float)


def step(index: pd.Index[Any]) -> float:
    """Distance between neighbouring periods, the smallest there is; 1 for fewer than two periods."""
    return float(np.diff(positions(index)).min()) if len(index) > 1 else 1.0


def missing_periods(index: pd.Index[Any]) -> int:
    """How many periods lie unrecorded between the first and the last; 0 where all are evenly spaced."""
    if len(index) < 2:
        return 0
    places = positions(index)
    return round(float(places[-1] - places[0]) / step(index)) + 1 - len(index)


def steps_until(index: pd.Index[Any], period: Label) -> float:
    """Count the steps from the last period of `index` to `period`; negative where `period` has passed.

    Raises
    ------
    MethodError
        When `period` is of another kind or frequency than the index.
    """
    if isinstance(index, pd.PeriodIndex) and not (isinstance(period, pd.Period) and period.freq == index.freq):
        raise MethodError(f"period {period!r}: expected a pandas Period of frequency {index.freqstr}")
    if not isinstance(index, pd.PeriodIndex) and not isinstance(period, int | float | np.number):
        raise MethodError(f"period {period!r}: expected a number, as the series' own periods are")
    place = float(period.ordinal) if isinstance(period, pd.Period) else float(period)
    return (place - float(positions(index)[-1])) / step(index)


def check_periods(index: pd.Index[Any], place: str) -> None:
    """Refuse periods that do not lie in one order.

    Raises
    ------
    MethodError
        When a period is missing or infinite, of another kind or frequency than the others, or of several levels.
    """
    if index.nlevels > 1:
        raise MethodError(f"{place}: found periods of {index.nlevels} levels, expected one")
    if index.hasnans or (pd.api.types.is_numeric_dtype(index.dtype) and not np.isfinite(positions(index)).all()):
        raise MethodError(f"{place}: found a row without a period, expected one for each row")
    if index.dtype == object:
        try:
            sorted(index)
        except (TypeError, ValueError) as error:
            raise MethodError(f"{place}: found periods of several kinds, expected one kind: {list(index)}") from error


def is_like(period: Label, index: pd.Index[Any]) -> bool:
    """Whether a period is known, and of the kind and frequency of those of `index`; any is where there are none."""
    if not len(index):
        return True
    if period is None or not pd.api.types.is_scalar(period) or pd.isna(period):
        return False
    if isinstance(index, pd.PeriodIndex):
        return isinstance(period, pd.Period) and period.freq == index.freq
    if pd.api.types.is_numeric_dtype(index.dtype):
        return isinstance(period, int | float | np.number) and not isinstance(period, bool)
    try:
        return bool(index[0] <= period or index[0] > period)
    except (TypeError, ValueError):
        return False


def periods_ahead(index: pd.Index[Any], count: int) -> pd.Index[Any]:
    """Labels of the `count` periods that follow the last one, at the index's own spacing.

    Raises
    ------
    MethodError
        When the labels know no arithmetic.
    """
    if not isinstance(index, pd.PeriodIndex) and not pd.api.types.is_numeric_dtype(index.dtype):
        raise MethodError(f"periods of type {index.dtype}: expected pandas periods or numbers")
    width = int(step(index)) if float(step(index)).is_integer() else step(index)
    coming: pd.Index[Any] = pd.Index([index[-1] + width * ahead for ahead in range(1, count + 1)], name=index.name)
    return coming


def whole_series(series: pd.Series[float], least: int = 1) -> pd.Series[float] | Insufficient:
    """Give the series in order, as floats, from its first value to its last, or say why that cannot be.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period. Infinite values count as missing.
    least : int
        Fewest periods that are enough.

    Raises
    ------
    MethodError
        When a period occurs twice, is missing or of another kind than the others, or a value is no number.
    """
    if series.index.has_duplicates:
        raise MethodError("series: each period may occur once only; take the sum, the mean or one group first")
    check_periods(series.index, "series")
    values = pd.Series(numbers_of(series, "series"), series.index, name=series.name).sort_index()
    kept = values.loc[values.first_valid_index() : values.last_valid_index()] if values.notna().any() else values[:0]
    if kept.empty:
        return Insufficient("no_data", 0, least)
    holes = int(kept.isna().sum()) + missing_periods(kept.index)
    if holes:
        return Insufficient("gaps_in_periods", holes, 0)
    if len(kept) < least:
        return Insufficient("too_few_periods", len(kept), least)
    return kept
