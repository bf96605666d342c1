"""What the developmental context evaluation concludes: what shifts, how soon it is answered, where power moves."""

from collections.abc import Mapping

import pandas as pd

from collective_impact.analysis.context.answered_events import AnsweredEvents
from collective_impact.analysis.context.signals import Signals, most_pressing
from collective_impact.analysis.context.surroundings import Surroundings
from collective_impact.analysis.context.unusual_changes import UnusualChanges
from collective_impact.charts.context.signals import direction_name, domain_name, rule_text, verdict_name
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, counted_periods, strength_by
from collective_impact.findings.wording import areas_text, interval_record, periods_text
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import day, listing, marked, number, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.change.response_lag import WITHIN, ResponseLag
from collective_impact.statistics.insufficient import Insufficient

MOST_PLACES = 4
SOURCED = 0.8
"""Share of events that should have a source."""
BY_CHANCE = 0.05
"""Share of series of which a change outside the usual ones tells nothing in itself."""


def events_text(n: int) -> str:
    """A count of events, for example ``16 events``."""
    return translate_plural("{n} event", "{n} events", n).format(n=n)


@answers(marked("What is shifting around us that we must respond to?"))
def conclude_shifts(signals: Signals, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude which shifts to act on, to watch or to let pass, by the stated rules."""
    recent = signals.recent
    if recent.empty:
        return Insufficient("nothing_lately", 0, 1)
    pressing = most_pressing(signals)
    counts = recent["verdict"].value_counts()
    to_act = int(counts.get("act", 0))
    words = {
        "events": events_text(len(recent)),
        "since": day(signals.since.date()),
        "act": to_act,
        "watch": int(counts.get("watch", 0)),
        "ignore": int(counts.get("ignore", 0)),
    }
    title = (
        translate_plural("{act} recent event asks for action", "{act} recent events ask for action", to_act)
        if to_act
        else _("Recent events call for watching, not for new action")
        if counts.get("watch", 0)
        else _("No recent event asks for action or for watching")
    )
    sourced = float((signals.events["source"] != "").mean())
    checks = (
        *counted(_("Events on record"), len(signals.events), weak=3, moderate=10),
        Check(
            rule=_("Events with a source: at least {share}").format(share=percent(SOURCED)),
            seen=percent(sourced),
            held=sourced >= SOURCED,
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.shifts",
        title=title.format(**words),
        statement=_(
            "By the rules above, of {events} since {since}, {act} are to act on, {watch} to watch and {ignore} to "
            "let pass."
        ).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("The log holds what somebody noticed and wrote down. What nobody noticed is not in it."),
            _("Events are listed and counted. Nothing here tests what they led to."),
        ),
        so_what=_so_what(pressing, len(recent)),
        now_what=tuple(_step(row, evaluation) for _i, row in pressing.iterrows()),
        data=tuple(f"context_event:{event}" for event in recent["event_id"]),
        topics=("signal",) if to_act else (),
        names=tuple(dict.fromkeys([*pressing["summary"], *pressing["owner"], *pressing["answer"]])),
    )


def _so_what(pressing: pd.DataFrame, n: int) -> str:
    if pressing.empty:
        return translate_plural(
            "{n} recent event on record asks for no new answer. Whether the plan can stand is not settled by that.",
            "The {n} recent events on record ask for no new answer. Whether the plan can stand is not settled by that.",
            n,
        ).format(n=n)
    first = pressing.iloc[0]
    text = _("The most pressing comes from {domain} and {direction}: {event} For the plan it means that {rule}.")
    return text.format(
        domain=_("the {domain} side").format(domain=domain_name(first["domain"]).lower()),
        direction=direction_name(first["direction"]),
        event=first["summary"],
        rule=_implication(first),
    )


def _implication(event: pd.Series) -> str:
    return {
        "open_hindrance": _("delivery may suffer until somebody answers it"),
        "open_opening": _("an opening may close unused"),
        "open_mixed": _("it is not settled whether it will help or hinder"),
        "answered": _("the answer has to be checked against what happened since"),
    }.get(str(event["rule"]), rule_text(event["rule"]))


def _step(event: pd.Series, evaluation: Evaluation) -> Recommendation:
    """What to do about one event: to act within three months, to watch within six."""
    act = event["verdict"] == "act"
    doing = {
        "open_hindrance": _("decide how to answer {event}"),
        "open_opening": _("decide how to make use of {event}"),
        "open_mixed": _("agree on what would make it necessary to respond to {event}"),
        "answered": _("see whether the answer to {event} is enough"),
    }[str(event["rule"])]
    action = _("{verdict}: {doing}").format(
        verdict=verdict_name(event["verdict"]), doing=doing.format(event=quote(str(event["summary"]).rstrip(".")))
    )
    owner = _("steering group") if act else event["owner"] or _("backbone organization")
    return Recommendation(action=action, owner=owner, due=evaluation.months_ahead(3 if act else 6))


@answers(marked("How soon do we answer what happens around us?"))
def conclude_response(answered: AnsweredEvents, evaluation: Evaluation) -> Finding:
    """Conclude how many events that called for an answer have one, and how long that took."""
    n = len(answered.waits)
    words = {
        "events": events_text(n),
        "n": n,
        "answered": answered.n_answered,
        "soon": answered.n_soon,
        "within": number(WITHIN, 0),
        "open": n - answered.n_answered,
        "shocks": answered.n_shocks,
        "shocks_soon": answered.n_shocks_soon,
    }
    statement = _(
        "Of {events} that hindered, were mixed or were shocks, {answered} have an answer on record, {soon} of them "
        "within {within} days."
    )
    if answered.n_shocks:
        statement += " " + _("Of {shocks} shocks, {shocks_soon} were answered within {within} days.")
    title = _("{soon} of {n} events that called for an answer had one within {within} days")
    estimate = None
    lag = answered.lag
    checks = (*counted(_("Events that called for an answer"), n, weak=5, moderate=10), _narrow(lag))
    if isinstance(lag, ResponseLag) and _bounded(lag):
        statement += " " + _("Half were answered within {median} days ({confidence}% interval {low} to {high}).")
        words |= _days(lag)
        title = _("Half of {n} events that called for an answer had one within {median} days")
        estimate = interval_record(lag.curve.median, _("days"), n_units=n)
    action = (
        _("Go through the events without an answer and decide on each: act, watch or let pass")
        if words["open"]
        else _("Keep the habit of writing down which decision answers which event")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.response",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=estimate,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _(
                "An event counts as answered where a decision or a change of plan refers to it. Answers that nobody "
                "linked are not seen."
            ),
            _("A quick answer is not always a good one; what came of it stands in the follow-up of the decision."),
        ),
        so_what=_("The longer an event waits, the more of it partners meet on their own instead of together."),
        now_what=(Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(3)),),
        data=("context_event", "adaptation:event_id", "decision:date"),
    )


def _narrow(lag: ResponseLag | Insufficient) -> Check:
    """Check the median wait as that of decisions: it is known at all, and not only roughly."""
    known = isinstance(lag, ResponseLag) and _bounded(lag)
    median = lag.curve.median if isinstance(lag, ResponseLag) else None
    return Check(
        rule=_("The interval of the median is no wider than the median itself"),
        seen=_("{low} to {high} days").format(**_days(lag))
        if isinstance(lag, ResponseLag) and known
        else _("no upper end yet"),
        held=known and median is not None and median.high - median.low <= median.value,
    )


def _days(lag: ResponseLag) -> dict[str, str]:
    median = lag.curve.median
    return {
        "median": number(median.value, 0),
        "low": number(median.low, 0),
        "high": number(median.high, 0),
        "confidence": number(100 * median.confidence, 0),
    }


def _bounded(lag: ResponseLag) -> bool:
    """Whether the median and both its ends lie within what has been followed."""
    median = lag.curve.median
    return max(median.value, median.low, median.high) < float("inf")


@answers(marked("Do the figures around us give a reason to talk?"))
def conclude_surroundings(
    found: Mapping[str, UnusualChanges | Insufficient], places: pd.DataFrame, told: Surroundings, evaluation: Evaluation
) -> Finding:
    """Conclude whether any figure has lately moved more than it usually does: a prompt to talk, and no more."""
    judged = [each for each in found.values() if isinstance(each, UnusualChanges)]
    fewest = min(len(each.series) for each in judged)
    told_of = int(places["judged"].iloc[0]) if len(places) else sum(frame.shape[1] for frame in told.places.values())
    words = {
        "figures": len(judged),
        "areas": areas_text(told.n_taking_part),
        "periods": periods_text(fewest),
        "n": len(places),
        "judged": told_of,
        "places": listing(sorted(set(places["place"]))[:MOST_PLACES]),
        "which": listing(sorted({told.names[each] for each in places["series"]})),
    }
    checks = counted_periods(fewest)
    statement = (
        _(
            "{figures} figures were followed in {areas} over {periods}. Of {judged} series of an area, {n} moved "
            "unusually lately, in {which} ({places})."
        )
        if len(places)
        else _(
            "{figures} figures were followed in {areas} over {periods}. Lately each of them changed in each area as it "
            "usually does."
        )
    )
    action = (
        _("Ask those who know {places} what lies behind the change, before anything is concluded")
        if len(places)
        else _("Look again when the next figures are in")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.surroundings",
        title=_unusual_title(len(places), told_of).format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("With many figures in many areas, a few changes look unusual by chance alone."),
            explains_nothing(),
        ),
        so_what=_(
            "An unusual change is a reason to ask what happened. It is no sign of what the initiative does."
        ).format(**words),
        now_what=(
            Recommendation(
                action=action.format(**words),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(3 if len(places) else 12),
            ),
        ),
        data=tuple(f"context_series:{name}" for name in found),
        topics=("signal",) if _beyond_chance(len(places), told_of) else (),
        names=(*told.names.values(), *(str(place) for place in places["place"])),
    )


def _unusual_title(n: int, judged: int) -> str:
    if not n:
        return _("The figures around us have lately moved as they usually do")
    if not _beyond_chance(n, judged):
        return translate_plural(
            "{n} of {judged} series of an area moved unusually, as chance may bring",
            "{n} of {judged} series of an area moved unusually, as chance may bring",
            n,
        )
    return translate_plural(
        "{n} of {judged} series of an area has moved unusually",
        "{n} of {judged} series of an area have moved unusually",
        n,
    )


def _beyond_chance(n: int, judged: int) -> bool:
    """Whether more series moved unusually than chance brings."""
    return n > BY_CHANCE * judged
