"""A package whose every text tries to act: for the tests, and to look at.

``python tests/hostile_package.py FOLDER`` makes a hostile copy of the complete example.
"""

import csv
import json
import shutil
import sys
from itertools import cycle
from pathlib import Path

from collective_impact.data.schema import table_schema

EXAMPLE = Path(__file__).parents[1] / "data/examples/alla-i-mal"

VECTORS = (
    "<script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "[here](javascript:document.title='taken')",
    "![x](https://example.org/pixel.png) <https://example.org/auto>",
    '#read("/etc/passwd") #import "/etc/passwd": * $x^2$',
    "```{=html} <script>document.title='taken'</script> ``` `<b>x</b>`{=html}",
    "{{< include /etc/passwd >}} {{< env HOME >}} {{% raw %}}",
    "\\input{/etc/passwd} \\write18{id} $$\\href{javascript:1}{x}$$",
    "=HYPERLINK(\"https://example.org\") +cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c \u200b\u2066zero\u2069 \ufeff",
    "../../../etc/passwd ..\\..\\windows ~/.ssh %2e%2e%2f",
    "::: {.callout-note}\n# A heading\n:::\n\n---\ntitle: taken\n---",
    '"} onclick="x()" {.content-hidden fig-alt="x"} @fig-taken [@nobody] ^[note]',
    "| a | b |\n|---|---|\n| = | x |",
    "</script><svg onload=\"document.title='taken'\"> ]]> --> {{x}} ${x} <%= x %>",
)
"""One way to act in each: HTML, Markdown, Typst, LaTeX, shortcodes, formulae, invisible signs, paths, YAML."""

LONG = "long " * 20_000
LOOSE_IDS = {
    "area_id": "<b>area & 'one'</b>",
    "partner_id": "=1+1|<i>partner</i>",
    "decision_id": "../{{< include x >}}",
}
"""For a column of ids: what one of them is replaced by, everywhere."""


def make_hostile(package: Path) -> None:
    """Put what tries to act into every text of a package, into ids, into a file's name and into the descriptor."""
    vectors = cycle(VECTORS)
    descriptor = json.loads((package / "datapackage.json").read_text())
    chosen = {column: _first(package, column) for column in LOOSE_IDS}
    for resource in descriptor["resources"]:
        file = package / resource["path"]
        texts = _texts(resource["name"])
        rows = list(csv.DictReader(file.open(newline="")))
        for row in rows:
            for column, cell in row.items():
                if column in texts and cell:
                    row[column] = f"{cell} {next(vectors)}"
                elif replaced := _other_id(cell, chosen):
                    row[column] = replaced
        if resource["name"] == "context_event":
            rows[0] |= {column: rows[0][column] + LONG for column in ("summary", "summary_en")}
        _write(file, rows)
        if resource["name"] == "group":
            resource["path"] = "data/gr;oup #read 'x' <script>.csv"
            file.rename(package / resource["path"])
    about = descriptor["initiative"]
    for key in ("title", "place", "goal", "programme", "partners", "notes"):
        if key in about:
            about[key] = _with_each(about[key], vectors)
    for source in (*descriptor.get("sources", []), *descriptor.get("licenses", [])):
        source["title"] = f"{source.get('title', '')} {next(vectors)}"
    (package / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False))


def _texts(table: str) -> set[str]:
    fields = [field.name for field in table_schema(table).fields if field.kind == "text" and not field.allowed]
    return {name for field in fields for name in (field, f"{field}_sv", f"{field}_en")}


def _first(package: Path, column: str) -> str:
    name = column.removesuffix("_id")
    return next(csv.DictReader((package / f"data/{name}.csv").open(newline="")))[column]


def _other_id(cell: str, chosen: dict[str, str]) -> str | None:
    return next((LOOSE_IDS[column] for column, old in chosen.items() if cell == old), None)


def _with_each(text: object, vectors: "cycle[str]") -> object:
    if isinstance(text, dict):
        return {language: _with_each(own, vectors) for language, own in text.items()}
    return f"{text} {next(vectors)} {next(vectors)}"


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    shutil.copytree(EXAMPLE, folder)
    make_hostile(folder)
