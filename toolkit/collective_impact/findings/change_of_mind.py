"""What would change our mind about an effect, as a table beside the finding."""

from collections.abc import Sequence

from collective_impact.blocks import Table
from collective_impact.findings.finding import Check, Finding
from collective_impact.findings.question import Conclusion
from collective_impact.language import figure_text
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient


def what_would_change_our_mind(
    effect: Conclusion | Insufficient, checks: Sequence[Check]
) -> tuple[Table | Insufficient, ...]:
    """List how large a rival would have to be, and which checks of the design could turn; nothing without a finding."""
    if isinstance(effect, Insufficient):
        return (effect,)
    if not isinstance(effect, Finding) or effect.estimate is None:
        return ()
    rows = [*_estimate_rows(effect), *(_check_row(check) for check in checks)]
    columns = [_("What would change our mind"), _("What is seen now")]
    return (Table(columns, rows, _("What would change our mind"), "change-our-mind"),)


def _estimate_rows(effect: Finding) -> list[list[str]]:
    estimate = effect.estimate
    assert estimate is not None
    seen = _("{value} {unit}, {low} to {high}").format(
        value=figure_text(estimate.value),
        low=figure_text(estimate.low),
        high=figure_text(estimate.high),
        unit=estimate.unit,
    )
    if not estimate.conclusive:
        return [[_("More data that move the whole interval to one side of zero"), seen]]
    nearest = min(abs(estimate.low), abs(estimate.high))
    text = _("Something else that moved the outcome by {size} {unit} or more, only where the initiative works")
    return [
        [_("A later interval that includes zero"), seen],
        [text.format(size=figure_text(nearest), unit=estimate.unit), seen],
    ]


def _check_row(check: Check) -> list[str]:
    text = _("Weaker, if it no longer held: {rule}") if check.held else _("Stronger, if it held: {rule}")
    return [text.format(rule=check.rule), check.seen]
