"""Tell which table a sheet is filled in for, and which of its columns is which."""

from collections.abc import Iterator
from dataclasses import dataclass

from babel import Locale
from openpyxl.utils import get_column_letter

from collective_impact.collection.importing.grid import Grid
from collective_impact.collection.importing.mapping import SheetMapping
from collective_impact.collection.sheets import ALL_SHEETS, Column, every_column, tells_wording, wording_column
from collective_impact.data.quoting import listed, quoted, suggestion
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.language import in_language, languages
from collective_impact.language import translate as _

_LONGEST_TITLE = 31  # characters that Excel lets a sheet's title have
_HEADER_WITHIN = 20


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
        return {column: str(text) for column, text in self.grid.rows[self.header_line].items()}


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
    header_line = _header_line(grid, table, said)
    below = [line for line in grid.rows if line > header_line]
    if not below and not any(fault.line > header_line for fault in grid.faults):
        return None, []
    if grid.hidden:
        mend = _("show the sheet and check it, or delete it")
        return None, [Problem(grid.place, _("a hidden sheet with rows"), _("sheets that can be seen"), mend)]
    columns, problems = _columns(grid, table, header_line, said)
    problems += _merged(grid, header_line)
    return Recognised(grid, table, header_line, columns, said), problems


def table_of(grid: Grid) -> str:
    """Tell by its name which table a sheet is for; empty if none."""
    if grid.known_as in ALL_SHEETS:
        return grid.known_as
    title = _folded(grid.title)
    return _titles().get(title) or _titles().get(title.partition(".")[0], "")


def _titles() -> dict[str, str]:
    """Table by its name and its titles in every language."""
    titles: dict[str, str] = {}
    for table in ALL_SHEETS:
        names = (table, *table_schema(table).title.values())
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
            title = column.field.title.get(language)
            yield f"{title} ({column.language})"
            yield f"{title} ({Locale.parse(column.language).get_display_name(column.language)})"


def _known_headers(table: str) -> dict[str, Column]:
    columns = every_column(table).columns
    if tells_wording(table):
        columns = (*columns, wording_column())
    by_name = {_folded(name): column for column in reversed(columns) for name in reversed([*_names(column)])}
    return by_name | {column.name: column for column in columns}


def _header_line(grid: Grid, table: str, said: SheetMapping) -> int:
    """First line, near the top, of which at least half are headers; or else the first line there is."""
    known = _known_headers(table)
    for line, row in list(grid.rows.items())[:_HEADER_WITHIN]:
        headers = sum(_folded(str(value)) in known or str(value) in said.columns for value in row.values())
        if 2 * headers >= len(row) and headers:
            return line
    return next(iter(grid.rows))


def _columns(grid: Grid, table: str, header_line: int, said: SheetMapping) -> tuple[dict[int, Column], list[Problem]]:
    known = _known_headers(table)
    by_name = {column.name: column for column in every_column(table).columns}
    filled = {column for line, row in grid.rows.items() if line > header_line for column in row}
    found: dict[int, Column] = {}
    unknown: dict[int, str] = {}
    for position, value in sorted(grid.rows[header_line].items()):
        header = str(value)
        column = by_name.get(said.columns.get(header, "")) or known.get(_folded(header))
        if header in said.ignore or (column and column.told):
            continue
        if column:
            found[position] = column
        else:
            unknown[position] = header
    problems = _twice(grid, header_line, found)
    problems += _unknown_columns(grid, table, header_line, unknown, found, filled)
    nameless = sorted(filled - grid.rows[header_line].keys())
    if nameless:
        first = next(line for line, row in grid.rows.items() if line > header_line and nameless[0] in row)
        cell, mend = f"{get_column_letter(nameless[0])}{first}", _("give the column a header, or empty its cells")
        text = _("{value} in cell {cell}, in a column without a header")
        shown = text.format(value=quoted(grid.rows[first][nameless[0]]), cell=cell)
        problems.append(Problem(grid.place, shown, _("a header"), mend, header_line, count=len(nameless)))
    return found, problems


def _twice(grid: Grid, line: int, found: dict[int, Column]) -> list[Problem]:
    problems = []
    for column in {column.name: column for column in found.values()}.values():
        headers = [str(grid.rows[line][position]) for position, each in found.items() if each.name == column.name]
        if len(headers) > 1:
            mend = _("keep one of them")
            problems.append(Problem(grid.place, listed(headers), _("each column once"), mend, line, headers[1]))
    return problems


def _unknown_columns(grid: Grid, table: str, line: int, unknown: dict[int, str], found: dict[int, Column],
                     filled: set[int]) -> list[Problem]:  # fmt: skip
    """Ask what columns mean that are not known; those without a value are only mentioned."""
    absent = {
        name: column
        for column in every_column(table).columns
        if column.name not in {each.name for each in found.values()}
        for name in _names(column)
    }
    problems = []
    for position, header in unknown.items():
        meant = suggestion(header, absent)
        if position not in filled:
            text = _("an empty column {name}, which is not read").format(name=quoted(header))
            wanted, mend = _("columns of the contract"), _("nothing needs to be done")
            problems.append(Problem(grid.place, text, wanted, mend, line, header, "note"))
            continue
        text = _("an unknown column {name}").format(name=quoted(header))
        if meant:
            lines = f'[sheet."{grid.title}".columns] "{header}" = "{absent[meant].name}"'
            mend = _("call it {name}, or put into a mapping file: {lines}").format(name=quoted(meant), lines=lines)
            problems.append(Problem(grid.place, text, quoted(meant), mend, line, header))
            continue
        mend = _("take it away, or put into a mapping file: {lines}")
        lines = f'[sheet."{grid.title}"] ignore = ["{header}"]'
        wanted = _("columns of the table {table}").format(table=table)
        problems.append(Problem(grid.place, text, wanted, mend.format(lines=lines), line, header))
    return problems


def _merged(grid: Grid, header_line: int) -> list[Problem]:
    ranges = [each for each in grid.merged if _last_row(each) >= header_line]
    if not ranges:
        return []
    found, mend = _("merged cells {ranges}").format(ranges=listed(ranges)), _("unmerge them and fill in each cell")
    return [Problem(grid.place, found, _("each value in a cell of its own"), mend, count=len(ranges))]


def _last_row(cells: str) -> int:
    return int("".join(character for character in cells.rpartition(":")[2] if character.isdigit()) or 0)


def _unknown_sheet(grid: Grid) -> Problem:
    meant = suggestion(grid.title, _titles())
    lines = f'[sheet."{grid.title}"] skip = true'
    mend = _("name it after its table, or put into a mapping file {table} or {skip}")
    example = f'[sheet."{grid.title}"] table = "{_titles().get(meant, "partner")}"'
    expected = quoted(meant) if meant else _("a table of the contract")
    text = _("an unknown sheet {name}").format(name=quoted(grid.title))
    return Problem(grid.place, text, expected, mend.format(table=example, skip=lines))
