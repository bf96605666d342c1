"""What raters scored of the initiative, round by round, in the shape that the statistics take."""

import pandas as pd

from collective_impact.analysis.rounds import in_order_of_time
from collective_impact.data.answers import INITIATIVE, all_answers
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.framework.catalogue import entry
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instrument


def ratings_by_round(initiative: Initiative, instrument_id: str) -> pd.DataFrame:
    """Give what raters scored of the initiative as a whole, the rounds in order of time.

    Returns
    -------
    DataFrame of shape (n_rounds_and_raters, n_criteria)
        Indexed by ``wave_id`` and ``respondent_id``; no rows where nobody scored anything.
    """
    scores = all_answers(initiative, instrument(instrument_id)).dropna(how="all")
    own = scores[scores.index.get_level_values("unit_id") == INITIATIVE].droplevel("unit_id")
    rounds = in_order_of_time(initiative, own.index.get_level_values("wave_id"))
    return pd.concat([own[:0], *(own.xs(wave, level="wave_id", drop_level=False) for wave in rounds)])


def scores_with_evidence(initiative: Initiative, instrument_id: str) -> tuple[int, int]:
    """Count the scores of the initiative that name what they rest on, and all scores.

    Returns
    -------
    named, scored : int
    """
    rows = table_or_empty(initiative, "rubric_score")
    own = {item.id for item in instrument(instrument_id).items}
    rows = rows[rows["criterion_id"].isin(own) & (rows["unit_id"] == INITIATIVE) & rows["score"].notna()]
    return int((rows["evidence_ref"].fillna("").astype(str).str.strip() != "").sum()), len(rows)


def practice_ratings(initiative: Initiative, instrument_id: str = "partnership") -> pd.DataFrame:
    """Give how partners were rated on their work with the whole group: the mean of a partner's raters.

    Returns
    -------
    DataFrame of shape (n_ratings, 4)
        Columns ``wave_id``, ``partner_id``, ``criterion_id`` and ``value``, the rounds in order of time.
    """
    rows = table_or_empty(initiative, "partnership_rating")
    own = {item.id for item in instrument(instrument_id).items}
    rows = rows[rows["criterion_id"].isin(own) & (rows["with_partner_id"] == "all") & rows["score"].notna()]
    means = rows.assign(value=rows["score"].astype(float)).groupby(["wave_id", "partner_id", "criterion_id"])["value"]
    table = means.mean().reset_index()
    order = {wave: place for place, wave in enumerate(in_order_of_time(initiative, table["wave_id"]))}
    return table.sort_values("wave_id", key=lambda waves: waves.map(order), kind="stable").reset_index(drop=True)


def survey_answers(initiative: Initiative, instrument_id: str) -> pd.DataFrame:
    """Give the answers of people at partners to the scale items of a survey, the rounds in order of time.

    Returns
    -------
    DataFrame of shape (n_rounds_and_respondents, n_items + 1)
        Indexed by ``wave_id`` and ``respondent_id``; the last column, ``partner_id``, is whom they answer for, missing
        where that is nobody.
    """
    asked = instrument(instrument_id)
    items = [item.id for item in asked.scale_items]
    everything = all_answers(initiative, asked).dropna(how="all")
    wide = everything.droplevel("unit_id").reindex(columns=items)
    rows = table_or_empty(initiative, asked.table)
    of_whom = rows.groupby(["wave_id", "respondent_id"])["partner_id"].first() if len(rows) else pd.Series(dtype=object)
    partner = pd.Series([of_whom.get(key) or None for key in wide.index], index=wide.index, dtype=object)
    rounds = in_order_of_time(initiative, wide.index.get_level_values("wave_id"))
    wide = wide.assign(partner_id=partner)
    return pd.concat([wide[:0], *(wide.xs(wave, level="wave_id", drop_level=False) for wave in rounds)])


def group_name(asked: Instrument, group: str) -> str:
    """Name of what an instrument puts together, in the current language: a section of its own, an item or a term."""
    named = {item.id: str(entry(item.concept).name) for item in asked.items if asked.scoring.by == "item"}
    named |= {section.id: str(section.name) for section in asked.sections}
    return named[group] if group in named else str(entry(group).name)
