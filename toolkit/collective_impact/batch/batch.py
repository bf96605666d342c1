"""A batch: the reports of all initiatives of a configuration, as far as they are due."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from collective_impact.batch.config import BatchFile, Choice
from collective_impact.batch.lock import locked
from collective_impact.batch.records.damage import put_damaged_aside
from collective_impact.batch.records.journal import (
    BatchSummary,
    Outcome,
    ReportOutcome,
    followed,
    last_outcomes,
    moment,
    write_summary,
)
from collective_impact.batch.records.unchanged import KnownReport, Unchanged
from collective_impact.batch.shard import Shard
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

if TYPE_CHECKING:
    from collective_impact.batch.events import Event
    from collective_impact.batch.planning.plan import ReportPlan
    from collective_impact.batch.planning.request import Publishing
    from collective_impact.batch.publication import Report

_TRIES_WHILE_CHANGING = 3


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What the command line adds to the configuration.

    Attributes
    ----------
    shard : Shard or None
        Only this part of the initiatives.
    only_failed : bool
        Only what did not end well the last time.
    force : bool
        Run everything, also what has not changed.
    rehash : bool
        Read every package, also where no file seems touched.
    """

    shard: Shard | None = None
    only_failed: bool = False
    force: bool = False
    rehash: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell of a package as a whole: that it is unchanged, cannot be used, or changed while it ran.

    It is run once more then; after the last try it is restless.
    Or of a damaged record: ``package`` is then its file, ``aside`` the name under which it was put aside.
    """

    kind: Literal["unchanged", "refused", "changed", "restless", "damaged"]
    package: str
    initiative: str
    runs: int = 0
    problems: tuple[Problem, ...] = ()
    aside: str = ""


@dataclass(slots=True)
class _Package:
    """A package in a batch, with what has become of its reports."""

    path: str
    choice: Choice
    initiative: str
    made_of: str = ""
    tries: int = 0
    open: int = 0
    plans: "dict[Path, ReportPlan]" = field(default_factory=dict)
    done: dict[str, ReportOutcome] = field(default_factory=dict)
    ran: "Counter[Path]" = field(default_factory=Counter)


def chosen_packages(file: BatchFile, options: BatchOptions) -> list[tuple[str, Choice, str]]:
    """Give the packages of a batch that the options leave, each with its choice and the initiative's id."""
    named = [*file.packages]
    if options.shard:
        named = [each for each in named if options.shard.holds(each[2])]
    if options.only_failed:
        bad = {one.initiative for one in last_outcomes(file.output).values() if not one.well}
        named = [each for each in named if each[2] in bad]
    return named


