"""The package that rows are imported into, or the new one that is to be made."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from collective_impact.collection.facts_sheets import facts_rows
from collective_impact.data.commit import changed_meanwhile, descriptor_sha256, free_name
from collective_impact.data.delimited import read_delimited
from collective_impact.data.descriptor import Resource
from collective_impact.data.initiative import Initiative
from collective_impact.data.parquet import read_parquet
from collective_impact.data.places import DESCRIPTOR
from collective_impact.data.quoting import visible
from collective_impact.data.reading import check_package
from collective_impact.data.schema import FACTS, TABLES, table_schema
from collective_impact.data.writing import as_text, csv_bytes, csv_resource
from collective_impact.errors import InputError, Problem
from collective_impact.language import SOURCE_LANGUAGE
from collective_impact.language import translate as _
from collective_impact.spreadsheet_text import guarded

_USUAL_FOLDER = "data"
_NAMED = {"partner_id": "partner", "wave_id": "wave", "area_id": "area", "group": "group"}


@dataclass(frozen=True, slots=True)
class Destination:
    """A package as it is before an import.

    Attributes
    ----------
    folder : pathlib.Path
    initiative : Initiative or None
        None: the package is to be made.
    content : dict
        Of its descriptor.
    seen : str
        Hash of its descriptor (see `collective_impact.data.commit.descriptor_sha256`).
    """

    folder: Path
    initiative: Initiative | None
    content: dict[str, Any]
    seen: str

    @property
    def new(self) -> bool:
        """Whether the package is to be made."""
        return self.initiative is None

    @property
    def language(self) -> str:
        """The initiative's own language."""
        return SOURCE_LANGUAGE if self.initiative is None else self.initiative.facts.language

    def rows(self, table: str) -> pd.DataFrame:
        """Give the rows of a table as text; none if there is no such table. Columns outside the contract come last.

        Raises
        ------
        InputError
            If the file has gone, or has a column outside the contract whose cells cannot be written as text.
        """
        if self.initiative is None:
            return pd.DataFrame()
        if table in FACTS:
            return facts_rows(self.initiative.facts)[table]
        if table not in self.initiative.tables:
            return pd.DataFrame()
        rows = as_text(self.initiative.tables[table], table_schema(table))
        return rows.join(self._own_columns(table, rows))

    def names(self) -> dict[str, dict[str, str]]:
        """Give the ids that a survey asks for by what they stand for in any language, in lower case; by column."""
        named: dict[str, dict[str, str]] = {}
        tables = self.initiative.tables if self.initiative else {}
        for key, table in _NAMED.items():
            rows = tables.get(table, pd.DataFrame())
            columns = [rows[name] for name in rows if str(name) == "name" or str(name).startswith("name_")]
            pairs = [pair for names in columns for pair in zip(names, rows[f"{table}_id"], strict=True)]
            named[key] = {text.casefold(): each for text, each in pairs if text}
        return named

    def path_of(self, table: str) -> str:
        """Give the path of a table's file in the package; empty if it has none."""
        return str(self._resource(table).get("path", ""))

    def sha256_of(self, path: str) -> str:
        """Give the hash that a file of the package had when it was read."""
        return "" if self.initiative is None else self.initiative.hashes[path]

    def file_of(self, table: str, rows: pd.DataFrame) -> tuple[dict[str, Any], bytes, str]:
        """Make the file of a changed table.

        Returns
        -------
        resource : dict
            Entry of the descriptor.
        content : bytes
        before : str
            Path of the file that it takes the place of; empty: none.
        """
        schema, resource = table_schema(table), self._resource(table)
        before = self.path_of(table)
        folder = PurePosixPath(before).parent if before else self._usual_folder()
        path = free_name(self.folder, (folder / f"{table}.csv").as_posix())
        needed = {*schema.primary_key, *(field.name for field in schema.fields if field.required)}
        needed |= {*self._raw(table).columns} if before else set()
        used = [str(name) for name in rows if name in needed or rows[name].ne("").any()]
        return csv_resource(resource, table, used, path), csv_bytes(rows[used], schema), before

    def _resource(self, table: str) -> dict[str, Any]:
        resources: list[dict[str, Any]] = self.content.get("resources", [])
        return next((each for each in resources if each.get("name") == table), {})

    def _usual_folder(self) -> PurePosixPath:
        """Folder of the package's own tables."""
        paths = [each["path"] for each in self.content.get("resources", ()) if each.get("name") in TABLES]
        return PurePosixPath(paths[0]).parent if paths else PurePosixPath(_USUAL_FOLDER)

    def _raw(self, table: str) -> pd.DataFrame:
        """Cells of a table's file, as they are written."""
        resource = Resource.model_validate(self._resource(table))
        try:
            content = (self.folder / resource.path).read_bytes()
        except OSError:
            raise InputError([changed_meanwhile()]) from None
        if resource.kind == "parquet":
            raw, problems = read_parquet(content, resource, whole=True)
        else:
            raw, problems = read_delimited(content, resource)
        if raw is None:
            raise InputError(problems)
        return raw

    def _own_columns(self, table: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Columns that the contract does not know, which stay with their rows as they are written."""
        raw = self._raw(table)
        own = raw[[name for name in raw if name not in rows]].reset_index(drop=True)
        if Resource.model_validate(self._resource(table)).kind == "csv" or own.empty:
            return own
        return own.apply(_guarded_text)


def _guarded_text(column: "pd.Series[str]") -> "pd.Series[str]":
    """Cells of a Parquet file as they may stand in a CSV file; numbers need no guard."""
    return column.where(pd.to_numeric(column, errors="coerce").notna(), column.map(guarded))


def open_destination(into: Path) -> tuple[Destination, list[Problem]]:
    """Open the package to import into.

    Returns
    -------
    destination : Destination
    problems : list of Problem
        Errors of a package that has some; nothing can be imported into it then.
    """
    folder = into.parent if into.name == DESCRIPTOR else into
    try:
        folder = folder.resolve()
        seen = descriptor_sha256(folder)
        blocked = not next(each for each in (folder, *folder.parents) if each.exists()).is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        found = _("a folder that cannot be opened ({reason})").format(reason=getattr(error, "strerror", None) or error)
        problem = Problem(visible(into, 200), found, _("a folder"), _("correct the path"), field="--into")
        return Destination(into, None, {}, ""), [problem]
    if blocked:
        found = _("something that is not a folder")
        problem = Problem(visible(into, 200), found, _("a folder"), _("correct the path"), field="--into")
        return Destination(folder, None, {}, ""), [problem]
    if not seen:
        return Destination(folder, None, {}, ""), []
    check = check_package(folder)
    errors = [problem for problem in check.problems if problem.severity == "error"]
    if errors or check.initiative is None:
        return Destination(folder, None, {}, seen), errors
    content = (folder / DESCRIPTOR).read_bytes()
    if hashlib.sha256(content).hexdigest() != seen:
        return Destination(folder, None, {}, seen), [changed_meanwhile()]
    return Destination(folder, check.initiative, json.loads(content.decode("utf-8-sig")), seen), []
