"""Claims of contribution, each tested by its own evidence, and how sure one may be of each by stated rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from collective_impact.statistics.contribution.evidence_tests import EvidenceTests, Standing, evidence_tests
from collective_impact.statistics.contribution.process_tracing import ProcessTracing, process_tracing
from collective_impact.statistics.contribution.process_tracing_sensitivity import (
    ProcessTracingSensitivity,
    process_tracing_sensitivity,
)
from collective_impact.statistics.insufficient import Insufficient, guarded

Confidence = Literal[
    "practically_certain",
    "confident",
    "fairly_confident",
    "passed_in_words",
    "leaning_for",
    "undecided",
    "contradictory",
    "untested",
    "leaning_against",
    "failed_in_words",
    "rather_unlikely",
    "unlikely",
    "practically_ruled_out",
]
Side = Literal["for", "open", "against"]
PRIORS = (0.25, 0.75)
"""Priors that every claim is tried with besides its own."""
SHIFTS = (0.1, 0.2)
"""How far every probability of the evidence is moved, all for the claim or all against it."""
STEPS: tuple[tuple[Confidence, Confidence, float, float], ...] = (
    ("practically_certain", "practically_ruled_out", 0.99, 0.2),
    ("confident", "unlikely", 0.95, 0.1),
    ("fairly_confident", "rather_unlikely", 0.8, 0.0),
)
"""Words for a claim and against it, the probability they take, and the shift at which the verdict has to stand."""
IN_WORDS: dict[Standing, Confidence] = {
    "supported": "passed_in_words",
    "leaning_for": "leaning_for",
    "open": "undecided",
    "contradictory": "contradictory",
    "leaning_against": "leaning_against",
    "weakened": "failed_in_words",
}
FOR: tuple[Confidence, ...] = ("practically_certain", "confident", "fairly_confident", "passed_in_words")
AGAINST: tuple[Confidence, ...] = ("practically_ruled_out", "unlikely", "rather_unlikely", "failed_in_words")


@dataclass(frozen=True, slots=True, eq=False)
class TestedClaim:
    """A link of the theory of change that the initiative claims to have contributed to.

    Attributes
    ----------
    claim_id, statement, link_from, link_to, rival : str
        The last: the strongest other explanation; empty where none is named.
    rival_plausibility : int or None
        0 ruled out to 4 very plausible.
    evidence : DataFrame
        Its rows of the table ``evidence``, indexed by ``evidence_id``.
    tracing, sensitivity : ProcessTracing or Insufficient, ProcessTracingSensitivity or Insufficient
        With probabilities; insufficient for a claim in words.
    tests : EvidenceTests or Insufficient
        In words.
    confidence : Confidence
    """

    claim_id: str
    statement: str
    link_from: str
    link_to: str
    rival: str
    rival_plausibility: int | None
    evidence: pd.DataFrame
    tracing: ProcessTracing | Insufficient
    sensitivity: ProcessTracingSensitivity | Insufficient
    tests: EvidenceTests | Insufficient
    confidence: Confidence

    @property
    def side(self) -> Side:
        """Whether the evidence bears the claim out, speaks against it, or leaves it open."""
        return "for" if self.confidence in FOR else "against" if self.confidence in AGAINST else "open"

    @property
    def n_groups(self) -> int:
        """Independent groups of evidence that were looked at."""
        judged = self.tests if isinstance(self.tracing, Insufficient) else self.tracing
        return 0 if isinstance(judged, Insufficient) else judged.n_groups

    @property
    def agrees_in_words(self) -> bool:
        """Whether the tests without their probabilities point the same way as the probability does."""
        if isinstance(self.tests, Insufficient) or isinstance(self.tracing, Insufficient):
            return False
        return {"supported": "supported", "leaning_for": "supported"}.get(self.tests.standing, "weakened") == (
            self.tracing.verdict
        ) and self.tests.standing not in {"open", "contradictory"}


@guarded
def contribution_claims(claims: pd.DataFrame, evidence: pd.DataFrame) -> tuple[TestedClaim, ...] | Insufficient:
    """Test each claim by its evidence: with probabilities where it has them, in words where it has none.

    Parameters
    ----------
    claims, evidence : DataFrame
        The tables ``claim`` and ``evidence``.

    Returns
    -------
    tuple of TestedClaim or Insufficient
        In the order of the table; ``no_evidence`` where no evidence belongs to any claim.
    """
    tested = tuple(_tested(row, evidence[evidence["claim_id"] == row["claim_id"]]) for _i, row in claims.iterrows())
    if all(each.confidence == "untested" for each in tested):
        return Insufficient("no_evidence", 0, 1)
    return tested


def _tested(claim: pd.Series[Any], evidence: pd.DataFrame) -> TestedClaim:
    kinds = evidence["test"].where(evidence["test"] != "", None)
    tests = evidence_tests(evidence.assign(test=kinds))
    tracing: ProcessTracing | Insufficient = Insufficient("no_evidence", 0, 1)
    if pd.notna(claim["prior"]):
        tracing = process_tracing(evidence, float(claim["prior"]))
    sensitivity: ProcessTracingSensitivity | Insufficient = Insufficient("no_evidence", 0, 1)
    if isinstance(tracing, ProcessTracing):
        sensitivity = process_tracing_sensitivity(tracing, priors=PRIORS, shifts=SHIFTS)
    plausible = claim["rival_plausibility"]
    return TestedClaim(
        claim_id=_text(claim["claim_id"]),
        statement=_text(claim["statement"]),
        link_from=_text(claim["link_from"]),
        link_to=_text(claim["link_to"]),
        rival=_text(claim["rival"]),
        rival_plausibility=None if pd.isna(plausible) else int(plausible),
        evidence=evidence.set_index("evidence_id"),
        tracing=tracing,
        sensitivity=sensitivity,
        tests=tests,
        confidence=_confidence(tracing, sensitivity, tests),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _confidence(
    tracing: ProcessTracing | Insufficient,
    sensitivity: ProcessTracingSensitivity | Insufficient,
    tests: EvidenceTests | Insufficient,
) -> Confidence:
    if isinstance(tracing, Insufficient) or isinstance(sensitivity, Insufficient):
        return "untested" if isinstance(tests, Insufficient) else IN_WORDS[tests.standing]
    if tracing.verdict == "open":
        return "undecided"
    likely = tracing.verdict == "supported"
    sure = tracing.posterior if likely else 1 - tracing.posterior
    firm = -1.0 if sensitivity.firm_to is None else sensitivity.firm_to
    for word, opposite, least, shift in STEPS:
        if sure >= least and firm >= shift:
            return word if likely else opposite
    return "leaning_for" if likely else "leaning_against"
