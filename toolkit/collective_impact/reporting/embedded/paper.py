"""A document as PDF: its pages as chapters, accessible to the standard PDF/UA-1."""

import datetime
import json
import re
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collective_impact.brand import Brand
from collective_impact.reporting.embedded.website import filter_metadata
from collective_impact.reporting.pandoc import convert, filters
from collective_impact.reporting.pictures import linked_pictures, picture_for_paper
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Document, Page, RenderError, Site
from collective_impact.shipped import shipped

if TYPE_CHECKING:
    import typst

_SHARED = ("look.typ", "parts.typ", "fonts/covered.json")
_START_OF_PAGE = '#import "/parts.typ": *\n\n'
_PROCESSES = 4
_CHART = re.compile(r"^```\{=html\}\n<script type=\"application/json\" class=\"vega-lite\".*\n```\n", re.MULTILINE)
_DATA_BEHIND = re.compile(r"(^::: \{\.figure-data[^\n]*\}\n).*?(^:::$)", re.MULTILINE | re.DOTALL)


def write_pdf(site: Site, document: Document, out: Path, work: Path) -> Path:
    """Write a document as PDF and give its file.

    Parameters
    ----------
    site : Site
    document : Document
    out : Path
        Folder to write it into.
    work : Path
        Existing folder for what is needed on the way; Typst can read nothing outside its own folder there.

    Raises
    ------
    RenderError
        When Pandoc or Typst cannot make it, for example because a picture is damaged.
    """
    import typst

    target = out / f"{document.name}.pdf"
    root = work / "paper" / document.name
    (root / "chapters").mkdir(parents=True)
    main = f"{document.form}.typ"
    for name in (main, *_SHARED):
        shutil.copyfile(shipped("reports/theme") / name, root / Path(name).name)
    with ThreadPoolExecutor(_PROCESSES) as pool:
        chapters = list(pool.map(partial(_write_chapter, site, document, root=root), document.chapters))
    (root / "site.json").write_text(json.dumps(_content(site, document, chapters, root)), encoding="utf-8")
    made_on = datetime.datetime.combine(site.date, datetime.time(), tzinfo=datetime.UTC)
    try:
        typst.compile(
            root / main,
            output=target,
            root=root,
            font_paths=_fonts(site.brand.fonts),
            ignore_system_fonts=True,
            package_path=root / "no-packages",
            package_cache_path=root / "no-packages",
            pdf_standards="ua-1",
            timestamp=int(made_on.timestamp()),
        )
    except typst.TypstError as error:
        raise RenderError(f"{target.name}: Typst answered: {error.diagnostic}") from None
    return target


def _write_chapter(site: Site, document: Document, page: Page, root: Path) -> dict[str, Any]:
    page = replace(page, body=_for_paper(page.printed))
    folder = root / page.name
    folder.mkdir()
    for picture in linked_pictures(page.body, page.figures):
        (folder / picture.name).write_bytes(picture_for_paper(picture, site.brand))
    options = {
        "to": "typst",
        "filters": filters("paper.lua"),
        "metadata": filter_metadata(site, page, folder, document),
    }
    file = root / "chapters" / f"{page.name}.typ"
    file.write_text(_START_OF_PAGE + convert(page.body, page.name, options), encoding="utf-8")
    return {
        "name": page.name,
        "file": file.relative_to(root).as_posix(),
        "chapter": site.chapter(page),
        "title": page.title,
        "label": page.label or page.title,
        "subtitle": page.subtitle,
        "tags": page.tags,
        "facts": page.facts,
        "failed": page.failed,
    }


def _for_paper(body: str) -> str:
    """A page's Markdown without what only screens show, which is most of it: charts as data, and tables behind them."""
    return _DATA_BEHIND.sub(r"\1\2", _CHART.sub("", body))


def _content(site: Site, document: Document, chapters: Sequence[dict[str, Any]], root: Path) -> dict[str, Any]:
    brand, settings = site.brand, read_project()
    return {
        "form": document.form,
        "title": site.title,
        "subtitle": site.subtitle,
        "language": site.language.split("-")[0],
        "facts": site.facts,
        "authors": site.authors,
        "publisher": site.publisher,
        "citation": site.citation,
        "licence": site.licence,
        "words": dict(site.words),
        "parts": _parts(site, document, chapters),
        "families": brand.families,
        "headings": (brand.headings, *brand.families),
        "logo": _logo(brand, root),
        "colours": dict(brand.light),
        "paper": settings.paper,
        "contents_depth": settings.pdf_toc_depth,
    }


def _parts(site: Site, document: Document, chapters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The report itself, and its appendix where there is one."""
    own = len(document.pages)
    parts = ((site.subtitle or site.title, chapters[:own]), (site.words["appendix"], chapters[own:]))
    held = [(title, pages) for title, pages in parts if pages]
    return [{"number": number, "title": title, "pages": pages} for number, (title, pages) in enumerate(held, 1)]


def _logo(brand: Brand, root: Path) -> dict[str, str] | None:
    if brand.logo is None:
        return None
    (root / brand.logo.file).write_bytes(brand.logo.content)
    return {"file": brand.logo.file, "alt": brand.logo.alt}


@cache
def _fonts(files: tuple[Path, ...]) -> "typst.Fonts":
    import typst

    folders = sorted({font.parent for font in files})
    # Those that Typst brings along hold the font of formulae; all else is set in the brand's.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
