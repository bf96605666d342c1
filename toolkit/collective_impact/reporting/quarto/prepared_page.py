"""A page's text as Markdown for Quarto: the same constructs, and nothing of the data that could act."""

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from collective_impact.reporting.charts_apart import without_charts
from collective_impact.reporting.page_reading import page_reading, place
from collective_impact.reporting.pandoc import Begun, Writing
from collective_impact.reporting.pictures import linked_pictures
from collective_impact.reporting.renderer import Document, Page, RenderError, Site

MARKDOWN = "markdown-simple_tables-multiline_tables-grid_tables-raw_html-raw_tex-smart-auto_identifiers-citations"
"""What the sources are written in; Quarto reads them as `READ_AS`."""

READ_AS = "markdown-smart"

_ACTING = re.compile(r"[&<>*_\[\]{}$@#\\`~^|\"'!]|(?<=[-.])[-.]|^[-+:(]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{4})[.)]")
_SHORTCODE = re.compile(r"\{\{+<")


def begin_body(site: Site, page: Page, pictures: Path, work: Path, document: Document | None = None) -> Begun[str]:
    """Begin a page's body for Quarto; what comes of it is Markdown.

    Parameters
    ----------
    site : Site
    page : Page
    pictures : Path
        Folder that the page's pictures lie in.
    work : Path
        Existing folder for what is needed on the way.
    document : Document or None
        The document that the page is a chapter of; None for a page of the site.

    Raises
    ------
    RenderError
        On finishing, when something that Quarto would carry out is left in it.
    """
    made = work / f"{document.name if document else ''}-{page.name}.md"
    there = [file for file in linked_pictures(page.body, page.figures) if (pictures / file.name).is_file()]
    told = {**place(there, document), "colours": dict(site.brand.light)}
    reading = page_reading(site, page, without_charts(page.body), Writing(made, MARKDOWN, "quarto.lua", told))
    return Begun((reading,), partial(_finish_body, page, made))


def _finish_body(page: Page, made: Path) -> str:
    body = made.read_text(encoding="utf-8")
    if _SHORTCODE.search(body):
        raise RenderError(f"{page.name}: found a shortcode of Quarto in the page; expected none; take it out")
    return body


def entities(text: str) -> str:
    """Text for metadata, which Quarto reads as Markdown and puts into HTML: what could act there as entities."""
    line = " ".join(text.split())
    return _ACTING.sub(lambda sign: f"&#{ord(sign[0])};", line)


def front_matter(values: Mapping[str, Any]) -> str:
    """Write a source's metadata: JSON, which is YAML that no text can break out of."""
    return f"---\n{json.dumps(values, ensure_ascii=False, indent=2)}\n---\n"
