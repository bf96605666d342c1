"""What the formative evaluation concludes on the plan and on the reports to the shared measurement."""

from collections.abc import Sequence

import pandas as pd

from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import day, listing, marked, number, percent, period_label, share_of, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.estimating_equations import EstimatingEquations
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.proportion import share_interval

GOAL = 0.8
"""Share in time from which a plan can be relied on."""
LATE_BUT_DONE = 0.9
"""Share done, in time or late, from which it is the dates and not the work that are in question."""
ELAPSED = "elapsed"
MOST_NAMES = 4
OFTEN = 2
"""Late reports in one period from which a partner is named: one says little."""


@answers(marked("Is the plan carried out in time?"))
def conclude_plan(evaluation: Evaluation, plan: pd.DataFrame) -> Finding | Insufficient:
    """Conclude how much of the plan was done in time."""
    share = share_interval(int(plan["on_time"].sum()), len(plan))
    if isinstance(share, Insufficient):
        return share
    checks = counted(_("Activities that were due"), len(plan), weak=10, moderate=30)
    late = plan[plan["done"].astype(bool) & ~plan["on_time"].astype(bool)]
    still_open = int((~plan["done"].astype(bool)).sum())
    words = {
        "share": percent(share.value),
        "k": int(plan["on_time"].sum()),
        "n": len(plan),
        "day": day(evaluation.as_of),
        "interval": percent_interval(share),
        "late": len(late),
        "median": number(float(late["late"].median()), 0) if len(late) else "",
        "open": still_open,
    }
    sentences = [_("Of {n} activities that were due by {day}, {k} were done in time: {share} ({interval}).")]
    if len(late):
        sentences.append(_("{late} came late, half of them by {median} days or more."))
    if still_open:
        sentences.append(translate_plural("{open} is still open.", "{open} are still open.", still_open))
    return Finding(
        id=f"{evaluation.inquiry.id}.plan",
        title=(
            _("The plan is mostly kept: {share} was done in time")
            if share.value >= GOAL
            else _("The plan promises more than it keeps: {share} was done in time")
        ).format(**words),
        statement=" ".join(sentences).format(**words),
        estimate=interval_record(share, _("share of activities"), n_units=len(plan)) if share.low > 0 else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("What was dropped, and what is due later, is left out; activities of one owner may be alike."),),
        so_what=_plan_meaning(share, still_open / len(plan)),
        now_what=_plan_steps(evaluation, share, still_open),
        data=("activity:planned_end", "activity:actual_end"),
        topics=("off_track",) if share.value < GOAL else (),
    )


def percent_interval(share: Interval) -> str:
    """The interval of a share in words, for example ``95% interval 49% to 66%``."""
    return _("{confidence}% interval {low} to {high}").format(
        confidence=number(100 * share.confidence, 0), low=percent(share.low), high=percent(share.high)
    )


def _plan_meaning(share: Interval, left: float) -> str:
    if share.value >= GOAL:
        return _("Partners can rely on the dates of the plan when they fit their own work to it.")
    if left <= 1 - LATE_BUT_DONE:
        return _("Partners who wait for one another lose time. Nearly everything gets done in the end, but later.")
    return _("Partners who wait for one another lose time, and part of the plan is not done at all.")


def _plan_steps(evaluation: Evaluation, share: Interval, still_open: int) -> tuple[Recommendation, ...]:
    steps = []
    if share.value < GOAL:
        steps.append(
            Recommendation(
                action=_("Plan fewer activities at a time, each with a date that its owner has set"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            )
        )
    if still_open:
        steps.append(
            Recommendation(
                action=_("Decide on each activity that is past its date: stop it, or give it a new one"),
                owner=_("steering group"),
                due=evaluation.months_ahead(1),
            )
        )
    return tuple(steps)


@answers(marked("Do the partners report to the shared measurement in time?"))
def conclude_reports(
    evaluation: Evaluation, reports: pd.DataFrame, changes: Sequence[EstimatingEquations | Insufficient]
) -> Finding:
    """Conclude how the share of reports that come in time has moved.

    Parameters
    ----------
    evaluation : Evaluation
    reports : DataFrame
        As `reports_of_partners` gives it.
    changes : sequence of EstimatingEquations or Insufficient
        The change from the first period to the last; without one the finding tells of the whole time only.
    """
    model = next((each for each in changes if isinstance(each, EstimatingEquations)), None)
    change = _in_points(model.coefficients[ELAPSED]) if model else None
    last = reports[reports["period"] == reports["period"].max()]
    late = last[~last["on_time"].astype(bool)].groupby("name").size().sort_values(ascending=False, kind="stable")
    wanting = [str(name) for name in late.index[late >= OFTEN]][:MOST_NAMES]
    words = {
        "share": share_of(int(reports["on_time"].sum()), len(reports)),
        "k": int(reports["on_time"].sum()),
        "n": len(reports),
        "partners": int(reports["partner_id"].nunique()),
        "latest": share_of(int(last["on_time"].sum()), len(last)),
        "year": period_label(reports["period"].max()),
        "change": number(change.value, 0) if change else "",
        "low": number(change.low, 0) if change else "",
        "high": number(change.high, 0) if change else "",
        "which": listing(wanting) if wanting else "",
        "late": len(late),
    }
    checks = (
        *counted(_("Reports that were due"), len(reports), weak=10, moderate=30),
        *((clear_of_zero(change, Strength.MODERATE),) if change else ()),
    )
    sentences = [_("Of {n} reports from {partners} partners, {k} came in time ({share}); in {year} it was {latest}.")]
    if change:
        sentences.append(
            _(
                "From the first period to the last the share rose by {change} percentage points "
                "(95% interval {low} to {high})."
            )
            if change.low > 0
            else _(
                "From the first period to the last the share fell: {change} percentage points "
                "(95% interval {low} to {high})."
            )
            if change.high < 0
            else _(
                "Whether the share moved is inconclusive: {change} percentage points (95% interval {low} to {high})."
            )
        )
    return Finding(
        id=f"{evaluation.inquiry.id}.reports",
        title=_reports_title(change).format(**words),
        statement=" ".join(sentences).format(**words),
        estimate=interval_record(change, _("percentage points of reports in time"), n_units=model.n_organizations)
        if model and change
        else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("The change is drawn as a straight line; a report in time may still be wrong."),),
        so_what=(
            _("Shared figures can be used when they are fresh. Help where it is needed goes further than reminders.")
        ),
        now_what=(
            Recommendation(
                action=_late_ones(len(late), wanting).format(**words),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(3),
            ),
        )
        if len(late)
        else (),
        data=("data_submission:due", "data_submission:submitted"),
        names=tuple(wanting),
    )


def _in_points(share: Interval) -> Interval:
    return Interval(100 * share.value, 100 * share.low, 100 * share.high, share.confidence)


def _late_ones(n_late: int, often: list[str]) -> str:
    """Whom to ask: by name only where more than one report of the last period came late."""
    if often:
        return _("Ask those with more than one late report in {year} what would make it easier: {which}")
    return translate_plural(
        "Ask the {late} partner with one late report in {year} what would make it easier",
        "Ask the {late} partners with one late report each in {year} what would make it easier",
        n_late,
    )


def _reports_title(change: Interval | None) -> str:
    if change is None or not change.leaves_out(0.0):
        return _("{share} of the reports came in time, {latest} in {year}")
    if change.value > 0:
        return _("Reports come in time more and more: {latest} in {year}")
    return _("Reports come in time less and less: {latest} in {year}")
