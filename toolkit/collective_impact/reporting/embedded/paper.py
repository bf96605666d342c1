"""A document as PDF: its pages as chapters, accessible to the standard PDF/UA-1."""

import datetime
import json
import shutil
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collective_impact.brand import Brand
from collective_impact.reporting.charts_apart import without_charts
from collective_impact.reporting.page_reading import page_reading, place
from collective_impact.reporting.pandoc import Begun, Reading, Writing
from collective_impact.reporting.pictures import linked_pictures, picture_for_paper
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Document, Page, RenderError, Site
from collective_impact.shipped import shipped

if TYPE_CHECKING:
    import typst

_SHARED = ("look.typ", "parts.typ", "fonts/covered.json")
_START_OF_PAGE = '#import "/parts.typ": *\n\n'


def begin_pdf(site: Site, document: Document, out: Path, work: Path) -> Begun[tuple[Path, ...]]:
    """Begin a document as PDF; what comes of it is one file.

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
        On finishing, when a picture is damaged or Typst cannot make the file.
    """
    root = work / "paper" / document.name
    (root / "chapters").mkdir(parents=True)
    for name in (f"{document.form}.typ", *_SHARED):
        shutil.copyfile(shipped("reports/theme") / name, root / Path(name).name)
    pictures = {page.name: linked_pictures(page.printed, page.figures) for page in document.chapters}
    for name in pictures:
        (root / name).mkdir()

    def draw() -> None:
        for name, files in pictures.items():
            for picture in files:
                (root / name / picture.name).write_bytes(picture_for_paper(picture, site.brand))

    readings = tuple(_begin_chapter(site, document, page, pictures[page.name], root) for page in document.chapters)
    return Begun(readings, partial(_finish_pdf, site, document, root, out / f"{document.name}.pdf"), draw)


def _begin_chapter(site: Site, document: Document, page: Page, pictures: tuple[Path, ...], root: Path) -> Reading:
    writing = Writing(root / _made(page), "typst-citations", "paper.lua", place(pictures, document))
    return page_reading(site, page, without_charts(page.printed), writing)


def _finish_pdf(site: Site, document: Document, root: Path, target: Path) -> tuple[Path]:
    import typst

    for page in document.chapters:
        text = (root / _made(page)).read_text(encoding="utf-8")
        (root / _chapter(page)).write_text(_START_OF_PAGE + text, encoding="utf-8")
    (root / "site.json").write_text(json.dumps(_content(site, document, root)), encoding="utf-8")
    made_on = datetime.datetime.combine(site.date, datetime.time(), tzinfo=datetime.UTC)
    try:
        typst.compile(
            root / f"{document.form}.typ",
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
    return (target,)


def _made(page: Page) -> str:
    """Where Pandoc puts a chapter, from the document's folder."""
    return f"{page.name}/{page.name}.typ"


def _chapter(page: Page) -> str:
    """Where a chapter stands that Typst is to read, from the document's folder."""
    return f"chapters/{page.name}.typ"


def _content(site: Site, document: Document, root: Path) -> dict[str, Any]:
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
        "parts": _parts(site, document),
        "families": brand.families,
        "headings": (brand.headings, *brand.families),
        "logo": _logo(brand, root),
        "colours": dict(brand.light),
        "paper": settings.paper,
        "contents_depth": settings.pdf_toc_depth,
    }


def _parts(site: Site, document: Document) -> list[dict[str, Any]]:
    """The report itself, and its appendix where there is one."""
    parts = ((site.subtitle or site.title, document.pages), (site.words["appendix"], document.appendix))
    held = [(title, [_entry(site, page) for page in pages]) for title, pages in parts if pages]
    return [{"number": number, "title": title, "pages": pages} for number, (title, pages) in enumerate(held, 1)]


def _entry(site: Site, page: Page) -> dict[str, Any]:
    """What the document says about a chapter before its text begins."""
    return {
        "name": page.name,
        "file": _chapter(page),
        "chapter": site.chapter(page),
        "title": page.title,
        "label": page.label or page.title,
        "subtitle": page.subtitle,
        "tags": page.tags,
        "facts": page.facts,
        "failed": page.failed,
    }


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
