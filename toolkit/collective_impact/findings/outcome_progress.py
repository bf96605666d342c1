"""What the formative outcome evaluation concludes: signals of change, the course towards the target, the gap."""

from collective_impact.charts.progress import gap_words, status_text
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted_periods, strength_by
from collective_impact.findings.wording import estimate_record, interval, periods_text
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, marked, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.baseline import GapBetween
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.insufficient import Insufficient


def data_behind(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the data behind a finding: ``<table>:<key>``."""
    return (f"indicator_value:{outcome.indicator_id}", f"area:{outcome.area_id}")


def explains_nothing() -> str:
    """The caveat that every description carries."""
    return _("This describes what happened. It does not say why; that takes a comparison.")


@answers(marked("Is there more than ordinary variation?"))
def conclude_run_chart(runs: RunChart, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the series shows more than chance variation."""
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
    if runs.shift and outcome.start is not None and runs.longest_run_periods[0] < outcome.start:
        title = _("{indicator} in {area}: a lasting shift that began before the start")
        so_what = _("The shift was under way before the initiative began, so this chart says nothing about its effect.")
    elif runs.shift:
        title = _("{indicator} in {area}: a lasting shift, not ordinary ups and downs")
        so_what = _("Something lasting has happened to the series. Look at the dates to see what coincides with it.")
    else:
        title = _("{indicator} in {area}: ordinary ups and downs only")
        so_what = _("Do not react to single values: over these {n} they go up and down by chance.")
    statement = _(
        "Over {n}, the longest run {side} the median has {run} values ({first}–{last}); chance allows {limit}. "
        "Crossings of the median: {crossings}; chance gives at least {fewest}."
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.run_chart",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            explains_nothing(),
            _("A slow steady trend also gives a long run: look at the shape, not only at the rule."),
        ),
        so_what=so_what.format(**words),
        data=data_behind(outcome),
        names=outcome.words,
    )


@answers(marked("Is the target within reach?"))
def conclude_trajectory(course: Trajectory, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the target is within reach on the present course."""
    checks = (*counted_periods(course.n_recent), _settled(course))
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "status": status_text(course),
        "now": figure_text(course.current),
        "at": period_label(course.judged_at),
        "target": figure_text(course.target),
        "when": period_label(course.target_period),
        "unit": outcome.unit,
        "n": periods_text(course.n_recent),
        "pace": figure_text(course.recent_slope.value),
    }
    statement = _(
        "{indicator} in {area}: {now} in {at}; the target is {target} by {when} ({unit}). "
        "Over the last {n} the change was {pace} a period."
    )
    if course.projected is not None:
        statement += " " + _("On that course it would come to {expected} ({interval}).")
        words |= {"expected": figure_text(course.projected.value), "interval": interval(course.projected)}
    behind = course.status in {"off_track", "missed"}
    action = (
        _("Decide what to change in the strategy, or set a target that can be reached")
        if behind
        else _("Keep the course and look again when the next value is in")
    )
    due = evaluation.months_ahead(3 if behind else 12)
    return Finding(
        id=f"{evaluation.inquiry.id}.target",
        title=_("{area}: {status}").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(), _("The projection takes for granted that the recent course goes on.")),
        so_what=_("The question for the group is whether the pace of the last {n} is the pace it wants.").format(
            **words
        ),
        now_what=(Recommendation(action=action, owner=_("steering group"), due=due),),
        data=data_behind(outcome),
        names=outcome.words,
    )


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
        statement += " " + _("The gap changed by {slope} a period ({interval}).")
        words |= {"slope": figure_text(trend.value), "interval": interval(trend)}
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
        so_what=_("Compared with {n} others, this shows whether {area} moves with the field or apart from it.").format(
            **words
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _gap_title(gap: GapBetween) -> str:
    if isinstance(gap.trend, Insufficient) or not gap.trend.conclusive:
        return _("Inconclusive: whether {area} moves away from the other areas")
    return (
        _("{indicator}: {area} moves down against the other areas")
        if gap.trend.value < 0
        else _("{indicator}: {area} moves up against the other areas")
    )
