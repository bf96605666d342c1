"""What an import would change: rows matched by key, nothing ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from collective_impact.collection.importing.incoming import Incoming
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import TableSchema, table_schema
from collective_impact.data.writing import as_text
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_MEASURED_ONCE = {"wave_id", "revision"}
"""Columns of a key that say when something was measured: such a row is history and stays as it is."""

Key = tuple[str, ...]
Origin = tuple[Incoming, int]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that would hold something else.

    Attributes
    ----------
    key : tuple of str
        Key of its row.
    column, old, new : str
    """

    key: Key
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TableChange:
    """What would change in a table.

    Attributes
    ----------
    table : str
    added : tuple of tuple of str
        Keys of new rows.
    changed : tuple of CellChange
    unchanged : int
        Incoming rows that the package has just so.
    kept : int
        Rows of the package that did not come in.
    rows : pandas.DataFrame of str
        The table as it would be; the package's rows first.
    origins : dict of int to (Incoming, int)
        Row of it, from 0, to where it comes in from and its number there.
    """

    table: str
    added: tuple[Key, ...]
    changed: tuple[CellChange, ...]
    unchanged: int
    kept: int
    rows: pd.DataFrame
    origins: dict[int, Origin]

    @property
    def any(self) -> bool:
        """Whether anything would change."""
        return bool(self.added or self.changed)

    def label(self) -> str:
        """Give the name of the table in the current language."""
        return table_schema(self.table).label()


def table_change(
    table: str, existing: pd.DataFrame, incoming: Sequence[tuple[Incoming, pd.DataFrame]], *, overwrite: bool
) -> tuple[TableChange, list[Problem]]:
    """Compare incoming rows with those of the package.

    Parameters
    ----------
    table : str
    existing : pandas.DataFrame of str
        Rows of the package as text; may be empty.
    incoming : sequence of (Incoming, pandas.DataFrame)
        Rows that come in, with their typed form.
    overwrite : bool
        Whether what was measured may be changed.

    Returns
    -------
    change : TableChange
    problems : list of Problem
    """
    schema = table_schema(table)
    known = _keys(existing, schema)
    positions = {key: n for n, key in enumerate(known)}
    taken, problems = _distinct(incoming, schema)
    rows = _records(existing)
    columns = dict.fromkeys([*existing.columns, *(name for *_rest, row in taken.values() for name in row)])
    added, changed, origins = [], [], {}
    for key, (each, number, row) in taken.items():
        if key not in positions:
            origins[len(rows)] = (each, number)
            rows.append(row)
            added.append(key)
            continue
        old = rows[positions[key]]
        given = {name: text for name, text in row.items() if name in each.rows}
        differing = {name: text for name, text in given.items() if text != old.get(name, "")}
        origins[positions[key]] = (each, number)
        rows[positions[key]] = old | given
        changed += [CellChange(key, name, old.get(name, ""), text) for name, text in differing.items()]
        if differing and not overwrite and _MEASURED_ONCE & {*schema.primary_key}:
            problems.append(_measured(each, number, key, next(iter(differing)), old, given, schema))
    merged = pd.DataFrame(rows, columns=[*columns], dtype=str).fillna("")
    unchanged = len(taken) - len(added) - len({cell.key for cell in changed})
    kept = len(existing) - (len(taken) - len(added))
    change = TableChange(table, tuple(added), tuple(changed), unchanged, kept, merged, origins)
    return change, _gathered(problems)


def _keys(rows: pd.DataFrame, schema: TableSchema) -> list[Key]:
    return list(rows[list(schema.primary_key)].itertuples(index=False, name=None)) if len(rows) else []


def _records(rows: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(name): text for name, text in row.items()} for row in rows.to_dict("records")]


def _distinct(
    incoming: Sequence[tuple[Incoming, pd.DataFrame]], schema: TableSchema
) -> tuple[dict[Key, tuple[Incoming, int, dict[str, str]]], list[Problem]]:
    """Take each incoming row once; two with one key must be equal."""
    taken: dict[Key, tuple[Incoming, int, dict[str, str]]] = {}
    problems = []
    for each, typed in incoming:
        text = as_text(typed, schema)
        unfinished = _lacking_a_key(text, schema)
        for number, key, row in zip(text.index, _keys(text, schema), _records(text), strict=True):
            if key in unfinished:
                continue
            if key not in taken:
                taken[key] = (each, int(number), row)
                continue
            first, first_number, first_row = taken[key]
            where = f"{first.place}, " if first.place != each.place else ""
            found = _("{key} again, first in {place}").format(
                key=quoted(", ".join(key), 80), place=where + _("row {row}").format(row=first.line(first_number))
            )
            line = each.line(int(number))
            if row == first_row:
                mend = _("nothing needs to be done; the row is taken once")
                problems.append(Problem(each.place, found, _("each row once"), mend, line, severity="note"))
            else:
                mend = _("take one of the rows away, or correct its key")
                expected = _("each {keys} once").format(keys=" + ".join(schema.primary_key))
                problems.append(Problem(each.place, found, expected, mend, line))
    return taken, problems


def _lacking_a_key(text: pd.DataFrame, schema: TableSchema) -> set[Key]:
    """Keys of which a part that is required is missing; that is a problem of its own."""
    required = [n for n, name in enumerate(schema.primary_key) if schema.field(name).required]
    return {key for key in _keys(text, schema) if any(key[n] == "" for n in required)}


def _measured(each: Incoming, number: int, key: Key, column: str, old: dict[str, str], new: dict[str, str],
              schema: TableSchema) -> Problem:  # fmt: skip
    found = _("{new} where the package has {old}").format(new=quoted(new[column]), old=quoted(old.get(column, "")))
    if "revision" in schema.primary_key:
        mend = _("give the row a higher revision, or add --overwrite")
    else:
        wave = quoted(key[schema.primary_key.index("wave_id")])
        mend = _("give the row a wave of its own if it is not wave {wave}, or add --overwrite").format(wave=wave)
    expected = _("what was measured earlier, unchanged")
    return Problem(each.place, found, expected, mend, each.line(number), each.headers.get(column, column))


def _gathered(problems: list[Problem]) -> list[Problem]:
    """Make one problem of those that have all but the row and what is found in common."""
    first: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        first.setdefault((problem.place, problem.field, problem.expected, problem.mend), []).append(problem)
    return [replace(alike[0], count=len(alike)) for alike in first.values()]
