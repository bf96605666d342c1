"""What the formative evaluation concludes on the five conditions and on power."""

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.rubric_rounds import IN_USE, Judged, RatedRounds, most_wanting
from collective_impact.charts.initiative.conditions_tables import criterion_text, owner_of
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, raters_agree, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, percent, quote
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import Agreement
from collective_impact.statistics.ratings.paired_waves import PairedWaves

EVIDENCED = 0.8
"""Share of the scores that have to name what they rest on."""
MOST_STEPS = 3


@answers(marked("How far are the five conditions in place, and what holds them back?"))
def conclude_conditions(
    evaluation: Evaluation, rated: RatedRounds, judged: tuple[Judged, ...], named: tuple[int, int]
) -> Finding:
    """Conclude what to keep and what to fix.

    Parameters
    ----------
    evaluation : Evaluation
    rated : RatedRounds
    judged : tuple of Judged
        Its conditions.
    named : tuple of int
        Scores that name what they rest on, and all scores.
    """
    checks = (*counted(_("Raters in the last round"), rated.last.n, weak=2, moderate=3), *_agreeing(rated, named))
    wanting = [(each, name) for each in judged for name in each.wanting]
    first = most_wanting(judged)
    words = {
        "keep": sum(each.verdict == "keep" for each in judged),
        "n": len(judged),
        "condition": quote(group_name(rated.instrument, first.group)),
    }
    title = (
        _("All {n} conditions are in use, and nothing in them has stalled")
        if not wanting
        else _("{keep} of {n} conditions need no work; begin with {condition}")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.conditions",
        title=title.format(**words),
        statement=_conditions_statement(rated, judged),
        estimate=_rise(rated),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Raters judge work that they are part of; another group might set other scores."),
            _("The interval says what to expect of further criteria like these, not of other raters."),
        ),
        so_what=_conditions_meaning(rated, [name for _each, name in wanting]),
        now_what=_steps(evaluation, rated, first, judged),
        data=tuple(f"rubric_score:{wave}.conditions" for wave in rated.rounds),
    )


def _agreeing(rated: RatedRounds, named: tuple[int, int]) -> tuple[Check, ...]:
    alpha = rated.agreement.alpha if isinstance(rated.agreement, Agreement) else None
    told, scored = named
    return (
        *raters_agree(alpha),
        Check(
            rule=_("At least {share} of the scores name what they rest on").format(share=percent(EVIDENCED)),
            seen=_("{k} of {n}").format(k=told, n=scored),
            held=scored > 0 and told / scored >= EVIDENCED,
        ),
    )


def _rise(rated: RatedRounds) -> EstimateRecord | None:
    if isinstance(rated.rise, Insufficient):
        return None
    unit = _("steps on the scale 0–4")
    return interval_record(rated.rise.mean, unit, n_units=rated.rise.n, n_periods=len(rated.rounds))


def _conditions_statement(rated: RatedRounds, judged: tuple[Judged, ...]) -> str:
    agreement = rated.agreement
    words: dict[str, object] = {
        "raters": rated.last.n,
        "rounds": len(rated.rounds),
        "criteria": len(rated.medians),
        "used": int((rated.medians[rated.rounds[-1]] >= IN_USE).sum()),
        "stalled": len(rated.stalled),
        "lost": len(rated.not_regained),
        "alpha": number(agreement.alpha, 2) if isinstance(agreement, Agreement) else "–",
    }
    sentences = [
        _(
            "In the last round, {raters} raters (alpha {alpha} over all rounds) see {used} of {criteria} "
            "criteria in use."
        )
    ]
    if isinstance(rated.rise, PairedWaves):
        words |= {"rise": number(rated.rise.mean.value, 1), "interval": interval(rated.rise.mean)}
        sentences.append(
            _("Over {rounds} rounds the mean score rose by {rise} steps of 4 ({interval}).")
            if rated.rise.mean.low > 0
            else _("Over {rounds} rounds the mean score changed by {rise} steps ({interval}).")
            if rated.rise.mean.high < 0
            else _("Over {rounds} rounds it is inconclusive whether the mean score moved: {rise} steps ({interval}).")
        )
    if len(rated.rounds) > 2:
        sentences.append(_("{stalled} have stalled before they came into use, and {lost} are not what they were."))
    return " ".join(sentences).format(**words)


def _conditions_meaning(rated: RatedRounds, wanting: list[str]) -> str:
    if not wanting:
        return _("What is in use carries the work. The task is to keep it up, and to go on adapting it.")
    told = listing([quote(criterion_text(rated, name)) for name in wanting[:MOST_STEPS]])
    return _(
        "What is in use carries the work and can be left to run. {n} criteria hold it back, among them: {which}."
    ).format(n=len(wanting), which=told)


def _steps(
    evaluation: Evaluation, rated: RatedRounds, first: Judged, judged: tuple[Judged, ...]
) -> tuple[Recommendation, ...]:
    """One step for each condition that needs work, the one to begin with first."""
    others = [each for each in judged if each is not first and each.wanting]
    steps = [(each, _("Find out why this has not moved, and agree on one change: {criterion}")) for each in others]
    if first.wanting:
        steps = [(first, _("Carry out the test on the card: {criterion}")), *steps]
    return tuple(
        Recommendation(
            action=text.format(criterion=quote(criterion_text(rated, each.wanting[0]))),
            owner=owner_of(each.group),
            due=evaluation.months_ahead(3 if each is first else 6),
        )
        for each, text in steps[:MOST_STEPS]
    )


@answers(marked("How well does the initiative understand and use power?"))
def conclude_power(evaluation: Evaluation, rated: RatedRounds, judged: tuple[Judged, ...]) -> Finding:
    """Conclude how many of the power dynamics are worked on; left open where raters agree too little."""
    checks = counted(_("Raters in the last round"), rated.last.n, weak=2, moderate=3)
    used = [each for each in judged if each.score >= IN_USE]
    lacking = [group_name(rated.instrument, each.group) for each in judged if each.score < IN_USE]
    words = {
        "used": len(used),
        "n": len(judged),
        "raters": rated.last.n,
        "lacking": listing(lacking) if lacking else "",
    }
    return Finding(
        id=f"{evaluation.inquiry.id}.power",
        title=_("{used} of {n} ways of using power are practised, not only planned").format(**words),
        statement=_("{raters} raters see {used} of {n} power dynamics at work in the last round.").format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        so_what=(
            _("What is still missing is: {lacking}. Without power an initiative cannot succeed.")
            if lacking
            else _("The initiative uses the power that its community holds.")
        ).format(**words),
        now_what=(
            Recommendation(
                action=_("Go through the power map and choose whom to win over next"),
                owner=_("steering group"),
                due=evaluation.months_ahead(6),
            ),
        )
        if lacking
        else (),
        data=tuple(f"rubric_score:{wave}.power_dynamics" for wave in rated.rounds),
    )
