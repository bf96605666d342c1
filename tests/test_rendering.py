"""The embedded renderer: what it makes is whole, accessible, safe, and the same every time."""

import dataclasses
import datetime
import filecmp
import itertools
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest
from rendering_fixture import make_site, whole, write_report

from collective_impact.blocks import Table
from collective_impact.brand import read_brand
from collective_impact.errors import InputError
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.renderer import WORDS, Page, Rendered, RenderError, Site
from collective_impact.shipped import shipped

VOID = {"meta", "link", "img", "hr", "br", "input", "col"}


class Outline(HTMLParser):
    """Elements of a page with their attributes, in order, and the text of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def words_of(pdf: Path) -> str:
    """Give the text of a PDF with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return write_report(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def evaluation(report: Rendered) -> str:
    return report.pages[1].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf_text(report: Rendered) -> str:
    return words_of(report.files["report.pdf"])


def render_one(body: str, tmp_path: Path, words: Mapping[str, str] = WORDS) -> tuple[str, str]:
    """Give the HTML and the PDF's text of a report of one page."""
    out = tmp_path / "site"
    out.mkdir()
    pages = (Page("index", "A page", body, tmp_path),)
    day = datetime.date(2020, 12, 31)
    site = Site("A report", "en", pages, day, words=words, documents=(whole(pages),))
    rendered = EmbeddedRenderer().render(site, out)
    return rendered.pages[0].read_text(encoding="utf-8"), words_of(rendered.files["report.pdf"])


def test_nothing_is_fetched_from_outside(report: Rendered) -> None:
    for path in report.pages:
        outline = Outline(path.read_text(encoding="utf-8"))
        wanted = [value for _, a in outline.elements for name, value in a.items() if name in {"src", "srcset", "data"}]
        wanted += [a["href"] for a in outline.named("link")]
        assert [target for target in wanted if not (path.parent / str(target)).is_file()] == []
        assert not any("style" in a or any(name.startswith("on") for name in a) for _, a in outline.elements)
    css = (report.pages[0].parent / "assets" / "report.css").read_text(encoding="utf-8")
    for target in re.findall(r"url\(\"?([^\")]*)", css):
        assert target.startswith("data:image/svg+xml,") or (report.pages[0].parent / "assets" / target).is_file()
    assert "@import" not in css


def test_every_page_can_be_read_without_seeing_it(report: Rendered) -> None:
    for path in report.pages:
        outline = Outline(path.read_text(encoding="utf-8"))
        levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        pictures = [a.get("aria-label") for _, a in outline.elements if a.get("role") == "img"]
        assert all([*pictures, *(a["alt"] for a in outline.named("img"))])
        ids = [a["id"] for _, a in outline.elements if "id" in a]
        assert len(ids) == len(set(ids))
        assert outline.named("html")[0]["lang"] == "en"
        assert len(outline.named("main")) == 1
        assert all(a.get("aria-label") for a in outline.named("nav"))
        targets = [str(a["href"]) for a in outline.named("a")]
        assert all(target[1:] in ids for target in targets if target.startswith("#"))
        assert all((path.parent / target).is_file() for target in targets if not target.startswith("#"))
        assert all(a["scope"] in {"row", "col"} for a in outline.named("th"))


def test_figures_and_tables_are_numbered_and_referred_to_alike_in_both_formats(evaluation: str, pdf_text: str) -> None:
    assert re.findall(r'class="number">([^<]*)<', evaluation) == [
        f"{word}\u00a02.{n}" for word, n in (("Figure", 1), ("Table", 1), ("Figure", 2))
    ]
    assert '<a href="#fig-gap" class="reference">Figure\u00a02.1</a>' in evaluation
    assert "@tbl-nothing" in evaluation
    assert "a@b.example" in evaluation
    for caption in ("Figure 2.1 After joining", "Figure 2.2 Only one", "Table 2.1 The difference in children"):
        assert caption in pdf_text
    assert WORDS["figures_elsewhere"] in pdf_text
    assert "<td" in evaluation.split('<details class="figure-data">')[1].split("</details>")[0]


def test_cells_of_a_table_say_where_they_stand_and_what_they_head(tmp_path: Path) -> None:
    html, _words = render_one("| | People |\n|:--|--:|\n| *North* | 3 |\n", tmp_path)
    cells = re.findall(r"<t[hd].*?</t[hd]>", html)
    assert cells == [
        "<td></td>",
        '<th class="right" scope="col">People</th>',
        '<th scope="row"><em>North</em></th>',
        '<td class="right">3</td>',
    ]


def test_constructs_come_out_as_what_they_mean(evaluation: str) -> None:
    assert '<span class="strength strength-moderate">Moderate evidence</span>' in evaluation
    assert '<details class="callout callout-note">' in evaluation
    assert "For whom did it work?" in evaluation.split('class="callout not-answered"')[1]
    assert '<details class="figure-data"><summary>Data behind the chart</summary>' in evaluation
    assert evaluation.index('id="fig-gap"') < evaluation.index('data-figure="fig-gap"') < evaluation.index("</figure>")


def test_the_pdf_is_an_accessible_document(report: Rendered, pdf_text: str) -> None:
    reader = pypdf.PdfReader(report.files["report.pdf"])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Riverside Reads"
    assert str(reader.metadata.creation_date).startswith("2020-12-31")
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()}
    assert fonts
    assert all("SourceSans3" in font for font in fonts)
    for page in ("Do more children read", "What difference did the effort make", "How well is the plan carried out"):
        assert page in pdf_text


