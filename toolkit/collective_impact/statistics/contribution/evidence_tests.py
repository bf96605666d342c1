"""Process tracing in words: what tests that were passed or failed say of a claim, without any number.

The four tests of Van Evera (1997) and what follows from passing or failing each, after Collier 2011, PS: Political
Science & Politics 44.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.contribution.process_tracing import Side, TestKind, check_observed
from collective_impact.statistics.insufficient import Insufficient, guarded

Inference = Literal["strongly_for", "slightly_for", "slightly_against", "strongly_against"]
Standing = Literal["supported", "leaning_for", "open", "contradictory", "leaning_against", "weakened"]

INFERENCES: dict[tuple[TestKind, bool], Inference] = {
    ("straw_in_the_wind", True): "slightly_for",
    ("straw_in_the_wind", False): "slightly_against",
    ("hoop", True): "slightly_for",
    ("hoop", False): "strongly_against",
    ("smoking_gun", True): "strongly_for",
    ("smoking_gun", False): "slightly_against",
    ("doubly_decisive", True): "strongly_for",
    ("doubly_decisive", False): "strongly_against",
}
"""By the kind of test of the claim, and whether it was passed."""
OPPOSITES: dict[Inference, Inference] = dict(zip(get_args(Inference), get_args(Inference)[::-1], strict=True))
"""What the same test says of the claim when it is a test of the rival."""
FAVOURS = "favours"


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceTests:
    """What the tests of a claim come to.

    Attributes
    ----------
    standing : Standing
        ``supported`` or ``weakened`` where strong evidence points that way and none the other; ``contradictory`` where
        there is strong evidence both ways; without strong evidence ``leaning_for`` or ``leaning_against`` where all
        of it points one way, and ``open`` otherwise.
    pieces : DataFrame
        Columns ``evidence, group, observed, favours, test, inference``.
    counts : Series
        Groups by inference: for each direction, a group counts once, with its strongest piece.
    n_pieces, n_groups, n_left_out : int
        The last: pieces without a kind of test, or of which nobody knows yet whether they are there.
    """

    standing: Standing
    pieces: pd.DataFrame
    counts: pd.Series[int]
    n_pieces: int
    n_groups: int
    n_left_out: int


@guarded
def evidence_tests(
    evidence: pd.DataFrame,
    *,
    evidence_id: str = "evidence_id",
    observed: str = "observed",
    test: str = "test",
    group: str = "independent_group",
    favours: str = FAVOURS,
) -> EvidenceTests | Insufficient:
    """Standing of a claim after the tests that its evidence passed and failed.

    Strong evidence decides, however much weak evidence there is: straws in the wind do not add up to a smoking gun.
    A test of the rival speaks the other way round: its smoking gun, found, is strong evidence against the claim; its
    hoop, missed, strong evidence for it.

    Parameters
    ----------
    evidence : DataFrame
        One row per piece. A piece without a group is a group of its own.
    favours : str
        Column that says whether a piece, when found, favours the ``claim`` or the ``rival``. Where the frame has no
        column "favours", or the piece no entry, it is the claim.

    Returns
    -------
    EvidenceTests or Insufficient
        ``no_evidence`` where no piece has a kind of test and was looked for.

    Raises
    ------
    MethodError
        When a column is missing, or a kind of test or a side is unknown.
    """
    if favours == FAVOURS and FAVOURS not in evidence.columns:
        evidence = evidence.assign(favours=None)
    columns = [evidence_id, observed, test, group, favours]
    if absent := set(columns) - set(evidence.columns):
        raise MethodError(f"evidence: no column {sorted(absent)} among {list(evidence.columns)}")
    rows = evidence[columns].set_axis(["evidence", "observed", "test", "group", "favours"], axis="columns")
    rows = rows.dropna(subset=["evidence", "observed", "test"])
    rows["favours"] = rows["favours"].astype(object).where(rows["favours"].notna(), "claim")
    for column, name, known in ((test, "test", get_args(TestKind)), (favours, "favours", get_args(Side))):
        if unknown := sorted(set(rows[name].astype(str)) - set(known)):
            raise MethodError(f"{column}: {unknown} unknown, expected one of {list(known)}")
    check_observed(rows["observed"], observed)
    if rows.empty:
        return Insufficient("no_evidence")
    passed = rows["observed"].astype(bool)
    inference = list(map(_inference, rows["test"], passed, rows["favours"]))
    own = rows["group"].isna() | (rows["group"].astype(str) == "")
    pieces = rows.assign(observed=passed, inference=inference, own=own)
    pieces["group"] = rows["group"].astype(object).where(~own, rows["evidence"])
    pieces = pieces.sort_values(["group", "evidence"], key=lambda column: column.astype(str), ignore_index=True)
    counts = _counts(pieces)
    return EvidenceTests(
        standing=_standing(counts),
        pieces=pieces[["evidence", "group", "observed", "favours", "test", "inference"]],
        counts=counts,
        n_pieces=len(pieces),
        n_groups=pieces.groupby(["group", "own"]).ngroups,
        n_left_out=len(evidence) - len(rows),
    )


def _inference(test: TestKind, passed: bool, favours: Side) -> Inference:
    of_the_claim = INFERENCES[test, passed]
    return of_the_claim if favours == "claim" else OPPOSITES[of_the_claim]


def _counts(pieces: pd.DataFrame) -> pd.Series[int]:
    """Groups by inference; a group with a strong piece does not count with its slight ones of the same direction."""
    there = pieces.groupby(["group", "own", "inference"]).size().unstack(fill_value=0).gt(0)
    there = there.reindex(columns=list(get_args(Inference)), fill_value=False)
    there["slightly_for"] &= ~there["strongly_for"]
    there["slightly_against"] &= ~there["strongly_against"]
    return there.sum().rename_axis("inference")


def _standing(counts: pd.Series[int]) -> Standing:
    strong_for, slight_for, slight_against, strong_against = (int(counts[name]) for name in get_args(Inference))
    if strong_for or strong_against:
        if strong_for and strong_against:
            return "contradictory"
        return "supported" if strong_for else "weakened"
    if slight_for and slight_against:
        return "open"
    return "leaning_for" if slight_for else "leaning_against"
