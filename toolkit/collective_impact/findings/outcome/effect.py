"""What the summative outcome evaluation concludes: the effect, and how sure it is."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.effect_in_people import PeopleBehind
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.effect_checks import Maybe, no_check
from collective_impact.findings.outcome.effect_in_people import in_all, words_of_sum
from collective_impact.findings.outcome.progress import data_behind
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.findings.wording import areas_text, chance, estimate_record, interval
from collective_impact.framework.vocabulary import Strength, design_assumption, design_name
from collective_impact.language import count_of_periods, figure_text, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel

_SURE = {Strength.STRONG, Strength.MODERATE}


@guarded
def conclude_effect(
    panel: Panel,
    choice: DesignChoice,
    outcome: Outcome,
    evaluation: Evaluation,
    *,
    results: Sequence[Maybe],
    checks: Sequence[Check],
    chosen: Maybe,
    people: PeopleBehind | None = None,
) -> Finding | Insufficient:
    """Conclude what difference was made, by the chosen design.

    Parameters
    ----------
    results : sequence of results with an ``estimate``, or Insufficient
        Of all designs.
    checks : sequence of Check
        That the design was put to.
    chosen : result or Insufficient
        Of the chosen design; what is missing where the data allow none.
    people : PeopleBehind, optional
        Those whom the values since the start are about, so that the title can count them.

    Returns
    -------
    Finding or Insufficient
        The reason, where the chosen design could not be estimated.
    """
    found = {result.estimate.method: result.estimate for result in results if not isinstance(result, Insufficient)}
    if choice.design not in found:
        return chosen if isinstance(chosen, Insufficient) else Insufficient("no_data")
    estimate, panel = found[choice.design], panel.without_always_treated()
    checks = (*(checks or (no_check(),)), *clear_of_chance(estimate))
    strength = strength_by(checks)
    return Finding(
        id=f"{evaluation.inquiry.id}.effect",
        question=evaluation.inquiry.question,
        title=_title_in_people(panel, chosen, people, outcome, strength) or _title(outcome, estimate, strength),
        statement=_statement(outcome, panel, estimate),
        estimate=estimate_record(estimate, outcome.difference_unit),
        strength=strength,
        checks=checks,
        caveats=_caveats(outcome, estimate, len(panel.treated)),
        so_what=_so_what(outcome, estimate, strength),
        now_what=_now_what(evaluation, outcome, strength),
        data=data_behind(outcome),
        names=outcome.words,
    )


def lower_or_higher(estimate: Estimate) -> str:
    """The side of what was expected that an effect lies on, as a word."""
    return _("lower") if estimate.value < 0 else _("higher")


def wanted(outcome: Outcome, value: float) -> bool | None:
    """Whether a change goes the way that the initiative wants; None where the package does not say."""
    return None if outcome.wanted_up is None else (value > 0) == outcome.wanted_up


def _title_in_people(
    panel: Panel, chosen: Maybe, people: PeopleBehind | None, outcome: Outcome, strength: Strength
) -> str:
    """The title in people; empty where they cannot be counted or the result is not sure enough."""
    if isinstance(chosen, Insufficient) or people is None or not outcome.counted or strength not in _SURE:
        return ""
    total = in_all(panel, chosen, people, outcome)
    if not total.conclusive or outcome.freq != "Y":
        return ""
    title = _("About {total} {side} {what} than expected in {area} ({low} to {high} {side})")
    return title.format(area=outcome.place, **words_of_sum(total, outcome))


def _title(outcome: Outcome, estimate: Estimate, strength: Strength) -> str:
    words = {
        "indicator": outcome.indicator,
        "area": outcome.place,
        "gap": figure_text(abs(estimate.value)),
        "side": lower_or_higher(estimate),
        "unit": outcome.difference_unit,
    }
    if strength in _SURE:
        return _("{indicator} in {area}: {gap} {unit} {side} than expected without the initiative").format(**words)
    if strength is Strength.WEAK and estimate.conclusive:
        return _("{indicator} in {area}: {gap} {unit} {side} than expected, but the comparison is weak").format(**words)
    if strength is Strength.WEAK:
        return _("{indicator} in {area}: {gap} {unit} {side} than expected, but chance is not ruled out").format(
            **words
        )
    return _("Inconclusive: {indicator} in {area} cannot be told from what was to be expected").format(**words)


def _statement(outcome: Outcome, panel: Panel, estimate: Estimate) -> str:
    after, treated = panel.after, len(panel.treated)
    words = {
        "first": period_label(after[0]),
        "last": period_label(after[-1]),
        "indicator": outcome.indicator,
        "area": outcome.place,
        "gap": figure_text(abs(estimate.value)),
        "unit": outcome.difference_unit,
        "side": lower_or_higher(estimate),
        "design": design_name(estimate.method).lower(),
        "interval": interval(estimate),
        "chance": chance(estimate),
        "donors": areas_text(estimate.n_units - 1),
        "n": areas_text(estimate.n_units),
        "treated": treated,
        "others": estimate.n_units - treated,
        "periods": count_of_periods(len(after), outcome.freq),
    }
    sentences = [
        _("{indicator} in {area}: {gap} {unit} {side} than expected ({design}).")
        + " "
        + (
            _("That is the average over the areas, each from its own start to {last}.")
            if len(set(panel.starts.values())) > 1
            else _("That is the average from {first} to {last}.")
        )
    ]
    if estimate.n_units == 1 and treated > 1:
        sentences.append(
            _("It rests on 1 series, the mean of {treated} areas, with its own past and {periods} after the start.")
        )
    elif estimate.n_units == 1:
        sentences.append(_("The comparison rests on 1 area, its own past and {periods} after the start."))
    elif treated == 1:
        sentences.append(_("The comparison rests on 1 area with the initiative, {donors} without it and {periods}."))
    else:
        sentences.append(_("The comparison rests on {n}: {treated} with the initiative, {others} without, {periods}."))
    if estimate.conclusive:
        sentences.append(_("The {interval} leaves out zero ({chance})."))
    elif estimate.low > 0 or estimate.high < 0:
        sentences.append(
            _("The {interval} leaves out zero, but ranks do not rule out chance: inconclusive ({chance}).")
        )
    else:
        sentences.append(_("The {interval} includes zero, so the figure on its own is inconclusive ({chance})."))
    return " ".join(sentences).format(**words)


def _caveats(outcome: Outcome, estimate: Estimate, treated: int) -> tuple[str, ...]:
    alone = (
        _("Whatever else happened in the areas that take part, and not elsewhere, is part of the gap.")
        if treated > 1
        else _("Whatever else happened in {area} alone after the start is part of the gap.").format(area=outcome.area)
    )
    caveats = [_("The design assumes that {assumption}.").format(assumption=design_assumption(estimate.method)), alone]
    if estimate.n_units > 1:
        caveats.append(_("If comparison areas took up parts of the work, the true effect is larger than shown."))
    if estimate.method == "staggered_difference_in_differences":
        caveats.append(_("Years in which the work was still being built up are part of the average."))
    return tuple(caveats)


def _so_what(outcome: Outcome, estimate: Estimate, strength: Strength) -> str:
    if strength is Strength.INSUFFICIENT:
        return _(
            "The data neither show nor rule out a contribution of the initiative: the result is inconclusive. "
            "Decisions should rest on other evidence until more is known."
        )
    if wanted(outcome, estimate.value) is False:
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


def _now_what(evaluation: Evaluation, outcome: Outcome, strength: Strength) -> tuple[Recommendation, ...]:
    first = (
        _("Share this finding with partners as a contribution, with its interval")
        if strength in _SURE
        else _("Add predictors of the outcome (such as prices and income) for every area, and estimate again")
    )
    second = (
        _("Go through the rival explanations with people who know the areas, before the claim is used")
        if outcome.groups
        else _("Collect the outcome by group, so that the next report can say for whom it changed")
    )
    return (
        Recommendation(action=first, owner=_("backbone organization"), due=evaluation.months_ahead(3)),
        Recommendation(action=second, owner=_("shared measurement group"), due=evaluation.months_ahead(6)),
    )
