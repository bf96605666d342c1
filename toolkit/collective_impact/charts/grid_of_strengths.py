"""Picture of the twelve evaluations, each with the strength of its first finding."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.framework.vocabulary import Level, Method, Strength, label
from collective_impact.language import listing
from collective_impact.language import translate as _

_SHADES: dict[Strength, float] = {
    Strength.STRONG: 0.95,
    Strength.MODERATE: 0.45,
    Strength.WEAK: 0.18,
    Strength.INSUFFICIENT: 0.04,
}


@dataclass(frozen=True, slots=True)
class GradedEvaluation:
    """One of the twelve.

    Attributes
    ----------
    method : Method
    level : Level
    strengths : tuple of Strength
        Of its findings, the most useful first; empty where it did not come to one.
    text : str
        What stands in its cell.
    """

    method: Method
    level: Level
    strengths: tuple[Strength, ...]
    text: str


def grid_of_strengths(evaluations: Sequence[GradedEvaluation]) -> Figure:
    """Draw methods by levels; a darker cell is stronger evidence of the first finding, and the word stands in it."""
    by_level = sorted(evaluations, key=lambda each: tuple(Level).index(each.level))
    cells = [MatrixCell(label(each.level), label(each.method), _shade(each.strengths), each.text) for each in by_level]
    counts = Counter(strength for each in evaluations for strength in each.strengths)
    words = {
        "all": len(evaluations),
        "found": sum(bool(each.strengths) for each in evaluations),
        **{strength.value: counts[strength] for strength in Strength},
        "cells": listing([f"{cell.row}, {cell.column}: {cell.text}" for cell in cells]),
    }
    title = (
        _("Findings: {strong} strong, {moderate} moderate, {weak} weak and {insufficient} inconclusive")
        if counts
        else _("No evaluation has come to a finding yet")
    )
    return figure(
        matrix(cells),
        "grid-of-strengths",
        words,
        title=title,
        note=_(
            "The strength of each evaluation’s first finding, and how many it has; the darker, the stronger. {found} "
            "of {all} evaluations have come to a finding. Readiness is not among them."
        ),
        alt_text=_("Table of levels by methods with the strength of the first finding in each. {cells}."),
        data=matrix_table(cells, _("Level")),
    )


def _shade(strengths: tuple[Strength, ...]) -> float | None:
    return _SHADES[strengths[0]] if strengths else None
