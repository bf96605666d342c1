"""What the developmental evaluation of the initiative concludes on what emerges: what was tried, and how soon."""

from math import isfinite

import pandas as pd

from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, one_source_only, strength_by
from collective_impact.findings.wording import interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import day, marked, number, percent, quote
from collective_impact.language import translate as _
from collective_impact.statistics.change.response_lag import ResponseLag
from collective_impact.statistics.insufficient import Insufficient

UNEXPECTED = ("surprise", "failure")
"""Kinds of entries that nobody planned for."""
TIME_TO_SHOW = 180
"""Days after which a decision can be expected to have been followed up."""


@answers(marked("What did we try, what surprised us, and what do we probe next?"))
def conclude_learning(
    entries: pd.DataFrame, register: pd.DataFrame, changes: pd.DataFrame, evaluation: Evaluation
) -> Finding | Insufficient:
    """Conclude what was tried and what surprised, and propose the next probe.

    Parameters
    ----------
    entries, register, changes : DataFrame
        As from `collective_impact.analysis.initiative.emergence_log`.
    evaluation : Evaluation
    """
    if entries.empty:
        return Insufficient("no_rows", 0, 1, "emergence")
    unexpected = entries[entries["kind"].isin(UNEXPECTED)]
    waiting = entries[~(entries["acted_on"] | entries["closed"])]
    overdue = register[(register["result"] == "") & (_age(register["date"], evaluation) > TIME_TO_SHOW)]
    words = {
        "entries": number(len(entries), 0),
        "unexpected": number(len(unexpected), 0),
        "acted": number(int(unexpected["acted_on"].sum()), 0),
        "changes": number(len(changes), 0),
        "decisions": number(len(register), 0),
        "followed": number(int((register["result"] != "").sum()), 0),
        "latest": quote(str(unexpected["description"].iloc[-1])) if len(unexpected) else "",
    }
    checks = (*counted(_("Entries of the log"), len(entries), weak=3, moderate=10), one_source_only())
    return Finding(
        id=f"{evaluation.inquiry.id}.learning",
        title=_learning_title(len(changes), len(unexpected)).format(**words),
        statement=_learning_statement(len(register), len(unexpected)).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("A log holds what somebody thought of writing down; what nobody noticed is not in it."),
            _("Kinds were given by whoever logged the entry; nobody else has coded them, so agreement is not known."),
        ),
        so_what=_so_what_of_learning(len(waiting), len(overdue)),
        now_what=_next_probe(waiting, overdue, evaluation),
        data=("emergence:kind", "decision:followup_result", "adaptation:what_changed"),
        topics=("surprise",) if len(unexpected) else (),
        names=(*entries["description"].map(str), *overdue["summary"].map(str)),
    )


def _age(dates: pd.Series, evaluation: Evaluation) -> pd.Series:
    age: pd.Series = (pd.Timestamp(evaluation.as_of) - dates).dt.days
    return age


def _learning_title(n_changes: int, n_unexpected: int) -> str:
    if n_changes and n_unexpected:
        return _("{changes} changes were tried, and {unexpected} of {entries} entries came unexpectedly")
    if n_unexpected:
        return _("{unexpected} of {entries} things noticed came unexpectedly; no change of plan is recorded")
    return _("{changes} changes were tried; nothing in {entries} entries is called a surprise")


def _learning_statement(n_decisions: int, n_unexpected: int) -> str:
    sentences = []
    if n_unexpected:
        sentences.append(
            _("Surprises and failures: {unexpected} of {entries} entries, of which {acted} have been acted on.")
        )
        sentences.append(_("The latest: {latest}"))
    else:
        sentences.append(
            _("Nothing in {entries} entries is called a surprise or a failure, which is unusual for complex work.")
        )
    if n_decisions:
        sentences.append(_("Of {decisions} decisions, {followed} have been followed up."))
    return " ".join(sentences)


def _so_what_of_learning(n_waiting: int, n_overdue: int) -> str:
    if n_waiting and n_overdue:
        return _(
            "What is noticed mostly leads somewhere only when it is taken up, and a decision teaches when followed up."
        )
    if n_waiting:
        return _("The initiative learns from what it notices; what still waits is where the next lesson lies.")
    if n_overdue:
        return _("Everything noticed has been answered; decisions that nobody followed up have taught nothing yet.")
    return _("The way from noticing to learning holds; the risk now is that less is noticed, not that it is forgotten.")


