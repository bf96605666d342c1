"""Tell which table a sheet is filled in for, and which of its columns is which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from collective_impact.collection.importing.grid import Grid
from collective_impact.collection.importing.layout import (
    filled_columns,
    header_line,
    layout_problems,
    unknown_columns,
)
from collective_impact.collection.importing.mapping import SheetMapping, sheet_key, toml_text
from collective_impact.collection.sheets import ALL_SHEETS, Column, every_column, tells_wording, wording_column
from collective_impact.data.quoting import listed, quoted, suggestion
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.language import in_language, languages
from collective_impact.language import translate as _
from collective_impact.translations import locale_of

_LONGEST_TITLE = 31  # characters that Excel lets a sheet's title have
_COPY = re.compile(r"\s*\(\d+\)$")  # what a copied sheet or a file loaded down again has at its end


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet that is understood.

    Attributes
    ----------
    grid : Grid
    table : str
    header_line : int
    columns : dict of int to Column
        Column of the sheet to column of the table.
    said : SheetMapping
    """

    grid: Grid
    table: str
    header_line: int
    columns: dict[int, Column]
    said: SheetMapping

    @property
    def headers(self) -> dict[int, str]:
        """Header of each column as it stands in the sheet."""
        return self.grid.headers(self.header_line)


def recognise(grid: Grid, said: SheetMapping) -> tuple[Recognised | None, list[Problem]]:
    """Recognise a sheet by its title and its headers, in any of the languages.

    Returns
    -------
    recognised : Recognised or None
        None for a sheet that holds no rows of a table.
    problems : list of Problem
    """
    if said.skip or (grid.known_as and grid.known_as not in ALL_SHEETS and not said.table):
        return None, []
    if not grid.rows:
        return None, []
    table = said.table or table_of(grid)
    if not table:
        return None, [_unknown_sheet(grid)]
    known = _known_headers(table)
    line = header_line(grid, lambda text: _folded(text) in known or text in said.columns)
    if not grid.below(line) and not any(fault.line > line for fault in grid.faults):
        return None, []
    columns, problems = _columns(grid, table, line, said)
    problems += layout_problems(grid, line)
    return Recognised(grid, table, line, columns, said), problems


def table_of(grid: Grid) -> str:
    """Tell by its name which table a sheet is for; empty if none."""
    if grid.known_as in ALL_SHEETS:
        return grid.known_as
    title = _folded(grid.title)
    return _titles().get(title) or _titles().get(title.partition(".")[0], "")


@cache
def _titles() -> dict[str, str]:
    """Table by its name and its titles in every language."""
    titles: dict[str, str] = {}
    for table in ALL_SHEETS:
        names = (table, *table_schema(table).title.root.values())
        titles |= {_folded(name)[:_LONGEST_TITLE]: table for name in names}
    return titles


def _folded(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").replace("*", " ").casefold().split())


def _names(column: Column) -> Iterator[str]:
    """All that a column may be called, its name in a package first."""
    yield column.name
    for language in languages():
        with in_language(language):
            yield column.label()
        if column.language:
            title = column.field.title.root.get(language)
            yield f"{title} ({column.language})"
            yield f"{title} ({locale_of(column.language).display_name})"


@cache
def _known_headers(table: str) -> dict[str, Column]:
    columns = every_column(table).columns
    if tells_wording(table):
        columns = (*columns, wording_column())
    by_name = {_folded(name): column for column in reversed(columns) for name in reversed([*_names(column)])}
    return by_name | {column.name: column for column in columns}


def _columns(grid: Grid, table: str, line: int, said: SheetMapping) -> tuple[dict[int, Column], list[Problem]]:
    known = _known_headers(table)
    by_name = {column.name: column for column in every_column(table).columns}
    found: dict[int, Column] = {}
    unknown: dict[int, str] = {}
    for position, header in sorted(grid.headers(line).items()):
        column = by_name.get(said.columns.get(header, "")) or known.get(_folded(header))
        if header in said.ignore or (column and column.told):
            continue
        if column:
            found[position] = column
        else:
            unknown[position] = header
    return found, [*_twice(grid, line, found), *_unknown(grid, table, line, unknown, found)]


def _twice(grid: Grid, line: int, found: dict[int, Column]) -> list[Problem]:
    problems = []
    for name in dict.fromkeys(column.name for column in found.values()):
        headers = [grid.headers(line)[position] for position, each in found.items() if each.name == name]
        if len(headers) > 1:
            mend = _("keep one of them")
            problems.append(Problem(grid.place, listed(headers), _("each column once"), mend, line, headers[1]))
    return problems


def _unknown(grid: Grid, table: str, line: int, unknown: dict[int, str], found: dict[int, Column]) -> list[Problem]:
    """Ask what columns mean that are not known, each by itself where it is like one that is not there."""
    there = {column.name for column in found.values()}
    absent = {name: column for column in every_column(table).columns if column.name not in there
              for name in _names(column)}  # fmt: skip
    problems, others = [], {}
    for position, header in unknown.items():
        meant = suggestion(header, absent) if position in filled_columns(grid, line) else ""
        if not meant:
            others[position] = header
            continue
        text = _("an unknown column {name}").format(name=quoted(header))
        mend = _("call it {name}, or put into a mapping file under {sheet}: {line}").format(
            name=quoted(meant),
            sheet=sheet_key(grid.title, "columns"),
            line=f"{toml_text(header)} = {toml_text(absent[meant].name)}",
        )
        problems.append(Problem(grid.place, text, quoted(meant), mend, line, header))
    wanted = _("columns of the table {table}").format(table=table)
    return [*problems, *unknown_columns(grid, line, others, wanted)]


def _unknown_sheet(grid: Grid) -> Problem:
    meant = suggestion(_COPY.sub("", grid.title), _titles())
    mend = _("name it after its table, or put into a mapping file under {sheet}: {table} or {skip}").format(
        sheet=sheet_key(grid.title),
        table=f"table = {toml_text(_titles().get(meant, 'partner'))}",
        skip="skip = true",
    )
    expected = quoted(meant) if meant else _("a table of the contract")
    text = _("an unknown sheet {name}").format(name=quoted(grid.title))
    return Problem(grid.place, text, expected, mend)
