"""What the formative context evaluation concludes: how much comes on time, what hinders, whether hindrance shows."""

import pandas as pd

from collective_impact.analysis.context.delivery import AFTER, LATELY, Delivery
from collective_impact.analysis.context.named_unasked import NamedUnasked
from collective_impact.analysis.context.signals import Signals
from collective_impact.charts.context.delivery import Course, delivery_name
from collective_impact.charts.context.signals import domain_name
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, counted_periods, strength_by
from collective_impact.findings.wording import interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, percent
from collective_impact.language import translate as _
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.paired_waves import PairedWaves

MOST_DOMAINS = 3


def share_interval_text(share: Interval) -> str:
    """The interval of a share in per cent, for example ``95% interval 49% to 66%``."""
    return _("{confidence}% interval {low} to {high}").format(
        confidence=number(100 * share.confidence, 0), low=percent(share.low), high=percent(share.high)
    )


def points_interval_text(difference: Interval) -> str:
    """The interval of a difference of shares in percentage points, for example ``95% interval −13 to 24``."""
    return _("{confidence}% interval {low} to {high}").format(
        confidence=number(100 * difference.confidence, 0),
        low=number(100 * difference.low, 0),
        high=number(100 * difference.high, 0),
    )


def _share_record(share: Interval, unit: str, n_units: int, n_periods: int) -> EstimateRecord | None:
    """A share as the record keeps it; one of nothing at all cannot be told from zero and is left to the words."""
    return interval_record(share, unit, n_units=n_units, n_periods=n_periods) if share.low > 0 else None


@answers(marked("How much of the plan is done on time?"))
def conclude_on_time(delivery: Delivery, share: Interval, way: Course, evaluation: Evaluation) -> Finding:
    """Conclude which share came on time, and whether that has moved beyond ordinary ups and downs.

    Parameters
    ----------
    way : Course
        From `collective_impact.charts.context.delivery.course`.
    """
    words = {
        "what": delivery_name(delivery),
        "share": percent(share.value),
        "n": delivery.n,
        "interval": share_interval_text(share),
        "quarters": delivery.n_quarters,
    }
    statement = _("{what}: {share} of {n} that were due in {quarters} quarters ({interval}).") + " " + _course_text(way)
    checks = (
        *counted(_("Due so far"), delivery.n, weak=20, moderate=60),
        *counted_periods(delivery.n_quarters),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.on_time",
        title=_("{what}: {share} of {n}").format(**words),
        statement=statement.format(**words),
        estimate=_share_record(share, _("share of what was due"), delivery.n, delivery.n_quarters),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("On time is by the plan’s own dates. A late start with a good result counts as late."),
            explains_nothing(),
        ),
        so_what=_on_time_so_what(way),
        now_what=(_on_time_step(way, evaluation),),
        data=(f"{delivery.kind}:planned_end" if delivery.kind == "activity" else f"{delivery.kind}:due",),
    )


def _course_text(way: Course) -> str:
    return {
        "unknown": _("There are too few quarters to tell ordinary ups and downs from more."),
        "steady": _("From quarter to quarter it goes up and down within its ordinary limits."),
        "up": _("It has risen beyond ordinary ups and downs."),
        "down": _("It has fallen beyond ordinary ups and downs."),
        "other": _("Some quarters lie outside its ordinary limits."),
    }[way]


def _on_time_so_what(way: Course) -> str:
    if way == "steady":
        return _(
            "A single good or bad quarter needs no explanation. To do better takes a change in how work is planned."
        )
    if way == "unknown":
        return _("The level is known, the course is not yet.")
    return _("Something has changed in how work is delivered: find out what, and keep or mend it.")


def _on_time_step(way: Course, evaluation: Evaluation) -> Recommendation:
    action = (
        _("Go through the quarters that stand out, and note what was different")
        if way in ("up", "down", "other")
        else _("Choose one kind of activity that is often late, and plan it in another way")
    )
    return Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(3))


