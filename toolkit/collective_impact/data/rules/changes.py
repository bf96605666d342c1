"""The rules on what was noticed, decided and changed."""

import numpy as np
import pandas as pd

from collective_impact.data.period import first_days, last_days
from collective_impact.data.rules.rule import Rule, looked_up, same
from collective_impact.language import marked

_STAGES = ("proposed", "adopted", "implemented", "enforced")
_CORRECT_DATES = marked("correct the reference, or one of the dates")


def _decided_before(emergence: pd.DataFrame, decision: pd.DataFrame) -> "pd.Series[bool]":
    decided = looked_up(emergence["decision_id"], decision["decision_id"], last_days(decision["date"]))
    return decided < last_days(emergence["date"])


def _before_decision(adaptation: pd.DataFrame, decision: pd.DataFrame) -> "pd.Series[bool]":
    decided = looked_up(adaptation["decision_id"], decision["decision_id"], last_days(decision["date"]))
    return last_days(adaptation["date"]) < decided


def _acted_on_unsaid(emergence: pd.DataFrame) -> "pd.Series[bool]":
    return (emergence["status"] == "acted_on") & (emergence["response"] == "") & (emergence["decision_id"] == "")


def _stage_too_early(policy_event: pd.DataFrame) -> "pd.Series[bool]":
    """Which steps were taken before the first step of an earlier stage."""
    day, policy = last_days(policy_event["date"]), policy_event["policy_id"]
    early = pd.Series(False, index=policy_event.index)
    for before, stage in enumerate(_STAGES):
        for earlier in _STAGES[:before]:
            first = day.where(policy_event["stage"] == earlier).groupby(policy).transform("min")
            early |= (policy_event["stage"] == stage) & (day < first)
    return early


def _without_origin(outcome_harvest: pd.DataFrame) -> "pd.Series[bool]":
    """Which outcomes follow from themselves, or from one that does: their chain of parents has no end."""
    ids = outcome_harvest["outcome_id"]
    rows = outcome_harvest[ids != ""].drop_duplicates("outcome_id")
    parent = np.append(pd.Index(rows["outcome_id"]).get_indexer(pd.Index(rows["parent_id"])), -1)  # -1: none
    for _ in range(len(parent).bit_length()):  # each step doubles the way gone
        parent = parent[parent]
    return ids.map(dict(zip(rows["outcome_id"], parent[:-1] >= 0, strict=True)))


def _before_parent(outcome_harvest: pd.DataFrame) -> "pd.Series[bool]":
    ids, dates = outcome_harvest["outcome_id"], outcome_harvest["date"]
    return looked_up(outcome_harvest["parent_id"], ids, first_days(dates)) > last_days(dates)


CHANGE_RULES = (
    Rule(
        "emergence",
        "decision_id",
        marked("the decision that an entry led to is no earlier than the entry"),
        _CORRECT_DATES,
        _decided_before,
        needs=("decision",),
        shows=("date", "decision_id"),
        severity="note",
    ),
    Rule(
        "emergence",
        "status",
        marked("an entry that was acted on tells the response or the decision"),
        marked("fill in one of them, or correct the status"),
        _acted_on_unsaid,
        shows=("status", "response", "decision_id"),
        severity="note",
    ),
    Rule(
        "adaptation",
        "date",
        marked("a change is no earlier than the decision that it follows from"),
        _CORRECT_DATES,
        _before_decision,
        needs=("decision",),
        shows=("date", "decision_id"),
        severity="note",
    ),
    Rule(
        "power_alliance",
        "ally_id",
        marked("an alliance is between two different actors"),
        marked("take the row away, or correct one of the actors"),
        same("actor_id", "ally_id"),
        shows=("actor_id", "ally_id"),
    ),
    Rule(
        "policy_event",
        "date",
        marked("a policy is first proposed, then adopted, then implemented, then enforced"),
        marked("correct the stage or the date, unless it was so"),
        _stage_too_early,
        needs=("policy_event",),
        shows=("policy_id", "stage", "date"),
        severity="note",
    ),
    Rule(
        "outcome_harvest",
        "parent_id",
        marked("no outcome follows from itself, directly or by way of others"),
        marked("correct the reference"),
        _without_origin,
        needs=("outcome_harvest",),
        shows=("outcome_id", "parent_id"),
    ),
    Rule(
        "outcome_harvest",
        "date",
        marked("an outcome is no earlier than the one it follows from"),
        _CORRECT_DATES,
        _before_parent,
        needs=("outcome_harvest",),
        shows=("date", "parent_id"),
    ),
)
