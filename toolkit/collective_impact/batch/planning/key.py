"""The key of a run: what its result depends on, and nothing else.

Two runs with the same key have the same result: the key does not depend on the clock, on the machine, on where files
lie, nor on the order in which Python goes through sets. Which tables a run depends on is not declared anywhere: each
run tells which it looked for.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import pandas as pd

from collective_impact.batch.notebooks.sources import template_sha256, toolkit_sha256, versions
from collective_impact.batch.notebooks.templates import SET_BY_OPTIONS, Template
from collective_impact.data.identifiers import Identifiers, without_identifiers
from collective_impact.data.initiative import Initiative
from collective_impact.data.places import DESCRIPTOR
from collective_impact.language import in_language
from collective_impact.language import translate as _

_PLACES = SET_BY_OPTIONS.keys() - {"as_of", "language"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run's result depends on.

    Attributes
    ----------
    template : str
        SHA-256 of the kind, source and tags of its cells.
    parameters : mapping
        All but those that say where files lie.
    facts : str
        SHA-256 of what the package says of itself.
    tables : mapping of str to str
        Each table that the run looked for, to the SHA-256 of what it holds up to the report's today; empty text for
        one that is not there.
    findings : mapping of str to str
        For a learning report: what each evaluation came to, and the earlier report, as SHA-256.
    toolkit : str
        SHA-256 of the parts of the toolkit that notebooks use.
    versions : mapping of str to str
        Of Python and the packages that results may depend on.
    """

    template: str
    parameters: Mapping[str, Any]
    facts: str
    toolkit: str
    versions: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """SHA-256 of all of it."""
        return sha256(_canonical(asdict(self)).encode()).hexdigest()

    def differences(self, earlier: Mapping[str, Any]) -> list[str]:
        """Say in words how they differ from those of an earlier run, as its record holds them."""
        words = {
            "template": _("the template has changed"),
            "facts": _("what the package says of itself has changed"),
            "toolkit": _("the toolkit has changed"),
        }
        told = [text for name, text in words.items() if earlier.get(name) != getattr(self, name)]
        named = {
            "parameters": _("parameter {name}"),
            "tables": _("table {name}"),
            "findings": _("findings of {name}"),
            "versions": _("version of {name}"),
        }
        for kind, text in named.items():
            mine, theirs = getattr(self, kind), earlier.get(kind) or {}
            changed = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
            told += [text.format(name=name) for name in changed]
        return told


class PackageState:
    """What runs see of a package in a language on a day, as hashes; each table is looked at when it is asked for."""

    def __init__(self, initiative: Initiative, private: Identifiers, as_of: date, language: str) -> None:
        self._given = initiative
        self._private = private
        self._as_of = as_of
        self._language = language
        self._known: dict[str, str] = {}

    @property
    def facts(self) -> str:
        """Hash of what the package says of itself."""
        return self._given.hashes[DESCRIPTOR]

    @cached_property
    def seen(self) -> Initiative:
        """The initiative as runs see it: without what tells of single people, and what came after the day."""
        with in_language(self._language):
            return without_identifiers(self._given, self._private).until(self._as_of)

    def tables(self, names: Iterable[str]) -> dict[str, str]:
        """Hashes of tables by their names."""
        return {name: self._table(name) for name in sorted(names)}

    def files(self, tables: Iterable[str]) -> dict[str, str]:
        """Hashes of the descriptor and of the files that some tables were read from, by their path in the package."""
        places = {self._given.places[name] for name in tables if name in self._given.places}
        return {path: self._given.hashes[path] for path in sorted({DESCRIPTOR, *places})}

    def _table(self, name: str) -> str:
        if name not in self._known:
            table = self.seen.tables.get(name)
            self._known[name] = "" if table is None else _hash_of(table)
        return self._known[name]


def inputs_of(template: Template, parameters: Mapping[str, Any], package: PackageState) -> Inputs:
    """Give what a run of a template depends on, but for tables and findings, which show later."""
    return Inputs(
        template=template_sha256(template.path),
        parameters={name: value for name, value in sorted(parameters.items()) if name not in _PLACES},
        facts=package.facts,
        toolkit=toolkit_sha256(),
        versions=versions(),
    )


def _hash_of(table: pd.DataFrame) -> str:
    """SHA-256 of a table's columns and cells, in their order."""
    text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    kinds = [[str(name), str(kind)] for name, kind in table.dtypes.items()]
    return sha256(f"{_canonical(kinds)}\n{text}".encode()).hexdigest()


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
