"""The report on one page and on three: what everybody should know, for those who read no further.

Both are made of whole sentences: where there is more than there is room for, the last of a list are left out, and a
text that is too long gives way to a pointer to where it stands.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from collective_impact.blocks import TABLES, Badge, Block, Heading, Labelled, Paragraph, Table, TwoLines, plain
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.blocks import Inline, PageLink, Strong, count_of_findings, told
from collective_impact.findings.learning.for_steering import overturned
from collective_impact.findings.learning.in_short import first_steps
from collective_impact.findings.learning.main_messages import (
    about,
    evaluation_of,
    how_many_inconclusive,
    main_messages,
    reading_aid,
)
from collective_impact.findings.learning.material import is_starting
from collective_impact.findings.presentation import strength_badge
from collective_impact.framework.vocabulary import Strength, inquiry, label
from collective_impact.language import day, number, translate_plural
from collective_impact.language import translate as _
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.renderer import Document, Page
from collective_impact.reporting.room import Room, shortened
from collective_impact.reporting.run_page import FIGURES, outputs
from collective_impact.reporting.telling_pictures import lay_out, telling_pictures

TITLE = 90
"""Letters of an initiative's name above a short form."""

GOAL = Room(text=330, items=1, letters=330)
TITLES = Room(text=240, items=5, letters=800)
STEPS = Room(text=170, items=5, letters=560)
STATEMENTS = Room(text=700, items=5, letters=2400)
MEANINGS = Room(text=420, items=5, letters=1100)
ON_THE_SIDE = Room(text=600, items=1, letters=600)
CELLS = Room(text=260, items=5, letters=950)
OPEN = Room(text=500, items=3, letters=900)
PICTURES = 2
DECISIONS = "tbl-decisions"


def brief(edition: Edition) -> Document:
    """Plan the report on one page, in the current language."""
    messages = _messages(edition)
    beside = [
        Heading(_("How sure are we?")),
        *_how_sure(edition.findings),
        Heading(_("How to read this")),
        Paragraph(reading_aid()),
        Heading(_("Where to read on")),
        Paragraph(
            _(
                "In one folder with this page: the summary (summary.pdf), the whole report (report.pdf) and its web "
                "pages (index.html)."
            )
        ),
    ]
    parts = [_goal(edition), _what_we_know(messages), _div("column-margin", beside), *_do_first(messages)]
    return Document("brief", _("On one page"), "brief", (_page("brief", edition, parts),))


def summary(edition: Edition) -> Document:
    """Plan the report on some three pages, the most interesting first, in the current language.

    Its pictures are written into the folder of the learning report's figures.
    """
    messages = _messages(edition)
    pictures = telling_pictures(edition, messages, PICTURES)
    figures = edition.learning.folder / FIGURES
    lay_out(pictures, figures)
    shown = {picture.finding: picture.markdown for picture in pictures}
    parts = [
        _goal(edition),
        *_messages_told(messages, shown),
        *_on_the_side(edition, messages),
        *_change_our_mind(messages),
        *_decided(edition),
        *_do_first(messages),
        *_still_open(edition),
        Heading(_("How to read this"), 2).markdown(),
        Paragraph(f"{reading_aid()} {how_many_inconclusive(edition.findings)}").markdown(),
    ]
    page = _page("summary", edition, parts, figures)
    return Document("summary", _("Summary of some three pages"), "summary", (page,), formats=("pdf", "docx"))


def _page(name: str, edition: Edition, parts: Sequence[str], figures: Path | None = None) -> Page:
    return Page(
        name=name,
        title=shortened(plain(edition.facts.title), TITLE),
        body="\n\n".join(filter(None, parts)),
        figures=figures,
        subtitle=_("What we know by {day}").format(day=day(edition.as_of)),
    )


def _messages(edition: Edition) -> list[Finding]:
    return main_messages(edition.findings, starting=is_starting(edition.facts.phase_at(edition.as_of)))


def _goal(edition: Edition) -> str:
    goal = str(edition.facts.goal)
    return _div("lead", [Labelled(_("What it works for:"), goal)]) if goal and GOAL.takes(goal) else ""


def _div(kind: str, blocks: Sequence[Block]) -> str:
    inner = "\n\n".join(block.markdown() for block in blocks)
    return f"::: {{.{kind}}}\n{inner}\n:::"


def _what_we_know(messages: Sequence[Finding]) -> str:
    """The main messages in a box, each with the strength of its evidence and the evaluation that it comes from."""
    if not messages:
        return _no_finding()
    shown = messages[: TITLES.count([finding.title for finding in messages])]
    items = "\n".join(f"- {TwoLines(Strong(_title(each)), _origin(each), indent='  ').markdown()}" for each in shown)
    return f"::: {{.key-findings}}\n{Heading(_('What we know'), 2).markdown()}\n\n{items}\n:::"


def _no_finding() -> str:
    words = _("No evaluation has come to a finding yet. The learning report says what would change that.")
    return Paragraph(words).markdown()


def _title(finding: Finding) -> str:
    return finding.title if TITLES.takes(finding.title) else _too_long(finding)


