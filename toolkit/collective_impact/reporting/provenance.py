"""How a report came about: the page that every figure and finding is traced to.

A section for each run tells its template, parameters, tables and rows, what each finding rests on, and where its
figures can be had as data. The times of runs are told on the page of an internal report only: equal input gives
equal pages.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from collective_impact.blocks import Bullets, Heading, Labelled, Paragraph, Table, escape_markdown
from collective_impact.data.facts import Suppression
from collective_impact.data.schema import table_schema
from collective_impact.findings.finding import Finding, RowsUsed
from collective_impact.findings.learning.material import LEARNING_REPORT
from collective_impact.findings.presentation import anchor, strength_badge
from collective_impact.framework.vocabulary import inquiry
from collective_impact.language import day, number, translate_plural
from collective_impact.language import translate as _
from collective_impact.reporting.citation import BIBTEX, CSL_JSON, citation_of
from collective_impact.reporting.data_files.crate import CRATE, PLACES
from collective_impact.reporting.data_files.published_tables import tables_of
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.renderer import Page
from collective_impact.reporting.run_page import Run

DIGITS = 16
"""How many of a SHA-256 sum's 64 digits a page shows."""


def provenance_page(edition: Edition, facts: tuple[tuple[str, str], ...]) -> Page:
    """Make the page from which every figure can be traced to its data, template, parameters and versions.

    Parameters
    ----------
    edition : Edition
    facts : tuple of (label, value)
        For the title block.
    """
    title = _("How this report came about")
    return Page(
        name="provenance",
        title=title,
        body=_body(edition, in_full=True),
        on_paper=_body(edition, in_full=False),
        label=title,
        facts=facts,
    )


def _body(edition: Edition, *, in_full: bool) -> str:
    """All sections; in short, without what each single finding and figure comes from."""
    runs = (edition.learning, *edition.runs)
    internal = edition.record.profile == "internal"
    parts = [
        Paragraph(_how()).markdown(),
        _sums(),
        *cite_this_report(edition),
        Heading(_("Runs"), 2).markdown(),
        *(part for run in runs for part in _section(run, internal=internal, in_full=in_full)),
        *_files(runs),
        Heading(_("Versions"), 2).markdown(),
        Table(
            [_("Program"), _("Version")],
            [list(item) for item in edition.learning.record["versions"].items()],
            _("Programs"),
            "versions",
        ).markdown(),
        Heading(_("Privacy"), 2).markdown(),
        Paragraph(_privacy(edition.facts.suppression)).markdown(),
    ]
    return "\n\n".join(parts if in_full else [parts[0], Paragraph(_on_the_web()).markdown(), *parts[1:]])


def _on_the_web() -> str:
    return _("The web report also tells for each finding and figure which data it comes from.")


def cite_this_report(edition: Edition) -> list[str]:
    """Tell how to cite the report, in words and as files for programs that keep references."""
    files = f"{_link(BIBTEX, BIBTEX)} (BibTeX), {_link(CSL_JSON, CSL_JSON)} (CSL-JSON)"
    return [
        Heading(_("Cite this report"), 2, "cite").markdown(),
        Paragraph(citation_of(edition).text()).markdown(),
        f"{escape_markdown(_('For programs that keep references:'))} {files}",
    ]


def _how() -> str:
    return _(
        "Each page of this report is a notebook that was run over the data package of the initiative. The same "
        "package, templates, parameters and versions give the same figures again. SHA-256 sums tell whether anything "
        "has changed."
    )


def _sums() -> str:
    words = _("This page shows the first {n} digits of each sum. All of them, and the hour of each run, stand in")
    return f"{escape_markdown(words.format(n=DIGITS))} [{escape_markdown(CRATE)}]({CRATE})."


def _section(run: Run, *, internal: bool, in_full: bool) -> list[str]:
    """One run: what it was made with, what it read, what it found, and where its figures lie as data."""
    name = run.record["template"]
    title = _("Learning report") if name == LEARNING_REPORT else inquiry(name).name
    parts = [Heading(title, 3, name).markdown(), _made_with(run, title), *_parameters(run)]
    parts += _times(run) if internal else []
    if name == LEARNING_REPORT:
        parts.append(Paragraph(_("It brings the findings of the other runs together.")).markdown())
    if run.findings is None:
        return parts
    used = {each.id: each for each in run.findings.rows}
    tables = [_rows(each) for each in used.values() if ":" not in each.id]
    parts += [Labelled(_("Tables:"), "").markdown(), Bullets(tables).markdown()] if tables else []
    if not in_full:
        return parts
    own = () if name == LEARNING_REPORT else run.findings.findings
    parts += [part for finding in own for part in _finding(finding, name, used)]
    return [*parts, *_tables(run, title)]


