"""The learning report for the steering group: findings by level, who benefits, surprises, doubts, and decisions."""

from collections.abc import Sequence

from collective_impact.blocks import Block, Heading, Paragraph, Stack, Table
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.findings.learning.blocks import told
from collective_impact.findings.learning.main_messages import about, evaluation_of, first_of_each_evaluation, is_effect
from collective_impact.findings.learning.material import LearningReport
from collective_impact.framework.vocabulary import Level, Strength, inquiry, label
from collective_impact.language import day_in_table, figure_text, number, translate_plural
from collective_impact.language import translate as _

ROWS = 12
STEPS_A_FINDING = 2
_TOPICS = ("equity", "surprise", "rival")


def by_level(report: LearningReport) -> Block:
    """The most telling finding of each evaluation, level by level, the outcome first.

    Findings that a later section tells, on who benefits, surprises and rivals, are left to it.
    """
    blocks: list[Block] = []
    for level in reversed(Level):
        own = [finding for finding in report.findings if inquiry(evaluation_of(finding)).level is level]
        if own:
            first = first_of_each_evaluation(finding for finding in own if _section(finding) is None)
            blocks += [Heading(label(level), 4), told(first), *_rest(len(own) - len(first))]
    return Stack(blocks) if blocks else Paragraph(_("No evaluation has come to a finding yet."))


def _rest(n: int) -> list[Block]:
    if n < 1:
        return []
    words = translate_plural(
        "{n} more finding of this level stands below.", "{n} more findings of this level stand below.", n
    )
    return [Paragraph(words.format(n=n))]


def _section(finding: Finding) -> str | None:
    """The first of the topics that have sections of their own, so that each finding is told once."""
    return next((topic for topic in _TOPICS if topic in finding.topics), None)


def _told_under(report: LearningReport, topic: str, missing: str) -> Block:
    found = about(report.findings, topic)
    if not found:
        return Paragraph(missing)
    own = [finding for finding in found if _section(finding) == topic]
    return told(own[: ROWS // 2]) if own else Paragraph(_("What there is to say of it stands above."))


def who_benefits(report: LearningReport) -> Block:
    """Findings that tell groups of people apart."""
    return _told_under(
        report, "equity", _("No finding tells groups apart yet, so nobody can say who benefits and who does not.")
    )


def surprises(report: LearningReport) -> Block:
    """Findings that nobody expected."""
    return _told_under(report, "surprise", _("No finding is marked as unexpected. A log of surprises would show them."))


def rivals(report: LearningReport) -> Block:
    """Findings on what else could explain the results."""
    return _told_under(report, "rival", _("No other explanation has been examined yet; so take each result with care."))


def change_our_mind(report: LearningReport) -> Block:
    """What would make each main message firmer, and what would overturn it."""
    rows = [[finding.title, _firmer(finding), overturned(finding)] for finding in report.messages]
    if not rows:
        return Paragraph(_("Without a finding there is nothing to change our mind about."))
    columns = [_("What we say now"), _("What would make it firmer"), _("What would overturn it")]
    return Table(columns, rows, _("What would change our mind"), "change-our-mind")


def _firmer(finding: Finding) -> str:
    wanting = [check for check in finding.checks if not check.held]
    if not wanting and finding.strength is Strength.STRONG:
        return _("Nothing that the rules ask for is missing.")
    if not wanting:
        return _("A description can be no more than moderate; a comparison would take it further.")
    return "; ".join(_("{rule} (now {seen})").format(rule=check.rule, seen=check.seen) for check in wanting)


def overturned(finding: Finding) -> str:
    """Say what would speak against a finding."""
    estimate = finding.estimate
    if estimate is None:
        return _("A new round of data that counts otherwise.")
    if not estimate.conclusive:
        return _("More units or periods, so that the interval leaves out zero.")
    if not is_effect(finding):
        return _("A later interval that includes zero.")
    nearest = figure_text(min(abs(estimate.low), abs(estimate.high)))
    return _(
        "A later interval that includes zero, or something else that is shown to have moved it by {least} or more "
        "({unit})."
    ).format(least=nearest, unit=estimate.unit)


def to_decide(report: LearningReport) -> Block:
    """The steps that the findings ask for, at most two a finding, each once, the most telling finding's first."""
    steps: dict[tuple[str, str], tuple[Recommendation, Finding]] = {}
    for finding in report.findings:
        if finding.strength is not Strength.INSUFFICIENT:
            for step in finding.now_what[:STEPS_A_FINDING]:
                steps.setdefault((step.action, step.owner), (step, finding))
    if not steps:
        return Paragraph(_("No finding calls for a step yet."))
    rows = [
        [step.action, step.owner, day_in_table(step.due), finding.title]
        for step, finding in _shown(list(steps.values()))
    ]
    columns = [_("What to do"), _("Who (proposed)"), _("By (proposed)"), _("Because")]
    table = Table(columns, rows, _("Decisions to take, with owners and dates as proposals"), "to-decide")
    return Stack([_how_many(len(steps)), table])


def _shown(
    steps: Sequence[tuple[Recommendation, Finding]],
) -> list[tuple[Recommendation, Finding]]:
    return sorted(steps[:ROWS], key=lambda each: each[0].due)


def _how_many(n: int) -> Paragraph:
    if n <= ROWS:
        return Paragraph(_("Every step that the findings ask for, the most pressing date first."))
    words = _("The {shown} steps of the most telling findings, out of {n}. The others stand with their findings below.")
    return Paragraph(words.format(shown=number(ROWS, 0), n=number(n, 0)))
