"""Picture of the twelve evaluations, each with the strongest evidence that it came to."""

from collections.abc import Sequence
from dataclasses import dataclass

from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.framework.vocabulary import Level, Method, Strength, label
from collective_impact.language import listing
from collective_impact.language import translate as _

_SHADES: dict[Strength | None, float] = {
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
    strength : Strength or None
        None where it did not come to a finding.
    text : str
        What stands in its cell.
    """

    method: Method
    level: Level
    strength: Strength | None
    text: str


def grid_of_strengths(evaluations: Sequence[GradedEvaluation]) -> Figure:
    """Draw methods by levels; a darker cell is stronger evidence, and the word stands in it."""
    by_level = sorted(evaluations, key=lambda each: tuple(Level).index(each.level))
    cells = [
        MatrixCell(label(each.level), label(each.method), _SHADES.get(each.strength), each.text) for each in by_level
    ]
    n = sum(each.strength in {Strength.STRONG, Strength.MODERATE} for each in evaluations)
    words = {
        "n": n,
        "all": len(evaluations),
        "found": sum(each.strength is not None for each in evaluations),
        "cells": listing([f"{cell.row}, {cell.column}: {cell.text}" for cell in cells]),
    }
    title = (
        _("{n} of {all} evaluations have come to moderate or strong evidence")
        if n
        else _("No evaluation has come to more than weak evidence yet")
    )
    return figure(
        matrix(cells),
        "grid-of-strengths",
        words,
        title=title,
        note=_(
            "The strongest evidence in each of the twelve evaluations; the darker, the stronger. {found} of {all} have "
            "come to a finding."
        ),
        alt_text=_("Table of levels by methods with the strongest evidence in each. {cells}."),
        data=matrix_table(cells, _("Level")),
    )
