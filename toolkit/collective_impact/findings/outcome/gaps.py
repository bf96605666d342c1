"""What the outcome evaluations conclude about gaps: between groups of people, and between areas of different size."""

from collective_impact.analysis.outcome.area_funnel import AreaFunnel
from collective_impact.analysis.outcome.followed import members
from collective_impact.analysis.outcome.group_gaps import GroupGap
from collective_impact.analysis.outcome.groups import GroupCounts
from collective_impact.charts.outcome.equity import gap_change, gap_text, gap_title, points_word, widest
from collective_impact.charts.outcome.funnel import funnel_outside, funnel_title, funnel_words
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import data_behind, explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, counted_periods, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import a_period, count_of_periods, figure_text, marked, number, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient


@answers(marked("For whom were things worse before the start?"))
def conclude_groups(
    gaps: tuple[GroupGap, ...], groups: GroupCounts, outcome: Outcome, scale: float, evaluation: Evaluation
) -> Finding:
    """Conclude which group stood furthest from its reference in the last period, and how sure that is."""
    gap = widest(gaps)
    last = gap.frame.iloc[-1]
    value, low, high = (float(last[each]) for each in ("difference", "difference_low", "difference_high"))
    size = Interval(value, low, high, 0.95)
    words = gap_text(gap, groups, outcome, scale)
    clear = size.leaves_out(0.0)
    statement = _(
        "{indicator}, {area}: {value} for {group} and {other} for {reference} in {last}, a gap of {gap} {points} "
        "(95% interval {low} to {high}; {n_areas} areas)."
    )
    if not clear:
        statement += " " + _("The interval includes zero: whether there is a gap is inconclusive.")
    title = (
        _("{group} stood {gap} {points} {side} {reference} before the start")
        if clear
        else _("Inconclusive: whether groups differed before the start")
    )
    checks = (_clear(size), *_enough_cases(gap))
    return Finding(
        id=f"{evaluation.inquiry.id}.groups",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(size, points_word(scale, outcome.unit), n_units=gap.n_areas, n_periods=1),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(), _one_of_many(gaps)),
        so_what=_("A target for everybody can be reached while this gap stays. Set one for {group} as well.").format(
            **words
        )
        if clear
        else _("Follow the groups for longer before a target is set for one of them."),
        now_what=(
            Recommendation(
                action=_("Set a target for the gap between {group} and {reference}, with those concerned").format(
                    **words
                ),
                owner=_("steering group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=(*data_behind(outcome), f"group:{gap.group}", f"group:{gap.reference}"),
        topics=("equity",),
        names=(*outcome.words, *groups.words),
    )


@answers(marked("Are gaps between groups closing?"))
def conclude_group_gaps(
    gaps: tuple[GroupGap, ...], groups: GroupCounts, outcome: Outcome, scale: float, evaluation: Evaluation
) -> Finding | Insufficient:
    """Conclude whether the widest gap between groups closes: since the start where that can be told, else lately."""
    gap = widest(gaps)
    change = gap_change(gap)
    if change is None:
        return gap.trend if isinstance(gap.trend, Insufficient) else Insufficient("too_few_periods", len(gap.frame), 5)
    words = gap_text(gap, groups, outcome, scale) | {
        "change": figure_text(change.value),
        "interval": interval(change),
        "periods": count_of_periods(len(gap.frame), outcome.freq),
        "recent": count_of_periods(gap.n_recent, outcome.freq),
        "a_period": a_period(outcome.freq),
    }
    checks = (_clear(change), *counted_periods(len(gap.frame)), *_enough_cases(gap))
    points = points_word(scale, outcome.unit)
    since = isinstance(gap.since, Interval)
    return Finding(
        id=f"{evaluation.inquiry.id}.group_gap",
        title=gap_title(gap).format(**words),
        statement=_gap_statement(gap, change).format(**words),
        estimate=interval_record(
            change,
            points if since else _("{unit}, {a_period}").format(unit=points, a_period=words["a_period"]),
            n_units=gap.n_areas,
            n_periods=len(gap.frame),
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(*_since_when(gap, outcome), explains_nothing(), _one_of_many(gaps)),
        so_what=_so_what_of_gap(change).format(**words),
        now_what=_steps_for_gap(change, words, evaluation),
        data=(*data_behind(outcome), f"group:{gap.group}", f"group:{gap.reference}"),
        topics=("equity",),
        names=(*outcome.words, *groups.words),
    )


def _gap_statement(gap: GroupGap, change: Interval) -> str:
    text = (
        _(
            "{indicator}: {group} lay {before} {points} from {reference} on average before the start and {after} "
            "since, a change of {change} ({interval}; {periods}, {n_areas} areas)."
        )
        if isinstance(gap.since, Interval)
        else _(
            "{indicator}: {group} lay {b} {points} from {reference} in {last}. Over the last {recent} the gap changed "
            "by {change} {a_period} ({interval}; {periods}, {n_areas} areas)."
        )
    )
    if not change.leaves_out(0.0):
        text += " " + _("The interval includes zero: whether the gap moves is inconclusive.")
    return text


def _so_what_of_gap(change: Interval) -> str:
    if not change.leaves_out(0.0):
        return _("Nobody can say yet whether the gap of {group} to {reference} moves.")
    compare = " " + _(
        "Whether it moved otherwise than where nothing started is for Summative: Ultimate outcome to tell."
    )
    if change.value < 0:
        return _("The gap is smaller than before, and {b} {points} are left.") + compare
    return _("The gap is larger than before, {b} {points} now.") + compare


def _since_when(gap: GroupGap, outcome: Outcome) -> tuple[str, ...]:
    """From when on the time since the start counts, where areas began at different times."""
    begun = sorted({start for area, start in outcome.starts.items() if area in members(outcome)})
    if not isinstance(gap.since, Interval) or len(begun) < 2:
        return ()
    text = _("Since the start counts from {first}, when the first areas began; the last began in {last}.")
    return (text.format(first=period_label(begun[0]), last=period_label(begun[-1])),)


def _steps_for_gap(change: Interval, words: dict[str, object], evaluation: Evaluation) -> tuple[Recommendation, ...]:
    action = (
        _("Find out with {group} what has helped, and keep it")
        if change.leaves_out(0.0) and change.value < 0
        else _("Ask {group} what stands in the way, and direct an activity to it")
    )
    due = evaluation.months_ahead(6)
    return (Recommendation(action=action.format(**words), owner=_("backbone organization"), due=due),)


@answers(marked("Do areas differ by more than chance?"))
def conclude_funnel(funnel: AreaFunnel, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude how many areas lie outside what chance allows for their size; no area is ranked."""
    words = funnel_words(funnel, outcome)
    outside = funnel_outside(funnel)
    far = [area for area, place in funnel.plot.frame["place"].items() if str(place).startswith("far_")]
    least = int(funnel.plot.frame["denominator"].min())
    checks = (
        *counted(_("Areas"), len(funnel.plot.frame), weak=5, moderate=10),
        Check(
            rule=_("Every area counts at least {n} people").format(n=30),
            seen=number(least, 0),
            held=not bool(funnel.plot.frame["small_denominator"].any()),
        ),
        Check(
            rule=_("One area or more lies outside the 99.8% limits, or not one outside the 95% limits"),
            seen=_("{far} and {outside}").format(far=len(far), outside=len(outside)),
            held=bool(far) or not outside,
        ),
    )
    statement = _(
        "{indicator} in {period}: of {n} areas, {k} lie outside the 95% limits around {target} ({unit_small})."
    )
    if outside:
        statement += " " + _("Outside: {outside}.") + " " + _("Outside the 99.8% limits: {far}.")
        words |= {"far": len(far)}
    else:
        statement += " " + _("That is what chance alone would show.")
    return Finding(
        id=f"{evaluation.inquiry.id}.funnel",
        title=funnel_title(funnel).format(**words),
        statement=statement.format(**words, unit_small=outcome.unit),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_funnel_caveats(funnel),
        so_what=_(
            "Ask first about the data and the local conditions of those outside; among the rest, no order means much."
        ),
        now_what=(
            Recommendation(
                action=_("Visit the areas outside the limits to learn what differs there")
                if outside
                else _("Do not compare single areas; learn from all of them together"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=(f"indicator_value:{outcome.indicator_id}",),
        names=(*outcome.words, *(outcome.name_of(area) for area in outside)),
    )


def _funnel_caveats(funnel: AreaFunnel) -> tuple[str, ...]:
    caveats = [_("About one area in twenty lies outside the 95% limits by chance alone.")]
    if funnel.plot.widened:
        caveats.append(_("Areas differ in general by more than chance, so the limits were widened."))
    return tuple(caveats)


def _clear(estimate: Interval) -> Check:
    return Check(
        rule=_("The interval leaves out zero"),
        seen=interval(estimate),
        held=estimate.leaves_out(0.0),
        needed_for=Strength.WEAK,
    )


def _enough_cases(gap: GroupGap) -> tuple[Check, ...]:
    unstable = int(gap.frame["unstable"].sum())
    return (
        Check(
            rule=_("At least 20 cases in each group in every period"),
            seen=_("{n} periods with fewer").format(n=unstable),
            held=unstable == 0,
        ),
    )


def _one_of_many(gaps: tuple[GroupGap, ...]) -> str:
    if len(gaps) == 1:
        return _("Cases are taken to be independent; pupils of one school, say, are not quite.")
    return _("The widest of {n} gaps is shown first; the widest of several looks wider than it is.").format(n=len(gaps))
