"""The constructs that a page may hold, and the check that templates and pages hold no others.

A page is a title (metadata) and a body in Pandoc Markdown whose sections start at level 2. Besides headings,
paragraphs, lists, definition lists, quotations, code, footnotes and pipe tables, a body may hold these constructs,
which Quarto and the embedded renderer show alike; ``reports/conformance.qmd`` shows each of them:

Callout
    ``::: {.callout-note}`` ... ``:::`` with note, tip, warning, important or caution. Its first heading, or the
    attribute ``title="..."``, is its title; ``collapse="true"`` folds it on screen.
Could not be answered
    ``::: {.not-answered title="..."}`` ... ``:::``
Lead
    ``::: {.lead}`` ... ``:::``, the paragraph that opens a page.
Key findings
    ``::: {.key-findings}`` around a list, with a heading of its own or without.
Strength of evidence
    ``[Moderate]{.strength .strength-moderate}`` with strong, moderate, weak or insufficient.
Figure
    ``![**The finding as a title.** A note.](figures/name.svg){#fig-name fig-alt="What it shows"}`` as a paragraph
    of its own; SVG or PNG from the page's folder of figures. Then, in this order and both optional: the Vega-Lite
    specification that makes it interactive, as a raw block holding ``<script type="application/json"
    class="vega-lite" data-figure="fig-name">{...}</script>``, and the table behind it in
    ``::: {.figure-data title="..."}`` ... ``:::``, folded on screen, told where to find on paper.
Table
    A pipe table followed by ``: Caption {#tbl-name}``. A left-aligned first column is its row headings.
Side by side
    ``::: {layout-ncol=2}`` ... ``:::`` around figures, tables or paragraphs, with 2, 3 or 4.
Tabs
    ``::: {.panel-tabset}`` ... ``:::``: each heading in it is a tab; on paper one stands after another.
Margin note
    ``[...]{.aside}`` in a paragraph, or ``::: {.column-margin}`` ... ``:::``
Equation
    ``$$...$$ {#eq-name alt="In words"}`` as a paragraph of its own. There is no other mathematics: a dollar is money.
Reference
    ``@fig-name``, ``@tbl-name`` and ``@eq-name`` become "Figure 2.1", "Table 2.1" and "Equation 2.1": chapter, then
    number on the page. ``@sec-name`` becomes the title of the section that is headed ``## Title {#sec-name}``.
Citation
    ``@key`` in a sentence or ``[@key; @other]`` after it, of an entry in ``reports/references.bib``. A page that cites
    ends in a list of what it cites.
Trace
    ``::: {.traced}`` ... ``:::`` around a link to where a figure, table or finding comes from; left out on paper.
Content for one profile
    ``::: {.content-visible when-profile="internal"}`` ... ``:::``, or ``"public"``.
Link
    To the web, to mail, to an id on the page, to another page as ``name.html`` (in a document: to its chapter), or to
    a file beside the pages (``tables.xlsx``, ``tables/name.csv``; in a document its words alone).

Everything else that could act comes out as text: other raw blocks, links of other kinds, pictures from elsewhere.
Text that is not the template's own must have its punctuation escaped with backslashes.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import nbformat

from collective_impact.errors import InputError, Problem
from collective_impact.reporting.construct_check import wrong_constructs
from collective_impact.reporting.run_page import read_notebook
from collective_impact.shipped import shipped

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "callout": "::: {.callout-note}",
        "not answered": "::: {.not-answered",
        "lead": "::: {.lead}",
        "key findings": "::: {.key-findings}",
        "strength of evidence": "]{.strength .strength-",
        "figure": "{#fig-",
        "interactive chart": 'class="vega-lite"',
        "table behind a chart": "::: {.figure-data",
        "table": "{#tbl-",
        "side by side": "::: {layout-ncol=",
        "tabs": "::: {.panel-tabset}",
        "margin note": "]{.aside}",
        "margin notes of several lines": "::: {.column-margin}",
        "equation": "{#eq-",
        "reference": "@fig-",
        "section": "{#sec-",
        "citation": "[@",
        "content for one profile": "::: {.content-visible when-profile=",
        "trace": "::: {.traced}",
        "link": "](https://",
        "link to a file": "](tables.xlsx)",
    }
)
"""How each construct is told by its Markdown: the conformance page holds them all."""


def unknown_constructs(markdown: str, place: str = "") -> list[Problem]:
    """Find what one of the renderers cannot show, or the two would show differently.

    Parameters
    ----------
    markdown : str
        Body of a page, or a cell of a template.
    place : str
        Where it stands, for the messages.

    Returns
    -------
    list of Problem
        With the line of the text in ``row``.
    """
    return wrong_constructs({place: markdown})


def check_sources() -> int:
    """Check all templates and pages, and give how many texts there were.

    Raises
    ------
    InputError
        With every construct that is not on the list, its file, cell and line.
    """
    texts = dict(_texts())
    problems = wrong_constructs(texts)
    if problems:
        raise InputError(problems)
    return len(texts)


def page_body(source: str) -> str:
    """Give the body of a page's source, each line where it was: its front matter as empty lines."""
    front = _FRONT_MATTER.match(source)
    return "\n" * source[: front.end()].count("\n") + source[front.end() :] if front else source


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted(shipped("notebooks/templates").glob("*.ipynb")):
        yield from _cells(path, read_notebook(path))
    for path in sorted(shipped("reports").glob("*.qmd")):
        source = path.read_text(encoding="utf-8")
        front = _FRONT_MATTER.match(source)
        if not (front and "\nlisting:" in "\n" + front[1]):  # the library of reports, which only Quarto makes from it
            yield f"{path.parent.name}/{path.name}", page_body(source)


def _cells(path: Path, notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            first = number == min(i for i, each in enumerate(notebook.cells) if each.cell_type == "markdown")
            text = re.sub(r"\A# ", "## ", cell.source) if first else cell.source  # the page's title
            yield f"{path.name}, cell {number + 1}", text


def main() -> int:
    """Print what is wrong with templates and pages; the exit status tells whether anything is."""
    try:
        count = check_sources()
    except InputError as error:
        for problem in error.problems:
            where = f"{problem.place}, line {problem.row}" if problem.row else problem.place
            print(f"{where}: found {problem.found}; expected {problem.expected}; {problem.mend}")
        return 1
    print(f"{count} texts hold only constructs that both renderers show")
    return 0


if __name__ == "__main__":
    sys.exit(main())
