"""Truth table of a crisp-set qualitative comparative analysis: which combinations of conditions go with an outcome.

Ragin 1987, The Comparative Method; Rihoux & De Meur 2009, in Configurational Comparative Methods, chapter 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded

SITES = 10
"""Fewest sites that are compared by a truth table."""
BY_CHANCE = 0.1
"""Largest chance with which outcomes that fall by chance may look free of contradictions."""


@dataclass(frozen=True, slots=True, eq=False)
class TruthTable:
    """Combinations of conditions, and the outcome that goes with each.

    Attributes
    ----------
    rows : DataFrame
        One row per combination that occurs, in order: a column of true and false for each condition, ``n`` sites,
        ``n_with_outcome``, ``consistency`` (their share), ``outcome`` (``present``, ``absent``, or ``too_few`` below
        the frequency cut-off), ``contradiction`` (both outcomes occur) and ``sites``, a tuple of labels.
    cases : DataFrame of shape (n_sites, n_conditions + 1)
        The sites, with a last column for the outcome.
    conditions : tuple of str
    outcome : str
    n_sites, n_left_out : int
        The last: sites without the outcome or one of the conditions.
    n_remainders : int
        Combinations that do not occur, or too seldom.
    absent : bool
        Whether what is explained is that the outcome is absent; "with the outcome" then reads "without it".
    by_chance : float
        Chance that so many conditions and sites would show no contradiction if the outcome fell by the toss of a coin.
    consistency_cutoff : float
    frequency_cutoff : int
    """

    rows: pd.DataFrame
    cases: pd.DataFrame
    conditions: tuple[str, ...]
    outcome: str
    n_sites: int
    n_left_out: int
    n_remainders: int
    absent: bool
    by_chance: float
    consistency_cutoff: float
    frequency_cutoff: int

    @property
    def contradictions(self) -> tuple[tuple[object, ...], ...]:
        """Sites that share all conditions but not the outcome: to be understood before anything is concluded."""
        return tuple(self.rows.loc[self.rows["contradiction"], "sites"])


@guarded
def truth_table(
    sites: pd.DataFrame,
    conditions: Sequence[str],
    outcome: str,
    *,
    absent: bool = False,
    consistency_cutoff: float = 0.8,
    frequency_cutoff: int = 1,
) -> TruthTable | Insufficient:
    """Gather sites by their combination of conditions.

    With many conditions nearly every site has a combination of its own, and any outcome looks explained. Marx & Dusa
    (2011, Methodological Innovations Online 6) set benchmarks by simulation for the number of conditions that sites
    can bear; here the chance is worked out exactly, and no more conditions are taken than keep it to 10%: 3 for 10
    sites, 4 for 15, 5 for 20, 6 for 30. There is no upper limit of sites; with many, the cases behind each row can no
    longer be known one by one, and the frequency cut-off may be raised above 1.

    Parameters
    ----------
    sites : DataFrame
        One row per site, indexed by its label; true and false, or 1 and 0.
    conditions : sequence of str
    outcome : str
    absent : bool
        Explain that the outcome is absent. That is an analysis of its own, as the causes of failure need not mirror
        those of success.
    consistency_cutoff : float
        Share of a combination's sites with the outcome from which the combination counts as having it; above 0.5.
    frequency_cutoff : int
        Fewest sites of a combination that counts.

    Returns
    -------
    TruthTable or Insufficient
        ``no_data``; ``too_few_sites`` below 10; ``too_many_conditions``; ``no_variation`` where all sites have the
        same outcome, or the same of a condition.

    Raises
    ------
    MethodError
        When a column or label stands twice or is missing, holds something else than true and false, or a cut-off is
        out of range.
    """
    names = [*conditions, outcome]
    _check(sites, names, consistency_cutoff, frequency_cutoff)
    known = sites[names].dropna()
    if len(known) < SITES:
        return Insufficient("too_few_sites" if len(known) else "no_data", len(known), SITES)
    cases = known.astype(bool)
    cases[outcome] ^= absent
    if (cases.nunique() < 2).any():
        return Insufficient("no_variation", 1, 2)
    most = most_conditions(len(cases))
    if len(conditions) > most:
        return Insufficient("too_many_conditions", len(conditions), most)
    rows = _rows(cases, list(conditions), outcome, consistency_cutoff, frequency_cutoff)
    return TruthTable(
        rows=rows,
        cases=cases,
        conditions=tuple(conditions),
        outcome=outcome,
        n_sites=len(cases),
        n_left_out=len(sites) - len(cases),
        n_remainders=2 ** len(conditions) - int((rows["outcome"] != "too_few").sum()),
        absent=absent,
        by_chance=chance_of_no_contradiction(len(cases), len(conditions)),
        consistency_cutoff=consistency_cutoff,
        frequency_cutoff=frequency_cutoff,
    )


def chance_of_no_contradiction(n_sites: int, n_conditions: int) -> float:
    """Chance that no two sites with the same conditions differ in the outcome, if all were tosses of a coin.

    Sites fall into the combinations evenly; a combination with j of them is free of contradictions with chance
    ``2 / 2 ** j``. Each condition parts the sites in two, like tosses, and both parts must be free.
    """
    free = np.minimum(1.0, 2.0 ** (1.0 - np.arange(n_sites + 1)))
    tosses = np.zeros((n_sites + 1, n_sites + 1))
    tosses[0, 0] = 1.0
    for count in range(n_sites):
        tosses[count + 1] = (tosses[count] + np.roll(tosses[count], 1)) / 2
    for _ in range(n_conditions):
        free = np.array([row[: count + 1] @ (free[: count + 1] * free[count::-1]) for count, row in enumerate(tosses)])
    return float(free[-1])


def most_conditions(n_sites: int) -> int:
    """Most conditions that so many sites can bear."""
    count = 1
    while chance_of_no_contradiction(n_sites, count + 1) <= BY_CHANCE:
        count += 1
    return count


def _check(sites: pd.DataFrame, names: list[str], consistency: float, frequency: int) -> None:
    if absent := set(names) - set(sites.columns):
        raise MethodError(f"sites: no column {sorted(absent)} among {list(sites.columns)}")
    if len(set(names)) < max(len(names), 2) or sites.index.has_duplicates:
        raise MethodError(
            f"conditions and outcome {names}: expected a condition or more, each once, and each site once"
        )
    if not 0.5 < consistency <= 1 or frequency < 1:
        raise MethodError(f"cut-offs {consistency} and {frequency}: expected a share above 0.5, and 1 site or more")
    if odd := [name for name in names if not sites[name].dropna().isin([True, False]).all()]:
        raise MethodError(f"{odd}: expected true and false, or 1 and 0, only")


def _rows(cases: pd.DataFrame, conditions: list[str], outcome: str, consistency: float, frequency: int) -> pd.DataFrame:
    labelled = cases.assign(_site=cases.index).sort_values("_site", key=lambda labels: labels.astype(str))
    gathered = labelled.groupby(conditions, sort=True)
    rows = gathered.agg(n=(outcome, "size"), n_with_outcome=(outcome, "sum"), sites=("_site", tuple)).reset_index()
    share = rows["n_with_outcome"] / rows["n"]
    coded = np.where(rows["n"] < frequency, "too_few", np.where(share >= consistency, "present", "absent"))
    rows.insert(len(conditions) + 2, "consistency", share)
    rows.insert(len(conditions) + 3, "outcome", coded)
    rows.insert(len(conditions) + 4, "contradiction", (share > 0) & (share < 1))
    return rows
