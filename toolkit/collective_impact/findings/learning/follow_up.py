"""What became of the last report: its recommendations held against the decisions, and the decisions since."""

from collections.abc import Sequence
from datetime import date

from collective_impact.analysis.decisions import Decision, decisions
from collective_impact.blocks import Block, Paragraph, Stack, Table
from collective_impact.findings.finding import Finding, Findings
from collective_impact.findings.learning.material import LearningReport
from collective_impact.language import day, day_in_table, number
from collective_impact.language import translate as _

ROWS = 12


def earlier_recommendations(report: LearningReport) -> Block:
    """Each recommendation of the earlier report with the decision that names its finding as evidence, if one does."""
    if report.earlier is None:
        return Paragraph(_("There is no earlier learning report to hold against the decisions."))
    asked = [finding for finding in report.earlier.findings if finding.now_what]
    if not asked:
        return Paragraph(_("The earlier report asked for nothing."))
    answers = [(finding, _answer(finding, report.earlier, report)) for finding in asked]
    answers.sort(key=lambda each: not each[1])
    decided = sum(bool(found) for _finding, found in answers)
    words = _(
        "The report of {day} came to {n} findings with recommendations; for {decided} of them a decision is on record "
        "that names the finding as evidence."
    )
    told = words.format(day=day(report.earlier.as_of), n=number(len(asked), 0), decided=number(decided, 0))
    rows = [_recommended(finding, found) for finding, found in answers[:ROWS]]
    columns = [_("What was recommended"), _("Because"), _("What was decided"), _("What came of it")]
    return Stack([Paragraph(told), Table(columns, rows, _("Recommendations of the last report"), "earlier")])


def _answer(finding: Finding, earlier: Findings, report: LearningReport) -> list[Decision]:
    """Decisions since the earlier report whose evidence names the finding."""
    made = decisions(report.initiative, report.as_of)
    return [each for each in made if each.day > earlier.as_of and each.names(finding.id)]


def _recommended(finding: Finding, found: Sequence[Decision]) -> list[str]:
    asked = " ".join(f"{step.action} ({step.owner}, {day(step.due)})." for step in finding.now_what)
    if not found:
        return [asked, finding.title, _("No decision recorded"), "–"]
    decided = _("{day}, {forum}: {summary}")
    return [
        asked,
        finding.title,
        "; ".join(decided.format(day=day(each.day), forum=each.forum, summary=each.summary) for each in found),
        "; ".join(came_of_it(each) for each in found),
    ]


def decisions_since(report: LearningReport) -> Block:
    """Decisions since the last report, or of the last twelve months: the evidence used and what came of them."""
    if not report.initiative.has("decision"):
        return Paragraph(_("No decisions are on record: rows in the table decision would show what was decided."))
    begins = report.earlier.as_of if report.earlier else report.as_of.replace(year=report.as_of.year - 1, day=1)
    made = [each for each in decisions(report.initiative, report.as_of) if each.day > begins]
    if not made:
        return Paragraph(_("No decision is on record since {day}.").format(day=day(begins)))
    latest = made[::-1][:ROWS]
    rows = [
        [day_in_table(each.day), each.summary, each.forum, _yes(each.shared), came_of_it(each, report.as_of)]
        for each in latest
    ]
    columns = [_("Date"), _("Decision"), _("Forum"), _("Shared data used"), _("What came of it")]
    return Stack([_counted(made, begins), Table(columns, rows, _("Decisions, the latest first"), "decisions")])


def _counted(made: Sequence[Decision], begins: date) -> Paragraph:
    words = _(
        "Decisions since {day}: {n}. Of these {shared} rest on data of the shared measurement, and {followed} have "
        "been followed up."
    )
    figures = {
        "n": len(made),
        "shared": sum(each.shared for each in made),
        "followed": sum(each.followed_up is not None for each in made),
    }
    return Paragraph(words.format(day=day(begins), **{name: number(n, 0) for name, n in figures.items()}))


def came_of_it(decision: Decision, as_of: date | None = None) -> str:
    """The result of a decision's follow-up with its date; or when it is due, or that it is overdue."""
    if decision.followed_up is not None:
        return _("{result} ({day})").format(result=decision.result.rstrip("."), day=day(decision.followed_up))
    if decision.due is None:
        return _("not followed up yet")
    if as_of is not None and decision.due <= as_of:
        return _("was due by {day}; not followed up").format(day=day(decision.due))
    return _("due by {day}").format(day=day(decision.due))


def _yes(held: bool) -> str:
    return _("yes") if held else _("no")
