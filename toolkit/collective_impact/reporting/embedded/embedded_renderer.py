"""The renderer that works from wheels alone: Pandoc to HTML, Pandoc to Typst to one PDF, one theme for both.

What a page may hold is listed in `collective_impact.reporting.constructs`.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from collective_impact.reporting.embedded.paper import write_pdf
from collective_impact.reporting.embedded.website import write_site
from collective_impact.reporting.embedded.word import write_docx
from collective_impact.reporting.renderer import Rendered, Site


@dataclass(frozen=True, slots=True)
class EmbeddedRenderer:
    """Renders with the programs that come as wheels; equal input gives equal bytes."""

    name: str = "embedded"

    def render(self, site: Site, out: Path) -> Rendered:
        """Write the site and its documents into an existing folder; what lies there already stays.

        Raises
        ------
        RenderError
            When a page or a document cannot be made.
        """
        files = {}
        with tempfile.TemporaryDirectory() as work:
            pages = write_site(site, out, Path(work))
            for document in site.documents:
                for ending in document.formats:
                    write = write_docx if ending == "docx" else write_pdf
                    files[f"{document.name}.{ending}"] = write(site, document, out, Path(work))
        return Rendered(pages, files)
