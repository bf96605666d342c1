"""The learning report: what all evaluations found, what it means, what to do, and what stays open."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from collective_impact.blocks import Badge, Block, Bullets, Heading, Paragraph, Stack, Table
from collective_impact.data.initiative import Initiative
from collective_impact.files import write_whole
from collective_impact.findings.evaluation import read_until
from collective_impact.findings.finding import FINDINGS, Finding, Findings
from collective_impact.findings.presentation import strength_badge
from collective_impact.framework.vocabulary import Inquiry, Level, Method, Strength, grid, inquiries, inquiry, label
from collective_impact.language import current_language, day
from collective_impact.language import translate as _

LEARNING_REPORT = "learning_report"
_ORDER = tuple(Strength)


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What the evaluations of an initiative found, brought together; made by `begin_learning`.

    Attributes
    ----------
    initiative : Initiative
    as_of : date
    evaluations : tuple of Findings
        One for each evaluation that ran, in the order of the grid.
    failed : tuple of str
        Ids of evaluations that were started and did not end.
    output_dir : Path
    """

    initiative: Initiative
    as_of: date
    evaluations: tuple[Findings, ...]
    failed: tuple[str, ...]
    output_dir: Path

    def what(self) -> Block:
        """What was found: each finding with the strength of its evidence."""
        if not self._in_order():
            return Paragraph(
                _("No evaluation has come to a finding yet. The end of this page says what would change that.")
            )
        blocks: list[Block] = []
        for evaluation in reversed(self.evaluations):
            if evaluation.findings:
                blocks.append(Heading(inquiry(evaluation.template).name))
            for finding in evaluation.findings:
                blocks += [_Headline(finding), Paragraph(finding.statement)]
        return Stack(blocks)

    def so_what(self) -> Block:
        """What the findings mean for the initiative."""
        return Bullets([f"{finding.title}: {finding.so_what}" for finding in self._in_order()])

    def now_what(self) -> Block:
        """What should be done, by whom and by when, and because of which finding."""
        rows = [
            [item.action, item.owner, day(item.due), finding.title]
            for finding in self._in_order()
            for item in finding.now_what
        ]
        if not rows:
            return Paragraph(_("No finding calls for a step yet."))
        columns = [_("What to do"), _("Who (proposed)"), _("By (proposed)"), _("Because")]
        return Table(columns, rows, _("Steps proposed, until a forum decides"), "now-what")

    def strengths(self) -> Block:
        """The grid of twelve evaluations with the strongest evidence in each."""
        columns = [_("Level"), *(label(method) for method in Method)]
        cells = {(cell.method, cell.level): self._cell(cell) for cell in grid()}
        rows = [[label(level), *(cells[method, level] for method in Method)] for level in Level]
        return Table(columns, rows, _("Strength of evidence in each of the twelve evaluations"), "grid")

    def open_questions(self) -> Block:
        """What the evaluations that ran could not answer, why, and what would unlock it."""
        rows = [
            [inquiry(evaluation.template).name, item.question, item.reason, item.unlock]
            for evaluation in self.evaluations
            for item in evaluation.unanswered
        ]
        if not rows:
            return Paragraph(_("Every question of the evaluations that ran has an answer."))
        columns = [_("Evaluation"), _("Question"), _("Why it is open"), _("What would unlock it")]
        return Table(columns, rows, _("Questions that stay open"), "open-questions")

    def not_run(self) -> Block:
        """The evaluations that did not run, and the tables that would open them."""
        ran = {evaluation.template for evaluation in self.evaluations}
        rows = [[c.name, c.question, self._missing(c)] for c in inquiries() if c.id not in ran]
        columns = [_("Evaluation"), _("Question"), _("What would open it")]
        return Table(columns, rows, _("Evaluations that are not in this report"), "not-run") if rows else Stack([])

    def beware(self) -> Block:
        """What to keep in mind, each caveat once."""
        return Bullets(list(dict.fromkeys(c for finding in self._in_order() for c in finding.caveats)))

    def record(self) -> Findings:
        """Write ``findings.json`` into the output folder: the findings of all evaluations together."""
        found = Findings(
            template=LEARNING_REPORT,
            initiative=self.initiative.facts.id,
            initiative_title=str(self.initiative.facts.title),
            as_of=self.as_of,
            language=current_language(),
            findings=self._in_order(),
            unanswered=tuple(item for evaluation in self.evaluations for item in evaluation.unanswered),
        )
        write_whole(self.output_dir / FINDINGS, found.model_dump_json(indent=2) + "\n")
        return found

    def _in_order(self) -> tuple[Finding, ...]:
        return tuple(finding for evaluation in reversed(self.evaluations) for finding in evaluation.findings)

    def _cell(self, cell: Inquiry) -> str | Block:
        if cell.id in self.failed:
            return _("failed")
        evaluation = next((e for e in self.evaluations if e.template == cell.id), None)
        if evaluation is None:
            return _("not evaluated")
        strengths = [finding.strength for finding in evaluation.findings]
        best = min(strengths, key=_ORDER.index, default=Strength.INSUFFICIENT)
        return Badge(label(best), best.value)

    def _missing(self, cell: Inquiry) -> str:
        if cell.id in self.failed:
            return _("It was started and failed; its page says where.")
        missing = cell.missing(self.initiative.has)
        if not missing:
            return _("Its tables are there; it was not asked for.")
        return _("Data in: {tables}").format(tables=missing)


@dataclass(frozen=True)
class _Headline(Block):
    """A finding's title with its strength beside it."""

    finding: Finding

    def markdown(self) -> str:
        return f"**{Paragraph(self.finding.title).markdown()}** {strength_badge(self.finding.strength).markdown()}"

    def html(self) -> str:
        return Paragraph(self.finding.title).html() + strength_badge(self.finding.strength).html()


def begin_learning(package: str, findings_dir: str, *, as_of: str, language: str, output_dir: str) -> LearningReport:
    """Begin a learning report: read the package and the findings below a folder, take the language into use.

    Parameters
    ----------
    package : str
        Folder of the data package, or the name of an example that the toolkit ships.
    findings_dir : str
        Folder below which evaluations wrote their ``findings.json``; it may be empty or not exist.
    as_of, language, output_dir : str
        As for `collective_impact.findings.evaluation.begin`.

    Raises
    ------
    InputError
        With every problem of the package, or for a date or language that cannot be read.
    """
    initiative, today = read_until(package, as_of, language)
    found, failed = _read_findings(Path(findings_dir))
    return LearningReport(initiative, today, found, failed, Path(output_dir))


def _read_findings(folder: Path) -> tuple[tuple[Findings, ...], tuple[str, ...]]:
    """Findings of each evaluation that ended well, and ids of those that did not; strangers' files are passed over."""
    found, failed = [], []
    for cell in inquiries():
        place = folder / cell.id
        if not place.is_dir():
            continue
        try:
            found.append(Findings.model_validate_json((place / FINDINGS).read_text(encoding="utf-8")))
        except (OSError, ValidationError, json.JSONDecodeError):
            failed.append(cell.id)
    return tuple(found), tuple(failed)


def by_strength(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings for those who read only the first: effects before descriptions, then by strength of evidence."""
    return sorted(
        findings, key=lambda finding: (not finding.id.startswith("summative"), _ORDER.index(finding.strength))
    )
