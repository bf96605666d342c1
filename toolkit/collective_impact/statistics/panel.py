"""A balanced panel of one outcome: some units treated from a known period, the others donors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in, numbers_of
from collective_impact.statistics.periods import check_periods, is_like, missing_periods
from collective_impact.statistics.types import Label, Unit


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One outcome for several units over the same periods, without holes.

    Made by `panel_from_wide` or `panel_from_long`, which see to it that it is balanced.

    Attributes
    ----------
    outcome : DataFrame of shape (n_periods, n_units)
        Kept as floats, in the outcome's own unit; the index holds the periods in order.
    starts : mapping of unit to period
        First treated period of each treated unit, of the index's kind; every other unit is a donor.
    left_out : tuple
        Would-be donors that were not observed in every period, and what `without_always_treated` dropped.
    """

    outcome: pd.DataFrame
    starts: Mapping[Unit, Label]
    left_out: tuple[Unit, ...] = ()

    def __post_init__(self) -> None:
        index, columns = self.outcome.index, self.outcome.columns
        if not (index.is_monotonic_increasing and index.is_unique and columns.is_unique):
            raise MethodError("panel: expected sorted periods and units, each once; use panel_from_wide")
        if any(dtype != np.dtype(float) for dtype in self.outcome.dtypes):
            object.__setattr__(self, "outcome", numbers_in(self.outcome, "panel"))
        if not np.isfinite(self.outcome.to_numpy()).all():
            raise MethodError("panel: expected a value for each unit in each period; use panel_from_wide")
        if unknown := [unit for unit in self.starts if unit not in columns]:
            raise MethodError(f"panel: starts name {unknown}, expected units among {list(columns)}")
        for unit, start in self.starts.items():
            if not is_like(start, index):
                raise MethodError(f"starts: found {start!r} for {unit}, expected a period like {index[0]}")

    @property
    def treated(self) -> tuple[Unit, ...]:
        """Units with a start, in the order of the columns."""
        return tuple(unit for unit in self.outcome.columns if unit in self.starts)

    @property
    def donors(self) -> tuple[Unit, ...]:
        """Units that are never treated, in the order of the columns."""
        return tuple(unit for unit in self.outcome.columns if unit not in self.starts)

    @property
    def always_treated(self) -> tuple[Unit, ...]:
        """Treated units of which nothing is known from before their start, in the order of the columns."""
        first = self.outcome.index[:1]
        return tuple(unit for unit in self.treated if (first >= self.starts[unit]).any())

    @property
    def start(self) -> Label | None:
        """First treated period of any unit; None where no unit is treated."""
        return min(self.starts.values(), default=None)

    @property
    def before(self) -> pd.Index[Any]:
        """Periods before `start`: all of them where no unit is treated."""
        return self.outcome.index if self.start is None else self.outcome.index[self.outcome.index < self.start]

    @property
    def after(self) -> pd.Index[Any]:
        """Periods from `start` on: none where no unit is treated."""
        return self.outcome.index[:0] if self.start is None else self.outcome.index[self.outcome.index >= self.start]

    @property
    def treated_outcome(self) -> pd.Series[float]:
        """Mean outcome of the treated units, shape (n_periods,); empty where no unit is treated."""
        mean: pd.Series[float] = self.outcome[list(self.treated)].mean(axis=1)
        return mean if self.treated else mean[:0]

    def restrict(self, *, units: Collection[Unit] | None = None, until: Label | None = None) -> Panel:
        """Keep some units, or the periods up to and with `until`; units keep their order and their starts.

        Raises
        ------
        MethodError
            When `units` names one that the panel does not hold.
        """
        columns = self.outcome.columns
        if unknown := [unit for unit in units or () if unit not in columns]:
            raise MethodError(f"units {unknown}: expected some of {list(columns)}")
        kept = [unit for unit in columns if units is None or unit in units]
        outcome = self.outcome[kept]
        outcome = outcome if until is None else outcome[outcome.index <= until]
        return Panel(outcome, {unit: start for unit, start in self.starts.items() if unit in kept}, self.left_out)

    def without_always_treated(self) -> Panel:
        """Drop the `always_treated`, which are neither evaluated nor untreated; keep all where nobody else is treated.

        What is dropped is named in ``left_out``.
        """
        dropped = self.always_treated
        if not dropped or len(dropped) == len(self.treated):
            return self
        rest = self.restrict(units=[unit for unit in self.outcome.columns if unit not in dropped])
        return Panel(rest.outcome, rest.starts, (*self.left_out, *dropped))

    def pretending(self, unit: Unit) -> Panel:
        """Panel of the donors alone in which donor `unit` stands as if treated from `start` on."""
        return Panel(self.outcome[list(self.donors)], {unit: self.start})


