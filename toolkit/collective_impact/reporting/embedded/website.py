"""The site: each page's Markdown in the theme's frame."""

import re
from functools import partial
from pathlib import Path

from collective_impact.reporting.charts_apart import has_charts, with_charts, without_charts
from collective_impact.reporting.embedded.page_frame import frame
from collective_impact.reporting.embedded.search_index import write_search_index
from collective_impact.reporting.embedded.theme import write_assets
from collective_impact.reporting.page_reading import page_reading, place
from collective_impact.reporting.pandoc import Begun, Reading, Writing
from collective_impact.reporting.pictures import linked_pictures, prepare_for_web, write_linked
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
        When a picture is damaged.
    """
    (work / "web").mkdir()
    readings = tuple(_begin_page(site, page, work / "web") for page in site.pages)
    return Begun(readings, partial(_finish_site, site, out, work / "web"))


def _begin_page(site: Site, page: Page, web: Path) -> Reading:
    prepare_for_web(linked_pictures(page.body, page.figures), web / page.name, site.brand)
    options = {
        "template": str(shipped("reports/theme/page.html")),
        "variables": frame(site, page),
        "table_of_contents": True,
        "toc_depth": read_project().toc_depth,
    }
    writing = Writing(web / f"{page.name}.html", "html5", "web.lua", place(web / page.name), options)
    return page_reading(site, page, without_charts(page.body), writing)


def _finish_site(site: Site, out: Path, web: Path) -> tuple[Path, ...]:
    write_assets(out, site.brand, any(has_charts(page.body) for page in site.pages))
    written = tuple(_finish_page(site, page, out, web) for page in site.pages)
    called = [page.label or page.title for page in site.pages]
    write_search_index(zip(called, written, strict=True), out / "assets" / "search-index.js")
    return written


def _finish_page(site: Site, page: Page, out: Path, web: Path) -> Path:
    made = (web / f"{page.name}.html").read_text(encoding="utf-8")
    html = with_charts(_CONTENTS_ID.sub("", made), page.body, site.brand)
    write_linked(html, web / page.name, out / "figures" / page.name)
    target = out / f"{page.name}.html"
    target.write_text(html, encoding="utf-8")
    return target
