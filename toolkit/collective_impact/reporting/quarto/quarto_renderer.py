"""The renderer that has Quarto make pages and PDF; Word files are the toolkit's own, as Quarto's lack the pictures."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from collective_impact.reporting.quarto.program import SECONDS_ALLOWED, run_quarto
from collective_impact.reporting.quarto.project_files import OUTPUT, write_project
from collective_impact.reporting.quarto.published_pages import take_over
from collective_impact.reporting.renderer import Rendered, RenderError, Site
from collective_impact.reporting.word import write_docx


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
                _write_word(site, project)
                return take_over(site, project, out)
            except RenderError as error:
                raise RenderError(f"{error}; quarto said: {said}") from None


def _write_word(site: Site, project: Path) -> None:
    """Write the Word files among what Quarto made."""
    made = project / OUTPUT
    for document in site.documents:
        if made.is_dir() and "docx" in document.formats:
            write_docx(site, document, made, project)
