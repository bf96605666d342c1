"""What a report offers as data, as a page; ``python -m collective_impact.reporting.data_files.documentation``."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from collective_impact.reporting.data_files.crate import CRATE
from collective_impact.reporting.data_files.published_findings import PublishedFindings

_OPENING = f"""# What a report offers as data

<!-- Made by `python -m collective_impact.reporting.data_files.documentation`; a test holds it to the code. -->

Beside its pages a report has files for those who go on working with it. All of them hold what the pages show, rounded
and suppressed as there, and nothing finer.

| file | holds |
|---|---|
| `findings.json` | every finding and every question that stays open; its parts are described below |
| `tables/<page>-<id>.csv` | a table of a page (`tbl-…`), or the figures behind a picture (`fig-…`) |
| `tables/findings.csv`, `checks.csv`, `recommendations.csv` | findings, what they were judged by, what to do |
| `tables.xlsx` | all of these tables in one workbook, with a sheet of contents that leads to each |
| `citation.bib`, `citation.json` | how to cite the report, for programs that keep references |
| `references.bib` | the literature that the methods go back to |
| `{CRATE}` | how it was made: an [RO-Crate](https://w3id.org/ro/crate/1.1) with a run for each template |

CSV files are UTF-8 with a byte order mark, so that spreadsheets open them as they are. Figures have a decimal point and
no thousands apart, or with the option for a decimal comma a comma, and semicolons between columns. A percentage is
written as a share: 12% is `0.12`. A cell without a figure is empty; a figure that is not shown keeps its sign. A text
that a spreadsheet would take for a formula has an apostrophe before it.

The crate follows the profile [Process Run Crate](https://w3id.org/ro/wfrun/process/0.5): each run is an action with its
template as instrument, the files of the package and the parameters as objects, and the executed notebook, its record
and its findings as results. The data themselves are not in it: each file is named with its SHA-256.

## findings.json

Numbers have at most six digits that count. Dates are written as `2025-12-31`, and what is not known as `null`.
"""
_KINDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "dict of str to str": "texts by name",
    "Strength": "`strong`, `moderate`, `weak` or `insufficient`",
    '{"ok", "failed"}': "`ok` or `failed`",
}
_ENTRY = re.compile(r"^(\w+(?:, \w+)*) : (.+)((?:\n +.*)*)", re.MULTILINE)


def downloads_page() -> str:
    """Describe what a report offers as data in Markdown, in English."""
    return "\n".join([_OPENING, *(_described(model) for model in _models(PublishedFindings, set()))])


def _models(model: type[BaseModel], known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Give a model and those that its fields hold, each once."""
    if model in known:
        return
    known.add(model)
    yield model
    for field in model.model_fields.values():
        for inner in _held(field.annotation):
            yield from _models(inner, known)


def _held(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _held(argument)


def _described(model: type[BaseModel]) -> str:
    rows = [f"| `{names}` | {kind} | {meaning} |" for names, kind, meaning in _attributes(model)]
    summary = (inspect.getdoc(model) or "").partition("\n\n")[0].replace("``", "`")
    return "\n".join(
        [f"### {model.__name__}", "", summary, "", "| key | holds | meaning |", "|---|---|---|", *rows, ""]
    )


def _attributes(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Read the attributes that a model's docstring tells of: names, type, meaning."""
    told = (inspect.getdoc(model) or "").partition("Attributes\n----------\n")[2].partition("\n\n")[0]
    for entry in _ENTRY.finditer(told):
        names, kind, meaning = entry.groups()
        said = " ".join(meaning.split()).replace("``", "`").replace("None where", "nothing where")
        yield names.replace(", ", "`, `"), _kind(kind), said


def _kind(kind: str) -> str:
    """Say a type in words; a part that is described on the page is a link."""
    if kind.startswith("tuple of "):
        inner = kind.removeprefix("tuple of ")
        return "texts" if inner == "str" else f"list of {_kind(inner)}"
    if kind.endswith(" or None"):
        return f"{_kind(kind.removesuffix(' or None'))}, or nothing"
    return _KINDS.get(kind) or (f"[{kind}](#{kind.lower()})" if kind[0].isupper() else kind)


if __name__ == "__main__":
    print(downloads_page(), end="")
