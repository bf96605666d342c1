"""What an evaluation concludes, as typed data: findings, and questions that stay open."""

from datetime import date
from itertools import combinations
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from collective_impact.findings.wording_rules import broken_rules
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.estimate import RANKED_P

FINDINGS = "findings.json"

Topic = Literal["equity", "surprise", "rival", "off_track"]


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
        Estimate and ends of its interval, in ``unit``.
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
    needed_for : Strength
        The weakest grade that it takes this check for.
    """

    rule: str
    seen: str
    held: bool
    needed_for: Strength = Strength.MODERATE


class Recommendation(_Frozen):
    """What somebody should do about a finding; owner and date are proposals until a forum has decided."""

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
        What it answers; `collective_impact.findings.question.answers` fills it in.
    title : str
        The finding in a few words.
    statement : str
        The finding in one or two sentences that name the number of units.
    estimate : EstimateRecord or None
    compared : tuple of EstimateRecord
        Estimates of the areas, groups or practices that its sentences set beside one another.
    strength : Strength
        By the checks, as ``findings.strength`` says.
    checks : tuple of Check
        What the strength was judged by.
    caveats : tuple of str
    so_what : str
        What it means for the initiative.
    now_what : tuple of Recommendation
    data : tuple of str
        Ids of the data behind it: ``<table>:<key>``.
    topics : tuple of str
        What else it speaks of, so that the learning report finds it: who benefits and who does not (``equity``), what
        nobody expected (``surprise``), what else could explain results (``rival``), what goes wrong, falls short or
        is unwanted (``off_track``).
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
    """A question that the data could not answer, why, and what would unlock it."""

    question: str
    reason: str
    unlock: str


class Findings(_Frozen):
    """All that one evaluation concludes; stands as ``findings.json`` beside the executed notebook."""

    template: str
    initiative: str
    initiative_title: str
    as_of: date
    language: str
    findings: tuple[Finding, ...]
    unanswered: tuple[Unanswered, ...]
