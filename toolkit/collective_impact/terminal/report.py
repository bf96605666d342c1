"""How far a report has come and where it is, as the command line shows it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from collective_impact.batch.events import Event, Tell
from collective_impact.batch.publication import Report
from collective_impact.errors import InputError
from collective_impact.language import day, number, translate_plural
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown
from collective_impact.terminal.problems import print_each_problem, print_problems
from collective_impact.terminal.untranslated import untranslated


@contextmanager
def progress_display(to: Console) -> Iterator[Tell]:
    """Show how far a report has come; plain lines where there is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True, disable=not to.is_terminal) as bar:
        task, begun = bar.add_task(_("Running the evaluations"), total=None), set[str]()

        def tell(event: Event) -> None:
            language = event.plan.language
            if language not in begun:
                begun.add(language)
                print_problems(to, untranslated(language))
            if event.kind == "render":
                bar.update(task, description=_("Rendering"))
            elif event.record:
                sign = "[green]✓[/]" if event.record.status == "ok" else "[red]✗[/]"
                to.print(f"{sign} {event.template} {language} ({number(event.record.seconds, 1)} s)")
                bar.update(task, description=_("Running the evaluations"))

        yield tell


def print_stopped(to: Console, reports: Sequence[Report]) -> None:
    """Print why reports came to nothing, and how many were left as they were."""
    stopped = [report.stopped for report in reports if report.stopped]
    for error in stopped:
        if isinstance(error, InputError):
            print_each_problem(to, error.problems)
        else:
            to.print(shown(_("Error: {error}").format(error=error)), soft_wrap=True)
    if stopped:
        words = translate_plural("{n} report was left as it was.", "{n} reports were left as they were.", len(stopped))
        to.print(words.format(n=number(len(stopped), 0)))


def print_outcome(to: Console, reports: Sequence[Report]) -> None:
    """Print which runs failed, with cell and error, and where the reports are."""
    for report in reports:
        for record in report.failed:
            error = record.error
            place = _("cell {cell}").format(cell=error.cell) if error and error.cell else _("outside the cells")
            what = shown(f"{error.name}: {error.message}") if error else ""
            to.print(f"[bold red]{_('failed')}[/] {record.template}, {place}: {what}", soft_wrap=True)
        if report.kept and report.kept_since:
            words = _("The complete report of {day} stays in {place}.")
            to.print(words.format(day=day(report.kept_since), place=shown(report.kept)), soft_wrap=True)
    if reports and all(report.unchanged for report in reports):
        to.print(_("Nothing has changed since the report was made; --force runs everything again."))
    for report in reports:
        to.print(f"{_('Report:')} {escape(str(report.index))}", soft_wrap=True)
        for file in report.files.values():
            to.print(f"  {escape(str(file))}", soft_wrap=True)
