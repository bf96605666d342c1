"""Run a template's cells in this process, for tests of many variations: no kernel, the same code."""

import ast
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from collective_impact.batch.localise import localise_notebook
from collective_impact.batch.templates import TEMPLATES
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
    with ExitStack() as stack:
        stack.enter_context(in_language("en"))
        if initiative is not None:
            stack.enter_context(patch.object(evaluation, "read_package", lambda package: initiative))
        return _run_cells(name, output_dir, parameters)


def _run_cells(name: str, output_dir: Path, parameters: dict[str, object]) -> tuple[Findings, str]:
    values = TEMPLATE[name].parameters().model_dump() | parameters | {"output_dir": str(output_dir)}
    shown: list[str] = []
    scope: dict[str, object] = {}
    for cell in localise_notebook(read_notebook(TEMPLATE[name].path), str(values["language"])).cells:
        if cell.cell_type == "markdown":
            shown.append(cell.source)
        elif "parameters" in cell.metadata.get("tags", []):
            scope.update(values)
        else:
            shown.append(_run(cell.source, cell.id, scope))
    found = Findings.model_validate_json((output_dir / "findings.json").read_text())
    return found, "\n\n".join(shown).replace("\\", "")


def _run(source: str, cell: str, scope: dict[str, object]) -> str:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, cell, "exec"), scope)
    value = eval(compile(ast.Expression(last.value), cell, "eval"), scope) if last else None
    return value._repr_mimebundle_()["text/markdown"] if hasattr(value, "_repr_mimebundle_") else ""
