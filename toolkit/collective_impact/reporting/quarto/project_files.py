"""The Quarto project that a site is rendered from: its settings, its brand, its sources."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from collective_impact.brand import Brand, read_brand
from collective_impact.brand.clean_svg import clean_svg
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.pictures import linked_pictures
from collective_impact.reporting.project import read_project, shared_formats
from collective_impact.reporting.quarto.prepared_page import READ_AS, begin_body, entities, front_matter
from collective_impact.reporting.renderer import Document, Page, RenderError, Site
from collective_impact.shipped import shipped

OUTPUT = "_site"
DOCUMENT = "document-"
"""Beginning of the name of a document's source, so that it never meets a page's."""

_STYLE = "reports/theme/quarto/report.scss"


def write_project(site: Site, folder: Path) -> None:
    """Write everything that Quarto needs into an empty folder.

    Raises
    ------
    RenderError
        When a page cannot be prepared.
    """
    _write_brand(site.brand, folder)
    shutil.copyfile(shipped(_STYLE), folder / "report.scss")
    (folder / "_quarto.yml").write_text(_as_yaml(_settings(site)), encoding="utf-8")
    for page in {page.name: page for page in (*site.pages, *_chapters(site.documents))}.values():
        _copy_pictures(page, site.brand, folder)
    for name, source in _sources(site, folder).items():
        (folder / f"{name}.qmd").write_text(source, encoding="utf-8")


def _sources(site: Site, folder: Path) -> dict[str, str]:
    """The text of each source, by its name."""
    papers = [document for document in site.documents if quarto_makes(document, "pdf")]
    wanted: list[tuple[Page, Document | None]] = [(page, None) for page in site.pages]
    wanted += [(page, document) for document in papers for page in document.chapters]
    with tempfile.TemporaryDirectory(dir=folder) as work:
        begun = [begin_body(site, page, folder / "figures" / page.name, Path(work), paper) for page, paper in wanted]
        bodies = iter(finished(begun))
    pages = {page.name: _page_source(site, page, next(bodies)) for page in site.pages}
    chapters = {each.name: [_chapter_source(site, page, next(bodies)) for page in each.chapters] for each in papers}
    return pages | {DOCUMENT + each.name: _document_source(site, each, chapters[each.name]) for each in papers}


def quarto_makes(document: Document, ending: str) -> bool:
    """Whether Quarto makes a document's file: the long report; the short forms fill their pages in ways of our own."""
    return document.form == "report" and ending == "pdf" and ending in document.formats


def _as_yaml(content: Any) -> str:
    """JSON is YAML, and quotes every text."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _chapters(documents: Sequence[Document]) -> list[Page]:
    return [page for document in documents for page in document.chapters]


def _copy_pictures(page: Page, brand: Brand, folder: Path) -> None:
    place = folder / "figures" / page.name
    place.mkdir(parents=True, exist_ok=True)
    for picture in linked_pictures(page.body, page.figures):
        content = picture.read_bytes()
        if picture.suffix == ".svg":
            content = _in_brand(content, picture, brand)
        (place / picture.name).write_bytes(content)


def _in_brand(svg: bytes, picture: Path, brand: Brand) -> bytes:
    """A chart, which was drawn in the toolkit's own look, in the brand; nothing in it can act."""
    try:
        return clean_svg(brand.recoloured(svg.decode(), read_brand()).encode())
    except ValueError as error:
        raise RenderError(f"{picture}: found no SVG in it ({error}); expected a picture; draw it again") from None


def _settings(site: Site) -> dict[str, Any]:
    """``_quarto.yml``, with the formats as the toolkit's own project file has them."""
    formats = shared_formats()
    html = {**formats["html"], "theme": ["cosmo", "brand", "report.scss"]}
    return {
        "project": {
            "type": "website",
            "output-dir": OUTPUT,
            "render": ["*.qmd"],
            "resources": ["figures/**/*.svg", "figures/**/*.png"],
        },
        "website": _website(site),
        "lang": site.language,
        "from": READ_AS,
        "execute": {"enabled": False},
        "engine": "markdown",
        "format": {"html": html},
    }


def _website(site: Site) -> dict[str, Any]:
    footer = [(site.words["cite_as"], site.citation), (site.words["licence"], site.licence)]
    return {
        "title": entities(site.title),
        "page-navigation": True,
        "search": {"location": "sidebar", "type": "textbox"},
        "sidebar": {"style": "docked", "contents": [*_sections(site), *_downloads(site)]},
        "page-footer": {"left": " ".join(entities(f"{label}: {text}") for label, text in footer if text)},
    }


