"""Rows on their way into a package: text in the package's own form, and where each of them comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from collective_impact.data.cells import typed_table
from collective_impact.data.descriptor import ResourceSchema
from collective_impact.data.grouping import first_position, grouped
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.language import translate as _

FIRST = 2
"""Number of the first row: as a file's line 1 is its header, so problems of line 1 concern the header."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Rows of one sheet for one table.

    Attributes
    ----------
    table : str
    place : str
        Where they come from.
    rows : pandas.DataFrame of str
        A column for each column of the table that is given; numbered from `FIRST`.
    lines : sequence of int
        Line in the sheet of each row.
    header_line : int
    headers : mapping of str to str
        Column to its header in the sheet.
    whole : bool
        Whether every row of the sheet is there.
    """

    table: str
    place: str
    rows: pd.DataFrame
    lines: Sequence[int]
    header_line: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True

    def line(self, number: int | None) -> int | None:
        """Give the line in the sheet of a numbered row."""
        if number is None:
            return None
        return self.header_line if number < FIRST else self.lines[number - FIRST]

    def typed(self) -> tuple[pd.DataFrame, list[Problem]]:
        """Convert and check the rows as those of a package, with places as in the sheet."""
        schema = table_schema(self.table)
        typed, problems = typed_table(self.rows, schema, ResourceSchema(), self.place)
        problems += _invisible(self.rows, [field.name for field in schema.fields if field.kind == "id"], self.place)
        return typed, [self.at_home(problem) for problem in problems]

    def at_home(self, problem: Problem) -> Problem:
        """Give a problem with its line and header as they are in the sheet."""
        return replace(problem, row=self.line(problem.row), field=self.headers.get(problem.field, problem.field))


def _invisible(rows: pd.DataFrame, ids: Sequence[str], place: str) -> list[Problem]:
    """Say which ids hold characters that nobody sees, and so differ from others that look the same."""
    expected, mend = _("an id of characters that can be seen"), _("write the id anew")
    problems = []
    for name in rows.columns.intersection(list(ids)):
        wrong = ~rows[name].map(str.isprintable).astype(bool)
        found = quoted(rows[name].iloc[first_position(wrong)]) if wrong.any() else ""
        problems += grouped(wrong, place, name, found, expected, mend)
    return problems


def numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Number rows from `FIRST`."""
    return rows.set_axis(pd.RangeIndex(FIRST, FIRST + len(rows)), axis=0)
