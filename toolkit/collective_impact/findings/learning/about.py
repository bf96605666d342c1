"""What the report is about: what was evaluated and for whom, which questions, which data, and what limits it."""

from collective_impact.blocks import Block, Bullets, Labelled, Stack
from collective_impact.findings.learning.main_messages import how_many_inconclusive
from collective_impact.findings.learning.material import LearningReport
from collective_impact.framework.vocabulary import inquiries
from collective_impact.language import day, listing, number
from collective_impact.language import translate as _


def about_this_evaluation(report: LearningReport) -> Block:
    """What was evaluated, for whom, with which questions and data, and within which limits."""
    facts = report.initiative.facts
    place = listing([quoted for text in (facts.programme, facts.place) if (quoted := str(text))])
    told = [
        (_("What was evaluated:"), _sentence(f"{facts.title}: {place}" if place else str(facts.title))),
        (_("What it works for:"), str(facts.goal)),
        (_("Partners:"), str(facts.partners)),
        (_("For whom:"), _("The steering group, the partners, and everybody whom the work concerns.")),
        (_("Questions:"), _questions(report)),
        (_("Data:"), _data(report)),
        (_("About this account:"), str(facts.notes)),
    ]
    lines = [Labelled(name, text) for name, text in told if text]
    return Stack([*lines, Labelled(_("Limits:"), ""), Bullets(_limits(report))])


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _questions(report: LearningReport) -> str:
    words = _("{n} of {all} evaluations ran, each with a question of its own; the overview lists them.")
    return words.format(n=number(len(report.evaluations), 0), all=number(len(inquiries()), 0))


def _data(report: LearningReport) -> str:
    tables = report.initiative.tables
    rows = sum(len(table) for table in tables.values())
    words = _("Up to {day}: {rows} rows in {n} tables. The last page tells where each came from.")
    held = sum(not table.empty for table in tables.values())
    return words.format(day=day(report.as_of), rows=number(rows, 0), n=number(held, 0))


def _limits(report: LearningReport) -> list[str]:
    still_open = sum(len(evaluation.unanswered) for evaluation in report.evaluations)
    limits = [
        _("Nothing was drawn by lot: what else sets the areas that take part apart can be part of a difference."),
        _("Scores of conditions, power and practice are judgements by people, most of them from inside."),
        _("Owners and dates of recommendations are proposals until a forum has decided."),
    ]
    if report.findings:
        limits.append(how_many_inconclusive(report.findings))
    if still_open:
        limits.append(_("Questions that the data could not answer: {n}.").format(n=number(still_open, 0)))
    if report.failed:
        limits.append(_("Evaluations that could not be completed: {n}.").format(n=number(len(report.failed), 0)))
    return limits
