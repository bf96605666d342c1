"""Runs of notebooks: a fault costs its own notebook only, is named, and its page says so."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from tiny_notebook import plan

from collective_impact.batch.notebooks.templates import TEMPLATES
from collective_impact.batch.output_folder import staged
from collective_impact.batch.running.run import run_all, run_one
from collective_impact.brand import read_brand
from collective_impact.data.identifiers import Identifiers
from collective_impact.errors import InputError
from collective_impact.reporting.edition import MANIFEST, gather, read_edition
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.gate import Gate, seal_run
from collective_impact.reporting.site import learning_site


@pytest.fixture
def spec(tmp_path):
    """Plan a run of a notebook with the given cells in the place of a template."""
    return partial(plan, tmp_path)


FAULTS = {
    "an error": ("1 / 0", 2, "ZeroDivisionError"),
    "an exit": ("import os; os._exit(1)", 2, "KernelDied"),
    "no findings": ("x = 1", None, "NoFindings"),
}


@pytest.mark.parametrize(("source", "cell", "name"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_recorded_with_its_cell_and_its_error(spec, source, cell, name):
    planned = spec("summative_outcome", source)
    record = run_one(planned)
    assert record.status == "failed"
    assert (record.error.cell, record.error.name) == (cell, name)
    assert json.loads((planned.folder / "run.json").read_text())["error"]["name"] == name


def test_a_failed_evaluation_has_a_page_that_says_so_and_costs_no_other(spec, example_report, tmp_path):
    broken = spec("summative_outcome", "raise ValueError('<script>alert(1)</script> `#read(\"x\")`')")
    with ThreadPoolExecutor(1) as executor:
        (record,) = run_all([broken], executor)
    assert record.error.name == "ValueError"
    folders = [example_report.run(t.name) for t in TEMPLATES if t.name != "summative_outcome"]
    out = tmp_path / "site"
    out.mkdir()
    edition = gather(read_edition(example_report.folder).record, [broken.folder, *folders])
    EmbeddedRenderer().render(learning_site(edition, read_brand()), out)
    page = (out / "summative_outcome.html").read_text()
    assert "could not be completed" in page
    assert "cell 2" in page
    assert "ValueError" in page
    assert "<script>alert(1)" not in page
    assert "could not be completed" in (out / "index.html").read_text()
    assert "Key findings" in (out / "formative_outcome.html").read_text()
    assert (out / "report.pdf").stat().st_size > 10_000


def test_a_published_notebook_holds_blocks_only(spec):
    planned = spec("a", "print('a row about somebody')", "import pandas; pandas.DataFrame({'name': ['Anna']})")
    run_one(planned)
    seal_run(planned.folder, Gate(Identifiers()))
    text = (planned.folder / "notebook.ipynb").read_text()
    assert "somebody\n" not in text
    assert "<td>Anna" not in text
    assert str(planned.folder) not in text


def test_a_disk_that_fills_is_one_message_and_leaves_nothing(tmp_path):
    with pytest.raises(InputError) as error, staged(tmp_path / "a/report"):
        raise OSError(28, "No space left on device")
    assert "No space left" in str(error.value)
    assert not any(tmp_path.iterdir())


def test_a_broken_build_leaves_the_earlier_report(tmp_path):
    target = tmp_path / "report"
    with staged(target) as staging:
        (staging.folder / MANIFEST).write_text("{}")
        (staging.folder / "page").write_text("first")
    with suppress(RuntimeError), staged(target) as staging:
        (staging.folder / "page").write_text("second")
        raise RuntimeError
    assert (target / "page").read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]
    with staged(target) as staging:
        (staging.folder / MANIFEST).write_text("{}")
    assert not (target / "page").exists()


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path):
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(InputError), staged(tmp_path):
        pass
    assert (tmp_path / "letter").read_text() == "mine"
