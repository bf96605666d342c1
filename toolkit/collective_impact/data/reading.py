"""Read an initiative's data package, and say everything that is wrong with it at once."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from collective_impact.data.cells import typed_table
from collective_impact.data.consistency import consistency_problems, currency_problems
from collective_impact.data.delimited import read_delimited
from collective_impact.data.descriptor import Descriptor, Resource, read_descriptor
from collective_impact.data.initiative import Initiative
from collective_impact.data.inside import lies_inside
from collective_impact.data.parquet import read_parquet
from collective_impact.data.places import DESCRIPTOR, examples, exists, package_folder
from collective_impact.data.quoting import listed, quoted, suggestion, visible
from collective_impact.data.schema import TABLES, table_schema
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

_READERS = {"csv": read_delimited, "parquet": read_parquet}


@dataclass(frozen=True, slots=True)
class Check:
    """Outcome of checking a package.

    Attributes
    ----------
    initiative : Initiative or None
        None if there is an error; a note does not stand in the way.
    problems : tuple of Problem
        Errors before notes.
    """

    initiative: Initiative | None
    problems: tuple[Problem, ...]


def read_package(path: Path | str) -> Initiative:
    """Read a package.

    Parameters
    ----------
    path : pathlib.Path or str
        Its folder, its ``datapackage.json``, or the name of a shipped example.

    Raises
    ------
    InputError
        With every problem found.
    """
    check = check_package(path)
    if check.initiative is None:
        raise InputError(check.problems)
    return check.initiative


def check_package(path: Path | str) -> Check:
    """Check a package and read it if it has no error; never raises for what a user's files hold.

    Parameters
    ----------
    path : pathlib.Path or str
        Its folder, its ``datapackage.json``, or the name of a shipped example.
    """
    folder, problems = _folder(path)
    if folder is None:
        return Check(None, tuple(problems))
    descriptor, problems = read_descriptor(folder / DESCRIPTOR)
    if descriptor is None:
        return Check(None, tuple(problems))
    initiative, problems = _read_tables(folder, descriptor)
    problems.sort(key=lambda problem: problem.severity)
    return Check(None if problems and problems[0].severity == "error" else initiative, tuple(problems))


def _folder(path: Path | str) -> tuple[Path | None, list[Problem]]:
    """Folder of the package, if there is a descriptor in it."""
    if folder := package_folder(path):
        return folder, []
    given = Path(path)
    folder = given.parent if given.name == DESCRIPTOR else given
    if exists(folder):
        mend = _("add a {file}, or give the folder that has one").format(file=DESCRIPTOR)
        return None, [Problem(visible(folder, 200), _("no {file}").format(file=DESCRIPTOR), _("a data package"), mend)]
    mend = _("correct the path, or name a shipped example: {names}").format(names=", ".join(examples()))
    wanted = _("a folder with a {file}").format(file=DESCRIPTOR)
    return None, [Problem(visible(path, 200), _("no such folder"), wanted, mend)]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table as it was read; ``whole`` where every row and every required column is there."""

    table: pd.DataFrame
    path: str
    sha256: str
    whole: bool


def _read_tables(folder: Path, descriptor: Descriptor) -> tuple[Initiative, list[Problem]]:
    problems = _resource_problems(descriptor.resources)
    readings: dict[str, _Reading] = {}
    for resource in descriptor.resources:
        if resource.name in TABLES and resource.kind in _READERS and resource.name not in readings:
            reading, more = _read_resource(folder, resource)
            problems += more
            if reading:
                readings[resource.name] = reading
    in_order = {name: readings[name] for name in TABLES if name in readings}
    by_line = {name: reading.table for name, reading in in_order.items()}
    places = {name: reading.path for name, reading in in_order.items()}
    whole = {name for name, reading in in_order.items() if reading.whole}
    problems += consistency_problems(by_line, places, whole)
    problems += currency_problems(places, descriptor.facts.currency)
    tables = {name: table.reset_index(drop=True) for name, table in by_line.items()}
    hashes = {DESCRIPTOR: descriptor.sha256, **{reading.path: reading.sha256 for reading in readings.values()}}
    return Initiative(descriptor.facts, tables, folder, dict(sorted(hashes.items())), places), problems


