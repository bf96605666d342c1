"""Pictures of what would have happened otherwise: observed and counterfactual, placebos, designs side by side."""

from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure, table_by_period
from collective_impact.charts.intervals import Dot, interval_dots
from collective_impact.charts.marks import (
    axes_over_time,
    colour,
    end_label,
    layered,
    line,
    names_axis,
    start_rule,
    time_frame,
    value_tooltip,
    zero_rule,
)
from collective_impact.charts.outcome.event_study import areas_over_time
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.framework.vocabulary import design_name
from collective_impact.language import count_of_periods, figure_text, p_equals, period_label, probability
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.counterfactual.interrupted_time_series import InterruptedTimeSeries
from collective_impact.statistics.counterfactual.synthetic_control import PlacebosInSpace, SyntheticControl
from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall


def below_or_above(gap: float) -> str:
    """The side of the counterfactual that a gap lies on, as a word."""
    return _("below") if gap < 0 else _("above")


@guarded
def comparison_lines(panel: Panel, outcome: Outcome) -> Figure | Insufficient:
    """Draw the area, or the mean of several, among all areas without the initiative: what there is to compare with."""
    panel = panel.without_always_treated()
    one_start = replace(panel, starts=dict.fromkeys(panel.starts, panel.start))
    lacking = shortfall(one_start, before=1, after=1, donors=1, treated=len(panel.treated))
    if lacking:
        return lacking
    if len(panel.treated) > 1:
        return areas_over_time(panel, outcome)
    treated = panel.outcome[outcome.area_id]
    others = panel.outcome[list(panel.donors)]
    middle = others.median(axis=1)
    axes = axes_over_time(panel.outcome.index, outcome.unit)
    grey = pd.concat([time_frame(others[unit], name=outcome.name_of(unit)) for unit in others])
    lines = alt.Chart(grey).mark_line(color=colour("grey"), strokeWidth=0.8, opacity=0.45)
    observed, typical = time_frame(treated), time_frame(middle)
    layers = [
        lines.encode(
            x=axes.x,
            y=axes.y,
            detail=alt.Detail("name:N"),
            tooltip=[alt.Tooltip("name:N"), *value_tooltip(outcome.unit)],
        ),
        line(typical, axes, "orange", outcome.unit, dash=True),
        line(observed, axes, "teal", outcome.unit),
        *end_label(typical, axes, "orange", _("Median")),
        *end_label(observed, axes, "teal", outcome.area),
        *start_rule(panel.start, axes),
    ]
    before, after = panel.before[-1], panel.after[-1]
    text = {
        "area": outcome.area,
        "n": len(panel.donors),
        "first": period_label(before),
        "last": period_label(after),
        "a": figure_text(treated[before]),
        "b": figure_text(treated[after]),
        "c": figure_text(middle[before]),
        "d": figure_text(middle[after]),
        "unit": outcome.unit_title,
    }
    further = abs(treated[after] - treated[before]) > abs(middle[after] - middle[before])
    return figure(
        layered(layers, _("Median"), outcome.area),
        "comparison",
        text,
        title=(
            _("{area} moved further than the median of {n} other areas")
            if further
            else _("{area} moved no further than the median of {n} other areas")
        ),
        note=_("{unit}. Each grey line is one area; the dashed line is their median."),
        alt_text=_(
            "Line chart. {area} went from {a} in {first} to {b} in {last}; "
            "the median of the {n} comparison areas went from {c} to {d} ({unit})."
        ),
        data=_two_lines(treated, middle, outcome.area, _("Median of the comparison areas")),
    )


