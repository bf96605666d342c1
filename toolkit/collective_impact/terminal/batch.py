"""How far a batch has come and what it came to: live in a terminal, as lines in a log, as JSON for machines."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from collective_impact.batch.batch import Notice
from collective_impact.batch.records.journal import OUTCOMES, BatchSummary
from collective_impact.blocks import plain
from collective_impact.language import day, number
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown
from collective_impact.terminal.problems import print_problems

if TYPE_CHECKING:
    from collective_impact.batch.events import Event
    from collective_impact.batch.planning.plan import ReportPlan


@contextmanager
def batch_display(to: Console, *, as_json: bool) -> "Iterator[Callable[[Event | Notice], None]]":
    """Show what happens: JSON lines for machines, a bar and lines in a terminal, dated lines elsewhere."""
    if as_json:
        yield lambda told: click.echo(json.dumps(_as_json(told), ensure_ascii=False))
        return
    if not to.is_terminal:
        yield partial(_tell_a_log, to)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=to, transient=True) as bar:
        task = bar.add_task(_("Running the evaluations"), total=None)

        def tell(told: "Event | Notice") -> None:
            bar.update(task, description=shown(_line(told)))
            if isinstance(told, Notice):
                print_notice(to, told)
            elif told.kind in {"end", "report"}:
                to.print(shown(_line(told)), soft_wrap=True)

        yield tell


def _tell_a_log(to: Console, told: "Event | Notice") -> None:
    click.echo(f"{datetime.now(UTC).isoformat(timespec='seconds')} {plain(_line(told))}", file=to.file)
    if isinstance(told, Notice):
        print_problems(to, told.problems)


def _line(told: "Event | Notice") -> str:
    """What happened, in one line."""
    if isinstance(told, Notice):
        notices = {
            "unchanged": _("{initiative}: nothing has changed"),
            "refused": _("{initiative}: its package cannot be used"),
            "changed": _("{initiative}: its package changed while it ran; once more"),
            "restless": _("{initiative}: its package changed during every try; it counts as failed"),
            "damaged": _("{file} cannot be read; it was put aside as {aside}, and a new one begun"),
        }
        return notices[told.kind].format(initiative=told.initiative, file=told.package, aside=told.aside)
    initiative, language = told.plan.checked.initiative.id, told.plan.language
    what = f"{initiative} {language} {told.template}".rstrip()
    if told.kind == "begin":
        return _("{what}: begins, for {reasons}").format(what=what, reasons="; ".join(told.reasons))
    if told.record:
        words, key = _("{what}: {status}, {seconds} s, {peak} MiB, key {key}"), told.record.key[:12] or "-"
        status = _("ok") if told.record.status == "ok" else _("failed")
        error = f" ({told.record.error.name}: {told.record.error.message})" if told.record.error else ""
        seconds, peak = number(told.record.seconds, 1), number(told.record.peak_memory_mib, 0)
        return words.format(what=what, status=status + error, seconds=seconds, peak=peak, key=key)
    if told.report:
        if told.report.stopped:
            return _("{what}: no report: {error}").format(what=what, error=str(told.report.stopped))
        unchanged = _("{what}: the report stands as it was, {place}")
        return (unchanged if told.report.unchanged else _("{what}: report {place}")).format(
            what=what, place=str(told.report.index)
        )
    return _("{what}: pages are made").format(what=what)


def _as_json(told: "Event | Notice") -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    if isinstance(told, Notice):
        about = {"file": told.package, "aside": told.aside} if told.aside else {"initiative": told.initiative}
        return {"time": moment, "event": told.kind, **about, "runs": told.runs}
    content: dict[str, Any] = {
        "time": moment,
        "event": told.kind,
        "initiative": told.plan.checked.initiative.id,
        "language": told.plan.language,
    }
    if told.template:
        content |= {"template": told.template, "reasons": list(told.reasons)}
    if told.record:
        record = asdict(told.record)
        content |= {name: record[name] for name in ("status", "seconds", "error", "key", "peak_memory_mib", "kernel")}
    if told.report:
        content |= {"report": str(told.report.folder), "unchanged": told.report.unchanged}
        content |= {"stopped": str(told.report.stopped) if told.report.stopped else None}
    return content


def print_notice(to: Console, told: Notice) -> None:
    """Print what there is to tell of a package as a whole."""
    to.print(shown(_line(told)), soft_wrap=True)
    print_problems(to, told.problems)


def print_plan(to: Console, due: "Iterable[ReportPlan]") -> None:
    """Print what is due and why."""
    runs = 0
    for each in due:
        name = f"{each.checked.initiative.id} {each.language}"
        todo = [run for run in each.evaluations if run.reasons]
        runs += len(todo)
        kept = number(len(each.evaluations) - len(todo), 0)
        to.print(_("{name}: {n} due, {kept} taken over").format(name=name, n=number(len(todo), 0), kept=kept))
        for run in todo:
            to.print(f"  {run.spec.template}: {shown('; '.join(run.reasons))}", soft_wrap=True)
    to.print(_("Evaluations due: {n}. Learning reports follow their evaluations.").format(n=number(runs, 0)))


def print_summary(to: Console, summary: BatchSummary) -> None:
    """Print a table of what became of each report."""
    table = Table(box=None, pad_edge=False)
    for name, side in ((_("Initiative"), "left"), (_("Language"), "left"), (_("Outcome"), "left"), (_("Ran"), "right"),
                       (_("Taken over"), "right"), (_("Seconds"), "right"), (_("MiB"), "right")):  # fmt: skip
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    for one in summary.reports:
        figures = (number(one.ran, 0), number(one.kept, 0), number(one.seconds, 1), number(one.peak_memory_mib, 0))
        table.add_row(shown(one.initiative), one.language, _(OUTCOMES[one.outcome]), *figures)
    to.print(table)
    for one in summary.reports:
        for problem in one.problems:
            to.print(
                f"[bold red]{_('failed')}[/] {shown(one.initiative)} {one.language}: {shown(problem)}", soft_wrap=True
            )
        if one.standing and one.standing_since:
            words = _("The complete report of {day} stays in {place}.")
            made = day(date.fromisoformat(one.standing_since))
            to.print(words.format(day=made, place=shown(one.standing)), soft_wrap=True)
    words = _("Reports made: {made}, unchanged: {unchanged}, not well: {bad}.")
    bad = summary.count("failed", "refused", "unfinished")
    to.print(words.format(made=summary.count("ok"), unchanged=summary.count("unchanged"), bad=bad))
