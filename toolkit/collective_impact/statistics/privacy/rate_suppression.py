"""Shares and rates hidden together with the counts behind them, from which they could be worked out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.privacy.complementary_cells import Totals
from collective_impact.statistics.privacy.sums import Classes
from collective_impact.statistics.privacy.suppression import (
    MIN_CELL,
    Suppressed,
    check_columns,
    publication,
    suppress,
)
from collective_impact.statistics.types import Array

Kind = Literal["share", "rate"]

_PART = "part of the denominator"
_RESERVED = ("shown", "visibility", "numerator_shown", "denominator_shown", "value", "count", _PART)


@dataclass(frozen=True, slots=True, eq=False)
class SuppressedRates:
    """A table of shares or rates, and which of its figures may be shown.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns + 3)
        The rows given, in their order, with ``shown`` (the share or rate itself), ``numerator_shown`` and
        ``denominator_shown``.
    published : DataFrame of shape (n_rows, n_labels + 3 + n_kept)
        Labels of the rows given, in their order, with numerator, denominator and ``value``, the one over the other;
        figures missing where they must not be shown. Then the columns that the caller chose to keep, missing where
        the share or rate is; no other column is in it.
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
    keep: Sequence[str] = (),
) -> SuppressedRates | Insufficient:
    """Hide shares or rates from which a small count could be worked out; see `suppress`.

    A share with its denominator gives its numerator, and the denominator less the numerator gives those who are no
    cases. Of shares, cases and non-cases are therefore the two parts of the denominator, one dimension more of the same
    table: small ones of either are hidden, and small denominators. Of rates (events among residents, who are publicly
    counted) only the numerators are protected. A share or rate is shown where numerator and denominator both are.

    A share of 0% or 100% tells of everybody in a group whether they are a case. ``show_zeros=False`` hides these too,
    and protects them as it does small counts.

    Parameters
    ----------
    frame : DataFrame
        One row per cell, whole counts. A row in which either figure is missing counts as missing.
    dimensions, by, total, classes, totals, min_cell, show_zeros, keep
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
        As `suppress`, with ``numerator_shown``, ``denominator_shown``, ``value`` and ``count`` as further names that
        no column may have; for an unknown `kind`, a negative denominator, or more cases than there are in all.
    """
    if kind not in ("share", "rate"):
        raise MethodError(f"kind is {kind!r}: expected 'share' or 'rate'")
    check_columns(frame, [*by, *dimensions, numerator, denominator, *keep], dimensions, _RESERVED)
    given = numbers_in(frame[[numerator, denominator]], "frame")
    labels = frame[[*by, *dimensions]].reset_index(drop=True)
    events, everybody = _counts(given, labels, kind)
    parts: dict[Hashable, Array] = {f"cases, {_PART}": events}
    if kind == "share":
        parts |= {f"others, {_PART}": everybody - events, total: everybody}
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
    if isinstance(hidden, Insufficient):
        return hidden
    return _result(frame, hidden, given.to_numpy(), ([*by, *dimensions], numerator, denominator, keep))


def _counts(given: pd.DataFrame, labels: pd.DataFrame, kind: Kind) -> tuple[Array, Array]:
    """Cases and all, each missing where the other is."""
    events, everybody = given.to_numpy().T
    wrong = everybody < 0
    if kind == "share":
        wrong |= events > everybody
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        found = f"{events[row]:g} of {everybody[row]:g} at {labels.iloc[row].tolist()}"
        raise MethodError(f"frame: found {found}, expected no more cases than there are in all, and nothing below 0")
    known = ~np.isnan(events + everybody)
    return np.where(known, events, np.nan), np.where(known, everybody, np.nan)


def _part(labels: pd.DataFrame, part: Hashable, counts: Array) -> pd.DataFrame:
    rows = labels.copy()
    rows[_PART], rows["count"] = pd.Series([part] * len(rows), dtype=object), counts
    return rows


def _result(
    frame: pd.DataFrame, hidden: Suppressed, given: Array, columns: tuple[Sequence[str], str, str, Sequence[str]]
) -> SuppressedRates:
    labels, numerator, denominator, keep = columns
    shown = {part: rows["shown"].to_numpy(dtype=bool) for part, rows in hidden.frame.groupby(_PART, sort=False)}
    cases, *rest = shown.values()
    everybody = rest[-1] if rest else ~np.isnan(given[:, 1])
    full = frame.assign(shown=cases & everybody, numerator_shown=cases, denominator_shown=everybody)
    events, sizes = np.where(np.column_stack([cases, everybody]), given, np.nan).T
    figures = {numerator: events, denominator: sizes, "value": events / np.where(sizes > 0, sizes, np.nan)}
    return SuppressedRates(
        frame=full,
        published=publication(frame, labels, figures, keep, full["shown"]),
        n_hidden=int(np.sum(~np.isnan(given).any(axis=1) & ~(cases & everybody))),
        min_cell=hidden.min_cell,
    )
