"""An executed notebook made ready for Quarto by hand: ``quarto render`` at the root of the project shows it.

Quarto takes an output's HTML before its Markdown, loads scripts from elsewhere for it, carries out what looks like
a shortcode, shows the parameters that papermill put in, and renders a failed notebook as if it were a good one.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from collective_impact.files import write_whole
from collective_impact.language import translate as _
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.quarto.prepared_page import entities, front_matter
from collective_impact.reporting.run_page import Run

PREPARED = "page.ipynb"
"""Name of the prepared notebook, beside the executed one."""

_CHART = re.compile(r"^```\{=html\}\n.*?^```\n?", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r"\]\(([a-z0-9][a-z0-9_-]*\.html)")
_BOXES = (
    ("::: {.figure-data", '::: {.callout-note collapse="true"'),
    ("::: {.not-answered", "::: {.callout-important"),
)
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_HIDDEN = {"parameters", "injected-parameters"}


def write_prepared(edition: Edition) -> None:
    """Write each run's notebook, prepared for Quarto, beside the executed one."""
    for run in (*edition.runs, edition.learning):
        notebook = prepare_notebook(run, edition.record.language)
        write_whole(run.folder / PREPARED, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")


def prepare_notebook(run: Run, language: str) -> dict[str, Any]:
    """Give the content of an executed notebook as Quarto should have it.

    What was made as Markdown stays; HTML, printed output, private metadata and the parameters do not. A failed run
    becomes a draft, which Quarto leaves out of a site.
    """
    first = run.cells[0].source if run.cells else ""
    heading, _newline, rest = first.partition("\n")
    title = heading.removeprefix("# ").strip() or str(run.record["template"])
    head: dict[str, Any] = {"title": entities(title), "lang": language}
    if run.ok:
        cells = [_cell("raw", front_matter(head).strip()), _cell("markdown", _harmless(rest.strip()))]
        cells += [cell for own in run.cells[1:] for cell in _cells(own)]
    else:
        words = _("This evaluation could not be completed")
        cells = [_cell("raw", front_matter({**head, "draft": True}).strip()), _cell("markdown", words)]
    kept = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells) if cell["source"]]
    return {"cells": kept, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def _cells(cell: Any) -> Iterator[dict[str, Any]]:
    if cell.cell_type == "markdown":
        yield _cell("markdown", _harmless(cell.source))
    elif cell.cell_type == "code" and not _HIDDEN & set(cell.metadata.get("tags", [])):
        shown = [data["text/markdown"] for each in cell.outputs if "text/markdown" in (data := each.get("data", {}))]
        outputs = [_output(_harmless(_text(markdown))) for markdown in shown]
        yield _cell("code", cell.source, execution_count=None, outputs=outputs)


def _output(markdown: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/markdown": markdown}, "metadata": {}}


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _harmless(markdown: str) -> str:
    """Markdown without shortcodes and the data of interactive charts, whose boxes fold and whose links lead on."""
    for ours, quartos in _BOXES:
        markdown = markdown.replace(ours, quartos)
    linked = _PAGE.sub(r"](../../\1", _CHART.sub("", markdown))
    return linked.replace("{{<", "{\\{<")
