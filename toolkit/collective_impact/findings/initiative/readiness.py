"""What readiness concludes: whether collective impact fits, whether the preconditions hold, what to do first."""

from collections.abc import Mapping, Sequence

from collective_impact.analysis.initiative.readiness import DONE, ScoredRound, tasks_of_phase
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, raters_agree, strength_by
from collective_impact.framework.catalogue import entry
from collective_impact.framework.instrument import Item
from collective_impact.framework.vocabulary import Phase, Strength, label
from collective_impact.language import day, listing, marked, number, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import TENTATIVE
from collective_impact.statistics.ratings.criteria import LEAST_RATERS, Gate

MOST_NAMED = 3
OLD = 550
"""Days after which a rating no longer tells how things stand."""
_STEPS = {
    "influential_champion": marked("Win a champion who can draw in leaders from every sector concerned"),
    "financial_resources": marked("Secure money for the joint work for two to three years"),
    "urgency_for_change": marked("Show with data, to those who decide, why the problem cannot wait"),
    "complex_problem": marked("Ask whether a single organization or a project could solve the problem"),
    "capacity_for_conditions": marked("Agree who gives time and people to the five conditions"),
    "community_support": marked("Ask the people concerned whether and how they want to work together"),
    "backing_for_backbone": marked("Find organizations that will support and pay for a backbone"),
    "stakeholder_engagement": marked("Meet the stakeholders who matter most, one by one, and ask what it would take"),
}


_PRECONDITIONS = {
    "apart": (
        marked("Each precondition reached {lowest} of {top}, but the raters agree too little to rely on it"),
        marked("Talk first about why the scores differ; what the scores alone say is inconclusive."),
    ),
    "passed": (
        marked("The preconditions held: each reached {lowest} of {top}, and {gate} is enough"),
        marked("Not one stands in the way; together they carry the start until the work has momentum of its own."),
    ),
    "open": (
        marked("Whether the preconditions hold is still open: some have too few raters"),
        marked("One rater alone can show that a precondition fails, but not that it holds."),
    ),
    "failed": (
        marked("Not ready yet: {weakest} falls short of the gate"),
        marked("No strength elsewhere makes up for it: the weakest precondition decides."),
    ),
}
_FIT = {
    "apart": (
        marked("Every fit question reached {lowest} or more, but the raters agree too little to rely on it"),
        marked("Talk first about why the scores differ; what the scores alone say is inconclusive."),
    ),
    "passed": (
        marked("Collective impact fitted: every fit question reached {lowest} or more"),
        marked("The way of working suits the problem and the place; watch the lowest answer: {weakest}."),
    ),
    "open": (
        marked("Whether collective impact fits is still open: some questions have too few raters"),
        marked("The decision to start should wait until every question has two raters."),
    ),
    "failed": (
        marked("Collective impact may not be the answer: {weakest} speaks against it"),
        marked("Another way of working may help more, as long as this stands in the way."),
    ),
}


