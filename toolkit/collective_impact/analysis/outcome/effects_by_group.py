"""Whether the effect differs between groups of people: the chosen design on each group and on their difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.chosen_design import estimate_by
from collective_impact.analysis.outcome.outcome_by_group import GroupFrames
from collective_impact.statistics.counterfactual.design import DesignChoice, choose_design
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, panel_from_wide
from collective_impact.statistics.types import Label, Unit


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """The effect in one group, in the group it is compared with, and the difference of the two.

    Attributes
    ----------
    dimension, group, reference : str
        Names.
    own, other : Estimate
    difference : Estimate
        Effect on the group's value less the reference's, by the same design in the same areas.
    gap_before : float
        Group less reference in the areas that take part, on average before the first start.
    n_left_out : int
        Areas in which one of the groups is too small.
    """

    dimension: str
    group: str
    reference: str
    own: Estimate
    other: Estimate
    difference: Estimate
    gap_before: float
    n_left_out: int

    @property
    def closes(self) -> bool:
        """Whether the difference goes against the gap there was before."""
        return self.difference.value * self.gap_before < 0


@guarded
def effects_by_group(
    pairs: Sequence[GroupFrames], starts: Mapping[Unit, Label], choice: DesignChoice, *, seed: int = 0
) -> tuple[GroupEffect, ...] | Insufficient:
    """Estimate the effect in each group and its difference to the reference.

    Areas left out of a group may change which design the data allow; then that one is used.

    Returns
    -------
    tuple of GroupEffect or Insufficient
        ``no_groups`` without pairs; the first pair's reason where none could be estimated.
    """
    if not pairs:
        return Insufficient("no_groups", 0, 2)
    found = [_effect(pair, starts, choice, seed) for pair in pairs]
    estimated = tuple(each for each in found if isinstance(each, GroupEffect))
    return estimated or next(each for each in found if isinstance(each, Insufficient))


@guarded
def p_values_of_differences(groups: Sequence[GroupEffect]) -> pd.Series[float]:
    """p-values of the differences, in the order of the groups; missing where a design has none."""
    return pd.Series([each.difference.p_value for each in groups], dtype=float)


def _effect(
    pair: GroupFrames, starts: Mapping[Unit, Label], choice: DesignChoice, seed: int
) -> GroupEffect | Insufficient:
    kept = {unit: start for unit, start in starts.items() if unit in pair.own}
    gap = panel_from_wide(pair.own - pair.other, kept)
    if isinstance(gap, Insufficient):
        return gap
    gap = gap.without_always_treated()
    used = choose_design(gap, overrule=choice.design if choice.overruled else "")
    if isinstance(used, Insufficient):
        return used
    units, periods = list(gap.outcome.columns), gap.outcome.index
    own, other = (panel_from_wide(frame.loc[periods, units], gap.starts) for frame in (pair.own, pair.other))
    panels = [panel for panel in (own, other, gap) if isinstance(panel, Panel)]
    made = [estimate_by(panel, used, seed=seed) for panel in panels]
    estimates = [each for each in made if isinstance(each, Estimate)]
    if len(estimates) < len((own, other, gap)):
        return next(each for each in (own, other, *made) if isinstance(each, Insufficient))
    before = gap.outcome.loc[gap.before, list(gap.treated)].to_numpy()
    return GroupEffect(
        dimension=pair.dimension,
        group=pair.group,
        reference=pair.reference,
        own=estimates[0],
        other=estimates[1],
        difference=estimates[2],
        gap_before=float(before.mean()),
        n_left_out=len(pair.left_out),
    )
