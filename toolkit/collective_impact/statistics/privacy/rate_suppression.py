"""Shares and rates hidden together with the counts behind them, from which they could be worked out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.privacy.complementary_cells import Totals
from collective_impact.statistics.privacy.sums import Classes
from collective_impact.statistics.privacy.suppression import MIN_CELL, Suppressed, suppress
from collective_impact.statistics.types import Array

Kind = Literal["share", "rate"]

_PART = "part of the denominator"


@dataclass(frozen=True, slots=True, eq=False)
class SuppressedRates:
    """A table of shares or rates, and which of its figures may be shown.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns + 3)
        The rows given, in their order, with ``shown`` (the share or rate itself), ``numerator_shown`` and
        ``denominator_shown``.
    published : DataFrame of shape (n_rows, n_columns + 1)
        The rows given with ``value``, numerator over denominator; figures missing where they must not be shown. Other
        columns stay as they are.
    n_hidden : int
        Rows without a share or rate to show that have one.
    min_cell : int
    """

    frame: pd.DataFrame
    published: pd.DataFrame
    n_hidden: int
    min_cell: int


@guarded
def suppress_rates(
    frame: pd.DataFrame,
    dimensions: Sequence[str],
    *,
    kind: Kind = "share",
    numerator: str = "numerator",
    denominator: str = "denominator",
    by: Sequence[str] = (),
    total: Hashable = "all",
    classes: Classes | None = None,
    totals: Totals = "all",
    min_cell: int = MIN_CELL,
    show_zeros: bool = True,
) -> SuppressedRates | Insufficient:
    """Hide shares or rates from which a small count could be worked out; see `suppress`.

    A share with its denominator gives its numerator, and the denominator less the numerator gives those who are no
    cases. Of shares, cases and non-cases are therefore the two parts of the denominator, one dimension more of the same
    table: small ones of either are hidden, and small denominators. Of rates (events among residents, who are publicly
    counted) only the numerators are protected. A share or rate is shown where numerator and denominator both are.

    Parameters
    ----------
    frame : DataFrame
        One row per cell, whole counts. A row in which either figure is missing counts as missing.
    dimensions, by, total, classes, totals, min_cell, show_zeros
        As of `suppress`.
    kind : {"share", "rate"}
        Whether the numerator is a part of the denominator.
    numerator, denominator : str
        Columns.

    Returns
    -------
    SuppressedRates or Insufficient
        ``no_data``.

    Raises
    ------
    MethodError
        As `suppress`; for an unknown `kind`, or more cases than there are in all.
    """
    if kind not in ("share", "rate"):
        raise MethodError(f"kind is {kind!r}: expected 'share' or 'rate'")
    if absent := [column for column in (*by, *dimensions, numerator, denominator) if column not in frame.columns]:
        raise MethodError(f"frame: no column {absent} among {list(frame.columns)}")
    events, everybody = (frame[column].to_numpy(dtype=float) for column in (numerator, denominator))
    known = np.isfinite(events) & np.isfinite(everybody)
    events, everybody = np.where(known, events, np.nan), np.where(known, everybody, np.nan)
    labels = frame[[*by, *dimensions]].reset_index(drop=True)
    if kind == "share" and (events > everybody).any():
        row = int(np.flatnonzero(events > everybody)[0])
        found = f"{events[row]:g} of {everybody[row]:g} at {labels.iloc[row].tolist()}"
        raise MethodError(f"frame: found {found}, expected no more cases than there are in all")
    parts: dict[Hashable, Array] = {"cases": events}
    if kind == "share":
        parts |= {"others": everybody - events, total: everybody}
    long = pd.concat([_part(labels, part, values) for part, values in parts.items()])
    along = [*dimensions, *([_PART] if kind == "share" else [])]
    hidden = suppress(
        long,
        along,
        by=by,
        total=total,
        classes=classes,
        totals=totals,
        min_cell=min_cell,
        show_zeros=show_zeros,
    )
    return hidden if isinstance(hidden, Insufficient) else _result(frame, hidden, numerator, denominator, known)


def _part(labels: pd.DataFrame, part: Hashable, counts: Array) -> pd.DataFrame:
    rows = labels.copy()
    rows[_PART], rows["count"] = pd.Series([part] * len(rows), dtype=object), counts
    return rows


def _result(
    frame: pd.DataFrame, hidden: Suppressed, numerator: str, denominator: str, known: NDArray[np.bool_]
) -> SuppressedRates:
    shown = {part: rows["shown"].to_numpy(dtype=bool) for part, rows in hidden.frame.groupby(_PART, sort=False)}
    cases, *rest = shown.values()
    everybody = rest[-1] if rest else np.isfinite(frame[denominator].to_numpy(dtype=float))
    full = frame.assign(shown=cases & everybody, numerator_shown=cases, denominator_shown=everybody)
    events = frame[numerator].astype(float).where(cases)
    sizes = frame[denominator].astype(float).where(everybody)
    value = events / sizes.where(sizes > 0)
    return SuppressedRates(
        frame=full,
        published=frame.assign(**{numerator: events, denominator: sizes, "value": value}),
        n_hidden=int((known & ~full["shown"]).sum()),
        min_cell=hidden.min_cell,
    )
