"""How a sheet is laid out: which line its headers stand on, and what keeps the lines below from being rows."""

from collections.abc import Callable, Mapping

from openpyxl.utils import get_column_letter

from collective_impact.collection.importing.grid import Grid
from collective_impact.collection.importing.mapping import sheet_key, toml_text
from collective_impact.data.quoting import listed, quoted
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_HEADER_WITHIN = 20  # filled lines from the top
_MOST_NAMED = 100


def header_line(grid: Grid, known: Callable[[str], bool]) -> int:
    """Find the line with the most headers that are known, near the top; without any, the first filled line.

    Parameters
    ----------
    grid : Grid
        With at least one line.
    known : callable
        Tells whether a text is a header.
    """
    near_the_top = list(grid.rows)[:_HEADER_WITHIN]

    def headers(line: int) -> tuple[int, int]:
        found = sum(known(str(value)) for value in grid.rows[line].values())
        return found, len(grid.rows[line]) if found else 0

    return max(near_the_top, key=headers)


def layout_problems(grid: Grid, line: int) -> list[Problem]:
    """Say what in a sheet cannot be read as rows below a header: hidden sheets, merged cells, cells of no column.

    Parameters
    ----------
    grid : Grid
    line : int
        Of the header.
    """
    return [*_hidden(grid), *_merged(grid, line), *_nameless(grid, line)]


def filled_columns(grid: Grid, line: int) -> set[int]:
    """Give the columns that hold anything below a line."""
    return {column for row in grid.below(line).values() for column in row}


def unknown_columns(grid: Grid, line: int, unknown: Mapping[int, str], expected: str) -> list[Problem]:
    """Ask what columns mean that are not known; those without a value are only mentioned.

    Parameters
    ----------
    grid : Grid
    line : int
        Of the header.
    unknown : mapping of int to str
        Column to its header.
    expected : str
        What columns there may be.
    """
    filled = filled_columns(grid, line)
    asked = [header for position, header in unknown.items() if position in filled]
    empty = [header for position, header in unknown.items() if position not in filled]
    problems = []
    if asked:
        found = _("unknown columns: {names}").format(names=listed(asked))
        ignored = f"ignore = [{', '.join(map(toml_text, [*dict.fromkeys(asked)][:_MOST_NAMED]))}]"
        mend = _("take them away, or put into a mapping file under {sheet}: {line}")
        mend = mend.format(sheet=sheet_key(grid.title), line=ignored)
        problems.append(Problem(grid.place, found, expected, mend, line, asked[0], count=len(asked)))
    if empty:
        found = _("empty columns, which are not read: {names}").format(names=listed(empty))
        mend = _("nothing needs to be done")
        problems.append(Problem(grid.place, found, expected, mend, line, empty[0], "note", len(empty)))
    return problems


def _hidden(grid: Grid) -> list[Problem]:
    if not grid.hidden:
        return []
    mend = _("show the sheet and check it, or delete it")
    return [Problem(grid.place, _("a hidden sheet with rows"), _("sheets that can be seen"), mend)]


def _merged(grid: Grid, line: int) -> list[Problem]:
    ranges = [each for each in grid.merged if _last_row(each) >= line]
    if not ranges:
        return []
    found, mend = _("merged cells {ranges}").format(ranges=listed(ranges)), _("unmerge them and fill in each cell")
    return [Problem(grid.place, found, _("each value in a cell of its own"), mend, count=len(ranges))]


def _last_row(cells: str) -> int:
    return int("".join(character for character in cells.rpartition(":")[2] if character.isdigit()) or 0)


def _nameless(grid: Grid, line: int) -> list[Problem]:
    nameless = sorted(filled_columns(grid, line) - grid.rows[line].keys())
    if not nameless:
        return []
    first = next(each for each, row in grid.below(line).items() if nameless[0] in row)
    cell, mend = f"{get_column_letter(nameless[0])}{first}", _("give the column a header, or empty its cells")
    value = quoted(grid.rows[first][nameless[0]])
    found = _("{value} in cell {cell}, in a column without a header").format(value=value, cell=cell)
    return [Problem(grid.place, found, _("a header"), mend, line, count=len(nameless))]
