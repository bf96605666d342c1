"""Process tracing with probabilities: how far evidence moves the belief in a claim.

Bayes' rule as in Befani & Mayne 2014, IDS Bulletin 45, and Fairfield & Charman 2017, Political Analysis 25. Pieces that
are not independent of one another are packed into one, never multiplied (Befani 2020, Evaluation 26).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.types import Array

TestKind = Literal["straw_in_the_wind", "hoop", "smoking_gun", "doubly_decisive"]
Side = Literal["claim", "rival"]
Verdict = Literal["supported", "open", "weakened"]
TELLING = 4.0
"""How many times likelier evidence must be under one view than under the other to be telling: that of evidence which
is found 80% of the time when the claim is true and 20% when it is not."""
DECIDED = 0.8
"""Posterior from which a claim counts as supported; below one less this, as weakened."""


@dataclass(frozen=True, slots=True, eq=False)
class ProcessTracing:
    """Belief in a claim before and after the evidence.

    Attributes
    ----------
    prior, posterior : float
        Probability of the claim.
    verdict : Verdict
        By `decided` alone; `process_tracing_sensitivity` tells whether it stands when the numbers are doubted.
    pieces : DataFrame
        Columns ``evidence, group, code, observed, p_if_true, p_if_false, favours, test, log_odds, counted``: the group
        as a label and as a number from 0 on, the side that the piece favours when found and the kind of test that it
        is of that side, what the piece alone would add to the log odds, and whether it speaks for its group.
    groups : DataFrame
        Columns ``group, n, log_odds, two_sided, posterior``: what each group adds to the log odds, whether it holds
        evidence for and against, and the probability once it is counted. From the most telling to the least.
    decided : float
    n_pieces, n_groups : int
    n_left_out : int
        Pieces without a probability, or of which nobody knows yet whether they are there.
    """

    prior: float
    posterior: float
    verdict: Verdict
    pieces: pd.DataFrame
    groups: pd.DataFrame
    decided: float
    n_pieces: int
    n_groups: int
    n_left_out: int


@guarded
def process_tracing(
    evidence: pd.DataFrame,
    prior: float,
    *,
    evidence_id: str = "evidence_id",
    observed: str = "observed",
    p_if_true: str = "p_if_true",
    p_if_false: str = "p_if_false",
    group: str = "independent_group",
    decided: float = DECIDED,
) -> ProcessTracing | Insufficient:
    """Probability of a claim after the evidence that was found, and that which was looked for and not found.

    Evidence that was not found counts with the complements of its probabilities. Only groups multiply. Of a group the
    most telling piece counts; where it holds evidence for and against the claim, the most telling of each, the one
    against the other. So a group never moves the belief further than its strongest piece does, and what speaks against
    the claim is never lost.

    Parameters
    ----------
    evidence : DataFrame
        One row per piece. `p_if_true` and `p_if_false` are the probabilities of finding it if the claim is true, and if
        it is not. A piece without a group is a group of its own.
    prior : float
        Probability of the claim before, between 0 and 1.
    decided : float
        Posterior from which the claim counts as supported, between 0.5 and 1.

    Returns
    -------
    ProcessTracing or Insufficient
        ``no_evidence`` where no piece has both probabilities and was looked for.

    Raises
    ------
    MethodError
        When a column is missing, an id stands twice, or a probability is no number, or not between 0 and 1, neither of
        them.
    """
    if not 0 < prior < 1 or not 0.5 < decided < 1:
        raise MethodError(f"prior {prior}, decided {decided}: expected shares between 0 and 1, and between 0.5 and 1")
    columns = [evidence_id, observed, p_if_true, p_if_false, group]
    if absent := set(columns) - set(evidence.columns):
        raise MethodError(f"evidence: no column {sorted(absent)} among {list(evidence.columns)}")
    names = ["evidence", "observed", "p_if_true", "p_if_false", "group"]
    read = evidence[columns].set_axis(names, axis="columns")
    kept = read[names[:-1]].notna().all(axis=1)
    rows, numbers = read[kept], numbers_in(read[names[2:4]], "evidence")[kept]
    if rows["evidence"].duplicated().any():
        raise MethodError(f"{evidence_id}: {rows.loc[rows['evidence'].duplicated(), 'evidence'].tolist()} stand twice")
    check_observed(rows["observed"], observed)
    if beyond := rows["evidence"][~((numbers > 0) & (numbers < 1)).all(axis=1)].tolist():
        raise MethodError(f"probabilities of {beyond}: expected between 0 and 1, neither of them")
    if rows.empty:
        return Insufficient("no_evidence")
    pieces = _pieces(rows.assign(**numbers, observed=rows["observed"].astype(bool)))
    groups = _groups(pieces, prior)
    posterior = float(expit(logit(prior) + groups["log_odds"].sum()))
    return ProcessTracing(
        prior=prior,
        posterior=posterior,
        verdict=verdict_of(posterior, decided),
        pieces=pieces,
        groups=groups,
        decided=decided,
        n_pieces=len(pieces),
        n_groups=len(groups),
        n_left_out=len(evidence) - len(rows),
    )


def kind_of_test(p_if_true: float, p_if_false: float, telling: float = TELLING) -> TestKind:
    """What a piece of evidence can do for the side that it favours, from how much likelier it makes that side.

    Found, it is telling when it is `telling` times likelier under the one view than under the other (uniqueness); not
    found, when its absence is (certainty). Van Evera (1997), Guide to Methods for Students of Political Science, named
    the four kinds; the cut-off is ours. Evidence that is likelier if the claim is false is a test of the rival, of the
    same kind: see `favoured_side`.

    Raises
    ------
    MethodError
        When a probability is not between 0 and 1, or `telling` is not above 1.
    """
    if not (0 < p_if_true < 1 and 0 < p_if_false < 1 and telling > 1):
        raise MethodError(f"{p_if_true}, {p_if_false}, {telling}: expected shares between 0 and 1, and a ratio above 1")
    limit = np.log(telling) - 1e-9
    unique = abs(np.log(p_if_true / p_if_false)) >= limit
    certain = abs(np.log((1 - p_if_true) / (1 - p_if_false))) >= limit
    if unique:
        return "doubly_decisive" if certain else "smoking_gun"
    return "hoop" if certain else "straw_in_the_wind"


def favoured_side(p_if_true: float, p_if_false: float) -> Side:
    """Side that a piece of evidence favours when it is found; the claim where it is as likely either way."""
    return "claim" if p_if_true >= p_if_false else "rival"


def check_observed(found: pd.Series[bool], name: str) -> None:
    """Refuse a column of evidence that says something else than true and false.

    Raises
    ------
    MethodError
        For any other value.
    """
    if not found.isin([True, False]).all():
        raise MethodError(f"{name}: {sorted(set(found.astype(str)))} found, expected true or false for each piece")


def verdict_of(posterior: float, decided: float) -> Verdict:
    """Whether a probability settles a claim."""
    if posterior >= decided:
        return "supported"
    return "weakened" if posterior <= 1 - decided else "open"


def likelihood_ratios(observed: Array, p_if_true: Array, p_if_false: Array) -> Array:
    """Log of how much likelier each piece makes the claim, found or not; all arrays of shape (n_pieces,)."""
    found: Array = np.log(p_if_true) - np.log(p_if_false)
    absent: Array = np.log1p(-p_if_true) - np.log1p(-p_if_false)
    return np.where(observed, found, absent)


def group_log_odds(log_odds: Array, groups: NDArray[np.integer]) -> Array:
    """What each group adds: its strongest piece for the claim and its strongest against.

    Parameters
    ----------
    log_odds : array of shape (n_pieces,)
    groups : array of shape (n_pieces,)
        Codes from 0 on.
    """
    best, worst = np.zeros(int(groups.max()) + 1), np.zeros(int(groups.max()) + 1)
    np.maximum.at(best, groups, log_odds)
    np.minimum.at(worst, groups, log_odds)
    return best + worst


def _pieces(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows["group"].isna() | (rows["group"].astype(str) == "")
    labels = rows["group"].astype(object).where(~own, rows["evidence"]).astype(str)
    pieces = rows.assign(group=labels, own=own).sort_values(["group", "own", "evidence"], ignore_index=True)
    pieces["code"] = pieces.groupby(["group", "own"]).ngroup()
    numbers = [pieces[name].to_numpy() for name in ("observed", "p_if_true", "p_if_false")]
    pieces["favours"] = [favoured_side(*pair) for pair in zip(*numbers[1:], strict=True)]
    pieces["test"] = [kind_of_test(*pair) for pair in zip(*numbers[1:], strict=True)]
    pieces["log_odds"] = likelihood_ratios(*numbers)
    by_group = pieces.groupby("code")["log_odds"]
    strongest_for = pieces["log_odds"].eq(by_group.transform("max")) & pieces["log_odds"].gt(0)
    strongest_against = pieces["log_odds"].eq(by_group.transform("min")) & pieces["log_odds"].lt(0)
    pieces["counted"] = (strongest_for | strongest_against) & ~pieces.duplicated(["code", "log_odds"])
    given = ["evidence", "group", "code", "observed", "p_if_true", "p_if_false"]
    return pieces[[*given, "favours", "test", "log_odds", "counted"]]


def _groups(pieces: pd.DataFrame, prior: float) -> pd.DataFrame:
    by_group = pieces.groupby("code")["log_odds"]
    groups = pd.DataFrame(
        {
            "group": pieces.groupby("code")["group"].first(),
            "n": by_group.size(),
            "log_odds": group_log_odds(pieces["log_odds"].to_numpy(), pieces["code"].to_numpy()),
            "two_sided": (by_group.max() > 0) & (by_group.min() < 0),
        }
    )
    size = groups["log_odds"].abs().round(12)
    groups = groups.assign(size=size).sort_values(["size", "group"], ascending=[False, True], ignore_index=True)
    groups["posterior"] = expit(logit(prior) + groups["log_odds"].cumsum())
    return groups.drop(columns="size")
