"""Small counts hidden, and as many others with them that nobody can work them out by subtraction."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import check_count, numbers_of
from collective_impact.statistics.privacy.complementary_cells import Totals, hide
from collective_impact.statistics.privacy.sums import Classes, Key, sums_of
from collective_impact.statistics.types import Array

MIN_CELL = 11
_LARGEST = 2**53
"""Whole number up to which a float still tells each from the next."""
_RESERVED = ("shown", "visibility")


@dataclass(frozen=True, slots=True, eq=False)
class Suppressed:
    """A table of counts, and which of them may be shown.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns + 2)
        The rows given, in their order, with ``shown`` and ``visibility`` (a `Visibility`). For the house's own eyes:
        who knows which hidden cells are small knows more than the rule allows. `published` is what may leave it.
    totals : DataFrame
        Totals that are not among the rows but that readers may find or work out elsewhere, in the same columns: those
        not ``shown`` must not be published anywhere.
    published : DataFrame of shape (n_rows, n_labels + 1 + n_kept)
        Labels and counts of the rows given, in their order, counts missing where they must not be shown; then the
        columns that the caller chose to keep, missing in the same rows. No other column is in it, for what is made of
        the counts, such as a rate, gives them away.
    n_small, n_complementary : int
        Rows of `frame` hidden because they are small, and because others could be worked out from them.
    min_cell : int
        Smallest count that is shown of itself.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    published: pd.DataFrame
    n_small: int
    n_complementary: int
    min_cell: int


def publication(
    frame: pd.DataFrame,
    labels: Sequence[str],
    figures: Mapping[str, Array],
    keep: Sequence[str],
    shown: pd.Series[bool],
) -> pd.DataFrame:
    """Labels, figures as they may be shown, and the columns to keep, missing where nothing is shown."""
    kept = {column: frame[column].where(shown.to_numpy()) for column in keep}
    return frame[list(labels)].assign(**figures, **kept)


@guarded
def suppress(
    frame: pd.DataFrame,
    dimensions: Sequence[str],
    *,
    count: str = "count",
    by: Sequence[str] = (),
    total: Hashable = "all",
    classes: Classes | None = None,
    totals: Totals = "all",
    min_cell: int = MIN_CELL,
    show_zeros: bool = True,
    keep: Sequence[str] = (),
) -> Suppressed | Insufficient:
    """Hide counts of 1 to ``min_cell - 1``, and further cells until none of them can be worked out.

    All cells and all totals over the dimensions make a linear system. A hidden small count is safe when, given
    everything that is shown, that counts are not negative and that zeros are shown, it may still be as many different
    numbers as the rule hides: its feasible interval, found by linear programming, is at least as wide as that from 1
    to ``min_cell - 1`` (a sliding protection level: Fischetti & Salazar-González 2001, Management Science 47; on the
    problem Cox 1980, JASA 75). Nothing then tells more of it than "fewer than `min_cell`" would. Further cells are
    taken from the same row or column: first where they protect another cell too, then the smallest; totals only
    where nothing else is left, and zeros last of all, for readers may know them.

    Limits: who knows *why* each cell is hidden can narrow counts further, so only ``published`` may be published.
    Which cells are hidden beside the small ones depends on the counts. A reader who runs this rule on every table that
    the published figures allow, and keeps those that it would publish alike, can therefore find a count now and then
    where tables are tiny: 20 of the 2,092 hidden small cells in all tables of two by two with totals up to 9, at a
    `min_cell` of 4. Do not publish tables of few cells and small totals. Counts of 0 that are shown, and shares of 0%
    and 100%, tell of everybody in a group what each of them is: `show_zeros` hides them.
    Tables are safe by themselves and with their totals. Where the same people are counted in another table (other age
    bands, cumulated periods, areas that overlap), the two can be told apart by subtraction unless both are rows of the
    same frame, along a dimension or as `classes` of one. Neighbouring periods that hardly change tell about each other.

    Parameters
    ----------
    frame : DataFrame
        One row per cell. Counts are whole; missing ones are not known, and stay so.
    dimensions : sequence of str
        Columns along which counts add up, such as area and group.
    count : str
    by : sequence of str
        Columns that tell apart tables that do not add up, such as indicator and period.
    total : hashable
        Label that stands for all of a dimension.
    classes : mapping of dimension to mapping of label to classification, optional
        Where the labels of a dimension make up everybody more than once: by sex, and again by country of birth.
    totals : {"all", "listed"}
        Which totals readers are taken to know: all that the cells imply, or those in the frame only.
    min_cell : int
        11 hides 1 to 10 (the rule of the US Centers for Medicare & Medicaid Services).
    show_zeros : bool
        False hides 0 as it does small counts.
    keep : sequence of str
        Further columns to publish where the count is shown. Only what says nothing of the hidden counts, such as an
        area's name: figures of its total may tell of a part.

    Returns
    -------
    Suppressed or Insufficient
        ``no_data`` without rows, or without any count.

    Raises
    ------
    MethodError
        When a column is missing, used twice or called ``shown`` or ``visibility``, a cell occurs twice, a count is no
        number, negative, not whole or above 2**53, parts add up to more than their total, or a parameter cannot be.
    """
    check_columns(frame, [*by, *dimensions, count, *keep], dimensions, _RESERVED)
    _check(frame[[*by, *dimensions]], totals, min_cell)
    counts = _counts(frame, [*by, *dimensions], count)
    if np.isnan(counts).all():
        return Insufficient("no_data")
    tables: dict[Key, dict[Key, float]] = {}
    labels = list(frame[[*by, *dimensions]].itertuples(index=False, name=None))
    for label, value in zip(labels, counts.tolist(), strict=True):
        tables.setdefault(label[: len(by)], {})[label[len(by) :]] = value
    rows: list[tuple[Hashable, ...]] = []
    for table, cells in tables.items():
        sums = sums_of(cells, dimensions, total, classes or {})
        found = zip(sums.keys, sums.values.tolist(), hide(sums, min_cell, show_zeros, totals), strict=True)
        rows += [(*table, *key, *each) for (key, *each), rest in zip(found, sums.rest, strict=True) if not rest]
    columns = [*by, *dimensions, count, "visibility"]
    found_cells = pd.DataFrame(rows, columns=columns)
    return _result(frame, found_cells, counts, (columns[:-2], count, keep), min_cell)