def _read_resource(folder: Path, resource: Resource) -> tuple[_Reading | None, list[Problem]]:
    content, problems = _bytes(folder, resource)
    if content is None:
        return None, problems
    raw, unread = _READERS[resource.kind](content, resource)
    sha256 = hashlib.sha256(content).hexdigest()
    del content  # a large file's room is for its typed columns now
    if raw is None:
        return None, unread
    schema = table_schema(resource.name)
    header_row = 1 if resource.kind == "csv" else None
    table, problems = typed_table(raw, schema, resource.written, resource.path, header_row)
    whole = not unread and all(field.name in raw for field in schema.fields if field.required)
    return _Reading(table, resource.path, sha256, whole), unread + problems


def _resource_problems(resources: Sequence[Resource]) -> list[Problem]:
    """Say what is wrong with the list of resources itself."""
    if not resources:
        mend = _("declare tables under {key} to have them evaluated").format(key="resources")
        return [Problem(DESCRIPTOR, _("no tables"), _("tables"), mend, field="resources", severity="note")]
    problems = []
    counts = Counter(resource.name for resource in resources)
    meant = {name: suggestion(name, set(TABLES) - set(counts)) for name in counts if name not in TABLES}
    for name, right in meant.items():
        if right:
            found = _("the unknown table {name}").format(name=quoted(name))
            problems.append(Problem(DESCRIPTOR, found, quoted(right), _("rename the resource"), field="resources"))
    for name, n in counts.items():
        if n > 1:
            found = _("the resource {name} {n} times").format(name=quoted(name), n=n)
            mend = _("keep one of them")
            problems.append(Problem(DESCRIPTOR, found, _("each resource once"), mend, field="resources", count=n - 1))
    for resource in resources:
        if resource.name in TABLES and resource.kind not in _READERS:
            mend = _("save the table in one of these formats, and declare it")
            problems.append(Problem(resource.path, quoted(resource.format), ", ".join(_READERS), mend, field="format"))
    others = [name for name, right in meant.items() if not right]
    if others:
        found = _("resources that are not read: {names}").format(names=listed(others))
        mend = _("nothing needs to be done; they are left unread")
        wanted = _("tables of the contract: {names}").format(names=", ".join(TABLES))
        problems.append(Problem(DESCRIPTOR, found, wanted, mend, field="resources", severity="note", count=len(others)))
    return problems


def _bytes(folder: Path, resource: Resource) -> tuple[bytes | None, list[Problem]]:
    """Read the file of a resource, which must lie inside the package."""
    file = folder / PurePosixPath(resource.path)
    try:
        if not lies_inside(folder, resource.path):
            return None, [_outside(resource)]
        if file.is_file():
            return file.read_bytes(), []
        found = _("something that is not a file") if file.exists() else _("no such file")
    except (OSError, ValueError, RuntimeError) as error:
        found = _("a file that cannot be opened ({reason})").format(reason=getattr(error, "strerror", None) or error)
    return None, [_missing(folder, resource, found)]


def _outside(resource: Resource) -> Problem:
    expected = _("a path inside the package, with forward slashes, such as {example}").format(example="data/area.csv")
    mend = _("put the file in the package's folder and give its path from there")
    return Problem(DESCRIPTOR, quoted(resource.path, 80), expected, mend, field=f"resources.{resource.name}.path")


def _missing(folder: Path, resource: Resource, found: str) -> Problem:
    files = [file for kind in _READERS for depth in ("", "*/") for file in folder.glob(f"{depth}*.{kind}")]
    close = suggestion(resource.path, sorted(file.relative_to(folder).as_posix() for file in files))
    mend = _("give the path {path}").format(path=quoted(close, 80)) if close else _("correct the path, or add the file")
    return Problem(visible(resource.path, 80), found, _("a CSV or Parquet file that can be read"), mend)
