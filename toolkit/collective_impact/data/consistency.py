"""What must hold between rows and between tables: keys, references, and the rules of the contract."""

from collections.abc import Collection, Mapping

import pandas as pd

from collective_impact.data.grouping import first_line, first_position, grouped
from collective_impact.data.period import EXAMPLES, frequencies, written
from collective_impact.data.quoting import quoted, suggestion
from collective_impact.data.schema import ForeignKey, TableSchema, table_schema
from collective_impact.errors import Problem
from collective_impact.language import translate as _


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
    if "indicator" in tables:
        problems += _target_rules(tables["indicator"], places["indicator"])
    if "indicator_value" in tables:
        problems += _mixed_frequencies(tables["indicator_value"], places["indicator_value"])
    return problems


def _repeated_keys(table: pd.DataFrame, schema: TableSchema, place: str) -> list[Problem]:
    keys = list(schema.primary_key)
    blank = (table[keys].isna() | table[keys].isin([""])).any(axis=1)
    repeated = table.duplicated(keys) & ~blank
    if not repeated.any():
        return []
    again = table[keys].iloc[first_position(repeated)]
    line = first_line((table[keys] == again).all(axis=1))
    key = quoted(", ".join(written(part) for part in again), 80)
    found = _("{key} again, first on line {line}").format(key=key, line=line)
    each = _("each {keys} once").format(keys=" + ".join(keys))
    return grouped(repeated, place, keys[0], found, each, _("take one of the rows away, or correct its key"))


def _unknown_references(table: pd.DataFrame, key: ForeignKey, other: pd.DataFrame, place: str) -> list[Problem]:
    unknown = (table[key.field] != "") & ~table[key.field].isin(other[key.target])
    if not unknown.any():
        return []
    found = str(table[key.field].iloc[first_position(unknown)])
    meant = suggestion(found, other[key.target])
    expected = _("a value of {field} in the table {table}").format(field=key.target, table=key.table)
    if meant:
        mend = _("write {value}").format(value=quoted(meant))
    else:
        mend = _("add it to the table {table}, or correct it").format(table=key.table)
    return grouped(unknown, place, key.field, quoted(found), expected, mend)


def _target_rules(indicator: pd.DataFrame, place: str) -> list[Problem]:
    has_target = indicator["target"].notna()
    undirected = has_target & (indicator["direction"] == "")
    undated = has_target & indicator["target_period"].isna()
    which, by_when = _("say which way is better"), _("say by when the target is to be reached")
    return [
        *grouped(undirected, place, "direction", _("a target without a direction"), "increase, decrease", which),
        *grouped(undated, place, "target_period", _("a target without a period"), _("a period"), by_when, "note"),
    ]


def _mixed_frequencies(values: pd.DataFrame, place: str) -> list[Problem]:
    dated = values[values["period"].notna()]
    frequency = frequencies(dated["period"])
    usual = frequency.groupby(dated["indicator_id"]).transform(lambda each: each.mode().iloc[0])
    mixed = frequency != usual
    if not mixed.any():
        return []
    first = first_position(mixed)
    found = quoted(written(dated["period"].iloc[first]))
    expected = _("periods such as {example}, as in most rows").format(example=EXAMPLES[usual.iloc[first]])
    return grouped(mixed, place, "period", found, expected, _("keep one frequency per indicator"))
