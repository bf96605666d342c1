"""Whether a package would be sound as an import leaves it; what is wrong is told of where it comes from."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from collective_impact.collection.facts_sheets import contradictions, with_facts
from collective_impact.collection.importing.changes import TableChange
from collective_impact.collection.importing.destination import Destination
from collective_impact.collection.importing.incoming import FIRST, Incoming, numbered
from collective_impact.data.cells import typed_table
from collective_impact.data.consistency import consistency_problems
from collective_impact.data.descriptor import NAME_PATTERN, ResourceSchema
from collective_impact.data.facts import Facts
from collective_impact.data.places import DESCRIPTOR
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import FACTS, TABLES, table_schema
from collective_impact.data.validation import validated
from collective_impact.data.writing import guarded_rows
from collective_impact.errors import Problem
from collective_impact.language import translate as _


def facts_problems(
    destination: Destination, changes: Sequence[TableChange], incoming: Sequence[Incoming], faulty: Collection[str]
) -> list[Problem]:
    """Say what is wrong with the initiative's facts as they would be.

    Parameters
    ----------
    destination : Destination
    changes : sequence of TableChange
    incoming : sequence of Incoming
        Rows that the changes come from.
    faulty : collection of str
        Places of cells that could not be read: facts from there are not judged.

    Returns
    -------
    list of Problem
    """
    rows = {change.table: change.rows for change in changes if change.table in FACTS}
    places = {each.table: each.place for each in reversed(incoming)}
    if destination.new and "initiative" not in rows:
        sheet = quoted(table_schema("initiative").label())
        mend = _("fill in the sheet {sheet}, or correct the path").format(sheet=sheet)
        expected = _("a data package, or facts for a new one")
        return [Problem(str(destination.folder), _("no data package"), expected, mend)]
    place = places.get("initiative", "") or places.get("phase", "")
    if "initiative" in rows and len(rows["initiative"]) > 1:
        ids = " + ".join(quoted(name) for name in rows["initiative"]["id"])
        mend = _("give the workbook of this initiative, or correct the id")
        return [Problem(place, _("several initiatives: {ids}").format(ids=ids), _("one initiative"), mend, field="id")]
    if not rows or place in faulty:
        return []
    told = rows["initiative"].to_dict("records")[0] if "initiative" in rows else {}
    row = {str(name): str(text) for name, text in told.items()}
    contradicting = [_contradiction(row, name, column, place) for name, column in contradictions(row)]
    content = with_facts(destination.content, rows)
    _facts, problems = validated(Facts, {"title": "", **content["initiative"], "id": ""}, place)
    if not re.fullmatch(NAME_PATTERN, content["name"]):
        expected, mend = _("small letters, digits and hyphens"), _("write a short name such as school-north")
        problems.append(Problem(place, quoted(content["name"]), expected, mend, field="id"))
    return problems + contradicting


def _contradiction(row: Mapping[str, str], name: str, column: str, place: str) -> Problem:
    found = _("{text}, and {other} in the column {column}").format(
        text=quoted(row[column]), other=quoted(row.get(name, "")), column=name
    )
    expected = _("one text in the initiative’s own language")
    mend = _("empty the cell; what stands in the column {column} is in that language").format(column=name)
    return Problem(place, found, expected, mend, field=column)


def table_problems(
    destination: Destination, changes: Sequence[TableChange], incoming: Sequence[Incoming]
) -> list[Problem]:
    """Check the tables as they would be, with their keys, references and rules.

    Returns
    -------
    list of Problem
        With the place that the row comes from; notes about rows that the package has already are left out.
    """
    tables = {} if destination.initiative is None else {**destination.initiative.tables}
    tables = {name: numbered(table) for name, table in tables.items()}
    merged = {change.table: change for change in changes if change.table in TABLES}
    for name, change in merged.items():
        schema = table_schema(name)
        typed, _problems = typed_table(numbered(guarded_rows(change.rows, schema)), schema, ResourceSchema(), name)
        tables[name] = typed
    partial = {each.table for each in incoming if not each.whole}
    in_order = {name: tables[name] for name in TABLES if name in tables}
    found = consistency_problems(in_order, {name: name for name in in_order}, set(in_order) - partial)
    told = [_at_home(problem, merged, destination) for problem in found]
    return [problem for problem in told if problem]


def _at_home(problem: Problem, merged: dict[str, TableChange], destination: Destination) -> Problem | None:
    """Give a problem of a merged table with the place its row comes from; none for a note about the package's own."""
    change = merged.get(problem.place)
    origin = change.origins.get(problem.row - FIRST) if change and problem.row is not None else None
    if origin:
        incoming, number = origin
        return replace(incoming.at_home(replace(problem, row=number)), place=incoming.place)
    if problem.severity == "note":
        return None
    return replace(problem, place=destination.path_of(problem.place) or problem.place or DESCRIPTOR)
