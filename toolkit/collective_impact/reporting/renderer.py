"""The contract between a report and what turns it into web pages and files to print or to edit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from collective_impact.brand import Brand, read_brand
from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.language import marked

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "appendix": marked("The evaluations in full"),
        "caution": marked("Caution"),
        "chapter": marked("Chapter"),
        "cite_as": marked("Cite as"),
        "contents": marked("Contents"),
        "data_behind_chart": marked("Data behind the chart"),
        "downloads": marked("Downloads"),
        "equation": marked("Equation"),
        "failed": marked("Not completed"),
        "figure": marked("Figure"),
        "figures_elsewhere": marked("The figures behind it: on the web page, and in tables.xlsx."),
        "important": marked("Important"),
        "internal": marked("Internal version, for those who work on the report. Please do not pass it on."),
        "key_findings": marked("Key findings"),
        "languages": marked("This page in other languages"),
        "licence": marked("Licence"),
        "menu": marked("All pages"),
        "next": marked("Next"),
        "not_answered": marked("Could not be answered"),
        "note": marked("Note"),
        "on_this_page": marked("On this page"),
        "pages": marked("Pages of the report"),
        "part": marked("Part"),
        "picture_missing": marked("The picture could not be shown. What it shows:"),
        "previous": marked("Previous"),
        "previous_and_next": marked("Previous and next page"),
        "references": marked("References"),
        "search": marked("Search the report"),
        "search_found": marked("Passages found: {count}"),
        "search_none": marked("Nothing found"),
        "skip_to_content": marked("Skip to content"),
        "table": marked("Table"),
        "tip": marked("Tip"),
        "warning": marked("Warning"),
    }
)
"""The renderer's own words in English. A site in another language gives a translation of each."""

Form = Literal["brief", "summary", "report"]
"""The three lengths of a report: one page, some three pages, all of it."""

Profile = Literal["public", "internal"]
"""Whom a report is for: everybody, or those who work on it and see how each page was made."""

_PAGE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class RenderError(ToolkitError):
    """A page or a file could not be made; says which one and what the program that makes it answered."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site, or one chapter of a document.

    Attributes
    ----------
    name : str
        Lower-case letters, digits, ``_`` and ``-``: ``summative_outcome`` becomes ``summative_outcome.html``.
    title, subtitle : str
        Plain text; the title is the page's only level-1 heading.
    body : str
        Pandoc Markdown with sections from level 2; `collective_impact.reporting.constructs` lists the constructs.
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
    on_paper : str
        What a document holds in place of the body; empty: the body.
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
    on_paper: str = ""

    @property
    def printed(self) -> str:
        """What a document holds of it, as Pandoc Markdown."""
        return self.on_paper or self.body


@dataclass(frozen=True, slots=True)
class Document:
    """The report, or a shorter form of it, as a file of its own.

    Attributes
    ----------
    name : str
        File name without ending, made of what page names are made of.
    label : str
        What a link to it says, for example ``"One page"``.
    form : {"brief", "summary", "report"}
    pages : tuple of Page
        Its chapters; those of the form ``report`` are pages of the site too.
    appendix : tuple of Page
        Chapters after the report itself.
    formats : tuple of {"pdf", "docx"}
    """

    name: str
    label: str
    form: Form
    pages: tuple[Page, ...]
    appendix: tuple[Page, ...] = ()
    formats: tuple[Literal["pdf", "docx"], ...] = ("pdf",)

    @property
    def chapters(self) -> tuple[Page, ...]:
        """All its chapters in order, the appendix last."""
        return self.pages + self.appendix

    @property
    def files(self) -> tuple[str, ...]:
        """Names of its files."""
        return tuple(f"{self.name}.{ending}" for ending in self.formats)


@dataclass(frozen=True, slots=True)
class Download:
    """A file beside the pages: what a link to it says, and its path in the site's folder, with ``/``."""

    label: str
    file: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same report in another language: its tag, its own name, and the way to its folder from this one's."""

    language: str
    name: str
    folder: str


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
    documents : tuple of Document
        What is written as files to print or to edit as well.
    downloads : tuple of Download
        Files beside the pages that they link to.
    alternates : tuple of Alternate
        The report in other languages; each page links to its namesake there.
    groups : tuple of (str, tuple of str)
        Navigation: heading (may be empty) and names of its pages. Pages in no group have no navigation entry.
    date : date
        What the documents state as their date of making: a date of the data, so that equal input gives equal bytes.
    words : mapping of str to str
        `WORDS` in the report's language.
    facts : tuple of (str, str)
        Label and value for the cover.
    authors : tuple of str
    publisher, citation, licence : str
        Empty where unknown; the citation says how to cite the report, the licence how it may be used.
    brand : Brand
    profile : {"public", "internal"}
        Content marked for another profile is left out.

    Raises
    ------
    InputError
        When names are unusable, not unique, or a group or word is amiss; all problems at once.
    """

    title: str
    language: str
    pages: tuple[Page, ...]
    date: date
    subtitle: str = ""
    documents: tuple[Document, ...] = ()
    downloads: tuple[Download, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)
    facts: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    publisher: str = ""
    citation: str = ""
    licence: str = ""
    brand: Brand = field(default_factory=read_brand)
    profile: Profile = "public"

    def __post_init__(self) -> None:
        names = [page.name for page in self.pages]
        files = [document.name for document in self.documents]
        grouped = {name for _, group in self.groups for name in group}
        wrong = [
            *[("page", repr(name), "a-z, 0-9, _ and -") for name in names if not _PAGE_NAME.fullmatch(name)],
            *[("page", f"{name!r} twice", "unique names") for name in sorted(set(names)) if names.count(name) > 1],
            *[("document", repr(name), "a-z, 0-9, _ and -") for name in files if not _PAGE_NAME.fullmatch(name)],
            *[("document", f"{name!r} twice", "unique names") for name in sorted(set(files)) if files.count(name) > 1],
            *[("group", f"unknown page {name!r}", ", ".join(names)) for name in sorted(grouped - set(names))],
            *[("words", f"no {word!r}", "every key of WORDS") for word in sorted(WORDS.keys() - self.words.keys())],
        ]
        if names[:1] != ["index"]:
            wrong.append(("page", f"{names[:1]} first", "a first page named 'index'"))
        if wrong:
            raise InputError([Problem(*what, mend="mend the site's plan") for what in wrong])

    @property
    def report(self) -> Document | None:
        """The document that is the whole report; None where there is none."""
        return next((document for document in self.documents if document.form == "report"), None)

    def chapter(self, page: Page) -> int:
        """Give the number of a page's chapter, the same on screen and on paper; 0 for a page not in the report."""
        chapters = [each.name for each in (self.report.chapters if self.report else self.pages)]
        return chapters.index(page.name) + 1 if page.name in chapters else 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """Where the finished report lies: one HTML file a page in the site's order, and its documents by file name."""

    pages: tuple[Path, ...]
    files: Mapping[str, Path]


class Renderer(Protocol):
    """Something that can make the site and its documents."""

    @property
    def name(self) -> str:
        """Name for records and options, for example ``embedded``."""

    def render(self, site: Site, out: Path) -> Rendered:
        """Write the site and its documents into an existing folder; what lies there already stays.

        Raises
        ------
        RenderError
            When a page or a document cannot be made.
        """
