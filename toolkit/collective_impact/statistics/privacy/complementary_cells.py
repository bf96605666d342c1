"""Which cells to hide so that small ones among them cannot be worked out."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.privacy.disclosure_audit import completed, entries, too_narrow
from collective_impact.statistics.privacy.sums import Sums
from collective_impact.statistics.types import Array

Totals = Literal["all", "listed"]
Visibility = Literal["shown", "small", "complementary", "missing"]


def hide(sums: Sums, min_cell: int, show_zeros: bool, totals: Totals) -> list[Visibility]:
    """Say of each cell whether it may be shown, and if not, why; see `suppression.suppress`.

    Cells are first hidden sum by sum, until each sum by itself leaves its small cells open; linear programming then
    finds those that several sums together give away, and another cell is hidden beside each. What is safe stays safe
    as more is hidden, so that only the others are looked at again.

    Returns
    -------
    list of Visibility
        One for each of ``sums.keys``.
    """
    values = completed(sums.values, sums.matrix)
    missing = np.isnan(sums.values)
    small = ~missing & (values < min_cell) & ((values > 0) | (not show_zeros))
    unlisted = ~sums.listed & ((totals == "listed") | (sums.rest & (values > 0)))
    width = max(1, min_cell - (2 if show_zeros else 1))
    open_cells = np.flatnonzero(small | (missing & (values < min_cell)))
    choice = _Choice(sums, values, small | missing, unlisted, open_cells, float(show_zeros), width)
    while open_cells.size:
        choice.close_sums()
        least = float(show_zeros and bool((values[choice.hidden] > 0).all()))
        open_cells = too_narrow(values, sums.matrix, choice.hidden, open_cells, least, width)
        if not choice.widen(open_cells):
            break
    return [
        "missing" if missing[cell] else "small" if small[cell] else "complementary" if choice.hidden[cell] else "shown"
        for cell in range(len(values))
    ]


class _Choice:
    """Cells hidden so far, and the order in which others are taken."""

    def __init__(
        self,
        sums: Sums,
        values: Array,
        hidden: NDArray[np.bool_],
        unlisted: NDArray[np.bool_],
        sensitive: NDArray[np.int_],
        least: float,
        width: float,
    ) -> None:
        self.values, self.margins, self.width = values, sums.margins, width
        self.sums_of = entries(sums.matrix.T.tocsr())
        self.cells_of = entries(sums.matrix)
        matrix = sums.matrix.tocoo()
        self.whole = np.zeros(sums.matrix.shape[0], dtype=int)
        self.whole[matrix.row[matrix.data > 0]] = matrix.col[matrix.data > 0]
        self.room_in = np.maximum(values - least, 0.0)
        self.guarded = np.zeros(len(self.whole), dtype=bool)
        for cell in sensitive:
            self.guarded[self.sums_of[cell]] = True
        self.hidden = np.zeros(len(values), dtype=bool)
        self.n_hidden = np.zeros(len(self.whole), dtype=int)
        self.slack = np.zeros(len(self.whole))
        self.harmless = unlisted & ~hidden
        for cell in np.flatnonzero(hidden | unlisted):
            self._take(int(cell))

    def close_sums(self) -> None:
        """Hide more in every sum that by itself gives a cell away, or tells too exactly of a small one."""
        waiting = list(range(len(self.whole)))
        while waiting:
            place = waiting.pop()
            while self._gives_away(place) and (taken := self._best(self.cells_of[place])) is not None:
                waiting += self._take(taken)

    def widen(self, narrow: NDArray[np.int_]) -> bool:
        """Hide one more cell near each of those that can be told too exactly; whether anything was hidden.

        The nearest are those in its shortest sums. A sum gives one cell at a time, for it may help several.
        """
        touched: set[int] = set()
        for cell in narrow.tolist():
            beside = sorted(self.sums_of[cell].tolist(), key=lambda place: (len(self.cells_of[place]), place))
            best = [
                (*self._cost(found)[:2], at, found) for at, place in enumerate(beside) for found in self._first(place)
            ]
            if best and (through := beside[min(best)[2]]) not in touched:
                touched.add(through)
                self._take(min(best)[3])
        if narrow.size and not touched and (taken := self._best(np.arange(len(self.values)))) is not None:
            self._take(taken)
            return True
        return bool(touched)

    def _first(self, place: int) -> list[int]:
        """The cell to hide first in a sum, if there is any left."""
        taken = self._best(self.cells_of[place])
        return [] if taken is None else [taken]

    def _gives_away(self, place: int) -> bool:
        if self.n_hidden[place] == 1:
            cells = self.cells_of[place]
            return not self.harmless[cells[self.hidden[cells]][0]]
        known = self.guarded[place] and self.n_hidden[place] > 0 and not self.hidden[self.whole[place]]
        return bool(known and self.slack[place] < self.width)

    def _best(self, cells: NDArray[np.int_]) -> int | None:
        """Shown cell to hide first: no zero, no total, one that closes other sums as well, the smallest."""
        return min((int(cell) for cell in cells if not self.hidden[cell]), key=self._cost, default=None)

    def _cost(self, cell: int) -> tuple[bool, int, int, float, int]:
        closes = int((self.n_hidden[self.sums_of[cell]] == 1).sum())
        return bool(self.values[cell] == 0), int(self.margins[cell]), -closes, float(self.values[cell]), cell

    def _take(self, cell: int) -> list[int]:
        """Hide a cell; give the sums that it is in."""
        self.hidden[cell] = True
        beside = self.sums_of[cell]
        self.n_hidden[beside] += 1
        self.slack[beside] += self.room_in[cell]
        return [int(place) for place in beside]
