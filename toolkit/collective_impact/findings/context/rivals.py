"""What the summative context evaluation concludes: rivals, the control outcome, shocks, and where the result holds."""

from collections.abc import Mapping, Sequence

import pandas as pd

from collective_impact.analysis.context.rival_tests import Excluded, RivalTest
from collective_impact.analysis.context.transfer import ALIKE, InSpreads, KindEffect
from collective_impact.charts.context.transfer import kind_name
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import data_behind, explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import estimate_record, interval
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, listing, marked, quote
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient

_NAMED = 3
_FEWEST = 3
"""Rivals that have to be tested before anything is said."""


@answers(marked("What else could explain the result?"))
def conclude_rivals(tests: Sequence[RivalTest], effect: Estimate, outcome: Outcome, evaluation: Evaluation) -> Finding:
    """Conclude how many rival explanations stay plausible, and which."""
    plausible = [test for test in tests if test.grade == "plausible"]
    out = [test for test in tests if test.grade == "ruled_out"]
    placed = sum(test.place != "unclear" for test in tests)
    words = {
        "n": len(tests),
        "plausible": len(plausible),
        "weak": len(tests) - len(plausible) - len(out),
        "out": len(out),
        "names": listing([quote(test.name.rstrip(".")) for test in plausible[:_NAMED]]),
        "effect": figure_text(effect.value),
        "interval": interval(effect),
        "unit": outcome.difference_unit,
    }
    checks = (
        _enough_rivals(len(tests)),
        Check(
            rule=_("Whom it struck is known of at least half of the rivals"),
            seen=_("{n} of {all}").format(n=placed, all=len(tests)),
            held=placed >= len(tests) / 2,
        ),
        Check(
            rule=_("No rival stays plausible"),
            seen=_("{n} plausible").format(n=len(plausible)),
            held=not plausible,
        ),
        Check(
            rule=_("There is a difference to explain: the interval leaves out zero"),
            seen=interval(effect),
            held=effect.conclusive,
            needed_for=Strength.WEAK,
        ),
    )
    statement = _(
        "Of {n} rivals, {plausible} stay plausible, {weak} are weak and {out} ruled out by time, direction or size. "
        "The difference to explain is {effect} {unit}."
    )
    if plausible:
        statement += " " + _("Plausible: {names}.")
    if not effect.conclusive:
        statement += " " + _("The {interval} includes zero, so whether there is anything to explain is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.rivals",
        title=_rivals_title(len(plausible), effect).format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Only rivals that somebody wrote down are tested. Ask those who know the areas what is missing."),
            _("The tests are rules of thumb: they sort rivals, and no probability stands behind them."),
            _("Events marked as the initiative’s own acts are left out: they are its work, not rivals to it."),
        ),
        so_what=_so_what_of_rivals(len(plausible), effect),
        now_what=(
            Recommendation(
                action=_("Ask people who know the areas, critics among them, which rival is missing from the list"),
                owner=_("steering group"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=("context_event", "context_series", *data_behind(outcome)),
        topics=("rival",),
        names=(*outcome.words, *(test.name.rstrip(".") for test in tests)),
    )


def _enough_rivals(n: int) -> Check:
    rule = _("{what}: at least {n}").format(what=_("Rivals put to the test"), n=_FEWEST)
    return Check(rule=rule, seen=str(n), held=n >= _FEWEST, needed_for=Strength.WEAK)


def _rivals_title(plausible: int, effect: Estimate) -> str:
    if not effect.conclusive:
        return _("Inconclusive: whether there is a difference that needs explaining")
    if plausible == 0:
        return _("None of {n} known events and trends passes all four tests")
    return _("{plausible} of {n} known events and trends could explain part of the difference")


def _so_what_of_rivals(plausible: int, effect: Estimate) -> str:
    if not effect.conclusive:
        return _("The rivals matter once a difference shows. Until then the list says what to keep an eye on.")
    if plausible:
        return _("A contribution of the initiative should be claimed together with these rivals, not instead of them.")
    return _("This supports a contribution of the initiative. It does not rule out what nobody has thought of.")


@answers(marked("Does the method find something where there is nothing to find?"))
def conclude_control(
    controls: Mapping[str, InSpreads], effect: InSpreads, outcome: Outcome, evaluation: Evaluation
) -> Finding:
    """Conclude what the same method finds on an outcome that the initiative does not aim at."""
    name, control = max(controls.items(), key=lambda pair: abs(pair[1].value))
    estimate = control.estimate
    sharp = max(abs(control.low), abs(control.high)) < abs(effect.value)
    includes = estimate.low <= 0 <= estimate.high
    checks = (
        Check(
            rule=_("The control’s interval includes zero"),
            seen=interval(estimate),
            held=includes,
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("The control is sharp enough: its interval leaves out an effect as large as the outcome’s"),
            seen=_("{low} to {high} spreads, against {effect}").format(
                low=figure_text(control.low), high=figure_text(control.high), effect=figure_text(effect.value)
            ),
            held=sharp,
        ),
    )
    words = {
        "name": quote(name),
        "value": figure_text(estimate.value),
        "interval": interval(estimate),
        "n": estimate.n_units,
        "unit": control.unit,
        "effect": figure_text(effect.estimate.value),
        "indicator": outcome.indicator,
    }
    statement = _(
        "By the same method, {name} differs by {value} {unit} from what was expected in {n} areas ({interval})."
    )
    if not estimate.conclusive:
        statement += " " + _("That is inconclusive, as one expects of an outcome that the initiative does not aim at.")
    return Finding(
        id=f"{evaluation.inquiry.id}.control",
        title=(
            _("The control outcome moved too: something else is at work")
            if estimate.conclusive
            else _("Inconclusive on the control outcome, as it should be")
        ),
        statement=statement.format(**words),
        estimate=estimate_record(estimate, control.unit),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("The test is as good as the control: it must share what else moves the outcome, and not be aimed at."),
            _("The interval says how large a hidden disturbance could be and still go unseen."),
        ),
        so_what=(
            _("Part of the difference in {indicator} may come from what moved the control.").format(**words)
            if estimate.conclusive
            else _("Nothing suggests that a disturbance common to both is behind the result.")
        ),
        now_what=(
            Recommendation(
                action=_("Name a second control outcome before the next evaluation, and write down why it fits"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("indicator_value", *data_behind(outcome)),
        topics=("rival",),
        names=(*outcome.words, *controls, *(each.unit for each in controls.values())),
    )


@answers(marked("Does the result hang on a shock?"))
def conclude_shocks(excluded: Sequence[Excluded], outcome: Outcome, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude what is left of the effect when all that shocks struck is left out."""
    whole, last = excluded[0], excluded[-1]
    values = [each.estimate.value for each in excluded]
    same = min(values) * max(values) > 0
    estimate = last.estimate
    checks = (
        clear_of_zero(estimate),
        Check(
            rule=_("Every way of leaving shocks out gives the same direction"),
            seen=_("{low} to {high}").format(low=figure_text(min(values)), high=figure_text(max(values))),
            held=same,
        ),
    )
    words = {
        "low": figure_text(min(values)),
        "high": figure_text(max(values)),
        "ways": len(excluded) - 1,
        "value": figure_text(estimate.value),
        "whole": figure_text(whole.estimate.value),
        "interval": interval(estimate),
        "n": estimate.n_units,
        "unit": outcome.difference_unit,
    }
    statement = _(
        "Without what shocks struck, the effect is {value} {unit} ({interval}; {n} areas), and with it {whole}. "
        "Over {ways} ways of leaving shocks out the effect is {low} to {high}."
    )
    if not estimate.conclusive:
        statement += " " + _("What remains is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.shocks",
        title=(
            _("The result holds without what outside shocks struck: {value} {unit} instead of {whole}")
            if same and estimate.conclusive
            else _("With all shocks left out, the effect is {value} {unit} instead of {whole}")
            if estimate.conclusive
            else _("Inconclusive once all shocks are left out: {value} instead of {whole}")
        ).format(**words),
        statement=statement.format(**words),
        estimate=estimate_record(estimate, outcome.difference_unit),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("Fewer areas and periods make every interval wider, so that some loss of certainty is expected."),),
        so_what=(
            _("The result does not hang on the areas and periods that shocks struck.")
            if same and estimate.conclusive
            else _("The result leans on areas and periods that were out of the ordinary: claim it with care.")
        ),
        now_what=(
            Recommendation(
                action=_("Mark in the log of events which of them were shocks, and whom they struck"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=("context_event", *data_behind(outcome)),
        topics=("rival",),
        names=outcome.words,
    )


@answers(marked("Would the result hold elsewhere?"))
def conclude_transfer(
    compared: pd.DataFrame, kinds: Sequence[KindEffect], outcome: Outcome, evaluation: Evaluation
) -> Finding:
    """Conclude for which areas the result speaks: the boundary conditions."""
    apart = [str(name) for name in compared.index[compared["difference"].abs() > ALIKE]]
    clear = [each for each in kinds if each.estimate.conclusive]
    n = len(outcome.taking_part)
    words = {
        "n": n,
        "clear": len(clear),
        "halves": len(kinds),
        "apart": len(apart),
        "of": len(compared),
        "names": listing([quote(name) for name in apart[:_NAMED]]),
        "where": listing([kind_name(each) for each in clear[:_NAMED]]),
    }
    same = len({each.estimate.value > 0 for each in kinds}) == 1
    checks = (
        *counted(_("Areas that take part"), n, weak=4, moderate=12),
        Check(rule=_("The effect points the same way in every kind of area"), seen=_yes(same), held=same),
    )
    sentences = [_("In {clear} of {halves} halves of the {n} areas the interval leaves out zero.")]
    if apart:
        sentences.append(
            _("Before the start these areas differed from the others in {apart} of {of} respects: {names}.")
        )
    else:
        sentences.append(_("Before the start these areas were like the others in {of} respects."))
    return Finding(
        id=f"{evaluation.inquiry.id}.transfer",
        title=(
            _("The effect points the same way in every kind of area studied")
            if same
            else _("The effect does not point the same way in every kind of area")
        ),
        statement=" ".join(sentences).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            explains_nothing(),
            _("Halves of few areas differ in more than one respect, and their intervals overlap: no order is given."),
        ),
        so_what=_boundary(apart).format(**words),
        now_what=(
            Recommendation(
                action=_("Try the work in an area unlike these before it is offered everywhere"),
                owner=_("steering group"),
                due=evaluation.months_ahead(12),
            ),
        ),
        data=("area", "context_series", *data_behind(outcome)),
        names=(*outcome.words, *map(str, compared.index), *(each.kind for each in kinds)),
    )


def _yes(held: bool) -> str:
    return _("yes") if held else _("no")


def _boundary(apart: Sequence[str]) -> str:
    if apart:
        return _(
            "The result speaks for areas like those that took part. In areas that differ from them, above all in "
            "{names}, it is a hypothesis."
        )
    return _("The result may hold in areas like those compared here. Elsewhere it is a hypothesis.")
