"""Whether partners pull at the same strategies: the network of partners and strategies, and who shares what.

Borgatti, S. P. & Everett, M. G. (1997), Network analysis of 2-mode data, Social Networks 19; clustering of Robins, G. &
Alexander, M. (2004), Small worlds among interlocking directors, Computational & Mathematical Organization Theory 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array


@dataclass(frozen=True, slots=True, eq=False)
class MutualReinforcement:
    """How partners and strategies hang together.

    Attributes
    ----------
    n_partners, n_strategies, n_ties : int
        A partner at work on a strategy is one tie.
    density : float
        Ties over all there could be.
    sharing_pairs : float
        Share of the pairs of partners who work on at least one strategy in common.
    overlap : float or None
        Mean, over these pairs, of the strategies that both work on among those that either does (Jaccard); None
        without such a pair.
    clustering : float or None
        How often two partners who share a strategy, one of whom works on another strategy too, share that one as
        well: the share of ways of three ties that close to a circle of four. None without such a way.
    partners : DataFrame of shape (n_partners, 2)
        By partner: ``strategies`` it works on and ``shares_with``, partners with whom it has one in common.
    strategies : Series of shape (n_strategies,)
        Partners at work on each.
    shared : DataFrame of shape (n_partners, n_partners)
        Strategies that two partners have in common; 0 on the diagonal.
    without_strategy : tuple of str
        Partners that work on none.
    with_one_partner, without_partner : tuple of str
        Strategies that rest on one partner, and those that nobody works on.
    """

    n_partners: int
    n_strategies: int
    n_ties: int
    density: float
    sharing_pairs: float
    overlap: float | None
    clustering: float | None
    partners: pd.DataFrame
    strategies: pd.Series[int]
    shared: pd.DataFrame
    without_strategy: tuple[str, ...]
    with_one_partner: tuple[str, ...]
    without_partner: tuple[str, ...]


@guarded
def mutual_reinforcement(
    work: pd.DataFrame,
    partners: Sequence[str],
    strategies: Sequence[str],
    *,
    partner: str = "partner_id",
    strategy: str = "strategy",
) -> MutualReinforcement | Insufficient:
    """Describe the network of partners and the strategies they work on.

    Sharing a strategy is a chance to reinforce one another, not a proof of it.

    Parameters
    ----------
    work : DataFrame of shape (n_rows, n_columns)
        Who works on what; several activities of a partner under one strategy count once, rows without a strategy not
        at all.
    partners, strategies : sequence of str
        All there are, those without a row in `work` among them.
    partner, strategy : str
        Columns of `work`.

    Returns
    -------
    MutualReinforcement or Insufficient
        ``too_few_actors`` under 2 partners, ``no_ties`` where nobody works on any strategy, or there is none.

    Raises
    ------
    MethodError
        When a column is missing, a name occurs twice, or `work` names somebody or something that is not listed.
    """
    ties = work.dropna(subset=[strategy]) if {partner, strategy} <= set(work.columns) else None
    if ties is None:
        raise MethodError(f"work: found columns {', '.join(map(str, work.columns))}; expected {partner} and {strategy}")
    rows = _places(ties[partner], partners, "partners")
    columns = _places(ties[strategy], strategies, "strategies")
    if len(partners) < 2:
        return Insufficient("too_few_actors", len(partners), 2)
    if not len(ties):
        return Insufficient("no_ties", 0, 1)
    matrix = np.zeros((len(partners), len(strategies)))
    matrix[rows, columns] = 1.0
    return _described(matrix, sorted(partners), sorted(strategies))


def _places(named: pd.Series[str], listed: Sequence[str], what: str) -> NDArray[np.intp]:
    if len(set(listed)) < len(listed):
        raise MethodError(f"{what}: found one of them twice; expected each once")
    places = pd.Index(sorted(listed), dtype=object).get_indexer(pd.Index(named, dtype=object))
    if (places < 0).any():
        strange = sorted({str(name) for name in named[places < 0]})
        raise MethodError(f"work: found {', '.join(strange)}, expected names among the {what} only")
    return places


def _described(matrix: Array, partners: list[str], strategies: list[str]) -> MutualReinforcement:
    own, at_work = matrix.sum(axis=1).astype(int), matrix.sum(axis=0).astype(int)
    shared = matrix @ matrix.T
    np.fill_diagonal(shared, 0.0)
    first, second = np.nonzero(np.triu(shared))
    common = shared[first, second]
    return MutualReinforcement(
        n_partners=len(partners),
        n_strategies=len(strategies),
        n_ties=int(matrix.sum()),
        density=float(matrix.mean()),
        sharing_pairs=2 * len(common) / (len(partners) * (len(partners) - 1)),
        overlap=float((common / (own[first] + own[second] - common)).mean()) if len(common) else None,
        clustering=_clustering(matrix, shared),
        partners=pd.DataFrame({"strategies": own, "shares_with": (shared > 0).sum(axis=1)}, index=partners),
        strategies=pd.Series(at_work, index=strategies),
        shared=pd.DataFrame(shared.astype(int), index=partners, columns=partners),
        without_strategy=tuple(name for name, count in zip(partners, own, strict=True) if not count),
        with_one_partner=tuple(name for name, count in zip(strategies, at_work, strict=True) if count == 1),
        without_partner=tuple(name for name, count in zip(strategies, at_work, strict=True) if not count),
    )


def _clustering(matrix: Array, shared: Array) -> float | None:
    """Four times the circles of four, over the ways of three ties."""
    circles = (shared * (shared - 1) / 2).sum() / 2
    ways = (matrix * np.outer(matrix.sum(axis=1) - 1, matrix.sum(axis=0) - 1)).sum()
    return float(4 * circles / ways) if ways else None
