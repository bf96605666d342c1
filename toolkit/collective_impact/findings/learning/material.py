"""The learning report's material: what all evaluations found, what the earlier report asked for, what was decided."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from collective_impact.data.initiative import Initiative
from collective_impact.files import write_whole
from collective_impact.findings.evaluation import read_until, tables_read
from collective_impact.findings.finding import FINDINGS, Finding, Findings
from collective_impact.findings.learning.comparison import Changes, compare
from collective_impact.findings.learning.main_messages import main_messages, most_telling_first
from collective_impact.framework.vocabulary import READINESS, Phase, inquiries, inquiry
from collective_impact.language import current_language

LEARNING_REPORT = "learning_report"


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What the evaluations of an initiative found, brought together; made by `begin_learning`.

    Attributes
    ----------
    initiative : Initiative
    as_of : date
    evaluations : tuple of Findings
        One for each evaluation that ran: readiness, then in the order of the grid.
    failed : tuple of str
        Ids of evaluations that were started and did not end.
    earlier : Findings or None
        The earlier learning report.
    output_dir : Path
    earlier_evaluations : tuple of Findings
        The evaluations that it brought together, as far as they are there.
    """

    initiative: Initiative
    as_of: date
    evaluations: tuple[Findings, ...]
    failed: tuple[str, ...]
    earlier: Findings | None
    output_dir: Path
    earlier_evaluations: tuple[Findings, ...] = ()

    @property
    def changes(self) -> Changes | None:
        """What has changed since the earlier report; None where there is none."""
        return compare(self.earlier, self.earlier_evaluations, self.evaluations) if self.earlier else None

    @property
    def findings(self) -> list[Finding]:
        """All findings, the most telling first."""
        found = (finding for evaluation in self.evaluations for finding in evaluation.findings)
        return most_telling_first(found, starting=is_starting(self.initiative.phase_at(self.as_of)))

    @property
    def by_evaluation(self) -> dict[str, Findings | None]:
        """What each evaluation that ran came to; None for one that failed."""
        return {each.template: each for each in self.evaluations} | dict.fromkeys(self.failed)

    @property
    def messages(self) -> list[Finding]:
        """The few findings to decide from."""
        return main_messages(self.findings, starting=is_starting(self.initiative.phase_at(self.as_of)))

    def record(self) -> Findings:
        """Write ``findings.json`` into the output folder: the findings of all evaluations together."""
        found = Findings(
            template=LEARNING_REPORT,
            initiative=self.initiative.facts.id,
            initiative_title=str(self.initiative.facts.title),
            as_of=self.as_of,
            language=current_language(),
            findings=tuple(self.findings),
            unanswered=tuple(item for evaluation in self.evaluations for item in evaluation.unanswered),
            since=self.changes.record if self.changes else None,
            tables_read=tables_read(self.initiative),
        )
        write_whole(self.output_dir / FINDINGS, found.model_dump_json(indent=2) + "\n")
        return found


def is_starting(phase: Phase | None) -> bool:
    """Whether a phase is one for which readiness is still a question."""
    return phase in inquiry(READINESS).phases


def begin_learning(
    package: str, findings_dir: str, *, as_of: str, language: str, output_dir: str, earlier_findings: str = ""
) -> LearningReport:
    """Begin a learning report: read the package and the findings below a folder, take the language into use.

    Parameters
    ----------
    package : str
        Folder of the data package, or the name of an example that the toolkit ships.
    findings_dir : str
        Folder below which evaluations wrote their ``findings.json``; it may be empty or not exist.
    as_of, language, output_dir : str
        As for `collective_impact.findings.evaluation.begin`.
    earlier_findings : str
        The earlier learning report's ``findings.json``, or its folder; empty, or not there: none.

    Raises
    ------
    InputError
        With every problem of the package, or for a date or language that cannot be read.
    """
    initiative, today = read_until(package, as_of, language)
    found, failed = _read_findings(Path(findings_dir))
    earlier, evaluations = _earlier(earlier_findings)
    return LearningReport(initiative, today, found, failed, earlier, Path(output_dir), evaluations)


def _read_findings(folder: Path) -> tuple[tuple[Findings, ...], tuple[str, ...]]:
    """Findings of each evaluation that ended well, and ids of those that did not; strangers' files are passed over."""
    places = {each.id: folder / each.id for each in inquiries() if (folder / each.id).is_dir()}
    read = {name: _read(place / FINDINGS) for name, place in places.items()}
    failed = tuple(name for name, found in read.items() if found is None)
    return tuple(found for found in read.values() if found is not None), failed


def _earlier(place: str) -> tuple[Findings | None, tuple[Findings, ...]]:
    """The earlier learning report, and the evaluations whose runs lie beside its own."""
    if not place:
        return None, ()
    run = Path(place) if Path(place).is_dir() else Path(place).parent
    earlier = _read(run / FINDINGS if Path(place).is_dir() else Path(place))
    return earlier, _read_findings(run.parent)[0] if earlier else ()


def _read(file: Path) -> Findings | None:
    try:
        return Findings.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValidationError, json.JSONDecodeError):
        return None
