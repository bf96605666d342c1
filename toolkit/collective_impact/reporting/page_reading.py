"""A page as Pandoc is to read it: its text with what the theme's filters must know about it and its site."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from collective_impact.reporting.literature import citation_metadata
from collective_impact.reporting.pandoc import Reading, Writing
from collective_impact.reporting.renderer import Document, Page, Site


def page_reading(site: Site, page: Page, text: str, writing: Writing) -> Reading:
    """Give the reading of a page's text, in Markdown, that leads to a file.

    Whatever is written of a page, its reading is told the same, so that Pandoc reads it once.
    """
    chapter = site.chapter(page)
    metadata = {
        "page": page.name,
        "chapter": str(chapter) if chapter else "",
        "pages": [each.name for each in site.pages],
        "profile": site.profile,
        "words": dict(site.words),
        **citation_metadata(text, site.language),
    }
    return Reading(page.name, text, metadata, (writing,))


def place(pictures: Iterable[Path], document: Document | None = None) -> Mapping[str, Any]:
    """Tell the last filter which pictures there are, and which document, if any, the page is a part of."""
    return {
        "pictures": [picture.name for picture in pictures],
        "form": document.form if document else "",
        "pages-in-pdf": [each.name for each in document.chapters] if document else [],
    }
