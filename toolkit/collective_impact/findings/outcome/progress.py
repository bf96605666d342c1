"""What the formative outcome evaluation concludes: the course towards the targets, signals of change, the gap."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.followed import members
from collective_impact.analysis.outcome.target_tracker import Tracked
from collective_impact.charts.outcome.control import chart_kind, outside_text
from collective_impact.charts.outcome.progress import gap_words, status_text
from collective_impact.charts.outcome.targets import off_track, on_track, short_status, tracked_counts, why_text
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import Conclusion, answers
from collective_impact.findings.strength import clear_of_zero, counted_periods, strength_by
from collective_impact.findings.wording import estimate_record, interval, periods_text
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import a_period, count_of_periods, figure_text, marked, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.baseline import GapBetween
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient


def data_behind(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the data behind a finding: ``<table>:<key>``."""
    return (f"indicator_value:{outcome.indicator_id}", *(f"area:{area}" for area in members(outcome)))


def explains_nothing() -> str:
    """The caveat that every description carries."""
    return _("This describes what happened. It does not say why; that takes a comparison.")


def conclude_run_chart(
    runs: RunChart | Insufficient, limits: ControlChart | Insufficient, outcome: Outcome, evaluation: Evaluation
) -> Conclusion:
    """Conclude whether the series shows more than chance variation, by its runs and, where it has any, its limits."""
    return _conclude_runs(runs, () if isinstance(limits, Insufficient) else (limits,), outcome, evaluation)


@answers(marked("Is there more than ordinary variation?"))
def _conclude_runs(
    runs: RunChart | Insufficient, limits: tuple[ControlChart, ...], outcome: Outcome, evaluation: Evaluation
) -> Finding | Insufficient:
    if isinstance(runs, Insufficient):
        return runs
    checks = counted_periods(runs.useful_n)
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "n": periods_text(len(runs.series)),
        "run": runs.longest_run,
        "limit": runs.longest_run_limit,
        "side": _("above") if runs.longest_run_side == "above" else _("below"),
        "first": period_label(runs.longest_run_periods[0]),
        "last": period_label(runs.longest_run_periods[-1]),
        "crossings": runs.crossings,
        "fewest": runs.crossings_limit,
    }
    signal = runs.shift or any(chart.signal for chart in limits)
    if runs.shift and outcome.start is not None and runs.longest_run_periods[0] < outcome.start:
        title = _("{indicator} in {area}: a lasting shift that began before the start")
        so_what = _("The shift was under way before the initiative began, so this chart says nothing about its effect.")
    elif runs.shift:
        title = _("{indicator} in {area}: a lasting shift, not ordinary ups and downs")
        so_what = _("Something lasting has happened to the series. Look at the dates to see what coincides with it.")
    elif signal:
        title = _("{indicator} in {area}: some values lie outside ordinary ups and downs")
        so_what = _("Something has happened that ordinary scatter does not account for. See what coincides with it.")
    else:
        title = _("{indicator} in {area}: ordinary ups and downs only")
        so_what = _("Do not react to single values: over these {n} they go up and down by chance.")
    statement = _(
        "Over {n}, the longest run {side} the median has {run} values ({first}–{last}); chance allows {limit}. "
        "Crossings of the median: {crossings}; chance gives at least {fewest}."
    ).format(**words)
    for chart in limits:
        statement += " " + _("Outside the control limits: {outside}.").format(outside=outside_text(chart))
    return Finding(
        id=f"{evaluation.inquiry.id}.run_chart",
        title=title.format(**words),
        statement=statement,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_run_caveats(limits),
        so_what=so_what.format(**words),
        now_what=_look_for_events(signal, evaluation),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _run_caveats(limits: Sequence[ControlChart]) -> tuple[str, ...]:
    caveats = [
        explains_nothing(),
        _("A slow steady trend also gives a long run: look at the shape, not only at the rule."),
    ]
    for chart in limits:
        caveats += [chart_kind(chart)] if chart.corrected else []
        if any(each.name == "no_autocorrelation" and each.met is False for each in chart.assumptions):
            caveats.append(
                _("Neighbouring values resemble each other, so some points lie outside the limits by chance.")
            )
    return tuple(caveats)


def _look_for_events(signal: bool, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    action = (
        _("Write beside the chart what happened when the series shifted, and check whether it is in the list of events")
        if signal
        else _("Add the next value to the chart before anything is changed because of a single one")
    )
    due = evaluation.months_ahead(3 if signal else 12)
    return (Recommendation(action=action, owner=_("shared measurement group"), due=due),)


def conclude_trajectory(
    course: Trajectory | Insufficient,
    tracked: tuple[Tracked, ...] | Insufficient,
    outcome: Outcome,
    evaluation: Evaluation,
) -> Conclusion:
    """Conclude whether the target is within reach on the present course, and how the other targets fare."""
    others = () if isinstance(tracked, Insufficient) else tracked
    return _conclude_course(course, others, outcome, evaluation)


@answers(marked("Is the target within reach?"))
def _conclude_course(
    course: Trajectory | Insufficient, tracked: tuple[Tracked, ...], outcome: Outcome, evaluation: Evaluation
) -> Finding | Insufficient:
    if isinstance(course, Insufficient):
        return course
    checks = (*counted_periods(course.n_recent), _settled(course))
    words = _course_words(course, outcome)
    statement = _(
        "{indicator} in {area}: {now} in {at}; the target is {target} by {when} ({unit}). "
        "Over the last {n} the change was {pace} {a_period}."
    )
    if course.projected is not None:
        statement += " " + _("On that course it would come to {expected} ({interval}).")
        words |= {"expected": figure_text(course.projected.value), "interval": interval(course.projected)}
    if len(tracked) > 1:
        statement += " " + _("All {goals} targets: on track or there {on}, off track {off}, still open {open}.")
        words |= {**tracked_counts(tracked), "goals": len(tracked), "n": words["n"]}
    return Finding(
        id=f"{evaluation.inquiry.id}.target",
        title=_("{indicator}, {area}: {status}").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(), _("The projection takes for granted that the recent course goes on.")),
        so_what=_so_what_of_course(course, [each for each in tracked if each.goal.name != outcome.indicator]).format(
            **words
        ),
        now_what=_next_checks(course, tracked, evaluation),
        data=data_behind(outcome),
        names=(*outcome.words, *(each.goal.name for each in tracked)),
    )


def _course_words(course: Trajectory, outcome: Outcome) -> dict[str, object]:
    freq = str(getattr(course.judged_at, "freqstr", ""))
    return {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "status": status_text(course),
        "now": figure_text(course.current),
        "at": period_label(course.judged_at),
        "target": figure_text(course.target),
        "when": period_label(course.target_period),
        "unit": outcome.unit,
        "n": count_of_periods(course.n_recent, freq),
        "a_period": a_period(freq),
        "pace": figure_text(course.recent_slope.value),
        "needed": "–" if course.required_slope is None else figure_text(course.required_slope),
    }


def _so_what_of_course(course: Trajectory, tracked: Sequence[Tracked]) -> str:
    text = (
        _("The question for the group is whether the pace of the last {n} is the pace it wants.")
        if course.required_slope is None or course.distance <= 0
        else _("It would take {needed} {a_period} from now on, against {pace} lately.")
    )
    late = [each for each in tracked if off_track([each])]
    for each in late[:1]:
        text += " " + _("{name} is off track: {why}.").format(name=_braced(each.goal.name), why=why_text(each))
    return text


def _braced(name: str) -> str:
    """A name that stays as it is where the sentence around it is filled in later."""
    return name.replace("{", "{{").replace("}", "}}")


def _next_checks(course: Trajectory, tracked: Sequence[Tracked], evaluation: Evaluation) -> tuple[Recommendation, ...]:
    behind = course.status in {"off_track", "missed"}
    action = (
        _("Decide what to change in the strategy, or set a target that can be reached")
        if behind
        else _("Keep the course and look again when the next value is in")
    )
    first = Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(3 if behind else 12))
    open_yet = [each for each in tracked if not on_track([each]) and not off_track([each])]
    if not open_yet or behind:
        return (first,)
    again = _("Check again the indicators that cannot be judged yet: {names}").format(
        names="; ".join(f"{each.goal.name} ({short_status(each)})" for each in open_yet)
    )
    return (first, Recommendation(action=again, owner=_("shared measurement group"), due=evaluation.months_ahead(6)))


