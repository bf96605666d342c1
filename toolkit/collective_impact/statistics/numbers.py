"""Numbers as they come in: read as floats, with words refused; counts that are whole, and seeds that can be sown."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from collective_impact.errors import MethodError
from collective_impact.statistics.types import Array


def numbers_of(values: ArrayLike, place: Hashable) -> Array:
    """Read values as floats of shape (n,), in their order; what is missing or infinite is NaN.

    None, NaN, ``pd.NA`` and blank text are missing. Decimals, nullable columns, truth values and numbers written as
    text are read.

    Parameters
    ----------
    values : Series, array or sequence of shape (n,)
    place : str
        What the values are, for the message.

    Raises
    ------
    MethodError
        When a value is a word, a date or anything else that is no number; the message names its row, counted from 1,
        or when the values are no single row.
    """
    given: Any = values
    if not np.iterable(given) or isinstance(given, str) or getattr(given, "ndim", 1) != 1:
        raise MethodError(f"{place}: found {given!r}, expected a row of numbers")
    series = pd.Series(given if hasattr(given, "dtype") else list(given))
    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_complex_dtype(series.dtype):
        read = series.to_numpy(dtype=float, na_value=np.nan)
    else:
        read = np.array([_number(value, place, row) for row, value in enumerate(series.astype(object), 1)], dtype=float)
    return np.where(np.isfinite(read), read, np.nan)


def numbers_in(frame: pd.DataFrame, place: Hashable) -> pd.DataFrame:
    """Read every column of a frame as `numbers_of` does; the labels stay.

    Raises
    ------
    MethodError
        When a value is no number; the message names its column and row.
    """
    columns = [numbers_of(frame.iloc[:, at], f"{place} {name!r}") for at, name in enumerate(frame.columns)]
    read = np.column_stack(columns) if columns else np.empty(frame.shape)
    return pd.DataFrame(read, index=frame.index, columns=frame.columns)


def check_count(value: float, name: str, least: int) -> None:
    """Refuse with MethodError what is no whole number from `least` on."""
    known = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not known or not (least <= value < math.inf) or value != int(value):
        raise MethodError(f"{name}: found {value!r}, expected a whole number of at least {least}")


def generator(seed: int) -> np.random.Generator:
    """Give the random numbers that belong to a seed, always the same; MethodError for a seed that is no count."""
    check_count(seed, "seed", 0)
    return np.random.default_rng(int(seed))


def _number(value: object, place: Hashable, row: int) -> float:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, str) and not value.strip()):
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise MethodError(f"{place}: found {value!r} in row {row}, expected a number") from error
