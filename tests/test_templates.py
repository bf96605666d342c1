"""The templates keep their contract, so that papermill, JupyterLab, the checks and the reports can rely on them."""

import ast
import json
import os
import shutil
import subprocess
import sys
import typing
from pathlib import Path

import papermill
import pytest
import reference

from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.notebooks.templates import TEMPLATES
from collective_impact.framework.vocabulary import grid, inquiry

LINES_A_CELL = 8


def cells(template, kind=None):
    found = json.loads(template.path.read_text())["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


@pytest.fixture(params=TEMPLATES, ids=lambda template: template.name)
def template(request):
    return request.param


def test_the_declared_parameters_are_those_that_papermill_sees(template):
    seen = papermill.inspect_notebook(str(template.path))
    declared = template.parameters.model_fields
    assert set(seen) == set(declared)
    for name, field in declared.items():
        default = ast.literal_eval(seen[name]["default"])
        assert default == field.default
        assert type(default) is (typing.get_origin(field.annotation) or field.annotation)


def test_a_template_reads_as_its_method(template):
    for cell in cells(template, "code"):
        source = "".join(cell["source"])
        plumbing = ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.If
        assert not [part for part in ast.walk(ast.parse(source)) if isinstance(part, plumbing)]
        if cell["id"] not in {"imports", "parameters"}:
            assert len(source.splitlines()) <= LINES_A_CELL, cell["id"]


def test_a_template_is_stored_clean(template):
    assert sum(line.startswith("# ") for c in cells(template, "markdown") for line in c["source"]) == 1
    assert cells(template)[0]["source"][0].startswith("# ")
    assert [c["id"] for c in cells(template) if "parameters" in c["metadata"].get("tags", [])] == ["parameters"]
    assert len({c["id"] for c in cells(template)}) == len(cells(template))
    assert not [c for c in cells(template, "code") if c["outputs"] or c["execution_count"]]


def test_each_evaluation_of_the_grid_has_its_template_and_asks_its_question():
    placed = {(template.method, template.level): template for template in TEMPLATES if template.method}
    assert placed.keys() == {(cell.method, cell.level) for cell in grid()}
    for template in (*placed.values(), *(t for t in TEMPLATES if t.name == "readiness")):
        assert cells(template)[0]["source"][0].strip() == f"# {inquiry(template.name).question}"


def nbval(folder: Path, *options: str) -> tuple[int, str]:
    """Run the notebooks of a folder, each in a kernel of its own, with the defaults."""
    command = [sys.executable, "-m", "pytest", *options, "-q", "-c", os.devnull, "."]
    with warm_kernels():
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_templates_run_as_they_are_stored(tmp_path):
    """No cell fails; the templates with a reference are held to it below."""
    for template in TEMPLATES:
        if template.name not in reference.TEMPLATES:
            shutil.copy(template.path, tmp_path)
    code, told = nbval(tmp_path, "--nbval-lax")
    assert code == 0, told


@pytest.mark.parametrize("name", reference.TEMPLATES)
def test_a_reference_has_the_cells_of_its_template(name):
    template = next(template for template in TEMPLATES if template.name == name)
    kept = json.loads((reference.FOLDER / f"{name}.ipynb").read_text())["cells"]
    assert [cell["source"] for cell in kept] == [cell["source"] for cell in cells(template)]


def test_templates_show_what_their_references_show(tmp_path):
    """Word for word and figure for figure, under nbval's strict comparison; drawings and HTML are left out."""
    for name in reference.TEMPLATES:
        shutil.copy(reference.FOLDER / f"{name}.ipynb", tmp_path)
    code, told = nbval(tmp_path, "--nbval", "--nbval-sanitize-with", str(reference.PATTERNS))
    assert code == 0, told
