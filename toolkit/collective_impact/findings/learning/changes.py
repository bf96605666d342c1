"""What has changed since the last report, as it stands in the learning report and in a line on the first page."""

from collections.abc import Sequence

from collective_impact.blocks import Block, Callout, Heading, Labelled, Paragraph, Stack, Table
from collective_impact.findings.finding import EstimateRecord, Since
from collective_impact.findings.learning.blocks import headline, told
from collective_impact.findings.learning.comparison import Answer, Changes, Pair
from collective_impact.findings.learning.material import LearningReport
from collective_impact.findings.wording import interval
from collective_impact.framework.vocabulary import inquiry, label
from collective_impact.language import day, digits_for, figure_text, listing, number, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Interval


def since_last_report(report: LearningReport) -> Block:
    """What is new, gone, stronger, weaker, moved or answered since the earlier report."""
    changes = report.changes
    if changes is None:
        return Paragraph(_("This is the first report in this language, so there is nothing to compare it with."))
    return Stack(
        [
            Paragraph(since_in_words(changes.record)),
            *_new(changes),
            *_gone(changes),
            *_regraded(changes.regraded),
            *_estimates(changes.estimated),
            *_answered(changes.answered),
            *_evaluations(changes),
        ]
    )


def since_in_words(since: Since) -> str:
    """Count the changes since an earlier report in one sentence."""
    words = [
        translate_plural("{n} finding is new", "{n} findings are new", len(since.new)),
        translate_plural("{n} finding is gone", "{n} findings are gone", len(since.gone)),
        translate_plural("{n} has stronger evidence", "{n} have stronger evidence", len(since.stronger)),
        translate_plural("{n} has weaker evidence", "{n} have weaker evidence", len(since.weaker)),
        translate_plural("{n} estimate has moved", "{n} estimates have moved", len(since.moved)),
        translate_plural("{n} open question is answered", "{n} open questions are answered", len(since.answered)),
    ]
    ids = (since.new, since.gone, since.stronger, since.weaker, since.moved, since.answered)
    counted = [each.format(n=number(len(own), 0)) for each, own in zip(words, ids, strict=True) if own]
    if not counted:
        return _("Since the report of {day} no finding has clearly changed.").format(day=day(since.report))
    return _("Since the report of {day}: {changes}.").format(day=day(since.report), changes=listing(counted))


def _new(changes: Changes) -> list[Block]:
    return [Heading(_("New findings"), 4), told(changes.new)] if changes.new else []


def _gone(changes: Changes) -> list[Block]:
    if not changes.gone:
        return []
    words = _("The last report came to these findings; from the data of this one they do not follow.")
    return [Heading(_("Findings that are gone"), 4), Paragraph(words), *(headline(each) for each in changes.gone)]


def _regraded(pairs: Sequence[Pair]) -> list[Block]:
    if not pairs:
        return []
    rows = [[pair.now.title, label(pair.then.strength), label(pair.now.strength)] for pair in pairs]
    columns = [_("Finding"), _("Evidence then"), _("Evidence now")]
    return [Table(columns, rows, _("Findings whose strength of evidence has changed"), "regraded")]


def _estimates(pairs: Sequence[Pair]) -> list[Block]:
    """Estimates that moved for all to see, the others folded away."""
    moved, others = [pair for pair in pairs if pair.moved], [pair for pair in pairs if not pair.moved]
    blocks: list[Block] = []
    if moved:
        blocks.append(_then_and_now(moved, _("Estimates that have moved"), "moved"))
    if others:
        title = _("Estimates without a clear change: {n}").format(n=number(len(others), 0))
        table = _then_and_now(others, _("Estimates without a clear change"), "no-clear-change")
        blocks.append(Callout(title, [table], "note", collapsed=True))
    words = _(
        "An estimate counts as moved only where the two intervals have no value in common. The reports share part of "
        "their data, so this is a cautious rule."
    )
    return [*blocks, Paragraph(words)] if blocks else []


def _then_and_now(pairs: Sequence[Pair], caption: str, name: str) -> Table:
    rows = [
        [pair.now.title, *(_estimate(each) for each in (pair.then.estimate, pair.now.estimate) if each)]
        for pair in pairs
    ]
    return Table([_("Finding"), _("Estimate then"), _("Estimate now")], rows, caption, name)


def _estimate(found: EstimateRecord) -> str:
    """An estimate with its interval; limits that nothing can pass have no confidence to tell."""
    value, words = figure_text(found.value), _("{value} {unit} ({interval})")
    if found.confidence >= 1:
        low, high = (number(each, digits_for(found.value)) for each in (found.low, found.high))
        return words.format(value=value, unit=found.unit, interval=_("{low} to {high}").format(low=low, high=high))
    known = Interval(found.value, found.low, found.high, found.confidence)
    return words.format(value=value, unit=found.unit, interval=interval(known))


def _answered(answers: Sequence[Answer]) -> list[Block]:
    if not answers:
        return []
    answered = [block for each in answers for block in (Labelled(each.question, ""), headline(each.finding))]
    return [Heading(_("Questions answered since"), 4), *answered]


def _evaluations(changes: Changes) -> list[Block]:
    """Evaluations that only one of the reports has: what they found cannot be compared."""
    told = [
        (_("Evaluated now and not then:"), changes.begun),
        (_("Evaluated then and not now:"), changes.left_out),
    ]
    return [Labelled(words, listing([inquiry(each).name for each in ids]) + ".") for words, ids in told if ids]
