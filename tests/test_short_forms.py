"""The report on one page, on three, and as a whole on paper: what they say, how long they are, who can read them."""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from edition_fixture import DATA, SVG, make_edition
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from collective_impact.blocks import TABLES, TableData
from collective_impact.charts.figure import Figure
from collective_impact.data.facts import Facts
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import in_language
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.embedded.paper import begin_pdf
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.renderer import Document, Page, Site
from collective_impact.reporting.room import Room, shortened
from collective_impact.reporting.run_page import page_of
from collective_impact.reporting.short_forms import brief, summary

A4 = (595, 842)
DECIDED = TableData("tbl-decisions", "Decisions", "", list("abcde"), [["1 May 2025", "Go on", "Board", "yes", "Done"]])
TEMPLATES = ("summative_outcome", "summative_system", "formative_initiative", "developmental_context", "readiness")


def found(template: str, title: str, statement: str = "It rests on 20 areas.", **changed: object) -> Finding:
    step = Recommendation(action=str(changed.pop("action", "Ask the schools")), owner="board", due=date(2026, 3, 1))
    given = {"so_what": "It matters to all.", "strength": Strength.MODERATE} | changed
    return Finding(id=f"{template}.one", title=title, statement=statement, now_what=(step,), data=(), **given)


def chart(name: str, title: str) -> Figure:
    return Figure(name, title, "A note.", f"What {name} shows", {}, SVG, DATA)


def edition_of(folder: Path, *findings: Finding, charts: tuple[Figure, ...] = (), **facts: object) -> Edition:
    """An edition whose evaluations came to one finding each and all show the charts."""
    told = {"id": "everyone", "title": "Everyone: 100% & more", "goal": "All young people have a way onward."}
    base = make_edition(folder, facts=Facts.model_validate(told | facts))
    (like,) = base.runs
    shown = [new_output("display_data", data=each._repr_mimebundle_()) for each in charts]
    cells = [new_markdown_cell("# Title"), new_code_cell(outputs=shown)]
    runs = []
    for finding in findings:
        template = finding.id.partition(".")[0]
        own = like.findings.model_copy(update={"template": template, "findings": (finding,)})
        runs.append(replace(like, record={**like.record, "template": template}, findings=own, cells=cells))
    decided = new_code_cell(outputs=[new_output("display_data", data={TABLES: json.dumps([asdict(DECIDED)])})])
    learning = replace(base.learning, cells=[*base.learning.cells, decided])
    return replace(base, runs=tuple(runs), learning=learning)


