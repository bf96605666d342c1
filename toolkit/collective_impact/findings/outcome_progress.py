"""What the formative outcome evaluation concludes: signals of change, the course towards the target, the gap."""

from collective_impact.charts.progress import gap_words, status_text
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.findings.strength import strength_of_description
from collective_impact.findings.wording import estimate_record, interval, periods_text
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.change.baseline import GapBetween
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.insufficient import Insufficient, guarded


def data_behind(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the data behind a finding: ``<table>:<key>``."""
    return (f"indicator_value:{outcome.indicator_id}", f"area:{outcome.area_id}")


def explains_nothing() -> str:
    """The caveat that every description carries."""
    return _("This describes what happened. It does not say why; that takes a comparison.")


@guarded
def conclude_run_chart(runs: RunChart, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the series shows more than chance variation."""
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
        id=f"{evaluation.cell.id}.run_chart",
        question=_("Is there more than ordinary variation?"),
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_of_description(runs.useful_n),
        caveats=(
            explains_nothing(),
            _("A slow steady trend also gives a long run: look at the shape, not only at the rule."),
        ),
        so_what=so_what.format(**words),
        data=data_behind(outcome),
        names=outcome.words,
    )


@guarded
def conclude_trajectory(course: Trajectory, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the target is within reach on the present course."""
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
        id=f"{evaluation.cell.id}.target",
        question=_("Is the target within reach?"),
        title=_("{area}: {status}").format(**words),
        statement=statement.format(**words),
        strength=_strength_of_course(course),
        caveats=(explains_nothing(), _("The projection takes for granted that the recent course goes on.")),
        so_what=_("The question for the group is whether the pace of the last {n} is the pace it wants.").format(
            **words
        ),
        now_what=(Recommendation(action=action, owner=_("steering group"), due=due),),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _strength_of_course(course: Trajectory) -> Strength:
    if course.status in {"inconclusive", "too_early"}:
        return Strength.INSUFFICIENT
    return strength_of_description(course.n_recent)


@guarded
def conclude_gap(gap: GapBetween, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude whether the gap to the other areas grows or shrinks."""
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
        statement += " " + _("The gap changed by {slope} a period ({interval}).")
        words |= {"slope": figure_text(trend.value), "interval": interval(trend)}
        if not trend.conclusive:
            statement += " " + _("The interval includes zero: whether the gap moves is inconclusive.")
    return Finding(
        id=f"{evaluation.cell.id}.gap",
        question=_("Is the gap to other areas closing?"),
        title=_gap_title(gap).format(**words),
        statement=statement.format(**words),
        estimate=estimate_record(trend, _("{unit}, a period").format(unit=outcome.unit)) if trend else None,
        strength=strength_of_description(gap.n_periods) if trend and trend.conclusive else Strength.INSUFFICIENT,
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
