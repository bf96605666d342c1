"""Import: from what people send in to a package that has it, shown first and done all at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from collective_impact.collection.facts_sheets import with_facts, without_repeats
from collective_impact.collection.importing.changes import TableChange, table_change
from collective_impact.collection.importing.destination import Destination, open_destination
from collective_impact.collection.importing.grid import Grid
from collective_impact.collection.importing.incoming import Incoming
from collective_impact.collection.importing.mapping import Mapping, read_mapping
from collective_impact.collection.importing.opening import open_grids
from collective_impact.collection.importing.recognise import recognise
from collective_impact.collection.importing.sheet_rows import sheet_rows
from collective_impact.collection.importing.soundness import facts_problems, table_problems
from collective_impact.collection.importing.survey_export import is_export, survey_rows
from collective_impact.collection.sheets import ALL_SHEETS, every_column
from collective_impact.data.commit import commit
from collective_impact.data.schema import FACTS, TABLES, table_schema
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported.

    Attributes
    ----------
    files : tuple of pathlib.Path
        Workbooks, CSV files, exports of survey tools.
    into : pathlib.Path
        The package's folder, or where a new package is to be made.
    mapping : pathlib.Path or None
        File that says what unknown sheets and columns mean.
    wave : str
        Id of the wave that rows belong to which do not say so themselves.
    overwrite : bool
        Whether what was measured earlier may be changed.
    """

    files: tuple[Path, ...]
    into: Path
    mapping: Path | None = None
    wave: str = ""
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes
    ----------
    destination : Destination
    changes : tuple of TableChange
        One for each table that something came in for, in the order of `ALL_SHEETS`.
    notes : tuple of Problem
    descriptor : str
        The package's descriptor as it would be.
    files : dict of str to bytes
        New files by path.
    superseded : dict of str to str
        Paths of the files that they take the place of, and their hashes.
    """

    destination: Destination
    changes: tuple[TableChange, ...]
    notes: tuple[Problem, ...]
    descriptor: str
    files: dict[str, bytes]
    superseded: dict[str, str]

    @property
    def any(self) -> bool:
        """Whether anything would change."""
        return any(change.any for change in self.changes)


def plan_import(request: ImportRequest) -> ImportPlan:
    """Read everything and work out what would change; nothing is written.

    Raises
    ------
    InputError
        With every problem of every file, if there is an error.
    """
    destination, problems = open_destination(request.into)
    mapping, more = read_mapping(request.mapping) if request.mapping else (Mapping(), [])
    problems += more
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    incoming, more = _incoming(request, mapping, destination)
    problems += more
    changes, more = _changes(incoming, destination, overwrite=request.overwrite)
    problems += more
    problems += facts_problems(destination, changes, incoming, {each.place for each in problems})
    problems += table_problems(destination, changes, incoming)
    problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.severity)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return _plan(destination, changes, problems)


def carry_out(plan: ImportPlan) -> None:
    """Write what a plan says, whole or not at all.

    Raises
    ------
    InputError
        If the package has changed since the plan was made, or cannot be written to.
    """
    destination = plan.destination
    commit(destination.folder, destination.seen, plan.descriptor, plan.files, plan.superseded)


def _plan(destination: Destination, changes: tuple[TableChange, ...], notes: Sequence[Problem]) -> ImportPlan:
    changed = [change for change in changes if change.any]
    content = with_facts(destination.content, {each.table: each.rows for each in changed if each.table in FACTS})
    resources: list[dict[str, Any]] = list(content.get("resources", ()))
    files, replaced = {}, set()
    for change in changed:
        if change.table in TABLES:
            resource, file, before = destination.file_of(change.table, change.rows)
            files[resource["path"]] = file
            replaced |= {before} if before else set()
            at = next((n for n, each in enumerate(resources) if each.get("name") == change.table), len(resources))
            resources[at : at + 1] = [resource]
    descriptor = json.dumps({**content, "resources": resources}, ensure_ascii=False, indent=2) + "\n"
    named = {PurePosixPath(str(each.get("path", ""))) for each in resources}
    superseded = {path: destination.sha256_of(path) for path in replaced if PurePosixPath(path) not in named}
    return ImportPlan(destination, changes, tuple(notes), descriptor, files, superseded)


def _incoming(
    request: ImportRequest, mapping: Mapping, destination: Destination
) -> tuple[list[Incoming], list[Problem]]:
    """Rows of all sheets of all files."""
    incoming: list[Incoming] = []
    problems: list[Problem] = []
    all_grids: list[Grid] = []
    for file in request.files:
        grids, more = open_grids(file)
        all_grids += grids
        problems += more
    exports = [grid for grid in all_grids if is_export(grid, mapping.of(grid))]
    rows, more = survey_rows(exports, all_grids, mapping, request.wave, destination.names())
    incoming += rows.incoming
    problems += more
    for grid in all_grids:
        if grid not in exports and grid not in rows.parents:
            recognised, more = recognise(grid, mapping.of(grid))
            problems += more
            if recognised:
                columns = [column.name for column in every_column(recognised.table).columns]
                wanted = _("a column of the table {table}").format(table=recognised.table)
                problems += mapping.wrong_targets(grid, columns, wanted)
                each, more = sheet_rows(recognised)
                problems += more
                incoming.append(_with_wave(each, request.wave))
    if all_grids:
        problems += mapping.unused(all_grids)
    if not incoming and not any(problem.severity == "error" for problem in problems):
        names = ", ".join(file.name for file in request.files)
        mend = _("fill in a sheet, and send the file again")
        problems.append(Problem(names, _("no rows"), _("rows of at least one table"), mend))
    return incoming, problems


def _with_wave(incoming: Incoming, wave: str) -> Incoming:
    """Give the rows that do not say their wave the one of the request."""
    if not wave or "wave_id" not in table_schema(incoming.table).names:
        return incoming
    given = incoming.rows.get("wave_id", pd.Series("", index=incoming.rows.index, dtype=str))
    return replace(incoming, rows=incoming.rows.assign(wave_id=given.mask(given == "", wave)))


def _changes(
    incoming: Sequence[Incoming], destination: Destination, *, overwrite: bool
) -> tuple[tuple[TableChange, ...], list[Problem]]:
    changes, problems = [], []
    for table in ALL_SHEETS:
        typed = []
        for each in incoming:
            if each.table == table and len(each.rows):
                frame, more = each.typed()
                problems += more
                typed.append((each, without_repeats(frame, destination.language) if table == "initiative" else frame))
        if typed:
            try:
                existing = destination.rows(table)
            except InputError as error:
                problems += error.problems
                continue
            change, more = table_change(table, existing, typed, overwrite=overwrite)
            changes.append(change)
            problems += more
    return tuple(changes), problems
