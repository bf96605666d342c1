"""The rows that stand in a workbook before anybody has filled it in."""

from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from collective_impact.collection.facts_sheets import facts_rows
from collective_impact.collection.sheets import WORDING
from collective_impact.collection.wording import wording_of
from collective_impact.data.answers import INITIATIVE
from collective_impact.data.initiative import Initiative
from collective_impact.data.schema import FACTS, TABLES, table_schema
from collective_impact.data.writing import as_text
from collective_impact.framework.instrument import Instrument
from collective_impact.words import ANY_LANGUAGE, Words

_WHOLE_GROUP = "all"


def package_rows(initiative: Initiative, table: str) -> pd.DataFrame:
    """Give the rows that a package has for a sheet.

    Parameters
    ----------
    initiative : Initiative
    table : str
        One of `collective_impact.collection.sheets.ALL_SHEETS`.

    Returns
    -------
    pandas.DataFrame of str
        As the cells stand in the package; empty where it has no such table.
    """
    if table in FACTS:
        return facts_rows(initiative.facts)[table]
    if not initiative.has(table):
        return pd.DataFrame()
    return as_text(initiative.tables[table], table_schema(table))


def rating_rows(instruments: Iterable[Instrument], initiative: Initiative | None, wave: str) -> pd.DataFrame:
    """Give a row for each criterion of instruments that rate, with its wording; rater and score are left open.

    Parameters
    ----------
    instruments : iterable of Instrument
        That fill the same table.
    initiative : Initiative or None
        Whose partners are rated, where it is partners.
    wave : str
        Id of the wave; may be empty.

    Returns
    -------
    pandas.DataFrame of str
    """
    rows = [row for each in instruments for unit in _rated(each, initiative) for row in _criteria_rows(each, unit)]
    return pd.DataFrame(rows).assign(wave_id=wave)


def languages_of(initiative: Initiative) -> tuple[str, ...]:
    """Give the languages that a package translates its texts into, in alphabetical order."""
    found = {
        column.rpartition("_")[2]
        for name, table in initiative.tables.items()
        for column in map(str, table)
        if table_schema(name).translated(column)
    }
    of_facts = {language for _name, text in initiative.facts if isinstance(text, Words) for language in text.root}
    return tuple(sorted(found | (of_facts - {initiative.facts.language, ANY_LANGUAGE})))


def known_values(initiative: Initiative, besides: Collection[str]) -> dict[tuple[str, str], Sequence[str]]:
    """Give what other tables may refer to, by table and column, for all tables but some."""
    keys = {(key.table, key.targets[-1]) for table in TABLES for key in table_schema(table).foreign_keys}
    return {
        (table, column): initiative.tables[table][column].tolist()
        for table, column in sorted(keys)
        if table not in besides and initiative.has(table)
    }


def _rated(instrument: Instrument, initiative: Initiative | None) -> list[dict[str, str]]:
    """What an instrument rates: the initiative as a whole, or each partner's work with the whole group."""
    if instrument.table != "partnership_rating":
        return [{"unit_id": INITIATIVE}]
    has_partners = initiative is not None and initiative.has("partner")
    partners = initiative.tables["partner"]["partner_id"] if initiative and has_partners else [""]
    return [{"partner_id": partner, "with_partner_id": _WHOLE_GROUP} for partner in partners]


def _criteria_rows(instrument: Instrument, unit: dict[str, str]) -> list[dict[str, str]]:
    return [{**unit, "criterion_id": item.id, WORDING: wording_of(item)} for item in instrument.items]
