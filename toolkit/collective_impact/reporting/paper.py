"""The PDF: all pages as chapters of one document, accessible to the standard PDF/UA-1."""

import datetime
import json
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collective_impact.brand import read_brand
from collective_impact.reporting.pandoc import convert, filters
from collective_impact.reporting.pictures import linked_pictures
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Page, RenderError, Site
from collective_impact.reporting.website import filter_metadata
from collective_impact.shipped import shipped

if TYPE_CHECKING:
    import typst

_THEME_FILES = ("report.typ", "parts.typ", "fonts/covered.json")
_START_OF_PAGE = '#import "parts.typ": *\n\n'


def write_pdf(site: Site, target: Path, work: Path) -> None:
    """Write the PDF.

    Parameters
    ----------
    site : Site
    target : Path
        The file to write.
    work : Path
        Existing folder for what is needed on the way; Typst can read nothing outside its folder ``paper``.

    Raises
    ------
    RenderError
        When Pandoc or Typst cannot make it, for example because a picture is damaged.
    """
    import typst

    root = work / "paper"
    root.mkdir()
    for name in _THEME_FILES:
        shutil.copyfile(shipped("reports/theme") / name, root / Path(name).name)
    chapters = [_write_chapter(site, page, root) for page in site.pages if page.in_pdf]
    (root / "site.json").write_text(json.dumps(_content(site, chapters)), encoding="utf-8")
    made_on = datetime.datetime.combine(site.date, datetime.time(), tzinfo=datetime.UTC)
    try:
        typst.compile(
            root / "report.typ",
            output=target,
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=root / "no-packages",
            package_cache_path=root / "no-packages",
            pdf_standards="ua-1",
            timestamp=int(made_on.timestamp()),
        )
    except typst.TypstError as error:
        raise RenderError(f"{target.name}: Typst answered: {error.diagnostic}") from None


def _write_chapter(site: Site, page: Page, root: Path) -> dict[str, Any]:
    folder = root / page.name
    folder.mkdir()
    for picture in linked_pictures(page.body, page.figures):
        shutil.copyfile(picture, folder / picture.name)
    options = {"to": "typst", "filters": filters("paper.lua"), "metadata": filter_metadata(site, page, folder)}
    (root / f"{page.name}.typ").write_text(_START_OF_PAGE + convert(page.body, page.name, options), encoding="utf-8")
    return {
        "name": page.name,
        "file": f"{page.name}.typ",
        "chapter": site.chapter(page),
        "title": page.title,
        "label": page.label or page.title,
        "subtitle": page.subtitle,
        "tags": page.tags,
        "facts": page.facts,
        "failed": page.failed,
    }


def _content(site: Site, chapters: list[dict[str, Any]]) -> dict[str, Any]:
    brand, settings = read_brand(), read_project()
    return {
        "title": site.title,
        "subtitle": site.subtitle,
        "language": site.language.split("-")[0],
        "facts": site.facts,
        "authors": site.authors,
        "publisher": site.publisher,
        "citation": site.citation,
        "licence": site.licence,
        "words": dict(site.words),
        "pages": chapters,
        "family": brand.family,
        "colours": dict(brand.light),
        "paper": settings.paper,
        "contents_depth": settings.pdf_toc_depth,
    }


@cache
def _fonts() -> "typst.Fonts":
    import typst

    folders = sorted({font.parent for font in read_brand().fonts})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
