"""The privacy gate: what has passed it holds nothing that tells of a single person.

A run leaves a notebook, its findings and its record. Sealing them keeps Markdown cells and the outputs of blocks only,
and takes out of every text the codes and names of people, addresses and numbers that `data.identifiers` knows. Pages,
tables, documents and downloads are made from sealed runs.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from collective_impact.blocks import PICTURES, TABLES, plain
from collective_impact.data.facts import Facts
from collective_impact.data.identifiers import Identifiers, identifiers_of
from collective_impact.data.initiative import Initiative
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import translate as _
from collective_impact.reporting.run_page import NOTEBOOK, RECORD, read_notebook

BLOCK = ("text/html", "text/markdown")
"""Types of output that a block has, both of them."""
INJECTED = "injected-parameters"
"""Tag of the cell that papermill writes a run's parameters into."""

_DRAWING = re.compile(r"(data:image/svg\+xml;base64,)([A-Za-z0-9+/=]+)")
_TAG = re.compile(r"(<(?:!--.*?--|[^<>]*)>)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""((?:\balt|\btitle|\baria-[a-z]+|\bcontent|\bhref)\s*=\s*)("[^"]*"|'[^']*')""")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"(?<![\w:/.~])(?:~?/|[A-Za-z]:[\\/])(?:[^\s/\\'\"`:*?<>|]+[\\/])+([^\s/\\'\"`:*?<>|]+)")


@dataclass(frozen=True, slots=True)
class Gate:
    """What may not leave a package.

    Attributes
    ----------
    identifiers : Identifiers
    """

    identifiers: Identifiers

    @classmethod
    def of(cls, initiative: Initiative) -> "Gate":
        """Know what may not leave the package of an initiative."""
        return cls(identifiers_of(initiative))

    def text(self, text: str) -> str:
        """Take out of a text what tells of a person; in its place stands a sign in the current language.

        The text may be plain, Markdown or JSON; drawings in it are looked through as well.
        """
        text = _DRAWING.sub(self._drawing, text)
        return self.identifiers.replaced(text, _("[removed]"))

    def markup(self, markup: str) -> str:
        """Take the same out of HTML or SVG: out of what is read, and not out of the numbers that it is drawn from."""
        parts = _TAG.split(_DRAWING.sub(self._drawing, markup))
        return "".join(self._in_tag(part) if _TAG.fullmatch(part) else self.text(part) for part in parts)

    def facts(self, facts: Facts) -> Facts:
        """Take the same out of what an initiative says of itself, and signs that nobody sees; its id stays."""
        content = _visible(self.content(json.loads(facts.model_dump_json()), ("id",)))
        return Facts.model_validate_json(json.dumps(content))

    def content(self, content: Any, kept: tuple[str, ...] = ()) -> Any:
        """Take the same out of every text of JSON content, but for hashes and what stands under the names to keep."""
        if isinstance(content, str):
            return content if _SHA256.fullmatch(content) else self.text(content)
        if isinstance(content, list):
            return [self.content(each, kept) for each in content]
        if isinstance(content, dict):
            return {key: each if key in kept else self.content(each, kept) for key, each in content.items()}
        return content

    def _in_tag(self, tag: str) -> str:
        if tag.startswith("<!--"):
            return ""
        return _ATTRIBUTE.sub(lambda found: found[1] + self.text(found[2]), tag)

    def _drawing(self, found: re.Match[str]) -> str:
        svg = b64decode(found[2]).decode()
        return found[1] + b64encode(self.markup(svg).encode()).decode()


def _visible(content: Any) -> Any:
    """Every text of JSON content as one line of signs that are seen."""
    if isinstance(content, dict):
        return {key: _visible(each) for key, each in content.items()}
    if isinstance(content, list):
        return [_visible(each) for each in content]
    return plain(content) if isinstance(content, str) else content


