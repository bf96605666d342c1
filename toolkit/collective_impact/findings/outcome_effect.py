"""What the summative outcome evaluation concludes: the effect, how sure, how much in all."""

from collections.abc import Sequence

from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.outcome_progress import data_behind
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.findings.wording import areas_text, chance, estimate_record, interval, periods_text
from collective_impact.framework.vocabulary import Strength, design_assumption, design_name
from collective_impact.language import figure_text, large_figure, number, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.counterfactual.difference_in_differences import DifferenceInDifferences
from collective_impact.statistics.counterfactual.synthetic_control import LeaveOneOut, SyntheticControl
from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel

GOOD_FIT = 0.25
"""Misfit before the start, as a share of the series' own variation, up to which a synthetic control fits its area."""

PLACEBO_SHARE = 0.5
"""Gap at a pretended start, as a share of the real one, up to which the method is trusted."""

Maybe = Estimated | Insufficient


def check_effect(
    choice: DesignChoice | Insufficient,
    effect: SyntheticControl | Insufficient,
    earlier: SyntheticControl | Insufficient,
    without_one: LeaveOneOut | Insufficient,
    results: Sequence[Maybe],
) -> tuple[Check, ...]:
    """Hold an effect against the rules that its strength is judged by; what could not be estimated is left out.

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
    if design == "difference_in_differences":
        checks += [_drift_check(each) for each in results if isinstance(each, DifferenceInDifferences)]
    if isinstance(effect, SyntheticControl) and design == "synthetic_control":
        if (effect.weights > 0).sum() < (effect.observed.index < effect.start).sum():  # else any area can be fitted
            checks.append(_fit_check(effect))
        if isinstance(earlier, SyntheticControl):
            checks.append(_earlier_check(effect, earlier))
    if isinstance(without_one, LeaveOneOut) and design == "synthetic_control":
        checks.append(_leave_one_out_check(without_one))
    estimates = [result.estimate for result in results if not isinstance(result, Insufficient)]
    if len(estimates) > 1:
        checks.append(_same_sign_check(estimates))
    return tuple(checks) or (_no_check(),)


def _no_check() -> Check:
    return Check(rule=_("The method could be tested where nothing started"), seen=_("no test was possible"), held=False)


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


def _leave_one_out_check(without_one: LeaveOneOut) -> Check:
    return Check(
        rule=_("Leaving out any one comparison area does not turn the direction"),
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


def conclude_effect(
    evaluation: Evaluation,
    outcome: Outcome,
    panel: Panel | Insufficient,
    choice: DesignChoice | Insufficient,
    results: Sequence[Maybe],
    checks: Sequence[Check],
) -> Finding | Insufficient:
    """Conclude what difference was made, by the chosen design.

    Returns
    -------
    Finding or Insufficient
        The reason, where the chosen design could not be estimated.
    """
    if isinstance(panel, Insufficient):
        return panel
    if isinstance(choice, Insufficient):
        return choice
    found = {result.estimate.method: result.estimate for result in results if not isinstance(result, Insufficient)}
    if choice.design not in found:
        return next((result for result in results if isinstance(result, Insufficient)), Insufficient("no_data"))
    estimate = found[choice.design]
    checks = (*checks, *clear_of_chance(estimate))
    strength = strength_by(checks)
    return Finding(
        id=f"{evaluation.inquiry.id}.effect",
        question=evaluation.inquiry.question,
        title=_title(outcome, estimate, strength),
        statement=_statement(outcome, panel, estimate),
        estimate=estimate_record(estimate, outcome.unit),
        strength=strength,
        checks=checks,
        caveats=_caveats(outcome, estimate),
        so_what=_so_what(outcome, estimate, strength),
        now_what=_now_what(evaluation, strength),
        data=data_behind(outcome),
        names=outcome.words,
    )


def _lower_or_higher(estimate: Estimate) -> str:
    return _("lower") if estimate.value < 0 else _("higher")


def _title(outcome: Outcome, estimate: Estimate, strength: Strength) -> str:
    words = {
        "indicator": outcome.indicator,
        "area": outcome.area,
        "gap": figure_text(abs(estimate.value)),
        "side": _lower_or_higher(estimate),
        "unit": outcome.unit,
    }
    if strength in {Strength.STRONG, Strength.MODERATE}:
        return _("{indicator} in {area}: {gap} {side} than expected without the initiative ({unit})").format(**words)
    if strength is Strength.WEAK and estimate.conclusive:
        return _("{indicator} in {area}: {gap} {side} than expected ({unit}), but the comparison is weak").format(
            **words
        )
    if strength is Strength.WEAK:
        return _("{indicator} in {area}: {gap} {side} than expected ({unit}), but chance is not ruled out").format(
            **words
        )
    return _("Inconclusive: {indicator} in {area} cannot be told from what was to be expected").format(**words)


def _statement(outcome: Outcome, panel: Panel, estimate: Estimate) -> str:
    after = panel.after
    words = {
        "first": period_label(after[0]),
        "last": period_label(after[-1]),
        "indicator": outcome.indicator,
        "area": outcome.area,
        "gap": figure_text(abs(estimate.value)),
        "unit": outcome.unit,
        "side": _lower_or_higher(estimate),
        "design": design_name(estimate.method).lower(),
        "interval": interval(estimate),
        "chance": chance(estimate),
        "donors": areas_text(estimate.n_units - 1),
        "periods": periods_text(len(after)),
    }
    sentences = [
        _(
            "{indicator} in {area}: the average from {first} to {last} was {gap} {side} than expected "
            "({unit}; {design})."
        )
    ]
    if estimate.n_units > 1:
        sentences.append(_("The comparison rests on 1 area with the initiative, {donors} without it and {periods}."))
    else:
        sentences.append(_("The comparison rests on 1 area, its own past and {periods} after the start."))
    if estimate.conclusive:
        sentences.append(_("The {interval} leaves out zero ({chance})."))
    else:
        sentences.append(_("The {interval} includes zero, so the figure on its own is inconclusive ({chance})."))
    return " ".join(sentences).format(**words)


def _caveats(outcome: Outcome, estimate: Estimate) -> tuple[str, ...]:
    caveats = [
        _("The design assumes that {assumption}.").format(assumption=design_assumption(estimate.method)),
        _("Whatever else happened in {area} alone after the start is part of the gap.").format(area=outcome.area),
    ]
    if estimate.n_units > 1:
        caveats.append(
            _("If the initiative also changed the comparison areas (trade across borders, imitation), the gap is off.")
        )
    return tuple(caveats)


def _so_what(outcome: Outcome, estimate: Estimate, strength: Strength) -> str:
    wanted = {"decrease": estimate.value < 0, "increase": estimate.value > 0}.get(outcome.direction)
    if strength is Strength.INSUFFICIENT:
        return _(
            "The data neither show nor rule out a contribution of the initiative: the result is inconclusive. "
            "Decisions should rest on other evidence until more is known."
        )
    if wanted is False:
        return _("The outcome moved away from what the initiative wants. It is worth asking what worked against it.")
    if strength is Strength.WEAK and estimate.conclusive:
        return _(
            "The pattern is what a contribution of the initiative would look like, but a check of the method did not "
            "hold, or there is nothing to compare with. It does not carry a claim on its own."
        )
    if strength is Strength.WEAK:
        return _(
            "The pattern is what a contribution of the initiative would look like, but chance could produce it too. "
            "It supports going on and measuring better; it does not carry a claim on its own."
        )
    return _(
        "The initiative, together with its partners and the circumstances of the time, "
        "has plausibly contributed to this."
    )


def _now_what(evaluation: Evaluation, strength: Strength) -> tuple[Recommendation, ...]:
    first = (
        _("Share this finding with partners as a contribution, with its interval")
        if strength in {Strength.STRONG, Strength.MODERATE}
        else _("Add predictors of the outcome (such as prices and income) for every area, and estimate again")
    )
    second = _("Collect the outcome by group, so that the next report can say for whom it changed")
    return (
        Recommendation(action=first, owner=_("backbone organization"), due=evaluation.months_ahead(3)),
        Recommendation(action=second, owner=_("shared measurement group"), due=evaluation.months_ahead(6)),
    )


def amount_in_all(
    evaluation: Evaluation, outcome: Outcome, panel: Panel | Insufficient, effect: Finding | Insufficient
) -> Finding | Insufficient:
    """Count the effect in all: per resident and period, times residents, times periods.

    That takes an indicator that says how many residents one value refers to. Residents are taken as constant at the
    figure in the table ``area``.
    """
    if isinstance(effect, Insufficient):
        return effect
    if isinstance(panel, Insufficient):
        return panel
    if outcome.population is None:
        return Insufficient("no_population", 0, 1)
    if outcome.per is None or effect.estimate is None:
        return Insufficient("no_scale", 0, 1)
    total = _in_all(effect.estimate, outcome.population / outcome.per, len(panel.after))
    words = {
        "total": large_figure(abs(total.value)),
        "low": large_figure(total.low),
        "high": large_figure(total.high),
        "side": _("fewer") if total.value < 0 else _("more"),
        "what": outcome.counted or outcome.unit,
        "residents": number(outcome.population, 0),
        "periods": periods_text(len(panel.after)),
        "area": outcome.area,
    }
    inconclusive = not total.conclusive
    return Finding(
        id=f"{evaluation.inquiry.id}.in_all",
        question=_("How much is that in all?"),
        title=(
            _("Counted in all, if the gap is real: about {total} {side} {what}")
            if inconclusive
            else _("Counted in all: about {total} {side} {what}")
        ).format(**words),
        statement=_(
            "For {residents} residents over {periods}, the average gap adds up to about {total} {side} {what} "
            "(interval {low} to {high})."
        ).format(**words)
        + (" " + _("The interval includes zero, so this figure too is inconclusive.") if inconclusive else ""),
        estimate=total,
        strength=effect.strength,
        caveats=(_("The number of residents is held at one figure; where it grew, the true sum is larger in size."),),
        so_what=_(
            "A figure per head hides how much it comes to: this is the scale at which it matters for {area}."
        ).format(**words),
        data=(*effect.data, f"area:{outcome.area_id}.population"),
        names=outcome.words,
    )


def _in_all(estimate: EstimateRecord, residents: float, periods: int) -> EstimateRecord:
    scale = residents * periods
    scaled: dict[str, object] = {end: getattr(estimate, end) * scale for end in ("value", "low", "high")}
    unit = _("in all, {periods}").format(periods=periods_text(periods))
    return estimate.model_copy(update={**scaled, "n_periods": periods, "unit": unit})


def for_whom(outcome: Outcome) -> tuple[str, Insufficient]:
    """Say what is missing to tell for whom the outcome changed.

    Returns
    -------
    question : str
    missing : Insufficient
        ``no_groups`` without values by group; with them ``groups_not_estimated``, for this version estimates no
        effect by group.
    """
    missing = Insufficient("groups_not_estimated" if outcome.groups else "no_groups", len(outcome.groups), 2)
    return _("For whom did it make a difference?"), missing