def _next_probe(waiting: pd.DataFrame, overdue: pd.DataFrame, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    found = []
    if len(waiting):
        probe = _("Try on a small scale what the latest open entry points to: {entry}")
        text = probe.format(entry=quote(str(waiting["description"].iloc[-1])))
        found.append(Recommendation(action=text, owner=_("working group"), due=evaluation.months_ahead(2)))
    if len(overdue):
        follow = _("Follow up the oldest decision without a result: {decision}")
        text = follow.format(decision=quote(str(overdue["summary"].iloc[-1])))
        found.append(Recommendation(action=text, owner=_("steering group"), due=evaluation.months_ahead(3)))
    if not found:
        text = _("Ask in every group what surprised it since the last time, and log the answers")
        found.append(Recommendation(action=text, owner=_("backbone organization"), due=evaluation.months_ahead(2)))
    return tuple(found)


@answers(marked("How soon does what is noticed lead to a decision?"))
def conclude_lag(lag: ResponseLag, entries: pd.DataFrame, evaluation: Evaluation) -> Finding:
    """Conclude how long it takes from noticing to deciding, with what is still open counted in."""
    median, curve = lag.curve.median, lag.curve
    known = isfinite(median.high)
    waiting = entries[~(entries["acted_on"] | entries["closed"])]
    words = {
        "n": number(curve.n, 0),
        "done": number(curve.n_done, 0),
        "open": number(curve.n_open, 0),
        "median": number(median.value, 0) if isfinite(median.value) else "",
        "low": number(median.low, 0),
        "high": number(median.high, 0) if known else "",
        "confidence": number(100 * median.confidence, 0),
        "within": number(lag.within, 0),
        "share": "" if isinstance(lag.answered, Insufficient) else percent(lag.answered.value),
    }
    checks = (
        *counted(_("Entries that call for a decision"), curve.n, weak=10, moderate=20),
        Check(
            rule=_("The interval of the median is no wider than the median itself"),
            seen=_("{low} to {high} days").format(**words) if known else _("no upper end yet"),
            held=known and median.high - median.low <= median.value,
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.lag",
        title=_lag_title(median.value).format(**words),
        statement=_lag_statement(lag).format(**words),
        estimate=interval_record(median, _("days"), n_units=curve.n) if known else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Entries closed without action are left out: no decision will come."),
            _("It is taken for granted that what is open is no easier or harder to decide than the rest."),
        ),
        so_what=_so_what_of_lag(waiting),
        now_what=_take_up(waiting, evaluation),
        data=("emergence:date", "decision:date"),
        names=tuple(waiting["description"].map(str)),
    )


def _lag_title(median: float) -> str:
    if isfinite(median):
        return _("Half of what is noticed is decided on within {median} days")
    return _("Most of what is noticed still waits for a decision")


def _lag_statement(lag: ResponseLag) -> str:
    sentences = [_("Of {n} entries that call for a decision, {done} have one and {open} are open.")]
    if isfinite(lag.curve.median.high):
        sentences.append(
            _("Half have it within {median} days ({confidence}% interval {low} to {high}), open ones counted in.")
        )
    elif isfinite(lag.curve.median.value):
        sentences.append(_("Half have it within {median} days; too few are decided to say how sure that is."))
    if not isinstance(lag.answered, Insufficient):
        sentences.append(_("Within {within} days it is {share}."))
    return " ".join(sentences)


def _so_what_of_lag(waiting: pd.DataFrame) -> str:
    if waiting.empty:
        return _("Nothing waits: whoever notices something can expect an answer, which keeps people noticing.")
    text = _("Answers keep people noticing. The oldest open entry has waited since {day}, and may have been forgotten.")
    return text.format(day=day(waiting["date"].iloc[0].date()))


def _take_up(waiting: pd.DataFrame, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    if waiting.empty:
        return ()
    text = _("Decide on the oldest open entry or close it: {entry}").format(
        entry=quote(str(waiting["description"].iloc[0]))
    )
    return (Recommendation(action=text, owner=_("steering group"), due=evaluation.months_ahead(1)),)
