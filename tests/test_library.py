"""The library: all reports below a folder, found, linked and narrowed down; what is strange stays as it is."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from collective_impact.errors import InputError
from collective_impact.framework.vocabulary import inquiries
from collective_impact.reporting.library.library import is_library, reports_below, write_library

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ALL = [each.id for each in inquiries()]
HOSTILE = "<script>alert(1)</script> {{< include x >}} *a* \u202egnp"


def add_report(out: Path, initiative: str, day: str, language: str, title: str = "", runs: list[str] | None = None,
               status: str = "ok") -> Path:  # fmt: skip
    """Put a report's folder where a run would put it."""
    folder = out / initiative / day / language
    folder.mkdir(parents=True)
    record = {
        "initiative": initiative,
        "title": title or initiative.title(),
        "as_of": day,
        "language": language,
        "folder_name": language,
        "runs": dict.fromkeys([*(ALL if runs is None else runs), "learning_report"], status),
        "facts": {"id": initiative, "title": title or initiative},
    }
    (folder / "report.json").write_text(json.dumps(record), encoding="utf-8")
    for name in ("index", *record["runs"]):
        (folder / f"{name}.html").write_text("a page")
    return folder


class Read(HTMLParser):
    """A library page: its links, the reports' data, the choices, its text and language."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.reports: list[dict[str, str | None]] = []
        self.choices: list[str | None] = []
        self.scripts: list[str | None] = []
        self.text, self.language = "", ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [str(found["href"])] if tag == "a" else []
        self.reports += [found] if tag == "article" else []
        self.choices += [found["data-filter"]] if tag == "select" else []
        self.scripts += [found.get("src")] if tag == "script" else []
        self.language = str(found["lang"]) if tag == "html" else self.language

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def out(tmp_path) -> Path:
    """Reports of three initiatives, most of them in Swedish."""
    out = tmp_path / "reports"
    add_report(out, "alla-i-mal", "2024-12-31", "sv", "Alla i mål")
    add_report(out, "alla-i-mal", "2025-12-31", "sv", "Alla i mål")
    add_report(out, "alla-i-mal", "2025-12-31", "en", "Everyone over the line")
    add_report(out, "part", "2023-06-30", "sv", "Del", ["summative_outcome"])
    add_report(out, "odd one", "2000-12-31", "en", HOSTILE, ["readiness", "formative_system"], status="failed")
    return out


def test_every_report_is_linked_by_initiative_and_date_with_its_methods_and_levels(out) -> None:
    page = write_library(out)
    assert page == out / "index.html"
    read = Read(page)
    assert read.language == "sv"
    assert "Läranderapporter" in read.text
    assert "Data till och med 31 december 2025" in read.text
    assert [(r["data-initiative"], r["data-year"], r["data-language"]) for r in read.reports] == [
        ("alla-i-mal", "2025", "en"), ("alla-i-mal", "2025", "sv"), ("alla-i-mal", "2024", "sv"),
        ("odd one", "2000", "en"), ("part", "2023", "sv"),
    ]  # fmt: skip
    assert read.reports[-1]["data-method"] == "summative"
    assert read.reports[-1]["data-level"] == "outcome"
    assert read.choices == ["initiative", "year", "language", "method", "level"]
    targets = [unquote(link) for link in read.links if not link.startswith("#")]
    assert len(targets) == 5 + 3 * len(ALL) + 1 + 2
    assert all((out / target).is_file() for target in targets)
    assert write_library(out).read_bytes() == page.read_bytes()


def test_titles_of_the_data_stay_text(out) -> None:
    read = Read(write_library(out))
    assert read.scripts == ["library-assets/library.js"]
    assert HOSTILE.replace("\u202e", "") in read.text
    items = yaml.safe_load((out / "library.yml").read_text(encoding="utf-8"))
    assert not [sign for item in items for sign in "<>{}*" if sign in json.dumps(item["title"])]
    assert {"path", "title", "date", "language", "methods", "levels", "categories"} == set(items[0]) - {"initiative"}
    assert items[0]["path"] == "alla-i-mal/2025-12-31/en/index.html"


def test_a_record_that_cannot_be_read_is_named_and_the_rest_is_shown(out) -> None:
    for number, content in enumerate(["{", "[]", '{"initiative": "x"}', "\udcff"]):
        folder = out / "broken" / f"2020-01-0{number + 1}" / "en"
        folder.mkdir(parents=True)
        (folder / "report.json").write_bytes(content.encode(errors="surrogateescape"))
    (out / ".alla-i-mal-staging" / "2025-12-31" / "sv").mkdir(parents=True)
    (out / ".alla-i-mal-staging/2025-12-31/sv/report.json").write_text("{}")
    read = Read(write_library(out))
    assert [name for name in range(1, 5) if f"broken/2020-01-0{name}/en" not in read.text] == []
    assert "staging" not in read.text
    assert len(read.reports) == 5


def test_what_a_stranger_put_there_stays(out) -> None:
    for name in ("index.html", "library.yml"):
        (out / name).write_text("mine")
    assert write_library(out) == out / "library.html"
    assert is_library(out)
    (out / "library.html").write_text("mine as well")
    assert write_library(out) is None
    assert not is_library(out)
    assert [(out / name).read_text() for name in ("index.html", "library.yml", "library.html")] == [
        "mine",
        "mine",
        "mine as well",
    ]


def test_a_folder_that_cannot_be_written_is_named(tmp_path) -> None:
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(InputError, match="file: found"):
        write_library(place)


def test_reports_are_found_from_their_own_folder_and_from_above(out) -> None:
    one = out / "alla-i-mal/2025-12-31/sv"
    assert reports_below(one) == (one,)
    assert len(reports_below(out / "alla-i-mal")) == 3
    assert len(reports_below(out)) == 5
    assert reports_below(out / "nowhere") == ()
    (out / "latest").symlink_to(out / "alla-i-mal")
    (out / "part/2024-06-30").symlink_to(add_report(out.parent / "elsewhere", "part", "2024-06-30", "sv").parent)
    assert len(reports_below(out)) == 5
    assert len(reports_below(out / "latest")) == 3
    empty = out / "empty"
    empty.mkdir()
    assert Read(write_library(empty)).reports == []


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_choices_narrow_the_list_down_in_a_browser(out) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    library = write_library(out)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.goto(library.as_uri())
        assert page.locator(".report:visible").count() == 5
        page.select_option("[data-filter=language]", "en")
        assert page.locator(".report:visible").count() == 2
        page.select_option("[data-filter=level]", "context")
        assert page.locator(".report:visible h3").all_inner_texts() == ["Data till och med 31 december 2025"]
        page.select_option("[data-filter=initiative]", "part")
        assert page.locator(".initiative:visible").count() == 0
        assert page.locator(".none").inner_text() == "Ingen rapport passar det valet."
        still = browser.new_context(java_script_enabled=False).new_page()
        still.goto(library.as_uri())
        assert still.locator(".report:visible").count() == 5
        assert not still.locator(".choices").is_visible()
        browser.close()
