"""The engine: runs what is due of many reports side by side, then publishes each report as soon as its runs are done.

One thread decides and waits; notebooks run in the workers of an executor; pages are made in a thread beside them.
"""

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from collective_impact.batch.events import Event, Tell
from collective_impact.batch.kernels.launch import servers_folder
from collective_impact.batch.kernels.workers import end_at_once
from collective_impact.batch.output_folder import Staging, staged
from collective_impact.batch.planning.earlier_runs import complete, outcome, take_over
from collective_impact.batch.planning.plan import PlannedRun, ReportPlan
from collective_impact.batch.publication import Report, made_on, publish_plan, standing_record
from collective_impact.batch.running.run import RunRecord, RunSpec, lost, run_one
from collective_impact.data.snapshot import drop_snapshot, snapshots, take_snapshot
from collective_impact.errors import ToolkitError

LOST = (BrokenExecutor,)
"""What a future raises whose worker was lost, through no fault of the notebook that it ran."""

Pool = Callable[[], Executor]

_SECONDS_FOR_PAGES = 4
"""For pages that are being made when everything is to stop."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard the engine works.

    Attributes
    ----------
    jobs : int
        Notebooks that run at the same time.
    retries : int
        Further tries for a run whose worker was lost.
    fail_fast : bool
        Begin nothing more once a run has failed.
    """

    jobs: int = 2
    retries: int = 2
    fail_fast: bool = False


@dataclass(slots=True)
class _Work:
    """A report in the making."""

    plan: ReportPlan
    stack: ExitStack
    staging: Staging
    records: dict[str, RunRecord] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    fresh: bool = False
    """Whether something ran or was taken from elsewhere than the report that stands."""
    dropped: bool = False
    """Whether it has come to nothing already."""
    data_kept: bool = False


@dataclass(frozen=True, slots=True)
class _Try:
    work: _Work
    run: PlannedRun
    before: int = 0
    """How often it was tried already."""


