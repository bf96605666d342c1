"""The main job, from the installed wheel in an empty folder: a data package becomes a learning report."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from collective_impact.data.reading import read_package
from collective_impact.framework.vocabulary import inquiries

EVALUATIONS = tuple(each.id for each in inquiries())
OF_VALUES = {each for each in EVALUATIONS if each.endswith("outcome")} | {"summative_context", "summative_initiative"}


def executed_markdown(report, template: str) -> str:
    """Everything that the executed notebook shows as Markdown."""
    cells = nbformat.read(report.run(template) / "notebook.ipynb", as_version=4).cells
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return "\n\n".join(data["text/markdown"] for data in outputs if "text/markdown" in data).replace("\\", "")


def findings(report, template: str) -> dict[str, dict]:
    content = json.loads((report.run(template) / "findings.json").read_text())
    return {finding["id"].split(".")[1]: finding for finding in content["findings"]}


def test_the_command_ends_well_and_says_where_the_report_is(example_report):
    assert example_report.returncode == 0, example_report.output
    for name in ("index.html", "report.pdf"):
        assert str(example_report.folder / name) in example_report.output
        assert (example_report.folder / name).stat().st_size > 5_000


def test_the_wheel_holds_what_travels_and_nothing_else(installed_wheel):
    shipped = installed_wheel / "collective_impact/_shipped"
    assert {path.name for path in shipped.iterdir()} == {"_brand.yml", "_quarto.yml", "data", "notebooks", "reports"}
    assert {path.name for path in (shipped / "reports").iterdir()} == {
        "theme",
        "figures",
        "references.bib",
        "conformance.qmd",
        "index.qmd",
    }
    assert {path.stem for path in (shipped / "notebooks/templates").iterdir()} == {*EVALUATIONS, "learning_report"}


def test_each_run_leaves_its_record_and_its_findings_beside_the_notebook(example_report):
    whole = read_package("california-tobacco-control").hashes
    for template in EVALUATIONS:
        record = json.loads((example_report.run(template) / "run.json").read_text())
        assert record["status"] == "ok"
        assert record["template"] == template
        assert re.fullmatch("[0-9a-f]{64}", record["template_sha256"])
        assert record["data"] == {path: whole[path] for path in record["data"]}  # what it looked for, and no more
        assert ("data/indicator_value.csv" in record["data"]) == (template in OF_VALUES)
        assert record["versions"]["papermill"]
        assert (example_report.run(template) / "findings.json").is_file()
        assert (example_report.folder / f"{template}.html").is_file()


@pytest.mark.parametrize(
    ("row", "published", "tolerance"),
    [("Synthetic control", -19.6, 0.15), ("Synthetic difference-in-differences", -15.604, 0.051)],
    ids=["KA09", "KA08"],
)
def test_the_executed_notebook_gives_the_published_effects(example_report, row, published, tolerance):
    """Arkhangelsky et al. (2021), Table 1; the page rounds to one decimal, hence the tolerance of KA08."""
    shown = re.search(rf"\| {row} \| (−?[\d.]+) \|", executed_markdown(example_report, "summative_outcome"))
    assert float(shown.group(1).replace("−", "-")) == pytest.approx(published, abs=tolerance)


def test_the_finding_carries_the_published_average_gap(example_report):
    """KA09: -19.5 by simplex weights, -19.6 published."""
    estimate = findings(example_report, "summative_outcome")["effect"]["estimate"]
    assert estimate["value"] == pytest.approx(-19.514, abs=0.01)
    assert estimate["low"] < estimate["value"] < estimate["high"]


def test_the_executed_notebook_gives_the_published_weights(example_report):
    """KA09, weights within .02."""
    page = executed_markdown(example_report, "summative_outcome")
    for area, weight in {"Utah": 39.4, "Montana": 23.2, "Nevada": 20.5, "Connecticut": 10.9}.items():
        shown = re.search(rf"\| {area} \| ([\d.]+)% \|", page)
        assert float(shown.group(1)) == pytest.approx(weight, abs=2.0)


def test_the_executed_notebook_gives_the_placebo_rank(example_report):
    """KA11: rank 3 of 39, p = .077, and the floor of 1/39."""
    page = executed_markdown(example_report, "summative_outcome")
    assert "number 3 of 39 areas" in page
    effect = findings(example_report, "summative_outcome")["effect"]
    assert effect["estimate"]["p_value"] == pytest.approx(3 / 39)
    assert effect["estimate"]["p_floor"] == pytest.approx(1 / 39)


def test_an_interval_that_includes_zero_is_called_inconclusive_on_every_page(example_report):
    effect = findings(example_report, "summative_outcome")["effect"]
    assert effect["estimate"]["high"] > 0
    assert effect["strength"] == "weak"
    for page in ("summative_outcome", "learning_report"):
        assert "inconclusive" in (example_report.folder / f"{page}.html").read_text()


def test_what_could_not_be_answered_says_why_and_what_would_unlock_it(example_report):
    content = json.loads((example_report.run("learning_report") / "findings.json").read_text())
    questions = {item["question"]: item for item in content["unanswered"]}
    assert "group" in questions["For whom did it make a difference?"]["unlock"]
    page = (example_report.folder / "learning_report.html").read_text()
    for table in ("emergence", "outcome_harvest", "rubric_score", "practice_obs", "claim", "evidence"):
        assert table in page


def test_no_page_names_the_machine_it_was_made_on(example_report):
    from conftest import ROOT

    files = [file for ending in ("html", "json", "ipynb") for file in example_report.folder.rglob(f"*.{ending}")]
    assert len(files) > 15
    for text in map(Path.read_text, files):
        assert str(ROOT) not in text
        assert str(example_report.folder.parents[3]) not in text


def test_a_chart_holds_no_more_rows_than_areas_times_periods(example_report):
    page = (example_report.folder / "summative_outcome.html").read_text()
    specs = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, flags=re.S)
    assert specs
    for spec in specs:
        rows = sum(len(rows) for rows in json.loads(spec).get("datasets", {}).values())
        assert rows <= 39 * 31 + 200


def test_the_baseline_says_how_small_an_effect_could_be_seen(example_report):
    detectable = findings(example_report, "developmental_outcome")["detectable"]
    assert "39 areas" in detectable["statement"]
    assert "80%" in detectable["statement"]
