"""Pictures of effects by group of people: each group's effect and how far they differ."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.effects_by_group import GroupEffect
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, probability
from collective_impact.language import translate as _
from collective_impact.statistics.equity.multiple_comparisons import AdjustedTests
from collective_impact.statistics.insufficient import guarded

MOST_PAIRS = 5


@guarded
def effects_by_group(groups: Sequence[GroupEffect], outcome: Outcome) -> Figure:
    """Draw the effect in each group with its interval, groups that are compared beside one another."""
    shown = groups[:MOST_PAIRS]
    dots: dict[str, Dot] = {}
    for each in shown:
        dots[each.reference] = Dot(each.reference, each.other.value, each.other.low, each.other.high)
        dots[each.group] = Dot(each.group, each.own.value, each.own.low, each.own.high, True)
    apart = [each for each in groups if each.difference.conclusive]
    text = {
        "n": len(groups),
        "apart": len(apart),
        "areas": max(each.own.n_units for each in groups),
        "unit": outcome.difference_unit_title,
        "all": "; ".join(f"{dot.name} {figure_text(dot.value)}" for dot in dots.values()),
    }
    return figure(
        interval_dots(list(dots.values()), _("Effect, {unit}").format(unit=outcome.difference_unit), reference=0),
        "groups",
        text,
        title=(
            _("In {apart} of {n} comparisons the effect differs between groups")
            if apart
            else _("No group’s effect can be told from that of the others")
        ),
        note=_(
            "{unit}; at most {areas} areas, lines are 95% intervals. Each group stands below the one it is held to."
        ),
        alt_text=_("Dots with intervals: {all} ({unit})."),
        data=dots_table(list(dots.values()), _("Group"), _("Effect")),
    )


@guarded
def group_differences(groups: Sequence[GroupEffect], tests: AdjustedTests, outcome: Outcome) -> Table:
    """List how far the effects differ, with p-values that allow for looking at several groups at once."""
    rows = [
        [
            _("{group} less {reference}").format(group=each.group, reference=each.reference),
            figure_text(each.gap_before),
            figure_text(each.difference.value),
            _("{low} to {high}").format(low=figure_text(each.difference.low), high=figure_text(each.difference.high)),
            probability(tests.p_values[place]) if place in tests.p_values.index else "–",
            str(each.difference.n_units),
        ]
        for place, each in enumerate(groups)
    ]
    caption = _("Do the effects differ? ({unit}; p allows for {n} comparisons)").format(
        unit=outcome.difference_unit, n=len(rows)
    )
    columns = [
        _("Difference"),
        _("Gap before the start"),
        _("Change of the gap"),
        _("95% interval"),
        _("p"),
        _("Areas"),
    ]
    return Table(columns, rows, caption, "group-differences", numeric=(1, 2, 3, 4, 5))
