"""`collective-impact render`: a report again from its folder alone, or one clear message and the old one as it was."""

import json
import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def report(example_report, tmp_path):
    """A copy of the example's report, elsewhere: without its data package and without the library around it."""
    return shutil.copytree(example_report.folder, tmp_path / "moved/en")


def bytes_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_report_comes_out_again_and_what_others_put_there_stays(report, command):
    before = bytes_of(report)
    (report / "letter.txt").write_text("mine")
    (report / "index.html").write_text("overwritten by mistake")
    code, printed = command("render", report, "--renderer", "embedded")
    assert code == 0, printed
    assert str(report / "index.html") in printed
    after = bytes_of(report)
    assert after.pop("letter.txt") == b"mine"
    assert after == before


def test_the_figures_of_csv_files_take_a_comma_on_demand(report, command, monkeypatch):
    monkeypatch.chdir(report.parent)
    code, printed = command("render", "en", "--renderer", "embedded", "--decimal-comma", "--profile", "internal")
    assert code == 0, printed
    assert str(Path("en/index.html")) in printed
    tables = [file.read_text("utf-8-sig") for file in (report / "tables").glob("*.csv")]
    assert any(";" in table.splitlines()[0] for table in tables)
    assert json.loads((report / "report.json").read_text())["profile"] == "internal"


def cut(report):
    (report / "report.json").write_text("{")


def lost(report):
    shutil.rmtree(report / "runs/readiness")


def edited(report):
    notebook = report / "runs/summative_outcome/notebook.ipynb"
    notebook.write_text(notebook.read_text().replace("California", "Nevada"))


def retold(report):
    findings = report / "runs/summative_outcome/findings.json"
    findings.write_text(findings.read_text().replace("California", "Nevada"))


def unsealed(report):
    record = report / "runs/summative_outcome/run.json"
    told = json.loads(record.read_text())
    record.write_text(json.dumps({key: each for key, each in told.items() if key != "notebook_sha256"}))
    edited(report)


def cut_run(report):
    (report / "runs/readiness/run.json").write_text('{"template":\n')


def odd_run(report):
    record = report / "runs/readiness/run.json"
    record.write_text(record.read_text().replace('"status": "ok"', '"status": "fine"'))


def no_notebook(report):
    (report / "runs/readiness/notebook.ipynb").write_text("[" * 100_000)


def damaged(report):
    (report / "runs/formative_outcome/findings.json").write_text("[]")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut, ["report.json", "run the evaluations again"]),
        (lost, ["runs/readiness"]),
        (edited, ["summative_outcome/notebook.ipynb", "changed after its run"]),
        (retold, ["summative_outcome/findings.json", "changed after its run"]),
        (unsealed, ["summative_outcome/notebook.ipynb", "run.json does not tell"]),
        (cut_run, ["runs/readiness/run.json", "row 2", "no JSON"]),
        (odd_run, ["runs/readiness/run.json", "(status)"]),
        (no_notebook, ["runs/readiness/notebook.ipynb", "no JSON"]),
        (damaged, ["runs/formative_outcome/findings.json"]),
    ],
)
def test_what_is_missing_or_was_changed_is_named_and_nothing_is_touched(report, command, damage, words):
    damage(report)
    before = bytes_of(report)
    code, printed = command("render", report)
    assert code == 1
    for word in words:
        assert word in printed.replace("\n", "").replace(os.sep, "/")
    assert "Traceback" not in printed
    assert bytes_of(report) == before


def test_a_damaged_report_costs_no_other(report, command):
    folder = report.parent
    for name in ("first", "last"):
        (damaged_one := Path(shutil.copytree(report, folder / name)) / "report.json").write_text("{")
    before = bytes_of(folder / "first")
    (report / "index.html").unlink()
    code, printed = command("render", folder, "--renderer", "embedded")
    assert code == 1
    assert (report / "index.html").is_file()
    assert bytes_of(folder / "first") == before
    assert str(folder / "first/report.json") in printed.replace("\n", "")
    assert str(damaged_one) in printed.replace("\n", "")
    assert printed.count("Report:") == 1
    assert "2 reports were left as they were." in printed


@pytest.mark.parametrize("place", ["nowhere", "."])
def test_a_place_without_a_report_is_one_message(command, place):
    code, printed = command("render", place)
    assert code == 1
    assert "report made by this toolkit" in printed
