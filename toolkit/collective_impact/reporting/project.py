"""Settings of the Quarto project file ``_quarto.yml`` that the embedded renderer follows too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from collective_impact.shipped import shipped


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What both renderers share.

    Attributes
    ----------
    toc_depth : int
        Deepest heading level in a page's contents.
    pdf_toc_depth : int
        Deepest heading level in the PDF's contents.
    paper : str
        Paper size as Typst names it.
    """

    toc_depth: int
    pdf_toc_depth: int
    paper: str


def read_project(path: Path | None = None) -> ProjectSettings:
    """Read the project file; without a path, the one that travels with the toolkit."""
    content: dict[str, Any] = yaml.safe_load((path or shipped("_quarto.yml")).read_text(encoding="utf-8"))
    html, typst = content["format"]["html"], content["format"]["typst"]
    return ProjectSettings(html["toc-depth"], typst["toc-depth"], typst["papersize"])
