"""The field's terms and the grid of twelve evaluations, read from the data files beside this module."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from collective_impact.language import SOURCE_LANGUAGE, current_language


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


Term = Method | Level | Phase | Strength | Condition | Standing


@dataclass(frozen=True, slots=True)
class GridCell:
    """One of the twelve evaluations.

    Attributes
    ----------
    method, level : Method, Level
    needs, helps : tuple of str
        Tables without which it cannot answer its question, and tables that let it answer more of it.
    """

    method: Method
    level: Level
    needs: tuple[str, ...]
    helps: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name of the cell and of its template: ``<method>_<level>``."""
        return f"{self.method}_{self.level}"

    @property
    def question(self) -> str:
        """The evaluation question, in the current language."""
        return _in_current_language(read_data("grid.toml")[self.method][self.level]["question"])


def label(term: Term) -> str:
    """Name of a term in the current language, for example ``Summative``."""
    return _in_current_language(_entry(term)["name"])


def design_name(design: str) -> str:
    """Common name of an evaluation design, for example ``Synthetic control``."""
    return _in_current_language(read_data("vocabulary.toml")["design"][design]["name"])


def design_assumption(design: str) -> str:
    """What a design has to assume, as a clause."""
    return _in_current_language(read_data("vocabulary.toml")["design"][design]["assumes"])


def fitting_phases(method: Method) -> tuple[Phase, ...]:
    """Phases in which a method is mostly used; another phase calls for a word of warning, never a refusal."""
    return tuple(Phase(phase) for phase in _entry(method)["phases"])


@cache
def grid() -> tuple[GridCell, ...]:
    """All twelve evaluations, by method and then by level."""
    cells = read_data("grid.toml")
    return tuple(
        GridCell(method, level, tuple(cells[method][level]["needs"]), tuple(cells[method][level]["helps"]))
        for method in Method
        for level in Level
    )


def grid_cell(cell_id: str) -> GridCell:
    """Find one evaluation by its id.

    Raises
    ------
    KeyError
        If there is no such evaluation.
    """
    return {cell.id: cell for cell in grid()}[cell_id]


@cache
def read_data(file: str) -> dict[str, Any]:
    """Read one of the data files of this room, once; not to be changed by its readers."""
    return tomllib.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))


def _entry(term: Term) -> dict[str, Any]:
    entry: dict[str, Any] = read_data("vocabulary.toml")[type(term).__name__.lower()][term.value]
    return entry


def _in_current_language(words: dict[str, str]) -> str:
    return words.get(current_language(), words[SOURCE_LANGUAGE])
