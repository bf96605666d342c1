"""The submissions that the rows of a repeated group belong to, which a survey tool exports apart from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collective_impact.collection.importing.grid import CellValue, Fault, Grid, plain_text
from collective_impact.collection.importing.survey_columns import PARENT, ExportColumns
from collective_impact.data.quoting import listed, quoted
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_WITHIN_ONE_FILE = {"_submission__id", "_parent_index"}
"""Columns whose numbers begin anew in each export, or on each server."""
_OF_THE_GROUP = {"to_partner_id"}
"""Keys that differ within a submission."""

Row = Mapping[int, CellValue]
Export = tuple[Grid, ExportColumns]


@dataclass(frozen=True, slots=True)
class Parents:
    """Where the rows of a repeated group find their submissions.

    Attributes
    ----------
    grid : Grid
        Sheet of the submissions.
    columns : ExportColumns
        Of that sheet.
    position : int
        Column of the group's own sheet that holds the key of the submission.
    key : int
        Column of the submissions' sheet that holds it.
    rows : mapping of str to tuple of mapping
        Key to the submissions with it.
    """

    grid: Grid
    columns: ExportColumns
    position: int
    key: int
    rows: Mapping[str, Sequence[Row]]

    def of(self, row: Row) -> Row:
        """Give the submission of a row; blank if there is not just one."""
        found = self.rows.get(_text(row, self.position), ())
        return found[0] if len(found) == 1 else {}

    def fault(self, line: int, row: Row) -> Fault | None:
        """Say why a row has no submission; None if it has one."""
        key = _text(row, self.position)
        found = len(self.rows.get(key, ()))
        if found == 1:
            return None
        text = _("{key}: several submissions with this key") if found else _("{key}: no submission with this key")
        mend = _("correct it in the sheet or file with the submissions, or export both anew")
        return Fault(line, self.position, text.format(key=quoted(key)), _("the key of one submission"), mend)


def find_parents(grid: Grid, columns: ExportColumns, others: Sequence[Export]) -> tuple[Parents | None, list[Problem]]:
    """Find the submissions that the rows of a sheet belong to.

    Numbers that only count the submissions of one export join sheets of one workbook; of CSV files they join those of
    which one alone has all the keys.

    Parameters
    ----------
    grid : Grid
    columns : ExportColumns
        Of the sheet.
    others : sequence of (Grid, ExportColumns)
        Sheets among which the submissions are looked for.

    Returns
    -------
    parents : Parents or None
        None where the rows are no part of other submissions, or where these cannot be told.
    problems : list of Problem
    """
    joins = [(columns.tool[child], child, parent) for child, parent in PARENT if child in columns.tool]
    if not joins or columns.keys.keys() - _OF_THE_GROUP:
        return None, []
    mains = [other for other in others if not any(child in other[1].tool for child, _parent in PARENT)]
    for position, child, parent in joins:
        keys = {_text(row, position) for row in grid.below(columns.line).values()} - {""}
        found = [_parents(other, position, parent) for other in mains if parent in other[1].tool]
        if child in _WITHIN_ONE_FILE:
            found = _within_one_file(grid, keys, found)
        held = [len(keys & each.rows.keys()) for each in found]
        best = [each for each, n in zip(found, held, strict=True) if n == max(held) > 0]
        if len(best) > 1 and child in _WITHIN_ONE_FILE:
            return None, [_ambiguous(grid, columns, best)]
        if best:
            return min(best, key=lambda each: each.grid.file != grid.file), []
    expected, mend = _("the sheet or file with the submissions"), _("import both together, as they were exported")
    found_none = _("rows of a repeated group, without the submissions that they belong to")
    return None, [Problem(grid.place, found_none, expected, mend, columns.line)]


def _parents(other: Export, position: int, parent: str) -> Parents:
    grid, columns = other
    key = columns.tool[parent]
    rows: dict[str, list[Row]] = {}
    for row in grid.below(columns.line).values():
        if key in row:
            rows.setdefault(_text(row, key), []).append(row)
    return Parents(grid, columns, position, key, rows)


def _within_one_file(grid: Grid, keys: set[str], found: Sequence[Parents]) -> list[Parents]:
    if grid.as_in_package:  # a CSV file: its submissions are in another
        return [each for each in found if each.grid.as_in_package and keys <= each.rows.keys()]
    return [each for each in found if each.grid.file == grid.file]


def _ambiguous(grid: Grid, columns: ExportColumns, best: Sequence[Parents]) -> Problem:
    found = _("rows whose submissions may be in each of {places}").format(places=listed([p.grid.place for p in best]))
    mend = _("import one survey at a time, or export it as one workbook")
    return Problem(grid.place, found, _("submissions in one sheet or file"), mend, columns.line)


def _text(row: Row, position: int) -> str:
    return plain_text(row[position]) if position in row else ""
