"""The site: each page's Markdown in the theme's frame."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from collective_impact.reporting.pandoc import convert, filters
from collective_impact.reporting.pictures import linked_pictures, prepare_for_web
from collective_impact.reporting.project import read_project
from collective_impact.reporting.renderer import Page, Site
from collective_impact.reporting.theme import write_assets
from collective_impact.shipped import shipped

_CHART = 'class="vega-lite"'
_CONTENTS_ID = re.compile(r' id="toc-[^"]*"')


def write_site(site: Site, out: Path, work: Path) -> tuple[Path, ...]:
    """Write every page and what they share.

    Parameters
    ----------
    site : Site
    out : Path
        Existing empty folder for the site.
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
    write_assets(out, charts=any(_CHART in page.body for page in site.pages))
    return tuple(_write_page(site, page, out, work) for page in site.pages)


def _write_page(site: Site, page: Page, out: Path, work: Path) -> Path:
    prepared = work / "web" / page.name
    prepare_for_web(linked_pictures(page.body, page.figures), prepared, out / "figures" / page.name)
    options = {
        "to": "html5",
        "standalone": True,
        "template": str(shipped("reports/theme/page.html")),
        "table-of-contents": True,
        "toc-depth": read_project().toc_depth,
        "filters": filters("web.lua"),
        "metadata": filter_metadata(site, page, prepared),
        "variables": _escaped(_frame(site, page)),
    }
    html = convert(page.body, page.name, options)
    target = out / f"{page.name}.html"
    target.write_text(_CONTENTS_ID.sub("", html), encoding="utf-8")
    return target


def filter_metadata(site: Site, page: Page, pictures: Path) -> dict[str, Any]:
    """Give what the Lua filters need to know about a page, its site, and the folder of its pictures."""
    chapter = site.chapter(page)
    return {
        "page": page.name,
        "chapter": str(chapter) if chapter else "",
        "pages": [each.name for each in site.pages],
        "pages-in-pdf": [each.name for each in site.pages if each.in_pdf],
        "pictures": str(pictures),
        "words": dict(site.words),
    }


def _frame(site: Site, page: Page) -> dict[str, Any]:
    """Everything around the body, as the template's variables; plain text."""
    chapter = site.chapter(page)
    own_label = [f"{site.words['chapter']} {chapter}"] if chapter and len(site.pages) > 1 else []
    footer = [("cite_as", site.citation), ("licence", site.licence)]
    return {
        "language": site.language,
        "pagetitle": page.title if page.title == site.title else f"{page.title} · {site.title}",
        "description": page.subtitle or site.subtitle,
        "site-title": site.title,
        "site-subtitle": site.subtitle,
        "title": page.title,
        "subtitle": page.subtitle,
        "tags": [*own_label, *page.tags],
        "facts": [{"label": label, "value": value} for label, value in page.facts],
        "failed": page.failed,
        "charts": _CHART in page.body,
        "pdf": f"{site.pdf_name}.pdf",
        "groups": [{"heading": heading, "pages": _entries(site, names, page)} for heading, names in site.groups],
        "neighbours": list(_neighbours(site, page)),
        "footer": [{"label": site.words[word], "value": value} for word, value in footer if value],
        "words": dict(site.words),
    }


def _entries(site: Site, names: tuple[str, ...], current: Page) -> list[dict[str, Any]]:
    by_name = {page.name: page for page in site.pages}
    return [
        {
            "href": f"{name}.html",
            "title": by_name[name].label or by_name[name].title,
            "chapter": str(site.chapter(by_name[name]) or ""),
            "failed": by_name[name].failed,
            "current": name == current.name,
        }
        for name in names
    ]


def _neighbours(site: Site, page: Page) -> Iterator[dict[str, str]]:
    order = [each for _, names in site.groups for each in site.pages if each.name in names]
    if page not in order:
        return
    at = order.index(page)
    for rel, word, place in (("prev", "previous", at - 1), ("next", "next", at + 1)):
        if 0 <= place < len(order):
            title = order[place].label or order[place].title
            yield {"rel": rel, "word": site.words[word], "href": f"{order[place].name}.html", "title": title}


def _escaped(value: Any) -> Any:
    """Escape every text for HTML: Pandoc puts variables into the template as they are."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {key: _escaped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_escaped(inner) for inner in value]
    return value
