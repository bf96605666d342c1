"""What the developmental evaluation of the system concludes: early shifts, ripples, what nobody foresaw, power."""

import pandas as pd

from collective_impact.analysis.system.outcome_chains import OutcomeChains
from collective_impact.analysis.system.records import levers
from collective_impact.charts.system.openings import by_weight
from collective_impact.data.outcome import date_in_words
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, listing, marked, number, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.sign_flips import SignFlips
from collective_impact.statistics.contribution.harvested_outcomes import HarvestedOutcomes
from collective_impact.statistics.insufficient import Insufficient

WEAK, MODERATE = 5, 12
"""Changes or outcomes that weak and moderate evidence take."""
HALF = 0.5


@answers(marked("Which early shifts do we see, and where?"))
def conclude_early_shifts(evaluation: Evaluation, signals: pd.DataFrame) -> Finding | Insufficient:
    """Conclude in which places of the system change is recorded, by counts."""
    if signals.empty:
        return Insufficient("no_rows", 0, 1, "system_change")
    counts = signals["type"].value_counts().reindex(list(levers()), fill_value=0).sort_values(ascending=False)
    named = {lever: name.lower() for lever, name in levers().items()}
    sourced = float(signals["source"].fillna("").ne("").mean())
    checks = (
        *counted(_("Changes recorded"), len(signals), weak=WEAK, moderate=MODERATE),
        Check(rule=_("At least nine in ten name a source"), seen=percent(sourced), held=sourced >= 0.9),
    )
    words = {
        "n": counts.iloc[0],
        "total": len(signals),
        "lever": named[counts.index[0]],
        "places": int((counts > 0).sum()),
        "of": len(counts),
        "first": date_in_words(signals["date"].iloc[0]),
        "counts": listing([f"{named[str(lever)]} ({count})" for lever, count in counts.items()]),
        "few": listing([named[lever] for lever in counts.index[counts == counts.min()]]),
    }
    return Finding(
        id=f"{evaluation.inquiry.id}.early_shifts",
        title=_("{n} of {total} early shifts are in {lever}").format(**words),
        statement=_("Since {first}, {total} changes have been recorded in {places} of {of} places: {counts}.").format(
            **words
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("The counts show what somebody noticed and wrote down, not how common it is."),),
        so_what=_(
            "Change in one place alone is easily given up again. The fewest changes are recorded in {few}, so that is "
            "where to look next."
        ).format(**words),
        now_what=(
            Recommendation(
                action=_("Ask each partner what has changed in {few}, and who outside can confirm it").format(**words),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=("system_change:type", "system_change:date"),
    )


@answers(marked("Which changes lead on to others?"))
def conclude_ripples(
    evaluation: Evaluation, harvest: pd.DataFrame, chains: OutcomeChains, counts: HarvestedOutcomes
) -> Finding:
    """Conclude how far harvested outcomes follow from one another, and how well others confirm them."""
    first = harvest.set_index("outcome_id").loc[chains.order.index[0]]
    outcome = quote(f"{first['who']}: {first['what_changed']}")
    words = {
        "linked": chains.n_linked,
        "n": counts.n,
        "chains": chains.n_chains,
        "longest": chains.longest,
        "followers": int(chains.order["followers"].iloc[0]),
        "outcome": outcome,
        "full": int(counts.agreement["full"]),
        "answered": counts.n_answered,
    }
    if chains.n_linked:
        title = _("{linked} of {n} harvested outcomes follow from an earlier one")
        statement = _("{followers} of {n} outcomes are traced to one beginning: {outcome}.") + " "
        so_what = _("A change that others follow from is worth keeping, and worth trying where it is missing.")
        action = _("Try the beginning of the longest line in another area, and see whether the same follows")
    else:
        title = _("No harvested outcome is traced to an earlier one yet")
        statement = _("{n} outcomes have been harvested, and each stands alone.") + " "
        so_what = _("Nobody can yet tell which changes open the way for others.")
        action = _("Ask those concerned for each outcome what made it possible, and note what it follows from")
    statement += _("Of {answered} that somebody outside has answered about, {full} are confirmed in full.")
    return Finding(
        id=f"{evaluation.inquiry.id}.ripples",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks := _harvest_checks(counts), at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("A link is what those involved say. It is a hypothesis, not a test."),
            _("Outcomes are found because somebody noticed them. They are no sample; what failed is seldom noticed."),
        ),
        so_what=so_what,
        now_what=(
            Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(6)),
            *_ask(evaluation, counts),
        ),
        data=("outcome_harvest:parent_id", "outcome_harvest:agreement"),
        names=(outcome,),
    )


def _harvest_checks(counts: HarvestedOutcomes) -> tuple[Check, ...]:
    answered, share = counts.n_answered / counts.n, counts.share_substantiated or 0.0
    return (
        *counted(_("Outcomes"), counts.n, weak=WEAK, moderate=MODERATE),
        Check(
            rule=_("Somebody outside has answered about at least half"),
            seen=_("{found} of {n}").format(found=counts.n_answered, n=counts.n),
            held=answered >= HALF,
        ),
        Check(rule=_("At least half of those answered are confirmed in full"), seen=percent(share), held=share >= HALF),
    )


