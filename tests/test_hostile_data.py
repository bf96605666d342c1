"""Names from the data may hold anything: in a report they are the text they are, and nothing of them acts."""

import csv
import json
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from conftest import EXAMPLE
from test_rendering_in_a_browser import browser  # noqa: F401 - a fixture

SCRIPT = "<script>document.title='taken'</script>"
LINK = "[here](javascript:alert(1))"
TYPST = '#read("/etc/passwd") $x$ @fig-run-chart'
RAW = "```{=html} <img src=x onerror=alert(1)> {{< include /etc/passwd >}}"
ATTRIBUTE = '"} onclick="alert(1)" {.callout-note fig-alt="'


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory):
    """A Swedish report over a package whose names try to act, made by the command line."""
    package = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("hostile") / "package")
    rewrite(package / "data/area.csv", "area_id", "california", name=f"{SCRIPT} {ATTRIBUTE}", name_sv="")
    rewrite(
        package / "data/indicator.csv",
        "indicator_id",
        "cigarette-sales",
        name=f"{TYPST} {LINK}",
        unit=RAW + '\nper \\" person \u2028\\',
        name_sv="",
        unit_sv="",
    )
    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["initiative"]["title"] = f"=cmd|' /C calc'!A0 {SCRIPT} {TYPST}"
    descriptor["initiative"]["goal"] = f"::: {{.callout-note}}\n# A heading\n:::\n{RAW}\u202e\u200b"
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    command = [sys.executable, "-m", "collective_impact", "run", str(package), "--out", "out"]
    command += ["--method", "formative", "--language", "sv"]
    done = subprocess.run(command, cwd=package.parent, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return package.parent / "out/california-tobacco-control/2000-12-31/sv-formative"


def rewrite(file, key, row, **cells):
    rows = list(csv.DictReader(file.open(newline="")))
    rows = [{**each, **cells} if each[key] == row else each for each in rows]
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)


class Attributes(HTMLParser):
    """Every attribute of a page, as a browser would see it."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen += [(name, value or "") for name, value in attrs]


def test_the_pages_hold_no_markup_of_theirs(hostile_report):
    for page in hostile_report.glob("*.html"):
        text = page.read_text()
        assert "<script>document" not in text
        assert "<img src=x" not in text
        found = Attributes()
        found.feed(text)
        assert not [name for name, _value in found.seen if name.startswith("on")]
        assert not [value for name, value in found.seen if name in {"href", "src"} and ":" in value.split("/")[0]]
        assert "\u202e" not in text
        assert "<h1" not in text.replace("<h1", "", 1)


def test_the_names_are_shown_as_the_text_they_are(hostile_report):
    page = (hostile_report / "formative_outcome.html").read_text()
    assert "&lt;script&gt;document.title" in page
    assert "#read(" in page
    assert "[here](javascript:alert(1))" in page


def test_typst_reads_nothing_and_shows_the_text(hostile_report):
    pypdf = pytest.importorskip("pypdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(hostile_report / "report.pdf").pages)
    assert "root:" not in text
    assert "#read" in text


def test_no_script_of_theirs_runs(hostile_report, browser):  # noqa: F811
    for name in ("index", "formative_outcome", "learning_report"):
        page = browser.new_page()
        said = []
        page.on("dialog", lambda dialog, said=said: (said.append(dialog.message), dialog.dismiss()))
        page.goto((hostile_report / f"{name}.html").as_uri())
        page.wait_for_timeout(500)
        assert not said
        assert page.title() != "taken"
        page.close()


def test_the_report_is_swedish(hostile_report):
    page = (hostile_report / "formative_outcome.html").read_text()
    assert '<html lang="sv"' in page
    for words in ("Är indikatorerna på rätt väg", "Figur", "Tabell", "Vad betyder det?"):
        assert words in page, words
    for words in ("Key findings", "Figure ", "Now what", "Data at hand", "evidence"):
        assert words not in page, words


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp/elsewhere", "..", "a/b", "CON\x00"])
def test_a_package_cannot_choose_where_its_report_goes(name, package):
    from collective_impact.data.reading import check_package

    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["name"] = name
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    check = check_package(package)
    assert check.initiative is None
    assert any(problem.field == "name" for problem in check.problems)
