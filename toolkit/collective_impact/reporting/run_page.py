"""An executed notebook as a page: its prose and blocks, and its key findings.

Only what was made as a block reaches a page: Markdown cells and ``text/markdown`` outputs. A printed frame or any
other raw output does not, so that no individual's row can slip into a report.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import nbformat
from pydantic import BaseModel, TypeAdapter, model_validator

from collective_impact.blocks import PICTURES, TABLES, Block, Callout, Paragraph, TableData, TwoLines, escape_markdown
from collective_impact.files import file_sha256
from collective_impact.findings.finding import FINDINGS, Findings
from collective_impact.findings.presentation import Traced, strength_badge
from collective_impact.language import translate as _
from collective_impact.reporting.reading import naming
from collective_impact.reporting.renderer import Page

_NAME = re.compile(r"[\w-]+", re.ASCII)
_FIGURE_OR_TABLE = re.compile(r"^!\[[^\n]*\{#fig-.*?^:::$|^: [^\n]*\{#tbl-[^\n]*\}$", re.MULTILINE | re.DOTALL)
SCREEN_ONLY = "screen-only"
"""Tag of a cell whose output paper goes without, because the same stands elsewhere in the document."""

_TOOLKIT = "collective-impact-toolkit"
_PICTURES, _TABLES = TypeAdapter(dict[str, str]), TypeAdapter(list[TableData])
NOTEBOOK, RECORD, FIGURES = "notebook.ipynb", "run.json", "figures"


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it lies in its folder.

    Attributes
    ----------
    folder : Path
    record : Mapping
        Content of ``run.json``.
    cells : list
        Cells of the executed notebook; empty where the run ended before there was one.
    findings : Findings or None
        None where the run failed.
    """

    folder: Path
    record: Mapping[str, Any]
    cells: list[Any]
    findings: Findings | None

    @property
    def ok(self) -> bool:
        """Whether the run is recorded as having ended well; the notebook itself cannot tell."""
        return bool(self.record["status"] == "ok")

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.folder / NOTEBOOK

    @property
    def edited(self) -> tuple[Path, ...]:
        """Files of the run that are others than those that the record tells of, or of which it tells nothing."""
        return edited_files(self.folder, self.record)


