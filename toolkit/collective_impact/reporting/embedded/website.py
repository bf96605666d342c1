"""The site: each page's Markdown in the theme's frame."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from collective_impact.reporting.embedded.page_frame import frame
from collective_impact.reporting.embedded.search_index import write_search_index
from collective_impact.reporting.embedded.theme import write_assets
from collective_impact.reporting.literature import citation_metadata
from collective_impact.reporting.pandoc import convert, filters
from collective_impact.reporting.pictures import charts_in_brand, linked_pictures, prepare_for_web, write_linked
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Document, Page, Site
from collective_impact.shipped import shipped

_CHART = 'class="vega-lite"'
_CONTENTS_ID = re.compile(r' id="toc-[^"]*"')
_PROCESSES = 4


def write_site(site: Site, out: Path, work: Path) -> tuple[Path, ...]:
    """Write every page and what they share.

    Parameters
    ----------
    site : Site
    out : Path
        Existing folder for the site; what lies there already stays.
    work : Path
        Existing folder for what is needed on the way.

    Returns
    -------
    tuple of Path
        One HTML file a page, in the site's order.

    Raises
    ------
    RenderError
        When Pandoc cannot make a page.
    """
    charts = any(_CHART in page.body for page in site.pages)
    with ThreadPoolExecutor(_PROCESSES) as pool:
        shared = pool.submit(write_assets, out, site.brand, charts)
        written = tuple(pool.map(partial(_write_page, site, out=out, work=work), site.pages))
        shared.result()
    called = [page.label or page.title for page in site.pages]
    write_search_index(zip(called, written, strict=True), out / "assets" / "search-index.js")
    return written


def _write_page(site: Site, page: Page, out: Path, work: Path) -> Path:
    prepared = work / "web" / page.name
    prepare_for_web(linked_pictures(page.body, page.figures), prepared, site.brand)
    options = {
        "to": "html5",
        "standalone": True,
        "template": str(shipped("reports/theme/page.html")),
        "table-of-contents": True,
        "toc-depth": read_project().toc_depth,
        "filters": filters("web.lua"),
        "metadata": filter_metadata(site, page, prepared),
        "variables": frame(site, page),
    }
    html = convert(charts_in_brand(page.body, site.brand), page.name, options)
    write_linked(html, prepared, out / "figures" / page.name)
    target = out / f"{page.name}.html"
    target.write_text(_CONTENTS_ID.sub("", html), encoding="utf-8")
    return target


def filter_metadata(site: Site, page: Page, pictures: Path, document: Document | None = None) -> dict[str, Any]:
    """Give what the Lua filters need to know about a page, its site and document, and the folder of its pictures."""
    chapter = site.chapter(page)
    return {
        "page": page.name,
        "chapter": str(chapter) if chapter else "",
        "pages": [each.name for each in site.pages],
        "pages-in-pdf": [each.name for each in document.chapters] if document else [],
        "form": document.form if document else "",
        "profile": site.profile,
        "pictures": str(pictures),
        "words": dict(site.words),
        **citation_metadata(page.body, site.language),
    }
