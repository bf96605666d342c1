"""From a data package to a published learning report: plan, run, seal, publish, put in place."""

from functools import partial

from collective_impact.batch.events import Tell
from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.workers import worker_pool
from collective_impact.batch.lock import locked
from collective_impact.batch.make import Effort, Engine
from collective_impact.batch.planning.plan import check_request, plan_reports
from collective_impact.batch.planning.request import ReportRequest
from collective_impact.batch.publication import Report
from collective_impact.language import translate as _
from collective_impact.reporting.library.library import write_library


def make_report(
    request: ReportRequest, tell: Tell = lambda event: None, *, effort: Effort | None = None, force: bool = False
) -> tuple[Report, ...]:
    """Run the evaluations of a package and publish the report; everything is checked before anything runs.

    Runs whose inputs have not changed since an earlier report are taken over from it. A report with a failed run never
    takes the place of a good one: it is put beside it, with ``-failed`` in its name.

    Returns
    -------
    tuple of Report
        One in each language.

    Raises
    ------
    OutputLockedError
        When another run or batch is at work in the same folder.
    InputError
        With every problem of the package, the choice of evaluations, the parameters and the output folder.
        The earlier report, if there is one, is left as it was.
    RenderError
        When a page or a document cannot be made; the earlier report stays too.
    """
    effort, checked = effort or Effort(), check_request(request)
    with locked(request.out, mend=_("choose another folder with --out")):
        plans = plan_reports(checked, force=force)
        with warm_kernels():
            reports = tuple(Engine(partial(worker_pool, effort.jobs), effort, tell).make(plans))
        for report in reports:
            if report.stopped:
                raise report.stopped
        write_library(request.out)
    order = [plan.target for plan in plans]
    return tuple(sorted(reports, key=lambda report: order.index(report.kept or report.folder)))
