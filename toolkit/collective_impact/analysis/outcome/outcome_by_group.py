"""The chosen outcome by group of people: each group beside the one that it is compared with."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import latest_values, outcome_frame, table_or_empty


@dataclass(frozen=True, slots=True, eq=False)
class GroupFrames:
    """The outcome of one group beside that of the group it is compared with, in the same areas.

    Attributes
    ----------
    dimension : str
        What people are split by, for example country of birth.
    group, reference : str
        Names of the two groups.
    own, other : DataFrame of float, periods x areas
        Values of the group and of the reference.
    left_out : tuple of str
        Ids of areas in which one of the two is too small, or has no values.
    """

    dimension: str
    group: str
    reference: str
    own: pd.DataFrame
    other: pd.DataFrame
    left_out: tuple[str, ...]


def group_frames(initiative: Initiative, outcome: Outcome, without: Collection[str] = ()) -> tuple[GroupFrames, ...]:
    """Pair each group with the reference of its dimension; areas where one of them is small are left out.

    A group is small in an area where its denominator is below the initiative's smallest count to be shown in any
    period: its values then swing with single people. None where there are no values by group, or the table ``group``
    does not say which one to compare with.
    """
    groups = table_or_empty(initiative, "group")
    groups = groups[groups["group_id"].isin(outcome.groups)]
    return tuple(
        _pair(initiative, outcome, row, reference, without)
        for _dimension, rows in groups.groupby("dimension", sort=False)
        for _at, reference in rows[rows["reference"].eq(True)].head(1).iterrows()
        for _at, row in rows[rows["group_id"] != reference["group_id"]].iterrows()
    )


def _pair(
    initiative: Initiative, outcome: Outcome, row: "pd.Series", reference: "pd.Series", without: Collection[str]
) -> GroupFrames:
    whole = outcome.compared(without)
    own, other = (outcome_frame(initiative, outcome.indicator_id, each["group_id"]) for each in (row, reference))
    small = _small(initiative, outcome, row["group_id"]) | _small(initiative, outcome, reference["group_id"])
    kept = [area for area in whole if area in own and area in other and area not in small]
    own, other = (frame.reindex(index=whole.index, columns=kept) for frame in (own, other))
    missing = own.isna() | other.isna()
    kept = [area for area in kept if not missing[area].any() or area in outcome.starts]
    left_out = tuple(str(area) for area in whole if area not in kept)
    return GroupFrames(
        str(row["dimension"]), str(row["name"]), str(reference["name"]), own[kept], other[kept], left_out
    )


def _small(initiative: Initiative, outcome: Outcome, group: str) -> set[str]:
    values = latest_values(initiative, outcome.indicator_id)
    fewest = values[values["group"] == group].groupby("area_id")["denominator"].min()
    return set(fewest.index[fewest < initiative.facts.suppression.min_cell])
