"""The answers to an instrument as its scoring takes them: a row a respondent or rater, a column an item."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.framework.instrument import Instrument

INITIATIVE = "initiative"
"""What is answered about, where a table does not tell several things apart."""
_LEVELS = ["wave_id", "unit_id", "respondent_id"]


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Columns of a table with a row an answer: who answers, the item, the answer, and what it is about."""

    respondent: str
    item: str
    value: str
    about: tuple[str, ...] = ()


ROW_AN_ANSWER = {
    "survey_response": AnswerColumns("respondent_id", "item_id", "value"),
    "rubric_score": AnswerColumns("rater_id", "criterion_id", "score", ("unit_id",)),
    "partnership_rating": AnswerColumns("rater_id", "criterion_id", "score", ("partner_id", "with_partner_id")),
}
"""Tables whose rows each hold the answer to one item, with their columns."""


def answers(
    initiative: Initiative, instrument: Instrument, wave_id: str = "", unit_id: str = INITIATIVE
) -> pd.DataFrame:
    """Give the answers of one round about one thing.

    Parameters
    ----------
    initiative : Initiative
    instrument : Instrument
    wave_id : str
        The round. A log without rounds needs none; one with rounds gives all of them where none is named.
    unit_id : str
        What is rated: the initiative or an area; in ``partnership_rating`` a partner with all others, or
        ``<partner>/<other>`` for a pair.

    Returns
    -------
    DataFrame of shape (n_respondents, n_items)
        Indexed by respondent or rater, with a column of numbers for each id in the items' ``answer_ids``; missing where
        not answered. Answers in words are left out. In ``relation`` a partner has a row for each other partner, shape
        (n_ties, n_items). For a log the rows of its table, shape (n_rows, n_columns). No rows where there is no such
        round, thing or table.
    """
    if instrument.form == "log":
        return _log(initiative, instrument, wave_id)
    everything = all_answers(initiative, instrument)
    found = everything[
        (everything.index.get_level_values("wave_id") == wave_id)
        & (everything.index.get_level_values("unit_id") == unit_id)
    ]
    return found.droplevel(["wave_id", "unit_id"])


def all_answers(initiative: Initiative, instrument: Instrument) -> pd.DataFrame:
    """Give the answers of all rounds about all things, for example to judge how far raters agree.

    Parameters
    ----------
    initiative : Initiative
    instrument : Instrument
        A survey or a rating.

    Returns
    -------
    DataFrame of shape (n_rounds_things_and_respondents, n_items)
        As from `answers`, indexed by ``wave_id``, ``unit_id`` and ``respondent_id``.
    """
    ids = [answer_id for item in instrument.items if item.kind != "text" for answer_id in item.answer_ids]
    table = table_or_empty(initiative, instrument.table)
    if table.empty:
        wide = pd.DataFrame(index=pd.MultiIndex.from_arrays([[]] * len(_LEVELS), names=_LEVELS))
    elif instrument.table in ROW_AN_ANSWER:
        wide = _widened(table, ROW_AN_ANSWER[instrument.table], ids)
    else:
        wide = table.assign(unit_id=INITIATIVE, respondent_id=table["from_partner_id"]).set_index(_LEVELS)
    return wide.reindex(columns=ids).astype(float)


def _widened(table: pd.DataFrame, columns: AnswerColumns, ids: list[str]) -> pd.DataFrame:
    """Put the answers to some items side by side."""
    own = table[table[columns.item].isin(ids)]
    keys = {"wave_id": own["wave_id"], "unit_id": _things(own, columns), "respondent_id": own[columns.respondent]}
    long = pd.DataFrame({**keys, "item": own[columns.item], "value": own[columns.value]})
    return long.pivot(index=_LEVELS, columns="item", values="value")


def _things(table: pd.DataFrame, columns: AnswerColumns) -> "pd.Series[str]":
    """What each row is about, in one id."""
    if not columns.about:
        return pd.Series(INITIATIVE, index=table.index)
    first, *others = (table[column] for column in columns.about)
    for other in others:
        first = first.where(other == "all", first + "/" + other)
    return first


def _log(initiative: Initiative, instrument: Instrument, wave_id: str) -> pd.DataFrame:
    table = table_or_empty(initiative, instrument.table)
    return table[table["wave_id"] == wave_id] if wave_id and "wave_id" in table else table