def _too_long(finding: Finding) -> str:
    words = _("The words of this finding are too long to stand here; they stand under “{evaluation}”.")
    return words.format(evaluation=inquiry(evaluation_of(finding)).name)


def _origin(finding: Finding) -> Inline:
    own = inquiry(evaluation_of(finding))
    return Inline([strength_badge(finding.strength), PageLink(own.name, own.id)])


def _how_sure(findings: Sequence[Finding]) -> list[Block]:
    """How many findings there are of each strength."""
    counts = Counter(finding.strength for finding in findings)
    return [
        Inline([Badge(label(strength), strength.value), Paragraph(count_of_findings(counts[strength]))])
        for strength in Strength
    ]


def _do_first(messages: Sequence[Finding]) -> list[str]:
    """The first step of each message with owner and date, as proposals."""
    steps = first_steps(messages)
    rows = [row[:3] for row in steps.rows] if steps else []
    short = [row for row in rows if STEPS.takes(*map(str, row))]
    shown = short[: STEPS.count(["".join(map(str, row)) for row in short])]
    if not steps or not shown:
        return []
    return [Heading(steps.caption, 2).markdown(), Table(steps.columns[:3], shown).markdown()]


def _messages_told(messages: Sequence[Finding], pictures: Mapping[str, str]) -> list[str]:
    """Each message as a section that its title heads: what, how sure, so what, and a picture of it."""
    if not messages:
        return [_no_finding()]
    shown = messages[: STATEMENTS.count([finding.statement for finding in messages])]
    explained = MEANINGS.count([finding.so_what for finding in shown])
    sections = [_told(each, at < explained, pictures.get(each.id, "")) for at, each in enumerate(shown)]
    return [part for section in sections for part in section]


def _told(finding: Finding, explained: bool, picture: str) -> list[str]:
    fits = STATEMENTS.takes(finding.statement)
    parts = [
        Heading(_title(finding), 2).markdown(),
        _origin(finding).markdown(),
        Paragraph(finding.statement if fits else _too_long(finding)).markdown(),
    ]
    if explained and MEANINGS.takes(finding.so_what):
        parts.append(Labelled(_("So what?"), finding.so_what).markdown())
    return [*parts, picture]


def _on_the_side(edition: Edition, messages: Sequence[Finding]) -> list[str]:
    """Who benefits and what surprised, where the messages have not told it already."""
    known = {finding.id for finding in messages}
    parts: list[str] = []
    for title, topic in ((_("Who benefits, and who does not?"), "equity"), (_("What surprised us?"), "surprise")):
        found = [finding for finding in about(edition.findings, topic) if finding.id not in known]
        short = [finding for finding in found if ON_THE_SIDE.takes(finding.title, finding.statement)]
        shown = short[: ON_THE_SIDE.count([finding.title + finding.statement for finding in short])]
        if shown:
            parts += [Heading(title, 2).markdown(), told(shown).markdown()]
            known |= {finding.id for finding in shown}
    return parts


def _change_our_mind(messages: Sequence[Finding]) -> list[str]:
    rows = [[finding.title, overturned(finding)] for finding in messages]
    return _table(_("What would change our mind?"), [_("What we say now"), _("What would overturn it")], rows)


def _decided(edition: Edition) -> list[str]:
    """The latest decisions and what came of them, as the learning report tells them."""
    made = [table for output in outputs(edition.learning) for table in json.loads(output.get(TABLES, "[]"))]
    rows = [[row[0], row[1], row[-1]] for table in made if table["id"] == DECISIONS for row in table["rows"]]
    return _table(_("What was decided"), [_("Date"), _("Decision"), _("What came of it")], rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Heading and table of the first rows that there is room for."""
    short = [row for row in rows if CELLS.takes(*row)]
    shown = short[: CELLS.count(["".join(row) for row in short])]
    return [Heading(title, 2).markdown(), Table(columns, shown).markdown()] if shown else []


def _still_open(edition: Edition) -> list[str]:
    """Questions that the data could not answer, and evaluations that did not end."""
    asked = [item for run in edition.runs if run.findings for item in run.findings.unanswered]
    short = [item for item in asked if OPEN.takes(item.question, item.reason, item.unlock)]
    shown = short[: OPEN.count([item.question + item.reason + item.unlock for item in short])]
    lines = [Labelled(item.question, f"{item.reason} {_('What would unlock it:')} {item.unlock}") for item in shown]
    rest = [*_more(len(asked) - len(shown)), *_failed(sum(not run.ok for run in edition.runs))]
    parts = [line.markdown() for line in [*lines, *rest]]
    return [Heading(_("What could not be answered"), 2).markdown(), *parts] if parts else []


def _more(n: int) -> list[Block]:
    words = translate_plural(
        "{n} more question stays open; the learning report tells it.",
        "{n} more questions stay open; the learning report tells them.",
        n,
    )
    return [Paragraph(words.format(n=number(n, 0)))] if n else []


def _failed(n: int) -> list[Block]:
    return [Paragraph(_("Evaluations that could not be completed: {n}.").format(n=number(n, 0)))] if n else []
