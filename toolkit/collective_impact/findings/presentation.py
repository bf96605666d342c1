"""Findings and open questions as blocks of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from collective_impact.blocks import (
    Badge,
    Block,
    Bullets,
    Callout,
    Heading,
    Labelled,
    Paragraph,
    Stack,
    Table,
    escape_markdown,
)
from collective_impact.findings.finding import Finding, Recommendation, Unanswered
from collective_impact.framework.vocabulary import Strength, label
from collective_impact.language import day
from collective_impact.language import translate as _


@dataclass(frozen=True)
class Traced(Block):
    """A link to the place that tells where something comes from; nothing in a notebook, for there that page is not."""

    place: str

    def markdown(self) -> str:
        return f"::: {{.traced}}\n[{escape_markdown(_('Where this comes from'))}](provenance.html#{self.place})\n:::"

    def html(self) -> str:
        return ""


def anchor(finding: str) -> str:
    """Give the id that stands for a finding on its page and where it is traced, by the finding's id."""
    return finding.replace(".", "-")


def strength_badge(strength: Strength) -> Badge:
    """The strength of evidence as a label."""
    return Badge(_("{strength} evidence").format(strength=label(strength)), strength.value)


def finding_block(finding: Finding) -> Block:
    """A finding with all that is needed to judge it and to act on it."""
    blocks: list[Block] = [
        Heading(finding.title, name=anchor(finding.id)),
        strength_badge(finding.strength),
        Paragraph(finding.statement),
    ]
    if finding.checks:
        order = list(reversed(Strength))
        rows = [
            [check.rule, check.seen, _("held") if check.held else _("did not hold"), label(check.needed_for)]
            for check in sorted(finding.checks, key=lambda check: order.index(check.needed_for))
        ]
        title = _("How the strength of evidence was judged")
        columns = [_("Rule"), _("What was seen"), _("Result"), _("Needed for")]
        blocks.append(Callout(title, [Table(columns, rows)], "note", collapsed=True))
    blocks += [Labelled(_("So what?"), finding.so_what)]
    if finding.now_what:
        blocks += [Labelled(_("Now what?"), _("Proposed, until a forum decides:")), recommendations(finding.now_what)]
    if finding.caveats:
        blocks += [Labelled(_("To keep in mind"), ""), Bullets(finding.caveats)]
    return Stack([*blocks, Traced(anchor(finding.id))])


def recommendations(items: Sequence[Recommendation]) -> Block:
    """Recommendations as a list, each with its owner and date."""
    text = _("{action} ({owner}, by {due})")
    return Bullets([text.format(action=r.action, owner=r.owner, due=day(r.due)) for r in items])


def unanswered_block(item: Unanswered) -> Block:
    """An open question in a box: why it could not be answered, and what would unlock it."""
    body = [Paragraph(item.reason), Labelled(_("What would unlock it:"), item.unlock)]
    return Callout(_("Not answered yet"), body, "not-answered")
