"""Tables of results, for figures that are read rather than seen."""

from collective_impact.analysis.outcome.shown_cells import ShownCells
from collective_impact.blocks import Block, Paragraph, Stack, Table
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import context_events
from collective_impact.framework.vocabulary import design_assumption, design_name
from collective_impact.language import (
    a_period,
    figure_text,
    p_equals,
    percent,
    period_label,
    probability,
    translate_plural,
)
from collective_impact.language import translate as _
from collective_impact.statistics.change.forecast import Forecast
from collective_impact.statistics.change.run_chart import RunChart
from collective_impact.statistics.change.trajectory import Trajectory
from collective_impact.statistics.counterfactual.design import DesignChoice, DesignReason
from collective_impact.statistics.counterfactual.difference_in_differences import DifferenceInDifferences
from collective_impact.statistics.counterfactual.interrupted_time_series import InterruptedTimeSeries
from collective_impact.statistics.counterfactual.synthetic_control import LeaveOneOut, SyntheticControl
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.planning.detectable_effect import DetectableEffect

MOST_EVENTS = 8

LEAST_WEIGHT = 0.005
"""Weights below this are summed up in one row."""


@guarded
def not_shown_text(seen: Panel | Outcome, whole: Panel | Outcome, shown: ShownCells) -> Paragraph | Stack:
    """Say how many areas are left out of pictures for small counts; nothing where none is."""
    n = _n_areas(whole) - _n_areas(seen)
    if not n:
        return Stack([])
    text = translate_plural(
        "{n} area is left out of pictures of single areas and of their means: counts of fewer than {least} are not "
        "shown, nor others from which they could be worked out.",
        "{n} areas are left out of pictures of single areas and of their means: counts of fewer than {least} are not "
        "shown, nor others from which they could be worked out.",
        n,
    )
    return Paragraph(text.format(n=n, least=shown.min_cell))


def _n_areas(of: Panel | Outcome) -> int:
    return len((of.outcome if isinstance(of, Panel) else of.frame).columns)


@guarded
def design_table(choice: DesignChoice) -> Block:
    """List the designs: the chosen one, if any, with reasons and assumption, the others with what rules them out."""
    rows = []
    if choice.design != "none":
        why = "; ".join(_reason(reason) for reason in choice.reasons)
        assumes = _("assumes that {assumption}").format(assumption=design_assumption(choice.design))
        rows.append([design_name(choice.design), _("chosen"), f"{why}; {assumes}"])
    rows += [[design_name(design), _("not chosen"), _reason(reason)] for design, reason in choice.ruled_out]
    table = Table([_("Design"), _("Choice"), _("Reason")], rows, _("The choice of design"), "designs")
    if choice.overruled:
        return Stack([Paragraph(_("The evaluator has overruled the choice that the data suggest.")), table])
    return table


def _reason(reason: DesignReason) -> str:
    return {
        "no_treated_unit": _("no area takes part"),
        "one_treated_unit": _("one area takes part"),
        "several_treated_units": _("several areas take part"),
        "one_start": _("there is one start"),
        "different_starts": _("areas started at different times"),
        "no_donors": _("there is no area to compare with"),
        "too_few_donors": _("there are too few areas to compare with"),
        "enough_donors": _("there are enough areas to compare with"),
        "too_few_periods_before": _("there are too few periods before the start"),
        "too_few_periods_after": _("there are too few periods after the start"),
        "enough_periods": _("there are enough periods before and after"),
        "stronger_design_possible": _("a stronger design is possible; the estimate of this one stands below"),
        "overruled": _("the evaluator has asked for it"),
    }[reason]


@guarded
def donor_weights(effect: SyntheticControl, outcome: Outcome) -> Table:
    """List the areas that the synthetic control is made of."""
    weights = effect.weights.sort_values(ascending=False, kind="stable")
    shown = weights[weights >= LEAST_WEIGHT]
    rows = [[outcome.name_of(area), percent(weight, 1)] for area, weight in shown.items()]
    rest = weights[weights < LEAST_WEIGHT]
    if len(rest):
        rows.append([_("{n} other areas together").format(n=len(rest)), percent(abs(rest.sum()), 1)])
    caption = _("What the synthetic control of {area} is made of").format(area=outcome.area)
    return Table([_("Area"), _("Weight")], rows, caption, "weights", numeric=(1,))


@guarded
def leave_one_out_table(without_one: LeaveOneOut, outcome: Outcome) -> Table:
    """List the average gap without each area that carries weight."""
    rows = [[_("None"), figure_text(without_one.average_gap)]]
    rows += [[outcome.name_of(area), figure_text(gap)] for area, gap in without_one.average_gaps.items()]
    caption = _("Average gap when one comparison area is left out ({unit})").format(unit=outcome.difference_unit)
    return Table([_("Area left out"), _("Average gap")], rows, caption, "leave-one-out", numeric=(1,))


