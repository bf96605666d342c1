"""What an evaluation concludes, as typed data: findings, and questions that stay open."""

from datetime import date
from itertools import combinations
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from collective_impact.findings.wording_rules import broken_rules
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.estimate import RANKED_P

FINDINGS = "findings.json"

Topic = Literal["equity", "surprise", "rival", "off_track", "signal"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


Number = Annotated[float, AfterValidator(_rounded)]


class EstimateRecord(_Frozen):
    """An estimate with what is needed to judge it.

    Attributes
    ----------
    value, low, high : float
        Estimate and ends of its interval.
    unit : str
        What they are measured in.
    confidence : float
        Coverage that the interval aims at (0-1).
    p_value, p_floor : float or None
        Chance of a gap as large without an effect, and the smallest value that the test could have given.
    n_units, n_periods : int
        Areas (treated and comparison) and periods that the estimate rests on.
    """

    value: Number
    low: Number
    high: Number
    unit: str
    confidence: float = 0.95
    p_value: Number | None = None
    p_floor: Number | None = None
    n_units: int
    n_periods: int

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero and, where ranks give the p-value, chance is ruled out at 10%."""
        ruled_out = self.p_floor is None or self.p_value is None or self.p_value <= RANKED_P
        return (self.low > 0 or self.high < 0) and ruled_out

    def overlaps(self, other: "EstimateRecord") -> bool:
        """Whether the two intervals have a value in common, so that nobody can say which is larger."""
        return self.low <= other.high and other.low <= self.high


class Check(_Frozen):
    """One rule that the strength of evidence was judged by.

    Attributes
    ----------
    rule, seen : str
        What is asked for, and what was found.
    held : bool
        Whether what was found is what is asked for.
    needed_for : Strength
        The weakest grade that it takes this check for.
    """

    rule: str
    seen: str
    held: bool
    needed_for: Strength = Strength.MODERATE


class Recommendation(_Frozen):
    """What somebody should do about a finding; owner and date are proposals until a forum has decided.

    Attributes
    ----------
    action : str
        What to do.
    owner : str
        Who should do it.
    due : date
        By when.
    """

    action: str
    owner: str
    due: date


class Finding(_Frozen):
    """One conclusion.

    Attributes
    ----------
    id : str
        Unique within the report: ``<template>.<name>``.
    question : str
        What it answers.
    title : str
        The finding in a few words.
    statement : str
        The finding in one or two sentences that name the number of units.
    estimate : EstimateRecord or None
        The number that it rests on, where there is one.
    compared : tuple of EstimateRecord
        Estimates of the areas, groups or practices that its sentences set beside one another.
    strength : Strength
        What its evidence bears, by the checks.
    checks : tuple of Check
        What the strength was judged by.
    caveats : tuple of str
        What to keep in mind about it.
    so_what : str
        What it means for the initiative.
    now_what : tuple of Recommendation
        What to do about it.
    data : tuple of str
        Ids of the data behind it: ``<table>:<key>``.
    topics : tuple of str
        What else it speaks of, so that the learning report finds it: who benefits and who does not (``equity``), what
        nobody expected (``surprise``), what else could explain results (``rival``), what goes wrong, falls short or
        is unwanted (``off_track``), what has moved by more than it usually does or calls for an answer (``signal``).
    names : tuple of str
        Names from the data that stand in its sentences: they are the user's words, which no rule judges.

    Raises
    ------
    pydantic.ValidationError
        If the statement breaks a wording rule.
    """

    id: str
    question: str = ""
    title: str
    statement: str
    estimate: EstimateRecord | None = None
    compared: tuple[EstimateRecord, ...] = ()
    strength: Strength
    checks: tuple[Check, ...] = ()
    caveats: tuple[str, ...] = ()
    so_what: str
    now_what: tuple[Recommendation, ...] = ()
    data: tuple[str, ...]
    topics: tuple[Topic, ...] = ()
    names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _wording_holds(self) -> "Finding":
        inconclusive = self.estimate is not None and not self.estimate.conclusive
        counts = (self.estimate.n_units, self.estimate.n_units - 1, self.estimate.n_periods) if self.estimate else ()
        text = _without(self.names, f"{self.title}. {self.statement} {self.so_what}")
        overlapping = any(first.overlaps(second) for first, second in combinations(self.compared, 2))
        broken = broken_rules(text, inconclusive=inconclusive, counts=counts, overlapping=overlapping)
        if broken:
            raise ValueError(f"{self.id}: {'; '.join(broken)}: {self.statement!r}")
        return self


def _without(names: tuple[str, ...], text: str) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "…")
    return text


class Unanswered(_Frozen):
    """A question that the data could not answer.

    Attributes
    ----------
    question : str
        What was asked.
    reason : str
        Why it stays open.
    unlock : str
        Which data would answer it.
    """

    question: str
    reason: str
    unlock: str


class RowsUsed(_Frozen):
    """How much data stands behind an evaluation or a finding.

    Attributes
    ----------
    id : str
        A table, or ``<table>:<key>`` as findings name the data behind them.
    rows : int or None
        How many of the table's rows that is; None where the key names no rows, or the number would say too much.
    until : date or None
        Last day that these rows tell of; None where they have no date.
    """

    id: str
    rows: int | None
    until: date | None = None


class Since(_Frozen):
    """What has changed since an earlier report, by ids of findings.

    Attributes
    ----------
    report : date
        The earlier report's today.
    new, gone : tuple of str
        Findings that only this report has, and those that only the earlier one had.
    stronger, weaker : tuple of str
        Findings of both whose strength of evidence has gone up or down.
    moved : tuple of str
        Findings of both whose estimates have intervals without a value in common.
    answered : tuple of str
        Questions that the earlier report left open and this one does not.
    """

    report: date
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    stronger: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


class Findings(_Frozen):
    """All that one evaluation concludes; stands as ``findings.json`` beside the executed notebook.

    Attributes
    ----------
    template : str
        Id of the evaluation.
    initiative, initiative_title : str
    as_of : date
        The report's today.
    language : str
        Language of the sentences.
    findings : tuple of Finding
    unanswered : tuple of Unanswered
    rows : tuple of RowsUsed
        The tables that the evaluation had, and the data that its findings name.
    since : Since or None
        In a learning report that has an earlier one.
    tables_read : tuple of str
        Tables of the package that were looked for, whether or not they were there: what the findings depend on.
    """

    template: str
    initiative: str
    initiative_title: str
    as_of: date
    language: str
    findings: tuple[Finding, ...]
    unanswered: tuple[Unanswered, ...]
    rows: tuple[RowsUsed, ...] = ()
    since: Since | None = None
    tables_read: tuple[str, ...] = ()
