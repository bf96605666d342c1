"""The site: each page's Markdown in the theme's frame."""

import re
from collections.abc import Mapping
from pathlib import Path

from collective_impact.brand import Brand
from collective_impact.reporting.charts_apart import has_charts, with_charts, without_charts
from collective_impact.reporting.embedded.page_frame import frame
from collective_impact.reporting.embedded.search_index import write_search_index
from collective_impact.reporting.embedded.theme import write_assets
from collective_impact.reporting.embedded.web_tables import with_plain_tables
from collective_impact.reporting.page_reading import page_reading, place
from collective_impact.reporting.pandoc import Begun, Reading, Writing
from collective_impact.reporting.pictures import inline_pictures, linked_pictures, with_pictures, write_linked
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Page, Site
from collective_impact.shipped import shipped

_CONTENTS_ID = re.compile(r' id="toc-[^"]*"')


def begin_site(site: Site, out: Path, work: Path) -> Begun[tuple[Path, ...]]:
    """Begin every page and what they share.

    Parameters
    ----------
    site : Site
    out : Path
        Existing folder for the site; what lies there already stays.
    work : Path
        Existing folder for what is needed on the way.

    Returns
    -------
    Begun of tuple of Path
        One HTML file a page, in the site's order.

    Raises
    ------
    RenderError
        On finishing, when a picture is damaged.
    """
    web = work / "web"
    web.mkdir()
    pictures = {page.name: linked_pictures(page.body, page.figures) for page in site.pages}
    drawn: dict[str, Mapping[str, str]] = {}

    def draw() -> None:
        drawn.update({name: inline_pictures(files, site.brand) for name, files in pictures.items()})

    def finish() -> tuple[Path, ...]:
        made = {page.name: (web / f"{page.name}.html").read_text(encoding="utf-8") for page in site.pages}
        pages = {page.name: _finished(page, made[page.name], drawn[page.name], site.brand) for page in site.pages}
        for name, html in pages.items():
            write_linked(html, pictures[name], out / "figures" / name)
        return _written(site, pages, out)

    readings = tuple(_begin_page(site, page, pictures[page.name], web) for page in site.pages)
    return Begun(readings, finish, draw)


def _begin_page(site: Site, page: Page, pictures: tuple[Path, ...], web: Path) -> Reading:
    options = {
        "template": str(shipped("reports/theme/page.html")),
        "variables": frame(site, page),
        "table_of_contents": True,
        "toc_depth": read_project().toc_depth,
    }
    writing = Writing(web / f"{page.name}.html", "html5", "web.lua", place(pictures), options)
    return page_reading(site, page, without_charts(page.body), writing)


def _finished(page: Page, made: str, drawn: Mapping[str, str], brand: Brand) -> str:
    """A page as Pandoc has made it, with its pictures and charts."""
    text = with_plain_tables(_CONTENTS_ID.sub("", made))
    return with_charts(with_pictures(text, drawn), page.body, brand)


def _written(site: Site, pages: Mapping[str, str], out: Path) -> tuple[Path, ...]:
    """Write finished pages and what they share."""
    write_assets(out, site.brand, any(has_charts(page.body) for page in site.pages))
    for name, html in pages.items():
        (out / f"{name}.html").write_text(html, encoding="utf-8")
    written = tuple(out / f"{page.name}.html" for page in site.pages)
    called = [page.label or page.title for page in site.pages]
    write_search_index(zip(called, written, strict=True), out / "assets" / "search-index.js")
    return written
