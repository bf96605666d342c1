"""The effect in people: an average per head times those whom it is about."""

from collections.abc import Mapping, Sequence

from collective_impact.analysis.outcome.chosen_design import per_unit_and_period
from collective_impact.analysis.outcome.effect_in_people import PeopleBehind
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.findings.wording import estimate_record, interval
from collective_impact.language import count_of_periods, figure_text, large_figure, marked
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Estimated
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel


@answers(marked("How much is that in all?"))
def conclude_in_people(
    effect: Finding,
    panel: Panel,
    result: Estimated,
    people: PeopleBehind | None,
    outcome: Outcome,
    evaluation: Evaluation,
    *,
    checks: Sequence[Check] = (),
) -> Finding | Insufficient:
    """Count the effect in all: per head and period, times the people that the periods since the start are about.

    Parameters
    ----------
    checks : sequence of Check
        That the design was put to; what is specific to this average is added.
    """
    if people is None:
        return Insufficient("no_scale" if outcome.population is not None else "no_population", 0, 1)
    average = per_unit_and_period(result)
    total = in_all(panel, result, people, outcome)
    checks = (*checks, *clear_of_chance(average))
    words = {
        **words_of_sum(total, outcome),
        "ends": _("{low} to {high}").format(low=_rounded(total.low), high=_rounded(total.high)),
        "people": large_figure(people.residents or people.people),
        "periods": count_of_periods(len(panel.after), outcome.freq),
        "n": total.n_units,
        "n_periods": len(panel.after),
        "average": figure_text(average.value),
        "unit": outcome.difference_unit,
        "interval": interval(average),
    }
    inconclusive = not total.conclusive
    statement = _about_residents() if people.residents is not None else _about_people()
    if inconclusive:
        statement += " " + _("The interval includes zero, so this figure too is inconclusive.")
    title = (
        _("Counted in all, if the gap is real: about {total} {side} {what}")
        if inconclusive
        else _("Among the {people} people it is about, the effect adds up to about {total} ({low} to {high} {side})")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.in_all",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=total,
        strength=strength_by(checks),
        checks=checks,
        caveats=(
            _caveat(people),
            _("Whoever is counted in several periods stands in the sum once for each of them."),
        ),
        so_what=_(
            "A figure per head hides how much it comes to: this is the scale at which it matters for {area}."
        ).format(area=outcome.place),
        now_what=_weigh(evaluation),
        data=(*effect.data, people.data),
        names=outcome.words,
    )


def in_all(panel: Panel, result: Estimated, people: PeopleBehind, outcome: Outcome) -> EstimateRecord:
    """The average in which every area and period counts once, added up over those whom they are about."""
    unit = _("in all, {periods}").format(periods=count_of_periods(len(panel.after), outcome.freq))
    average = estimate_record(per_unit_and_period(result), unit)
    return _scaled(average, people.people / people.per, len(panel.after))


def words_of_sum(total: EstimateRecord, outcome: Outcome) -> Mapping[str, str]:
    """What a sum is told with: its size and side, and the ends of its interval, counted on that side."""
    sign = -1.0 if total.value < 0 else 1.0
    low, high = sorted((sign * total.low, sign * total.high))
    return {
        "total": _rounded(abs(total.value)),
        "low": _rounded(low),
        "high": _rounded(high),
        "side": _("fewer") if total.value < 0 else _("more"),
        "what": outcome.counted or outcome.unit,
    }


def _rounded(value: float) -> str:
    """In the two digits that such a sum bears; large ones in words, as they always are."""
    return large_figure(value if abs(value) >= 1e5 else float(f"{value:.2g}"))


def _about_residents() -> str:
    return _(
        "When every period counts once, the average gap is {average} {unit} ({interval}). For {people} residents over "
        "{periods} that is about {total} {side} {what} ({ends}; compared in {n} areas)."
    )


def _about_people() -> str:
    return _(
        "When every area and period counts once, the average gap is {average} {unit} ({interval}). Among the {people} "
        "whom the values since the start are about, that is about {total} {side} {what} "
        "({ends}; {n} areas, {periods})."
    )


def _caveat(people: PeopleBehind) -> str:
    if people.residents is not None:
        return _("The number of residents is held at one figure; where it grew, the true sum is larger in size.")
    return _("The average counts large and small areas alike; where the effect differs with size, the sum is off.")


def _weigh(evaluation: Evaluation) -> tuple[Recommendation, ...]:
    action = _("Hold this number against what the work has cost, with its whole interval")
    return (Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(4)),)


def _scaled(estimate: EstimateRecord, scale: float, periods: int) -> EstimateRecord:
    ends: dict[str, object] = {end: getattr(estimate, end) * scale for end in ("value", "low", "high")}
    return estimate.model_copy(update={**ends, "n_periods": periods})