@guarded
def panel_from_wide(outcome: pd.DataFrame, starts: Mapping[Unit, Label]) -> Panel | Insufficient:
    """Balanced panel from a frame of periods by units.

    The panel runs from the first to the last period that all treated units share (without treated units:
    that any unit has). A donor with a hole in that span is left out and named in ``Panel.left_out``.

    Parameters
    ----------
    outcome : DataFrame of shape (n_periods, n_units)
        Values that are missing or infinite count as holes.
    starts : mapping of unit to period
        First treated period of each treated unit; units without any value are passed over.

    Returns
    -------
    Panel or Insufficient
        ``no_data``, or ``gaps_in_periods`` when a treated unit has a hole or periods are not evenly spaced.

    Raises
    ------
    MethodError
        When a period or a unit occurs twice, a value is no number, a period is missing, or periods and starts are of
        several kinds.
    """
    if outcome.index.has_duplicates or outcome.columns.has_duplicates:
        raise MethodError("outcome: each period and each unit may occur once only")
    check_periods(outcome.index, "outcome")
    values = numbers_in(outcome, "outcome").sort_index().dropna(axis="columns", how="all")
    kept_starts = {unit: start for unit, start in starts.items() if unit in values.columns}
    anchors = values[list(kept_starts)].dropna(how="any") if kept_starts else values.dropna(how="all")
    if anchors.empty:
        return Insufficient("no_data")
    values = values.loc[anchors.index[0] : anchors.index[-1]]
    whole = values.columns[values.notna().all()]
    holes = int(values[list(kept_starts)].isna().sum().sum()) + missing_periods(values.index)
    if holes or whole.empty:
        return Insufficient("gaps_in_periods", max(holes, 1), 0)
    return Panel(values[whole], kept_starts, tuple(unit for unit in outcome.columns if unit not in whole))


@guarded
def panel_from_long(
    frame: pd.DataFrame,
    starts: Mapping[Unit, Label],
    *,
    unit: str = "unit",
    period: str = "period",
    value: str = "value",
) -> Panel | Insufficient:
    """Balanced panel from a frame with one row per unit and period; see `panel_from_wide`.

    Raises
    ------
    MethodError
        When a column is missing, a value is no number, a row has no unit or period, or a unit has two rows for one
        period.
    """
    if absent := {unit, period, value} - set(frame.columns):
        raise MethodError(f"frame: no column {sorted(absent)} among {list(frame.columns)}")
    if frame.duplicated([unit, period]).any():
        raise MethodError(f"frame: a {unit} has more than one row for a {period}; choose a group or a revision first")
    if frame[[unit, period]].isna().any(axis=None):
        raise MethodError(f"frame: found a row without {unit} or {period}, expected both in each")
    read = frame[[unit, period]].assign(**{value: numbers_of(frame[value], value)})
    return panel_from_wide(read.pivot(index=period, columns=unit, values=value), starts)


def shortfall(panel: Panel, *, before: int, after: int, donors: int, treated: int = 1) -> Insufficient | None:
    """Name what the panel lacks for a method that takes at most `treated` units with one start; None when nothing."""
    n_treated, n_donors = len(panel.treated), len(panel.donors)
    if panel.outcome.index.empty:
        return Insufficient("no_data")
    if not n_treated:
        return Insufficient("no_treated_unit", 0, 1)
    if len(set(panel.starts.values())) > 1:
        return Insufficient("different_starts", len(set(panel.starts.values())), 1)
    if n_treated > treated:
        return Insufficient("many_treated_units", n_treated, treated)
    if n_donors < donors:
        return Insufficient("too_few_donors" if n_donors else "no_donors", n_donors, donors)
    if len(panel.before) < before:
        return Insufficient("too_few_periods_before", len(panel.before), before)
    if len(panel.after) < after:
        return Insufficient("too_few_periods_after", len(panel.after), after)
    return None