def seal_run(folder: Path, gate: Gate) -> None:
    """Clean what a run left in its folder, before anything is published from it; sealing twice changes nothing more.

    The notebook keeps Markdown cells, code and the outputs of blocks, and nothing of the machine it ran on. Findings
    and record pass the gate. The record says which of them it belongs to (``..._sha256``). Whatever else a
    template wrote into the folder is taken away, for nothing has looked through it.

    Parameters
    ----------
    folder : Path
        Folder of one run that has ended, well or not.
    gate : Gate
    """
    notebook, findings, record = folder / NOTEBOOK, folder / FINDINGS, folder / RECORD
    sealed: dict[Path, str] = {}
    said = json.loads(record.read_text(encoding="utf-8"))
    if notebook.is_file():
        sealed[notebook] = _json(_sealed_notebook(notebook, gate), indent=1)
        said["notebook_sha256"] = sha256(sealed[notebook].encode()).hexdigest()
    if findings.is_file():
        sealed[findings] = _json(gate.content(json.loads(findings.read_text(encoding="utf-8"))))
        said["findings_sha256"] = sha256(sealed[findings].encode()).hexdigest()
    if said["error"]:
        said["error"]["message"] = _without_paths(said["error"]["message"])
    sealed[record] = _json(gate.content(said))
    _remove_others(folder, sealed)
    for file, content in sealed.items():
        write_whole(file, content)


def _json(content: Any, indent: int = 2) -> str:
    return json.dumps(content, indent=indent, ensure_ascii=False) + "\n"


def _sealed_notebook(file: Path, gate: Gate) -> dict[str, Any]:
    notebook = read_notebook(file)
    kernel = {name: notebook.metadata[name] for name in ("kernelspec", "language_info") if name in notebook.metadata}
    cells = [_sealed_cell(cell, gate) for cell in notebook.cells if "papermill-error-cell-tag" not in _tags_of(cell)]
    return {
        "cells": cells,
        "metadata": kernel,
        "nbformat": notebook.nbformat,
        "nbformat_minor": notebook.nbformat_minor,
    }


def _tags_of(cell: Any) -> list[str]:
    return [str(tag) for tag in cell.metadata.get("tags", [])]


def _sealed_cell(cell: Any, gate: Gate) -> dict[str, Any]:
    tags = _tags_of(cell)
    injected = INJECTED in tags
    if injected and "remove-cell" not in tags:
        tags.append("remove-cell")
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("papermill", "execution", "tags")}
    sealed = {
        "cell_type": cell.cell_type,
        "id": INJECTED if injected else cell.id,
        "metadata": metadata | ({"tags": tags} if tags else {}),
        "source": _without_paths(gate.text(cell.source)) if injected else gate.text(cell.source),
    }
    if cell.cell_type == "code":
        sealed |= {"execution_count": None, "outputs": [_sealed_output(each, gate) for each in _blocks_of(cell)]}
    return sealed


def _blocks_of(cell: Any) -> list[Any]:
    """Outputs that a block made. A printed frame may hold rows about individuals, and so may a traceback."""
    return [output for output in cell.outputs if set(BLOCK) <= set(output.get("data", {}))]


def _sealed_output(output: Any, gate: Gate) -> dict[str, Any]:
    data = output["data"]
    sealed: dict[str, object] = {}
    rules: dict[str, Callable[[str], str]] = {
        "text/html": gate.markup,
        "text/markdown": gate.text,
        PICTURES: lambda pictures: json.dumps({name: gate.markup(svg) for name, svg in json.loads(pictures).items()}),
        TABLES: lambda tables: json.dumps(gate.content(json.loads(tables), ("id",))),
    }
    for kind, rule in rules.items():
        if kind in data:
            text = data[kind]
            sealed[kind] = rule(text if isinstance(text, str) else "".join(text))
    return {"data": sealed, "metadata": {}, "output_type": "display_data"}


def _without_paths(text: str) -> str:
    """Leave the last part of each absolute path: the others tell of the machine."""
    return _PATH.sub(r"\1", text)


def _remove_others(folder: Path, kept: dict[Path, str]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif path not in kept:
            path.unlink()
