"""What a page may hold: the check refuses everything else, and one page shows all of it in both formats."""

import datetime
import re
from pathlib import Path

import pypdf
import pytest
from rendering_fixture import whole

from collective_impact.brand import read_brand
from collective_impact.errors import InputError
from collective_impact.reporting import constructs
from collective_impact.reporting.constructs import EXAMPLES, check_sources, page_body, unknown_constructs
from collective_impact.reporting.edition import read_edition
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.renderer import Page, Profile, RenderError, Site
from collective_impact.reporting.site import learning_site
from collective_impact.shipped import shipped

CONFORMANCE = shipped("reports/conformance.qmd")


def render(body: str, out: Path, profile: Profile = "public", language: str = "en") -> tuple[str, str]:
    """Give the HTML and the PDF's text of a report of one page with the conformance page's pictures."""
    out.mkdir()
    pages = (Page("index", "A page", body, shipped("reports/figures")),)
    day = datetime.date(2020, 12, 31)
    site = Site("A report", language, pages, day, documents=(whole(pages),), profile=profile)
    rendered = EmbeddedRenderer().render(site, out)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(rendered.files["report.pdf"]).pages)
    return rendered.pages[0].read_text(encoding="utf-8"), " ".join(text.split())


@pytest.fixture(scope="module")
def conformance(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return render(page_body(CONFORMANCE.read_text(encoding="utf-8")), tmp_path_factory.mktemp("c") / "site")


def test_templates_and_pages_hold_only_what_both_renderers_show() -> None:
    assert check_sources() > 100


def test_the_pages_of_a_report_hold_only_what_both_renderers_show(example_report) -> None:
    site = learning_site(read_edition(example_report.folder), read_brand())
    chapters = [page for document in site.documents for page in document.chapters]
    assert [wrong for page in (*site.pages, *chapters) for wrong in unknown_constructs(page.body, page.name)] == []


def test_the_conformance_page_holds_every_construct() -> None:
    source = CONFORMANCE.read_text(encoding="utf-8")
    assert [name for name, example in EXAMPLES.items() if example not in source] == []


@pytest.mark.parametrize(
    ("markdown", "found", "line"),
    [
        ("Text.\n\n<b>x</b> y", "raw html: <b>", 3),
        ("```{=html}\n<script>alert(1)</script>\n```", "raw html: <script>", 2),
        ("```{python}\n1\n```", "code with attributes", 1),
        ("a\n\n{{< video x >}}", "a shortcode", 3),
        ("::: {.grid}\nx\n:::", "a box with the attributes {.grid}", 1),
        ("::: {.callout-danger}\nx\n:::", "a box with the attributes {.callout-danger}", 1),
        ('::: {.callout-note icon="false"}\nx\n:::', "a box with the attributes", 1),
        ("::: {layout-ncol=9}\nx\n:::", "9 columns", 1),
        ('::: {.content-visible when-format="html"}\nx\n:::', "a box with the attributes", 1),
        ("::: {.content-visible}\nx\n:::", "content for no profile", 1),
        ("::: {.panel-tabset}\nx\n\n### A\n:::", "tabs that do not begin with a heading", 1),
        ("Text.\n::: {.lead}\nx\n:::", "markup that stays as text", 2),
        ("[x]{.smallcaps}", "words with the attributes {.smallcaps}", 1),
        ("[x]{.strength .strength-huge}", "words with the attributes", 1),
        ("# Title", "a heading of the first level", 1),
        ("## Title {.unnumbered}", "a heading with the attributes", 1),
        ("![A](figures/a.svg){#fig-a}", "a figure without", 1),
        ('![A](https://elsewhere.example/a.svg){#fig-a fig-alt="x"}', "a picture from https://elsewhere.example", 1),
        ("In ![a](figures/a.svg) a line", "a picture that is not a paragraph", 1),
        ("[x](javascript:alert)", "a link to javascript:alert", 1),
        ("[x](../other.pdf)", "a link to ../other.pdf", 1),
        ("A share $p$ of", "mathematics in a line", 1),
        ("$$x^2$$", "an equation without", 1),
        ('$$\\nothing$$ {#eq-a alt="x"}', "a formula that cannot be set", 1),
        ("As @nobody2020 says", "a citation of @nobody2020", 1),
        ("As [@fig-a; @abadie2010] say", "a citation together with a reference", 1),
        ("a\n\n| line\n| block", "what the renderers read differently: line", 3),
        ("- [ ] to do", "what the renderers read differently", 1),
        ("+---+\n| a |\n+---+", "what the renderers read differently", 2),
    ],
)
def test_what_one_renderer_cannot_show_is_refused(markdown: str, found: str, line: int) -> None:
    problem, *_ = unknown_constructs(markdown, "somewhere")
    assert problem.found.startswith(found)
    assert (problem.place, problem.row) == ("somewhere", line)


def test_the_command_names_file_cell_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reports" / "page.qmd"
    page.parent.mkdir()
    page.write_text('---\ntitle: "A page"\n---\n\nText.\n\n<i>x</i>\n\n::: {.grid}\nx\n:::\n', encoding="utf-8")
    monkeypatch.setattr(constructs, "shipped", lambda relative: tmp_path / relative)
    assert constructs.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["reports/page.qmd, line 7"] * 2 + ["reports/page.qmd, line 9"]
    with pytest.raises(InputError, match="expected one of the constructs"):
        check_sources()


def test_every_construct_comes_out_on_screen(conformance: tuple[str, str]) -> None:
    html, _ = conformance
    for number in ("Figure\u00a01.1", "Figure\u00a01.5", "Table\u00a01.1", "Equation\u00a01.1"):
        assert number in html
    assert '<a href="#sec-text" class="reference">Text</a>' in html
    assert re.search(r'<div class="side-by-side columns-2">\s*<div class="cell">\s*<figure', html)
    assert html.count('<div class="tab">') == 2
    assert html.count('class="margin-note" role="note"') == 2
    assert re.search(r'<div class="equation" id="eq-wilson".*?<math alttext="The limits', html)
    assert re.search(r'<a href="#ref-abadie2010"[^>]*>2010</a>', html)
    assert html.count('class="csl-entry"') == 3
    assert '<h2 id="list-of-references">References</h2>' in html
    assert "between $5 and $10" in html
    assert "$x$" in html
    assert "Only for those who work on the report" not in html
    contents = html.split('<nav aria-label="On this page">')[1].split("</nav>")[0]
    assert "By year" not in contents


def test_every_construct_comes_out_on_paper(conformance: tuple[str, str]) -> None:
    _, text = conformance
    for shown in (
        "Figure 1.1 and Figure 1.2 stand side by side",
        "By year",
        "What is in the second tab",
        "This note stands in the margin.",
        "A figure that ends a box",
        "follows from Equation 1.1",
        "(1.1)",
        "goes back to Abadie et al. (2010)",
        "https://doi.org/10.1257/aer.20190159",
        "between $5 and $10",
    ):
        assert shown in text
    assert "Only for those who work on the report" not in text


def test_content_for_one_profile_is_in_its_pages_only(tmp_path: Path) -> None:
    body = '::: {.content-visible when-profile="internal"}\nInside, @fig-a.\n:::\n\nOutside.\n\n'
    body += '::: {.content-visible when-profile="public"}\nFor all.\n:::'
    for profile, seen in (("internal", [True, False]), ("public", [False, True])):
        shown = render(body, tmp_path / profile, profile)
        assert [["Inside" in text, "For all" in text] for text in shown] == [seen, seen]


def test_a_picture_for_one_profile_is_published_for_it_alone(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    body = '::: {.content-visible when-profile="internal"}\n![A.](figures/dot.png){#fig-a fig-alt="A dot"}\n:::'
    pages = (Page("index", "A page", body, tmp_path),)
    profiles: tuple[tuple[Profile, bool], ...] = (("internal", True), ("public", False))
    for profile, shown in profiles:
        out = tmp_path / profile
        out.mkdir()
        EmbeddedRenderer().render(Site("A report", "en", pages, datetime.date(2020, 12, 31), profile=profile), out)
        assert (out / "figures" / "index" / "dot.png").is_file() == shown


def test_what_is_meant_for_a_condition_nobody_can_judge_stays_out(tmp_path: Path) -> None:
    body = '::: {.content-visible when-profile="public" unless-format="html"}\nSecret.\n:::'
    body += "\n\n[Secret]{.content-hidden} x"
    assert not any("Secret" in shown for shown in render(body, tmp_path / "site"))


def test_a_citation_without_entry_names_page_and_key(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"^index: no entry in the bibliography for @nobody2020; .*abadie2010"):
        render("As [@abadie2010; @nobody2020] say.", tmp_path / "site")


def test_citations_speak_the_language_of_the_report(tmp_path: Path) -> None:
    html, _ = render("As @abadie2010 say.", tmp_path / "site", language="sv")
    assert "Abadie m.fl." in html
