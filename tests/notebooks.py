"""Run a template's cells in this process, for tests of many variations: no kernel, the same code."""

import ast
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from nbformat import write
from nbformat.v4 import new_notebook, new_output

from collective_impact.batch.notebooks.localise import localise_notebook
from collective_impact.batch.notebooks.templates import TEMPLATES
from collective_impact.batch.running.run import RunSpec, _record
from collective_impact.data.initiative import Initiative
from collective_impact.findings import evaluation
from collective_impact.findings.finding import Findings
from collective_impact.language import in_language
from collective_impact.reporting.run_page import read_notebook

TEMPLATE = {template.name: template for template in TEMPLATES}


def run_cells(
    name: str, output_dir: Path, *, initiative: Initiative | None = None, **parameters: object
) -> tuple[Findings, str]:
    """Run a template; give back what it recorded, and the Markdown of its page without escapes.

    An initiative in memory takes the place of the package that would be read.
    """
    cells = _executed(name, output_dir, initiative, parameters)
    shown = [text for cell in cells for text in ([cell.source] if cell.cell_type == "markdown" else _markdown(cell))]
    found = Findings.model_validate_json((output_dir / "findings.json").read_text())
    return found, "\n\n".join(shown).replace("\\", "")


def write_run(
    name: str, folder: Path, *, initiative: Initiative | None = None, data: dict[str, str] | None = None, **parameters
) -> Path:
    """Run a template and leave in its folder what a run of the batch leaves there."""
    folder.mkdir(parents=True)
    cells = _executed(name, folder, initiative, parameters)
    write(new_notebook(cells=cells), folder / "notebook.ipynb")
    minute = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    spec = RunSpec(name, TEMPLATE[name].path, _values(name, folder, parameters), folder, data or {})
    _record(spec, None, minute, 5.0)
    return folder


def _values(name: str, output_dir: Path, parameters: dict[str, object]) -> dict[str, object]:
    return TEMPLATE[name].parameters().model_dump() | parameters | {"output_dir": str(output_dir)}


def _executed(name: str, output_dir: Path, initiative: Initiative | None, parameters: dict[str, object]) -> list:
    values = _values(name, output_dir, parameters)
    cells = localise_notebook(read_notebook(TEMPLATE[name].path), str(values["language"])).cells
    scope: dict[str, object] = {}
    with ExitStack() as stack:
        stack.enter_context(in_language("en"))
        if initiative is not None:
            stack.enter_context(patch.object(evaluation, "read_package", lambda package: initiative))
        for cell in cells:
            if "parameters" in cell.metadata.get("tags", []):
                scope.update(values)
            elif cell.cell_type == "code":
                bundle = _run(cell.source, cell.id, scope)
                cell.outputs = [new_output("display_data", data=bundle)] if bundle else []
    return cells


def _markdown(cell) -> list[str]:
    return ["".join(output.data["text/markdown"]) for output in cell.outputs] or [""]


def _run(source: str, cell: str, scope: dict[str, object]) -> dict[str, object]:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, cell, "exec"), scope)
    value = eval(compile(ast.Expression(last.value), cell, "eval"), scope) if last else None
    return value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
