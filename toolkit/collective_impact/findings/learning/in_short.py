"""The learning report on one page, for everybody: what, so what, now what, and how sure we are."""

from collections.abc import Sequence

from collective_impact.blocks import Block, Labelled, Paragraph, Stack, Table
from collective_impact.charts.grid_of_strengths import grid_of_strengths
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.blocks import graded, headline
from collective_impact.findings.learning.main_messages import how_many_inconclusive, selection_rule
from collective_impact.findings.learning.material import LearningReport
from collective_impact.language import day_in_table
from collective_impact.language import translate as _


def what(report: LearningReport) -> Block:
    """The few findings to decide from, numbered, each with what it means for the initiative."""
    if not report.messages:
        return Paragraph(
            _("No evaluation has come to a finding yet. The end of this page says what would change that.")
        )
    messages = [
        block
        for position, finding in enumerate(report.messages, 1)
        for block in (headline(finding, position), Labelled(_("So what?"), finding.so_what))
    ]
    return Stack([*messages, Paragraph(f"{how_many_inconclusive(report.findings)} {selection_rule()}")])


def now_what(report: LearningReport) -> Block:
    """The first step that each of them asks for, by whom and by when."""
    return first_steps(report.messages) or Paragraph(_("No finding calls for a step yet."))


def first_steps(messages: Sequence[Finding]) -> Table | None:
    """Table of the first step that each message asks for; None where none does."""
    rows = [
        [step.action, step.owner, day_in_table(step.due), str(position)]
        for position, finding in enumerate(messages, 1)
        for step in finding.now_what[:1]
    ]
    if not rows:
        return None
    columns = [_("What to do"), _("Who (proposed)"), _("By (proposed)"), _("Because of message")]
    return Table(columns, rows, _("First steps, proposed until a forum decides"), "now-what", numeric=(3,))


def how_sure(report: LearningReport) -> Block:
    """The twelve evaluations with the strength of the first finding of each, as a picture."""
    return grid_of_strengths(graded(report.by_evaluation))
