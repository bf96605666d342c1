"""Which figures of an indicator may be shown: one decision for every page, so that none gives away what another hides.

The same people are counted by area, in the areas that take part put together, and by group in those of them that tell
groups apart. These totals overlap; they are judged together, period by period.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from collective_impact.data.outcome import ALL
from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.privacy.linked_sums import Sum, suppress_linked

Kind = Literal["share", "rate"]
Cell = tuple[str, str]
"""A part of the people and its label: an area, the areas together, a group in the areas that tell it apart."""
TOGETHER: Cell = ("together", "")
PARTS = ("cases", "others")


@dataclass(frozen=True, slots=True)
class ShownCells:
    """What is not shown of an indicator.

    Attributes
    ----------
    hidden : frozenset of (Period, Cell)
        ``("area", id)``, `TOGETHER` or ``(dimension, group)`` with ``group:`` before the dimension's name.
    followed : tuple of str
        Ids of the areas that are put together, or of the only one.
    min_cell : int
        Smallest count shown.
    """

    hidden: frozenset[tuple[pd.Period, Cell]]
    followed: tuple[str, ...]
    min_cell: int

    def areas(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Values by period and area, missing where they are not shown."""
        masks = {area: self.of_area(frame[area], str(area)) for area in frame}
        return pd.DataFrame(masks, index=frame.index, columns=frame.columns)

    def of_area(self, series: pd.Series[float], area: str) -> pd.Series[float]:
        """Values of one area by period, missing where they are not shown."""
        return self._without(series, ("area", area))

    def of_areas_together(self, series: pd.Series[float]) -> pd.Series[float]:
        """Values of the areas that take part put together, missing where they are not shown."""
        return self._without(series, TOGETHER)

    def shows_area(self, area: str, period: pd.Period) -> bool:
        """Whether the counts of an area in one period may be shown."""
        return (period, ("area", area)) not in self.hidden

    def shows_areas(self, areas: Sequence[str], period: pd.Period) -> bool:
        """Whether the sum of areas in one period may be shown; one area, or those that are put together."""
        return self.shows_area(areas[0], period) if len(areas) == 1 else (period, TOGETHER) not in self.hidden

    def shows_group(self, dimension: str, group: str, period: pd.Period) -> bool:
        """Whether the counts of a group, in the areas that tell its dimension apart, may be shown."""
        return (period, (f"group:{dimension}", group)) not in self.hidden

    def whole_areas(self, frame: pd.DataFrame) -> list[Hashable]:
        """Areas of which every value may be shown."""
        return [area for area in frame if all(self.shows_area(str(area), period) for period in frame.index)]

    def _without(self, series: pd.Series[float], cell: Cell) -> pd.Series[float]:
        away = [(period, cell) in self.hidden for period in series.index]
        return series.mask(pd.Series(away, index=series.index)) if any(away) else series


def shown_cells(
    rows: pd.DataFrame,
    kind: Kind,
    taking_part: Sequence[str],
    followed: Sequence[str],
    dimensions: Mapping[str, Sequence[str]],
    min_cell: int,
) -> ShownCells:
    """Judge an indicator's counts in all periods.

    Parameters
    ----------
    rows : DataFrame
        Columns ``area_id, period, group, numerator, denominator``.
    kind : {"share", "rate"}
        Whether the numerator is a part of the denominator; of rates the numerators alone are protected.
    taking_part, followed : sequence of str
        Ids of the areas that take part, and of those of them that are put together.
    dimensions : mapping of str to sequence of str
        Ids of the groups of each dimension.
    min_cell : int
        Smallest count shown.
    """
    least = max(2, min_cell)
    plans = {
        dimension: (set(areas), set(groups))
        for dimension, groups in dimensions.items()
        for areas in [same_areas(_of_groups(rows, followed, groups))]
    }
    hidden: set[tuple[pd.Period, Cell]] = set()
    periods: list[pd.Period] = list(rows["period"].unique()) if min_cell > 1 else []
    for period in periods:
        counts, sums = _counted(rows[rows["period"] == period], (taking_part, followed), plans, kind)
        hidden |= {(period, cell) for cell in _not_shown(counts, sums, kind, least)}
    return ShownCells(frozenset(hidden), tuple(followed), min_cell)