def _settled(course: Trajectory) -> Check:
    return Check(
        rule=_("The range of the projection tells whether the target is reached"),
        seen=status_text(course),
        held=course.status not in {"inconclusive", "too_early"},
        needed_for=Strength.WEAK,
    )


@answers(marked("Is the gap to other areas closing?"))
def conclude_gap(gap: GapBetween, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the gap to the other areas grows or shrinks."""
    checks: tuple[Check, ...] = counted_periods(gap.n_periods)
    words = gap_words(gap, outcome) | {
        "indicator": outcome.indicator,
        "unit": outcome.unit,
        "periods": periods_text(gap.n_periods),
    }
    statement = _(
        "{indicator} in {area}: {a} from the median of {n} other areas in {first}, {b} in {last} ({unit}; {periods})."
    )
    trend = None if isinstance(gap.trend, Insufficient) else gap.trend
    if trend is not None:
        checks = (*checks, clear_of_zero(trend))
        statement += " " + _("The gap changed by {slope} {a_period} ({interval}).")
        words |= {"slope": figure_text(trend.value), "interval": interval(trend), "a_period": a_period(outcome.freq)}
        if not trend.conclusive:
            statement += " " + _("The interval includes zero: whether the gap moves is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.gap",
        title=_gap_title(gap).format(**words),
        statement=statement.format(**words),
        estimate=estimate_record(trend, _("{unit}, a period").format(unit=outcome.unit)) if trend else None,
        strength=strength_by(checks, at_most=Strength.MODERATE) if trend else Strength.INSUFFICIENT,
        checks=checks,
        caveats=(explains_nothing(),),
        so_what=_(
            "Compared with {n} others: a course shared with the field says little about the initiative itself."
        ).format(**words),
        now_what=_compare_notes(trend, evaluation),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _compare_notes(trend: Estimate | None, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    action = (
        _("Look in the summative evaluation for what explains the difference to the other areas")
        if trend is not None and trend.conclusive
        else _("Keep collecting the same values from the other areas, so that the gap can be followed")
    )
    return (Recommendation(action=action, owner=_("shared measurement group"), due=evaluation.months_ahead(6)),)


def _gap_title(gap: GapBetween) -> str:
    if isinstance(gap.trend, Insufficient) or not gap.trend.conclusive:
        return _("Inconclusive: whether the gap between {area} and the others changes")
    return (
        _("{indicator}, {area}: on the way down against the other areas")
        if gap.trend.value < 0
        else _("{indicator}, {area}: on the way up against the other areas")
    )
