"""A learning report as a site: first page, learning report, one page an evaluation."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from collective_impact.blocks import Bullets, Heading, Labelled, Paragraph, TwoLines, escape_markdown
from collective_impact.data.initiative import Initiative
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.blocks import Inline, PageLink, grid_table
from collective_impact.findings.learning.in_short import first_steps
from collective_impact.findings.learning.main_messages import (
    evaluation_of,
    how_many_inconclusive,
    main_messages,
    selection_rule,
)
from collective_impact.findings.learning.material import LEARNING_REPORT, is_starting
from collective_impact.findings.presentation import strength_badge
from collective_impact.framework.vocabulary import READINESS, Inquiry, Level, grid, inquiry, label
from collective_impact.language import current_language, day, listing
from collective_impact.language import translate as _
from collective_impact.reporting.provenance import provenance_page
from collective_impact.reporting.renderer import WORDS, Page, Site
from collective_impact.reporting.run_page import Run, page_of, read_run


def learning_site(initiative: Initiative, as_of: date, folders: Sequence[Path]) -> Site:
    """Plan the site of a report from what its runs left, in the current language.

    Parameters
    ----------
    initiative : Initiative
    as_of : date
    folders : sequence of Path
        One for each run, with its record and what it made.
    """
    runs = {run.record["template"]: run for run in map(read_run, folders)}
    cells = [cell for cell in _reading_order() if cell.id in runs]
    facts = ((_("Initiative"), str(initiative.facts.title)), (_("Data up to"), day(as_of)))
    evaluations = [page_of(runs[c.id], c.name, _tags(c), facts) for c in cells]
    learning = page_of(runs[LEARNING_REPORT], _("Learning report"), (_("Learning report"),), facts)
    provenance = provenance_page(initiative, list(runs.values()), facts)
    index = _index(initiative, as_of, runs, cells, facts)
    title = str(initiative.facts.title)
    return Site(
        title=title,
        subtitle=_("Learning report"),
        language=current_language(),
        pages=(index, learning, *evaluations, provenance),
        groups=(
            (_("Report"), (index.name, learning.name)),
            *_groups(cells),
            (_("Background"), (provenance.name,)),
        ),
        date=as_of,
        words={key: _(words) for key, words in WORDS.items()},
        facts=((_("Place"), str(initiative.facts.place)), (_("Data up to"), day(as_of))),
        citation=_("{title}: learning report with data up to {day}. Made with collective-impact-toolkit.").format(
            title=title, day=day(as_of)
        ),
        licence=listing([each.title or each.name for each in initiative.facts.licenses]),
    )


def _reading_order() -> list[Inquiry]:
    """Readiness, then level by level, each from exploring to judging."""
    return [inquiry(READINESS), *(cell for level in Level for cell in grid() if cell.level is level)]


def _groups(cells: Sequence[Inquiry]) -> list[tuple[str, tuple[str, ...]]]:
    """The evaluations in the navigation: readiness by itself, the others by level."""
    own = [("", tuple(cell.id for cell in cells if cell.level is None))]
    own += [(label(level), tuple(cell.id for cell in cells if cell.level is level)) for level in Level]
    return [group for group in own if group[1]]


def _tags(cell: Inquiry) -> tuple[str, ...]:
    return (label(cell.method), label(cell.level)) if cell.method and cell.level else (cell.name,)


def _index(
    initiative: Initiative,
    as_of: date,
    runs: dict[str, Run],
    cells: Sequence[Inquiry],
    facts: tuple[tuple[str, str], ...],
) -> Page:
    found = [finding for cell in cells if (own := runs[cell.id].findings) for finding in own.findings]
    parts = [
        _lead(initiative),
        _main_messages(found, starting=is_starting(initiative, as_of)),
        Heading(_("What was evaluated"), 2).markdown(),
        _link(_("Learning report"), LEARNING_REPORT, _("What? So what? Now what?")),
        _evaluations(runs, cells),
        Heading(_("The initiative"), 2).markdown(),
        *_about(initiative),
        Heading(_("How to read this report"), 2).markdown(),
        Paragraph(_reading_aid()).markdown(),
        Paragraph(selection_rule()).markdown(),
    ]
    return Page(
        name="index",
        title=_("{initiative}: what we know by {day}").format(initiative=initiative.facts.title, day=day(as_of)),
        body="\n\n".join(part for part in parts if part),
        label=_("Overview"),
        tags=(_("Learning report"),),
        facts=facts[1:],
    )


def _lead(initiative: Initiative) -> str:
    if not initiative.facts.goal:
        return ""
    goal = Labelled(_("What it works for:"), str(initiative.facts.goal)).markdown()
    return f"::: {{.lead}}\n{goal}\n:::"


def _main_messages(found: Sequence[Finding], *, starting: bool) -> str:
    findings = main_messages(found, starting=starting)
    if not findings:
        return Paragraph(
            _("No evaluation has come to a finding yet. The learning report says what would change that.")
        ).markdown()
    items = [_message(finding) for finding in findings]
    return "\n\n".join(
        [
            "::: {.key-findings}\n" + "\n".join(items) + "\n:::",
            Paragraph(how_many_inconclusive(found)).markdown(),
            *([steps.markdown()] if (steps := first_steps(findings)) else []),
        ]
    )


def _message(finding: Finding) -> str:
    own = inquiry(evaluation_of(finding))
    below = Inline([strength_badge(finding.strength), PageLink(own.name, own.id)])
    return f"- {TwoLines(Paragraph(finding.title), below, indent='  ').markdown()}"


def _evaluations(runs: dict[str, Run], cells: Sequence[Inquiry]) -> str:
    """Readiness and the grid of evaluations, each linked, with what it came to; then the question of each."""
    caption = _("The evaluations: strength of the first finding, number of findings, and where to read on")
    grid_of = grid_table({cell.id: runs[cell.id].findings for cell in cells if cell.level}, caption, "evaluations")
    questions = [_link(cell.name, cell.id, cell.question) + _state(runs[cell.id]) for cell in cells]
    table = grid_of.markdown() if any(cell.level for cell in cells) else ""
    return "\n\n".join(part for part in (table, "\n".join(questions)) if part)


def _state(run: Run) -> str:
    return "" if run.ok else " " + escape_markdown(_("(could not be completed)"))


def _link(name: str, page: str, question: str) -> str:
    return f"- [{escape_markdown(name)}]({page}.html): {escape_markdown(question)}"


def _about(initiative: Initiative) -> list[str]:
    facts = initiative.facts
    told = ((_("Programme:"), facts.programme), (_("Place:"), facts.place), (_("Partners:"), facts.partners))
    parts = [Labelled(name, str(text)).markdown() for name, text in told if text]
    if facts.phases:
        phases = [_phase(label(p.phase), p.start, p.end) for p in facts.phases]
        parts += [Labelled(_("Phases:"), "").markdown(), Bullets(phases).markdown()]
    if facts.notes:
        parts.append(Labelled(_("About this account:"), str(facts.notes)).markdown())
    sources = [source.title for source in facts.sources if source.title]
    return (
        [*parts, Labelled(_("Sources of the data:"), "").markdown(), Bullets(sources).markdown()] if sources else parts
    )


def _phase(name: str, start: date, end: date | None) -> str:
    if end is None:
        return _("{phase}: from {start}").format(phase=name, start=day(start))
    return _("{phase}: {start} to {end}").format(phase=name, start=day(start), end=day(end))


def _reading_aid() -> str:
    return _(
        "Each finding carries the strength of its evidence, judged by rules that its page shows. "
        "“Inconclusive” means that the data cannot tell; it does not mean that nothing happened. "
        "An initiative is one contributor among many: the report speaks of contribution, never of sole credit."
    )
