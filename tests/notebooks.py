"""Run a template's cells in this process, for tests of many variations: no kernel, the same code."""

import ast
import json
from pathlib import Path

from collective_impact.batch.templates import TEMPLATES
from collective_impact.findings.finding import Findings

TEMPLATE = {template.name: template for template in TEMPLATES}


def run_cells(name: str, output_dir: Path, **parameters: object) -> tuple[Findings, str]:
    """Run a template; give back what it recorded, and the Markdown of its page without escapes."""
    values = TEMPLATE[name].parameters().model_dump() | parameters | {"output_dir": str(output_dir)}
    shown: list[str] = []
    scope: dict[str, object] = {}
    for cell in json.loads(TEMPLATE[name].path.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            shown.append(source)
        elif "parameters" in cell["metadata"].get("tags", []):
            scope.update(values)
        else:
            shown.append(_run(source, cell["id"], scope))
    found = Findings.model_validate_json((output_dir / "findings.json").read_text())
    return found, "\n\n".join(shown).replace("\\", "")


def _run(source: str, cell: str, scope: dict[str, object]) -> str:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, cell, "exec"), scope)
    value = eval(compile(ast.Expression(last.value), cell, "eval"), scope) if last else None
    return value._repr_mimebundle_()["text/markdown"] if hasattr(value, "_repr_mimebundle_") else ""
