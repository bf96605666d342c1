"""Combinations of conditions that suffice for an outcome: the solution of a truth table, with consistency and coverage.

Ragin 2006, Political Analysis 14, for consistency and coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.contribution.boolean_minimization import (
    COVERS,
    Implicant,
    prime_implicants,
    smallest_covers,
)
from collective_impact.statistics.contribution.truth_table import TruthTable
from collective_impact.statistics.insufficient import Insufficient, guarded

SolutionKind = Literal["conservative", "parsimonious"]


@dataclass(frozen=True, slots=True)
class Path:
    """One combination of conditions that goes with the outcome.

    Attributes
    ----------
    conditions : tuple of (str, bool)
        Conditions that it names, and whether each is present or absent; empty where the outcome is always there.
    consistency : float
        Share of its sites that have the outcome.
    raw_coverage, unique_coverage : float
        Share of the sites with the outcome that it holds, and that it alone holds.
    sites, unexplained : tuple
        Sites that it holds with the outcome, and without it.
    """

    conditions: tuple[tuple[str, bool], ...]
    consistency: float
    raw_coverage: float
    unique_coverage: float
    sites: tuple[object, ...]
    unexplained: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Paths that together hold every combination with the outcome.

    Attributes
    ----------
    paths : tuple of Path
    consistency, coverage : float
        Share of the sites on any path that have the outcome; share of the sites with the outcome on any path.
    not_covered : tuple
        Sites with the outcome on no path.
    """

    paths: tuple[Path, ...]
    consistency: float
    coverage: float
    not_covered: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SufficientCombinations:
    """Solution of a truth table.

    Attributes
    ----------
    kind : {"conservative", "parsimonious"}
    models : tuple of Model
        With as few paths as possible. More than one: the data cannot tell which (Baumgartner & Thiem 2017,
        Sociological Methods & Research 46), and all have to be shown.
    all_models : bool
        False where there are more than the 100 that are given.
    n_contradictions, n_remainders : int
        Combinations with both outcomes, and those without enough sites; the parsimonious solution supposes of the
        latter whatever makes it shorter.
    """

    kind: SolutionKind
    models: tuple[Model, ...]
    all_models: bool
    n_contradictions: int
    n_remainders: int

    @property
    def ambiguous(self) -> bool:
        """Whether several models fit as well."""
        return len(self.models) > 1


@guarded
def sufficient_combinations(
    table: TruthTable, kind: SolutionKind = "conservative"
) -> SufficientCombinations | Insufficient:
    """Shorten the combinations that have the outcome to as few paths as possible.

    Parameters
    ----------
    table : TruthTable
    kind : {"conservative", "parsimonious"}
        Conservative: combinations that do not occur are supposed to be without the outcome. Parsimonious: they are
        supposed to be as it suits a shorter solution. All of the smallest solutions are searched for, which takes long
        for the parsimonious one from 8 conditions on where they hardly explain the outcome.

    Returns
    -------
    SufficientCombinations or Insufficient
        ``no_sufficient_row`` where no combination counts as having the outcome.

    Raises
    ------
    MethodError
        For another `kind`.
    """
    if kind not in get_args(SolutionKind):
        raise MethodError(f"kind {kind!r}: expected one of {list(get_args(SolutionKind))}")
    columns = list(table.conditions)
    coded = {tuple(map(bool, row)): code for *row, code in table.rows[[*columns, "outcome"]].to_numpy().tolist()}
    true = [row for row, code in coded.items() if code == "present"]
    if not true:
        return Insufficient("no_sufficient_row", 0, 1)
    every = product((False, True), repeat=len(columns))
    free = [row for row in every if coded.get(row, "too_few") == "too_few"] if kind == "parsimonious" else []
    found = smallest_covers(prime_implicants(true, free), true)
    return SufficientCombinations(
        kind=kind,
        models=tuple(_model(table, cover) for cover in found),
        all_models=len(found) < COVERS,
        n_contradictions=int(table.rows["contradiction"].sum()),
        n_remainders=table.n_remainders,
    )


def _model(table: TruthTable, cover: tuple[Implicant, ...]) -> Model:
    has = table.cases[table.outcome].to_numpy()
    held = np.array([_held(table, implicant) for implicant in cover])
    times = held.sum(axis=0)
    return Model(
        paths=tuple(_path(table, implicant, on, times) for implicant, on in zip(cover, held, strict=True)),
        consistency=_share(has, times > 0),
        coverage=_share(times > 0, has),
        not_covered=_labels(table, has & (times == 0)),
    )


def _path(table: TruthTable, implicant: Implicant, on: NDArray[np.bool_], times: NDArray[np.integer]) -> Path:
    has = table.cases[table.outcome].to_numpy()
    named = zip(table.conditions, implicant, strict=True)
    return Path(
        conditions=tuple((name, sign) for name, sign in named if sign is not None),
        consistency=_share(has, on),
        raw_coverage=_share(on, has),
        unique_coverage=_share(on & (times == 1), has),
        sites=_labels(table, on & has),
        unexplained=_labels(table, on & ~has),
    )


def _held(table: TruthTable, implicant: Implicant) -> NDArray[np.bool_]:
    """Which sites a combination holds, shape (n_sites,)."""
    held = np.ones(table.n_sites, dtype=bool)
    for name, sign in zip(table.conditions, implicant, strict=True):
        if sign is not None:
            held &= table.cases[name].to_numpy() == sign
    return held


def _share(these: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(these[among].mean())


def _labels(table: TruthTable, chosen: NDArray[np.bool_]) -> tuple[object, ...]:
    labels: pd.Index[str] = table.cases.index[chosen]
    return tuple(sorted(labels, key=str))