@guarded
def shown_part(panel: Panel, shown: ShownCells) -> Panel | Insufficient:
    """Give the areas of which every value may be shown, for pictures of single areas and of their means.

    A mean over areas is not shown where values of some are hidden: with their sum, on another page, it would give them
    away.

    Returns
    -------
    Panel or Insufficient
        The panel itself where nothing is hidden; ``too_few_events`` where no area that takes part is left.
    """
    kept = shown.whole_areas(panel.outcome)
    if len(kept) == len(panel.outcome.columns):
        return panel
    starts = {area: start for area, start in panel.starts.items() if area in kept}
    if panel.starts and not starts:
        return Insufficient("too_few_events", shown.min_cell - 1, shown.min_cell)
    away = tuple(area for area in panel.outcome if area not in kept)
    return Panel(panel.outcome[kept], starts, (*panel.left_out, *away))


def same_areas(rows: pd.DataFrame) -> tuple[str, ...]:
    """Areas that have all groups in all periods; where none has, the only one there is."""
    cells = rows.groupby("area_id").size()
    whole = cells[cells == rows["group"].nunique() * rows["period"].nunique()]
    found = whole if len(whole) else cells[:0] if len(cells) != 1 else cells
    return tuple(map(str, found.index))


def _of_groups(rows: pd.DataFrame, areas: Sequence[str], groups: Sequence[str]) -> pd.DataFrame:
    return rows[rows["area_id"].isin(areas) & rows["group"].isin(groups)]


Counts = dict[Cell, tuple[float, float]]


def _counted(
    own: pd.DataFrame,
    areas: tuple[Sequence[str], Sequence[str]],
    plans: Mapping[str, tuple[set[str], set[str]]],
    kind: Kind,
) -> tuple[Counts, list[tuple[Cell, list[Cell]]]]:
    """Cases and people of every cell in one period, and which cells add up to which."""
    everybody = own[own["group"] == ALL].set_index("area_id")[["numerator", "denominator"]]
    counts: Counts = {("area", str(area)): (float(n), float(d)) for area, n, d in everybody.itertuples()}
    sums: list[tuple[Cell, list[Cell]]] = []

    def add(whole: Cell, parts: list[Cell]) -> None:
        known = [part for part in parts if part in counts]
        if known:
            counts[whole] = (sum(counts[part][0] for part in known), sum(counts[part][1] for part in known))
            sums.append((whole, known))

    taking_part, followed = areas
    add(TOGETHER, [("area", area) for area in followed])
    inside = set(taking_part)
    add(("others", ""), [cell for cell in counts if cell[0] == "area" and cell[1] not in inside])
    for dimension, (telling, groups) in plans.items():
        told = own[own["area_id"].isin(telling) & own["group"].isin(groups)]
        figures = told.groupby("group")[["numerator", "denominator"]].sum()
        cells = {(f"group:{dimension}", str(group)): (float(n), float(d)) for group, n, d in figures.itertuples()}
        counts |= cells
        place: Cell = ("areas with", dimension)
        add(place, [("area", area) for area in sorted(telling)])
        if place in counts and cells:
            _add_groups(counts, sums, place, cells, kind)
    return counts, sums


def _add_groups(counts: Counts, sums: list[tuple[Cell, list[Cell]]], whole: Cell, parts: Counts, kind: Kind) -> None:
    """Let groups add up to everybody in their areas, with those of no known group; groups that overlap cannot."""
    n, d = (counts[whole][i] - sum(part[i] for part in parts.values()) for i in (0, 1))
    if n < 0 or (kind == "share" and n > d):
        return
    rest: Cell = ("no group", whole[1])
    sums.append((whole, [*parts, *([rest] if n or d else [])]))
    if n or d:
        counts[rest] = (n, d)


def _not_shown(counts: Counts, sums: list[tuple[Cell, list[Cell]]], kind: Kind, least: int) -> Iterator[Cell]:
    """Cells of one period whose figures must not be shown."""
    parts = {"cases": {cell: n for cell, (n, _d) in counts.items()}}
    if kind == "share":
        parts |= {"others": {cell: d - n for cell, (n, d) in counts.items()}}
        parts |= {"all": {cell: d for cell, (_n, d) in counts.items()}}
    values: dict[Hashable, float] = {(part, cell): n for part, each in parts.items() for cell, n in each.items()}
    if not any(0 < n < least for n in values.values()):
        return
    linked: list[Sum] = [((part, whole), [(part, each) for each in cells]) for part in parts for whole, cells in sums]
    if kind == "share":
        linked += [(("all", cell), [(part, cell) for part in PARTS]) for cell in counts]
    index = pd.Index(list(values), tupleize_cols=False)
    shown = suppress_linked(pd.Series(list(values.values()), index=index), linked, min_cell=least)
    if isinstance(shown, Insufficient):
        raise MethodError(f"counts: {shown.reason}")
    by_cell = dict(zip(values, shown, strict=True))
    yield from (cell for cell in counts if not all(by_cell[(part, cell)] for part in parts))