def _made_with(run: Run, title: str) -> str:
    record = run.record
    status = _("ran to its end") if run.ok else _("failed")
    words = _("template {template}, SHA-256 {sum}; {status}.").format(
        template=record["template"], sum=record["template_sha256"][:DIGITS], status=status
    )
    return f"{_link(title, record['template'] + '.html')}: {escape_markdown(words)}"


def _parameters(run: Run) -> list[str]:
    told = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in run.record["parameters"].items()
        if name not in PLACES
    ]
    return [Labelled(_("Parameters:"), "; ".join(told)).markdown()] if told else []


def _times(run: Run) -> list[str]:
    words = _("{started} to {ended}, {seconds} s")
    record = run.record
    told = words.format(started=record["started"], ended=record["ended"], seconds=number(record["seconds"], 1))
    return [Labelled(_("Run:"), told).markdown()]


def _finding(finding: Finding, page: str, used: Mapping[str, RowsUsed]) -> list[str]:
    name = anchor(finding.id)
    held = sum(check.held for check in finding.checks)
    rules = _("Rules of evidence: {held} of {n} held.").format(held=held, n=len(finding.checks))
    told = f"{strength_badge(finding.strength).markdown()} {escape_markdown(rules) if finding.checks else ''}".rstrip()
    back = _link(_("Read the finding"), f"{page}.html#{name}")
    rests = [each for table, keys in _by_table(finding.data, used) for each in _rests_on(table, keys)]
    return [
        Heading(finding.title, 4, name).markdown(),
        f"{told} {back}",
        *([Labelled(_("Rests on:"), "; ".join(rests)).markdown()] if rests else []),
    ]


def _by_table(data: Iterable[str], used: Mapping[str, RowsUsed]) -> Iterator[tuple[str, list[RowsUsed]]]:
    known = [used.get(each, RowsUsed(id=each, rows=None)) for each in data]
    for table, keys in groupby(known, key=lambda each: each.id.partition(":")[0]):
        yield table, list(keys)


def _rests_on(table: str, keys: Sequence[RowsUsed]) -> list[str]:
    """Rows of one table, told together where every key is a single row."""
    if len(keys) > 1 and all(each.rows == 1 for each in keys):
        names = ", ".join(each.id.partition(":")[2] for each in keys)
        return [_("{table}: {keys} (one row each)").format(table=_name(table), keys=names)]
    return [_rows(each) for each in keys]


def _rows(used: RowsUsed) -> str:
    table, _colon, key = used.id.partition(":")
    name = f"{_name(table)}: {key}" if key else _name(table)
    if used.rows is None:
        return name
    rows = translate_plural("{n} row", "{n} rows", used.rows).format(n=number(used.rows, 0))
    return f"{name}, {rows}{_up_to(used.until)}"


def _up_to(until: date | None) -> str:
    return _(", up to {day}").format(day=day(until)) if until else ""


def _name(table: str) -> str:
    return _("{title} ({table})").format(title=table_schema(table).label(), table=table)


def _tables(run: Run, title: str) -> list[str]:
    """Where each figure and table of the page stands, and its file."""
    items = [
        f"- {_link(table.data.title or table.anchor, f'{table.page}.html#{table.anchor}')} ({_link('CSV', table.csv)})"
        for table in tables_of(run, title)
    ]
    if not items:
        return []
    folded = escape_markdown(_("Figures and tables of its page: {n}").format(n=number(len(items), 0)))
    return [f'::: {{.callout-note collapse="true"}}\n## {folded}\n\n' + "\n".join(items) + "\n:::"]


def _files(runs: Sequence[Run]) -> list[str]:
    files = {name: digest for run in runs for name, digest in sorted(run.record["data"].items())}
    rows = [[name, digest[:DIGITS]] for name, digest in files.items()]
    return [
        Heading(_("Data"), 2).markdown(),
        Table([_("File"), "SHA-256"], rows, _("Files read"), "files").markdown(),
    ]


def _link(text: str, target: str) -> str:
    return f"[{escape_markdown(text)}]({target})"


def _privacy(limits: Suppression) -> str:
    counts = _(
        "Counts of people under {cell} are not shown, nor others from which they could be worked out; nor are groups "
        "of fewer than {respondents} respondents."
    ).format(cell=number(limits.min_cell, 0), respondents=number(limits.min_respondents, 0))
    roles = "" if limits.partner_names else _("Partners stand as roles where their ties are told of.")
    people = _("Open answers are quoted only with consent. Names, codes and addresses of people are taken out.")
    return " ".join(filter(None, [counts, roles, people]))
