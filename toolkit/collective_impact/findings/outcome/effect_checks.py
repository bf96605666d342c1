"""What an effect is held against before it is believed: the rules behind its strength, by design."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.chosen_design import EachLeftOut
from collective_impact.analysis.outcome.time_since_start import TimeSinceStart
from collective_impact.findings.design_pages import SEVERAL_AREAS
from collective_impact.findings.finding import Check
from collective_impact.findings.wording import interval
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, number, p_equals, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.counterfactual.difference_in_differences import DifferenceInDifferences
from collective_impact.statistics.counterfactual.group_time_effects import OWN_NOISE
from collective_impact.statistics.counterfactual.history_sensitivity import HistorySensitivity
from collective_impact.statistics.counterfactual.interrupted_time_series import PERIODS_BEFORE
from collective_impact.statistics.counterfactual.synthetic_control import LeaveOneOut, SyntheticControl
from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import Insufficient

GOOD_FIT = 0.25
"""Misfit before the start, as a share of the series' own variation, up to which a synthetic control fits its area."""

PLACEBO_SHARE = 0.5
"""Gap at a pretended start, as a share of the real one, up to which the method is trusted."""

PRE_TREND_P = 0.05

Maybe = Estimated | Insufficient


def check_effect(
    choice: DesignChoice | Insufficient,
    effect: SyntheticControl | Insufficient,
    earlier: SyntheticControl | Insufficient,
    without_one: LeaveOneOut | Insufficient,
    results: Sequence[Maybe],
) -> tuple[Check, ...]:
    """Hold the effect in one area against the rules of its design; empty where another kind of design was chosen.

    Parameters
    ----------
    choice : DesignChoice or Insufficient
        A design is judged by checks of its own.
    effect, earlier : SyntheticControl or Insufficient
        At the real start and at a pretended one.
    without_one : LeaveOneOut or Insufficient
    results : sequence of results with an ``estimate``, or Insufficient
        Of all designs.
    """
    checks = []
    design = "none" if isinstance(choice, Insufficient) else choice.design
    if design == "synthetic_control" and isinstance(effect, SyntheticControl):
        if (effect.weights > 0).sum() < (effect.observed.index < effect.start).sum():  # else any area can be fitted
            checks.append(_fit_check(effect))
        if isinstance(earlier, SyntheticControl):
            checks.append(_earlier_check(effect, earlier))
    if design == "synthetic_control" and isinstance(without_one, LeaveOneOut):
        checks.append(_left_out_check(without_one))
    if design == "difference_in_differences":
        checks += [_drift_check(each) for each in results if isinstance(each, DifferenceInDifferences)]
    estimates = [result.estimate for result in results if not isinstance(result, Insufficient)]
    if len(estimates) > 1:
        checks.append(_same_sign_check(estimates))
    return tuple(checks)


def check_several(
    choice: DesignChoice | Insufficient,
    times: TimeSinceStart | Insufficient,
    pretended: Estimate | Insufficient,
    left_out: EachLeftOut | Insufficient,
) -> tuple[Check, ...]:
    """Hold the effect in several areas against the rules of their designs; empty where another kind was chosen."""
    if isinstance(choice, Insufficient) or choice.design not in SEVERAL_AREAS:
        return ()
    checks = []
    if isinstance(times, TimeSinceStart):
        if times.pre_trend_p is not None:
            checks.append(_pre_trend_check(times.pre_trend_p))
        checks += [_enough_areas_check(times), _enough_history_check(times)]
    if isinstance(pretended, Estimate):
        checks.append(_pretended_check(pretended))
    if isinstance(left_out, EachLeftOut):
        checks.append(_left_out_check(left_out))
    return tuple(checks)


def check_history(choice: DesignChoice | Insufficient, history: HistorySensitivity | Insufficient) -> tuple[Check, ...]:
    """Hold an area's own trend against where its history happens to begin; empty where another kind was chosen."""
    if isinstance(choice, Insufficient) or choice.design != "interrupted_time_series":
        return ()
    if isinstance(history, Insufficient):
        return ()
    rule = _("Wherever the history begins, the direction stays")
    seen = _("{low} to {high}").format(low=figure_text(history.low), high=figure_text(history.high))
    return (Check(rule=rule, seen=seen, held=history.same_sign),)


def no_check() -> Check:
    """What stands where the method could not be tested at all."""
    return Check(rule=_("The method could be tested where nothing started"), seen=_("no test was possible"), held=False)


def _pre_trend_check(p_value: float) -> Check:
    return Check(
        rule=_("Before the start, nothing stood out: p at least {limit}").format(limit=number(PRE_TREND_P, 2)),
        seen=p_equals(p_value),
        held=p_value >= PRE_TREND_P,
    )


def _enough_areas_check(times: TimeSinceStart) -> Check:
    return Check(
        rule=_("At least {n} areas on each side").format(n=OWN_NOISE),
        seen=_("{treated} and {others}").format(treated=times.n_treated, others=times.n_comparison),
        held=min(times.n_treated, times.n_comparison) >= OWN_NOISE,
        needed_for=Strength.STRONG,
    )


def _enough_history_check(times: TimeSinceStart) -> Check:
    n_before = int((times.frame.index < 0).sum()) + 1
    return Check(
        rule=_("At least {n} periods before the start").format(n=PERIODS_BEFORE),
        seen=number(n_before, 0),
        held=n_before >= PERIODS_BEFORE,
        needed_for=Strength.STRONG,
    )


def _pretended_check(pretended: Estimate) -> Check:
    return Check(
        rule=_("At a pretended earlier start the interval includes zero"),
        seen=f"{figure_text(pretended.value)}; {interval(pretended)}",
        held=not pretended.conclusive,
    )


def _drift_check(parallel: DifferenceInDifferences) -> Check:
    drift = parallel.pre_trend
    return Check(
        rule=_("Before the start, the area did not drift from the others"),
        seen=_("not known") if drift is None else f"{figure_text(drift.value)}; {interval(drift)}",
        held=drift is not None and not drift.conclusive,
    )


def _fit_check(effect: SyntheticControl) -> Check:
    return Check(
        rule=_("Before the start, the synthetic control misses the area by at most {share} of its variation").format(
            share=percent(GOOD_FIT)
        ),
        seen=percent(effect.relative_rmspe_before),
        held=effect.relative_rmspe_before <= GOOD_FIT,
    )


def _earlier_check(effect: SyntheticControl, earlier: SyntheticControl) -> Check:
    share = abs(earlier.average_gap) / abs(effect.average_gap) if effect.average_gap else float("inf")
    return Check(
        rule=_("At a pretended earlier start ({start}) the gap is at most {share} of the real one").format(
            start=period_label(earlier.start), share=percent(PLACEBO_SHARE)
        ),
        seen=_("{gap} against {real}").format(
            gap=figure_text(earlier.average_gap), real=figure_text(effect.average_gap)
        ),
        held=share <= PLACEBO_SHARE,
    )


def _left_out_check(without_one: LeaveOneOut | EachLeftOut) -> Check:
    return Check(
        rule=_("Leaving out any one area does not turn the direction"),
        seen=_("{low} to {high}").format(low=figure_text(without_one.low), high=figure_text(without_one.high)),
        held=without_one.low * without_one.high > 0,
    )


def _same_sign_check(estimates: Sequence[Estimate]) -> Check:
    below = sum(estimate.value < 0 for estimate in estimates)
    return Check(
        rule=_("All designs point the same way"),
        seen=_("{below} of {n} point down").format(below=below, n=len(estimates)),
        held=below in {0, len(estimates)},
    )