def check_columns(
    frame: pd.DataFrame, columns: Sequence[str], dimensions: Sequence[str], reserved: Collection[str]
) -> None:
    """Refuse with MethodError columns that are not there, are used twice, or bear the name of one that is added."""
    if absent := [column for column in columns if column not in frame.columns]:
        raise MethodError(f"frame: no column {absent} among {list(frame.columns)}")
    if not dimensions or len(set(columns)) < len(columns):
        raise MethodError(f"columns are {[*columns]}: expected at least one dimension, and each column once")
    if taken := [column for column in columns if column in reserved]:
        raise MethodError(f"frame: found columns {taken}, expected other names: results hold columns of that name")


def _check(labels: pd.DataFrame, totals: str, min_cell: int) -> None:
    check_count(min_cell, "min_cell", 2)
    if totals not in ("all", "listed"):
        raise MethodError(f"totals is {totals!r}: expected 'all' or 'listed'")
    wrong = labels.isna().any(axis=1) | labels.duplicated()
    if wrong.any():
        raise MethodError(
            f"frame: found {labels[wrong].iloc[0].tolist()} without a label or twice, "
            f"expected a label in each of {list(labels.columns)}, once"
        )


def _counts(frame: pd.DataFrame, labels: Sequence[str], count: str) -> Array:
    counts = numbers_of(frame[count], count)
    unfit = (counts < 0) | (counts > _LARGEST) | (np.nan_to_num(counts) % 1 != 0)
    if unfit.any():
        row = int(np.flatnonzero(unfit)[0])
        found = f"found a count of {counts[row]:g} at {frame[list(labels)].iloc[row].tolist()}"
        raise MethodError(f"frame: {found}, expected whole counts from 0 to 2**53")
    return counts


def _result(
    frame: pd.DataFrame,
    cells: pd.DataFrame,
    counts: Array,
    columns: tuple[Sequence[str], str, Sequence[str]],
    min_cell: int,
) -> Suppressed:
    labels, count, keep = columns
    cells = cells.assign(shown=cells["visibility"] == "shown")
    visible = cells.set_index(list(labels))[["shown", "visibility"]]
    at = pd.MultiIndex.from_frame(frame[list(labels)]) if len(labels) > 1 else pd.Index(frame[labels[0]])
    judged = visible.loc[at]
    full = frame.assign(shown=judged["shown"].to_numpy(), visibility=judged["visibility"].to_numpy())
    beside = cells[~cells.set_index(list(labels)).index.isin(at)]
    return Suppressed(
        frame=full,
        totals=beside[[*labels, count, "shown", "visibility"]].reset_index(drop=True),
        published=publication(frame, labels, {count: np.where(full["shown"], counts, np.nan)}, keep, full["shown"]),
        n_small=int((full["visibility"] == "small").sum()),
        n_complementary=int((full["visibility"] == "complementary").sum()),
        min_cell=min_cell,
    )