@answers(marked("Do partners report to the shared measurement on time?"))
def conclude_reports(delivery: Delivery, share: Interval, change: PairedWaves, evaluation: Evaluation) -> Finding:
    """Conclude whether partners report on time more than they did at first, each partner compared with itself."""
    clear = change.mean.leaves_out(0.0)
    words = {
        "n": delivery.n,
        "share": percent(share.value),
        "partners": change.n,
        "quarters": LATELY,
        "points": number(100 * change.mean.value, 0),
        "interval": points_interval_text(change.mean),
        "up": change.n_higher,
        "down": change.n_lower,
    }
    statement = _(
        "Of {n} reports, {share} came on time. From the first {quarters} quarters to the last {quarters}, {partners} "
        "partners changed by {points} percentage points on average ({interval}); {up} went up and {down} down."
    )
    if not clear:
        statement += " " + _("The interval includes zero: whether reporting has changed is inconclusive.")
        title = _("Whether reports come on time more often is inconclusive")
    elif change.mean.value > 0:
        title = _("Reports come on time more often than at first: {points} points more")
    else:
        title = _("Reports come on time less often than at first: {points} points")
    checks = (*counted(_("Partners at both ends"), change.n, weak=6, moderate=12), clear_of_zero(change.mean))
    return Finding(
        id=f"{evaluation.inquiry.id}.reports",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(
            change.mean,
            _("share of reports on time, last quarters less first"),
            n_units=change.n,
            n_periods=delivery.n_quarters,
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("Partners that joined late or left early are not in the comparison."), explains_nothing()),
        so_what=_("Shared measurement is as current as its slowest reports.")
        if not clear or change.mean.value < 0
        else _("Figures come in time to be used: decisions can lean on them."),
        now_what=(
            Recommendation(
                action=_("Ask the partners that report late what would make it easier"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=("data_submission:due", "data_submission:submitted"),
    )


@answers(marked("What limits delivery most often?"))
def conclude_barriers(barriers: pd.DataFrame, signals: Signals, evaluation: Evaluation) -> Finding:
    """Conclude where hindrance comes from, and which of it nothing on record answers."""
    n, answered = int(barriers["n"].sum()), int(barriers["answered"].sum())
    leading = barriers.index[barriers["n"] == barriers["n"].max()][:MOST_DOMAINS]
    events = signals.events[signals.events["direction"] == "hindering"]
    unanswered = events[events["answered"].isna()]
    words = {
        "n": n,
        "answered": answered,
        "open": n - answered,
        "domains": listing([domain_name(str(each)).lower() for each in leading]),
        "most": int(barriers["n"].max()),
        "areas": int((events["area_id"] != "").sum()),
    }
    checks = counted(_("Hindering events on record"), n, weak=3, moderate=12)
    statement = (
        _("Of {n} events that hindered, {most} were {domains}, more than of any other kind.")
        if len(leading) == 1
        else _("Of {n} events that hindered, {domains} ones came most often ({most} each).")
    )
    statement += " " + _("{areas} concerned a single area; {answered} have a mitigation on record.")
    return Finding(
        id=f"{evaluation.inquiry.id}.barriers",
        title=_("Barriers on record: {n}, most often {domains}; without an answer: {open}").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Counts tell how often something was noted, not how much it weighed."),
            _("The log holds what somebody noticed and wrote down. What nobody noticed is not in it."),
        ),
        so_what=_("Plans can allow for the kinds of hindrance that come back, before they come."),
        now_what=tuple(_mitigations(unanswered, leading, evaluation)),
        data=tuple(f"context_event:{event}" for event in events["event_id"]),
        names=tuple(unanswered["summary"]),
    )


def _mitigations(unanswered: pd.DataFrame, leading: pd.Index, evaluation: Evaluation) -> list[Recommendation]:
    """One for each of the newest barriers without an answer, and one for the kind that comes most often."""
    steps = [
        Recommendation(
            action=_("Decide on a mitigation for: {event}").format(event=str(event).rstrip(".")),
            owner=_("steering group"),
            due=evaluation.months_ahead(2),
        )
        for event in unanswered["summary"].iloc[::-1][:2]
    ]
    kinds = listing([domain_name(str(each)).lower() for each in leading])
    action = _("Write into next year’s plan what to do when {domains} hindrance comes again").format(domains=kinds)
    return [*steps, Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(6))]


@answers(marked("Does delivery slip after hindering events?"))
def conclude_after_events(delivery: Delivery, gap: Gap, felt: "pd.Series[bool]", evaluation: Evaluation) -> Finding:
    """Conclude whether what fell due soon after a hindering event came late more often than the rest."""
    clear = gap.difference.leaves_out(0.0)
    words = {
        "n": delivery.n,
        "felt": int(felt.sum()),
        "rest": int((~felt).sum()),
        "days": AFTER,
        "a": percent(gap.group.value, 1),
        "b": percent(gap.reference.value, 1),
        "points": number(100 * gap.difference.value, 1),
        "interval": points_interval_text(gap.difference),
    }
    statement = _(
        "Of {n} activities, {felt} fell due within {days} days of a hindering event: {a} of these were on time, {b} of "
        "the other {rest}. The difference is {points} percentage points ({interval})."
    )
    if not clear:
        statement += " " + _("It includes zero: whether hindering events delay delivery is inconclusive.")
        title = _("Inconclusive: whether activities slip after hindering events")
        so_what = _("Late activities cannot be laid at the door of these events. Look inside the plan as well.")
    elif gap.difference.value < 0:
        title = _("Fewer activities are on time after hindering events: {a} against {b}")
        so_what = _("Hindrance from outside goes with lateness: leave room for it in the plan.")
    else:
        title = _("Activities are on time more often after hindering events: {a} against {b}")
        so_what = _("The plan holds when something happens outside. Lateness has its roots elsewhere.")
    checks = (
        *counted(_("Due soon after an event"), int(felt.sum()), weak=10, moderate=30),
        clear_of_zero(gap.difference),
        Check(rule=_("Events came to some and not to others by chance"), seen=_("not known"), held=False),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.after_events",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(
            gap.difference,
            _("share on time, after events less otherwise"),
            n_units=delivery.n,
            n_periods=delivery.n_quarters,
        ),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("Activities of one owner are alike, so the interval is rather too narrow."),
            _("What fell due after an event may differ from the rest in other ways too."),
        ),
        so_what=so_what,
        now_what=(
            Recommendation(
                action=_("Ask the owners of late activities for the reason, and keep it in the plan"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=(f"{delivery.kind}:actual_end", "context_event:direction"),
    )


@answers(marked("Do influential people see the issue?"))
def conclude_named_unasked(named: NamedUnasked, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude whether more influential people name the issue unasked than at first."""
    if isinstance(named.change, Insufficient):
        return named.change
    difference = named.change.difference
    first, last = named.rounds.iloc[0], named.rounds.iloc[-1]
    clear = difference.leaves_out(0.0)
    words = {
        "a": percent(first["share"]),
        "b": percent(last["share"]),
        "n": int(first["n"]),
        "m": int(last["n"]),
        "first": first["wave"],
        "last": last["wave"],
        "all": int(first["n"] + last["n"]),
        "points": number(100 * difference.value, 0),
        "interval": points_interval_text(difference),
    }
    statement = _(
        "{first}: {a} of {n} people named the issue unasked. {last}: {b} of {m}. The difference among {all} people is "
        "{points} percentage points ({interval})."
    )
    if not clear:
        statement += " " + _("The interval includes zero: whether more see the issue is inconclusive.")
    title = (
        _("{b} of influential people name the issue unasked, {a} at first")
        if clear
        else _("Inconclusive: whether more influential people name the issue unasked")
    )
    checks = (
        *counted(_("People in the smaller round"), int(named.rounds["n"].min()), weak=10, moderate=30),
        clear_of_zero(difference),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.named_unasked",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(
            difference, _("share, last round less first"), n_units=words["all"], n_periods=len(named.rounds)
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("The interviewed were chosen for their influence and not drawn; each round has new people."),),
        so_what=_("An issue that influential people name by themselves is easier to find support for."),
        now_what=(
            Recommendation(
                action=_("Interview as many again, with the same opening question, and tell the steering group"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(12),
            ),
        ),
        data=("survey_response:bellwether_unasked",),
        names=(str(first["wave"]), str(last["wave"])),
    )
