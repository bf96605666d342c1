"""What the formative context evaluation concludes: what hinders, whether that shows, and what happens elsewhere too."""

from dataclasses import replace

import pandas as pd

from collective_impact.analysis.context.delivery import AFTER, Delivery
from collective_impact.analysis.context.signals import Signals
from collective_impact.analysis.context.surroundings import Surroundings, changes_since_start
from collective_impact.charts.context.signals import domain_name
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import areas_text, interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient

MOST_NAMED = 3
FEWEST_AREAS = 4
"""Areas on either side of a comparison of means."""


def _in_points(difference: Interval) -> Interval:
    """A difference of shares in percentage points."""
    return replace(difference, value=100 * difference.value, low=100 * difference.low, high=100 * difference.high)


@answers(marked("What limits delivery most often?"))
def conclude_barriers(barriers: pd.DataFrame, signals: Signals, evaluation: Evaluation) -> Finding:
    """Conclude where hindrance comes from, and which of it nothing on record answers."""
    n, answered = int(barriers["n"].sum()), int(barriers["answered"].sum())
    again = [domain_name(str(each)).lower() for each in barriers.index[barriers["n"] > 1]]
    events = signals.events[signals.events["direction"] == "hindering"]
    unanswered = events[events["answered"].isna()]
    of_domain = _("{domain} ({n})")
    words = {
        "n": n,
        "answered": answered,
        "domains": listing(
            [
                of_domain.format(domain=domain_name(str(domain)).lower(), n=row["n"])
                for domain, row in barriers.astype(int).iterrows()
            ]
        ),
        "areas": int((events["area_id"] != "").sum()),
    }
    checks = counted(_("Hindering events on record"), n, weak=3, moderate=12)[:1]
    statement = _(
        "Events that hindered by part of the surroundings: {domains}. Of these {n}, {areas} concerned a single area, "
        "and {answered} have a mitigation on record."
    )
    title = translate_plural(
        "{n} barrier on record; with an answer: {answered}", "{n} barriers on record; with an answer: {answered}", n
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.barriers",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("Counts tell how often something was noted, not how much it weighed."),
            _("Which kind of hindrance is the most common is not tested."),
            _("The log holds what somebody noticed and wrote down. What nobody noticed is not in it."),
        ),
        so_what=_("Plans can allow for the kinds of hindrance that come back, before they come.")
        if again
        else _("Each kind of hindrance has come once: the record says more about what happened than about what will."),
        now_what=tuple(_mitigations(unanswered, again, evaluation)),
        data=tuple(f"context_event:{event}" for event in events["event_id"]),
        names=tuple(unanswered["summary"]),
    )


def _mitigations(unanswered: pd.DataFrame, again: list[str], evaluation: Evaluation) -> list[Recommendation]:
    """One for each of the newest barriers without an answer, and one for the kinds that have come more than once."""
    steps = [
        Recommendation(
            action=_("Decide on a mitigation for: {event}").format(event=str(event).rstrip(".")),
            owner=_("steering group"),
            due=evaluation.months_ahead(2),
        )
        for event in unanswered["summary"].iloc[::-1][:2]
    ]
    action = (
        _("Write into next year’s plan what to do when hindrance of a known kind comes again: {domains}")
        if again
        else _("Go on writing down what hinders, and what was done about it")
    ).format(domains=listing(again))
    return [*steps, Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(6))]


@answers(marked("Does delivery slip after hindering events?"))
def conclude_after_events(delivery: Delivery, gap: Gap, felt: "pd.Series[bool]", evaluation: Evaluation) -> Finding:
    """Conclude whether what fell due soon after a hindering event came late more often than the rest."""
    difference = _in_points(gap.difference)
    clear = difference.leaves_out(0.0)
    words = {
        "n": delivery.n,
        "felt": int(felt.sum()),
        "rest": int((~felt).sum()),
        "days": AFTER,
        "a": percent(gap.group.value, 1),
        "b": percent(gap.reference.value, 1),
        "points": number(difference.value, 1),
        "interval": interval(difference),
    }
    statement = _(
        "Of {n} activities, {felt} fell due within {days} days of a hindering event: {a} of these were on time, {b} of "
        "the other {rest}. The difference is {points} percentage points ({interval})."
    )
    if not clear:
        statement += " " + _("It includes zero: whether hindering events delay delivery is inconclusive.")
        title = _("Inconclusive: whether activities slip after hindering events")
        so_what = _("The data neither show nor rule out that such events delay work. Look inside the plan as well.")
    elif difference.value < 0:
        title = _("Fewer activities are on time after hindering events: {a} against {b}")
        so_what = _("Hindrance from outside goes with lateness: leave room for it in the plan.")
    else:
        title = _("Activities are on time more often after hindering events: {a} against {b}")
        so_what = _("Nothing here says that such events hold work up. Look for the reasons of lateness in the plan.")
    checks = (
        *counted(_("Due soon after an event"), int(felt.sum()), weak=10, moderate=30),
        clear_of_zero(difference),
        Check(rule=_("Events came to some and not to others by chance"), seen=_("not known"), held=False),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.after_events",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(
            difference,
            _("percentage points"),
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


@answers(marked("Have the surroundings changed more here than elsewhere?"))
def conclude_elsewhere(told: Surroundings, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude which figures about the surroundings have moved another way here than in the other areas."""
    changes = changes_since_start(told)
    if isinstance(changes, Insufficient):
        return changes
    other_way = [told.names[name] for name in changes.index[~changes["same_way"]]]
    n, same = len(changes), len(changes) - len(other_way)
    words = {
        "n": n,
        "same": same,
        "here": areas_text(told.n_taking_part),
        "others": told.n_others,
        "before": (told.start or 0) - 1,
        "names": listing([quote(name) for name in other_way[:MOST_NAMED]]),
    }
    statement = _(
        "From {before} to the latest figures, {same} of {n} figures moved the same way in {here} that take part as in "
        "the {others} others."
    )
    if other_way:
        statement += " " + _("These moved another way: {names}.")
    title = (
        _("All {n} figures around us moved the same way here as elsewhere")
        if not other_way
        else _("{same} of {n} figures around us moved the same way here as elsewhere")
    )
    checks = (
        Check(
            rule=_("Areas on either side: at least {n}").format(n=FEWEST_AREAS),
            seen=str(min(told.n_taking_part, told.n_others)),
            held=min(told.n_taking_part, told.n_others) >= FEWEST_AREAS,
            needed_for=Strength.WEAK,
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.surroundings",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("The way that a mean moved is compared, not by how much; small moves may be chance."),
            explains_nothing(),
        ),
        so_what=_(
            "What went the same way everywhere is no sufficient reason why delivery here should be better or worse "
            "than elsewhere."
        )
        if not other_way
        else _("Where {names} went another way, delivery here may have met other conditions than elsewhere.").format(
            **words
        ),
        now_what=(
            Recommendation(
                action=_("Look at these figures again before late delivery is put down to hard times"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(12),
            )
            if not other_way
            else Recommendation(
                action=_("Ask the owners of activities what {names} has meant for their work").format(**words),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=tuple(f"context_series:{name}" for name in changes.index),
        names=tuple(told.names.values()),
    )
