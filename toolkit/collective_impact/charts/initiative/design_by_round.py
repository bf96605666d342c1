"""How an initiative's design evolves: what its conditions were scored at, round by round."""

from collections.abc import Mapping

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.rubric_rounds import IN_USE, RatedRounds
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.language import listing, number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.factors import GroupScore

MOST_ROUNDS = 6
HIGHEST = 4
"""Characters in a line of a round's name."""


@guarded
def design_by_round(rated: RatedRounds, names: Mapping[str, str]) -> Figure | Insufficient:
    """Show the median score of each condition in the latest rounds, the darker the further it has come.

    Parameters
    ----------
    rated : RatedRounds
    names : mapping of str to str
        Name of each round by its id.
    """
    rounds = rated.rounds[-MOST_ROUNDS:]
    last = rated.last.groups
    known = {name: found for name, found in last.items() if isinstance(found, GroupScore)}
    if not known:
        return next((found for found in last.values() if isinstance(found, Insufficient)), Insufficient("no_ratings"))
    cells = [
        _cell(group_name(rated.instrument, group), names.get(name, name), rated.scores[name].groups.get(group))
        for group in last
        for name in rounds
        if name in rated.scores
    ]
    in_use = [group_name(rated.instrument, name) for name, found in known.items() if found.value >= IN_USE]
    words = {
        "in_use": len(in_use),
        "all": len(last),
        "step": IN_USE,
        "n": rated.last.n,
        "last": names.get(rated.rounds[-1], rated.rounds[-1]),
        "scores": listing(
            [f"{group_name(rated.instrument, n)} {number(found.value, 0)}" for n, found in known.items()]
        ),
    }
    return figure(
        matrix(cells),
        "design-by-round",
        words,
        title=_("{in_use} of {all} conditions have become part of the everyday work"),
        note=_("Median score on the rubric from 0 to 4, {n} raters in the last round; {step} means in everyday use."),
        alt_text=_("Table of median scores by condition and round. In {last}: {scores}."),
        data=matrix_table(cells, _("Condition")),
    )


def _cell(row: str, column: str, found: GroupScore | Insufficient | None) -> MatrixCell:
    if not isinstance(found, GroupScore):
        return MatrixCell(row, column, None, "–")
    return MatrixCell(row, column, found.value / HIGHEST, number(found.value, 0))
