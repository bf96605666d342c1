"""Small counts hidden where the same people are counted in several ways, so that sums cross from table to table."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import check_count
from collective_impact.statistics.privacy.complementary_cells import hide
from collective_impact.statistics.privacy.sums import Sums, matrix_of_sums
from collective_impact.statistics.privacy.suppression import MIN_CELL

Sum = tuple[Hashable, Sequence[Hashable]]
"""A total, and cells that add up to it."""


@guarded
def suppress_linked(
    counts: pd.Series[float], sums: Sequence[Sum], *, min_cell: int = MIN_CELL, show_zeros: bool = True
) -> pd.Series[bool] | Insufficient:
    """Tell of each count whether it may be shown, by the rule of `suppress`, for sums of any shape.

    `suppress` takes tables, in which every label adds up along its dimension. Here totals may overlap: the areas that
    take part, those of them that tell groups apart, the groups in these, and the same once more by another dimension.

    Parameters
    ----------
    counts : Series of shape (n_cells,)
        Whole counts by cell; missing ones are not known.
    sums : sequence of (total, parts)
        A total may occur with several sets of parts.
    min_cell : int
    show_zeros : bool
        As of `suppress`.

    Returns
    -------
    Series of bool or Insufficient
        By cell, in the order given; ``no_data`` without any count.

    Raises
    ------
    MethodError
        When a cell occurs twice, a sum names an unknown one or does not add up, or a count is negative or not whole.
    """
    check_count(min_cell, "min_cell", 2)
    _check(counts, sums)
    values = counts.to_numpy(dtype=float)
    if np.isnan(values).all():
        return Insufficient("no_data")
    at = {cell: place for place, cell in enumerate(counts.index)}
    system = Sums(
        keys=tuple((cell,) for cell in counts.index),
        values=values,
        listed=np.ones(len(values), dtype=bool),
        rest=np.zeros(len(values), dtype=bool),
        margins=_margins(at, sums),
        matrix=matrix_of_sums([(at[whole], [at[part] for part in parts]) for whole, parts in sums], len(values)),
    )
    seen = hide(system, min_cell, show_zeros, "all")
    return pd.Series([each == "shown" for each in seen], index=counts.index)


def _margins(at: dict[Hashable, int], sums: Sequence[Sum]) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    """How many sums stand between a cell and the smallest parts there are: totals are hidden last."""
    height = np.zeros(len(at), dtype=int)
    for _level in sums:
        for whole, parts in sums:
            height[at[whole]] = max(height[at[whole]], 1 + max(height[at[part]] for part in parts))
        if height.max() > len(at):
            raise MethodError("sums: found a total that is a part of itself")
    return height


def _check(counts: pd.Series[float], sums: Sequence[Sum]) -> None:
    if counts.index.has_duplicates:
        raise MethodError(f"counts: found {counts.index[counts.index.duplicated()][0]!r} twice, expected each once")
    known = counts.dropna()
    if (known < 0).any() or (known % 1 != 0).any():
        raise MethodError("counts: expected whole numbers from 0 up")
    values: dict[Hashable, float] = dict(zip(counts.index, counts.to_numpy(dtype=float).tolist(), strict=True))
    for whole, parts in sums:
        if unknown := [str(cell) for cell in (whole, *parts) if cell not in values]:
            raise MethodError(f"sums: found {unknown}, expected cells among those of counts")
        if not parts or abs(values[whole] - sum(values[part] for part in parts)) > 1e-6:
            raise MethodError(f"sums: found parts of {whole!r} that do not add up to it")
