"""All findings of a report in one file for programs."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from collective_impact.findings.finding import Finding, RowsUsed, Since, Unanswered
from collective_impact.framework.vocabulary import inquiry
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.run_page import Run

SCHEMA_VERSION = 1


class PublishedEvaluation(BaseModel):
    """What one evaluation came to.

    Attributes
    ----------
    template, name, question : str
        Its id, what it is called, and what it asks.
    page : str
        Page of the report that shows how its findings came about.
    status : {"ok", "failed"}
        How its run ended; a failed one has no findings.
    template_sha256 : str
        SHA-256 of what the template does.
    findings : tuple of Finding
        The most important first.
    unanswered : tuple of Unanswered
        What its data could not answer.
    rows : tuple of RowsUsed
        The tables that it had, and the data that its findings name.
    """

    model_config = ConfigDict(frozen=True)

    template: str
    name: str
    question: str
    page: str
    status: Literal["ok", "failed"]
    template_sha256: str
    findings: tuple[Finding, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    rows: tuple[RowsUsed, ...] = ()


class PublishedFindings(BaseModel):
    """Everything that a report concludes; stands as ``findings.json`` in its folder.

    Attributes
    ----------
    schema_version : int
        Goes up when a reader of the file would have to change.
    initiative, title : str
        Its id, and what it is called.
    as_of : date
        The report's today: nothing that came later is in it.
    language : str
        Language of the sentences.
    versions : dict of str to str
        The programs that made it.
    evaluations : tuple of PublishedEvaluation
        In reading order.
    since : Since or None
        What has changed since the report before; None where there is none.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = SCHEMA_VERSION
    initiative: str
    title: str
    as_of: date
    language: str
    versions: dict[str, str]
    evaluations: tuple[PublishedEvaluation, ...]
    since: Since | None = None


def published_findings(edition: Edition) -> PublishedFindings:
    """Bring the findings of a report's runs together, in the current language."""
    record, learning = edition.record, edition.learning.findings
    return PublishedFindings(
        initiative=record.initiative,
        title=record.title,
        as_of=record.as_of,
        language=record.language,
        versions=dict(edition.learning.record["versions"]),
        evaluations=tuple(_evaluation(run) for run in edition.runs),
        since=learning.since if learning else None,
    )


def _evaluation(run: Run) -> PublishedEvaluation:
    own, found = inquiry(run.record["template"]), run.findings
    return PublishedEvaluation(
        template=own.id,
        name=own.name,
        question=own.question,
        page=f"{own.id}.html",
        status=run.record["status"],
        template_sha256=run.record["template_sha256"],
        findings=found.findings if found else (),
        unanswered=found.unanswered if found else (),
        rows=found.rows if found else (),
    )
