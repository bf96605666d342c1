"""A learning report as a site: first page, learning report, one page an evaluation; and its shorter forms."""

from collections.abc import Mapping, Sequence
from datetime import date

from collective_impact.blocks import Bullets, Callout, Heading, Labelled, Paragraph, TwoLines, escape_markdown
from collective_impact.brand import Brand
from collective_impact.data.facts import Facts
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.blocks import Inline, PageLink, grid_table
from collective_impact.findings.learning.changes import since_in_words
from collective_impact.findings.learning.in_short import first_steps
from collective_impact.findings.learning.main_messages import (
    evaluation_of,
    how_many_inconclusive,
    main_messages,
    reading_aid,
    selection_rule,
)
from collective_impact.findings.learning.material import LEARNING_REPORT, is_starting
from collective_impact.findings.presentation import strength_badge
from collective_impact.framework.vocabulary import Inquiry, Level, inquiry, label
from collective_impact.language import current_language, day, listing, name_of_language
from collective_impact.language import translate as _
from collective_impact.reporting.citation import citation_of
from collective_impact.reporting.edition import Edition, EditionRecord
from collective_impact.reporting.literature import with_literature
from collective_impact.reporting.provenance import cite_this_report, provenance_page
from collective_impact.reporting.renderer import WORDS, Alternate, Document, Download, Page, Site
from collective_impact.reporting.run_page import Run, page_of
from collective_impact.reporting.short_forms import brief, summary


def learning_site(edition: Edition, brand: Brand, downloads: Sequence[Download] = ()) -> Site:
    """Plan the site and the documents of a report, in the current language.

    Parameters
    ----------
    edition : Edition
    brand : Brand
    downloads : sequence of Download
        Files that stand beside the pages already.
    """
    facts, as_of = edition.facts, edition.as_of
    title = str(facts.title)
    told = ((_("Initiative"), title), (_("Data up to"), day(as_of)))
    cells = [inquiry(run.record["template"]) for run in edition.runs]
    evaluations = tuple(
        page_of(run, cell.name, _tags(cell), told) for run, cell in zip(edition.runs, cells, strict=True)
    )
    learning = page_of(edition.learning, _("Learning report"), (_("Learning report"),), told)
    provenance = with_literature(provenance_page(edition, told), evaluations)
    index = _index(edition, cells, told)
    whole = Document("report", _("The whole report"), "report", (index, learning), (*evaluations, provenance))
    return Site(
        title=title,
        subtitle=_("Learning report"),
        language=current_language(),
        pages=(index, learning, *evaluations, provenance),
        documents=(brief(edition), summary(edition), whole),
        downloads=tuple(downloads),
        alternates=tuple(_alternate(edition, language) for language in _others(edition)),
        groups=(
            (_("Report"), (index.name, learning.name)),
            *_groups(cells),
            (_("Background"), (provenance.name,)),
        ),
        date=as_of,
        words={key: _(words) for key, words in WORDS.items()},
        facts=((_("Place"), str(facts.place)), (_("Data up to"), day(as_of))),
        citation=citation_of(edition).text(),
        licence=listing([each.title or each.name for each in facts.licenses]),
        brand=brand,
        profile=edition.record.profile,
    )


def _others(edition: Edition) -> list[str]:
    return [language for language in edition.record.languages if language != edition.record.language]


def _alternate(edition: Edition, language: str) -> Alternate:
    """The same report in another language; its folder differs in how its name begins."""
    own = edition.record.folder_name
    return Alternate(language, name_of_language(language), f"../{language}{own.removeprefix(edition.record.language)}")


def _groups(cells: Sequence[Inquiry]) -> list[tuple[str, tuple[str, ...]]]:
    """The evaluations in the navigation: readiness by itself, the others by level."""
    own = [("", tuple(cell.id for cell in cells if cell.level is None))]
    own += [(label(level), tuple(cell.id for cell in cells if cell.level is level)) for level in Level]
    return [group for group in own if group[1]]


def _tags(cell: Inquiry) -> tuple[str, ...]:
    return (label(cell.method), label(cell.level)) if cell.method and cell.level else (cell.name,)


def _index(edition: Edition, cells: Sequence[Inquiry], told: tuple[tuple[str, str], ...]) -> Page:
    runs = {run.record["template"]: run for run in edition.runs}
    facts, as_of = edition.facts, edition.as_of
    parts = [
        _lead(facts),
        _not_complete(edition.record),
        _main_messages(edition.findings, starting=is_starting(facts.phase_at(as_of))),
        _since(edition),
        Heading(_("What was evaluated"), 2).markdown(),
        _link(_("Learning report"), LEARNING_REPORT, _("What? So what? Now what?")),
        _evaluations(runs, cells),
        Heading(_("The initiative"), 2).markdown(),
        *_about(facts),
        Heading(_("How to read this report"), 2).markdown(),
        Paragraph(reading_aid()).markdown(),
        Paragraph(selection_rule()).markdown(),
        *cite_this_report(edition),
    ]
    return Page(
        name="index",
        title=_("{initiative}: what we know by {day}").format(initiative=facts.title, day=day(as_of)),
        body="\n\n".join(part for part in parts if part),
        label=_("Overview"),
        tags=(_("Learning report"),),
        facts=told[1:],
    )


def _since(edition: Edition) -> str:
    """What has changed since the report before, in a line that leads to more."""
    found = edition.learning.findings
    if found is None or found.since is None:
        return ""
    more = f"[{escape_markdown(_('What has changed'))}]({LEARNING_REPORT}.html)"
    return f"{Paragraph(since_in_words(found.since)).markdown()} {more}"


def _not_complete(record: EditionRecord) -> str:
    """Say that there is a better report, where there is one."""
    if record.kept_since is None:
        return ""
    words = _(
        "Not every evaluation could be completed. The last complete report was made on {day}; it stands beside "
        "this one, in the folder {folder}."
    )
    told = [Paragraph(words.format(day=day(record.kept_since), folder=record.folder_name))]
    return Callout(_("This report is not complete"), told, "warning").markdown()


def _lead(facts: Facts) -> str:
    if not facts.goal:
        return ""
    goal = Labelled(_("What it works for:"), str(facts.goal)).markdown()
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


def _evaluations(runs: Mapping[str, Run], cells: Sequence[Inquiry]) -> str:
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


def _about(facts: Facts) -> list[str]:
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
