"""The renderer that has Quarto make the pages and the long report.

The brief, which fills one sheet, the summary and the Word files come out as they do from the embedded renderer.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from collective_impact.reporting.embedded.documents import begin_documents
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.quarto.program import SECONDS_ALLOWED, run_quarto
from collective_impact.reporting.quarto.project_files import OUTPUT, quarto_makes, write_project
from collective_impact.reporting.quarto.published_pages import take_over
from collective_impact.reporting.renderer import Rendered, RenderError, Site


@dataclass(frozen=True, slots=True)
class QuartoRenderer:
    """Renders with Quarto: one project of its own a site, rendered once.

    Attributes
    ----------
    program : Path
    version : str
    seconds : float
        How long Quarto may take for the whole site.
    """

    program: Path
    version: str = ""
    seconds: float = SECONDS_ALLOWED
    name: str = "quarto"

    def render(self, site: Site, out: Path) -> Rendered:
        """Write the site and its documents into an existing folder; what lies there already stays.

        Nothing is written there before Quarto has made every page.

        Raises
        ------
        RenderError
            When Quarto fails or takes too long, with what it said; when a page is missing or would load something
            from outside.
        """
        with tempfile.TemporaryDirectory(prefix="report-") as work:
            project = Path(work)
            write_project(site, project)
            said = run_quarto(self.program, ["render", "."], project, self.seconds)
            try:
                _write_own_documents(site, project)
                return take_over(site, project, out)
            except RenderError as error:
                raise RenderError(f"{error}; quarto said: {said}") from None


def _write_own_documents(site: Site, project: Path) -> None:
    """Write among what Quarto made the documents that it does not make."""
    made = project / OUTPUT
    if made.is_dir():
        finished(begin_documents(site, made, project, lambda *form: not quarto_makes(*form)))