def _sections(site: Site) -> list[dict[str, Any]]:
    pages = {page.name: page for page in site.pages}
    entry = {name: {"text": _label(site, page), "href": f"{name}.qmd"} for name, page in pages.items()}
    contents: list[dict[str, Any]] = []
    for heading, names in site.groups:
        own = [entry[name] for name in names]
        contents += [{"section": entities(heading), "contents": own}] if heading else own
    return contents


def _label(site: Site, page: Page) -> str:
    mark = f" ({site.words['failed']})" if page.failed else ""
    return entities(f"{page.label or page.title}{mark}")


def _downloads(site: Site) -> list[dict[str, Any]]:
    files = [(document.label, file) for document in site.documents for file in document.files]
    files += [(download.label, download.file) for download in site.downloads]
    links = [{"text": entities(label), "href": file} for label, file in files]
    return [{"section": entities(site.words["downloads"]), "contents": links}] if links else []


def _page_source(site: Site, page: Page, body: str) -> str:
    failed = [site.words["failed"]] if page.failed else []
    metadata = {
        "title": entities(page.title),
        **({"subtitle": entities(page.subtitle)} if page.subtitle else {}),
        "categories": [entities(tag) for tag in (*page.tags, *failed)],
    }
    parts = [_languages(site, page), _facts(page), body]
    return front_matter(metadata) + "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _languages(site: Site, page: Page) -> str:
    """Links to the page in other languages."""
    links = [
        f"[{entities(other.name)}]({other.folder}/{page.name}.html){{hreflang={other.language} lang={other.language}}}"
        for other in site.alternates
    ]
    return "::: {.languages}\n" + " ".join(links) + "\n:::" if links else ""


def _facts(page: Page) -> str:
    pairs = "\n\n".join(f"{entities(label)}\n:   {entities(value)}" for label, value in page.facts)
    return f"::: {{.facts}}\n{pairs}\n:::" if pairs else ""


def _document_source(site: Site, document: Document, chapters: Sequence[str]) -> str:
    """The report as one document: its pages as chapters."""
    settings = read_project()
    typst = {
        **shared_formats()["typst"],
        "toc": True,
        "papersize": settings.paper,
        "mainfont": site.brand.family,
        "font-paths": ["fonts"],
        "pdf-standard": "ua-1",
    }
    metadata = {
        "title": entities(site.title),
        "subtitle": entities(site.subtitle or document.label),
        "author": [entities(author) for author in site.authors],
        "date": site.date.isoformat(),
        "format": {"typst": typst},
    }
    return front_matter(metadata) + "\n" + "\n\n".join(chapters) + "\n"


def _chapter_source(site: Site, page: Page, body: str) -> str:
    name = page.name.replace("_", "-")
    failed = f" ({site.words['failed']})" if page.failed else ""
    parts = [f"# {entities(page.title + failed)} {{#chapter-{name}}}", entities(page.subtitle), _facts(page), body]
    return "\n\n".join(part for part in parts if part)


def _write_brand(brand: Brand, folder: Path) -> None:
    """Write the brand as Quarto's own ``_brand.yml``, with its fonts and its logo beside it."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for font in brand.fonts:
        shutil.copyfile(font, fonts / font.name)
    for name, content in (brand.logo.files if brand.logo else {}).items():
        (folder / name).write_bytes(content)
    (folder / "_brand.yml").write_text(brand_file(brand), encoding="utf-8")


def brand_file(brand: Brand) -> str:
    """Give a brand as the content of a ``_brand.yml`` whose files lie beside it and in ``fonts``."""
    roles = ("foreground", "background", "primary", "secondary", "warning")
    families = [
        {
            "family": family,
            "source": "file",
            "files": [
                {
                    "path": f"fonts/{face.path.name}",
                    "weight": min(max(round(face.weight, -2), 100), 900),
                    "style": "italic" if face.italic else "normal",
                }
                for face in faces
            ],
        }
        for family, faces in ((brand.family, brand.faces), (brand.fallback_family, brand.fallback))
        if family and faces
    ]
    content: dict[str, Any] = {
        "meta": {"name": brand.name},
        "color": {role: {"light": brand.light[role], "dark": brand.dark[role]} for role in roles},
        "typography": {"fonts": families, "base": brand.family, "headings": {"family": brand.headings, "weight": 600}},
    }
    if brand.logo:
        light = {"path": brand.logo.file, "alt": brand.logo.alt}
        dark = {"path": brand.logo.dark_file, "alt": brand.logo.alt} if brand.logo.dark_file else light
        content["logo"] = {"images": {"light": light, "dark": dark}, "medium": {"light": "light", "dark": "dark"}}
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
