"""Notebooks of a few cells in the place of a template."""

from pathlib import Path

import nbformat

from collective_impact.batch.kernels.watch import Limits
from collective_impact.batch.running.run import RunSpec

FINE = "open('findings.json', 'w').write('{}')"
"""A cell that records findings, as a run that goes well does."""


def plan(folder: Path, name: str, *sources: str, **limits: int) -> RunSpec:
    """Plan a run of a notebook with a heading and the given code cells."""
    cells = [nbformat.v4.new_markdown_cell("# A title"), *map(nbformat.v4.new_code_cell, sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    file = folder / f"{name}.ipynb"
    nbformat.write(notebook, file)
    return RunSpec(
        name, file, {"language": "en"}, folder / "runs" / name, {"data/area.csv": "0" * 64}, Limits(**limits)
    )
