"""What the formative outcome evaluation concludes: the course towards the targets, signals of change, the gap."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.chart_of_counts import Moving, periods_before
from collective_impact.analysis.outcome.followed import members
from collective_impact.analysis.outcome.target_tracker import Tracked
from collective_impact.charts.outcome.control import chart_kind, outside_text
from collective_impact.charts.outcome.progress import status_text, status_title
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
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.change.forecast import Forecast
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.insufficient import Insufficient


def data_behind(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the data behind a finding: ``<table>:<key>``."""
    return (f"indicator_value:{outcome.indicator_id}", *(f"area:{area}" for area in members(outcome)))


def explains_nothing() -> str:
    """The caveat that every description carries."""
    return _("This describes what happened. It does not say why; that takes a comparison.")


def conclude_run_chart(
    runs: RunChart | Insufficient,
    limits: ControlChart | Insufficient,
    moving: Moving | None,
    outcome: Outcome,
    evaluation: Evaluation,
) -> Conclusion:
    """Conclude whether the series shows more than chance variation, by its runs and, where it has any, its limits.

    A series that keeps no level is not held against one: the conclusion then is how it moved.
    """
    if moving is not None:
        return _conclude_moving(moving, outcome, evaluation)
    return _conclude_runs(runs, () if isinstance(limits, Insufficient) else (limits,), outcome, evaluation)


@answers(marked("Is there more than ordinary variation?"))
def _conclude_moving(moving: Moving, outcome: Outcome, evaluation: Evaluation) -> Finding:
    slope = moving.slope
    checks = (*counted_periods(len(moving.course)), clear_of_zero(slope))
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "first": period_label(moving.course.index[0]),
        "last": period_label(moving.course.index[-1]),
        "slope": figure_text(slope.value),
        "unit": outcome.difference_unit,
        "a_period": a_period(outcome.freq),
        "interval": interval(slope),
        "periods": periods_text(len(moving.course)),
    }
    return Finding(
        id=f"{evaluation.inquiry.id}.run_chart",
        title=(
            _("{indicator} in {area}: a trend that began before the start")
            if moving.before
            else _("{indicator} in {area}: a trend, not ups and downs around a level")
        ).format(**words),
        statement=_(
            "From {first} to {last} the series moved by {slope} {unit} {a_period} ({interval}; {periods}). "
            "Runs and limits around a level do not apply to a series with a trend."
        ).format(**words),
        estimate=estimate_record(slope, _("{unit}, a period").format(unit=outcome.difference_unit)),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(),),
        so_what=_("Hold new values against where the trend leads and against other areas, not against an old level."),
        now_what=(
            Recommendation(
                action=_("Draw the trend beside the values, and note where they leave it"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )


@answers(marked("Is there more than ordinary variation?"))
def _conclude_runs(
    runs: RunChart | Insufficient, limits: tuple[ControlChart, ...], outcome: Outcome, evaluation: Evaluation
) -> Finding | Insufficient:
    if isinstance(runs, Insufficient):
        return runs
    checks = (*counted_periods(runs.useful_n), *(_of_one_mind(runs, chart) for chart in limits))
    since = [period for chart in limits for period in chart.outside if outcome.start and period >= outcome.start]
    earlier = sum(len(chart.outside) for chart in limits) - len(since)
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
        "k": len(since),
        "after": int(sum(runs.series.index >= outcome.start)) if outcome.start else 0,
    }
    signal = runs.shift or any(chart.signal for chart in limits)
    title, so_what = _verdict(runs, outcome, since=bool(since) and not earlier, signal=signal)
    statement = _(
        "Over {n}, the longest run {side} the median has {run} values ({first}–{last}); chance allows {limit}. "
        "Crossings of the median: {crossings}; chance gives at least {fewest}."
    ).format(**words)
    for chart in limits:
        statement += " " + _("Outside the control limits: {outside}.").format(outside=outside_text(chart))
    if periods_before(runs.series, outcome.start) is not None:
        statement += " " + _("Median and limits are those of the time before the start.")
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
        topics=("signal",) if signal else (),
        names=outcome.words,
    )


def _verdict(runs: RunChart, outcome: Outcome, *, since: bool, signal: bool) -> tuple[str, str]:
    """Title and meaning of what runs and limits say together; `since`: values since the start alone lie outside."""
    early = runs.shift and outcome.start is not None and runs.longest_run_periods[0] < outcome.start
    if since:
        title = _("{indicator} in {area}: {k} of {after} values since the start lie outside earlier limits")
        so_what = _("More than ordinary scatter has happened since the start.")
        if early:
            so_what += " " + _("The values moved to that side of the median in {first} already, before the start.")
        return title, so_what
    if early:
        return (
            _("{indicator} in {area}: a lasting shift that began before the start"),
            _("The shift was under way before the initiative began, so this chart says nothing about its effect."),
        )
    if runs.shift:
        return (
            _("{indicator} in {area}: a lasting shift, not ordinary ups and downs"),
            _("Something lasting has happened to the series. Look at the dates to see what coincides with it."),
        )
    if signal:
        return (
            _("{indicator} in {area}: some values lie outside ordinary ups and downs"),
            _("Something has happened that ordinary scatter does not account for. See what coincides with it."),
        )
    return (
        _("{indicator} in {area}: no sign of more than ordinary ups and downs"),
        _("Do not react to single values: over these {n} they go up and down by chance."),
    )


