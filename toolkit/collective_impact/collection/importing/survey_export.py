"""Answers as a survey tool exports them, one row a submission, as rows of the tables that they belong to."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

import pandas as pd

from collective_impact.collection.importing.grid import CellValue, Fault, Grid, fault_problems, plain_text
from collective_impact.collection.importing.incoming import Incoming, numbered
from collective_impact.collection.importing.layout import layout_problems, unknown_columns
from collective_impact.collection.importing.mapping import Mapping, SheetMapping
from collective_impact.collection.importing.recognise import table_of
from collective_impact.collection.importing.survey_answers import MAY_QUOTE, answer_rows, consent
from collective_impact.collection.importing.survey_columns import (
    KEYS,
    SUBMISSION,
    Answer,
    ExportColumns,
    export_columns,
    named_in_mapping,
)
from collective_impact.collection.importing.survey_parents import Export, Parents, Row, find_parents
from collective_impact.collection.importing.survey_respondents import differing_submissions, respondent_code
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.language import translate as _
from collective_impact.spreadsheet_text import guarded

_BLANK = {"", "n/a"}
_FEWEST = 2
"""Questions of the toolkit's surveys that make a sheet an export."""


@dataclass(frozen=True, slots=True)
class SurveyRows:
    """What the exports hold.

    Attributes
    ----------
    incoming : list of Incoming
    parents : list of Grid
        Sheets that were only needed to tell whose answers others hold.
    """

    incoming: list[Incoming]
    parents: list[Grid]


def is_export(grid: Grid, said: SheetMapping) -> bool:
    """Tell whether a sheet holds answers to one of the toolkit's surveys."""
    if said.table or said.skip or grid.known_as or table_of(grid):
        return False
    return len(export_columns(grid, said).answers) >= _FEWEST


def survey_rows(
    exports: Sequence[Grid], grids: Sequence[Grid], mapping: Mapping, wave: str, names: Lookup[str, Lookup[str, str]]
) -> tuple[SurveyRows, list[Problem]]:
    """Read exports.

    Parameters
    ----------
    exports : sequence of Grid
        Those that `is_export` tells.
    grids : sequence of Grid
        All that came in, among which the submissions of repeated groups are looked for.
    mapping : Mapping
    wave : str
        Wave of the answers that do not say theirs.
    names : mapping of str to mapping of str to str
        Key such as ``partner_id`` to what its values are called, in lower case, to the value.

    Returns
    -------
    rows : SurveyRows
    problems : list of Problem
    """
    rows, problems = SurveyRows([], []), []
    columns = [(grid, export_columns(grid, mapping.of(grid))) for grid in grids if not table_of(grid)]
    for grid in exports:
        reading = _Reading(grid, mapping.of(grid), wave, names)
        rows.parents.extend(reading.find_parents([other for other in columns if other[0] is not grid]))
        rows.incoming.extend(reading.incoming())
        problems += reading.problems()
        problems += mapping.wrong_targets(grid, named_in_mapping(), _("a question of the toolkit’s surveys"))
    return rows, problems


