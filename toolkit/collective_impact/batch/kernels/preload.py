"""What a fork server imports before it forks: what the shipped templates import, and what that imports in its turn.

The toolkit's own modules are among it: a server lives no longer than the batch that it serves, and so holds the
version that the batch runs. Nothing of the user's is: it may change from one notebook to the next.
"""

import ast
import gc
import importlib
from pathlib import Path

from collective_impact.batch.kernels.quick_jsonschema import quick_jsonschema
from collective_impact.batch.notebooks.templates import TEMPLATES
from collective_impact.reporting.run_page import read_notebook

_KERNEL = ("ipykernel.kernelapp", "ipykernel.debugger")
"""The kernel itself, and what it imports when it starts."""
_IMPORTED_LATE = (
    "networkx",
    "scipy.optimize",
    "scipy.sparse.csgraph",
    "scipy.stats",
    "statsmodels.genmod.cov_struct",
    "statsmodels.genmod.generalized_estimating_equations",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.contingency_tables",
    "statsmodels.stats.multitest",
)
"""What the toolkit imports inside functions, and most notebooks come to."""


class UnsafeForkError(Exception):
    """Forking is not safe: a thread runs that a forked process would miss."""


def preload() -> None:
    """Import everything, and keep the collector of garbage away from it, so that forked kernels share its memory.

    Raises
    ------
    UnsafeForkError
        When an import has started a thread.
    """
    import_everything()
    gc.collect()
    gc.freeze()
    threads = [task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    if len(threads) > 1:
        raise UnsafeForkError(", ".join(threads))


def import_everything() -> None:
    """Import what templates import and what they come to."""
    with quick_jsonschema():
        for module in (*_KERNEL, *_IMPORTED_LATE):
            importlib.import_module(module)
        for statement in sorted(_imports_of_templates()):
            exec(statement, {})


def _imports_of_templates() -> set[str]:
    """Import statements of all templates' cells."""
    cells = [cell for template in TEMPLATES for cell in read_notebook(template.path).cells if cell.cell_type == "code"]
    statements = [statement for cell in cells for statement in ast.parse(cell.source).body]
    return {ast.unparse(each) for each in statements if isinstance(each, ast.Import | ast.ImportFrom)}
