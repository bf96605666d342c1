"""The renderer that works from wheels alone: Pandoc to HTML, Pandoc to Typst to one PDF, one theme for both.

A page is a title (metadata) and a body in Pandoc Markdown whose sections start at level 2. Besides headings,
paragraphs, lists, definition lists, quotations, code, footnotes and pipe tables, a body may hold these constructs,
which Quarto understands alike or shows as plain boxes:

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
    ``::: {.figure-data title="..."}`` ... ``:::``, folded on screen, at the end of the chapter on paper.
Table
    A pipe table followed by ``: Caption {#tbl-name}``. A left-aligned first column is its row headings.
Reference
    ``@fig-name`` and ``@tbl-name`` become "Figure 2.1" and "Table 2.1": chapter, then number on the page.
Link
    To the web, to mail, to an id on the page, or to another page as ``name.html`` (in the PDF: to its chapter).

Everything else that could act comes out as text: other raw blocks, links of other kinds, pictures from elsewhere.
Text that is not the template's own must have its punctuation escaped with backslashes.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from collective_impact.reporting.paper import write_pdf
from collective_impact.reporting.renderer import Rendered, Site
from collective_impact.reporting.website import write_site


@dataclass(frozen=True, slots=True)
class EmbeddedRenderer:
    """Renders with the programs that come as wheels; equal input gives equal bytes."""

    name: str = "embedded"

    def render(self, site: Site, out: Path) -> Rendered:
        """Write the site and its PDF into an existing empty folder.

        Raises
        ------
        RenderError
            When a page or the PDF cannot be made.
        """
        with tempfile.TemporaryDirectory() as work:
            pages = write_site(site, out, Path(work))
            pdf = out / f"{site.pdf_name}.pdf"
            write_pdf(site, pdf, Path(work))
        return Rendered(pages, pdf)
