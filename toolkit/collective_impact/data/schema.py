"""The tables of the contract, read from the Table Schemas in ``schemas/``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from collective_impact.framework import catalogue
from collective_impact.language import SOURCE_LANGUAGE
from collective_impact.translations import translated
from collective_impact.words import NO_WORDS, Words

SCHEMAS = Path(__file__).parent / "schemas"
THEMES = {
    "who": ("partner", "meeting", "participation"),
    "plan": ("activity", "activity_partner", "data_submission", "cost"),
    "learning": ("decision", "emergence", "adaptation"),
    "asking": ("wave", "rubric_score", "partnership_rating", "survey_response", "relation"),
    "power": ("power_actor", "power_alliance"),
    "context": ("context_event", "context_series"),
    "system": ("practice", "practice_observation", "funding_flow", "policy", "policy_event", "system_change"),
    "contribution": ("outcome_harvest", "claim", "evidence"),
    "outcome": ("area", "group", "indicator", "indicator_value"),
}
"""What the tables are about, in the order of a workbook's sheets."""
TABLES = tuple(table for tables in THEMES.values() for table in tables)
FACTS = ("initiative", "phase")
"""What stands in the descriptor but is filled in like a table."""

Kind = Literal["text", "id", "period", "date", "number", "integer", "boolean"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    Attributes
    ----------
    name : str
    kind : {"text", "id", "period", "date", "number", "integer", "boolean"}
        How the cells are read.
    title, description, unit : Words
        A column without a unit has none.
    required : bool
        Whether the column must be there and no cell be empty.
    allowed : tuple of str
        The only values there may be; empty: any.
    labels : mapping of str to Words
        Allowed value to what it is called.
    pattern : str
        Regular expression of a period.
    minimum, maximum : float or None
        Smallest and largest number there may be.
    above, below : float or None
        Numbers that must be exceeded, and not be reached.
    default : str
        What an empty cell stands for.
    translatable : bool
        Whether a column ``<name>_<language>`` may stand beside it with a translation.
    example : str
        A value as it may stand in a cell.
    personal : bool
        Whether the cells tell of single people, and never leave the package.
    """

    name: str
    kind: Kind
    title: Words
    description: Words
    unit: Words
    required: bool
    allowed: tuple[str, ...]
    labels: dict[str, Words]
    pattern: str
    minimum: float | None
    maximum: float | None
    above: float | None
    below: float | None
    default: str
    translatable: bool
    example: str
    personal: bool

    def label(self) -> str:
        """Give the title in the current language."""
        return str(self.title)

    def describe(self) -> str:
        """Give the description in the current language, without its full stop."""
        return str(self.description).rstrip(".")

    def label_of(self, value: str) -> str:
        """Give the words for one of the allowed values in the current language; the value itself where it has none."""
        return str(self.labels.get(value, value))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values stand together in another table.

    Attributes
    ----------
    fields : tuple of str
    table : str
        The other table, or this one.
    targets : tuple of str
        The other table's columns.
    """

    fields: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of the contract.

    Attributes
    ----------
    name : str
    title, description : Words
    fields : tuple of Field
    primary_key : tuple of str
        Columns that together tell the rows apart.
    foreign_keys : tuple of ForeignKey
    dated_by : str
        Column that tells when a row came to be: a period or date, or a reference to a table that has one; empty: none.
    in_order : tuple of (str, str)
        Pairs of columns of which the first is never later than the second.
    """

    name: str
    title: Words
    description: Words
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    dated_by: str
    in_order: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Give the field of a name; `KeyError` if there is none."""
        return {field.name: field for field in self.fields}[name]

    def translated(self, column: str) -> Field | None:
        """Give the field that a column such as ``name_sv`` translates, if there is one."""
        name, _, language = column.rpartition("_")
        if len(language) != 2 or not (language.isascii() and language.islower()):
            return None
        return next((field for field in self.fields if field.name == name and field.translatable), None)

    def knows(self, column: str) -> bool:
        """Tell whether a column is one of the table, or translates one."""
        return column in self.names or self.translated(column) is not None

    def label(self) -> str:
        """Give the title in the current language."""
        return str(self.title)

    def describe(self) -> str:
        """Give the description in the current language."""
        return str(self.description)


@cache
def table_schema(name: str) -> TableSchema:
    """Read the schema of a table.

    Parameters
    ----------
    name : str
        One of `TABLES` or `FACTS`.
    """
    folder = SCHEMAS / "descriptor" if name in FACTS else SCHEMAS
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return TableSchema(
        name=name,
        title=_words(schema, "title"),
        description=_words(schema, "description"),
        fields=tuple(_field(field) for field in schema["fields"]),
        primary_key=tuple(schema["primaryKey"]),
        foreign_keys=tuple(_foreign_key(key, name) for key in schema.get("foreignKeys", ())),
        dated_by=schema.get("datedBy", ""),
        in_order=tuple((first, second) for first, second in schema.get("inOrder", ())),
    )


def _foreign_key(key: dict[str, Any], own: str) -> ForeignKey:
    reference = key["reference"]
    return ForeignKey(_columns(key["fields"]), reference["resource"] or own, _columns(reference["fields"]))


def _columns(one_or_more: str | list[str]) -> tuple[str, ...]:
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    return Field(
        name=field["name"],
        kind=field.get("kind", "text" if field["type"] == "string" else field["type"]),
        title=_words(field, "title"),
        description=_words(field, "description"),
        unit=_words(field, "unit") if "unit" in field else NO_WORDS,
        required=constraints.get("required", False),
        allowed=tuple(constraints.get("enum", ())),
        labels=_labels(field),
        pattern=constraints.get("pattern", ""),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        above=constraints.get("exclusiveMinimum"),
        below=constraints.get("exclusiveMaximum"),
        default=field.get("default", ""),
        translatable=field.get("translatable", False),
        example=_as_written(field.get("example", "")),
        personal=field.get("personal", False),
    )


def _labels(field: dict[str, Any]) -> dict[str, Words]:
    """Words for the allowed values: the schema's own, or those of the framework's terms."""
    if "vocabulary" in field:
        return {concept.id: concept.name for concept in catalogue.concepts(field["vocabulary"])}
    return {category["value"]: _words(category, "label") for category in field.get("categories", ())}


def _as_written(example: object) -> str:
    return str(example).lower() if isinstance(example, bool) else str(example)


def _words(entry: dict[str, Any], key: str) -> Words:
    translations = {name[len(key) + 1 :]: words for name, words in entry.items() if name.startswith(f"{key}_")}
    return Words(translated({SOURCE_LANGUAGE: entry[key], **translations}))
