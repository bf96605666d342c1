"""The summary as a Word file: real styles, pictures with their words, equal bytes, and no text that acts."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rendering_fixture import make_site

from collective_impact.reporting.embedded.word import begin_docx
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.renderer import Document, Page, RenderError, Site

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    '=1+1 {{< include /etc/passwd >}} <w:fldSimple w:instr="INCLUDETEXT"/> `<w:p/>`{=openxml} '
    "[x](javascript:alert(1)) [y](file:///etc/passwd) ![z](https://example.org/spy.png) \\\\field "
    "<script>alert(1)</script>"
)


def word(folder: Path, body: str = "", **changed: object) -> dict[str, str]:
    """Parts of a Word file by their names; pictures as their length."""
    site = make_site(folder / "figures", **{key: changed[key] for key in changed if key != "page"})
    pages = {page.name: page for page in site.pages}
    like = pages["summative_outcome"]
    both = f"{pages['index'].body}\n\n{like.body}"
    page = replace(like, name="summary", body=body or both, **changed.get("page", {}))
    out = folder / "out"
    out.mkdir(exist_ok=True)
    document = Document("summary", "Summary", "summary", (page,), formats=("docx",))
    ((file,),) = finished([begin_docx(site, document, out, folder / "work")])
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> dict[str, str]:
    return word(tmp_path_factory.mktemp("word"), language="sv")


def styles_of(parts: dict[str, str]) -> list[str]:
    root = ElementTree.fromstring(parts["word/document.xml"])
    return [style.get(f"{W}val") for style in root.iter(f"{W}pStyle")]


def test_every_part_is_sound_and_every_style_is_there(parts: dict[str, str]) -> None:
    for name, text in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(text)
    styles = ElementTree.fromstring(parts["word/styles.xml"])
    defined = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    document = ElementTree.fromstring(parts["word/document.xml"])
    used = {e.get(f"{W}val") for kind in ("pStyle", "rStyle", "tblStyle") for e in document.iter(f"{W}{kind}")}
    assert used <= defined
    assert {"Title", "Subtitle", "Heading1", "KeyFindings", "FigureTitle", "Figure", "Strength", "Table"} <= used
    assert next(iter(parts)) == "[Content_Types].xml"


def test_it_says_what_it_is(parts: dict[str, str]) -> None:
    assert "<dc:title>What difference did the effort make to reading?</dc:title>" in parts["docProps/core.xml"]
    assert "<dc:creator>Riverside Reads backbone team</dc:creator>" in parts["docProps/core.xml"]
    assert 'w:val="sv-SE"' in parts["word/styles.xml"]
    assert "docProps/custom.xml" not in parts
    assert "Riverside Reads" in parts["word/footer.xml"]
    assert not any("/tmp/" in text for name, text in parts.items() if name.endswith((".xml", ".rels")))


def test_pictures_have_words_and_tables_have_heads(parts: dict[str, str]) -> None:
    document = parts["word/document.xml"]
    words = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', document)
    assert len(words) == len([name for name in parts if name.startswith("word/media/")]) == 2
    assert all(len(each) > 20 for each in words)
    assert document.count("<w:tblHeader") == document.count("<w:tbl>")
    assert "vega" not in document


def test_equal_input_gives_equal_bytes(parts: dict[str, str], tmp_path: Path) -> None:
    assert word(tmp_path, language="sv") == parts
    with zipfile.ZipFile(tmp_path / "out/summary.docx") as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_of_the_data_acts(tmp_path: Path) -> None:
    made = word(tmp_path, body=HOSTILE, page={"title": "<w:p/> & \u202eTITLE", "subtitle": "=cmd|'/C calc'!A0"})
    document = made["word/document.xml"]
    assert "fldSimple" not in re.sub(r"<w:t[ >].*?</w:t>", "", document, flags=re.DOTALL)
    assert "instrText" not in document
    targets = re.findall(
        r'Target="([^"]+)" TargetMode="External"|TargetMode="External" Target="([^"]+)"',
        made["word/_rels/document.xml.rels"],
    )
    assert targets == []
    assert not any(name.startswith("word/media/") for name in made)
    shown = " ".join(ElementTree.fromstring(document).itertext())
    assert "<script>alert(1)</script>" in shown
    assert "<w:p/> & " in shown


def test_links_lead_to_the_web_only(tmp_path: Path) -> None:
    made = word(tmp_path, body="[a](https://example.org/a) [b](mailto:b@example.org) [c](summative_outcome.html)")
    assert sorted(
        re.findall(r'Target="((?:https?|mailto):[^"]*|[^"]*\.html)"', made["word/_rels/document.xml.rels"])
    ) == [
        "https://example.org/a",
        "mailto:b@example.org",
    ]


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_bytes(b"no picture")
    page = Page("summary", "T", "![**T.**](figures/broken.svg){#fig-a fig-alt='x'}", tmp_path)
    site = Site("T", "en", (Page("index", "T", ""),), date(2025, 12, 31))
    with pytest.raises(RenderError, match=r"broken\.svg: found no SVG"):
        begin_docx(site, Document("summary", "S", "summary", (page,), formats=("docx",)), tmp_path, tmp_path / "work")
    assert not (tmp_path / "summary.docx").exists()
