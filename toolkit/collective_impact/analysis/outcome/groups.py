"""Counts behind an indicator by group of people, in the areas that an evaluation follows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.followed import Counted, members
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty


@dataclass(frozen=True, slots=True, eq=False)
class GroupCounts:
    """Counts by group.

    Attributes
    ----------
    frame : DataFrame
        Columns ``dimension, group, period, numerator, denominator``; within a dimension always over the same areas.
    names : mapping of str to str
        Name of each group by id.
    references : mapping of str to str
        Group that the others of its dimension are compared with, by dimension; chosen in the package, or the first.
    n_areas : mapping of str to int
        Areas that the counts of a dimension are from.
    """

    frame: pd.DataFrame
    names: Mapping[str, str]
    references: Mapping[str, str]
    n_areas: Mapping[str, int]

    @property
    def words(self) -> tuple[str, ...]:
        """The package's own words for groups and dimensions."""
        return (*self.names.values(), *self.references)


def group_counts(initiative: Initiative, outcome: Outcome, figures: Counted) -> GroupCounts:
    """Sum the counts of each group over the areas followed; no rows where there are no groups or no counts.

    Only areas with counts for every group of a dimension in every period take part in its sums, so that a gap does not
    move because areas come and go.
    """
    table = table_or_empty(initiative, "group")
    rows = figures.rows[figures.rows["area_id"].isin(members(outcome))]
    frames, references, n_areas = [], {}, {}
    for dimension, groups in table.groupby("dimension", sort=False):
        name, ids = str(dimension), [str(group) for group in groups["group_id"]]
        own, areas = _same_areas(rows[rows["group"].isin(ids)])
        found = [group for group in ids if group in set(own["group"])]
        if len(found) < 2:
            continue
        chosen = [str(group) for group in groups.loc[groups["reference"].eq(True), "group_id"]]
        references[name] = next((group for group in chosen if group in found), found[0])
        n_areas[name] = areas
        sums = own.groupby(["group", "period"], as_index=False)[["numerator", "denominator"]].sum()
        frames.append(sums.assign(dimension=name))
    columns = ["dimension", "group", "period", "numerator", "denominator"]
    frame = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    names = dict(zip(table["group_id"].astype(str), table["name"].astype(str), strict=True))
    return GroupCounts(frame, names, references, n_areas)


def _same_areas(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rows of the areas that have all groups in all periods, and how many these are; all rows where none has."""
    cells = rows.groupby("area_id").size()
    whole = cells[cells == rows["group"].nunique() * rows["period"].nunique()]
    if whole.empty:
        return (rows, 1) if len(cells) == 1 else (rows[:0], 0)
    return rows[rows["area_id"].isin(whole.index)], len(whole)
