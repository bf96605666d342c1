"""The renderer that works from wheels alone: Pandoc to HTML, Pandoc to Typst to PDF, one theme for both.

What a page may hold is listed in `collective_impact.reporting.constructs`.
"""

import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from collective_impact.reporting.embedded.documents import begin_documents
from collective_impact.reporting.embedded.website import begin_site
from collective_impact.reporting.pandoc import finished
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
        with tempfile.TemporaryDirectory(prefix=".", dir=out) as work:  # if it stays, it goes with what is half made
            begun = [begin_site(site, out, Path(work)), *begin_documents(site, out, Path(work))]
            pages, *documents = finished(begun)
        return Rendered(pages, {file.name: file for file in chain(*documents)})