@guarded
def counterfactual(effect: SyntheticControl, outcome: Outcome) -> Figure:
    """Draw what was seen beside the synthetic control: what would have been expected without the initiative."""
    axes = axes_over_time(effect.observed.index, outcome.unit)
    seen, expected = time_frame(effect.observed), time_frame(effect.counterfactual)
    after = effect.gap[effect.gap.index >= effect.start]
    band = seen.merge(expected, on="moment", suffixes=("", "_expected"))
    shade = alt.Chart(band[band["moment"] >= seen.loc[seen["period"] == period_label(effect.start), "moment"].iloc[0]])
    lower = _last_is_lower(effect)
    layers = [
        shade.mark_area(color=colour("teal"), opacity=0.12).encode(x=axes.x, y=axes.y, y2=alt.Y2("value_expected:Q")),
        line(expected, axes, "orange", _("Synthetic control"), dash=True),
        line(seen, axes, "teal", outcome.area),
        *end_label(expected, axes, "orange", _("Synthetic control"), dy=-7 if lower else 7),
        *end_label(seen, axes, "teal", outcome.area, dy=7 if lower else -7),
        *start_rule(effect.start, axes),
    ]
    text = {
        "area": outcome.area,
        "gap": figure_text(abs(effect.average_gap)),
        "side": below_or_above(effect.average_gap),
        "unit": outcome.unit_title,
        "points": outcome.difference_unit,
        "start": period_label(effect.start),
        "last": period_label(after.index[-1]),
        "seen": figure_text(effect.observed.iloc[-1]),
        "expected": figure_text(effect.counterfactual.iloc[-1]),
        "misfit": figure_text(effect.rmspe_before),
    }
    return figure(
        layered(layers, _("Synthetic control"), outcome.area),
        "counterfactual",
        text,
        title=_("{area} came to lie {gap} {points} {side} its synthetic control"),
        note=_(
            "Gap in {points}, average {start}–{last}. The synthetic control is the weighted mix of other areas "
            "that ran most like {area} before the start."
        ),
        alt_text=_(
            "Line chart. Before {start} the two lines lie {misfit} apart on average; in {last} {area} stands at {seen} "
            "and its synthetic control at {expected} ({unit})."
        ),
        data=_two_lines(effect.observed, effect.counterfactual, outcome.area, _("Synthetic control")),
    )


def _last_is_lower(effect: SyntheticControl) -> bool:
    return bool(effect.observed.iloc[-1] < effect.counterfactual.iloc[-1])


def _two_lines(first: pd.Series, second: pd.Series, first_name: str, second_name: str) -> Table:
    return table_by_period((first_name, first), (second_name, second), (_("Difference"), first - second))


@guarded
def placebo_spaghetti(placebos: PlacebosInSpace, outcome: Outcome) -> Figure:
    """Draw the gap of the area among the gaps of areas where nothing started: the same method, used as a test."""
    axes = axes_over_time(placebos.gaps.index, _("Gap, {unit}").format(unit=outcome.difference_unit), from_zero=False)
    others = placebos.gaps.drop(columns=outcome.area_id)
    grey = pd.concat([time_frame(others[unit], name=outcome.name_of(unit)) for unit in others])
    own = time_frame(placebos.gaps[outcome.area_id])
    lines = alt.Chart(grey).mark_line(color=colour("grey"), strokeWidth=0.8, opacity=0.5, clip=True)
    layers = [
        lines.encode(
            x=axes.x, y=axes.y, detail=alt.Detail("name:N"), tooltip=[alt.Tooltip("name:N"), *value_tooltip(_("Gap"))]
        ),
        zero_rule(),
        line(own, axes, "teal", _("Gap")),
        *end_label(own, axes, "teal", outcome.area),
        *start_rule(outcome.start, axes),
    ]
    text = {"area": outcome.area, "n": others.shape[1], "rank": placebos.rank, "all": placebos.gaps.shape[1]}
    last = placebos.gaps.index[-1]
    at_end = placebos.gaps.loc[last].rank().loc[outcome.area_id]
    text |= {
        "place": int(at_end),
        "last": period_label(last),
        "further": int((others.loc[last].abs() > abs(placebos.gaps.loc[last, outcome.area_id])).sum()),
        "gap": figure_text(placebos.gaps.loc[last, outcome.area_id]),
    }
    return figure(
        layered(layers, outcome.area),
        "placebos",
        text,
        title=_("In {last}, {further} of {n} other areas lie further from their controls than {area}"),
        note=_("Each grey line gives one comparison area the role of {area}: gaps that come about by chance."),
        alt_text=_(
            "Line chart of gaps between each area and its own synthetic control. In {last} the gap of {area} is {gap}, "
            "number {place} of {all} from the lowest up."
        ),
        data=_gaps_at_end(placebos, outcome),
    )


def _gaps_at_end(placebos: PlacebosInSpace, outcome: Outcome) -> Table:
    after = placebos.gaps[placebos.gaps.index >= outcome.start].mean()
    order = placebos.ratios.sort_values(ascending=False).index
    rows = [[outcome.name_of(u), figure_text(after[u]), figure_text(placebos.ratios[u])] for u in order]
    return Table([_("Area"), _("Average gap after the start"), _("Ratio after to before")], rows, numeric=(1, 2))


