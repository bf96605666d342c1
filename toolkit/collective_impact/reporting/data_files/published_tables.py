"""The tables of a report as data: those on its pages, those behind its figures, and its findings as tables."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collective_impact.blocks import TABLES, TableData
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.main_messages import evaluation_of
from collective_impact.framework.vocabulary import inquiry, label
from collective_impact.language import day, figure_text, number
from collective_impact.language import translate as _
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.run_page import Run

FOLDER = "tables"
_ID = re.compile(r"(tbl|fig)-[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table and where it stands.

    Attributes
    ----------
    data : TableData
    file : str
        Name of its file without ending.
    page : str
        Name of the page that shows it; empty for a table that stands on none.
    anchor : str
        Its id on that page.
    source : str
        What that page is called.
    """

    data: TableData
    file: str
    page: str
    anchor: str
    source: str

    @property
    def csv(self) -> str:
        """Path of its file in the report's folder."""
        return f"{FOLDER}/{self.file}.csv"


def published_tables(edition: Edition) -> tuple[PublishedTable, ...]:
    """Give all tables of a report in reading order: findings first, then page by page."""
    own = [PublishedTable(data, data.id, "", "", _("The whole report")) for data in _of_findings(edition.findings)]
    runs = [(edition.learning, _("Learning report"))]
    runs += [(run, inquiry(run.record["template"]).name) for run in edition.runs]
    return tuple(own + [table for run, name in runs for table in tables_of(run, name)])


def tables_of(run: Run, source: str) -> list[PublishedTable]:
    """Give the tables on a run's page and behind its figures; none where it failed."""
    page = run.record["template"]
    found = {data.id: data for data in _carried(run)} if run.ok else {}
    return [PublishedTable(data, f"{page}-{data.id}", page, data.id, source) for data in found.values()]


def _carried(run: Run) -> Iterator[TableData]:
    for cell in run.cells:
        for output in cell.get("outputs", []):
            for entry in json.loads(output.get("data", {}).get(TABLES, "[]")):
                if _ID.fullmatch(entry["id"]):
                    yield TableData(**entry)


def _of_findings(findings: Sequence[Finding]) -> list[TableData]:
    return [_findings(findings), _checks(findings), _steps(findings)]


def _findings(findings: Sequence[Finding]) -> TableData:
    columns = [
        *(_("Id"), _("Evaluation"), _("Question"), _("Finding"), _("In words"), _("Strength of evidence")),
        *(_("Estimate"), _("Interval from"), _("Interval to"), _("Unit"), _("Areas or other units"), _("Periods")),
        _("So what?"),
    ]
    rows = [
        [
            *(each.id, inquiry(evaluation_of(each)).name, each.question, each.title, each.statement),
            *(label(each.strength), *_estimate(each), each.so_what),
        ]
        for each in findings
    ]
    return TableData("findings", _("All findings"), "", columns, rows, (6, 7, 8, 10, 11))


def _estimate(finding: Finding) -> list[str]:
    found = finding.estimate
    if found is None:
        return [""] * 6
    figures = [figure_text(value) for value in (found.value, found.low, found.high)]
    return [*figures, found.unit, number(found.n_units, 0), number(found.n_periods, 0)]


def _checks(findings: Sequence[Finding]) -> TableData:
    columns = [_("Finding"), _("Rule"), _("What was seen"), _("Result"), _("Needed for")]
    rows = [
        [each.id, check.rule, check.seen, _("held") if check.held else _("did not hold"), label(check.needed_for)]
        for each in findings
        for check in each.checks
    ]
    return TableData("checks", _("How the strength of evidence was judged"), "", columns, rows)


def _steps(findings: Sequence[Finding]) -> TableData:
    columns = [_("Finding"), _("What to do"), _("Who (proposed)"), _("By (proposed)")]
    rows = [[each.id, step.action, step.owner, day(step.due)] for each in findings for step in each.now_what]
    return TableData("recommendations", _("Recommendations, proposed until a forum decides"), "", columns, rows)
