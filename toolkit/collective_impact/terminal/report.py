"""How far a report has come and where it is, as the command line shows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from collective_impact.batch.report import Report
from collective_impact.batch.run import RunRecord
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown


@contextmanager
def progress_display(to: Console) -> Iterator[Callable[[str, RunRecord | None], None]]:
    """Show how far a report has come; plain lines where there is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True, disable=not to.is_terminal) as bar:
        task = bar.add_task(_("Running the evaluations"), total=None)

        def tell(name: str, record: RunRecord | None) -> None:
            if record is None:
                bar.update(task, description=_("Rendering"))
                return
            sign = "[green]✓[/]" if record.status == "ok" else "[red]✗[/]"
            to.print(f"{sign} {name} ({number(record.seconds, 1)} s)")
            bar.update(task, description=_("Running the evaluations"))

        yield tell


def print_outcome(to: Console, report: Report) -> None:
    """Print which runs failed, with cell and error, and where the report is."""
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
    for title, file in ((_("Report:"), report.index), (_("PDF:"), report.pdf)):
        to.print(f"{title} {escape(str(file))}", soft_wrap=True)