@guarded
def placebo_ratios(placebos: PlacebosInSpace, outcome: Outcome) -> Figure:
    """Draw how much worse each synthetic control fits after the start than before: the placebo test's statistic."""
    ratios = placebos.ratios.sort_values(ascending=False)
    frame = pd.DataFrame(
        {
            "name": [outcome.name_of(u) for u in ratios.index],
            "ratio": ratios.to_numpy(),
            "own": ratios.index == outcome.area_id,
        }
    )
    frame["shown"] = [figure_text(v) for v in frame["ratio"]]
    top = frame.head(max(12, placebos.rank))
    y = alt.Y("name:N", sort=None, title=None, axis=names_axis())
    x = alt.X(
        "ratio:Q",
        title=_("Squared error after the start, as a multiple of that before"),
        axis=alt.Axis(grid=True, tickCount=5),
    )
    shade = alt.condition("datum.own", alt.value(colour("teal")), alt.value(colour("grey")))
    points = (
        alt.Chart(top)
        .mark_circle(size=90, opacity=1)
        .encode(x=x, y=y, color=shade, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")])
    )
    stems = alt.Chart(top).mark_rule(strokeWidth=2).encode(x=alt.X("ratio:Q"), x2=alt.datum(0), y=y, color=shade)
    words = alt.Chart(top).mark_text(align="left", dx=9).encode(x=alt.X("ratio:Q"), y=y, text=alt.Text("shown:N"))
    text = {
        "area": outcome.area,
        "rank": placebos.rank,
        "n": len(frame),
        "p": p_equals(placebos.p_value),
        "floor": probability(placebos.p_floor),
        "top": len(top),
    }
    return figure(
        (stems + points + words).properties(width=420, height=22 * len(top)),
        "ratios",
        text,
        title=_("{area} stands out as number {rank} of {n} areas"),
        note=_(
            "The {top} largest of {n} ratios. By chance alone an area drawn at random would rank this high with "
            "{p}; the smallest value possible with {n} areas is {floor}."
        ),
        alt_text=_("Dot chart of ratios, largest first. {area} is number {rank} of {n}."),
        data=Table([_("Area"), _("Ratio")], [[r["name"], r["shown"]] for _i, r in frame.iterrows()], numeric=(1,)),
    )


@guarded
def earlier_start(earlier: SyntheticControl, outcome: Outcome) -> Figure:
    """Draw the test in time: the same method at a start that never was, on data from before the real one."""
    axes = axes_over_time(earlier.observed.index, outcome.unit, from_zero=False)
    seen, expected = time_frame(earlier.observed), time_frame(earlier.counterfactual)
    layers = [
        line(expected, axes, "orange", _("Synthetic control"), dash=True),
        line(seen, axes, "teal", outcome.area),
        *end_label(expected, axes, "orange", _("Synthetic control"), dy=-9 if _last_is_lower(earlier) else 9),
        *end_label(seen, axes, "teal", outcome.area, dy=9 if _last_is_lower(earlier) else -9),
        *start_rule(earlier.start, axes),
    ]
    text = {
        "area": outcome.area,
        "gap": figure_text(earlier.average_gap),
        "points": outcome.difference_unit,
        "start": period_label(earlier.start),
        "last": period_label(earlier.gap.index[-1]),
        "end": figure_text(earlier.gap.iloc[-1]),
        "unit": outcome.unit_title,
    }
    return figure(
        layered(layers, _("Synthetic control"), outcome.area, height=260),
        "earlier-start",
        text,
        title=_("Pretended start in {start}: the gap is {gap} on average, {end} in {last}"),
        note=_(
            "Gap in {points}, average {start}–{last}. Nothing had begun by then, so the lines should stay together."
        ),
        alt_text=_(
            "Line chart. After the pretended start in {start}, {area} lies on average {gap} from its synthetic control."
        ),
        data=_two_lines(earlier.observed, earlier.counterfactual, outcome.area, _("Synthetic control")),
    )


@guarded
def extended_trend(own_trend: InterruptedTimeSeries, outcome: Outcome) -> Figure:
    """Draw the area's own trend from before the start, carried on: what the weakest design expects."""
    name = outcome.area if len(outcome.taking_part) < 2 else _("Taking part")
    frame = own_trend.frame.set_index("period")
    axes = axes_over_time(frame.index, outcome.unit)
    after = frame[frame.index >= own_trend.start]
    seen, expected = time_frame(frame["observed"]), time_frame(frame["counterfactual"])
    band = time_frame(after["low"]).assign(high=after["high"].to_numpy())
    layers = [
        alt.Chart(band).mark_area(color=colour("orange"), opacity=0.15).encode(x=axes.x, y=axes.y, y2=alt.Y2("high:Q")),
        line(expected, axes, "orange", _("Own trend"), dash=True),
        line(seen, axes, "teal", outcome.unit),
        *end_label(expected, axes, "orange", _("Own trend")),
        *end_label(seen, axes, "teal", name),
        *start_rule(own_trend.start, axes),
    ]
    text = {
        "area": outcome.place[:1].upper() + outcome.place[1:],
        "gap": figure_text(abs(own_trend.estimate.value)),
        "side": below_or_above(own_trend.estimate.value),
        "unit": outcome.unit_title,
        "points": outcome.difference_unit,
        "history": count_of_periods(own_trend.n_before, outcome.freq),
    }
    return figure(
        layered(layers, _("Own trend"), name),
        "own-trend",
        text,
        title=_("{area} came to lie {gap} {points} {side} its own earlier trend"),
        note=_(
            "Gap in {points}, average after the start. The straight line rests on {history}; "
            "the band is its 95% interval."
        ),
        alt_text=_(
            "Line chart. {area} lies on average {gap} {side} the straight line through the {history} before the start."
        ),
        data=_two_lines(frame["observed"], frame["counterfactual"], name, _("Own trend")),
    )


def designs_side_by_side(
    outcome: Outcome, choice: DesignChoice | Insufficient, *results: Estimated | Insufficient
) -> Figure | Insufficient:
    """Draw the estimates of several designs with their intervals, the chosen one first.

    Parameters
    ----------
    results : results with an ``estimate``, or Insufficient
        What could not be estimated is left out; without any estimate the first reason is given back.
    """
    if isinstance(choice, Insufficient):
        return choice
    missing = [result for result in results if isinstance(result, Insufficient)]
    estimates = [result.estimate for result in results if not isinstance(result, Insufficient)]
    if not estimates:
        return missing[0]
    return _forest(sorted(estimates, key=lambda e: e.method != choice.design), outcome, choice.design)


def _forest(estimates: Sequence[Estimate], outcome: Outcome, chosen: str) -> Figure:
    dots = [Dot(design_name(e.method), e.value, e.low, e.high, e.method == chosen) for e in estimates]
    text = {
        "n": len(estimates),
        "low": figure_text(min(e.value for e in estimates)),
        "high": figure_text(max(e.value for e in estimates)),
        "unit": outcome.difference_unit_title,
        "points": outcome.difference_unit,
        "estimates": "; ".join(map(_estimate_text, estimates)),
    }
    return figure(
        interval_dots(dots, _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "designs",
        text,
        title=_forest_title(estimates),
        note=_("{unit}; lines are 95% intervals. The chosen design is at the top, others below."),
        alt_text="{estimates}",
        data=_estimates(estimates),
    )


def _estimate_text(estimate: Estimate) -> str:
    value, low, high = (figure_text(v) for v in (estimate.value, estimate.low, estimate.high))
    return _("{name}: {value}, interval {low} to {high}").format(
        name=design_name(estimate.method), value=value, low=low, high=high
    )


def _forest_title(estimates: Sequence[Estimate]) -> str:
    if len(estimates) == 1:
        return _("One design only could be estimated: {low}")
    if len({e.value < 0 for e in estimates}) == 1:
        return _("All {n} designs point the same way, between {low} and {high} {points}")
    return _("The {n} designs do not point the same way: {low} to {high}")


def _estimates(estimates: Sequence[Estimate]) -> Table:
    rows = [
        [
            design_name(e.method),
            *(figure_text(v) for v in (e.value, e.low, e.high)),
            "–" if e.p_value is None else probability(e.p_value),
        ]
        for e in estimates
    ]
    return Table([_("Design"), _("Effect"), _("Low"), _("High"), _("p")], rows, numeric=(1, 2, 3, 4))