def _of_one_mind(runs: RunChart, chart: ControlChart) -> Check:
    """Whether runs and limits agree on there being more than chance variation."""
    signal, none = _("signal"), _("no signal")
    seen = _("runs: {runs}; limits: {limits}").format(
        runs=signal if runs.shift else none, limits=signal if chart.outside else none
    )
    return Check(rule=_("Runs and limits say the same"), seen=seen, held=runs.shift == bool(chart.outside))


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
    ahead: Forecast | Insufficient,
    outcome: Outcome,
    evaluation: Evaluation,
) -> Conclusion:
    """Conclude whether the target is within reach on the present course, and how the other targets fare.

    A forecast that says otherwise than the course is named beside it.
    """
    others = () if isinstance(tracked, Insufficient) else tracked
    return _conclude_course(course, others, () if isinstance(ahead, Insufficient) else (ahead,), outcome, evaluation)


@answers(marked("Is the target within reach?"))
def _conclude_course(
    course: Trajectory | Insufficient,
    tracked: tuple[Tracked, ...],
    ahead: tuple[Forecast, ...],
    outcome: Outcome,
    evaluation: Evaluation,
) -> Finding | Insufficient:
    if isinstance(course, Insufficient):
        return course
    checks = (*counted_periods(course.n_recent), _settled(course), *_forecast_agrees(course, ahead))
    words = _course_words(course, outcome)
    statement = _(
        "{indicator} in {area}: {now} in {at}; the target is {target} by {when} ({unit}). "
        "Over the last {n} the change was {pace} {a_period}."
    )
    if course.projected is not None:
        statement += " " + _("The straight line through them leads to {expected} ({interval}).")
        words |= {"expected": figure_text(course.projected.value), "interval": interval(course.projected)}
    for forecast in ahead:
        at = forecast.frame[forecast.frame["period"] == course.target_period]
        if course.projected is not None and len(at):
            statement += " " + _("A forecast that lets the course drift gives {mean} (95% interval {low} to {high}).")
            found = {"mean": "mean", "low": "low95", "high": "high95"}
            words |= {name: figure_text(at[column].iloc[0]) for name, column in found.items()}
    if len(tracked) > 1:
        statement += " " + _(
            "Targets in all: {goals}; on track or reached: {on}; off track: {off}; still open: {open}."
        )
        words |= {**tracked_counts(tracked), "goals": len(tracked), "n": words["n"]}
    return Finding(
        id=f"{evaluation.inquiry.id}.target",
        title=_("{indicator}, {area}: {status}").format(**words | {"status": status_title(course)}),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_course_caveats(course, outcome),
        so_what=_so_what_of_course(course, [each for each in tracked if each.goal.name != outcome.indicator]).format(
            **words
        ),
        now_what=_next_checks(course, tracked, evaluation),
        data=data_behind(outcome),
        topics=("off_track",) if course.status in {"off_track", "missed"} else (),
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


def _course_caveats(course: Trajectory, outcome: Outcome) -> tuple[str, ...]:
    caveats = [explains_nothing(), _("The projection takes for granted that the recent course goes on.")]
    fitted = course.frame.loc[course.frame["fitted"].notna() & course.frame["observed"].notna(), "period"]
    if outcome.start is not None and fitted.min() < outcome.start <= fitted.max():
        caveats.append(
            _("The line runs from {first} and so through {k} periods before the start as well.").format(
                first=period_label(fitted.min()), k=int((fitted < outcome.start).sum())
            )
        )
    return tuple(caveats)


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


def _forecast_agrees(course: Trajectory, ahead: Sequence[Forecast]) -> tuple[Check, ...]:
    """Whether the wider range of the forecast leads to the same verdict as the line; no check without either."""
    checks = []
    for forecast in ahead:
        at = forecast.frame[forecast.frame["period"] == course.target_period]
        if course.status in {"on_track", "off_track"} and len(at):
            low, high = float(at["low95"].iloc[0]), float(at["high95"].iloc[0])
            checks.append(
                Check(
                    rule=_("The 95% range of the forecast leads to the same verdict"),
                    seen=_("{low} to {high}").format(low=figure_text(low), high=figure_text(high)),
                    held=not low <= course.target <= high,
                )
            )
    return tuple(checks)


def _settled(course: Trajectory) -> Check:
    return Check(
        rule=_("The range of the projection tells whether the target is reached"),
        seen=status_text(course),
        held=course.status not in {"inconclusive", "too_early"},
        needed_for=Strength.WEAK,
    )
