"""For whom the outcome changed: whether the effect differs between groups."""

from collections.abc import Sequence

from collective_impact.analysis.outcome.effects_by_group import GroupEffect
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import data_behind
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.findings.wording import estimate_record, interval
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, marked, probability, quote
from collective_impact.language import translate as _
from collective_impact.statistics.equity.multiple_comparisons import AdjustedTests
from collective_impact.statistics.insufficient import Insufficient

EVIDENCE = 0.10


@answers(marked("For whom did it make a difference?"))
def conclude_groups(
    groups: Sequence[GroupEffect], tests: AdjustedTests, outcome: Outcome, evaluation: Evaluation
) -> Finding | Insufficient:
    """Conclude on the comparison of groups with the widest gap before the start, the others told beside it."""
    place = max(range(len(groups)), key=lambda at: abs(groups[at].gap_before))
    widest = groups[place]
    difference = widest.difference
    adjusted = float(tests.p_values.get(place, 1.0))
    checks = (*clear_of_chance(difference), _allowing_for_several(adjusted, len(groups)))
    strength = strength_by(checks, at_most=Strength.MODERATE)
    words = {
        "group": quote(widest.group),
        "reference": quote(widest.reference),
        "gap": figure_text(widest.gap_before),
        "change": figure_text(difference.value),
        "interval": interval(difference),
        "unit": outcome.difference_unit,
        "own": figure_text(widest.own.value),
        "other": figure_text(widest.other.value),
        "n": difference.n_units,
    }
    sentences = [
        _("The average effect was {own} {unit} for {group} and {other} for {reference} ({n} areas)."),
        _("The gap was {gap} before the start and changed by {change} more than elsewhere ({interval})."),
    ]
    if not difference.conclusive:
        sentences.append(_("Whether the effect differs between the groups is inconclusive."))
    told = " ".join(
        [" ".join(sentences).format(**words), *(_other(each, outcome) for each in groups if each != widest)]
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.groups",
        title=_title(widest, strength).format(**words),
        statement=told,
        estimate=estimate_record(difference, outcome.difference_unit),
        strength=strength,
        checks=checks,
        caveats=_caveats(groups),
        so_what=_so_what(widest),
        now_what=_now_what(evaluation, widest),
        data=(*data_behind(outcome), "group"),
        topics=("equity",),
        names=(*outcome.words, *(name for each in groups for name in (each.group, each.reference))),
    )


def _other(each: GroupEffect, outcome: Outcome) -> str:
    """One more comparison, in a sentence."""
    sentence = (
        _("{group} against {reference}: the gap changed by {change} {unit} more than elsewhere ({interval}).")
        if each.difference.conclusive
        else _("{group} against {reference} is inconclusive too: {change} {unit} ({interval}).")
    )
    return sentence.format(
        group=quote(each.group),
        reference=quote(each.reference),
        change=figure_text(each.difference.value),
        unit=outcome.difference_unit,
        interval=interval(each.difference),
    )


def _allowing_for_several(p_value: float, n: int) -> Check:
    return Check(
        rule=_("p at most {limit}, allowing for {n} comparisons").format(limit=probability(EVIDENCE), n=n),
        seen=probability(p_value),
        held=p_value <= EVIDENCE,
    )


def _title(widest: GroupEffect, strength: Strength) -> str:
    if strength is Strength.INSUFFICIENT or not widest.difference.conclusive:
        return _("Inconclusive: whether {group} gained more or less than {reference}")
    if widest.closes:
        return _("The gap between {group} and {reference} narrowed by more than elsewhere")
    return _("The gap between {group} and {reference} widened by more than elsewhere")


def _so_what(widest: GroupEffect) -> str:
    if not widest.difference.conclusive:
        return _("Who gained more is an open question: too few people stand behind the figures to build on them.")
    if widest.closes:
        return _("Those who were behind gained more, which is what a fair initiative hopes to see.")
    return _("Those who were ahead gained more. Without a change of course, the initiative may add to the gap.")


def _caveats(groups: Sequence[GroupEffect]) -> tuple[str, ...]:
    caveats = [_("The more groups are looked at, the more will differ by chance; p-values are corrected for that.")]
    left_out = max(each.n_left_out for each in groups)
    if left_out:
        caveats.append(
            _("In up to {n} areas a group is too small to be used, so that they do not count here.").format(n=left_out)
        )
    return tuple(caveats)


def _now_what(evaluation: Evaluation, widest: GroupEffect) -> tuple[Recommendation, ...]:
    action = (
        _("Ask those whom the group stands for what helped and what did not, and put it into the plan")
        if widest.difference.conclusive
        else _("Put small areas or years together by group, so that the next report can tell the groups apart")
    )
    return (Recommendation(action=action, owner=_("shared measurement group"), due=evaluation.months_ahead(6)),)
