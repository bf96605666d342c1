"""Settings of the toolkit's own Quarto project file, ``_quarto.yml``, that every renderer follows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from collective_impact.shipped import shipped

_NAME_FILES = {"theme", "include-in-header"}


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
    html, typst = _formats(path or shipped("_quarto.yml")).values()
    return ProjectSettings(html["toc-depth"], typst["toc-depth"], typst["papersize"])


def shared_formats() -> dict[str, dict[str, Any]]:
    """Give the settings of the formats ``html`` and ``typst`` that name no file: those hold for every project."""
    formats = _formats(shipped("_quarto.yml"))
    return {name: {key: value for key, value in own.items() if key not in _NAME_FILES} for name, own in formats.items()}


def _formats(path: Path) -> dict[str, dict[str, Any]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: content["format"][name] for name in ("html", "typst")}
