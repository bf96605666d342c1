"""Tables that an effect is judged by: chance, fit of the placebos, history, cases."""

import numpy as np
import pandas as pd

from collective_impact.analysis.outcome.time_since_start import TimeSinceStart
from collective_impact.blocks import Table
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, number, p_equals, period_label, probability
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.history_sensitivity import HistorySensitivity
from collective_impact.statistics.counterfactual.interrupted_counts import InterruptedCounts
from collective_impact.statistics.counterfactual.staggered_adoption import StaggeredAdoption
from collective_impact.statistics.estimate import Estimated
from collective_impact.statistics.insufficient import guarded

MOST_HISTORIES = 8


@guarded
def by_start_table(staggered: StaggeredAdoption, outcome: Outcome) -> Table:
    """List the effect of each start: areas that began together."""
    rows = [
        [
            period_label(start),
            figure_text(each.value),
            _("{low} to {high}").format(low=figure_text(each.low), high=figure_text(each.high)),
            number(sum(first == start for first in outcome.starts.values()), 0),
        ]
        for start, each in staggered.by_start.estimates.items()
    ]
    caption = _("Average effect by start ({unit})").format(unit=outcome.difference_unit)
    return Table([_("Start"), _("Effect"), _("95% interval"), _("Areas")], rows, caption, "by-start", numeric=(1, 2, 3))


@guarded
def chance_table(result: Estimated, times: TimeSinceStart) -> Table:
    """Hold an effect in several areas against what comes about by giving the starts to other areas."""
    rows: list[list[str]] = []
    estimate, pre_trend_p = result.estimate, times.pre_trend_p
    if estimate.p_value is not None and estimate.p_floor is not None:
        rows.append(
            [
                _("Starts given to other areas: share with an effect as large"),
                p_equals(estimate.p_value),
                _("the smallest possible is {floor}").format(floor=probability(estimate.p_floor)),
            ]
        )
    elif estimate.p_value is not None:
        rows.append([_("Scatter of the areas that take part"), p_equals(estimate.p_value), ""])
    if pre_trend_p is not None:
        rows.append(
            [
                _("Differences before the start, all taken together"),
                p_equals(pre_trend_p),
                _("a sign against the comparison") if pre_trend_p < 0.05 else _("no sign against the comparison"),
            ]
        )
    return Table([_("Test"), _("Chance"), _("Reading")], rows, _("Could it be chance?"), "chance", numeric=(1,))


@guarded
def placebos_by_fit_table(by_fit: pd.DataFrame) -> Table:
    """List the placebo test with only those areas that the method fitted about as well."""
    rows = [
        [
            _("no limit") if np.isinf(row["limit"]) else _("up to {n} times").format(n=number(row["limit"], 0)),
            number(row["n_placebos"], 0),
            number(row["rank"], 0),
            "–" if pd.isna(row["p_value"]) else probability(row["p_value"]),
            "–" if pd.isna(row["p_floor"]) else probability(row["p_floor"]),
        ]
        for _i, row in by_fit.iterrows()
    ]
    columns = [_("Misfit of the placebos"), _("Placebos"), _("Rank"), _("p"), _("Smallest possible p")]
    caption = _("The placebo test without areas that were never fitted well")
    return Table(columns, rows, caption, "placebos-by-fit", numeric=(1, 2, 3, 4))


@guarded
def history_table(history: HistorySensitivity, outcome: Outcome) -> Table:
    """List the effect with the history beginning later and later."""
    places = np.unique(np.linspace(0, len(history.frame) - 1, MOST_HISTORIES).round().astype(int))
    rows = [
        [
            period_label(row["first_period"]),
            figure_text(row["value"]),
            _("{low} to {high}").format(low=figure_text(row["low"]), high=figure_text(row["high"])),
        ]
        for _i, row in history.frame.iloc[places].iterrows()
    ]
    caption = _("Effect by where the history begins ({unit})").format(unit=outcome.difference_unit)
    return Table([_("History from"), _("Effect"), _("95% interval")], rows, caption, "history", numeric=(1, 2))


@guarded
def counts_table(counts: InterruptedCounts, outcome: Outcome) -> Table:
    """Tell the same in cases, from a model of counts."""
    ratio, cases = counts.rate_ratio, counts.difference
    rows = [
        [_("Rate over the rate expected"), *_with_interval(ratio.value, ratio.low, ratio.high)],
        [
            _("Cases more (+) or fewer (−) than expected"),
            number(cases.value, 0),
            _("{low} to {high}").format(low=number(cases.low, 0), high=number(cases.high, 0)),
        ],
        [_("Scatter over that of independent cases"), figure_text(counts.dispersion), "–"],
    ]
    caption = _("The same counted in cases: {what}").format(what=outcome.counted or outcome.indicator)
    return Table([_("Measure"), _("Value"), _("95% interval")], rows, caption, "counts", numeric=(1, 2))


def _with_interval(value: float, low: float, high: float) -> list[str]:
    return [figure_text(value), _("{low} to {high}").format(low=figure_text(low), high=figure_text(high))]