def weaker_designs(
    parallel: DifferenceInDifferences | Insufficient, own_trend: InterruptedTimeSeries | Insufficient
) -> Table | Insufficient:
    """Hold the assumptions of the weaker designs against the time before the start and the residuals."""
    rows = []
    if isinstance(parallel, DifferenceInDifferences) and parallel.pre_trend is not None:
        drift = parallel.pre_trend
        rows.append(
            [
                design_name(parallel.estimate.method),
                _("Before the start, the area drifted from the others by {slope} per period ({low} to {high})").format(
                    slope=figure_text(drift.value), low=figure_text(drift.low), high=figure_text(drift.high)
                ),
                _("not parallel") if drift.conclusive else _("no sign against it"),
            ]
        )
    if isinstance(own_trend, InterruptedTimeSeries):
        rows.append(
            [
                design_name(own_trend.estimate.method),
                _("Neighbouring periods depend on each other (Ljung-Box {p})").format(p=p_equals(own_trend.ljung_box_p))
                if own_trend.autocorrelated
                else _("Neighbouring periods look independent (Ljung-Box {p})").format(
                    p=p_equals(own_trend.ljung_box_p)
                ),
                _autocorrelation_judged(own_trend),
            ]
        )
    if not rows:
        return next((each for each in (parallel, own_trend) if isinstance(each, Insufficient)), Insufficient("no_data"))
    caption = _("What speaks for and against the weaker designs")
    return Table([_("Design"), _("What was seen"), _("Judgement")], rows, caption, "weaker-designs")


def _autocorrelation_judged(result: InterruptedTimeSeries) -> str:
    if any(each.name == "no_strong_autocorrelation" and each.met is False for each in result.assumptions):
        return _("its interval is still too narrow")
    return _("its interval is wider for it") if result.autocorrelated else _("no sign against it")


def events_table(initiative: Initiative) -> Table | Insufficient:
    """List what happened around the initiative: what else could have moved the outcome; the telling ones only."""
    events = context_events(initiative)
    if events.empty:
        return Insufficient("no_events", 0, 1)
    local = events["area_id"].fillna("").ne("").astype(int) + events["shock"].eq(True).astype(int)
    shown = events.loc[local.sort_values(ascending=False, kind="stable").index[:MOST_EVENTS]].sort_index()
    rows = [[row["when"], row["summary"], row["source"]] for _i, row in shown.iterrows()]
    caption = _("What happened around the initiative")
    if len(shown) < len(events):
        caption = _("What happened around the initiative: {shown} of {n} events, local ones and shocks first").format(
            shown=len(shown), n=len(events)
        )
    return Table([_("When"), _("What happened"), _("Source")], rows, caption, "events")


@guarded
def run_chart_rules(runs: RunChart) -> Table:
    """Hold the series against the two rules of a run chart."""
    signal, none = _("signal"), _("no signal")
    rows = [
        [
            _("Longest run on one side of the median"),
            str(runs.longest_run),
            _("at most {limit}").format(limit=runs.longest_run_limit),
            signal if runs.long_run else none,
        ],
        [
            _("Crossings of the median"),
            str(runs.crossings),
            _("at least {limit}").format(limit=runs.crossings_limit),
            signal if runs.few_crossings else none,
        ],
    ]
    caption = _("Run chart rules (Anhøj), from {n} points off the median").format(n=runs.useful_n)
    return Table([_("Rule"), _("Seen"), _("By chance"), _("Result")], rows, caption, "run-rules", numeric=(1,))


@guarded
def target_table(course: Trajectory, outcome: Outcome) -> Table:
    """List how far it is to the target, and at which pace."""
    rows = [
        [_("Value in {period}").format(period=period_label(course.judged_at)), figure_text(course.current)],
        [_("Target for {period}").format(period=period_label(course.target_period)), figure_text(course.target)],
        [_("Still to go"), figure_text(max(course.distance, 0.0))],
        [_("Change {a_period} lately").format(a_period=a_period(outcome.freq)), figure_text(course.recent_slope.value)],
    ]
    if course.required_slope is not None:
        takes = _("Change {a_period} that it would take").format(a_period=a_period(outcome.freq))
        rows.append([takes, figure_text(course.required_slope)])
    if course.projected is not None:
        rows.append([_("Expected on the present course"), figure_text(course.projected.value)])
    caption = _("Distance to the target ({unit})").format(unit=outcome.unit)
    return Table([_("Measure"), _("Value")], rows, caption, "target", numeric=(1,))


@guarded
def detectable_table(smallest: DetectableEffect, outcome: Outcome, unit: str = "") -> Table:
    """Say how small an effect a later evaluation would probably still show."""
    rows = [
        [_("Design"), design_name(smallest.design)],
        [_("Periods after the start that are averaged"), str(smallest.horizon)],
        [_("Smallest detectable effect ({unit})").format(unit=unit or outcome.unit), figure_text(smallest.value)],
        [_("As a share of the last value"), percent(smallest.value / abs(smallest.level)) if smallest.level else "–"],
        [_("Chance of seeing it, if it is there"), percent(smallest.power)],
    ]
    if smallest.p_floor is not None:
        rows.append([_("Smallest p-value that the placebo test can give"), probability(smallest.p_floor)])
    if smallest.donors_needed is not None and not smallest.reachable:
        rows.append([_("Comparison areas it takes for p of 0.05"), str(smallest.donors_needed)])
    caption = _("What a later evaluation could detect")
    return Table([_("Measure"), _("Value")], rows, caption, "detectable", numeric=(1,))


@guarded
def back_test_text(forecast: Forecast) -> Paragraph:
    """Say how often forecasts of this kind have held in this very series."""
    if forecast.held is None:
        return Paragraph(_("The history is too short to test the forecast on itself."))
    text = _(
        "Made at every earlier point of the same history, {share} of {n} values came to lie within the 95% band. "
        "Neighbouring forecasts share data, so this is a rough check."
    )
    return Paragraph(text.format(share=percent(forecast.held), n=forecast.held_n))
