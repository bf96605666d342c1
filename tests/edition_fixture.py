"""A small report made by hand: one evaluation with a figure, tables and findings, and the learning report."""

import json
from datetime import date
from pathlib import Path

from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from collective_impact.blocks import Callout, Paragraph, Stack, Table
from collective_impact.charts.figure import Figure
from collective_impact.data.facts import Contributor, Facts, License
from collective_impact.findings.finding import (
    Check,
    EstimateRecord,
    Finding,
    Findings,
    Recommendation,
    RowsUsed,
    Since,
    Unanswered,
)
from collective_impact.findings.learning.blocks import Strong
from collective_impact.findings.presentation import finding_block
from collective_impact.framework.vocabulary import Strength
from collective_impact.reporting.edition import Edition, EditionRecord, gather

EVALUATION = "formative_outcome"
HOSTILE = "=1+1\u202e<script>alert(1)</script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'

FINDING = Finding(
    id=f"{EVALUATION}.target",
    question="Are we on track?",
    title="9 of 10 areas are on track",
    statement="In 10 areas the share rose by 4 points.",
    estimate=EstimateRecord(value=4, low=1, high=7, unit="points", n_units=10, n_periods=8),
    strength=Strength.MODERATE,
    checks=(Check(rule="At least 8 periods", seen="8", held=True),),
    so_what="It matters.",
    now_what=(Recommendation(action="Ask the schools", owner="steering group", due=date(2026, 3, 1)),),
    data=("indicator_value:exam", "area:north", "area:south"),
)
ROWS = (
    RowsUsed(id="indicator_value", rows=1234, until=date(2025, 12, 31)),
    RowsUsed(id="indicator_value:exam", rows=120, until=date(2025, 12, 31)),
    RowsUsed(id="area:north", rows=1),
    RowsUsed(id="area:south", rows=1),
)
TABLE = Table(
    ["Area", "Change", "Share", "People"],
    [[HOSTILE, "−1,234.5", "12%", "fewer than 11"], [Strong("South"), "+2", "–", "40"]],
    "Where it changed",
    "change",
    numeric=(1, 2, 3),
)
DATA = Table(["Period", "Share"], [["2024", "70.1"], ["2025", "74.0"]], numeric=(1,))
FIGURE = Figure("course", "The share rose", "Areas that take part.", "A line that rises", {}, SVG, DATA)


def make_edition(folder: Path, *, language: str = "en", seconds: float = 5.0, **changed: object) -> Edition:
    """Write the runs into a folder and gather them."""
    facts = Facts(
        id="everyone",
        title="Everyone: 100% & more",
        licenses=(License(name="CC-BY-4.0", title="CC BY 4.0", path="https://creativecommons.org/licenses/by/4.0/"),),
        contributors=(Contributor(title="Region North", role="author"), Contributor(title="A firm", role="publisher")),
    )
    blocks = [Stack([FIGURE, Callout("More", [TABLE])]), finding_block(FINDING), Paragraph("The end.")]
    found = _findings(EVALUATION, language, findings=(FINDING,), rows=ROWS)
    evaluation = write_run(folder / "runs" / EVALUATION, "Are we on track?", blocks, found, seconds=seconds)
    since = Since(report=date(2024, 12, 31), new=(FINDING.id,))
    brought = _findings("learning_report", language, findings=(FINDING,), since=since)
    learning = write_run(folder / "runs/learning_report", "What have we learned?", [], brought, seconds=seconds)
    record = {
        "initiative": facts.id,
        "title": str(facts.title),
        "as_of": date(2025, 12, 31),
        "language": language,
        "folder_name": language,
        "runs": {EVALUATION: "ok", "learning_report": "ok"},
        "facts": facts,
    }
    return gather(EditionRecord(**(record | changed)), [evaluation, learning])


def _findings(template: str, language: str, **changed: object) -> Findings:
    facts = {"initiative": "everyone", "initiative_title": "Everyone", "as_of": date(2025, 12, 31)}
    asked = Unanswered(question="For whom?", reason="No groups are told apart.", unlock="Values by group.")
    return Findings(template=template, language=language, unanswered=(asked,), **facts, **changed)


def write_run(folder: Path, title: str, blocks: list, found: Findings, *, seconds: float, error=None) -> Path:
    """Leave in a folder what a run leaves there."""
    folder.mkdir(parents=True)
    cells = [new_markdown_cell(f"# {title}\n\nIn a few words.", id="title")]
    for i, block in enumerate(blocks):
        output = new_output("display_data", data=block._repr_mimebundle_())
        cells.append(new_code_cell("show()", id=f"cell-{i}", outputs=[output]))
    write(new_notebook(cells=cells), folder / "notebook.ipynb")
    (folder / "findings.json").write_text(found.model_dump_json())
    record = {
        "template": found.template,
        "status": "failed" if error else "ok",
        "started": f"2026-01-02T03:04:{seconds:02.0f}+00:00",
        "ended": "2026-01-02T03:05:00+00:00",
        "seconds": seconds,
        "error": error,
        "template_sha256": "a" * 64,
        "parameters": {"package": "../../data", "as_of": "2025-12-31", "output_dir": ".", "excluded_areas": ["north"]},
        "data": {"data/area.csv": "b" * 64, "datapackage.json": "c" * 64},
        "versions": {"python": "3.11.7", "collective-impact-toolkit": "0.1.0", "papermill": "2.7.0"},
    }
    (folder / "run.json").write_text(json.dumps(record))
    return folder
