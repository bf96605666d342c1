"""What the summative initiative evaluation concludes of costs: what one more person helped has cost."""

from math import isfinite

import pandas as pd

from collective_impact.analysis.initiative.cost_of_effect import CostOfEffect
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, large_figure, marked, number, percent, rough_figure
from collective_impact.language import translate as _

LEAST_PAID = 0.5
"""Share of the costs paid in money from which the cost hangs little on how gifts in kind were valued."""


@answers(marked("What did the change cost?"))
def conclude_cost(evaluation: Evaluation, found: CostOfEffect, costs: pd.DataFrame, outcome: Outcome) -> Finding:
    """Conclude on the cost of one more person whose outcome was for the better."""
    interval, effect = found.cost.interval, found.effect
    finite, currency = isfinite(interval.high), evaluation.initiative.facts.currency
    conclusive = found.cost.conclusive and effect.conclusive
    paid = 1 - found.in_kind / found.cost.cost
    words = {
        "cost": number(interval.value, -3),
        "low": number(interval.low, -3),
        "high": number(interval.high, -3) if finite else _("no upper limit"),
        "currency": currency,
        "total": large_figure(found.cost.cost),
        "people": rough_figure(found.people.value),
        "fewest": rough_figure(found.people.low),
        "most": rough_figure(found.people.high),
        "whom": outcome.counted or _("people with a better outcome"),
        "n": effect.n_units,
        "paid": percent(paid),
        "more": _("more") if outcome.direction != "decrease" else _("fewer"),
        "effect": figure_text(abs(effect.value)),
        "unit": outcome.difference_unit,
    }
    statement = _(
        "About {total} {currency} was spent, {paid} of it in money. Divided by about {people} {more} {whom} than "
        "expected (95% interval {fewest} to {most}; {n} areas), that is {cost} {currency} ({low} to {high})."
    )
    statement += " " + _("It rests on an effect of {effect} {unit}, with every area and period counted once.")
    if not conclusive:
        statement += " " + _("As the change itself is inconclusive, so is its cost.")
    checks = (
        *clear_of_chance(effect),
        Check(
            rule=_("At least half of the costs were paid in money"),
            seen=percent(paid),
            held=paid >= LEAST_PAID,
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.cost",
        title=(
            _("About {cost} {currency} was spent for each of {people} {more} {whom} than expected ({low} to {high})")
            if conclusive
            else _("Inconclusive: what was spent for each person, for the change itself is uncertain")
        ).format(**words),
        statement=statement.format(**words),
        estimate=_cost_record(found, currency) if finite and conclusive else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("All costs are set against one outcome; what else was gained is not counted."),
            _("Costs that partners bore within their ordinary budgets may be missing."),
        ),
        so_what=_(
            "This is all that was spent, divided by all who were more or fewer than expected; others contributed too. "
            "It is not what one more would cost next year."
        )
        if conclusive
        else _("The cost of the change is inconclusive; budgets should rest on what is known of the costs alone."),
        now_what=(
            Recommendation(
                action=_("Hold the cost for each person against what it is worth to them and to public budgets"),
                owner=_("funders"),
                due=evaluation.months_ahead(6),
            ),
            Recommendation(
                action=_("Decide which costs go on when the initiative's own money ends, and who bears them"),
                owner=_("steering group"),
                due=evaluation.months_ahead(9),
            ),
        ),
        data=tuple(f"cost:{year}" for year in sorted(set(costs["year"]))),
        names=(*outcome.words, currency),
    )


def _cost_record(found: CostOfEffect, currency: str) -> EstimateRecord:
    interval, effect = found.cost.interval, found.effect
    return EstimateRecord(
        value=interval.value,
        low=interval.low,
        high=interval.high,
        unit=_("{currency} a person").format(currency=currency),
        confidence=interval.confidence,
        p_value=effect.p_value,
        p_floor=effect.p_floor,
        n_units=effect.n_units,
        n_periods=effect.n_periods,
    )
