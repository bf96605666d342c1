"""What must hold between rows and between tables: keys, references, and the rules of the contract."""

from collections.abc import Collection, Mapping

import pandas as pd

from collective_impact.data.grouping import first_line, first_position, grouped
from collective_impact.data.period import last_days, written
from collective_impact.data.places import DESCRIPTOR
from collective_impact.data.quoting import quoted, suggestion
from collective_impact.data.rules.registry import RULES
from collective_impact.data.schema import ForeignKey, TableSchema, table_schema
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_MONEY = ("cost", "funding_flow")


def consistency_problems(
    tables: Mapping[str, pd.DataFrame], places: Mapping[str, str], whole: Collection[str]
) -> list[Problem]:
    """Check the tables of a package against each other.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Typed tables by name; the index is the line in the file.
    places : mapping of str to str
        Path of each table's file.
    whole : collection of str
        Tables that could be read whole: others are no measure of what is known.
    """
    problems = []
    for name, table in tables.items():
        schema = table_schema(name)
        problems += _repeated_keys(table, schema, places[name])
        for key in schema.foreign_keys:
            if key.table in whole:
                problems += _unknown_references(table, key, tables[key.table], places[name])
        for first, second in schema.in_order:
            problems += _out_of_order(table, first, second, places[name])
    for rule in RULES:
        problems += rule.problems(tables, whole, places)
    return problems


def currency_problems(tables: Collection[str], currency: str) -> list[Problem]:
    """Say so where money is told of and the currency is not.

    Parameters
    ----------
    tables : collection of str
        Tables of the package.
    currency : str
        Of the initiative's facts.
    """
    money = [name for name in _MONEY if name in tables]
    if currency or not money:
        return []
    found = _("no currency, and money in {tables}").format(tables=", ".join(money))
    expected, mend = _("three letters such as SEK"), _("add the key currency under initiative")
    return [Problem(DESCRIPTOR, found, expected, mend, field="initiative.currency", severity="note")]


def _repeated_keys(table: pd.DataFrame, schema: TableSchema, place: str) -> list[Problem]:
    keys = list(schema.primary_key)
    blank = (table[keys].isna() | table[keys].isin([""])).any(axis=1)
    repeated = table.duplicated(keys) & ~blank
    if not repeated.any():
        return []
    again = table[keys].iloc[first_position(repeated)]
    row = first_line((table[keys] == again).all(axis=1))
    key = quoted(", ".join(written(part) for part in again), 80)
    found = _("{key} again, first on row {row}").format(key=key, row=row)
    each = _("each {keys} once").format(keys=" + ".join(keys))
    mend = _("take one of the rows away, or correct its key")
    if "revision" in keys:
        mend = _("give the later figure a higher revision, or take one of the rows away")
    return grouped(repeated, place, keys[0], found, each, mend)


def _unknown_references(table: pd.DataFrame, key: ForeignKey, other: pd.DataFrame, place: str) -> list[Problem]:
    given, known = table[list(key.fields)], other[list(key.targets)]
    unknown = (given != "").all(axis=1) & ~_stands_in(given, known)
    if not unknown.any():
        return []
    column, target = key.fields[-1], key.targets[-1]
    found = str(given[column].iloc[first_position(unknown)])
    meant = suggestion(found, other[target]) if len(key.fields) == 1 else ""
    expected = _("a value of {field} in the table {table}").format(field=" + ".join(key.targets), table=key.table)
    if meant:
        mend = _("write {value}").format(value=quoted(meant))
    else:
        mend = _("add it to the table {table}, or correct it").format(table=key.table)
    return grouped(unknown, place, column, quoted(found), expected, mend)


def _stands_in(given: pd.DataFrame, known: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows stand in another frame too, whose columns are named otherwise."""
    if len(given.columns) == 1:  # in a tenth of the room
        return given.iloc[:, 0].isin(known.iloc[:, 0])
    found = pd.MultiIndex.from_frame(given).isin(pd.MultiIndex.from_frame(known))
    return pd.Series(found, index=given.index)


def _out_of_order(table: pd.DataFrame, first: str, second: str, place: str) -> list[Problem]:
    late = last_days(table[first]) > last_days(table[second])
    if not late.any():
        return []
    row = table.iloc[first_position(late)]
    found = _("{second} {end} before {first} {start}").format(
        first=first, second=second, start=written(row[first]), end=written(row[second])
    )
    expected = _("{first} no later than {second}").format(first=first, second=second)
    return grouped(late, place, second, found, expected, _("correct one of the dates"))