def test_columns_on_paper_are_never_narrower_than_their_words(tmp_path: Path) -> None:
    columns = ["Recommendation", "Responsibility", "Considerations", "Organizations", "Date"]
    long = "A neighbouring municipality organizes conversations between professionals about attendance. " * 2
    body = Table(columns, [[long, "backbone organization", long, long, "14 February 2023"]], "T", "t").markdown()
    _html, pdf = render_one(body, tmp_path)
    assert not [word for word in [*columns, *long.split(), "organization", "February"] if word not in pdf], pdf


def test_two_renderings_are_the_same_bytes(report: Rendered, tmp_path: Path) -> None:
    again = write_report(tmp_path)
    first, second = report.pages[0].parent, again.pages[0].parent
    names = [str(path.relative_to(first)) for path in first.rglob("*") if path.is_file()]
    assert sorted(names) == sorted(str(path.relative_to(second)) for path in second.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(first, second, names, shallow=False)[1:] == ([], [])


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ('```{=typst}\n#panic("raw")\n```', '#panic("raw")'),
        ("```{=html}\n<script>alert(1)</script>\n```", "<script>alert(1)</script>"),
        ('`<img src=x onerror="alert(1)">`{=html}', '<img src=x onerror="alert(1)">'),
        ("<b onclick='x()'>bold</b>", "<b onclick='x()'>bold</b>"),
        (
            '```{=html}\n<script type="application/json" class="vega-lite" data-figure="a">{}</script><i></i>\n```',
            "<i></i>",
        ),
        (
            '```{=html}\n<script type="application/json" class="vega-lite" data-figure="a">not json</script>\n```',
            "not json",
        ),
        ("[press](javascript:alert)", "press"),
        ("[look](//elsewhere.example/x)", "look"),
        ("![picture](https://elsewhere.example/x.png)", "picture"),
        ("![picture](../secret.svg)", "picture"),
        ("A ![picture](figures/gap.svg) in a line", "picture"),
        ('#panic("x") $x^2$ \\#let', '#panic("x") $x^2$ #let'),
        ('[red]{style="color:red" onclick="x()"}', "red"),
    ],
)
def test_what_could_act_comes_out_as_text(markdown: str, shown: str, tmp_path: Path) -> None:
    html, text = render_one(markdown, tmp_path)
    article = Outline(html.split("</h1>")[1].split("</article>")[0])
    assert shown in "".join(article.text)
    assert {tag for tag, _ in article.elements} <= {"header", "p", "pre", "code", "span", "em"}
    assert all(a.keys() <= {"class"} for _, a in article.elements)
    assert shown in text


def test_text_around_the_body_is_never_markup(tmp_path: Path) -> None:
    hostile = '</title><script>alert(1)</script> #panic("x") $title$ *a* \\ 漢 😀'
    page = Page("index", hostile, "Body.", None, hostile, hostile, (hostile,), ((hostile, hostile),))
    site = Site(
        title=hostile,
        subtitle=hostile,
        language="sv",
        pages=(page,),
        documents=(whole((page,)),),
        groups=((hostile, ("index",)),),
        date=datetime.date(2020, 12, 31),
        words=dict.fromkeys(WORDS, hostile),
        facts=((hostile, hostile),),
        authors=(hostile,),
        publisher=hostile,
        citation=hostile,
        licence=hostile,
    )
    out = tmp_path / "site"
    out.mkdir()
    rendered = EmbeddedRenderer().render(site, out)
    outline = Outline(rendered.pages[0].read_text(encoding="utf-8"))
    assert all(script.keys() == {"src", "defer"} for script in outline.named("script"))
    assert "".join(outline.text).count(hostile) > 15
    assert '</title><script>alert(1)</script> #panic("x") $title$ *a* \\ □ □' in words_of(rendered.files["report.pdf"])


def test_the_list_of_covered_characters_is_that_of_the_fonts() -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    covered = {
        code
        for first, last in json.loads((shipped("reports/theme/fonts/covered.json")).read_text(encoding="utf-8"))
        for code in range(int(first, 16), int(last, 16) + 1)
    }
    in_fonts = set.intersection(*(set(ttlib.TTFont(font).getBestCmap()) for font in read_brand().fonts))
    assert covered - in_fonts <= {ord("\t"), ord("\n"), ord("\r")}
    assert in_fonts <= covered


def test_words_of_the_renderer_are_those_of_the_site(tmp_path: Path) -> None:
    words = {**WORDS, "figure": "Figur", "picture_missing": "Bilden saknas."}
    html, text = render_one(
        "![**Titel.**](figures/gone.svg){#fig-a fig-alt='Åar'}\n\nSe @fig-a.", tmp_path, words=words
    )
    assert "Figur\u00a01.1" in html
    assert "Bilden saknas. Åar" in html
    assert "Figur 1.1 Titel. Bilden saknas. Åar" in text
    assert "Se Figur 1.1." in text


@pytest.mark.parametrize("name", ["broken.png", "broken.svg"])
def test_a_damaged_picture_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no picture")
    with pytest.raises(RenderError, match=name):
        render_one(f"![**T.**](figures/{name}){{#fig-a fig-alt='x'}}", tmp_path)


def test_a_site_names_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    pages = (Page("Start", "a", ""), Page("b", "b", ""), Page("b", "b", ""))
    with pytest.raises(InputError) as caught:
        dataclasses.replace(
            site,
            pages=pages,
            groups=(("", ("c",)),),
            words={},
            documents=(whole(pages), dataclasses.replace(whole(pages), name="../x")),
        )
    assert len(caught.value.problems) == 5 + len(WORDS)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("text", ["ink", "muted", "teal", "orange"])
def test_text_stands_out_from_its_ground(text: str, ground: str, dark: bool) -> None:
    def luminance(name: str) -> float:
        hex_code = read_brand().colour(name, dark).lstrip("#")
        parts = [int(hex_code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(text), luminance(ground)))
    assert (high + 0.05) / (low + 0.05) >= 4.5
