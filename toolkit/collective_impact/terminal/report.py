"""How far a report has come and where it is, as the command line shows it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from collective_impact.batch.report import Report
from collective_impact.batch.run import RunRecord
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown
from collective_impact.terminal.problems import print_problems
from collective_impact.terminal.untranslated import untranslated


@contextmanager
def progress_display(to: Console) -> Iterator[Callable[[str, str, RunRecord | None], None]]:
    """Show how far a report has come; plain lines where there is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True, disable=not to.is_terminal) as bar:
        task, begun = bar.add_task(_("Running the evaluations"), total=None), set[str]()

        def tell(language: str, name: str, record: RunRecord | None) -> None:
            if language not in begun:
                begun.add(language)
                print_problems(to, untranslated(language))
            if record is None:
                bar.update(task, description=_("Rendering"))
                return
            sign = "[green]✓[/]" if record.status == "ok" else "[red]✗[/]"
            to.print(f"{sign} {name} {language} ({number(record.seconds, 1)} s)")
            bar.update(task, description=_("Running the evaluations"))

        yield tell


def print_outcome(to: Console, reports: Sequence[Report]) -> None:
    """Print which runs failed, with cell and error, and where the reports are."""
    for report in reports:
        for record in report.failed:
            error = record.error
            place = _("cell {cell}").format(cell=error.cell) if error and error.cell else _("outside the cells")
            what = shown(f"{error.name}: {error.message}") if error else ""
            to.print(f"[bold red]{_('failed')}[/] {record.template}, {place}: {what}", soft_wrap=True)
        if report.kept:
            to.print(
                _("The complete report of an earlier run stays in {place}.").format(place=shown(report.kept)),
                soft_wrap=True,
            )
    for report in reports:
        to.print(f"{_('Report:')} {escape(str(report.index))}", soft_wrap=True)
        for file in report.files.values():
            to.print(f"  {escape(str(file))}", soft_wrap=True)
