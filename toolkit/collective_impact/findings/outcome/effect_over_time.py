"""How the effect built up: where it stands once every area has come as far."""

from collective_impact.analysis.outcome.time_since_start import TimeSinceStart
from collective_impact.charts.outcome.event_study import after_start
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.effect import lower_or_higher
from collective_impact.findings.outcome.progress import data_behind
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, strength_by
from collective_impact.findings.wording import estimate_record, interval
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, marked, p_equals
from collective_impact.language import translate as _


@answers(marked("When did the difference show?"))
def conclude_over_time(times: TimeSinceStart, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude where the effect stood at the last time since the start that every area has reached."""
    shared, first = times.at_shared, times.estimates.get(0, times.at_shared)
    checks = (
        clear_of_zero(shared),
        Check(
            rule=_("Before the start, nothing stood out: p at least {limit}").format(limit="0.05"),
            seen=_("not known") if times.pre_trend_p is None else p_equals(times.pre_trend_p),
            held=times.pre_trend_p is not None and times.pre_trend_p >= 0.05,
        ),
    )
    words = {
        "when": after_start(times.shared, outcome),
        "value": figure_text(abs(shared.value)),
        "side": lower_or_higher(shared),
        "first": figure_text(first.value),
        "second": figure_text(shared.value),
        "interval": interval(shared),
        "unit": outcome.difference_unit,
        "n": shared.n_units,
        "treated": times.n_treated,
    }
    statement = _(
        "{when} the start, the furthest that all {treated} areas have come, the difference was {second} "
        "{unit} ({interval}; {n} areas compared). Right at the start it was {first}."
    )
    if not shared.conclusive:
        statement += " " + _("That is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.build_up",
        title=_title(shared.conclusive).format(**words),
        statement=statement.format(**words),
        estimate=estimate_record(shared, outcome.difference_unit),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Later points rest on the areas that began early, so the last dots speak of fewer areas."),
            _("The time was fixed by how far all areas have come, not by where the difference is largest."),
        ),
        so_what=_("Results should be looked for when the work has had time to reach people, not right at the start."),
        now_what=(
            Recommendation(
                action=_("Agree how long after a start results are first judged, and tell new areas"),
                owner=_("steering group"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _title(conclusive: bool) -> str:
    if conclusive:
        return _("{when} the start the areas lay {value} {unit} {side} than expected")
    return _("Inconclusive: {when} the start the areas cannot be told from the others")