def _ask(evaluation: Evaluation, counts: HarvestedOutcomes) -> tuple[Recommendation, ...]:
    pending = counts.n - counts.n_answered
    if not pending:
        return ()
    action = translate_plural(
        "Get an answer about the {n} outcome that nobody outside has spoken to yet",
        "Get answers about the {n} outcomes that nobody outside has spoken to yet",
        pending,
    )
    return (
        Recommendation(
            action=action.format(n=pending), owner=_("backbone organization"), due=evaluation.months_ahead(2)
        ),
    )


@answers(marked("What did nobody foresee, and what got worse?"))
def conclude_surprises(evaluation: Evaluation, harvest: pd.DataFrame, counts: HarvestedOutcomes) -> Finding:
    """Conclude what the theory of change did not foresee, above all what is not for the better."""
    unforeseen, worse = harvest["expected"].eq(False), harvest["sign"].ne("positive")
    named = [quote(f"{row['who']}: {row['what_changed']}") for _i, row in by_weight(harvest[worse]).head(3).iterrows()]
    words = {
        "n": int(unforeseen.sum()),
        "total": counts.n,
        "worse": int(worse.sum()),
        "named": listing(named),
        "share": percent(unforeseen.mean()),
    }
    title = (
        _("{n} of {total} outcomes were not foreseen; {worse} are not for the better")
        if words["worse"]
        else _("{n} of {total} outcomes were not foreseen, and all are for the better")
    )
    statement = (
        _("Of {total} harvested outcomes, {n} were not in the theory of change. Not for the better: {named}.")
        if named
        else _(
            "Of {total} harvested outcomes, {n} were not in the theory of change. None is reported as for the worse."
        )
    )
    so_what = (
        _("The initiative has a part in what gets worse too. Those concerned should hear that it is known.")
        if named
        else _("Where nothing for the worse is found, it is worth asking whether anybody looked for it.")
    )
    action = (
        _("Take up what got worse with those concerned, and change the way of working")
        if named
        else _("Ask those who may have lost by the changes what they see")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.surprises",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks := _harvest_checks(counts), at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("Side effects on people who were not asked are not in the harvest."),),
        so_what=so_what,
        now_what=(
            Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(2)),
            Recommendation(
                action=_("Revise the theory of change with the hypotheses in the table"),
                owner=_("steering group"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=("outcome_harvest:expected", "outcome_harvest:sign"),
        topics=("surprise",),
        names=tuple(named),
    )


@answers(marked("Where are openings and resistances among those with power?"))
def conclude_power(evaluation: Evaluation, standing: pd.DataFrame, shift: SignFlips) -> Finding:
    """Conclude how those with power have moved between the first round of the power map and the last."""
    change, n = shift.interval, shift.n_organizations
    against, untapped = (list(standing.loc[standing["reading"] == code, "name"]) for code in ("against", "untapped"))
    words = {
        "n": n,
        "up": shift.n_up,
        "down": shift.n_down,
        "change": figure_text(abs(change.value)),
        "side": _("towards the common agenda") if change.value > 0 else _("away from the common agenda"),
        "interval": interval(change),
        "against": listing(against[:3]) or _("nobody"),
        "untapped": listing(untapped[:3]),
    }
    clear = change.leaves_out(0.0)
    title = (
        _("Those with power have moved {side}: {up} of {n} up, {down} down")
        if clear
        else _("It is inconclusive whether those with power have moved: {up} of {n} up, {down} down")
    )
    statement = _("On average the stance of {n} actors changed by {change} steps {side} ({interval}).")
    statement += (
        " " + _("Still against: {against}.")
        if clear
        else " " + _("The interval includes zero, so this is inconclusive. Against: {against}.")
    )
    checks = (
        *counted(_("Actors in both rounds"), n, weak=6, moderate=10),
        clear_of_zero(change),
        Check(
            rule=_("Chance: p at most {limit}").format(limit=number(0.05, 2)),
            seen=number(shift.p_value, 3),
            held=shift.p_value <= 0.05,
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.power",
        title=title.format(**words),
        statement=statement.format(**words),
        estimate=interval_record(
            change, _("steps"), n_units=n, n_periods=2, p_value=shift.p_value, p_floor=shift.p_floor
        ),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("The map shows how the initiative sees others; they have not been asked themselves."),
            _("Actors are not drawn at random, and stances may move together, so the interval is rough."),
        ),
        so_what=_(
            "An opening lies where somebody with power has come closer; a resistance that is known can be talked with."
        ),
        now_what=_talks(evaluation, against, untapped, words),
        data=("power_actor:stance",),
        names=(*against, *untapped),
    )


def _talks(
    evaluation: Evaluation, against: list[str], untapped: list[str], words: dict[str, object]
) -> tuple[Recommendation, ...]:
    actions = []
    if against:
        actions.append(_("Meet {against} and find out what a change would have to respect"))
    if untapped:
        actions.append(_("Ask {untapped}, who are for the agenda, which change they can make themselves"))
    owner, due = _("steering group"), evaluation.months_ahead(3)
    return tuple(Recommendation(action=action.format(**words), owner=owner, due=due) for action in actions)
