"""What readers take away: tables that hold what the pages show and no formula, findings as the documents say."""

import csv
import json
import subprocess
from io import StringIO
from pathlib import Path

import pypandoc
import pytest
from conftest import ROOT
from edition_fixture import EVALUATION, FINDING, HOSTILE, make_edition
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from collective_impact.brand import read_brand
from collective_impact.language import in_language, languages, number, percent
from collective_impact.reporting.data_files.documentation import downloads_page
from collective_impact.reporting.data_files.downloads import write_downloads
from collective_impact.reporting.data_files.published_findings import PublishedFindings
from collective_impact.reporting.data_files.shown_numbers import shown_number
from collective_impact.reporting.edition import gather

TEXT = HOSTILE.replace("\u202e", "")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write the downloads of the small report: its folder and what the pages are told to offer."""
    folder = tmp_path_factory.mktemp("report")
    return folder, write_downloads(make_edition(folder), folder)


def rows(file: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig")), delimiter=delimiter))


def test_every_table_and_the_figures_behind_every_picture_are_files(written):
    folder, offered = written
    names = {file.name for file in (folder / "tables").iterdir()}
    own = {f"{EVALUATION}-fig-course.csv", f"{EVALUATION}-tbl-change.csv"}
    assert names == own | {"findings.csv", "checks.csv", "recommendations.csv"}
    assert all((folder / each.file).is_file() for each in offered)
    assert rows(folder / "tables" / f"{EVALUATION}-fig-course.csv") == [
        ["Period", "Share"],
        ["2024", "70.1"],
        ["2025", "74.0"],
    ]
    assert rows(folder / "tables/checks.csv")[1][:2] == [FINDING.id, "At least 8 periods"]


def test_figures_are_as_shown_and_texts_are_no_formulae(written):
    file = written[0] / "tables" / f"{EVALUATION}-tbl-change.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows(file)[1:] == [[f"'{TEXT}", "-1234.5", "0.12", "fewer than 11"], ["South", "2", "", "40"]]


def test_the_workbook_has_the_colours_of_the_brand(tmp_path):
    brand = read_brand(ROOT / "tests/data/second-brand/_brand.yml")
    write_downloads(make_edition(tmp_path), tmp_path, brand=brand)
    contents = load_workbook(tmp_path / "tables.xlsx").worksheets[0]
    assert contents["A1"].font.color.rgb[-6:] == brand.colour("primary").removeprefix("#").upper()
    assert brand.colour("primary") != read_brand().colour("primary")


def test_with_a_decimal_comma_columns_stand_between_semicolons(tmp_path):
    write_downloads(make_edition(tmp_path), tmp_path, decimal_comma=True)
    assert rows(tmp_path / "tables" / f"{EVALUATION}-tbl-change.csv", ";")[1][1:3] == ["-1234,5", "0,12"]


def test_the_workbook_leads_from_its_contents_to_typed_cells(written):
    workbook = load_workbook(written[0] / "tables.xlsx")
    contents = workbook.worksheets[0]
    (place,) = (row[0] for row in contents.iter_rows(min_row=5) if row[1].value == "Where it changed")
    sheet = workbook[place.hyperlink.location.split("!")[0].strip("'")]
    assert sheet.freeze_panes == "A5"
    assert "formative" in sheet["A2"].value.lower()
    name, change, share, hidden = sheet[5]
    assert (name.value, name.data_type, name.quotePrefix) == (TEXT, "s", True)
    assert (change.value, change.number_format) == (-1234.5, "#,##0.0")
    assert (share.value, share.number_format) == (0.12, "0%")
    assert hidden.value == "fewer than 11"
    assert sheet["B6"].number_format == "+0;-0;0"


def test_a_table_whose_id_leads_out_of_the_folder_is_left_out(tmp_path):
    folder = tmp_path / "a/b"
    make_edition(folder)
    notebook = folder / "runs" / EVALUATION / "notebook.ipynb"
    notebook.write_text(notebook.read_text().replace("tbl-change", "tbl-/../../../out"))
    write_downloads(gather(make_edition(tmp_path / "c").record, list((folder / "runs").iterdir())), folder)
    names = {file.name for file in (folder / "tables").iterdir() if file.name.startswith(EVALUATION)}
    assert names == {f"{EVALUATION}-fig-course.csv"}
    assert not list(tmp_path.glob("*.csv"))


def test_equal_reports_give_equal_files(written, tmp_path):
    write_downloads(make_edition(tmp_path, seconds=9), tmp_path)
    for file in (path for path in written[0].rglob("*") if path.is_file() and "runs" not in path.parts):
        assert file.read_bytes() == (tmp_path / file.relative_to(written[0])).read_bytes(), file.name


def test_all_findings_stand_in_one_file(written):
    found = PublishedFindings.model_validate_json((written[0] / "findings.json").read_text())
    (evaluation,) = found.evaluations
    assert evaluation.findings == (FINDING,)
    assert (evaluation.template, evaluation.status, evaluation.rows[1].rows) == (EVALUATION, "ok", 120)
    assert found.since.new == (FINDING.id,)


def test_the_page_about_the_files_is_up_to_date_and_tells_every_key():
    page = downloads_page()
    assert (ROOT / "docs/findings.md").read_text() == page
    schema = PublishedFindings.model_json_schema()
    for name, model in {"PublishedFindings": schema, **schema["$defs"]}.items():
        if "properties" in model:
            section = page.split(f"### {name}\n")[1].split("\n### ")[0]
            assert not [key for key in model["properties"] if f"`{key}`" not in section], name


def test_the_reference_is_read_by_programs_that_keep_references(written):
    read = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from", "bibtex", "--to", "csljson", written[0] / "citation.bib"],
        capture_output=True,
        check=True,
        text=True,
    )
    (from_bibtex,), (own,) = json.loads(read.stdout), json.loads((written[0] / "citation.json").read_text())
    for entry in (from_bibtex, own):
        assert "".join(entry["title"].replace('<span class="nocase">', "").split("</span>")) == "Everyone: 100% & more"
        assert entry["author"] == [{"literal": "Region North"}]
        assert entry["type"] == "report"
    assert own["issued"] == {"date-parts": [[2025, 12, 31]]}


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(0, 3), st.sampled_from(languages()))
def test_a_figure_that_was_shown_is_read_as_it_was_shown(value, digits, language):
    with in_language(language):
        found = shown_number(number(value, digits))
        assert found.written() == f"{round(value, digits) + 0.0:.{digits}f}"
        share = shown_number(percent(value / 1e9, digits))
        assert share.percent
        assert share.written() == f"{round(value / 1e9, digits + 2) + 0.0:.{digits + 2}f}"


@pytest.mark.parametrize("text", ["007", "1,23,4", "1.2.3", "4.1 (1.6 to 6.5)", "2021–2022", "", "–", "< 0.001", "１"])
def test_what_is_no_figure_stays_text(text):
    with in_language("en"):
        assert shown_number(text) is None
