"""What the command ``batch`` does, and the exit code that tells how it went."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collective_impact.batch.batch import Batch, BatchOptions, Notice
from collective_impact.batch.config import BatchFile, read_config
from collective_impact.batch.lock import OutputLockedError
from collective_impact.batch.shard import Shard
from collective_impact.batch.storage.urls import in_shared_storage
from collective_impact.blocks import plain
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _
from collective_impact.language import use_language
from collective_impact.terminal.batch import batch_display, print_notice, print_plan, print_summary
from collective_impact.terminal.console import console
from collective_impact.terminal.problems import print_problems

if TYPE_CHECKING:
    from collective_impact.batch.events import Event
    from collective_impact.batch.planning.request import Publishing
    from collective_impact.batch.storage.shared_output import Put

ALL_GOOD, NOT_ALL_GOOD, BAD_CONFIGURATION, LOCKED = 0, 1, 2, 3


def run_batch(config: Path, *, dry_run: bool, as_json: bool, **given: Any) -> int:
    """Run a batch, or show what it would do.

    Parameters
    ----------
    config : Path
    dry_run : bool
    as_json : bool
    **given
        Options of the command by name; what is None is as the configuration has it.

    Returns
    -------
    int
        Exit code.
    """
    try:
        options = BatchOptions(
            shard=Shard.read(given["shard"]) if given["shard"] else None,
            only_failed=given["only"] == "failed",
            force=given["force"],
            rehash=given["rehash"],
        )
        file = _with_options(read_config(config), given)
        use_language(next(iter(file.config.languages), "en"))
        webhook = given["webhook"] or file.config.schedule.webhook
        if webhook:
            from collective_impact.batch.records.webhook import check_webhook, tell_webhook

            check_webhook(webhook)
        publishing = _Publishing(file)
        if not dry_run:
            publishing.check()
    except InputError as error:
        print_problems(console(errors=True), error.problems)
        return BAD_CONFIGURATION
    try:
        with _reports_here(file, options.shard, only_look=dry_run) as put:
            if dry_run:
                show = partial(print_notice, console())
                print_plan(console(), Batch(file, options, publishing, show).due())
                return ALL_GOOD
            with batch_display(console(), as_json=as_json) as tell:
                summary = Batch(file, options, publishing, _putting(put, tell)).run()
            untold = tell_webhook(webhook, file.output, summary, options.shard) if webhook else ""
    except OutputLockedError as error:
        click.echo(str(error), err=True)
        return LOCKED
    except InputError as error:  # a folder that cannot be written, a cluster that cannot be used
        print_problems(console(errors=True), error.problems)
        return BAD_CONFIGURATION
    if not as_json:
        print_summary(console(), summary)
    if untold:
        click.echo(plain(untold), err=True)
    return NOT_ALL_GOOD if summary.count("failed", "refused", "unfinished") else ALL_GOOD


def _reports_here(file: BatchFile, shard: Shard | None, *, only_look: bool) -> "AbstractContextManager[Put]":
    """Have the folder of reports here, also when it lies in shared storage."""
    if not in_shared_storage(file.config.output):
        return nullcontext(lambda folder: None)
    from collective_impact.batch.storage.shared_output import shared_output

    return shared_output(file.config.output, shard, only_look=only_look)


def _putting(put: "Put", tell: "Callable[[Event | Notice], None]") -> "Callable[[Event | Notice], None]":
    """Put each report where it belongs as soon as it is complete, then tell of it."""

    def told(what: "Event | Notice") -> None:
        if not isinstance(what, Notice) and what.report and not what.report.stopped:
            put(what.report.folder)
        tell(what)

    return told


def _with_options(file: BatchFile, given: dict[str, Any]) -> BatchFile:
    """Give the configuration with what the command line says about its work instead."""
    names = ("jobs", "timeout", "memory", "retries", "executor", "scheduler")
    changed = {name: given[name] for name in names if given[name] is not None}
    changed |= {"fail_fast": True} if given["fail_fast"] else {}
    work = file.config.work.model_copy(update=changed)
    if (work.executor == "dask") != bool(work.scheduler):
        found = f"--executor {work.executor}, --scheduler {work.scheduler or _('(none)')}"
        expected = _("--executor dask and the address of a scheduler, or neither")
        raise InputError([Problem(str(file.path), found, expected, _("give both, there or as options"))])
    return replace(file, config=file.config.model_copy(update={"work": work}))


class _Publishing:
    """How reports are published; what makes them is looked for when the first one is due."""

    def __init__(self, file: BatchFile) -> None:
        self._file = file
        self._known: Publishing | None = None

    def check(self) -> None:
        """Find out what is wrong with it before anything runs, as far as that is quick."""
        if self._file.config.publishing.brand or self._file.config.publishing.renderer == "quarto":
            self()

    def __call__(self) -> "Publishing":
        if self._known is None:
            from collective_impact.terminal.publishing import chosen_publishing

            own = self._file.config.publishing
            brand = (self._file.path.parent / own.brand).resolve() if own.brand else None
            self._known = chosen_publishing(own.renderer, brand, own.profile, own.decimal_comma)
        return self._known
