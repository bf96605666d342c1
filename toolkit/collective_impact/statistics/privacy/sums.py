"""Cells of a table and the sums that tie them together: all that subtraction can work on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.types import Array

Key = tuple[Hashable, ...]
Classes = Mapping[str, Mapping[Hashable, Hashable]]
"""By dimension: the classification that each of its labels belongs to, where one dimension holds several."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Label of those whom a total counts but none of its parts: of no stated sex, of an area not in the table."""

    classification: Hashable = None


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A table as a linear system.

    Attributes
    ----------
    keys : tuple of tuple
        Label of each cell in each dimension, sorted; those of the frame, totals that the frame implies, and rests.
    values : array of shape (n_cells,)
        Counts; missing where not known.
    listed : array of shape (n_cells,)
        Whether the frame holds the cell.
    rest : array of shape (n_cells,)
        Whether it is a rest, which no table ever shows.
    margins : array of shape (n_cells,)
        In how many dimensions it is a total.
    matrix : sparse array of shape (n_sums, n_cells)
        1 for the total and -1 for each of its parts: every row times `values` is 0.
    """

    keys: tuple[Key, ...]
    values: Array
    listed: NDArray[np.bool_]
    rest: NDArray[np.bool_]
    margins: NDArray[np.int_]
    matrix: Any


def sums_of(counts: Mapping[Key, float], dimensions: Sequence[str], total: Hashable, classes: Classes) -> Sums:
    """Find every sum in a table: each total in each dimension, at each place of the others.

    Totals that the table does not hold are added, for they may stand elsewhere. Where a total is more than its parts
    the difference becomes a cell of its own: people whom subtraction would show.

    Parameters
    ----------
    counts : mapping of labels to count
        A label for each of the `dimensions`, `total` among them for totals. Missing counts are unknowns.

    Raises
    ------
    MethodError
        When parts add up to more than their total.
    """
    cells = dict(counts)
    lines = range(len(dimensions))
    for line in lines:
        for key, parts in _by_total(cells, line, total, classes.get(dimensions[line])).items():
            if key not in cells:
                cells[key] = max((sum(cells[part] for part in each) for each in parts.values()), key=_known)
    for line in lines:
        _add_rests(cells, line, total, classes.get(dimensions[line]), dimensions[line])
    keys = tuple(
        sorted(cells, key=lambda key: [(label == total, isinstance(label, Rest), str(label)) for label in key])
    )
    at = {key: place for place, key in enumerate(keys)}
    sums = [
        (at[key], [at[part] for part in each])
        for line in lines
        for key, parts in _by_total(cells, line, total, classes.get(dimensions[line])).items()
        for each in parts.values()
    ]
    values = np.array([cells[key] for key in keys], dtype=float)
    return Sums(
        keys=keys,
        values=values,
        listed=np.array([key in counts for key in keys], dtype=bool),
        rest=np.array([any(isinstance(label, Rest) for label in key) for key in keys], dtype=bool),
        margins=np.array([sum(label == total for label in key) for key in keys], dtype=int),
        matrix=matrix_of_sums(sorted(sums), len(keys)),
    )


def _known(value: float) -> tuple[bool, float]:
    """Order of candidates for an implied total: a known one before an unknown one, a larger before a smaller."""
    return not isnan(value), value


def _by_total(
    cells: Iterable[Key], line: int, total: Hashable, classification: Mapping[Hashable, Hashable] | None
) -> dict[Key, dict[Hashable, list[Key]]]:
    """Parts of each total along one dimension, by classification."""
    parts: dict[Key, dict[Hashable, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for key in cells:
        label = key[line]
        if label != total:
            kind = label.classification if isinstance(label, Rest) else (classification or {}).get(label)
            parts[(*key[:line], total, *key[line + 1 :])][kind].append(key)
    return parts


def _add_rests(
    cells: dict[Key, float],
    line: int,
    total: Hashable,
    classification: Mapping[Hashable, Hashable] | None,
    dimension: str,
) -> None:
    """Add what totals along one dimension hold beyond their parts, for each classification that leaves anybody out."""
    over = {
        (kind, key): cells[key] - sum(cells[part] for part in each)
        for key, parts in _by_total(cells, line, total, classification).items()
        for kind, each in parts.items()
    }
    for (_, key), rest in over.items():
        if rest < -1e-6:
            raise MethodError(
                f"{dimension} of {[label for label in key if label != total]}: found parts that add up to {-rest:g} "
                f"more than their total; expected labels of one classification, each person in one of them"
            )
    for kind in {kind for (kind, _), rest in over.items() if rest > 1e-6}:
        for (other, key), rest in over.items():
            if other == kind:
                cells[(*key[:line], Rest(kind), *key[line + 1 :])] = rest


def matrix_of_sums(sums: Sequence[tuple[int, Sequence[int]]], n_cells: int) -> Any:
    """Sums as a sparse array of shape (n_sums, n_cells), from the places of each total and of its parts."""
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(len(sums)), [1 + len(parts) for _, parts in sums])
    columns = np.array([cell for whole, parts in sums for cell in (whole, *parts)], dtype=int)
    signs = np.array([sign for _, parts in sums for sign in (1.0, *[-1.0] * len(parts))])
    return csr_array((signs, (rows, columns)), shape=(len(sums), n_cells))
