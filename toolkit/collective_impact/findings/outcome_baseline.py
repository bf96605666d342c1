"""What the developmental outcome evaluation concludes: where things stood, what to expect, what could be detected."""

import pandas as pd

from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.period import last_day
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome_progress import data_behind, explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted_periods, strength_by
from collective_impact.findings.wording import areas_text, periods_text
from collective_impact.framework.vocabulary import Strength, design_name
from collective_impact.language import figure_text, marked, percent, period_label, probability
from collective_impact.language import translate as _
from collective_impact.statistics.change.forecast import Forecast
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.planning.detectable_effect import DetectableEffect

LEAST_HELD = 0.8
"""Share of its own history that a forecast's 95% band must have held; below it the finding is weak."""


@answers(marked("Where did things stand, and for whom?"))
def conclude_baseline(profile: pd.DataFrame, outcome: Outcome, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude where the area stood, and among which others."""
    if outcome.area_id not in profile.index:
        return Insufficient("no_data", 0, 1)
    own, others = profile.to_dict("index")[outcome.area_id], profile.drop(index=outcome.area_id)
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "unit": outcome.unit,
        "first": period_label(own["first_period"]),
        "last": period_label(own["last_period"]),
        "a": figure_text(own["first"]),
        "b": figure_text(own["last"]),
        "change": figure_text(own["change_per_period"]),
        "n": len(others),
        "periods": periods_text(int(own["n"])),
    }
    checks = counted_periods(int(own["n"]))
    statement = _("{indicator} in {area}: {a} in {first}, {b} in {last} ({unit}; {periods}).")
    if len(others):
        statement += " " + _("Of {n} other areas, half lay below {median} in the last period and {below} below {area}.")
        words |= {"median": figure_text(others["last"].median()), "below": int((others["last"] < own["last"]).sum())}
    return Finding(
        id=f"{evaluation.inquiry.id}.baseline",
        title=_("{indicator} in {area}: {b} before the start, changing by {change} a period").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(),),
        so_what=_(
            "A target should be set against where things were heading already, not against the last value alone."
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )


@answers(marked("What is to be expected if nothing changes?"))
def conclude_forecast(forecast: Forecast, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude what to expect if nothing changes."""
    last = forecast.frame.iloc[-1]
    checks = (*counted_periods(forecast.n), *_back_test(forecast))
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "unit": outcome.unit,
        "when": period_label(last["period"]),
        "mean": figure_text(last["mean"]),
        "low": figure_text(last["low95"]),
        "high": figure_text(last["high95"]),
        "periods": periods_text(forecast.n),
        "drift": figure_text(forecast.drift),
    }
    return Finding(
        id=f"{evaluation.inquiry.id}.forecast",
        title=_("{indicator} in {area}, if nothing had changed: {low} to {high} by {when}").format(**words),
        statement=_(
            "Carried on from {periods} with their average change of {drift}, the value expected in {when} is {mean} "
            "({unit}; 95% interval {low} to {high})."
        ).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats_of_forecast(forecast),
        so_what=_(
            "A target inside this range may be reached without the initiative. To be telling, it must lie outside."
        ),
        now_what=_steps(forecast, evaluation),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _back_test(forecast: Forecast) -> tuple[Check, ...]:
    """Whether the 95% band held enough of the series' own history."""
    if forecast.held is None:
        return ()
    rule = _("Tried out on its own history, the 95% band held at least {share}").format(share=percent(LEAST_HELD))
    return (Check(rule=rule, seen=percent(forecast.held), held=forecast.held >= LEAST_HELD),)


def _steps(forecast: Forecast, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    """Nothing is proposed about a time that has passed."""
    if last_day(forecast.frame.iloc[-1]["period"]) <= evaluation.as_of:
        return ()
    action = _("Agree on a target and its date, with this range in view")
    return (Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(3)),)


def _caveats_of_forecast(forecast: Forecast) -> tuple[str, ...]:
    caveat = _("The forecast knows nothing but the past of the series.")
    if forecast.held is None or forecast.held >= LEAST_HELD:
        return (caveat,)
    failed = _(
        "Tried out on its own history, the 95% band held only {share} of {n} values: this series has turned before, "
        "and the band is too narrow."
    )
    return (caveat, failed.format(share=percent(forecast.held), n=forecast.held_n))


@answers(marked("How small an effect could a later evaluation see?"))
def conclude_detectable(smallest: DetectableEffect, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude how small an effect a later evaluation could see, and so which horizon is realistic."""
    checks = counted_periods(smallest.n_history)
    words = {
        "area": outcome.area,
        "indicator": outcome.indicator,
        "size": figure_text(smallest.value),
        "share": percent(smallest.value / abs(smallest.level)) if smallest.level else "–",
        "unit": outcome.unit,
        "power": percent(smallest.power),
        "horizon": periods_text(smallest.horizon),
        "design": design_name(smallest.design).lower(),
        "n": smallest.n_donors,
        "areas": areas_text(smallest.n_donors + 1),
        "history": periods_text(smallest.n_history),
        "floor": probability(smallest.p_floor) if smallest.p_floor is not None else "–",
        "needed": smallest.donors_needed,
    }
    if smallest.reachable:
        title = _("An effect has to be about {size} ({unit}) to be seen")
        so_what = _(
            "Smaller effects may be missed: less than {share} of the present level may not show in this indicator."
        )
    else:
        title = _("With {n} areas to compare with, chance can never be ruled out at 5%")
        so_what = _("Whatever the initiative achieves, a placebo test cannot confirm it with so few areas.")
    statement = _(
        "By {design}, from {areas} and {history} of history, an average effect over {horizon} has to be "
        "about {size} ({unit}; {share} of the last value) to be seen with a chance of {power}."
    )
    action = (
        _("Choose indicators that are expected to move by more than this, or that come more often")
        if smallest.reachable
        else _("Find values of the indicator for at least {needed} areas without the initiative")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.detectable",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("The figure takes for granted that the future is as noisy as the past."),),
        so_what=so_what.format(**words),
        now_what=(
            Recommendation(
                action=action.format(**words), owner=_("shared measurement group"), due=evaluation.months_ahead(6)
            ),
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )
