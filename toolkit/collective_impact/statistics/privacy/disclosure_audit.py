"""What a reader can work out of the cells of a table that are not shown, by adding and subtracting those that are."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

_ROUNDING = 1e-6
"""What a linear programme may be off by, as a share of the largest count or as a count."""

_CROWDS = (2, 8, 32)
"""How many times the room that a cell needs each gets when many are moved together: many at first, then fewer."""


@guarded
def feasible_intervals(
    counts: pd.Series[float], sums: Mapping[Hashable, Sequence[Hashable]], least: float = 0.0
) -> pd.DataFrame | Insufficient:
    """Smallest and largest count that each hidden cell can have, given the cells shown and the sums.

    By linear programming, as in the audit of Fischetti & Salazar-González (2001, Management Science 47): a cell whose
    two ends are the same is as good as published. Counts need not be whole in it, so that the interval of whole
    counts may be narrower in tables of three and more dimensions; it never is in those of two.

    Parameters
    ----------
    counts : Series of shape (n_cells,)
        Indexed by cell; missing where hidden.
    sums : mapping of total to parts
        Cells and those that add up to them.
    least : float
        What a reader knows each hidden cell to be at least: 1 where zeros are always shown.

    Returns
    -------
    DataFrame or Insufficient
        One row per hidden cell, in the order given: ``low``, ``high`` (infinite without a limit). ``no_data`` where
        nothing is hidden.

    Raises
    ------
    MethodError
        When a cell occurs twice, a sum names an unknown one, or the cells shown contradict the sums.
    """
    if counts.index.has_duplicates:
        raise MethodError(f"counts: found {counts.index[counts.index.duplicated()][0]!r} twice, expected each once")
    cells = {*sums, *(part for parts in sums.values() for part in parts)}
    if unknown := sorted(map(str, cells - set(counts.index))):
        raise MethodError(f"sums: found {unknown}, expected cells among those of counts")
    values = counts.to_numpy(dtype=float)
    hidden = ~np.isfinite(values)
    if not hidden.any():
        return Insufficient("no_data")
    at = {cell: place for place, cell in enumerate(counts.index)}
    matrix = np.zeros((len(sums), len(values)))
    for row, (whole, parts) in enumerate(sums.items()):
        matrix[row, at[whole]] += 1.0
        np.add.at(matrix[row], [at[part] for part in parts], -1.0)
    known = matrix[:, ~hidden] @ values[~hidden]
    limits = [
        [_end(matrix[:, hidden], -known, least, place, sign) for sign in (1.0, -1.0)] for place in range(hidden.sum())
    ]
    return pd.DataFrame(limits, index=counts.index[hidden], columns=["low", "high"])


def _end(matrix: Array, known: Array, least: float, place: int, sign: float) -> float:
    """Smallest (sign 1) or largest (sign -1) value of one hidden cell."""
    from scipy.optimize import linprog

    aim = np.zeros(matrix.shape[1])
    aim[place] = sign
    found = linprog(aim, A_eq=matrix, b_eq=known, bounds=(least, None))
    if found.status == 3:
        return -sign * float("inf")
    if found.status != 0:
        raise MethodError("counts: found cells that contradict the sums; expected parts that add up to their totals")
    return float(found.x[place])


def completed(values: Array, matrix: Any) -> Array:
    """Counts with the unknown ones filled in, in some way that all sums allow.

    Raises
    ------
    MethodError
        When there is none.
    """
    from scipy.optimize import linprog

    unknown = np.isnan(values)
    if not unknown.any():
        return values
    known = matrix[:, ~unknown] @ values[~unknown]
    found = linprog(np.ones(int(unknown.sum())), A_eq=matrix[:, unknown], b_eq=-known, bounds=(0, None))
    if found.status != 0:
        raise MethodError("counts: found known cells that contradict the totals, whatever the missing ones are")
    filled = values.copy()
    filled[unknown] = np.maximum(found.x, 0.0)
    return filled


def too_narrow(
    values: Array,
    matrix: Any,
    hidden: NDArray[np.bool_],
    audited: NDArray[np.int_],
    least: float,
    width: float,
) -> NDArray[np.int_]:
    """Those of the `audited` cells whose feasible interval is narrower than `width`.

    Parameters
    ----------
    values : array of shape (n_cells,)
        True counts, or some that the sums allow.
    matrix : sparse array of shape (n_sums, n_cells)
    hidden : array of shape (n_cells,)
    audited : array of shape (n_audited,)
        Places of hidden cells.
    least : float
        What a reader knows every hidden cell to be at least.
    width : float

    Returns
    -------
    array of places
    """
    polytope = _Polytope(values, matrix, hidden, least, width)
    cells = polytope.columns_of(audited)
    narrow = [cell for cell in cells if polytope.reach[cell] < polytope.width]
    waiting = [cell for cell in cells if polytope.reach[cell] >= polytope.width]
    for spare in _CROWDS:
        for sign in (-1.0, 1.0):
            waiting = polytope.stretch_together(waiting, sign, spare)
    narrow += [cell for cell in waiting if not polytope.stretch(cell)]
    return np.flatnonzero(hidden)[sorted(narrow)]


class _Polytope:
    """Moves of the hidden cells that change no sum, and how far each cell has been moved so far.

    Every solution of a linear programme moves many cells at once, and all of them keep what they reached: a handful
    of programmes shows most cells to be safe, and only the rest need their own.
    """

    def __init__(self, values: Array, matrix: Any, hidden: NDArray[np.bool_], least: float, width: float) -> None:
        self.places = np.flatnonzero(hidden)
        moves = matrix[:, self.places]
        self.moves = moves[np.flatnonzero(np.diff(moves.indptr))]
        self.sums_of = entries(self.moves.T.tocsr())
        self.width = width - _ROUNDING * max(1.0, width)
        start = values[self.places]
        self.bounds = np.column_stack([least - start, np.full(len(start), values.sum() + 100 * width)])
        self.low, self.high = np.zeros(len(start)), np.zeros(len(start))
        parts = self.moves < 0
        fixed = ~(self.moves > 0).sum(axis=1).astype(bool)
        slack = parts @ (start - least)
        self.slack = np.where(fixed, slack, np.inf)
        self.reach = np.array([self.slack[sums].min(initial=np.inf) for sums in self.sums_of])

    def columns_of(self, places: NDArray[np.int_]) -> list[int]:
        return [int(column) for column in np.searchsorted(self.places, places)]

    def stretch_together(self, cells: list[int], sign: float, spare: int) -> list[int]:
        """Move many cells at once, in each sum as many as it has room for; give those that did not come far enough."""
        room_in = np.maximum(1.0, np.floor(self.slack / (spare * self.width)))
        waiting = cells
        while waiting:
            chosen: list[int] = []
            later: list[int] = []
            room = room_in.copy()
            for cell in waiting:
                sums = self.sums_of[cell]
                free = bool((room[sums] > 0).all())
                (chosen if free else later).append(cell)
                room[sums] -= free
            self._solve(chosen, sign)
            waiting = self._short(later)
        return self._short(cells)

    def stretch(self, cell: int) -> bool:
        """Move one cell as far as it goes both ways; whether that is far enough."""
        for sign in (-1.0, 1.0):
            if self._short([cell]):
                self._solve([cell], sign)
        return not self._short([cell])

    def _short(self, cells: list[int]) -> list[int]:
        return [cell for cell in cells if self.high[cell] - self.low[cell] < self.width]

    def _solve(self, cells: list[int], sign: float) -> None:
        """Move cells no further than they need, so that one does not take the room of all."""
        from scipy.optimize import linprog

        aim = np.zeros(len(self.places))
        aim[cells] = sign
        bounds = self.bounds.copy()
        bounds[cells, 1] = self.low[cells] + 2 * self.width
        found = linprog(aim, A_eq=self.moves, b_eq=np.zeros(self.moves.shape[0]), bounds=bounds)
        if found.status != 0:
            raise MethodError(f"counts: found a table whose sums cannot be solved ({found.message}); expected counts")
        np.minimum(self.low, found.x, out=self.low)
        np.maximum(self.high, found.x, out=self.high)


def entries(matrix: Any) -> list[NDArray[np.int_]]:
    """Columns of the entries of each row of a sparse matrix, in order."""
    return [np.sort(each) for each in np.split(matrix.indices, matrix.indptr[1:-1])]
