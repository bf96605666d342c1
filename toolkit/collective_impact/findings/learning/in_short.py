"""The learning report on one page, for everybody: what, so what, now what, and how sure we are."""

from collective_impact.blocks import Block, Paragraph, Stack, Table
from collective_impact.charts.grid_of_strengths import grid_of_strengths
from collective_impact.findings.learning.blocks import Numbered, graded, grid_table, headline
from collective_impact.findings.learning.main_messages import selection_rule
from collective_impact.findings.learning.material import LearningReport
from collective_impact.language import day
from collective_impact.language import translate as _


def what(report: LearningReport) -> Block:
    """The few findings to decide from, numbered."""
    if not report.messages:
        return Paragraph(
            _("No evaluation has come to a finding yet. The end of this page says what would change that.")
        )
    messages = [headline(finding, position) for position, finding in enumerate(report.messages, 1)]
    return Stack([*messages, Paragraph(selection_rule())])


def so_what(report: LearningReport) -> Block:
    """What each of them means for the initiative, by the same numbers."""
    if not report.messages:
        return Paragraph(_("Without a finding there is nothing to build on yet."))
    return Numbered([finding.so_what for finding in report.messages])


def now_what(report: LearningReport) -> Block:
    """The first step that each of them asks for, by whom and by when."""
    rows = [
        [step.action, step.owner, day(step.due), str(position)]
        for position, finding in enumerate(report.messages, 1)
        for step in finding.now_what[:1]
    ]
    if not rows:
        return Paragraph(_("No finding calls for a step yet."))
    columns = [_("What to do"), _("Who (proposed)"), _("By (proposed)"), _("Because of message")]
    return Table(columns, rows, _("First steps, proposed until a forum decides"), "now-what", numeric=(3,))


def how_sure(report: LearningReport) -> Block:
    """The twelve evaluations with the strongest evidence of each, as a picture and with links to their pages."""
    caption = _("Strongest evidence, number of findings and page of each evaluation")
    return Stack([grid_of_strengths(graded(report.by_evaluation)), grid_table(report.by_evaluation, caption)])
