"""Pieces of the learning report and the first page: a finding's headline, a numbered list, the grid with its links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as escape_html

from collective_impact.blocks import Badge, Block, Paragraph, Stack, Table, TwoLines, escape_markdown, plain
from collective_impact.charts.grid_of_strengths import GradedEvaluation
from collective_impact.findings.finding import Finding, Findings
from collective_impact.findings.learning.main_messages import evaluation_of
from collective_impact.findings.presentation import strength_badge
from collective_impact.framework.vocabulary import Inquiry, Level, Method, Strength, grid, inquiry, label
from collective_impact.language import number, translate_plural
from collective_impact.language import translate as _


@dataclass(frozen=True)
class PageLink(Block):
    """A link to another page of the report; in a notebook its text alone, for there the page is not."""

    text: str
    page: str

    def markdown(self) -> str:
        return f"[{escape_markdown(self.text)}]({self.page}.html)"

    def html(self) -> str:
        return escape_html(plain(self.text))


@dataclass(frozen=True)
class Inline(Block):
    """Blocks of one line side by side."""

    blocks: Sequence[Block]

    def markdown(self) -> str:
        return " ".join(block.markdown() for block in self.blocks)

    def html(self) -> str:
        return " ".join(block.html() for block in self.blocks)


@dataclass(frozen=True)
class Strong(Block):
    """A short text in bold."""

    text: str

    def markdown(self) -> str:
        return f"**{escape_markdown(self.text)}**" if plain(self.text) else ""

    def html(self) -> str:
        return f"<strong>{escape_html(plain(self.text))}</strong>"


def headline(finding: Finding, number: int = 0) -> Block:
    """A finding's title with its strength and a link to the evaluation that it comes from."""
    title = f"{number}. {finding.title}" if number else finding.title
    own = inquiry(evaluation_of(finding))
    return TwoLines(Strong(title), Inline([strength_badge(finding.strength), PageLink(own.name, own.id)]))


def told(findings: Sequence[Finding]) -> Block:
    """Findings one below the other: headline and statement."""
    return Stack([block for each in findings for block in (headline(each), Paragraph(each.statement))])


def graded(found: Mapping[str, Findings | None]) -> list[GradedEvaluation]:
    """What each of the twelve evaluations came to, for the picture; `found` has None for one that failed."""
    return [
        GradedEvaluation(method, level, _strengths(found.get(cell.id)), _words(cell, found))
        for cell in grid()
        if (method := cell.method) and (level := cell.level)
    ]


def _strengths(findings: Findings | None) -> tuple[Strength, ...]:
    return tuple(finding.strength for finding in findings.findings) if findings else ()


def _words(cell: Inquiry, found: Mapping[str, Findings | None]) -> str:
    if cell.id not in found:
        return _("not evaluated")
    findings = found[cell.id]
    if findings is None:
        return _("failed")
    strengths = _strengths(findings)
    if not strengths:
        return _("no finding yet")
    return _("{strength} ({findings})").format(strength=label(strengths[0]), findings=count_of_findings(len(strengths)))


def count_of_findings(n: int) -> str:
    """Say how many findings there are."""
    return translate_plural("{n} finding", "{n} findings", n).format(n=number(n, 0))


def grid_table(found: Mapping[str, Findings | None], caption: str, name: str = "grid") -> Table:
    """The twelve evaluations, levels by methods: strength of the first finding, number of findings, link to the page.

    Parameters
    ----------
    found : mapping of str to Findings or None
        By evaluation; None for one that failed. Those that did not run are left out of it.
    """
    cells = {(cell.method, cell.level): _grid_cell(cell, found) for cell in grid()}
    rows = [[label(level), *(cells[method, level] for method in Method)] for level in Level]
    return Table([_("Level"), *(label(method) for method in Method)], rows, caption, name)


def _grid_cell(cell: Inquiry, found: Mapping[str, Findings | None]) -> str | Block:
    if cell.id not in found:
        return _("not evaluated")
    findings = found[cell.id]
    if findings is None:
        return PageLink(_("failed"), cell.id)
    if not findings.findings:
        return PageLink(_("no finding yet"), cell.id)
    n, strength = len(findings.findings), findings.findings[0].strength
    count = count_of_findings(n).replace(" ", "\u00a0")
    return Inline([Badge(label(strength), strength.value), PageLink(count, cell.id)])
