"""The learning report in full: every finding, what stays open, what to keep in mind, the rules of evidence."""

from collective_impact.blocks import Block, Bullets, Callout, Heading, Labelled, Paragraph, Stack, Table
from collective_impact.findings.finding import Finding, Findings
from collective_impact.findings.learning.blocks import headline
from collective_impact.findings.learning.material import LearningReport
from collective_impact.findings.presentation import recommendations
from collective_impact.findings.strength import SIGNIFICANCE, TENTATIVE, counted_periods
from collective_impact.framework.vocabulary import Inquiry, Strength, inquiries, inquiry, label
from collective_impact.language import probability
from collective_impact.language import translate as _


def all_findings(report: LearningReport) -> Block:
    """Every finding by evaluation: what, so what, now what."""
    blocks = [_of_one(evaluation) for evaluation in reversed(report.evaluations) if evaluation.findings]
    return Stack(blocks) if blocks else Paragraph(_("No evaluation has come to a finding yet."))


def _of_one(evaluation: Findings) -> Block:
    found = [block for finding in evaluation.findings for block in _in_full(finding)]
    return Stack([Heading(inquiry(evaluation.template).name), *found])


def _in_full(finding: Finding) -> list[Block]:
    blocks = [headline(finding), Paragraph(finding.statement), Labelled(_("So what?"), finding.so_what)]
    if finding.now_what:
        blocks += [Labelled(_("Now what?"), _("Proposed, until a forum decides:")), recommendations(finding.now_what)]
    return blocks


def open_questions(report: LearningReport) -> Block:
    """What the evaluations that ran could not answer, why, and what would unlock it."""
    rows = [
        [inquiry(evaluation.template).name, item.question, item.reason, item.unlock]
        for evaluation in report.evaluations
        for item in evaluation.unanswered
    ]
    if not rows:
        return Paragraph(_("Every question of the evaluations that ran has an answer."))
    columns = [_("Evaluation"), _("Question"), _("Why it is open"), _("What would unlock it")]
    return Table(columns, rows, _("Questions that stay open"), "open-questions")


def not_run(report: LearningReport) -> Block:
    """The evaluations that did not run, and the tables that would open them."""
    ran = {evaluation.template for evaluation in report.evaluations}
    rows = [[each.name, each.question, _missing(each, report)] for each in inquiries() if each.id not in ran]
    columns = [_("Evaluation"), _("Question"), _("What would open it")]
    return Table(columns, rows, _("Evaluations that are not in this report"), "not-run") if rows else Stack([])


def _missing(each: Inquiry, report: LearningReport) -> str:
    if each.id in report.failed:
        return _("It was started and failed; its page says where.")
    missing = each.missing(report.initiative.has)
    if not missing:
        return _("Its tables are there; it was not asked for.")
    return _("Data in: {tables}").format(tables=missing)


def beware(report: LearningReport) -> Block:
    """What to keep in mind, by page, each caveat once and folded away."""
    told: set[str] = set()
    blocks: list[Block] = []
    for evaluation in reversed(report.evaluations):
        caveats = dict.fromkeys(caveat for finding in evaluation.findings for caveat in finding.caveats)
        own = [caveat for caveat in caveats if caveat not in told]
        told.update(own)
        if own:
            blocks.append(Callout(inquiry(evaluation.template).name, [Bullets(own)], "note", collapsed=True))
    return Stack(blocks) if blocks else Paragraph(_("There is no finding to be careful with yet."))


def rules_of_evidence() -> Block:
    """What each grade of evidence takes, for effects and for descriptions."""
    chance = _("Chance: p at most {limit}")
    zero = _("The interval leaves out zero")
    few, enough = counted_periods(0)
    rows = [
        [label(Strength.WEAK), chance.format(limit=probability(TENTATIVE)), few.rule],
        [label(Strength.MODERATE), zero, enough.rule],
        [label(Strength.STRONG), chance.format(limit=probability(SIGNIFICANCE)), _("no description is strong")],
        [label(Strength.INSUFFICIENT), _("not even weak"), _("not even weak")],
    ]
    columns = [_("Grade"), _("An effect has to show"), _("A course over time has to have")]
    note = _(
        "Each grade takes all that the lower grades take. Every finding has further rules of its own, such as enough "
        "raters who agree; its page lists them with what was seen."
    )
    return Stack([Table(columns, rows, _("What each grade of evidence takes"), "rules"), Paragraph(note)])
