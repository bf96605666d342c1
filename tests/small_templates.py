"""Templates of a few cells in the place of the shipped ones, for tests of what goes on around them."""

from pathlib import Path

import nbformat

_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
_PARAMETERS = {
    "evaluation": 'package = "alla-i-mal"\nas_of = "2025-12-31"\nlanguage = "en"\noutput_dir = "output"',
    "learning_report": 'findings_dir = "output"\nearlier_findings = ""',
}
_BEGIN = """from collective_impact.findings.evaluation import begin
evaluation = begin("{name}", package, as_of=as_of, language=language, output_dir=output_dir)"""
_LEARN = """from collective_impact.findings.learning import in_full
from collective_impact.findings.learning.material import begin_learning
report = begin_learning(
    package, findings_dir, as_of=as_of, language=language, output_dir=output_dir, earlier_findings=earlier_findings
)
in_full.not_run(report)
report.record();"""


def write_small_templates(folder: Path, cells: dict[str, str]) -> Path:
    """Write a template for each evaluation, whose cells are to begin, the given one, and to record; and one to sum up.

    Parameters
    ----------
    folder : Path
    cells : dict of str to str
        Name of an evaluation to what its own cell does.
    """
    folder.mkdir(exist_ok=True)
    for name, source in cells.items():
        _write(folder, name, _PARAMETERS["evaluation"], _BEGIN.format(name=name), source, "evaluation.record();")
    _write(folder, "learning_report", "\n".join(_PARAMETERS.values()), _LEARN)
    return folder


def _write(folder: Path, name: str, parameters: str, *sources: str) -> None:
    cells = [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell(parameters)]
    cells[1].metadata["tags"] = ["parameters"]
    cells += map(nbformat.v4.new_code_cell, sources)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL}), folder / f"{name}.ipynb")
