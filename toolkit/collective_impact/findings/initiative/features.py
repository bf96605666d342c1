"""What the summative initiative evaluation concludes: which features mattered, as areas and partners tell."""

from collections.abc import Mapping, Sequence
from math import isfinite

from collective_impact.analysis.initiative.section_changes import SectionChanges
from collective_impact.analysis.initiative.site_features import Combinations, SiteFeatures
from collective_impact.charts.initiative.features import RARELY, WIDELY, path_words, signed, what_to_do
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import SIGNIFICANCE, TENTATIVE, counted, raters_agree, strength_by
from collective_impact.framework.instruments import instrument
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, listing, marked, number, p_equals, percent, probability
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.dose_response import SITES, DoseResponse
from collective_impact.statistics.contribution.sufficient_combinations import SufficientCombinations
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import Agreement

NAMED = 3
Names = Mapping[str, str]


@answers(marked("Did areas that put more into practice change more?"))
def conclude_dose(evaluation: Evaluation, features: SiteFeatures, dose: DoseResponse, outcome: Outcome) -> Finding:
    """Conclude on the relation of implementation and change across areas."""
    slope = dose.slope
    finite = isfinite(slope.low) and isfinite(slope.high)
    conclusive = slope.leaves_out(0.0) and dose.p_value <= TENTATIVE
    words = {
        "n": dose.n_sites,
        "slope": signed(slope.value),
        "unit": outcome.difference_unit,
        "low": figure_text(slope.low) if finite else "–∞",
        "high": figure_text(slope.high) if finite else "∞",
        "tau": number(dose.tau, 2),
        "p": p_equals(dose.p_value),
        "periods": features.n_periods,
    }
    statement = _(
        "Across {n} areas, one step more of the conditions goes with {slope} for the better ({unit}; 95% interval "
        "{low} to {high}), each area judged by its first {periods} periods; rank correlation {tau}, {p}."
    )
    if not conclusive:
        statement += " " + _("The interval includes zero or chance is not ruled out, so the relation is inconclusive.")
    checks = _dose_checks(features, dose)
    return Finding(
        id=f"{evaluation.inquiry.id}.dose_response",
        title=(
            _("Inconclusive: whether areas that did more also changed more ({n} areas)")
            if not conclusive
            else _("The more an area put into practice, the more it changed ({n} areas)")
            if slope.value > 0
            else _("The more an area put into practice, the less it changed ({n} areas)")
        ).format(**words),
        statement=statement.format(**words),
        estimate=_slope_record(dose, slope, outcome) if finite else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Areas that do more may differ in other ways, such as money, size or will; a relation is not a reason."),
            _("Few and small areas: a relation of the size that one would hope for may not show."),
        ),
        so_what=_("The relation is inconclusive: it gives no ground for moving money or attention between areas.")
        if not conclusive
        else _("The pattern fits what the theory of change says: more of the conditions, more change.")
        if slope.value > 0
        else _("The pattern goes against the theory of change: it is worth asking what the scores miss."),
        now_what=(
            Recommendation(
                action=_("Go on rating every area in every round, and look again when two more years are known"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(12),
            ),
            Recommendation(
                action=_("Visit the areas that lie far from the line, and ask what the scores do not tell"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=("rubric_score:conditions", f"indicator_value:{outcome.indicator_id}"),
        names=outcome.words,
    )


def _slope_record(dose: DoseResponse, slope: Interval, outcome: Outcome) -> EstimateRecord:
    return EstimateRecord(
        value=slope.value,
        low=slope.low,
        high=slope.high,
        unit=_("{unit}, a step of the conditions").format(unit=outcome.unit),
        confidence=slope.confidence,
        p_value=dose.p_value,
        p_floor=dose.p_floor,
        n_units=dose.n_sites,
        n_periods=1,
    )


def _dose_checks(features: SiteFeatures, dose: DoseResponse) -> tuple[Check, ...]:
    agreement = features.agreement
    alpha = agreement.alpha if isinstance(agreement, Agreement) else None
    rule = _("Chance: p at most {limit}")
    return (
        *counted(_("Areas with scores and results"), dose.n_sites, weak=SITES, moderate=10),
        Check(
            rule=rule.format(limit=probability(TENTATIVE)),
            seen=p_equals(dose.p_value),
            held=dose.p_value <= TENTATIVE,
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("The interval leaves out zero"),
            seen=_("{low} to {high}").format(low=_end(dose.slope.low), high=_end(dose.slope.high)),
            held=dose.slope.leaves_out(0.0),
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=rule.format(limit=probability(SIGNIFICANCE)),
            seen=p_equals(dose.p_value),
            held=dose.p_value <= SIGNIFICANCE,
        ),
        *raters_agree(alpha),
    )


def _end(value: float) -> str:
    return figure_text(value) if isfinite(value) else _("no limit")


@answers(marked("Which combinations of conditions go with enough change?"))
def conclude_combinations(evaluation: Evaluation, found: Combinations, names: Names, outcome: Outcome) -> Finding:
    """Conclude on the truth table: whether sites with the same conditions ended alike, and on which paths."""
    solution, table = found.conservative, found.table
    contradictory = [outcome.name_of(site) for sites in table.contradictions for site in sites]
    solved = isinstance(solution, SufficientCombinations) and not table.contradictions
    paths = _paths(solution, names)
    words = {
        "n": table.n_sites,
        "k": len(table.rows),
        "conditions": listing([names[each].lower() for each in table.conditions]),
        "in_place": figure_text(found.in_place),
        "success": figure_text(found.success),
        "unit": outcome.difference_unit,
        "against": len(contradictory),
        "paths": paths,
    }
    checks = _combination_checks(found)
    statement = _(
        "In {n} areas, {k} combinations of {conditions} occur (in place from a score of {in_place}; enough change from "
        "{success}, {unit})."
    )
    if table.contradictions:
        statement += " " + _("{against} areas stand in combinations in which some changed enough and others did not.")
    if solved and paths:
        statement += " " + _("Enough change goes with: {paths}.")
    return Finding(
        id=f"{evaluation.inquiry.id}.combinations",
        title=(
            _("Enough change goes with these conditions in place: {paths}")
            if solved and paths
            else _("No combination of conditions settles where change was enough ({n} areas)")
        ).format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("With so few areas, a pattern free of contradictions comes about by chance in {share} of cases.").format(
                share=percent(table.by_chance)
            ),
            _("The change of each area is uncertain itself; an area near the line may stand on the wrong side of it."),
        ),
        so_what=_("These conditions are worth keeping together, as long as no area contradicts them.")
        if solved and paths
        else _("None of these conditions alone or together can be named as what made the difference."),
        now_what=(
            Recommendation(
                action=_("Compare the areas that share all conditions but not the change, case by case"),
                owner=_("evaluators"),
                due=evaluation.months_ahead(5),
            ),
        ),
        data=("rubric_score:conditions", f"indicator_value:{outcome.indicator_id}"),
        names=(*outcome.words, *contradictory),
    )


def _paths(solution: SufficientCombinations | Insufficient, names: Names) -> str:
    if isinstance(solution, Insufficient):
        return ""
    return "; ".join(path_words(path.conditions, names) for path in solution.models[0].paths[:NAMED])


def _combination_checks(found: Combinations) -> tuple[Check, ...]:
    table, solution = found.table, found.conservative
    kept = all(same for _step, same in found.moved)
    steps = listing([figure_text(step) for step, _same in found.moved])
    one = isinstance(solution, SufficientCombinations) and not solution.ambiguous
    return (
        Check(
            rule=_("No combination holds areas with both outcomes"),
            seen=number(len(table.contradictions), 0),
            held=not table.contradictions,
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("One solution, and not several that fit as well"),
            seen=_("one") if one else _("none, or several"),
            held=one,
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("The same paths when a condition counts as in place from {steps}").format(steps=steps),
            seen=_("the same") if kept else _("others"),
            held=kept,
        ),
    )


@answers(marked("Which conditions should be kept, sustained or handed over?"))
def conclude_conditions(evaluation: Evaluation, features: SiteFeatures, names: Names, in_place: float) -> Finding:
    """Say in how many areas each condition is in place, and what that asks for."""
    there = {each: features.frame[each].dropna() >= in_place for each in features.conditions}
    todo: dict[str, list[str]] = {"hand_over": [], "sustain": [], "build": []}
    for each, share in there.items():
        todo[what_to_do(share)].append(names[each].lower())
    n = len(features.frame)
    words = {
        "n": n,
        "in_place": figure_text(in_place),
        "each": "; ".join(f"{names[each]} {int(share.sum())}" for each, share in there.items()),
        "hand_over": listing(todo["hand_over"]),
        "sustain": listing(todo["sustain"]),
        "build": listing(todo["build"]),
        "ready": len(todo["hand_over"]),
        "all": len(features.conditions),
        "most": percent(WIDELY),
        "few": percent(RARELY),
    }
    checks = counted(_("Areas with scores and results"), n, weak=SITES, moderate=10)
    parts = [
        text
        for key, text in (
            ("hand_over", _("Hand over to the areas: {hand_over}.")),
            ("sustain", _("Sustain: {sustain}.")),
            ("build", _("Build anew or let go: {build}.")),
        )
        if todo[key]
    ]
    return Finding(
        id=f"{evaluation.inquiry.id}.conditions",
        title=(
            _("In the areas, {ready} of {all} conditions are in place in {most} of them or more")
            if todo["hand_over"]
            else _("In the areas, no condition is in place in {most} of them or more: none is to be handed over yet")
        ).format(**words),
        statement=_(
            "Of {n} areas, so many have each condition in place (score {in_place} or more): {each}. The rule: hand "
            "over from {most} of the areas, sustain from {few}."
        ).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("This says what is in place, not what made the difference: that could not be told apart here."),),
        so_what=" ".join(parts).format(**words),
        now_what=(
            Recommendation(
                action=_(
                    "Agree with each area on what it carries itself from next year, and what the backbone goes on with"
                ),
                owner=_("steering group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("rubric_score:conditions",),
    )


@answers(marked("Do the partners see more of it in place than before?"))
def conclude_partners(evaluation: Evaluation, changes: SectionChanges, names: Names) -> Finding:
    """Conclude on how far the partners' own view moved, each person compared with themselves."""
    overall, shift = changes.overall, changes.overall.shift
    partners = overall.n_clusters or overall.n
    checks = _partner_checks(changes, partners)
    inconclusive = not shift.leaves_out(0.0)
    words = {
        "shift": signed(shift.value),
        "low": figure_text(shift.low),
        "high": figure_text(shift.high),
        "people": overall.n,
        "n": partners,
        "first": names[changes.first_round],
        "last": names[changes.last_round],
        "p": p_equals(overall.p_value),
        "unpaired": overall.n_unpaired,
        "survey": str(instrument("partner_survey").name),
    }
    statement = _(
        "Among {people} people of {n} partners who answered both {first} and {last}, answers moved by {shift} steps "
        "(95% interval {low} to {high}; {p})."
    )
    if inconclusive:
        statement += " " + _("The interval includes zero, so this is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.partners",
        title=(
            _("{survey}: whether partners see more in place than in the first round is inconclusive")
            if inconclusive
            else _("{survey}: answers moved by {shift} steps of the scale from the first round to the last")
        ).format(**words),
        statement=statement.format(**words),
        estimate=EstimateRecord(
            value=shift.value,
            low=shift.low,
            high=shift.high,
            unit=_("steps of the scale"),
            confidence=shift.confidence,
            p_value=overall.p_value,
            n_units=partners,
            n_periods=2,
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("{unpaired} people answered one of the rounds only and are left out.").format(**words),
            _("Those who stayed may be those who like what they see; and nobody was asked what they credit for it."),
        ),
        so_what=_("The partners' own view is inconclusive: it neither bears out nor contradicts the raters' scores.")
        if inconclusive
        else _(
            "Those who answered both times see more in place. Whether the raters see the same has not been compared."
        )
        if shift.value > 0
        else _("Those who answered both times see less in place than before: ask what has been lost on the way."),
        now_what=(
            Recommendation(
                action=_("Ask the partners in the next round which changes they credit to the initiative, and why"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(10),
            ),
        ),
        data=("survey_response:partner_survey",),
        names=(names[changes.first_round], names[changes.last_round]),
    )


def _partner_checks(changes: SectionChanges, partners: int) -> Sequence[Check]:
    shift = changes.overall.shift
    return (
        *counted(_("Partners whose people answered twice"), partners, weak=6, moderate=10),
        Check(
            rule=_("The interval leaves out zero"),
            seen=_("{low} to {high}").format(low=figure_text(shift.low), high=figure_text(shift.high)),
            held=shift.leaves_out(0.0),
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("At least half of those who answered once answered twice"),
            seen=_("{n} of {all}").format(n=changes.overall.n, all=changes.overall.n + changes.overall.n_unpaired),
            held=changes.overall.n >= changes.overall.n_unpaired,
        ),
    )
