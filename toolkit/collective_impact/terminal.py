"""What the command line shows: problems, holdings, progress, where the report is."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from collective_impact.batch.templates import TEMPLATES
from collective_impact.blocks import plain
from collective_impact.errors import Problem
from collective_impact.framework.vocabulary import grid, label
from collective_impact.language import number, quote, translate_plural
from collective_impact.language import translate as _

if TYPE_CHECKING:  # these pull in pandas, and listing the templates need not wait for it
    from collective_impact.batch.report import Report
    from collective_impact.batch.run import RunRecord
    from collective_impact.data.initiative import Initiative


def console(*, errors: bool = False) -> Console:
    """The terminal to write to, for results or for errors; wide enough for paths when it is a pipe."""
    return Console(highlight=False, stderr=errors, width=None if os.isatty(2 if errors else 1) else 160)


def _shown(text: object) -> str:
    """Text from outside as the terminal may show it: no control characters, no markup of rich."""
    return escape(plain(text))


def print_problems(to: Console, problems: Sequence[Problem]) -> None:
    """Print each problem: where, what was found, what was expected, how to mend it."""
    for problem in problems:
        kind = _("error") if problem.severity == "error" else _("note")
        style = "bold red" if problem.severity == "error" else "bold yellow"
        times = "" if problem.count == 1 else " " + _("({count} times)").format(count=number(problem.count, 0))
        to.print(f"[{style}]{kind}[/] [bold]{_shown(_place(problem))}[/]{times}", soft_wrap=True)
        for name, text in ((_("found"), problem.found), (_("expected"), problem.expected), (_("mend"), problem.mend)):
            if text:
                to.print(f"  {name}: {_shown(text)}", soft_wrap=True)
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
    tables = Table(_("Table"), _("Rows"), box=None, pad_edge=False)
    for name, frame in initiative.tables.items():
        tables.add_row(_shown(name), number(len(frame), 0))
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


def print_templates(to: Console) -> None:
    """Print every template with its parameters, their types, defaults and meanings."""
    for template in TEMPLATES:
        to.print(f"[bold]{template.name}[/]  {escape(str(template.path))}", soft_wrap=True)
        rows = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
        for name, field in template.parameters.model_fields.items():
            kind = getattr(field.annotation, "__name__", str(field.annotation))
            rows.add_row(f"  {name}", kind, escape(repr(field.default)), field.description or "")
        to.print(rows)


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
