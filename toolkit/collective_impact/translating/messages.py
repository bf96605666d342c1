"""Every text that readers see and that stands in code, templates or data files: what a language has to translate."""

import ast
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from collective_impact.data.schema import SCHEMAS
from collective_impact.framework import vocabulary
from collective_impact.language import SOURCE_LANGUAGE
from collective_impact.shipped import shipped
from collective_impact.translations import texts_in

CODE = Path(__file__).parents[1]
TEMPLATES = "notebooks/templates"
ONE = frozenset({"_", "translate", "marked"})
COUNTED = "translate_plural"
"""Functions that a sentence is given to in the code."""
IN_SCHEMAS = ("title", "description", "unit", "label")
"""Keys of a table's schema whose value is a text, with its translations beside it as ``title_sv``."""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text to translate.

    Attributes
    ----------
    english, plural : str
        The plural is empty where nothing is counted.
    place : str
        File where it first stands, with its line or cell.
    """

    english: str
    plural: str = ""
    place: str = ""


@cache
def sentences() -> dict[str, Text]:
    """All sentences of code and templates, by their English (of a count: of one), in alphabetical order."""
    found: dict[str, Text] = {}
    for text in (*_of_code(), *_of_templates()):
        known = found.setdefault(text.english, text)
        if text.plural and not known.plural:
            found[text.english] = text
    return dict(sorted(found.items()))


def _of_code() -> Iterator[Text]:
    for file in sorted(CODE.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if not any(f"{name}(" in source for name in (*ONE, COUNTED)):
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(english)), *_rest]) if name in ONE:
                    yield Text(english, "", f"{file.relative_to(CODE.parent)}:{node.lineno}")
                case ast.Call(
                    func=ast.Name(id=name), args=[ast.Constant(str(english)), ast.Constant(str(plural)), *_rest]
                ) if name == COUNTED:
                    yield Text(english, plural, f"{file.relative_to(CODE.parent)}:{node.lineno}")


def _of_templates() -> Iterator[Text]:
    for file in sorted(shipped(TEMPLATES).glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells, start=1):
            if cell["cell_type"] == "markdown":
                yield Text("".join(cell["source"]), "", f"{TEMPLATES}/{file.name}, cell {number}")


def terms_lacking(language: str) -> dict[str, Text]:
    """Texts of the data files that do not stand in them in a language, by their English, in alphabetical order."""
    found: dict[str, Text] = {}
    for file in (*sorted(Path(vocabulary.__file__).parent.rglob("*.toml")), *sorted(SCHEMAS.rglob("*.json"))):
        raw = file.read_text(encoding="utf-8")
        data = tomllib.loads(raw) if file.suffix == ".toml" else _with_their_translations(json.loads(raw))
        for text in texts_in(data):
            if language not in text:
                found.setdefault(text[SOURCE_LANGUAGE], Text(text[SOURCE_LANGUAGE], "", str(file.relative_to(CODE))))
    return dict(sorted(found.items()))


def _with_their_translations(schema: object) -> object:
    """Give the texts of a schema as those of other data files, a mapping from language to text."""
    if isinstance(schema, list):
        return [_with_their_translations(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    texts: dict[str, object] = {
        key: {SOURCE_LANGUAGE: schema[key]}
        | {name.removeprefix(f"{key}_"): text for name, text in schema.items() if name.startswith(f"{key}_")}
        for key in IN_SCHEMAS
        if isinstance(schema.get(key), str)
    }
    return texts | {key: _with_their_translations(part) for key, part in schema.items() if key not in texts}
