"""Counts behind an indicator by group of people, in the areas that an evaluation follows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.followed import Counted, members
from collective_impact.analysis.outcome.shown_cells import same_areas
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.privacy.rate_suppression import suppress_rates


@dataclass(frozen=True, slots=True, eq=False)
class GroupCounts:
    """Counts by group.

    Attributes
    ----------
    frame : DataFrame
        Columns ``dimension, group, period, numerator, denominator``; within a dimension always over the same areas.
        Only what may be shown.
    names : mapping of str to str
        Name of each group by id.
    references : mapping of str to str
        Group that the others of its dimension are compared with, by dimension; chosen in the package, or the first.
    n_areas : mapping of str to int
        Areas that the counts of a dimension are from.
    min_cell : int
        Smallest count shown.
    """

    frame: pd.DataFrame
    names: Mapping[str, str]
    references: Mapping[str, str]
    n_areas: Mapping[str, int]
    min_cell: int

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
        told = rows[rows["group"].isin(ids)]
        areas = same_areas(told)
        own = told[told["area_id"].isin(areas)]
        found = [group for group in ids if group in set(own["group"])]
        if len(found) < 2:
            continue
        chosen = [str(group) for group in groups.loc[groups["reference"].eq(True), "group_id"]]
        references[name] = next((group for group in chosen if group in found), found[0])
        n_areas[name] = len(areas)
        sums = own.groupby(["group", "period"], as_index=False)[["numerator", "denominator"]].sum()
        frames.append(_shown(sums, name, outcome, figures).assign(dimension=name))
    columns = ["dimension", "group", "period", "numerator", "denominator"]
    frame = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    names = dict(zip(table["group_id"].astype(str), table["name"].astype(str), strict=True))
    return GroupCounts(frame, names, references, n_areas, figures.shown.min_cell)


def _shown(sums: pd.DataFrame, dimension: str, outcome: Outcome, figures: Counted) -> pd.DataFrame:
    """Rows of a dimension that may be shown; of areas that nobody judged together, judged here by themselves."""
    if set(members(outcome)) == set(figures.shown.followed):
        cells = zip(sums["group"], sums["period"], strict=True)
        return sums[[figures.shown.shows_group(dimension, *cell) for cell in cells]]
    judged = suppress_rates(sums, ["group"], by=["period"], kind=figures.kind, min_cell=max(2, figures.shown.min_cell))
    return sums[:0] if isinstance(judged, Insufficient) else sums[judged.frame["shown"].to_numpy(dtype=bool)]
