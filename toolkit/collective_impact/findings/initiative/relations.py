"""What the developmental evaluation of the initiative concludes on relations: ties and trust."""

import numpy as np

from collective_impact.analysis.initiative.changed_answers import ChangedTrust
from collective_impact.analysis.initiative.partner_rounds import PartnerRound, PartnerRounds
from collective_impact.findings.change_between_rounds import (
    by_direction,
    change_checks,
    change_words,
    raters_check,
    with_caution,
)
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, strength_by
from collective_impact.findings.wording import interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, listing, marked, number, percent
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.networks.missing_ties import MissingTies
from collective_impact.statistics.networks.network_change import NetworkChange

ENOUGH_ANSWERED = 0.7
"""Share of the partners who should have answered before a map of their ties is relied on."""
RATERS = 5
"""Partners who should have rated the others in each round."""
FEW = 3
"""Partners with few ties that are named."""


@answers(marked("Do partners work together, and how far does it hang on the backbone?"))
def conclude_network(rounds: PartnerRounds, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude how dense the network of partners is, and how that has changed."""
    last = rounds.last
    checks = (
        *counted(_("Partners who answered"), last.n_answered, weak=5, moderate=10),
        _answered_check(last),
        *_direction_checks(rounds),
    )
    if "density" not in last.measures:
        return Insufficient("no_ties", 0, 1)
    bounds = last.bounds
    words = _network_words(rounds)
    estimate = None
    if not isinstance(bounds, Insufficient) and "density" in last.measures:
        between = Interval(last.measures["density"], bounds.density.low, bounds.density.high, 1.0)
        estimate = interval_record(between, _("share of the possible ties"), n_units=last.n_partners)
    return Finding(
        id=f"{evaluation.inquiry.id}.network",
        title=_network_title(rounds).format(**words),
        statement=_network_statement(rounds).format(**words),
        estimate=estimate if estimate and estimate.conclusive else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("The ends of the interval are what the density would be if the silent had no ties, or all."),
            _("It shows the ties as they are, not what would happen without the backbone: partners might tie anew."),
            explains_nothing(),
        ),
        so_what=_so_what_of_network(rounds),
        now_what=_bring_together(last, evaluation),
        data=("relation:intensity", "partner:backbone", "wave:closed"),
        names=(*(each.name for each in rounds.rounds), *map(str, last.network.attributes["name"])),
    )


def _network_words(rounds: PartnerRounds) -> dict[str, str]:
    words: dict[str, str] = {}
    for place, each in (("last", rounds.last), ("first", rounds.first)):
        words |= {
            place: each.name,
            f"n_{place}": number(each.n_partners, 0),
            f"answered_{place}": number(each.n_answered, 0),
        }
        words |= {f"{name}_{place}": percent(value) for name, value in each.measures.items()}
    bounds = rounds.last.bounds
    if isinstance(bounds, MissingTies):
        words |= {"least": percent(bounds.density.low), "most": percent(bounds.density.high)}
    return words


def _answered_check(round_: PartnerRound) -> Check:
    share = round_.n_answered / round_.n_partners
    rule = _("At least {share} of the partners answered").format(share=percent(ENOUGH_ANSWERED))
    return Check(rule=rule, seen=percent(share), held=share >= ENOUGH_ANSWERED)


def _direction_checks(rounds: PartnerRounds) -> tuple[Check, ...]:
    """Whether the change stands among the partners of both rounds, and whatever the silent would have said."""
    change, first, last = rounds.change, rounds.first.bounds, rounds.last.bounds
    if not isinstance(change, NetworkChange) or "density" not in rounds.measured_twice:
        return ()
    before, after = (float(change.measures[when]["density"]) for when in ("before", "after"))
    rising = _rise(rounds, "density") > 0
    same = Check(
        rule=_("Among the partners of both rounds, the density moved the same way"),
        seen=_("{before} to {after}, {n} partners").format(
            before=percent(before), after=percent(after), n=change.n_actors
        ),
        held=(after > before) is rising,
    )
    if isinstance(first, Insufficient) or isinstance(last, Insufficient):
        return (same,)
    low, high = (first.density, last.density) if rising else (last.density, first.density)
    whatever = Check(
        rule=_("Whatever the silent partners would have said, the density moved the same way"),
        seen=_("{low} at most against {high} at least").format(low=percent(low.high), high=percent(high.low)),
        held=low.high < high.low,
    )
    return same, whatever


def _rise(rounds: PartnerRounds, measure: str) -> float:
    return rounds.last.measures[measure] - rounds.first.measures[measure]


def _network_title(rounds: PartnerRounds) -> str:
    twice = rounds.measured_twice
    if "density" not in twice:
        return _("{density_last} of the possible ties between partners exist")
    if percent(rounds.first.measures["density"]) == percent(rounds.last.measures["density"]):
        return _("{density_last} of the possible ties between partners exist, as before")
    if _rise(rounds, "density") < 0:
        return _("Partners work together less: {density_first} of the possible ties became {density_last}")
    if "share_of_backbone" in twice and _rise(rounds, "share_of_backbone") < 0:
        return _(
            "Partners work together more ({density_first} to {density_last} of the possible ties), "
            "and lean less on the backbone"
        )
    return _("Partners work together more: {density_first} of the possible ties became {density_last}")


def _network_statement(rounds: PartnerRounds) -> str:
    sentences = [
        _("{last}: {density_last} of the possible ties between {n_last} partners exist ({answered_last} answered).")
    ]
    if isinstance(rounds.last.bounds, MissingTies):
        sentences.append(_("It is {least} to {most}, whatever the silent had answered."))
    if "density_without_backbone" in rounds.last.measures:
        sentences.append(_("Between the others alone, without the backbone, it is {density_without_backbone_last}."))
    if "density" in rounds.measured_twice:
        sentences.append(_("{first}: {density_first} between {n_first} partners."))
    if "density_without_backbone" in rounds.measured_twice:
        sentences.append(_("Without the backbone it was {density_without_backbone_first}."))
    if "density" not in rounds.last.measures:
        return _("{last}: {answered_last} of {n_last} partners answered, and nobody told of a tie.")
    return " ".join(sentences)


def _so_what_of_network(rounds: PartnerRounds) -> str:
    dependence = rounds.last.dependence
    if isinstance(dependence, Insufficient):
        return _("Without knowing who the backbone is, nobody can tell how much of this rests on one organization.")
    text = (
        _("With the backbone’s ties taken away, all other partners would still be linked, directly or through others.")
        if dependence.reachable_without >= 1
        else _("With the backbone’s ties taken away, {share} of the pairs of other partners would still be linked.")
    )
    found = text.format(share=percent(dependence.reachable_without))
    if "share_of_backbone" in rounds.measured_twice and _rise(rounds, "share_of_backbone") < 0:
        return found + " " + _("Work that partners do directly with each other has a chance to last.")
    return found + " " + _("The backbone is still where the threads come together, and where they could break.")


def _bring_together(last: PartnerRound, evaluation: Evaluation) -> tuple[Recommendation, ...]:
    """Whom to bring in, and whom to ask, by the last round."""
    names = last.network.attributes["name"]
    degrees = (last.network.ties | last.network.ties.T).sum(axis=1)
    answered = np.flatnonzero(last.network.answered)
    few = sorted(answered, key=lambda place: (degrees[place], place))[:FEW]
    action = _("Bring partners with few ties into joint work: {names}")
    meet = action.format(names=listing([str(names.iloc[place]) for place in few]))
    found = [Recommendation(action=meet, owner=_("backbone organization"), due=evaluation.months_ahead(6))]
    silent = [str(name) for name, told in zip(names, last.network.answered, strict=True) if not told]
    if silent:
        ask = _("Ask those who did not answer in the last round: {names}").format(names=listing(silent[: 2 * FEW]))
        found.append(Recommendation(action=ask, owner=_("backbone organization"), due=evaluation.months_ahead(3)))
    return tuple(found)


@answers(marked("Do partners trust each other more, and do their missions overlap?"))
def conclude_trust(trust: ChangedTrust, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude how trust between partners has moved, each partner compared with itself."""
    change = trust.change
    if isinstance(change, Insufficient):
        return change
    words = {
        **change_words(change),
        "first": trust.first_round,
        "last": trust.last_round,
        "before": figure_text(trust.before),
        "after": figure_text(trust.after),
        "mission_before": percent(trust.mission_before),
        "mission_after": percent(trust.mission_after),
    }
    checks = (*change_checks(_("Partners rated in both rounds"), change), raters_check(trust.n_raters, RATERS))
    titles = (
        _("Partners have come to trust each other more: {before} to {after} on a scale of 1 to 4"),
        _("Partners have come to trust each other less: {before} to {after} on a scale of 1 to 4"),
        _("Whether trust between partners has changed is inconclusive"),
    )
    statement = _(
        "Mean trust in a partner moved by {change} steps ({interval}) from {first} to {last}, over {n} partners rated "
        "in both."
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.trust",
        title=by_direction(change.mean, titles).format(**words),
        statement=with_caution(statement, change.mean).format(**words)
        + " "
        + _(
            "The other is seen to share the mission in {mission_after} of the rated ties ({mission_before} at first)."
        ).format(**words),
        estimate=interval_record(change.mean, _("steps of the scale from 1 to 4"), n_units=change.n, n_periods=2),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("The same partners rate all others; if they have become more generous raters, that looks like trust."),
            explains_nothing(),
        ),
        so_what=_so_what_of_trust(change.mean),
        now_what=(
            Recommendation(
                action=_(
                    "Let partners tell each other what they need to rely on one another, in pairs that work together"
                ),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("relation:trust_reliability", "relation:trust_mission", "relation:trust_openness"),
        names=(trust.first_round, trust.last_round),
    )


def _so_what_of_trust(change: Interval) -> str:
    if change.leaves_out(0) and change.value > 0:
        return _(
            "Trust is what lets partners share credit, data and risk: harder questions can be put on the table now."
        )
    if change.leaves_out(0):
        return _("With less trust, partners share less. It is worth asking what happened before asking for more.")
    return _("The ratings neither show nor rule out a change; ask partners what they see before drawing conclusions.")