class Engine:
    """Makes the reports of plans.

    Parameters
    ----------
    pool : callable
        Makes an executor; called again when its workers are lost.
    effort : Effort
    tell : callable
        Told of every event.
    """

    def __init__(self, pool: Pool, effort: Effort, tell: Tell) -> None:
        self._pool, self._effort, self._tell = pool, effort, tell
        self._executor: Executor | None = None
        self._due: deque[_Try] = deque()
        self._again: deque[_Try] = deque()
        self._running: dict[Future[RunRecord], _Try] = {}
        self._publishing: dict[Future[Report], _Work] = {}
        self._open_works: list[_Work] = []
        self._refused: list[Report] = []
        self._stopped = False

    def make(self, plans: Iterable[ReportPlan]) -> Iterator[Report]:
        """Make the reports; each is given when it stands in its place.

        Plans are taken one after the other, when there is room to begin them.
        """
        coming = iter(plans)
        with ExitStack() as stack:
            stack.enter_context(snapshots(servers_folder()))
            press = ThreadPoolExecutor(1)
            stack.callback(self._drop_unfinished, press)
            while True:
                while self._refused:
                    yield self._refused.pop()
                self._begin(coming, press)
                self._submit()
                if self._refused:
                    continue
                if not self._running and not self._publishing:
                    return
                under_way: list[Future[Any]] = [*self._running, *self._publishing]
                done, _rest = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    if future in self._publishing:
                        yield self._published(self._publishing.pop(future), future)
                    else:
                        self._ended(self._running.pop(future), future, press)

    def _begin(self, coming: Iterator[ReportPlan], press: ThreadPoolExecutor) -> None:
        """Begin further reports while there is room for their runs."""
        under_way = self._due, self._running, self._publishing
        while not self._stopped and sum(map(len, under_way)) < self._effort.jobs:
            plan = next(coming, None)
            if plan is None:
                return
            self._open(plan, press)

    def _open(self, plan: ReportPlan, press: ThreadPoolExecutor) -> None:
        stack = ExitStack()
        try:
            work = _Work(plan, stack, stack.enter_context(staged(plan.target)))
        except ToolkitError as error:
            self._refused.append(self._told(plan, Report(plan.target, {}, stopped=error)))
            return
        self._open_works.append(work)
        work.waiting = {run.spec.template for run in plan.evaluations}
        with self._costs_only(work):
            for run in plan.evaluations:
                self._decide(work, run, press)
            if not plan.evaluations:
                self._learn(work, press)

    def _decide(self, work: _Work, run: PlannedRun, press: ThreadPoolExecutor) -> None:
        """Take an earlier run over, or have it run."""
        if run.kept:
            work.fresh = work.fresh or run.kept.parents[1] != work.plan.target
            self._known(work, run.spec, take_over(run.kept, run.spec.folder, work.plan.gate), press)
        else:
            shutil.rmtree(run.spec.folder, ignore_errors=True)
            _keep_data(work)
            self._due.append(_Try(work, run))

    def _known(self, work: _Work, spec: RunSpec, record: RunRecord, press: ThreadPoolExecutor) -> None:
        """Take a run's record in, and go on with the report as far as that leads."""
        work.records[spec.template] = record
        work.waiting.discard(spec.template)
        if work.waiting:
            return
        if len(work.records) == len(work.plan.evaluations):
            self._learn(work, press)
        else:
            self._tell(Event("render", work.plan))
            self._publishing[press.submit(publish_plan, work.plan, work.staging, work.records, work.fresh)] = work

    def _learn(self, work: _Work, press: ThreadPoolExecutor) -> None:
        """Plan the learning report's own run."""
        runs = {run.spec.template: run.spec.folder for run in work.plan.evaluations}
        learning = work.plan.learning({name: outcome(folder) for name, folder in runs.items()})
        work.waiting = {learning.spec.template}
        self._decide(work, learning, press)

    def _submit(self) -> None:
        """Fill the workers. A run whose worker was lost is tried again on its own, so that it costs no other."""
        while self._due and len(self._running) < self._effort.jobs:
            self._start(self._due.popleft())
        if self._again and not self._running:
            self._start(self._again.popleft())

    def _start(self, one: _Try) -> None:
        if self._stopped or one.work.dropped:
            return
        self._tell(Event("begin", one.work.plan, one.run.spec.template, reasons=one.run.reasons))
        try:
            self._executor = self._executor or self._pool()
            future = self._executor.submit(run_one, one.run.spec)
        except LOST:  # a worker was lost in the meantime
            self._close()
            self._executor = self._pool()
            future = self._executor.submit(run_one, one.run.spec)
        self._running[future] = one

    def _ended(self, one: _Try, future: Future[RunRecord], press: ThreadPoolExecutor) -> None:
        work, spec = one.work, one.run.spec
        stop = future.exception()
        if isinstance(stop, LOST) and one.before < self._effort.retries:
            if isinstance(stop, BrokenProcessPool):  # it has taken all its workers with it
                self._close()
            shutil.rmtree(spec.folder, ignore_errors=True)
            self._again.append(_Try(work, one.run, one.before + 1))
            return
        if work.dropped:
            return
        with self._costs_only(work):
            self._take_in(one, stop, press)

    def _take_in(self, one: _Try, stop: BaseException | None, press: ThreadPoolExecutor) -> None:
        """Take in a run that has ended."""
        work, spec = one.work, one.run.spec
        if stop is not None:
            lost(spec, stop)
        record = complete(spec, one.run.inputs, work.plan.package, work.plan.gate)
        work.fresh = True
        self._stopped = self._stopped or (self._effort.fail_fast and record.status == "failed")
        self._tell(Event("end", work.plan, spec.template, record))
        self._known(work, spec, record, press)

    def _published(self, work: _Work, future: Future[Report]) -> Report:
        """Put a report in its place, or leave everything as it was."""
        self._open_works.remove(work)
        try:
            with work.stack:
                report = future.result()
        except Exception as error:
            return self._nothing(work, error)
        return self._told(work.plan, report)

    @contextmanager
    def _costs_only(self, work: _Work) -> Iterator[None]:
        """Let what goes wrong with a report's files cost this report only."""
        try:
            yield
        except Exception as error:
            self._open_works.remove(work)
            self._refused.append(self._nothing(work, _give_up(work, error)))

    def _nothing(self, work: _Work, error: Exception) -> Report:
        """Tell of a report that came to nothing, whatever the reason."""
        work.dropped = True
        stopped = error if isinstance(error, ToolkitError) else _UnforeseenError(error)
        target, records = work.plan.target, tuple(work.records.values())
        standing = standing_record(target)
        since = made_on(target, standing) if standing and standing.complete else None
        kept = target if since else None
        return self._told(work.plan, Report(target, {}, records, kept, stopped=stopped, kept_since=since))

    def _told(self, plan: ReportPlan, report: Report) -> Report:
        self._tell(Event("report", plan, report=report))
        return report

    def _drop_unfinished(self, press: ThreadPoolExecutor) -> None:
        """Leave the reports that are not complete as far as they have come, and end what still runs for them."""
        if self._executor is not None and self._running:
            end_at_once(self._executor)
        self._close()
        press.shutdown(wait=False, cancel_futures=True)
        wait(self._publishing, timeout=_SECONDS_FOR_PAGES)
        for work in self._open_works:
            _give_up(work, _Unfinished())

    def _close(self) -> None:
        """Let go of the workers; those that still run are lost."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None


def _keep_data(work: _Work) -> None:
    """Let the report's notebooks find the data as they were planned for, without reading the package again."""
    if not work.data_kept:
        plan = work.plan
        take_snapshot(plan.package.seen, plan.checked.as_of, plan.language)
        work.stack.callback(drop_snapshot, plan.checked.initiative.path, plan.checked.as_of, plan.language)
        work.data_kept = True


class _Unfinished(Exception):  # noqa: N818  # no error: the batch ended before this report
    pass


class _UnforeseenError(ToolkitError):
    """Something that nobody thought of, told by its name."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.__cause__ = cause


def _give_up(work: _Work, reason: Exception) -> Exception:
    """Let go of a report's place, as after an error; give the error, as whoever held the place tells it."""
    try:
        work.stack.__exit__(type(reason), reason, reason.__traceback__)
    except Exception as told:
        return told
    return reason
