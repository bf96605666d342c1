"""The rules on claims of contribution and the evidence that they are tested by."""

import pandas as pd

from collective_impact.data.rules.rule import Rule, looked_up
from collective_impact.language import marked

_LIKELIHOODS = ["p_if_true", "p_if_false"]


def _half_weighed(evidence: pd.DataFrame, claim: pd.DataFrame) -> "pd.Series[bool]":
    """Which evidence has probabilities where its claim has none, or none where its claim has one."""
    has_prior = looked_up(evidence["claim_id"], claim["claim_id"], claim["prior"].notna())
    weighed, in_words = evidence[_LIKELIHOODS].notna().all(axis=1), evidence[_LIKELIHOODS].isna().all(axis=1)
    return (weighed & has_prior.eq(False)) | (in_words & has_prior.eq(True))


def _unweighed_without_test(evidence: pd.DataFrame) -> "pd.Series[bool]":
    return evidence[_LIKELIHOODS].isna().all(axis=1) & (evidence["test"] == "")


CLAIM_RULES = (
    Rule(
        "claim",
        "claim_id",
        marked("each claim is tested by some evidence"),
        marked("add its evidence to the table evidence"),
        lambda claim, evidence: ~claim["claim_id"].isin(evidence["claim_id"]),
        needs=("evidence",),
        severity="note",
    ),
    Rule(
        "evidence",
        "p_if_false",
        marked("evidence has both probabilities, or neither"),
        marked("fill in the other probability too, or leave both empty"),
        lambda evidence: evidence["p_if_true"].isna() != evidence["p_if_false"].isna(),
        shows=("p_if_true", "p_if_false"),
    ),
    Rule(
        "evidence",
        "p_if_true",
        marked("evidence has probabilities where its claim has a prior probability, and only there"),
        marked("fill in the prior of the claim and both probabilities, or leave all three empty"),
        _half_weighed,
        needs=("claim",),
        shows=("claim_id", "p_if_true", "p_if_false"),
    ),
    Rule(
        "evidence",
        "test",
        marked("evidence without probabilities tells what kind of test it is"),
        marked("choose the kind of test, or fill in the probabilities"),
        _unweighed_without_test,
        shows=("evidence_id", "test"),
    ),
    Rule(
        "evidence",
        "p_if_false",
        marked("evidence is more or less likely if the claim is true than if it is not; otherwise it says nothing"),
        marked("correct one of the probabilities, unless it is meant so"),
        lambda evidence: evidence["p_if_true"] == evidence["p_if_false"],
        shows=("p_if_true", "p_if_false"),
        severity="note",
    ),
)