class Batch:
    """Makes what is due of a configuration.

    Parameters
    ----------
    file : BatchFile
    options : BatchOptions
    publishing : callable
        Gives how reports are published; called when the first report is due.
    tell : callable
        Told of every event of a run or report, and of every notice of a package.
    """

    def __init__(
        self,
        file: BatchFile,
        options: BatchOptions,
        publishing: "Callable[[], Publishing]",
        tell: "Callable[[Event | Notice], None]",
    ) -> None:
        self._file, self._options, self._publishing, self._tell = file, options, publishing, tell
        self._coming: deque[_Package] = deque()
        self._plans: deque[ReportPlan] = deque()
        self._of: dict[Path, _Package] = {}
        self._outcomes: list[ReportOutcome] = []
        self._before: dict[tuple[str, str], ReportOutcome] = {}

    def run(self) -> BatchSummary:
        """Make everything that is due, and write down what it came to.

        Raises
        ------
        OutputLockedError
            When another batch is at work in the same folder.
        InputError
            When the folder of reports cannot be written.
        """
        began = datetime.now(UTC)
        with locked(self._file.output, self._options.shard):
            for damaged, aside in put_damaged_aside(self._file.output, alone=self._options.shard is None):
                self._tell(Notice("damaged", str(damaged), "", aside=aside.name))
            self._before = last_outcomes(self._file.output)
            self._look_at_all()
            to_make = bool(self._coming)
            try:
                if to_make:
                    self._make()
            finally:
                summary = self._summary(began)
                write_summary(self._file.output, summary, self._options.shard)
                self._unchanged.write()
                if to_make:
                    self._list_reports()
        return summary

    def due(self) -> "Iterator[ReportPlan]":
        """Plan everything without making anything; what is not due is told."""
        self._look_at_all()
        return self

    def __iter__(self) -> "Iterator[ReportPlan]":
        return self

    def __next__(self) -> "ReportPlan":
        """Give the next plan; one package is read when the plans of the last are used up."""
        while not self._plans:
            if not self._coming:
                raise StopIteration
            self._plan(self._coming.popleft())
        return self._plans.popleft()

    def _look_at_all(self) -> None:
        self._unchanged = Unchanged(self._file)
        for package, choice, initiative in chosen_packages(self._file, self._options):
            self._look_at(_Package(package, choice, initiative))

    def _look_at(self, package: _Package) -> None:
        """Sort out what is known to be unchanged without reading it."""
        quick = not (self._options.force or self._options.rehash)
        reports = self._unchanged.reports(package.path, package.choice) if quick else None
        if reports is None:
            self._coming.append(package)
            return
        self._tell(Notice("unchanged", package.path, package.initiative, sum(one.runs for one in reports)))
        now = moment(datetime.now(UTC))
        self._outcomes += [
            ReportOutcome(package.initiative, one.report, one.language, "unchanged", now, kept=one.runs)
            for one in reports
        ]

    def _make(self) -> None:
        from collective_impact.batch.executors import workers
        from collective_impact.batch.make import Effort, Engine

        work = self._file.config.work
        with workers(work) as (pool, jobs):
            for report in Engine(pool, Effort(jobs, work.retries, work.fail_fast), self._heard).make(self):
                self._take_in(report)

    def _list_reports(self) -> None:
        """Write the pages that list the reports and tell how they stand; nothing to tell, nothing to write."""
        from collective_impact.batch.records.overview import write_overview
        from collective_impact.batch.records.status import read_status
        from collective_impact.reporting.library.library import write_library

        write_overview(read_status(self._file.output, datetime.now(UTC)))
        write_library(self._file.output)

    def _plan(self, package: _Package) -> None:
        from collective_impact.batch.kernels.watch import Limits
        from collective_impact.batch.planning.plan import check_request, plan_reports
        from collective_impact.batch.planning.request import ReportRequest

        work, choice = self._file.config.work, package.choice
        package.made_of = self._unchanged.look(package.path, choice)
        package.tries += 1
        limits = Limits(seconds=work.timeout, memory_mib=work.memory)
        request = ReportRequest(
            package.path,
            self._file.output,
            choice.methods,
            choice.levels,
            choice.as_of,
            choice.languages,
            choice.parameters,
            self._publishing(),
        )
        try:
            plans = plan_reports(check_request(request), force=self._options.force or package.tries > 1, limits=limits)
        except InputError as error:
            self._refuse(package, error)
            return
        package.open = len(plans)
        package.plans = {plan.target: plan for plan in plans}
        self._of |= dict.fromkeys(package.plans, package)
        self._plans += plans

    def _refuse(self, package: _Package, error: InputError) -> None:
        self._tell(Notice("refused", package.path, package.initiative, problems=error.problems))
        told = tuple(f"{one.place}: {one.found}" for one in error.problems[:20])
        now = moment(datetime.now(UTC))
        self._outcomes.append(ReportOutcome(package.initiative, "", "", "refused", now, problems=told))

    def _heard(self, event: "Event") -> None:
        if event.kind == "end":
            self._of[event.plan.target].ran[event.plan.target] += 1
        self._tell(event)

    def _take_in(self, report: "Report") -> None:
        """Take in what a report came to; once all of a package are there, look whether it changed meanwhile."""
        target = report.kept or report.folder
        package = self._of[target]
        package.open -= 1
        package.done[str(target)] = self._outcome(package, report, target)
        if package.open:
            return
        if self._unchanged.look(package.path, package.choice) != package.made_of:
            if package.tries < _TRIES_WHILE_CHANGING:
                self._tell(Notice("changed", package.path, package.initiative))
                self._coming.append(package)
                return
            self._tell(Notice("restless", package.path, package.initiative))
            package.done = {target: _mixed(one) for target, one in package.done.items()}
        elif all(one.well for one in package.done.values()):
            stands = [KnownReport(one.report, one.language, one.ran + one.kept) for one in package.done.values()]
            self._unchanged.remember(package.path, package.choice, package.made_of, stands)
        self._outcomes += package.done.values()
        for plan in package.plans:
            del self._of[plan]

    def _outcome(self, package: _Package, report: "Report", target: Path) -> ReportOutcome:
        from collective_impact.batch.records.signals import signals

        ran = package.ran[target]
        outcome: Outcome = "failed" if report.failed or report.stopped else "unchanged" if report.unchanged else "ok"
        problems = [f"{run.template}: {run.error.name}: {run.error.message}" for run in report.failed if run.error]
        return ReportOutcome(
            initiative=package.initiative,
            report="" if report.stopped else self._from_output(report.folder),
            language=package.plans[target].language,
            outcome=outcome,
            ended=moment(datetime.now(UTC)),
            seconds=round(sum(run.seconds for run in report.records), 1) if ran else 0.0,
            ran=ran,
            kept=len(report.records) - ran,
            peak_memory_mib=max((run.peak_memory_mib for run in report.records), default=0),
            problems=(*problems, *([str(report.stopped)] if report.stopped else [])),
            standing=self._from_output(report.kept) if report.kept else "",
            standing_since=report.kept_since.isoformat() if report.kept_since else "",
            failed=tuple(run.template for run in report.failed),
            signals=signals(report.folder) if outcome == "ok" else (),
        )

    def _from_output(self, folder: Path) -> str:
        return folder.relative_to(self._file.output).as_posix()

    def _summary(self, began: datetime) -> BatchSummary:
        """What the batch came to, with what it did not come to any more."""
        now = moment(datetime.now(UTC))
        left = {id(each): each for each in [*self._coming, *self._of.values()]}.values()
        unfinished = [ReportOutcome(each.initiative, "", "", "unfinished", now) for each in left]
        schedule = self._file.config.schedule
        known = [followed(one, self._before) for one in [*self._outcomes, *unfinished]]
        return BatchSummary(
            config=self._file.path.name,
            started=moment(began),
            ended=now,
            note=schedule.note,
            hours=schedule.hours,
            reports=tuple(sorted(known, key=lambda one: (one.initiative, one.report))),
            initiatives=tuple(name for _package, _choice, name in self._file.packages),
        )


def _mixed(one: ReportOutcome) -> ReportOutcome:
    """Give an outcome as that of a package that changed during every try."""
    problem = _("its package changed during every try, so the report may mix what stood there at different times")
    return replace(one, outcome="failed", problems=(*one.problems, problem))
