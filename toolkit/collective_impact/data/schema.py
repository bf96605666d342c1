"""The tables of the contract, read from the Table Schemas in ``schemas/``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from collective_impact.language import SOURCE_LANGUAGE, current_language

SCHEMAS = Path(__file__).parent / "schemas"
TABLES = ("area", "indicator", "indicator_value", "context_event")

Kind = Literal["text", "id", "period", "number", "integer"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    Attributes
    ----------
    name : str
    kind : {"text", "id", "period", "number", "integer"}
        How the cells are read.
    title, description : mapping of str to str
        Language to words.
    required : bool
        Whether the column must be there and no cell be empty.
    allowed : tuple of str
        The only values there may be; empty: any.
    pattern : str
        Regular expression of a period.
    minimum : float or None
        Smallest number there may be.
    default : str
        What an empty cell stands for.
    translatable : bool
        Whether a column ``<name>_<language>`` may stand beside it with a translation.
    """

    name: str
    kind: Kind
    title: dict[str, str]
    description: dict[str, str]
    required: bool
    allowed: tuple[str, ...]
    pattern: str
    minimum: float | None
    default: str
    translatable: bool

    def label(self) -> str:
        """Give the title in the current language."""
        return self.title.get(current_language(), self.title[SOURCE_LANGUAGE])

    def describe(self) -> str:
        """Give the description in the current language, without its full stop."""
        return self.description.get(current_language(), self.description[SOURCE_LANGUAGE]).rstrip(".")


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values stand in another table.

    Attributes
    ----------
    field, table, target : str
        The column, the other table and its column.
    """

    field: str
    table: str
    target: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of the contract.

    Attributes
    ----------
    name : str
    fields : tuple of Field
    primary_key : tuple of str
        Columns that together tell the rows apart.
    foreign_keys : tuple of ForeignKey
    """

    name: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def translated(self, column: str) -> Field | None:
        """Give the field that a column such as ``name_sv`` translates, if there is one."""
        name, _, language = column.rpartition("_")
        if len(language) != 2 or not (language.isascii() and language.islower()):
            return None
        return next((field for field in self.fields if field.name == name and field.translatable), None)


@cache
def table_schema(name: str) -> TableSchema:
    """Read the schema of a table.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    """
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return TableSchema(
        name=name,
        fields=tuple(_field(field) for field in schema["fields"]),
        primary_key=tuple(schema["primaryKey"]),
        foreign_keys=tuple(
            ForeignKey(key["fields"], key["reference"]["resource"], key["reference"]["fields"])
            for key in schema.get("foreignKeys", ())
        ),
    )


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    return Field(
        name=field["name"],
        kind=field.get("kind", "text" if field["type"] == "string" else field["type"]),
        title=_words(field, "title"),
        description=_words(field, "description"),
        required=constraints.get("required", False),
        allowed=tuple(constraints.get("enum", ())),
        pattern=constraints.get("pattern", ""),
        minimum=constraints.get("minimum"),
        default=field.get("default", ""),
        translatable=field.get("translatable", False),
    )


def _words(entry: dict[str, Any], key: str) -> dict[str, str]:
    translations = {name[len(key) + 1 :]: words for name, words in entry.items() if name.startswith(f"{key}_")}
    return {SOURCE_LANGUAGE: entry[key], **translations}
