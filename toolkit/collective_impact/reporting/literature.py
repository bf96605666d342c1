"""Citations of the literature: which entries there are, and what Pandoc needs to set them and their list."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from collective_impact.blocks import Heading, escape_markdown
from collective_impact.language import listing
from collective_impact.language import translate as _
from collective_impact.reporting.renderer import Page
from collective_impact.shipped import shipped

_ENTRY = re.compile(r"^@\w+\{([\w-]+),", re.MULTILINE)
_CITED = re.compile(r"(?<![\\\w])@([A-Za-z][\w-]*)")


def bibliography() -> Path:
    """The file of the literature that the evaluations' methods go back to, as BibTeX."""
    return shipped("reports/references.bib")


def citation_style() -> Path:
    """The form of citations and their list, in the Citation Style Language."""
    return shipped("reports/theme/references.csl")


@cache
def entries() -> tuple[str, ...]:
    """Keys of the bibliography, in its order."""
    return tuple(_ENTRY.findall(bibliography().read_text(encoding="utf-8")))


def cited(bodies: Iterable[str]) -> tuple[str, ...]:
    """Keys of the entries that pages cite, in the bibliography's order."""
    found = {key for body in bodies for key in _CITED.findall(body)}
    return tuple(key for key in entries() if key in found)


def citation_metadata(body: str, language: str) -> dict[str, Any]:
    """What Pandoc's metadata say of citations: the keys there are and, for a page that cites, how to set them."""
    known: dict[str, Any] = {"entries": list(entries())}
    if not cited([body]):
        return known
    return known | {
        "bibliography": str(bibliography()),
        "csl": str(citation_style()),
        "lang": language,
        "link-citations": True,
    }


def with_literature(page: Page, evaluations: Sequence[Page]) -> Page:
    """Give a page with a last section that cites all that the evaluations cite; their list follows of itself."""
    keys = cited(each.body for each in evaluations)
    if not keys:
        return page
    words = escape_markdown(_("The methods of the evaluations are described by {authors}."))
    sentence = words.replace(escape_markdown("{authors}"), listing([f"@{key}" for key in keys]))
    return replace(page, body=f"{page.body}\n\n{Heading(_('Methods'), 2).markdown()}\n\n{sentence}")
