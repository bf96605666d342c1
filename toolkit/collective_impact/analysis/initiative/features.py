"""What was done in each area, and what it cost, in the shapes that the statistics take."""

import pandas as pd

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.rounds import in_order_of_time, round_names
from collective_impact.data.answers import all_answers
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.schema import table_schema
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instrument


def area_ratings(initiative: Initiative, wave: str = "", instrument_id: str = "conditions") -> pd.DataFrame:
    """Give what raters scored of each area in one round.

    Parameters
    ----------
    wave : str
        The round; empty: the last one in which areas were rated.

    Returns
    -------
    DataFrame of shape (n_areas_and_raters, n_criteria)
        Indexed by ``unit_id`` and ``respondent_id``; no rows where no area was rated.
    """
    scores = all_answers(initiative, instrument(instrument_id)).dropna(how="all")
    areas = set(table_or_empty(initiative, "area")["area_id"])
    own = scores[scores.index.get_level_values("unit_id").isin(areas)]
    rounds = in_order_of_time(initiative, own.index.get_level_values("wave_id"))
    chosen = wave or next(iter(rounds[-1:]), "")
    return own[own.index.get_level_values("wave_id") == chosen].droplevel("wave_id")


def yearly_costs(initiative: Initiative) -> pd.DataFrame:
    """Give the costs by year and what they were for.

    Returns
    -------
    DataFrame
        Columns ``year`` (int), ``category`` (label), ``amount`` and ``in_kind`` (the part of the amount that was given
        in kind); one row for each year and category with costs.
    """
    rows = table_or_empty(initiative, "cost").dropna(subset=["period", "amount"])
    category = table_schema("cost").field("category")
    frame = pd.DataFrame(
        {
            "year": pd.Series([period.year for period in rows["period"]], index=rows.index, dtype="int64"),
            "category": [category.label_of(each) for each in rows["category"]],
            "amount": rows["amount"].astype(float),
            "in_kind": rows["amount"].astype(float).where(rows["in_kind"].eq(True), 0.0),
        }
    )
    return frame.groupby(["year", "category"], sort=True, as_index=False)[["amount", "in_kind"]].sum()


def group_names(asked: Instrument) -> dict[str, str]:
    """Give the name of each group that an instrument puts its items together in, and of each section of its own."""
    own = {section.id: str(section.name) for section in asked.sections}
    return {group: group_name(asked, group) for group in asked.groups()} | own


def names_of_rounds(initiative: Initiative) -> dict[str, str]:
    """Give the name of each round in which people answered a survey; its id where the package does not name it."""
    ids = table_or_empty(initiative, "survey_response")["wave_id"].dropna().unique()
    return {wave: wave for wave in ids} | round_names(initiative)
