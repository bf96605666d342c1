"""A page's text as Markdown for Quarto: the same constructs, and nothing of the data that could act."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collective_impact.reporting.embedded.website import filter_metadata
from collective_impact.reporting.pandoc import convert, filters
from collective_impact.reporting.renderer import Document, Page, RenderError, Site

MARKDOWN = "markdown-simple_tables-multiline_tables-grid_tables-raw_html-raw_tex-smart-auto_identifiers"
"""What the sources are written in; Quarto reads them as `READ_AS`."""

READ_AS = "markdown-smart"

_ACTING = re.compile(r"[&<>*_\[\]{}$@#\\`~^|\"'!]|(?<=[-.])[-.]|^[-+:(]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{4})[.)]")
_SHORTCODE = re.compile(r"\{\{+<")


def prepared_body(site: Site, page: Page, pictures: Path, document: Document | None = None) -> str:
    """Give a page's body for Quarto.

    Parameters
    ----------
    site : Site
    page : Page
    pictures : Path
        Folder that the page's pictures lie in.
    document : Document or None
        The document that the page is a chapter of; None for a page of the site.

    Raises
    ------
    RenderError
        When Pandoc cannot read the page, or something that Quarto would carry out is left in it.
    """
    known = filter_metadata(site, page, pictures, document)
    options = {
        "to": MARKDOWN,
        "filters": filters("quarto.lua"),
        "metadata": {**known, "colours": dict(site.brand.light)},
    }
    body = convert(page.body, page.name, options)
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
