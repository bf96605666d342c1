"""What a result takes for granted, in words for readers, and what the data say of it."""

from collections.abc import Callable, Sequence

from collective_impact.blocks import Block, Callout, Table
from collective_impact.language import figure_text
from collective_impact.language import translate as _
from collective_impact.statistics.assumption import Assumption, AssumptionName


def assumptions_box(assumptions: Sequence[Assumption]) -> Block:
    """List assumptions in a box that opens on demand."""
    title = _("What this result takes for granted")
    return Callout(title, [assumptions_table(assumptions)], "note", collapsed=True)


def assumptions_table(assumptions: Sequence[Assumption]) -> Table:
    """List assumptions, each with what the data say of it; one that is met twice stands once."""
    rows = [[assumption_words(each.name), _verdict(each)] for each in dict.fromkeys(assumptions)]
    return Table([_("Taken for granted"), _("What the data say")], rows)


def assumption_words(name: AssumptionName) -> str:
    """Say an assumption in one plain sentence."""
    return _WORDS[name]()


def _verdict(assumption: Assumption) -> str:
    if assumption.met is None:
        return _("The data cannot tell: it takes judgement.")
    verdict = _("It holds as far as the data show") if assumption.met else _("It does not hold")
    if assumption.figure is None or assumption.limit is None:
        return f"{verdict}."
    seen = _("(seen {figure}, limit {limit}).").format(
        figure=figure_text(assumption.figure), limit=figure_text(assumption.limit)
    )
    return f"{verdict} {seen}"


_WORDS: dict[AssumptionName, Callable[[], str]] = {
    "no_autocorrelation": lambda: _("What is left unexplained in one period says nothing about the next."),
    "parallel_trends": lambda: _("Without the initiative, those who take part would have moved like the others."),
    "close_fit_before": lambda: _("Before the start, the comparison ran close to the area."),
    "enough_clusters": lambda: _("There are enough organizations or areas for the formula of the interval."),
    "no_overdispersion": lambda: _("Counts vary no more than chance alone would make them."),
    "equal_noise": lambda: _("Values go up and down as much where the initiative works as elsewhere."),
    "first_order_autocorrelation": lambda: _("Each period leans on the one before it, and not on earlier ones."),
    "no_strong_autocorrelation": lambda: _("Neighbouring periods are not so alike that the interval is too narrow."),
    "constant_effect": lambda: _("The effect is of one size, wherever and whenever it is measured."),
    "independent_rows": lambda: _("Each observation stands for itself; none tells what another will be."),
    "same_ratio_in_strata": lambda: _("The ratio between the groups is the same in every part of the data."),
    "same_change_everywhere": lambda: _("The change is of the same size in every organization."),
    "missing_at_random": lambda: _("What is missing can be told from what is there, and hides nothing else."),
    "missing_completely_at_random": lambda: _("What is missing is missing by chance alone."),
    "history_goes_on": lambda: _("The trend from before the start would have gone on."),
    "symmetric_changes": lambda: _("Where nothing happened, a rise is as likely as a fall of the same size."),
    "exchangeable_units": lambda: _("Any of the organizations could as well have been the one that takes part."),
    "straight_line": lambda: _("Each step up goes with the same change."),
}
