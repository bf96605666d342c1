"""Answers as a survey tool exports them, one row a submission, as rows of the tables that they belong to."""

import hashlib
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.collection.importing.grid import CellValue, Fault, Grid, fault_problems, plain_text
from collective_impact.collection.importing.incoming import Incoming, numbered
from collective_impact.collection.importing.mapping import Mapping, SheetMapping
from collective_impact.collection.importing.recognise import table_of
from collective_impact.collection.importing.survey_answers import answer_rows, answer_values
from collective_impact.collection.importing.survey_columns import (
    KEYS,
    PARENT,
    SUBMISSION,
    Answer,
    ExportColumns,
    export_columns,
)
from collective_impact.data.quoting import listed, quoted
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.language import translate as _
from collective_impact.spreadsheet_text import guarded

_BLANK = {"", "n/a"}
_FEWEST = 2
"""Questions of the toolkit's surveys that make a sheet an export."""

Row = Lookup[int, CellValue]


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
    for grid in exports:
        reading = _Reading(grid, mapping.of(grid), wave, names)
        parent = reading.find_parent([other for other in grids if other not in exports], mapping)
        if parent:
            rows.parents.append(parent)
        rows.incoming.extend(reading.incoming())
        problems += reading.problems()
    return rows, problems


class _Reading:
    """One sheet of an export while it is read."""

    def __init__(self, grid: Grid, said: SheetMapping, wave: str, names: Lookup[str, Lookup[str, str]]) -> None:
        self.grid, self.said, self.wave, self.names = grid, said, wave, names
        self.columns = export_columns(grid, said)
        self.header_line = next(iter(grid.rows))
        self.faults: list[Fault] = [fault for fault in grid.faults if fault.column in self.columns.answers]
        self.more: list[Problem] = []
        self.parent_columns: ExportColumns | None = None
        self.parents: dict[str, Row] = {}
        self.child_column = 0

    def find_parent(self, others: Sequence[Grid], mapping: Mapping) -> Grid | None:
        """Find the sheet with the submissions that the rows of a repeated group belong to."""
        for child, parent in PARENT:
            if child not in self.columns.tool:
                continue
            in_order = sorted(others, key=lambda other: other.file != self.grid.file)
            for other in in_order:
                columns = export_columns(other, mapping.of(other))
                if parent in columns.tool and not table_of(other):
                    self.child_column, self.parent_columns = self.columns.tool[child], columns
                    key = columns.tool[parent]
                    self.parents = {plain_text(row[key]): row for row in list(other.rows.values())[1:] if key in row}
                    return other
        return None

    def incoming(self) -> list[Incoming]:
        """Give the rows for each table that the answers belong to."""
        rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for line, row in self.grid.rows.items():
            if line == self.header_line:
                continue
            keys = {key: self._key(key, row) for key in KEYS}
            keys["wave_id"] = keys["wave_id"] or self.wave
            keys["respondent_id"] = keys["respondent_id"] or self._respondent(row)
            for table, values in self._rows(line, row).items():
                known = {field.name for field in table_schema(table).fields}
                own = {key: text for key, text in keys.items() if key in known}
                rows.setdefault(table, []).extend((line, {**own, **each}) for each in values)
        self.more += _repeated_respondents(rows.get("survey_response", []), self.grid.place)
        headers = {key: self._header(position) for key, position in self.columns.keys.items()}
        return [
            Incoming(
                table,
                self.grid.place,
                numbered(_guarded(pd.DataFrame([row for _line, row in lined], dtype=str).fillna(""))),
                [line for line, _row in lined],
                self.header_line,
                headers,
                not self.faults,
            )
            for table, lined in rows.items()
        ]

    def problems(self) -> list[Problem]:
        """Give what is wrong with the sheet, and ask about columns that are not known."""
        header = {n: str(text) for n, text in self.grid.rows[self.header_line].items()}
        filled = {column for line, row in self.grid.rows.items() if line > self.header_line for column in row}
        found = fault_problems(self.faults, self.grid.place, header)
        for position, text in self.columns.unknown.items():
            if position in filled:
                said = f'[sheet."{self.grid.title}"] ignore = ["{text}"]'
                mend = _("take it away, or put into a mapping file: {lines}").format(lines=said)
                unknown = _("an unknown column {name}").format(name=quoted(text))
                expected = _("questions of the toolkit’s surveys")
                found.append(Problem(self.grid.place, unknown, expected, mend, self.header_line, text))
        return found + self.more

    def _header(self, position: int) -> str:
        return str(self.grid.rows[self.header_line][position])

    def _parent(self, row: Row) -> Row:
        return self.parents.get(plain_text(row.get(self.child_column, "")), {})

    def _key(self, key: str, row: Row) -> str:
        """Whose answers a row holds, by itself or by its submission."""
        value = row.get(self.columns.keys.get(key, 0))
        if value is None and self.parent_columns:
            value = self._parent(row).get(self.parent_columns.keys.get(key, 0))
        text = "" if value is None else plain_text(value)
        return self.names.get(key.removeprefix("from_").removeprefix("to_"), {}).get(text.casefold(), text)

    def _respondent(self, row: Row) -> str:
        """Code made of the submission's id, which cannot be traced back to it."""
        for name in SUBMISSION:
            value = row.get(self.columns.tool.get(name, 0))
            if value is None and self.parent_columns:
                value = self._parent(row).get(self.parent_columns.tool.get(name, 0))
            if value is not None:
                identity = plain_text(value).removeprefix("uuid:")
                return "r" + hashlib.sha256(identity.encode()).hexdigest()[:12]
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
        rows = answer_rows(item, answer.option, text)
        if rows is None:
            mend = _("correct the answer, or say what it means in a mapping file")
            values = [value for value in dict.fromkeys(answer_values(item).values()) if value]
            expected = _("one of {values}").format(values=", ".join(values))
            self.faults.append(Fault(line, position, quoted(text), expected, mend))
        return rows or []


def _guarded(rows: pd.DataFrame) -> pd.DataFrame:
    texts = {str(name): rows[name].map(guarded) for name in rows if name not in ("value", "intensity")}
    return rows.assign(**texts) if len(rows) else rows


def _repeated_respondents(lined: list[tuple[int, dict[str, str]]], place: str) -> list[Problem]:
    """Name the submissions of one respondent in one wave, where there are several."""
    lines: dict[tuple[str, str], list[int]] = {}
    for line, row in lined:
        if row["respondent_id"]:
            lines.setdefault((row["wave_id"], row["respondent_id"]), []).append(line)
    problems = []
    for (wave, respondent), all_lines in lines.items():
        several = sorted(set(all_lines))
        if len(several) > 1:
            shown = listed([str(line) for line in several])
            found = _("several submissions of {respondent} in wave {wave}, in rows {rows}").format(
                respondent=quoted(respondent), wave=quoted(wave), rows=shown
            )
            expected, mend = _("one submission a respondent and wave"), _("keep one of them, usually the last")
            problems.append(Problem(place, found, expected, mend, several[0], "respondent_id", count=len(several) - 1))
    return problems
