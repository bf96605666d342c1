"""What the command line shows: problems, holdings, progress, where the report is."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from collective_impact.batch.templates import TEMPLATES
from collective_impact.blocks import plain
from collective_impact.data.quoting import quoted
from collective_impact.data.schema import table_schema
from collective_impact.errors import Problem
from collective_impact.framework.catalogue import concepts, entry, indicators, source
from collective_impact.framework.entries import Concept
from collective_impact.framework.instrument_in_words import item_in_words, rules_in_words
from collective_impact.framework.instruments import instrument
from collective_impact.framework.listing import Listed
from collective_impact.framework.vocabulary import Phase, grid, label
from collective_impact.language import number, quote, translate_plural
from collective_impact.language import translate as _

if TYPE_CHECKING:  # these pull in pandas, and listing the templates need not wait for it
    from collective_impact.batch.report import Report
    from collective_impact.batch.run import RunRecord
    from collective_impact.collection.importing.plan import ImportPlan
    from collective_impact.data.initiative import Initiative

MOST_CELLS = 20
"""Changed cells that are shown of each table."""
MOST_PROBLEMS = 100
"""Problems that are shown."""


def console(*, errors: bool = False) -> Console:
    """The terminal to write to, for results or for errors; wide enough for paths when it is a pipe."""
    return Console(highlight=False, stderr=errors, width=None if os.isatty(2 if errors else 1) else 160)


def _shown(text: object) -> str:
    """Text from outside as the terminal may show it: no control characters, no markup of rich."""
    return escape(plain(text))


def _shown_lines(text: str) -> str:
    return "\n".join(map(_shown, text.splitlines()))


def print_problems(to: Console, problems: Sequence[Problem]) -> None:
    """Print the first problems, each with what was found, expected and to be done, and how many more there are."""
    for problem in problems[:MOST_PROBLEMS]:
        kind = _("error") if problem.severity == "error" else _("note")
        style = "bold red" if problem.severity == "error" else "bold yellow"
        times = "" if problem.count == 1 else " " + _("({count} times)").format(count=number(problem.count, 0))
        to.print(f"[{style}]{kind}[/] [bold]{_shown(_place(problem))}[/]{times}", soft_wrap=True)
        for name, text in ((_("found"), problem.found), (_("expected"), problem.expected), (_("mend"), problem.mend)):
            if text:
                to.print(f"  {name}: {_shown(text)}", soft_wrap=True)
    more = len(problems) - MOST_PROBLEMS
    if more > 0:
        to.print(translate_plural("… and {n} more problem", "… and {n} more problems", more).format(n=number(more, 0)))
    errors = sum(problem.count for problem in problems if problem.severity == "error")
    if errors:
        to.print(
            translate_plural("{n} error; nothing was changed.", "{n} errors; nothing was changed.", errors).format(
                n=errors
            )
        )


def _place(problem: Problem) -> str:
    row = "" if problem.row is None else _("row {row}").format(row=problem.row)
    field = quote(problem.field) if problem.field else ""
    return ", ".join(part for part in (problem.place, row, field) if part)


def print_holdings(to: Console, initiative: "Initiative") -> None:
    """Print what a good package holds and which of the twelve evaluations its data allow."""
    verdict = _("No errors.")
    to.print(f"[bold green]{verdict}[/] {_shown(initiative.facts.title)}", soft_wrap=True)
    tables = Table(_("Table"), "", _("Rows"), box=None, pad_edge=False)
    tables.columns[2].justify = "right"
    for name, frame in initiative.tables.items():
        tables.add_row(name, table_schema(name).label(), number(len(frame), 0))
    to.print(tables)
    evaluations = Table(_("Evaluation"), _("Possible?"), box=None, pad_edge=False)
    with_template = {template.name for template in TEMPLATES}
    for cell in grid():
        name = f"{label(cell.method)} × {label(cell.level)}"
        evaluations.add_row(name, _possible(initiative, cell.needs, cell.id in with_template))
    to.print(evaluations)


def _possible(initiative: "Initiative", needs: Sequence[str], has_template: bool) -> str:
    missing = [name for name in needs if not initiative.has(name)]
    if missing:
        return _("no: needs {tables}").format(tables=", ".join(missing))
    return _("yes") if has_template else _("the data allow it; its template is not written yet")


def print_import(to: Console, plan: "ImportPlan") -> None:
    """Print what an import would change: counts for each table, then the first of the changed cells."""
    if plan.any:
        _print_changes(to, plan)
    else:
        to.print(_("Everything is in the package already; nothing would change."), soft_wrap=True)
    if any(change.kept for change in plan.changes):
        to.print(_("Rows of the package that did not come in are kept."), soft_wrap=True)


def _print_changes(to: Console, plan: "ImportPlan") -> None:
    counts = Table(_("Table"), _("New"), _("Changed"), _("Unchanged"), _("Kept"), box=None, pad_edge=False)
    for change in plan.changes:
        rows = (len(change.added), len({cell.key for cell in change.changed}), change.unchanged, change.kept)
        counts.add_row(change.label(), *(number(n, 0) for n in rows))
    to.print(counts)
    for change in plan.changes:
        for cell in change.changed[:MOST_CELLS]:
            where = ", ".join((change.table, *cell.key, cell.column))
            to.print(f"{_shown(where)}: {_shown(quoted(cell.old))} → {_shown(quoted(cell.new))}", soft_wrap=True)
        if len(change.changed) > MOST_CELLS:
            more = len(change.changed) - MOST_CELLS
            to.print(translate_plural("… and {n} more cell", "… and {n} more cells", more).format(n=number(more, 0)))


def print_templates(to: Console) -> None:
    """Print every template with its parameters, their types, defaults and meanings."""
    for template in TEMPLATES:
        to.print(f"[bold]{template.name}[/]  {escape(str(template.path))}", soft_wrap=True)
        rows = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
        for name, field in template.parameters.model_fields.items():
            kind = getattr(field.annotation, "__name__", str(field.annotation))
            rows.add_row(f"  {name}", kind, escape(repr(field.default)), field.description or "")
        to.print(rows)


def print_catalogue(to: Console, found: Sequence[Listed], text: str, *, overview: bool) -> None:
    """Print entries of the catalogue; in full the one whose id was asked for.

    Parameters
    ----------
    to : Console
    found : sequence of Listed
    text : str
        What was asked for.
    overview : bool
        Only count the concepts of each kind, because there are many.
    """
    asked_for = [one for one in found if one.id.casefold() == text.strip().casefold()]
    for one in asked_for:
        _print_in_full(to, one)
    if asked_for:
        return
    kinds = [(kind, [one for one in found if one.kind == kind.id]) for kind in concepts("kind")]
    in_tables = [(kind, entries) for kind, entries in kinds if entries and entries[0].levels]
    terms = [(kind, entries) for kind, entries in kinds if entries and not entries[0].levels]
    for kind, entries in in_tables:
        to.print(f"\n[bold]{_shown(kind.name)}[/] ({len(entries)})")
        to.print(_entries_wide(entries) if to.width >= 120 else _entries_narrow(entries))
    if overview and terms:
        _print_kinds(to, terms)
        return
    for kind, entries in terms:
        to.print(f"\n[bold]{_shown(kind.name)}[/] ({len(entries)})")
        _print_definitions(to, entries)


def _entries_wide(entries: Sequence[Listed]) -> Table:
    gist = _("How it is measured") if entries[0].measure else _("What it is for")
    headers = (_("Name"), _("Level"), _("Methods"), _("Phases"), gist)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column(_("Id"), no_wrap=True, style="cyan")
    for header, ratio in zip(headers, (5, 2, 2, 3, 5), strict=True):
        table.add_column(header, ratio=ratio)
    for one in entries:
        table.add_row(one.id, _shown(one.name), _names(one.levels), _names(one.methods), _phases(one), _gist(one))
    return table


def _entries_narrow(entries: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), show_header=False)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    for one in entries:
        gist = _("Measured by: {measure}").format(measure=_gist(one)) if one.measure else _gist(one)
        place = " · ".join((_names(one.levels), _names(one.methods), _phases(one)))
        table.add_row(one.id, f"[bold]{_shown(one.name)}[/]\n{gist}\n[dim]{place}[/]")
    return table


def _gist(one: Listed) -> str:
    return _shown(one.measure or one.about)


def _phases(one: Listed) -> str:
    """Phases in short: the first, where all that follow it are meant too."""
    every = tuple(Phase)
    if one.phases == every:
        return _("all phases")
    if one.phases == every[-len(one.phases) :]:
        return _("from {phase}").format(phase=_names(one.phases[:1]))
    return _names(one.phases)


def _names(ids: Sequence[str]) -> str:
    """Names of concepts in the current language."""
    return _shown(", ".join(str(entry(name).name) for name in ids))


def _print_kinds(to: Console, by_kind: Sequence[tuple[Concept, Sequence[Listed]]]) -> None:
    to.print("\n" + _("Concepts: show those of a kind with {option}").format(option="[bold]--kind[/]"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for kind, entries in by_kind:
        table.add_row(f"[cyan]{kind.id}[/]", str(len(entries)), _shown(kind.name))
    to.print(table)


def _print_definitions(to: Console, entries: Sequence[Listed]) -> None:
    for one in entries:
        to.print(f"[bold]{_shown(one.name)}[/]  [cyan]{one.id}[/]")
        to.print(Padding(_shown(one.about), (0, 0, 0, 2), expand=False))


def _print_in_full(to: Console, one: Listed) -> None:
    to.print(f"\n[bold]{_shown(one.name)}[/]  [cyan]{one.id}[/]")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    for name, value in _particulars(one):
        if value:
            table.add_row(name, value)
    to.print(table)
    if one.kind == "instrument":
        _print_items(to, one.id)


def _print_items(to: Console, instrument_id: str) -> None:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan")
    asked = instrument(instrument_id)
    for item in asked.items:
        if item.text:
            table.add_row(item.id, _shown_lines(item_in_words(asked, item)))
    to.print(table)


def _particulars(one: Listed) -> Iterator[tuple[str, str]]:
    """Everything known of an entry, each with its name; empty where it has none."""
    yield _("Kind"), _names([one.kind])
    yield (_("Sign of") if one.measure else _("What it is for") if one.respondents else _("Meaning")), _shown(one.about)
    yield _("How it is measured"), _shown(one.measure)
    yield _("Respondents"), _shown(one.respondents)
    yield _("Note"), _shown(one.note)
    yield _("Assumes that"), _shown(one.assumes)
    yield _("Belongs to"), _names([one.belongs_to] if one.belongs_to else [])
    yield _("Level"), _names(one.levels)
    yield _("Methods"), _names(one.methods)
    yield _("Phases"), _names(one.phases)
    yield _("Data from"), _names(one.collection)
    yield _("Tables"), ", ".join(one.tables)
    if one.kind == "instrument":
        yield from ((name, _shown_lines(rule)) for name, rule in rules_in_words(instrument(one.id)))
    else:
        yield _("Indicators"), ", ".join(i.id for i in indicators() if one.id in (i.domain, *i.collection))
    cited = source(one.source)
    yield _("Source"), _shown(" ".join((cited.reference, f"doi:{cited.doi}" if cited.doi else "", cited.url)))
    about_standing = {standing.id: standing.about for standing in concepts("standing")}
    yield _("Wording"), f"{_names([one.standing])}. {_shown(about_standing[one.standing])}"


@contextmanager
def progress_display(to: Console) -> Iterator["Callable[[str, RunRecord | None], None]"]:
    """Show how far a report has come; plain lines where there is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True, disable=not to.is_terminal) as bar:
        task = bar.add_task(_("Running the evaluations"), total=None)

        def tell(name: str, record: "RunRecord | None") -> None:
            if record is None:
                bar.update(task, description=_("Rendering"))
                return
            sign = "[green]✓[/]" if record.status == "ok" else "[red]✗[/]"
            to.print(f"{sign} {name} ({number(record.seconds, 1)} s)")
            bar.update(task, description=_("Running the evaluations"))

        yield tell


def print_outcome(to: Console, report: "Report") -> None:
    """Print which runs failed, with cell and error, and where the report is."""
    for record in report.failed:
        error = record.error
        place = _("cell {cell}").format(cell=error.cell) if error and error.cell else _("outside the cells")
        what = _shown(f"{error.name}: {error.message}") if error else ""
        to.print(f"[bold red]{_('failed')}[/] {record.template}, {place}: {what}", soft_wrap=True)
    if report.kept:
        to.print(
            _("The complete report of an earlier run stays in {place}.").format(place=_shown(report.kept)),
            soft_wrap=True,
        )
    for title, file in ((_("Report:"), report.index), (_("PDF:"), report.pdf)):
        to.print(f"{title} {escape(str(file))}", soft_wrap=True)
