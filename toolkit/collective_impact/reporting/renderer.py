"""The contract between a report and what turns it into web pages and a PDF."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.language import marked

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "caution": marked("Caution"),
        "chapter": marked("Chapter"),
        "cite_as": marked("Cite as"),
        "contents": marked("Contents"),
        "data_behind_chart": marked("Data behind the chart"),
        "data_behind_charts": marked("Data behind the charts"),
        "download_pdf": marked("Report as PDF"),
        "failed": marked("Not completed"),
        "figure": marked("Figure"),
        "important": marked("Important"),
        "key_findings": marked("Key findings"),
        "licence": marked("Licence"),
        "menu": marked("All pages"),
        "next": marked("Next"),
        "not_answered": marked("Could not be answered"),
        "note": marked("Note"),
        "on_this_page": marked("On this page"),
        "page": marked("page"),
        "pages": marked("Pages of the report"),
        "picture_missing": marked("The picture could not be shown. What it shows:"),
        "previous": marked("Previous"),
        "previous_and_next": marked("Previous and next page"),
        "skip_to_content": marked("Skip to content"),
        "table": marked("Table"),
        "tip": marked("Tip"),
        "warning": marked("Warning"),
    }
)
"""The renderer's own words in English. A site in another language gives a translation of each."""

_PAGE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class RenderError(ToolkitError):
    """A page or the PDF could not be made; says which one and what the program that makes it answered."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site, and one chapter of the PDF.

    Attributes
    ----------
    name : str
        Lower-case letters, digits, ``_`` and ``-``: ``summative_outcome`` becomes ``summative_outcome.html``.
    title, subtitle : str
        Plain text; the title is the page's only level-1 heading.
    body : str
        Pandoc Markdown with sections from level 2; `collective_impact.reporting.embedded` lists the constructs.
    figures : Path or None
        Folder that ``figures/...`` in the body stands for.
    label : str
        Short title for the navigation; the title where empty.
    tags : tuple of str
        Small labels above the title, for example ``("Summative", "Ultimate outcome")``.
    facts : tuple of (str, str)
        Label and value for the title block, for example ``("Data up to", "2000")``.
    failed : bool
        The evaluation behind the page did not run to its end; title and navigation mark it, the body says why.
    in_pdf : bool
        Whether the page is a chapter of the PDF too.
    """

    name: str
    title: str
    body: str
    figures: Path | None = None
    label: str = ""
    subtitle: str = ""
    tags: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    failed: bool = False
    in_pdf: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """All pages of a report, with what its cover and frame say.

    Attributes
    ----------
    title, subtitle : str
        Plain text.
    language : str
        Language tag of the text, for example ``sv``.
    pages : tuple of Page
        In reading order; the first is named ``index``.
    groups : tuple of (str, tuple of str)
        Navigation: heading (may be empty) and names of its pages. Pages in no group have no navigation entry.
    date : date
        What the PDF states as its date of making: a date of the data, so that equal input gives equal bytes.
    words : mapping of str to str
        `WORDS` in the report's language.
    facts : tuple of (str, str)
        Label and value for the PDF's cover.
    authors : tuple of str
    publisher, citation, licence : str
        Empty where unknown; the citation says how to cite the report, the licence how it may be used.
    pdf_name : str
        File name of the PDF without ending.

    Raises
    ------
    InputError
        When page names are unusable, not unique, or a group or word is amiss; all problems at once.
    """

    title: str
    language: str
    pages: tuple[Page, ...]
    date: date
    subtitle: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)
    facts: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    publisher: str = ""
    citation: str = ""
    licence: str = ""
    pdf_name: str = "report"

    def __post_init__(self) -> None:
        names = [page.name for page in self.pages]
        grouped = {name for _, group in self.groups for name in group}
        wrong = [
            *[("page", repr(name), "a-z, 0-9, _ and -") for name in names if not _PAGE_NAME.fullmatch(name)],
            *[("page", f"{name!r} twice", "unique names") for name in sorted(set(names)) if names.count(name) > 1],
            *[("group", f"unknown page {name!r}", ", ".join(names)) for name in sorted(grouped - set(names))],
            *[("words", f"no {word!r}", "every key of WORDS") for word in sorted(WORDS.keys() - self.words.keys())],
        ]
        if names[:1] != ["index"]:
            wrong.append(("page", f"{names[:1]} first", "a first page named 'index'"))
        if not _PAGE_NAME.fullmatch(self.pdf_name):
            wrong.append(("pdf_name", repr(self.pdf_name), "a-z, 0-9, _ and -"))
        if wrong:
            raise InputError([Problem(*what, mend="mend the site's plan") for what in wrong])

    def chapter(self, page: Page) -> int:
        """Give the number of a page's chapter, the same on screen and on paper; 0 for a page not in the PDF."""
        chapters = [each.name for each in self.pages if each.in_pdf]
        return chapters.index(page.name) + 1 if page.name in chapters else 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """Where the finished report lies: one HTML file a page in the site's order, and the PDF."""

    pages: tuple[Path, ...]
    pdf: Path


class Renderer(Protocol):
    """Something that can make the site and the PDF."""

    @property
    def name(self) -> str:
        """Name for records and options, for example ``embedded``."""

    def render(self, site: Site, out: Path) -> Rendered:
        """Write the site and its PDF into an existing empty folder.

        Raises
        ------
        RenderError
            When a page or the PDF cannot be made.
        """
