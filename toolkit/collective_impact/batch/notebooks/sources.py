"""What results come from beside the data: templates, the toolkit, the packages it builds on; told as hashes."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from collective_impact.reporting.run_page import read_notebook

VERSIONS_THAT_MATTER = ("collective-impact-toolkit", "papermill", "pandas", "statsmodels", "diff-diff", "altair")
_NOT_IN_NOTEBOOKS = {"batch", "cli.py", "collection", "reporting", "terminal", "translating", "__main__.py"}
_TOOLKIT = Path(__file__).parents[2]


def template_sha256(notebook: Path) -> str:
    """SHA-256 of what a template does: the kind, source and tags of its cells."""
    return _template_sha256(notebook, notebook.stat().st_mtime_ns)


@cache
def _template_sha256(notebook: Path, changed: int) -> str:
    cells = [[c.cell_type, c.source, c.metadata.get("tags", [])] for c in read_notebook(notebook).cells]
    return sha256(json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@cache
def toolkit_sha256(*, pages: bool = False) -> str:
    """SHA-256 of the toolkit's files that notebooks use, or of those that pages are made by, too."""
    total = sha256()
    for file in toolkit_files():
        if pages or file.relative_to(_TOOLKIT).parts[0] not in _NOT_IN_NOTEBOOKS:
            total.update(f"{file.relative_to(_TOOLKIT).as_posix()} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def toolkit_files() -> list[Path]:
    """All files of the toolkit's package, in the order of their names, but for what Python makes of them."""
    shipped = _TOOLKIT / "_shipped"
    found = (path for path in _TOOLKIT.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sorted(path for path in found if shipped not in path.parents and "__pycache__" not in path.parts)


@cache
def versions() -> Mapping[str, str]:
    """Versions of Python and the packages that results may depend on."""
    return {"python": python_version(), **{name: version(name) for name in VERSIONS_THAT_MATTER}}
