"""Which harvested outcome led to which: the chains that ripple effect mapping draws.

Emery, Higgins, Chazdon & Hansen (2015), Journal of Extension 53(2). A link is what somebody said, not what was tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeChains:
    """Outcomes as branches of trees.

    Attributes
    ----------
    order : DataFrame of shape (n_outcomes, 4)
        Indexed by outcome, each before those that follow from it; trees with many outcomes first, then in order of
        time. ``parent``: what it follows from, or an empty text; ``root``: where its tree begins; ``depth``: steps from
        there; ``followers``: outcomes that follow from it, directly or by way of others.
    n_linked : int
        Outcomes that follow from another.
    n_chains : int
        Trees of two outcomes or more.
    longest : int
        Outcomes in the longest line from a root to a tip.
    """

    order: pd.DataFrame
    n_linked: int
    n_chains: int
    longest: int


@guarded
def outcome_chains(
    outcomes: pd.DataFrame, *, outcome: str = "outcome_id", parent: str = "parent_id", date: str = "date"
) -> OutcomeChains | Insufficient:
    """Put outcomes in the order of the trees that they make up.

    Parameters
    ----------
    outcomes : DataFrame
        One row per outcome; `date` holds periods. An outcome whose `parent` is not among them begins a tree.

    Returns
    -------
    OutcomeChains or Insufficient
        ``no_data``.

    Raises
    ------
    MethodError
        When a column is missing, an outcome stands twice, or one follows from itself.
    """
    if absent := {outcome, parent, date} - set(outcomes.columns):
        raise MethodError(f"outcomes: no column {sorted(absent)} among {list(outcomes.columns)}")
    if outcomes[outcome].duplicated().any():
        raise MethodError(f"{outcome}: {outcomes.loc[outcomes[outcome].duplicated(), outcome].tolist()} stand twice")
    if outcomes.empty:
        return Insufficient("no_data")
    known = set(outcomes[outcome])
    parents = {
        own: before if before in known else ""
        for own, before in zip(outcomes[outcome], outcomes[parent].fillna(""), strict=True)
    }
    lines = {own: _line(own, parents) for own in parents}
    days = {own: at.start_time.toordinal() for own, at in zip(outcomes[outcome], outcomes[date], strict=True)}
    followers = {own: sum(own in line[:-1] for line in lines.values()) for own in lines}
    rows = pd.DataFrame(
        {
            "parent": pd.Series(parents, dtype=str),
            "root": pd.Series({own: line[0] for own, line in lines.items()}, dtype=str),
            "depth": pd.Series({own: len(line) - 1 for own, line in lines.items()}),
            "followers": pd.Series(followers),
        }
    ).rename_axis(outcome)
    places = {own: [(-followers[line[0]], 0, ""), *((0, days[at], at) for at in line)] for own, line in lines.items()}
    order = rows.loc[sorted(lines, key=lambda own: places[own])]
    starts = rows["depth"].eq(0)
    return OutcomeChains(
        order=order,
        n_linked=int((~starts).sum()),
        n_chains=int((starts & rows["followers"].gt(0)).sum()),
        longest=int(rows["depth"].max()) + 1,
    )


def _line(own: str, parents: dict[str, str]) -> list[str]:
    """From the root down to an outcome."""
    line = [own]
    while before := parents[line[0]]:
        if before in line:
            raise MethodError(f"{before} follows from itself, by way of {line[1:] or line}")
        line.insert(0, before)
    return line