@answers(marked("Do the three preconditions hold?"))
def conclude_preconditions(scored: ScoredRound, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude by the gate whether the initiative can start: the lowest decides, never an average."""
    return _conclude_gate("preconditions", _PRECONDITIONS, scored, evaluation)


@answers(marked("Is collective impact the right answer?"))
def conclude_fit(scored: ScoredRound, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude by the gate whether this way of working suits the problem and the place."""
    return _conclude_gate("fit", _FIT, scored, evaluation)


def _conclude_gate(
    name: str, sentences: Mapping[str, tuple[str, str]], scored: ScoredRound, evaluation: Evaluation
) -> Finding | Insufficient:
    """Conclude on a gate, in its own sentences (title and so what) for each way that it can end."""
    gate = scored.gate
    if isinstance(gate, Insufficient):
        return gate
    words = _gate_words(scored, gate)
    title, so_what = sentences[_ending(scored, gate)]
    return Finding(
        id=f"{evaluation.inquiry.id}.{name}",
        title=_(title).format(**words),
        statement=_gate_statement(gate).format(**words),
        strength=strength_by(checks := _gate_checks(scored, gate), at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats(scored, evaluation),
        so_what=_(so_what).format(**words),
        now_what=_gate_steps(scored, gate, evaluation),
        data=_data(scored),
        names=(scored.round.wave,),
    )


def _ending(scored: ScoredRound, gate: Gate) -> str:
    if gate.passed:
        return "apart" if _apart(scored) else "passed"
    return "open" if gate.passed is None else "failed"


@answers(marked("What is in place already, and what comes first?"))
def conclude_parts(scored: ScoredRound, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude which parts outside the gate are weak, and which to take up first."""
    parts = scored.parts
    if isinstance(parts, Insufficient):
        return parts
    if scored.scores.n < LEAST_RATERS:
        return Insufficient("too_few_raters", scored.scores.n, LEAST_RATERS)
    asked = {item.id: item for item in scored.round.instrument.scale_items}
    n_all = len(parts.below) + len(_sufficient(scored, parts))
    first = (parts.below or parts.deciding)[0]
    words = _gate_words(scored, parts) | {
        "n": len(parts.below),
        "all": n_all,
        "named": listing([quote(str(asked[each].text)) for each in parts.below[:MOST_NAMED]]),
    }
    title = (
        _("{n} of {all} parts of the groundwork were weaker than sufficient")
        if parts.below
        else _("All {all} parts of the groundwork were sufficient or better")
    )
    statement = (
        _("{raters} scored {all} parts ({wave}). Weakest: {named}")
        if parts.below
        else _("{raters} scored {all} parts ({wave}); no part was below {gate}.")
    )
    checks = (*_raters_check(scored, tuple(asked)), *raters_agree(scored.alpha))
    action = _("Settle this first, or note that it is in place by now: {question}")
    return Finding(
        id=f"{evaluation.inquiry.id}.parts",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats(scored, evaluation),
        so_what=_("These parts close no gate, but each one missing slows the first year."),
        now_what=(
            Recommendation(
                action=action.format(question=quote(str(asked[first].text))),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=_data(scored),
        names=(scored.round.wave,),
    )


@answers(marked("How far have the components of success come?"))
def conclude_components(scored: ScoredRound, phase: Phase | None, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude whether each component has done its task of the present phase."""
    tasks = tasks_of_phase(scored, phase)
    if isinstance(tasks, Insufficient) or phase is None:
        return Insufficient("no_ratings")
    if scored.scores.n < LEAST_RATERS:
        return Insufficient("too_few_raters", scored.scores.n, LEAST_RATERS)
    concept_of = {item.id: item.concept for item in scored.round.instrument.scale_items}
    lagging = [str(entry(concept_of[str(task)]).name) for task in tasks.index[tasks < DONE]]
    words = {
        "done": int((tasks >= DONE).sum()),
        "all": len(tasks),
        "phase": quote(label(phase)),
        "first": quote(str(entry(concept_of[str(tasks.index[0])]).name)),
        "lagging": listing([quote(each) for each in lagging]),
        "raters": _raters(scored),
        "wave": scored.round.wave,
        "date": _dated(scored),
    }
    title = (
        _("{done} of {all} tasks of the phase are done; {first} lags")
        if lagging
        else _("All {all} tasks of the phase {phase} are done")
    )
    statement = _("{raters} scored the tasks of the phase {phase}{date}.")
    if lagging:
        statement += " " + _("Not yet done and part of the work: {lagging}.")
    checks = (*_raters_check(scored, [str(task) for task in tasks.index]), *raters_agree(scored.alpha))
    action = _("Agree who takes on {first}, and by when it is done") if lagging else _("Say what the next step is")
    return Finding(
        id=f"{evaluation.inquiry.id}.components",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=_caveats(scored, evaluation),
        so_what=_("Phases overlap, so a task that lags can still be done; the next phase builds on it."),
        now_what=(
            Recommendation(action=action.format(**words), owner=_("steering group"), due=evaluation.months_ahead(6)),
        ),
        data=_data(scored),
        names=(scored.round.wave,),
    )


def _sufficient(scored: ScoredRound, gate: Gate) -> list[str]:
    """Criteria beside those that fall short that have a score."""
    of_gate = {item.id for item in _gated(scored)}
    medians = scored.scores.items["median"].dropna()
    return [str(each) for each in medians.index if each not in of_gate and each not in gate.below]


def _gated(scored: ScoredRound) -> list[Item]:
    rule = scored.round.instrument.scoring.gate
    return [item for item in scored.round.instrument.scale_items if rule and rule.section in ("", item.section)]


def _gate_words(scored: ScoredRound, gate: Gate) -> dict[str, object]:
    names = {item.id: str(entry(item.concept).name) for item in scored.round.instrument.scale_items}
    top = max(item.scale.maximum for item in scored.round.instrument.scale_items if item.scale)
    return {
        "raters": _raters(scored),
        "wave": scored.round.wave,
        "date": _dated(scored),
        "lowest": number(gate.lowest, 0),
        "gate": number(gate.at_least, 0),
        "top": number(top, 0),
        "weakest": quote(names[(gate.below or gate.deciding)[0]]),
        "below": listing([quote(names[each]) for each in gate.below]),
        "dissent": listing([quote(names[each]) for each in gate.dissent]),
        "open": listing([quote(names[each]) for each in (*gate.missing, *gate.unconfirmed)]),
    }


def _gate_statement(gate: Gate) -> str:
    sentences = [_("{raters} scored each criterion from 1 to {top}{date}; the lowest middle score was {lowest}.")]
    if gate.below:
        sentences.append(_("Below the gate of {gate}: {below}."))
    if gate.passed is None:
        sentences.append(_("Without a score, or with that of one rater alone: {open}."))
    if gate.dissent:
        sentences.append(_("At least one rater sees it below the gate: {dissent}."))
    return " ".join(sentences)


def _dated(scored: ScoredRound) -> str:
    return _(" (round that ended on {day})").format(day=day(scored.round.closed)) if scored.round.closed else ""


def _raters(scored: ScoredRound) -> str:
    n = scored.scores.n
    return translate_plural("{n} rater", "{n} raters", n).format(n=n)


def _gate_checks(scored: ScoredRound, gate: Gate) -> tuple[Check, ...]:
    settled = Check(
        rule=_("The scores settle the gate"),
        seen={True: _("it holds"), False: _("it falls short"), None: _("it stays open")}[gate.passed],
        held=gate.passed is not None,
        needed_for=Strength.WEAK,
    )
    united = Check(
        rule=_("No rater alone sees it otherwise"),
        seen=translate_plural("{n} criterion with dissent", "{n} criteria with dissent", len(gate.dissent)).format(
            n=len(gate.dissent)
        ),
        held=not gate.dissent,
    )
    own = [item.id for item in _gated(scored) if item.id not in gate.missing]
    return (settled, *_raters_check(scored, own), united, *raters_agree(scored.alpha))


def _raters_check(scored: ScoredRound, criteria: Sequence[str]) -> tuple[Check, Check]:
    scored_by = scored.scores.items["n"].astype(int)
    known = [each for each in criteria if scored_by[each] > 0]
    return counted(_("Raters of each criterion"), scored.least_raters(*known), weak=2, moderate=3)


def _apart(scored: ScoredRound) -> bool:
    """Whether the raters agree too little beyond chance for their scores to bear a conclusion."""
    return scored.alpha is not None and scored.alpha < TENTATIVE


def _caveats(scored: ScoredRound, evaluation: Evaluation) -> tuple[str, ...]:
    caveats = [_("Ratings are judgements of a few people who know the initiative, not measurements.")]
    if scored.round.closed and (evaluation.as_of - scored.round.closed).days > OLD:
        caveats.append(
            _("The scores are from {day}: they tell how it stood then, not how it stands now.").format(
                day=day(scored.round.closed)
            )
        )
    if _apart(scored):
        caveats.append(
            _("The raters agree little beyond chance (alpha {alpha}): talk about why before relying on it.").format(
                alpha=number(scored.alpha or 0.0, 2)
            )
        )
    return tuple(caveats)


def _gate_steps(scored: ScoredRound, gate: Gate, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    """What to do about each criterion that falls short, the weakest first; about what stays open; or to look again."""
    concept_of = {item.id: item.concept for item in scored.round.instrument.scale_items}
    if gate.below:
        return tuple(
            Recommendation(
                action=_(_STEPS[concept_of[each]]),
                owner=_("steering group"),
                due=evaluation.months_ahead(3),
            )
            for each in gate.below
        )
    if gate.passed is None:
        action = _("Have at least two people score each criterion, each on their own, and say what it rests on")
        return (Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(1)),)
    action = _("Score the gate again before the next phase, and whenever a champion or a funder leaves")
    return (Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(12)),)


def _data(scored: ScoredRound) -> tuple[str, ...]:
    return (f"rubric_score:{scored.round.wave_id}",)
