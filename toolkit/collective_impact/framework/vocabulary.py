"""The field's terms, readiness and the grid of twelve evaluations, read from the data files beside this module."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from collective_impact.language import SOURCE_LANGUAGE, choice, current_language, listing
from collective_impact.translations import translated


class Method(StrEnum):
    """How an evaluation looks at the initiative: exploring, refining or judging it."""

    DEVELOPMENTAL = "developmental"
    FORMATIVE = "formative"
    SUMMATIVE = "summative"


class Level(StrEnum):
    """What an evaluation looks at."""

    CONTEXT = "context"
    INITIATIVE = "initiative"
    SYSTEM = "system"
    OUTCOME = "outcome"


class Phase(StrEnum):
    """Where the initiative stands in its life."""

    INITIATE_ACTION = "initiate_action"
    ORGANIZE_FOR_IMPACT = "organize_for_impact"
    SUSTAIN_ACTION_AND_IMPACT = "sustain_action_and_impact"


class Strength(StrEnum):
    """How much a finding can bear."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    INSUFFICIENT = "insufficient"


class Condition(StrEnum):
    """One of the five conditions of collective impact."""

    COMMON_AGENDA = "common_agenda"
    SHARED_MEASUREMENT = "shared_measurement"
    MUTUALLY_REINFORCING_ACTIVITIES = "mutually_reinforcing_activities"
    CONTINUOUS_COMMUNICATION = "continuous_communication"
    BACKBONE_SUPPORT = "backbone_support"


class Standing(StrEnum):
    """How close a text of the catalogue stands to its source; none of them is a publisher's text.

    ``paraphrase``: our wording of a source that was read. ``literature``: our wording of what is known from the
    literature, the source not read again. ``own_design``: the toolkit's own.
    """

    PARAPHRASE = "paraphrase"
    LITERATURE = "literature"
    OWN_DESIGN = "own_design"


READINESS = "readiness"

Term = Method | Level | Phase | Strength | Condition | Standing


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One of the twelve evaluations of the grid, or the one that comes before them all: readiness.

    Attributes
    ----------
    id : str
        Its name and that of its template: ``<method>_<level>``, or ``"readiness"``.
    needs, needs_one_of, helps : tuple of str
        Tables without which it cannot answer its question, tables of which it takes at least one, and tables that let
        it answer more of it.
    phases : tuple of Phase
        Phases in which it is mostly used; another phase calls for a word of warning, never a refusal.
    method, level : Method or None, Level or None
        Its place in the grid; None for readiness.
    """

    id: str
    needs: tuple[str, ...]
    needs_one_of: tuple[str, ...]
    helps: tuple[str, ...]
    phases: tuple[Phase, ...]
    method: Method | None = None
    level: Level | None = None

    @property
    def question(self) -> str:
        """The evaluation question, in the current language."""
        return _in_current_language(_inquiries()[self.id]["question"])

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables it can use."""
        return (*self.needs, *self.needs_one_of, *self.helps)

    def missing(self, has: Callable[[str], bool]) -> str:
        """Name the tables that it lacks, in words; empty where nothing stands in its way.

        Parameters
        ----------
        has : callable
            Tells whether there is a table with rows.
        """
        lacking = [name for name in self.needs if not has(name)]
        if self.needs_one_of and not any(map(has, self.needs_one_of)):
            lacking.append(choice(list(self.needs_one_of)))
        return listing(lacking)

    @property
    def name(self) -> str:
        """What readers call it, for example ``Summative: Ultimate outcome``, in the current language."""
        if self.method is None or self.level is None:
            return _in_current_language(_inquiries()[self.id]["name"])
        return f"{label(self.method)}: {label(self.level)}"


def label(term: Term) -> str:
    """Name of a term in the current language, for example ``Summative``."""
    return _in_current_language(_entry(term)["name"])


def design_name(design: str) -> str:
    """Common name of an evaluation design, for example ``Synthetic control``."""
    return _in_current_language(read_data("vocabulary.toml")["design"][design]["name"])


def design_assumption(design: str) -> str:
    """What a design has to assume, as a clause."""
    return _in_current_language(read_data("vocabulary.toml")["design"][design]["assumes"])


@cache
def grid() -> tuple[Inquiry, ...]:
    """All twelve evaluations, by method and then by level."""
    return tuple(_inquiry(f"{method}_{level}", method, level) for method in Method for level in Level)


@cache
def inquiries() -> tuple[Inquiry, ...]:
    """Readiness and the twelve evaluations."""
    return (_inquiry(READINESS), *grid())


def inquiry(name: str) -> Inquiry:
    """Find one by its id.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    return {each.id: each for each in inquiries()}[name]


def _inquiry(name: str, method: Method | None = None, level: Level | None = None) -> Inquiry:
    told = _inquiries()[name]
    phases = _entry(method)["phases"] if method else told["phases"]
    needs, one_of, helps = (tuple(told.get(use, ())) for use in ("needs", "needs_one_of", "helps"))
    return Inquiry(name, needs, one_of, helps, tuple(map(Phase, phases)), method, level)


def _inquiries() -> dict[str, Any]:
    return read_data("inquiries.toml")


@cache
def read_data(file: str) -> dict[str, Any]:
    """Read one of the data files of this room, once; not to be changed by its readers."""
    return translated(tomllib.loads((Path(__file__).parent / file).read_text(encoding="utf-8")))


def _entry(term: Term) -> dict[str, Any]:
    entry: dict[str, Any] = read_data("vocabulary.toml")[type(term).__name__.lower()][term.value]
    return entry


def _in_current_language(words: dict[str, str]) -> str:
    return words.get(current_language(), words[SOURCE_LANGUAGE])
