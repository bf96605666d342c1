"""What the developmental evaluation of the system concludes: early shifts, ripples, what nobody foresaw, openings."""

import pandas as pd

from collective_impact.analysis.system.outcome_chains import OutcomeChains
from collective_impact.analysis.system.records import levers
from collective_impact.charts.system.openings import by_weight
from collective_impact.data.outcome import date_in_words
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, strength_by
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.harvested_outcomes import HarvestedOutcomes
from collective_impact.statistics.insufficient import Insufficient

WEAK, MODERATE = 5, 12
"""Changes or outcomes that weak and moderate evidence take."""
HALF = 0.5
NAMED = 3
"""Actors and outcomes that a statement names."""


@answers(marked("Which early shifts do we see, and where?"))
def conclude_early_shifts(evaluation: Evaluation, signals: pd.DataFrame) -> Finding | Insufficient:
    """Conclude in which places of the system change is recorded, by counts."""
    if signals.empty:
        return Insufficient("no_rows", 0, 1, "system_change")
    counts = signals["type"].value_counts().reindex(list(levers()), fill_value=0).sort_values(ascending=False)
    named = {lever: name.lower() for lever, name in levers().items()}
    empty = [named[lever] for lever in counts.index[counts == 0]]
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
        "empty": listing(empty),
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
        so_what=(
            _("Change in some places alone is easily given up again. None is recorded in {empty} yet.")
            if empty
            else _("Change is recorded in every place. Whether the places carry one another is the next question.")
        ).format(**words),
        now_what=(
            Recommendation(
                action=(
                    _("Ask each partner what has changed in {empty}, and who outside can confirm it")
                    if empty
                    else _("Ask each partner which changes depend on one another, and who outside can confirm it")
                ).format(**words),
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


@answers(marked("What did nobody foresee?"))
def conclude_surprises(evaluation: Evaluation, harvest: pd.DataFrame, counts: HarvestedOutcomes) -> Finding:
    """Conclude what the theory of change did not foresee."""
    unforeseen = harvest[harvest["expected"].eq(False)]
    named = [quote(f"{row['who']}: {row['what_changed']}") for _i, row in by_weight(unforeseen).head(NAMED).iterrows()]
    words = {"n": len(unforeseen), "total": counts.n, "named": listing(named)}
    if named:
        title = _("{n} of {total} harvested outcomes were not foreseen")
        statement = _("Of {total} harvested outcomes, {n} were not in the theory of change. Among them: {named}.")
        so_what = _("The system answers in ways that the theory of change has no place for yet.")
        action = _("Revise the theory of change with the hypotheses in the table")
    else:
        title = _("All {total} harvested outcomes were foreseen")
        statement = _("None of {total} harvested outcomes lies outside the theory of change.")
        so_what = _("Where nothing unforeseen is found, it is worth asking whether anybody looked for it.")
        action = _("Ask people outside the initiative which changes they see")
    return Finding(
        id=f"{evaluation.inquiry.id}.surprises",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks := _harvest_checks(counts), at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("Changes that nobody noticed, or that people were not asked about, are not in the harvest."),),
        so_what=so_what,
        now_what=(Recommendation(action=action, owner=_("steering group"), due=evaluation.months_ahead(4)),),
        data=("outcome_harvest:expected", "outcome_harvest:who"),
        topics=("surprise",),
        names=tuple(named),
    )


@answers(marked("Who is still against, and where are openings?"))
def conclude_openings(evaluation: Evaluation, standing: pd.DataFrame) -> Finding | Insufficient:
    """Conclude who on the power map is against the common agenda, and with whom to talk next, by counts."""
    if standing.empty:
        return Insufficient("no_rows", 0, 1, "power_actor")
    names = {code: list(part["name"]) for code, part in standing.groupby("reading", sort=False)}
    against, untapped, undecided = (names.get(code, []) for code in ("against", "untapped", "undecided"))
    words = {
        "n": len(standing),
        "n_against": len(against),
        "openings": sum(len(names.get(code, [])) for code in ("moved_towards", "undecided", "untapped")),
        "against": listing(against[:NAMED]),
        "untapped": listing(untapped[:NAMED]),
        "undecided": listing(undecided[:NAMED]),
    }
    title = (
        _("{n_against} of {n} actors with power are still against, and {openings} are openings")
        if against
        else _("None of {n} actors with power is against, and {openings} are openings")
    )
    statement = [_("The power map holds {n} actors.")]
    statement += [_("Against the common agenda: {against}.")] if against else []
    statement += [_("With much power, but on no side: {undecided}.")] if undecided else []
    statement += [_("For it, but without a recorded change of their own: {untapped}.")] if untapped else []
    checks = counted(_("Actors on the map"), len(standing), weak=WEAK, moderate=MODERATE)
    return Finding(
        id=f"{evaluation.inquiry.id}.openings",
        title=title.format(**words),
        statement=" ".join(statement).format(**words),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(_("The map shows how the initiative sees others; they have not been asked themselves."),),
        so_what=_("A resistance that is known can be talked with, and an opening closes where nobody asks."),
        now_what=_talks(evaluation, words, against=bool(against), untapped=bool(untapped)),
        data=("power_actor:stance",),
        names=(*against, *untapped, *undecided),
    )


def _talks(
    evaluation: Evaluation, words: dict[str, object], *, against: bool, untapped: bool
) -> tuple[Recommendation, ...]:
    actions = []
    if against:
        actions.append(_("Meet {against} and find out what a change would have to respect"))
    if untapped:
        actions.append(_("Ask {untapped}, who are for the agenda, which change they can make themselves"))
    if not actions:
        actions.append(_("Ask those on the power map themselves where they stand"))
    owner, due = _("steering group"), evaluation.months_ahead(3)
    return tuple(Recommendation(action=action.format(**words), owner=owner, due=due) for action in actions)
