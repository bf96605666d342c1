"""How many rows of the package stand behind an evaluation and behind each of its findings, and up to which day."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import pandas as pd

from collective_impact.data.answers import ROW_AN_ANSWER
from collective_impact.data.initiative import Initiative
from collective_impact.data.period import last_day
from collective_impact.data.schema import TableSchema, table_schema
from collective_impact.findings.finding import Finding, RowsUsed
from collective_impact.framework.instruments import instruments
from collective_impact.framework.vocabulary import Inquiry

_RESPONDENT = "respondent_id"
_IDENTIFYING = ("id", "period", "date")


def rows_used(initiative: Initiative, inquiry: Inquiry, findings: Iterable[Finding]) -> tuple[RowsUsed, ...]:
    """Count the rows that an evaluation had, table by table, and those that each finding names as its data.

    Parameters
    ----------
    initiative : Initiative
        As the evaluation had it: without what came later than its day.
    inquiry : Inquiry
    findings : iterable of Finding
    """
    tables = [name for name in inquiry.tables if initiative.has(name)]
    named = dict.fromkeys([*tables, *(each for finding in findings for each in finding.data)])
    return tuple(_used(initiative, each) for each in named)


def _used(initiative: Initiative, data: str) -> RowsUsed:
    name, _colon, key = data.partition(":")
    if name not in initiative.tables:
        return RowsUsed(id=data, rows=0)
    table = initiative.tables[name]
    chosen = _chosen(table, table_schema(name), key)
    if chosen is None:
        return RowsUsed(id=data, rows=None)
    rows = table[chosen]
    few = _RESPONDENT in rows and 0 < rows[_RESPONDENT].nunique() < initiative.facts.suppression.min_respondents
    return RowsUsed(id=data, rows=None if few else len(rows), until=_until(initiative, name, rows))


def _chosen(table: pd.DataFrame, schema: TableSchema, key: str) -> "pd.Series[bool] | None":
    """Tell which rows a key means: a value, a column, or several of them with dots between; None if nothing has it."""
    if not key:
        return pd.Series(True, index=table.index)
    whole = _meant(table, schema, key)
    parts = [whole] if whole is not None else [_meant(table, schema, part) for part in key.split(".")]
    known = [part for part in parts if part is not None]
    return pd.concat(known, axis=1).all(axis=1) if len(known) == len(parts) else None


def _meant(table: pd.DataFrame, schema: TableSchema, part: str) -> "pd.Series[bool] | None":
    """Rows where a column of this name is filled, or with answers to this instrument, or with this id or period."""
    if part in schema.names:
        return table[part].notna() & table[part].ne("")
    if schema.name in ROW_AN_ANSWER and part in (prefixes := _prefixes()):
        return table[ROW_AN_ANSWER[schema.name].item].str.startswith(f"{prefixes[part]}_")
    found = [
        table[field.name].isin(values)
        for field in schema.fields
        if field.kind in _IDENTIFYING
        and (values := [each for each in table[field.name].dropna().unique() if str(each) == part])
    ]
    return pd.concat(found, axis=1).any(axis=1) if found else None


@cache
def _prefixes() -> dict[str, str]:
    """What the ids of an instrument's items begin with, by the instrument's id."""
    return {each.id: each.prefix or each.id for each in instruments()}


def _until(initiative: Initiative, name: str, rows: pd.DataFrame) -> date | None:
    if not table_schema(name).dated_by:
        return None
    return max((last_day(period) for period in initiative.dates(name)[rows.index].dropna().unique()), default=None)