class _Reading:
    """One sheet of an export while it is read."""

    def __init__(self, grid: Grid, said: SheetMapping, wave: str, names: Lookup[str, Lookup[str, str]]) -> None:
        self.grid, self.said, self.wave, self.names = grid, said, wave, names
        self.columns = export_columns(grid, said)
        self.header_line = self.columns.line
        self.faults = _faults(grid, self.columns, {*self.columns.answers})
        self.more: list[Problem] = []
        self.parents: Parents | None = None
        self.left_out: set[int] = set()

    def find_parents(self, others: Sequence[Export]) -> list[Grid]:
        """Find the submissions that the rows belong to, if they are a repeated group, and give their sheets."""
        self.parents, problems = find_parents(self.grid, self.columns, others)
        self.more += problems
        below = self.grid.below(self.header_line)
        if not self.parents:
            self.left_out = {*below} if problems else set()
            return [grid for grid, columns in others if columns.identifying] if problems else []
        grid, columns = self.parents.grid, self.parents.columns
        self.more += fault_problems(_faults(grid, columns), grid.place, grid.headers(columns.line))
        self.more += layout_problems(grid, columns.line)
        lost = [fault for line, row in below.items() if (fault := self.parents.fault(line, row))]
        self.left_out = {fault.line for fault in lost}
        self.faults += lost
        return [grid]

    def incoming(self) -> list[Incoming]:
        """Give the rows for each table that the answers belong to."""
        rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for line, row in self.grid.below(self.header_line).items():
            if line in self.left_out:
                continue
            keys = {key: self._key(key, row) for key in KEYS}
            keys["wave_id"] = keys["wave_id"] or self.wave
            keys["respondent_id"] = keys["respondent_id"] or self._respondent(row)
            for table, values in self._rows(line, row).items():
                known = table_schema(table).names
                own = {key: text for key, text in keys.items() if key in known and key != MAY_QUOTE}
                rows.setdefault(table, []).extend((line, {**own, **each, **consent(keys, each)}) for each in values)
        self.more += differing_submissions(rows.get("survey_response", []), self.grid.place)
        headers = self.grid.headers(self.header_line)
        named = {key: headers[position] for key, position in self.columns.keys.items()}
        return [
            Incoming(
                table,
                self.grid.place,
                numbered(_guarded(pd.DataFrame([row for _line, row in lined], dtype=str).fillna(""))),
                [line for line, _row in lined],
                self.header_line,
                named,
                all(fault.severity == "note" for fault in self.faults),
            )
            for table, lined in rows.items()
        ]

    def problems(self) -> list[Problem]:
        """Give what is wrong with the sheet, and ask about columns that are not known."""
        line, expected = self.header_line, _("questions of the toolkit’s surveys")
        return [
            *fault_problems(self.faults, self.grid.place, self.grid.headers(line)),
            *layout_problems(self.grid, line),
            *unknown_columns(self.grid, line, self.columns.unknown, expected),
            *self.more,
        ]

    def _key(self, key: str, row: Row) -> str:
        """Whose answers a row holds, by itself or by its submission."""
        value = row.get(self.columns.keys.get(key, 0))
        if value is None and self.parents:
            value = self.parents.of(row).get(self.parents.columns.keys.get(key, 0))
        text = "" if value is None else plain_text(value)
        return self.names.get(key.removeprefix("from_").removeprefix("to_"), {}).get(text.casefold(), text)

    def _respondent(self, row: Row) -> str:
        """Code made of the submission's id, which cannot be traced back to it."""
        columns, submission = (self.parents.columns, self.parents.of(row)) if self.parents else (self.columns, row)
        for name in SUBMISSION:
            value = submission.get(columns.tool.get(name, 0))
            if value is not None:
                return respondent_code(plain_text(value))
        return ""

    def _rows(self, line: int, row: Row) -> dict[str, list[dict[str, str]]]:
        """Rows that a submission gives, by table: one a question, or one in all where each has its own column."""
        rows: dict[str, list[dict[str, str]]] = {}
        shared: dict[str, dict[str, str]] = {}
        apart = {answer.item.id for answer in self.columns.answers.values() if answer.option}
        for position, answer in self.columns.answers.items():
            value = row.get(position)
            if value is None or plain_text(value).casefold() in _BLANK:
                continue
            if answer.item.kind == "choices" and not answer.option and answer.item.id in apart:
                continue  # the columns of its options say the same
            read = self._answer(line, position, answer, value)
            table: str = answer.instrument.table
            column = answer.item.column
            if column:
                shared.setdefault(table, {})[column] = read[0]["value"] if read else ""
            else:
                rows.setdefault(table, []).extend(read)
        for table, each in shared.items():
            rows.setdefault(table, []).append(each)
        return rows

    def _answer(self, line: int, position: int, answer: Answer, value: CellValue) -> list[dict[str, str]]:
        item, written = answer.item, plain_text(value)
        text = self.said.values.get(item.id, {}).get(written, written)
        rows = answer_rows(item, answer.option, text, answer.values)
        if rows is None:
            mend = _("correct the answer, or say what it means in a mapping file")
            values = [value for value in dict.fromkeys(answer.values.values()) if value]
            expected = _("one of {values}").format(values=", ".join(values))
            self.faults.append(Fault(line, position, quoted(text), expected, mend))
        return rows or []


def _guarded(rows: pd.DataFrame) -> pd.DataFrame:
    texts = {str(name): rows[name].map(guarded) for name in rows if name not in ("value", "intensity")}
    return rows.assign(**texts) if len(rows) else rows


def _faults(grid: Grid, columns: ExportColumns, more: Collection[int] = ()) -> list[Fault]:
    """Cells that cannot be used, in columns that tell whose answers they are, in more columns, or in nameless ones."""
    read = {*columns.identifying, *more}
    named = grid.rows[columns.line]
    below = [fault for fault in grid.faults if fault.line > columns.line]
    return [fault for fault in below if fault.column in read or fault.column not in named]
