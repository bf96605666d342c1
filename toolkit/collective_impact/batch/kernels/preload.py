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

_KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
)
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
_REHEARSED = "california-tobacco-control"
"""The smallest of the shipped examples."""


class UnsafeForkError(Exception):
    """Forking is not safe: a thread runs that a forked process would miss."""


def preload() -> None:
    """Import everything, and keep the collector of garbage away from it, so that forked kernels share its memory.

    The collector stays off: while modules come in it would look through ever more of them, for a third of the time.
    What every notebook does first is done once, so that what it reads of the toolkit, and imports late, is there.

    Raises
    ------
    UnsafeForkError
        When an import has started a thread.
    """
    gc.disable()
    import_everything()
    _rehearse()
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


def _rehearse() -> None:
    """Read a small package, and the instruments in each language, and declare a small chart."""
    import altair
    import pandas

    from collective_impact.data.reading import check_package
    from collective_impact.framework.instruments import instruments
    from collective_impact.language import in_language, listing
    from collective_impact.translations import languages

    for language in languages():
        with in_language(language):
            listing([each.id for each in instruments()])
    check_package(_REHEARSED)
    bars = altair.Chart(pandas.DataFrame({"value": [0.5], "name": ["a"]})).mark_bar()
    altair.layer(bars.encode(x="value:Q", y="name:N")).to_dict()


def _imports_of_templates() -> set[str]:
    """Import statements of all templates' cells."""
    cells = [cell for template in TEMPLATES for cell in read_notebook(template.path).cells if cell.cell_type == "code"]
    statements = [statement for cell in cells for statement in ast.parse(cell.source).body]
    return {ast.unparse(each) for each in statements if isinstance(each, ast.Import | ast.ImportFrom)}
