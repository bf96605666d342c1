"""The documents of a report, each in the formats that it comes in."""

from collections.abc import Callable
from pathlib import Path

from collective_impact.reporting.embedded.paper import begin_pdf
from collective_impact.reporting.embedded.word import begin_docx
from collective_impact.reporting.pandoc import Begun
from collective_impact.reporting.renderer import Document, Site

_BEGIN = {"pdf": begin_pdf, "docx": begin_docx}


def begin_documents(
    site: Site, out: Path, work: Path, wanted: Callable[[Document, str], bool] = lambda document, ending: True
) -> list[Begun[tuple[Path, ...]]]:
    """Begin the documents of a site, or those of their formats that are wanted; one file comes of each.

    Raises
    ------
    RenderError
        When a picture is damaged.
    """
    return [
        _BEGIN[ending](site, document, out, work)
        for document in site.documents
        for ending in document.formats
        if wanted(document, ending)
    ]
