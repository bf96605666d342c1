"""What the command ``status`` shows, and the exit code that tells whether somebody has to look."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from collective_impact.batch.records.journal import BatchSummary
from collective_impact.batch.records.status import Status, read_status
from collective_impact.errors import InputError, Problem
from collective_impact.language import moment_in_table, number
from collective_impact.language import translate as _
from collective_impact.terminal.console import console, shown
from collective_impact.terminal.problems import print_problems

ALL_WELL, LOOK, NO_RECORDS = 0, 1, 2


def show_status(place: Path, now: str | None, *, as_json: bool) -> int:
    """Show how the reports stand.

    Parameters
    ----------
    place : Path
        Folder of reports, or a batch's configuration.
    now : str or None
        The moment to judge by, as ISO 8601 writes it; None: the clock's.
    as_json : bool

    Returns
    -------
    int
        Exit code.
    """
    try:
        status = _status(place, _moment(now))
    except InputError as error:
        print_problems(console(errors=True), error.problems)
        return NO_RECORDS
    if as_json:
        click.echo(json.dumps(_as_json(status), indent=2, ensure_ascii=False))
    else:
        _print_status(console(), status)
    return ALL_WELL if status.well else LOOK


def _status(place: Path, now: datetime) -> Status:
    if place.is_dir():
        status = read_status(place, now)
    else:
        from collective_impact.batch.config import read_config

        file = read_config(place)
        names = tuple(name for _package, _choice, name in file.packages)
        status = read_status(file.output, now, initiatives=names, hours=file.config.schedule.hours)
    if not status.batches and not any(report.last for report in status.reports):
        expected = _("a folder with reports of a batch, or a batch's configuration")
        mend = _("run collective-impact batch first")
        raise InputError([Problem(str(place), _("no record of a batch"), expected, mend)])
    return status


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-01-31T06:00:00+00:00"
        raise InputError([Problem("--now", repr(text), _("a date and time: {example}").format(example=example),
                                  _("correct it there"))]) from None  # fmt: skip
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_json(status: Status) -> dict[str, Any]:
    return {
        "now": status.now.isoformat(timespec="seconds"),
        "well": status.well,
        "hours": status.hours,
        "note": status.note,
        "batches": [{"file": name, **_batch(batch, status.now)} for name, batch in status.batches.items()],
        "reports": [
            {"initiative": one.initiative, "language": one.language, "outcome": "never"}
            | (asdict(one.last) if one.last else {})
            | {"stale": one.stale, "ahead": one.ahead, "well": one.well}
            for one in status.reports
        ],
    }


def _batch(batch: BatchSummary, now: datetime) -> dict[str, Any]:
    ended = datetime.fromisoformat(batch.ended)
    reports = {"reports": len(batch.reports), "well": batch.count("ok", "unchanged")}
    return {"config": batch.config, "started": batch.started, "ended": batch.ended, **reports, "ahead": ended > now}


def _print_status(to: Console, status: Status) -> None:
    for name, batch in status.batches.items():
        words = _("{file}: {config} ended on {when} UTC; reports: {n}, well: {well}")
        when = moment_in_table(datetime.fromisoformat(batch.ended))
        well, n = number(batch.count("ok", "unchanged"), 0), number(len(batch.reports), 0)
        to.print(shown(words.format(file=name, config=batch.config, when=when, n=n, well=well)), soft_wrap=True)
    if status.note:
        to.print(shown(status.note), soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    heads = (_("Initiative"), _("Language"), _("Outcome"), _("When"), _("Failing since"), _("Last good"))
    for head in heads:
        table.add_column(head, overflow="fold")
    for one in sorted(status.reports, key=lambda one: not one.well):  # what needs a look stands nearest to the prompt
        last = one.last
        moments = (last.ended, last.failing_since, last.last_good) if last else ("", "", "")
        told = [moment_in_table(datetime.fromisoformat(each)) if each else "" for each in moments]
        state = one.words if one.well else f"[bold red]{shown(one.words)}[/]"
        table.add_row(shown(one.initiative), shown(one.language), state, *told)
    to.print(table)
    for one in status.reports:
        for problem in one.last.problems if one.last and not one.last.well else ():
            name = f"{one.initiative} {one.language}".rstrip()
            to.print(f"{shown(name)}: {shown(problem)}", soft_wrap=True)
    if any(one.ahead for one in status.reports):
        to.print(_("Records with a date that is still to come are not believed: a clock is or was wrong."))
    bad = number(sum(not one.well for one in status.reports), 0)
    lead = _("Reports: {n}; not well: {bad}. Times are in UTC.")
    to.print(lead.format(n=number(len(status.reports), 0), bad=bad))
