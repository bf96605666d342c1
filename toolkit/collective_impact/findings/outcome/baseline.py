"""What the developmental outcome evaluation concludes: what could be seen, where things stood, what to expect."""

import pandas as pd

from collective_impact.analysis.outcome.realistic_horizon import Measurable, WhatItTakes
from collective_impact.charts.outcome.measurability import could_show
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.period import last_day
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import data_behind, explains_nothing
from collective_impact.findings.question import Conclusion, answers
from collective_impact.findings.strength import counted, counted_periods, strength_by
from collective_impact.findings.wording import areas_text, periods_text
from collective_impact.framework.vocabulary import Strength, design_name
from collective_impact.language import a_period, count_of_periods, figure_text, listing, marked, percent, period_label
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
        "a_period": a_period(outcome.freq),
    }
    checks = counted_periods(int(own["n"]))
    statement = _("{indicator} in {area}: {a} in {first}, {b} in {last} ({unit}; {periods}).")
    if len(others):
        statement += " " + _("Of {n} other areas, half lay below {median} in the last period and {below} below {area}.")
        words |= {"median": figure_text(others["last"].median()), "below": int((others["last"] < own["last"]).sum())}
    return Finding(
        id=f"{evaluation.inquiry.id}.baseline",
        title=_("{indicator} in {area}: {b} before the start, changing by {change} {a_period}").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(explains_nothing(),),
        so_what=_(
            "A target should be set against where things were heading already, not against the last value alone."
        ),
        now_what=(
            Recommendation(
                action=_("Write the baseline and its course beside the target in the common agenda"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
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
    statement = _(
        "Carried on from {periods} with their average change of {drift}, the value expected in {when} is {mean} "
        "({unit}; 95% interval {low} to {high})."
    )
    target = _target_against(forecast, outcome)
    if target:
        statement += " " + target
    return Finding(
        id=f"{evaluation.inquiry.id}.forecast",
        title=_("{indicator} in {area}, if nothing had changed: {low} to {high} by {when}").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats_of_forecast(forecast),
        so_what=_(
            "A target inside this range may be reached without the initiative. To be telling, it must lie outside."
        ),
        now_what=_steps(forecast, outcome, evaluation),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _target_against(forecast: Forecast, outcome: Outcome) -> str:
    """Whether the target lies in the range expected by its date; empty where that date was not forecast."""
    at = forecast.frame[forecast.frame["period"] == outcome.target_period]
    if outcome.target is None or at.empty:
        return ""
    low, high = float(at["low95"].iloc[0]), float(at["high95"].iloc[0])
    text = (
        _("The target of {target} by {date} lies inside the range expected by then ({low} to {high}).")
        if low <= outcome.target <= high
        else _("The target of {target} by {date} lies outside the range expected by then ({low} to {high}).")
    )
    words = {"target": outcome.target, "low": low, "high": high}
    date = period_label(at["period"].iloc[0])
    return _braced(text.format(**{name: figure_text(value) for name, value in words.items()}, date=date))


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _back_test(forecast: Forecast) -> tuple[Check, ...]:
    """Whether the 95% band held enough of the series' own history."""
    if forecast.held is None:
        return ()
    rule = _("Tried out on its own history, the 95% band held at least {share}").format(share=percent(LEAST_HELD))
    return (Check(rule=rule, seen=percent(forecast.held), held=forecast.held >= LEAST_HELD),)


def _steps(forecast: Forecast, outcome: Outcome, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    """What is proposed about a time that has passed is to look at what came of it."""
    if last_day(forecast.frame.iloc[-1]["period"]) <= evaluation.as_of:
        action = _("Hold the values seen since then against this range")
        return (Recommendation(action=action, owner=_("shared measurement group"), due=evaluation.months_ahead(3)),)
    if outcome.target is not None and outcome.target_period is not None:
        action = _("Hold the target of {target} by {when} against this range").format(
            target=figure_text(outcome.target), when=period_label(outcome.target_period)
        )
    else:
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


def conclude_detectable(
    smallest: DetectableEffect | Insufficient,
    needed: WhatItTakes | Insufficient,
    outcome: Outcome,
    unit: str,
    evaluation: Evaluation,
) -> Conclusion:
    """Conclude how small an effect a later evaluation could see (in ``unit``), and which horizon is realistic."""
    takes = () if isinstance(needed, Insufficient) else (needed,)
    return _conclude_detectable(smallest, takes, outcome, unit, evaluation)


@answers(marked("How small an effect could a later evaluation see?"))
def _conclude_detectable(
    smallest: DetectableEffect | Insufficient,
    needed: tuple[WhatItTakes, ...],
    outcome: Outcome,
    unit: str,
    evaluation: Evaluation,
) -> Finding | Insufficient:
    if isinstance(smallest, Insufficient):
        return smallest
    checks = counted_periods(smallest.n_history)
    words = _detectable_words(smallest, outcome, unit)
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
    ).format(**words)
    for takes in needed:
        statement += " " + _horizon_text(takes, outcome)
    return Finding(
        id=f"{evaluation.inquiry.id}.detectable",
        title=title.format(**words),
        statement=statement,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats_of_plan(smallest),
        so_what=so_what.format(**words),
        now_what=(
            Recommendation(
                action=_plan_action(smallest).format(**words),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _detectable_words(smallest: DetectableEffect, outcome: Outcome, unit: str) -> dict[str, object]:
    return {
        "area": outcome.area,
        "indicator": outcome.indicator,
        "size": figure_text(smallest.value),
        "share": percent(smallest.value / abs(smallest.level)) if smallest.level else "–",
        "unit": unit,
        "power": percent(smallest.power),
        "horizon": count_of_periods(smallest.horizon, outcome.freq),
        "design": design_name(smallest.design).lower(),
        "n": smallest.n_donors,
        "areas": areas_text(smallest.n_donors + smallest.n_treated),
        "history": periods_text(smallest.n_history),
        "needed": smallest.donors_needed or smallest.n_treated + 2,
    }


def _horizon_text(takes: WhatItTakes, outcome: Outcome) -> str:
    if takes.periods is None:
        text = _("The way to the target ({effect}) would not be seen within 100 periods by comparing changes.")
        return text.format(effect=figure_text(takes.effect))
    text = _("The way to the target ({effect}) could be seen after {periods} by comparing changes.")
    return text.format(effect=figure_text(takes.effect), periods=count_of_periods(takes.periods, outcome.freq))


def _caveats_of_plan(smallest: DetectableEffect) -> tuple[str, ...]:
    caveats = [_("The figure takes for granted that the future is as noisy as the past.")]
    if smallest.n_treated > 1:
        caveats.append(
            _("It is reckoned as if all areas started together; later starts can make it half as large again.")
        )
    return tuple(caveats)


def _plan_action(smallest: DetectableEffect) -> str:
    if smallest.reachable:
        return _("Choose indicators that are expected to move by more than this, or that come more often")
    return _("Find values of the indicator for at least {needed} areas without the initiative")


@answers(marked("Which indicators could ever move enough to be seen?"))
def conclude_measurability(measured: tuple[Measurable, ...], horizon: int, evaluation: Evaluation) -> Finding:
    """Conclude which indicators could show their targets, and where data are lacking."""
    able = could_show(measured)
    with_target = [each for each in measured if each.record.outcome.target is not None]
    names = [each.record.outcome.indicator for each in measured]
    missing = sum(each.record.n_missing for each in measured)
    unsplit = [each.record.outcome.indicator for each in measured if not each.record.dimensions]
    words = {
        "n": len(measured),
        "t": len(with_target),
        "k": len(able),
        "names": listing([each.record.outcome.indicator for each in able]),
        "missing": missing,
    }
    title = (
        _("{k} of {n} outcome indicators could show that their target is reached")
        if able
        else _("Not one of {n} outcome indicators can be shown to reach a target yet")
    )
    statement = _("Of {n} outcome indicators, {t} have a target.")
    if able:
        statement += " " + _("For {names} the way there is longer than the smallest effect that could be seen.")
    statement += " " + _("Values missing: {missing}.")
    if unsplit:
        statement += " " + _("Not split by group: {unsplit}.")
        words["unsplit"] = listing(unsplit)
    checks = (
        *counted(_("Indicators whose smallest effect is known"), _known(measured), weak=1, moderate=2),
        *counted_periods(min((each.record.n_periods for each in measured), default=0)),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.measurable",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("An indicator that could move need not be one that matters: that is for those concerned to say."),),
        so_what=_so_what_of_measures(with_target, able),
        now_what=_mend_measures(with_target, measured, evaluation),
        data=tuple(f"indicator:{each.record.outcome.indicator_id}" for each in measured),
        names=(*names, *words_of_groups(measured)),
    )


def _so_what_of_measures(with_target: list[Measurable], able: list[Measurable]) -> str:
    if with_target and len(able) == len(with_target):
        return _("Whoever waits long enough will be able to tell whether these targets were reached.")
    return _("Targets that nobody could see reached cannot guide the work; change the target or the indicator.")


def _known(measured: tuple[Measurable, ...]) -> int:
    return sum(not isinstance(each.detectable, Insufficient) for each in measured)


def words_of_groups(measured: tuple[Measurable, ...]) -> tuple[str, ...]:
    """The package's own words for what people are told apart by."""
    return tuple(dimension for each in measured for dimension in each.record.dimensions)


def _mend_measures(
    with_target: list[Measurable], measured: tuple[Measurable, ...], evaluation: Evaluation
) -> tuple[Recommendation, ...]:
    without = [
        each.record.outcome.indicator for each in measured if each not in with_target and each.record.outcome.direction
    ]
    action = (
        _("Set a target and its date, or say that it is only watched: {names}").format(names=listing(without))
        if without
        else _("Agree on which indicators the initiative is judged by, and fill the gaps in them")
    )
    return (Recommendation(action=action, owner=_("shared measurement group"), due=evaluation.months_ahead(3)),)
