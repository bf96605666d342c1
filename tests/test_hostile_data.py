"""Texts from the data may hold anything: in a report they are the text they are, and nothing of them acts."""

import csv
import json
import re
import zipfile
from html.parser import HTMLParser

import openpyxl
import pypdf
import pytest
from test_rendering_in_a_browser import browser  # noqa: F401 - a fixture

SHOWN = (
    "<script>document.title='taken'</script>",
    "[here](javascript:document.title='taken')",
    '#read("/etc/passwd")',
    "```{=html}",
    "{{< include /etc/passwd >}}",
    "\\input{/etc/passwd}",
    "=HYPERLINK(",
    "../../../etc/passwd",
)
"""What pages and documents must show as it is."""
INVISIBLE = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\ufeff"


class Markup(HTMLParser):
    """Tags and attributes of a page, and its text, as a browser would see them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.seen, self.text, self._script = [], [], [], None
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.seen += [(tag, name, value or "") for name, value in attrs]
        self._script = dict(attrs) if tag == "script" else None

    def handle_data(self, data):
        if self._script is None:
            self.text.append(data)
        elif data.strip():
            assert self._script.get("type") == "application/json", data[:80]

    def handle_endtag(self, tag):
        self._script = None


@pytest.fixture(scope="session")
def pages(planted_report):
    return {page.stem: Markup(page) for page in planted_report.glob("*.html")}


def test_the_pages_hold_no_markup_of_theirs(pages):
    assert len(pages) > 15
    for name, page in pages.items():
        assert page.tags.count("h1") == 1, name
        assert not {"iframe", "object", "embed", "form", "base", "link-rel", "foreignobject"} & {*page.tags}, name
        assert not [seen for seen in page.seen if seen[1].startswith("on") or seen[1] == "style"], name
        for tag, attribute, value in page.seen:
            if attribute in {"href", "src", "action", "xlink:href"} and tag != "link":
                assert re.match(r"(#|https?://|mailto:|[\w./-]+$|[\w./-]+#)", value), (name, value)
                assert "example.org" not in value, (name, value)


def test_every_page_forbids_what_it_does_not_need(pages):
    for name, page in pages.items():
        policies = [value for tag, attribute, value in page.seen if tag == "meta" and "default-src" in value]
        assert len(policies) == 1, name
        assert "default-src 'none'" in policies[0]
        assert "unsafe" not in policies[0]


def test_the_texts_are_shown_as_the_text_they_are(pages):
    everything = "\n".join("".join(page.text) for page in pages.values())
    assert not [text for text in SHOWN if text not in everything]
    assert not [sign for sign in INVISIBLE if sign in everything]


def test_a_text_of_a_hundred_thousand_letters_costs_nothing_but_room(planted_report, pages):
    assert "long long long" in "".join(pages["formative_context"].text + pages["summative_context"].text)
    assert len(pypdf.PdfReader(planted_report / "brief.pdf").pages) == 1


@pytest.mark.parametrize("name", ["brief", "summary", "report"])
def test_typst_reads_nothing_and_shows_the_text(planted_report, name):
    reader = pypdf.PdfReader(planted_report / f"{name}.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    assert "root:" not in text
    links = [each.get_object() for page in reader.pages for each in page.get("/Annots", [])]
    targets = [str(link["/A"].get("/URI", "")) for link in links if "/A" in link]
    assert not [target for target in targets if "example.org" in target or "javascript" in target]
    if name == "report":
        assert "#read(" in text


def test_the_word_file_holds_no_fields_and_leads_nowhere_of_theirs(planted_report):
    with zipfile.ZipFile(planted_report / "summary.docx") as packed:
        parts = {part: packed.read(part).decode("utf-8", errors="ignore") for part in packed.namelist()}
    assert not [name for name in parts if "vba" in name.lower() or "embeddings" in name]
    for name, part in parts.items():
        assert {field.strip() for field in re.findall(r"<w:instrText[^>]*>([^<]*)<", part)} <= {"PAGE", "NUMPAGES"}, (
            name
        )
        assert "fldSimple" not in part, name
        if name.endswith(".rels"):
            outside = re.findall(r'Target="([^"]+)"[^>]*TargetMode="External"', part)
            assert not [target for target in outside if "example.org" in target or "javascript" in target]


def test_no_cell_of_a_spreadsheet_calculates(planted_report):
    book = openpyxl.load_workbook(planted_report / "tables.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    for file in (planted_report / "tables").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.reader(handle):
                assert not [cell for cell in row if cell[:1] in ("=", "@", "\t") or re.match(r"[+-](?![\d.,])", cell)]


def test_nothing_of_theirs_runs_or_leaves(planted_report, browser):  # noqa: F811
    for path in sorted(planted_report.glob("*.html")):
        page = browser.new_page()
        said, asked = [], []
        page.on("dialog", lambda dialog, said=said: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_timeout(200)
        assert not said, path.name
        assert page.title() != "taken", path.name
        assert not [url for url in asked if not url.startswith(("file:", "data:"))], path.name
        page.close()


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp/elsewhere", "..", "a/b", "CON\x00"])
def test_a_package_cannot_choose_where_its_report_goes(name, package):
    from collective_impact.data.reading import check_package

    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["name"] = name
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    check = check_package(package)
    assert check.initiative is None
    assert any(problem.field == "name" for problem in check.problems)