def pdf(document: Document, folder: Path, **changed: object) -> tuple[pypdf.PdfReader, str]:
    """A document as PDF, and its text in one line."""
    pages = (Page("index", "Overview", "Words."), *(document.chapters if document.form == "report" else ()))
    given = {"title": "Everyone", "language": "en", "citation": "Region North (2025)."} | changed
    site = Site(pages=pages, date=date(2025, 12, 31), documents=(document,), subtitle="Learning report", **given)
    ((file,),) = finished([begin_pdf(site, document, folder, folder / "work")])
    reader = pypdf.PdfReader(file)
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def placed(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """Height above the foot of the page, size and text of each piece of text."""
    pieces: list[tuple[float, float, str]] = []

    def visit(text: str, page_matrix: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            height = page_matrix[1] * matrix[4] + page_matrix[3] * matrix[5] + page_matrix[5]
            pieces.append((height, abs(size * matrix[3] * page_matrix[3]), text.strip()))

    page.extract_text(visitor_text=visit)
    return pieces


def headings(outline: list) -> list:
    """Titles of a PDF's outline, nested as they are there."""
    return [headings(each) if isinstance(each, list) else each["/Title"] for each in outline]


TEXTS = {
    "ordinary": "The share of pupils who complete school rose by 4 points",
    "long": "The share of pupils who complete school rose in the areas that take part, as it did among " * 2 + "all.",
    "wide": " ".join(["WWWWWW MMMMMM"] * 17),
    "unbroken": "Donaudampfschifffahrt" * 11,
    "endless": "The share rose and rose. " * 4_000,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_brief_is_one_page_whatever_it_holds(kind: str, tmp_path: Path) -> None:
    text = TEXTS[kind]
    findings = [found(t, f"{n} {text}", action=f"{n} {text}") for n, t in enumerate(TEMPLATES, 1)]
    edition = edition_of(tmp_path, *findings, title=text, goal=text)
    reader, words = pdf(brief(edition), tmp_path)
    (page,) = reader.pages
    pieces = placed(page)
    foot = next(height for height, _size, piece in pieces if piece.startswith("Cite as"))
    assert tuple(round(float(side)) for side in page.mediabox[2:]) == A4
    assert min(size for _height, size, _piece in pieces) >= 9.99
    assert foot > 20
    assert sum(height <= foot + 5 for height, _size, _piece in pieces) == 1  # nothing lies upon the last line
    solid, sentence = words.replace(" ", ""), text.replace(" ", "")
    begun = [n for n in range(1, 6) if f"{n}{sentence[:50]}" in solid]
    assert begun == [n for n in range(1, 6) if f"{n}{sentence}" in solid]
    assert (begun == []) == (kind == "endless") == ("too long to stand here" in words)


def test_the_brief_tells_what_to_decide_from(tmp_path: Path) -> None:
    edition = edition_of(tmp_path, *(found(t, f"Finding {t.title()}") for t in TEMPLATES))
    reader, words = pdf(brief(edition), tmp_path)
    for told in (
        "Everyone: 100% & more",
        "What we know by 31 December 2025",
        "All young people have a way onward.",
        "Finding Summative_Outcome",
        "Moderate evidence Summative: Ultimate outcome",
        "Ask the schools board 1 Mar 2026",
        "Moderate 5 findings",
        "report.pdf",
        "Cite as: Region North (2025).",
    ):
        assert told in words
    assert headings(reader.outline) == [
        "Everyone: 100% & more",
        [
            "What we know",
            ["How sure are we?", "How to read this", "Where to read on"],
            "First steps, proposed until a forum decides",
        ],
    ]


def test_the_summary_goes_from_the_most_telling_to_what_is_open(tmp_path: Path) -> None:
    findings = [
        found("summative_outcome", "Pupils gained 4.1 points", strength=Strength.STRONG),
        found("formative_outcome", "The gap narrowed", topics=("equity",)),
        found("developmental_system", "Nobody saw it coming", topics=("surprise",), strength=Strength.WEAK),
    ]
    charts = (chart("before", "What the data show"), chart("effect", "After the start pupils gained 4.1 points"))
    edition = edition_of(tmp_path, *findings, charts=charts)
    document = summary(edition)
    _reader, words = pdf(document, tmp_path)
    order = [
        "The gap narrowed",
        "Pupils gained 4.1 points",
        "What would change our mind?",
        "What was decided",
        "1 May 2025 Go on Done",
        "Ask the schools",
        "What could not be answered",
        "For whom? No groups are told apart. What would unlock it: Values by group.",
        "How to read this",
    ]
    places = [words.index(told) for told in order]
    assert places == sorted(places)
    assert "Figure 1 After the start pupils gained 4.1 points" in words
    assert "What the data show" not in words
    assert document.files == ("summary.pdf", "summary.docx")


@pytest.mark.parametrize("letters", [60, 650])
def test_the_summary_has_two_to_four_pages(letters: int, tmp_path: Path) -> None:
    text = ("The share of pupils who complete school rose by 4 points in 20 areas. " * 10)[:letters]
    topics = ((), ("equity",), ("surprise",), ("off_track",), ())
    findings = [
        found(t, f"{text[:110]} {n}", text, so_what=text, topics=topic)
        for n, (t, topic) in enumerate(zip(TEMPLATES, topics, strict=True))
    ]
    charts = (Figure("a", "A title", "A note.", "Alt", {}, SVG, DATA),)
    reader, _words = pdf(summary(edition_of(tmp_path, *findings, charts=charts)), tmp_path)
    assert 2 <= len(reader.pages) <= 4


def test_without_a_finding_the_short_forms_say_so(tmp_path: Path) -> None:
    edition = replace(edition_of(tmp_path), runs=())
    for document in (brief(edition), summary(edition)):
        (tmp_path / document.name).mkdir()
        reader, words = pdf(document, tmp_path / document.name)
        assert len(reader.pages) == 1
        assert "No evaluation has come to a finding yet." in words


@pytest.mark.parametrize("plan", [brief, summary])
def test_the_short_forms_are_accessible_in_both_languages(plan, tmp_path: Path) -> None:
    for language, heading in (("en", "By (proposed)"), ("sv", "Senast (förslag)")):
        folder = tmp_path / language
        folder.mkdir()
        with in_language(language):
            edition = edition_of(folder, found("summative_outcome", "Pupils gained"), charts=(chart("c", "Course"),))
            reader, words = pdf(plan(edition), folder, language=language)
        assert reader.trailer["/Root"]["/Lang"] == language
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()
        assert heading in words


def test_the_whole_report_has_parts_and_leaves_tables_behind_charts_to_the_web(tmp_path: Path) -> None:
    edition = edition_of(tmp_path, found("summative_outcome", "Pupils gained"), charts=(chart("c", "A course"),))
    chapters = [page_of(run, "Effects", (), ()) for run in edition.runs]
    whole = Document("report", "Full report", "report", (Page("overview", "Overview", "Words."),), tuple(chapters))
    reader, words = pdf(whole, tmp_path)
    titles = headings(reader.outline)
    assert titles == [
        "Contents",
        "Learning report",
        ["Overview"],
        "The evaluations in full",
        ["Title", ["Key findings"]],
    ]
    assert "The figures behind it: on the web page, and in tables.xlsx." in words
    assert "70.1" not in words
    assert "A course" in words
    assert "How this came about" not in words


def test_what_stands_elsewhere_in_the_document_is_left_out_of_it(tmp_path: Path) -> None:
    edition = edition_of(tmp_path, found("summative_outcome", "Pupils gained"))
    twice = new_code_cell(outputs=[new_output("display_data", data={"text/markdown": "All over again."})])
    twice.metadata["tags"] = ["screen-only"]
    page = page_of(replace(edition.runs[0], cells=[*edition.runs[0].cells, twice]), "Effects", (), ())
    assert "All over again." in page.body
    assert "All over again." not in page.printed


@given(st.lists(st.text(max_size=40), max_size=9), st.integers(0, 6), st.integers(0, 60))
def test_a_room_takes_the_first_whole_texts_that_fit(texts: list[str], items: int, letters: int) -> None:
    room = Room(text=20, items=items, letters=letters)
    n = room.count(texts)
    cost = [min(len(text), 20) for text in texts]
    assert n <= items
    assert sum(cost[:n]) <= letters
    assert n == min(items, len(texts)) or sum(cost[: n + 1]) > letters


@given(st.text(max_size=80), st.integers(1, 60))
def test_a_name_is_shortened_to_its_room(name: str, letters: int) -> None:
    short = shortened(name, letters)
    assert len(short) <= letters
    assert short == name.strip() or (short.endswith("…") and name.strip().startswith(short[:-1]))