def edited_files(folder: Path, record: Mapping[str, Any]) -> tuple[Path, ...]:
    """Files of a run that are others than those that its record tells of, or of which it tells nothing."""
    files = {"notebook_sha256": folder / NOTEBOOK, "findings_sha256": folder / FINDINGS}
    return tuple(file for name, file in files.items() if record.get(name, "") != file_sha256(file))


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook of any version as one of version 4."""
    read: Callable[..., nbformat.NotebookNode] = nbformat.read  # nbformat says it is typed; its functions are not
    return read(path, as_version=4)


def read_run(folder: Path) -> Run:
    """Read what a run left in its folder.

    Raises
    ------
    InputError
        When one of its files is missing, or not as a run leaves it.
    """
    expected = _("what the run left")
    with naming(folder / RECORD, expected):
        record = json.loads((folder / RECORD).read_bytes())
        json.dumps(record, ensure_ascii=False).encode()  # half a sign, which JSON can hold, cannot be written again
        if _LeftByRun.model_validate(record).template != folder.name:
            raise ValueError(record["template"])
    with naming(notebook := folder / NOTEBOOK, expected):
        cells = _checked_cells(notebook) if notebook.is_file() else []
    findings = None
    if record["status"] == "ok":
        with naming(folder / FINDINGS, expected):
            findings = Findings.model_validate_json((folder / FINDINGS).read_bytes())
    return Run(folder, record, cells, findings)


class _ErrorOfRun(BaseModel):
    cell: int | None
    name: str
    message: str


class _LeftByRun(BaseModel):
    """What pages and crate take from ``run.json``; whoever publishes again may have had it from somebody else."""

    template: str
    status: Literal["ok", "failed"]
    started: datetime
    ended: datetime
    seconds: float
    error: _ErrorOfRun | None
    template_sha256: str
    parameters: dict[str, Any]
    data: dict[str, str]
    versions: dict[str, str]
    notebook_sha256: str = ""
    findings_sha256: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.status == "failed") != (self.error is not None) or _TOOLKIT not in self.versions:
            raise ValueError(self.status)
        return self


def _checked_cells(path: Path) -> list[Any]:
    """Cells of a notebook that is one, whose pictures and tables can be read."""
    validate: Callable[..., None] = nbformat.validate
    try:
        notebook = read_notebook(path)
        validate(notebook)
    except (AttributeError, TypeError) as error:  # JSON, but no notebook at all
        raise ValueError(str(error)) from None
    for cell in notebook.cells:
        for data in (output.get("data", {}) for output in cell.get("outputs", ())):
            _PICTURES.validate_json(data.get(PICTURES, "{}"))
            _TABLES.validate_json(data.get(TABLES, "[]"))
    return list(notebook.cells)


def page_of(run: Run, label: str, tags: tuple[str, ...], facts: tuple[tuple[str, str], ...]) -> Page:
    """Make the page of a run; a failed one says where and why, and shows none of its results.

    Parameters
    ----------
    label : str
        Its name in the navigation.
    tags, facts :
        For the title block.
    """
    title, prose = _title_and_first_words(run)
    opening = [prose, _key_findings(run)] if run.ok else [_failure(run)]
    return Page(
        name=run.record["template"],
        title=title,
        body=_joined([*opening, *_on_screen(run), _provenance_line(run)]),
        on_paper=_joined([*opening, *_on_paper(run), _provenance_line(run)]) if _differs_on_paper(run) else "",
        figures=_write_figures(run),
        label=label,
        tags=tags,
        facts=facts,
        failed=not run.ok,
    )


def _title_and_first_words(run: Run) -> tuple[str, str]:
    """The level-1 heading of the first cell, and what follows it there."""
    first = run.cells[0].source if run.cells else "# " + run.record["template"]
    heading, _newline, rest = first.partition("\n")
    return heading.removeprefix("# ").strip(), rest.strip()


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _on_screen(run: Run) -> list[str]:
    """All sections, and under each figure and table the way to how it came about."""
    link = "\n\n" + Traced(run.record["template"]).markdown()
    return [_FIGURE_OR_TABLE.sub(lambda found: found[0] + link, part) for part in _sections(run)]


def _differs_on_paper(run: Run) -> bool:
    """Whether a document leaves a section out; the links to where things come from are left out there anyhow."""
    return any(SCREEN_ONLY in cell.metadata.get("tags", []) for cell in run.cells[1:])


def _on_paper(run: Run) -> list[str]:
    """All sections but those that stand elsewhere in the same document."""
    return _sections(run, without=SCREEN_ONLY)


def _sections(run: Run, without: str = "") -> list[str]:
    cells = (cell for cell in run.cells[1:] if run.ok and without not in cell.metadata.get("tags", []))
    return [part for cell in cells for part in _cell_parts(cell)]


def _cell_parts(cell: Any) -> list[str]:
    if cell.cell_type == "markdown":
        return [cell.source]
    bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [_text(data["text/markdown"]) for data in bundles if "text/markdown" in data]


def outputs(run: Run) -> list[Mapping[str, Any]]:
    """Give the content of each output of a run that ended well, by its type; none of a failed one."""
    made = (output for cell in run.cells for output in cell.get("outputs", ()) if run.ok)
    return [output.get("data", {}) for output in made]


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _key_findings(run: Run) -> str:
    if run.findings is None or not run.findings.findings or run.record["template"] == "learning_report":
        return ""
    items = [
        f"- {TwoLines(Paragraph(f.title), strength_badge(f.strength), indent='  ').markdown()}"
        for f in run.findings.findings
    ]
    return "::: {.key-findings}\n" + "\n".join(items) + "\n:::"


def _failure(run: Run) -> str:
    """Say where a run stopped. The error's own words may hold anything, so they stand as plain text."""
    error = run.record["error"]
    where = _("It stopped in cell {cell} of the notebook.").format(cell=error["cell"]) if error["cell"] else ""
    words = _("The error was {name}: {message}").format(name=error["name"], message=error["message"])
    advice = _("None of its results are shown. Mend the cause and run it again; the other pages stand on their own.")
    blocks: list[Block] = [Paragraph(f"{where} {words}".strip()), Paragraph(advice)]
    return Callout(_("This evaluation could not be completed"), blocks, "warning").markdown()


def _provenance_line(run: Run) -> str:
    words = _("This page comes from the template {template}; its parameters, data and versions stand on the page")
    text = escape_markdown(words.format(template=run.record["template"]))
    return f"{text} [{escape_markdown(_('How this report came about'))}](provenance.html)."


def _write_figures(run: Run) -> Path:
    """Write each picture that an output carries to the place where the Markdown beside it looks for it."""
    folder = run.folder / FIGURES
    for cell in run.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for name, svg in json.loads(data.get(PICTURES, "{}")).items():
                if _NAME.fullmatch(name):
                    folder.mkdir(exist_ok=True)
                    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    return folder
