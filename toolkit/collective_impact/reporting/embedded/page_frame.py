"""What stands around a page's text: navigation, tools, title block and footer, as variables of the theme's frame."""

from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath
from typing import Any

from collective_impact.reporting.charts_apart import has_charts
from collective_impact.reporting.renderer import Page, Site

_KINDS = {".docx": "Word", ".xlsx": "Excel"}


def frame(site: Site, page: Page) -> dict[str, Any]:
    """Give the variables of the template; every text is plain and escaped for HTML."""
    variables: dict[str, Any] = _escaped(_variables(site, page))
    return variables


def _variables(site: Site, page: Page) -> dict[str, Any]:
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
        "charts": has_charts(page.body),
        "logo": _logo(site),
        "internal": site.profile == "internal",
        "alternates": [
            {"language": other.language, "name": other.name, "href": f"{other.folder}/{page.name}.html"}
            for other in site.alternates
        ],
        "files": list(_files(site)),
        "groups": [{"heading": heading, "pages": _entries(site, names, page)} for heading, names in site.groups],
        "neighbours": list(_neighbours(site, page)),
        "footer": [{"label": site.words[word], "value": value} for word, value in footer if value],
        "words": dict(site.words),
    }


def _logo(site: Site) -> dict[str, str] | str:
    logo = site.brand.logo
    if logo is None:
        return ""
    return {"light": f"assets/{logo.file}", "dark": f"assets/{logo.dark_file}" * bool(logo.dark_file), "alt": logo.alt}


def _files(site: Site) -> Iterator[dict[str, str]]:
    """The documents, then the files beside the pages: where each lies, what it is called, and its kind."""
    documents = [(document.label, file) for document in site.documents for file in document.files]
    for label, file in [*documents, *((download.label, download.file) for download in site.downloads)]:
        ending = PurePosixPath(file).suffix
        yield {"href": file, "label": label, "kind": _KINDS.get(ending, ending.removeprefix(".").upper())}


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
    """Escape every text for HTML: Pandoc puts variables into the template as they are.

    Empty lists are left out: Pandoc's Lua takes them for mappings, and the template would show an entry of nothing.
    """
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {key: _escaped(inner) for key, inner in value.items() if inner != []}
    if isinstance(value, list):
        return [_escaped(inner) for inner in value]
    return value
