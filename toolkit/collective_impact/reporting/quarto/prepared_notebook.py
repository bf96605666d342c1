"""An executed notebook made ready for Quarto by hand: ``quarto render`` at the root of the project shows it.

Quarto takes an output's HTML before its Markdown, loads scripts from elsewhere for it, carries out what looks like
a shortcode, shows the parameters that papermill put in, and renders a failed notebook as if it were a good one.
"""

import re
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from collective_impact.files import write_whole
from collective_impact.language import translate as _
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.quarto.prepared_page import entities, front_matter
from collective_impact.reporting.run_page import Run

PREPARED = "page.ipynb"
"""Name of the prepared notebook, beside the executed one."""

_CHART = re.compile(r"^```\{=html\}\n.*?^```\n?", re.MULTILINE | re.DOTALL)
_BOXES = (
    ("::: {.figure-data", '::: {.callout-note collapse="true"'),
    ("::: {.not-answered", "::: {.callout-important"),
)
_HIDDEN = {"parameters", "injected-parameters"}


def write_prepared(edition: Edition) -> None:
    """Write each run's notebook, prepared for Quarto, beside the executed one."""
    for run in (*edition.runs, edition.learning):
        notebook = prepare_notebook(run, edition.record.language)
        write_whole(run.folder / PREPARED, nbformat.writes(notebook, indent=1) + "\n")


def prepare_notebook(run: Run, language: str) -> nbformat.NotebookNode:
    """Give an executed notebook as Quarto should have it.

    What was made as Markdown stays; HTML, printed output, private metadata and the parameters do not. A failed run
    becomes a draft, which Quarto leaves out of a site.
    """
    first = run.cells[0].source if run.cells else ""
    heading, _newline, rest = first.partition("\n")
    title = heading.removeprefix("# ").strip() or str(run.record["template"])
    head: dict[str, Any] = {"title": entities(title), "lang": language}
    cells = [new_raw_cell(front_matter(head if run.ok else {**head, "draft": True}).strip())]
    if run.ok:
        cells += [new_markdown_cell(_harmless(rest.strip()))] if rest.strip() else []
        cells += [cell for own in run.cells[1:] for cell in _cells(own)]
    else:
        cells.append(new_markdown_cell(_("This evaluation could not be completed")))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _cells(cell: Any) -> Iterator[Any]:
    if cell.cell_type == "markdown":
        yield new_markdown_cell(_harmless(cell.source))
    elif cell.cell_type == "code" and not _HIDDEN & set(cell.metadata.get("tags", [])):
        shown = [data["text/markdown"] for each in cell.outputs if "text/markdown" in (data := each.get("data", {}))]
        outputs = [new_output("display_data", {"text/markdown": _harmless(_text(each))}) for each in shown]
        yield new_code_cell(cell.source, outputs=outputs)


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _harmless(markdown: str) -> str:
    """Markdown without the data of interactive charts, with boxes that Quarto folds, and without shortcodes."""
    for ours, quartos in _BOXES:
        markdown = markdown.replace(ours, quartos)
    return _CHART.sub("", markdown).replace("{{<", "{\\{<")
