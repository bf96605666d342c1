"""What the summative system evaluation concludes: to what the initiative contributed, and whether it lasts."""

from collections.abc import Sequence
from typing import cast

import pandas as pd

from collective_impact.analysis.system.claims import side_outcomes
from collective_impact.analysis.system.contribution_claims import TestedClaim
from collective_impact.analysis.system.practice_contrasts import KeptPractice
from collective_impact.charts.system.confidence_words import confidence_words, rival_words
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.question import Conclusion, answers
from collective_impact.findings.strength import counted, strength_by
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient

GROUPS = 2
"""Independent groups of evidence that a claim takes at least."""
PLAUSIBLE = 2
"""Plausibility of a rival up to which a claim can be moderate: possible."""
NAMED = 3
"""Claims and outcomes that a statement names."""


def conclude_claims(evaluation: Evaluation, claims: tuple[TestedClaim, ...] | Insufficient) -> tuple[Conclusion, ...]:
    """Conclude on the claims that the evidence bears out, and on the others where there are any."""
    if isinstance(claims, Insufficient):
        return (conclude_borne_out(evaluation, cast("tuple[TestedClaim, ...]", claims)),)
    borne_out = conclude_borne_out(evaluation, claims)
    if all(claim.side == "for" for claim in claims):
        return (borne_out,)
    return borne_out, conclude_not_borne_out(evaluation, claims)


@answers(marked("To which changes in the system has the initiative contributed?"))
def conclude_borne_out(evaluation: Evaluation, claims: tuple[TestedClaim, ...]) -> Finding:
    """Say which claims of contribution the evidence bears out, and how sure one may be."""
    held = [claim for claim in claims if claim.side == "for"]
    words = {"n": len(claims), "held": len(held), "claims": "; ".join(map(_told, held[:NAMED]))}
    if held:
        title = translate_plural(
            "One of {n} claimed contributions is borne out, with others beside it",
            "{held} of {n} claimed contributions are borne out, with others beside them",
            len(held),
        )
        statement = _("Of {n} claims, the evidence bears out {held}. {claims}.")
    else:
        title = _("None of {n} claimed contributions is borne out so far")
        statement = _("Of {n} claims, none has evidence that settles it in favour of the initiative so far.")
    checks = _claim_checks(held)
    return Finding(
        id=f"{evaluation.inquiry.id}.contribution",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks),
        checks=checks,
        caveats=(
            _("The probabilities of the evidence are judgements by people who knew what had happened."),
            _("A claim that is borne out says that the initiative had a part in the change, not how large a part."),
        ),
        so_what=_(
            "These links of the theory of change can be told as contributions of the initiative and its partners, "
            "with the word for how sure one may be. Other forces had a part in them too."
        )
        if held
        else _("The initiative should not tell of contributions to the system until more evidence has been gathered."),
        now_what=(
            Recommendation(
                action=_leaning(held) if held else _("Look for evidence that would be found only if a claim is true"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
            Recommendation(
                action=_("Let somebody outside the initiative set the probabilities of the evidence anew"),
                owner=_("steering group"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=tuple(f"claim:{claim.claim_id}" for claim in held or claims),
        names=_names(claims),
    )


@answers(marked("Which claims are not borne out, and what else could explain the change?"))
def conclude_not_borne_out(evaluation: Evaluation, claims: tuple[TestedClaim, ...]) -> Finding:
    """Say which claims stay open or are spoken against, and where their rivals stand."""
    others = [claim for claim in claims if claim.side != "for"]
    words = {
        "n": len(claims),
        "others": len(others),
        "claims": "; ".join(f"{_told(claim)} ({_rival(claim)})" for claim in others[:NAMED]),
    }
    judged = min((claim.n_groups for claim in others), default=0)
    plausible = [claim for claim in others if (claim.rival_plausibility or 0) > PLAUSIBLE]
    firm = sum(claim.side == "against" for claim in others)
    checks = (
        *counted(_("Independent groups of evidence of each claim"), judged, weak=GROUPS, moderate=GROUPS + 1),
        Check(
            rule=_("The verdict stands with any starting point from 25% to 75%"),
            seen=_("{held} of {n} claims").format(held=firm, n=len(others)),
            held=firm == len(others),
        ),
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.not_borne_out",
        title=translate_plural(
            "One claim of {n} is not borne out by the evidence so far",
            "{others} of {n} claims are not borne out by the evidence so far",
            len(others),
        ).format(**words),
        statement=_("Of {n} claims, {others} are open or spoken against. {claims}.").format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("That evidence was looked for and not found speaks against a claim only as far as it was sought."),),
        so_what=(
            _("The rival explanation of {claims} is plausible: the change may have come about without the initiative.")
            if plausible
            else _("No plausible rival explains these changes either: what brought them about is not known.")
        ).format(claims=listing([quote(claim.statement) for claim in plausible[:NAMED]])),
        now_what=(
            Recommendation(
                action=_("Leave these claims out of what is told of the initiative, or test them anew"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(2),
            ),
            Recommendation(
                action=_("Decide which rival explanation to follow up with data of its own"),
                owner=_("steering group"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=tuple(f"claim:{claim.claim_id}" for claim in others),
        topics=("rival", "off_track"),
        names=_names(claims),
    )


def _told(claim: TestedClaim) -> str:
    """The claim, how sure one may be, and how far the probability moves."""
    words = {"claim": quote(claim.statement), "words": confidence_words(claim.confidence)}
    if isinstance(claim.tracing, Insufficient) or isinstance(claim.sensitivity, Insufficient):
        return _("{claim}: {words}").format(**words)
    doubted = claim.sensitivity.ranges.iloc[1]
    return _("{claim}: {words}, {likely}, or {low} to {high} with every judgement doubted").format(
        **words,
        likely=percent(claim.tracing.posterior),
        low=percent(doubted["low"]),
        high=percent(doubted["high"]),
    )


def _rival(claim: TestedClaim) -> str:
    if not claim.rival:
        return _("no rival explanation is named")
    return _("rival explanation {rival}: {words}").format(
        rival=quote(claim.rival), words=rival_words(claim.rival_plausibility)
    )


def _names(claims: Sequence[TestedClaim]) -> tuple[str, ...]:
    told = [text for claim in claims for text in (claim.statement, claim.rival, *claim.evidence["description"])]
    return tuple(dict.fromkeys(filter(None, told)))


def _claim_checks(held: Sequence[TestedClaim]) -> tuple[Check, ...]:
    n = number(len(held), 0)
    groups = [claim for claim in held if claim.n_groups >= GROUPS]
    in_words = [claim for claim in held if claim.agrees_in_words or claim.confidence == "passed_in_words"]
    rivals = [c for c in held if c.rival_plausibility is not None and c.rival_plausibility <= PLAUSIBLE]
    firm = [c for c in held if not isinstance(c.sensitivity, Insufficient) and (c.sensitivity.firm_to or 0) > 0]

    def check(rule: str, those: Sequence[TestedClaim], grade: Strength) -> Check:
        seen = _("{held} of {n} claims").format(held=len(those), n=n)
        return Check(rule=rule, seen=seen, held=0 < len(held) == len(those), needed_for=grade)

    return (
        check(_("The verdict stands with any starting point from 25% to 75%"), held, Strength.WEAK),
        check(_("At least two independent groups of evidence"), groups, Strength.WEAK),
        check(_("The tests, read in words alone, point the same way"), in_words, Strength.MODERATE),
        check(_("The strongest rival is at most possible"), rivals, Strength.MODERATE),
        check(_("The verdict stands with every judgement 10 percentage points off"), firm, Strength.STRONG),
    )


def _leaning(held: Sequence[TestedClaim]) -> str:
    """Name the evidence that the claims lean on most, as what to test next."""
    for claim in held:
        if not isinstance(claim.sensitivity, Insufficient):
            pieces = claim.sensitivity.tornado.dropna(subset=["evidence"])
            if len(pieces):
                text = claim.evidence.loc[pieces["evidence"].iloc[0], "description"]
                return _("Try to overturn the evidence that a claim leans on most: {evidence}").format(
                    evidence=quote(text)
                )
    return _("Try to overturn the evidence that the claims lean on most")


@answers(marked("Is the change still there a year later?"))
def conclude_lasting(
    evaluation: Evaluation, kept: tuple[KeptPractice, ...], policies: pd.DataFrame
) -> Finding | Insufficient:
    """Say whether practices that were taken up are kept, and whether policies stand."""
    followed, stayed = sum(each.n_followed for each in kept), sum(each.n_kept for each in kept)
    if not followed:
        return Insufficient("too_short_follow_up", 0, 365)
    organizations = len(frozenset[str]().union(*(each.organizations for each in kept)))
    checks = counted(_("Organizations followed for a year or more"), organizations, weak=5, moderate=20)
    words = {
        "kept": stayed,
        "followed": followed,
        "practices": len(kept),
        "share": percent(stayed / followed),
        "organizations": organizations,
    }
    statement = _(
        "{organizations} organizations had taken up one or more of {practices} practices a year ago or more, "
        "{followed} times in all; {kept} of these ({share}) were in use when last seen."
    ).format(**words)
    if len(policies):
        adopted = policies[policies["adopted"]]
        statement += " " + _(
            "Of {n} policies, {adopted} were adopted, and {stand} of these have stood for a year."
        ).format(n=len(policies), adopted=len(adopted), stand=int(adopted["a_year"].sum()))
    lasts = stayed / followed >= 0.8
    return Finding(
        id=f"{evaluation.inquiry.id}.lasting",
        title=(
            _("What {organizations} organizations took up is still in use a year later: {kept} of {followed} times")
            if lasts
            else _("Part of what {organizations} organizations took up has not lasted: {kept} of {followed} did")
        ).format(**words),
        statement=statement,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Who reports that a practice is in use may see more of it than those whom it is for."),
            _("A year is short: whether it outlives the initiative's money and people is not known yet."),
        ),
        so_what=_("New practice is kept while the initiative is there; whether it would be without it is not known.")
        if lasts
        else _("Some of the change goes back once attention moves on: taking up a practice is not yet keeping it."),
        now_what=(
            Recommendation(
                action=_("Write each kept practice into the organizations' own routines and budgets"),
                owner=_("partners' managers"),
                due=evaluation.months_ahead(9),
            ),
        ),
        data=tuple(f"practice_observation:{each.practice_id}" for each in kept),
    )


@answers(marked("What changed that was unwanted or that nobody expected?"))
def conclude_side_outcomes(evaluation: Evaluation, harvest: pd.DataFrame) -> Finding:
    """Say which harvested outcomes are unwanted or unexpected."""
    sides = side_outcomes(evaluation.initiative)
    unwanted = sides[~sides["wanted"]]
    asked = harvest["agreement"].isin(["full", "partial", "none"])
    confirmed = int((asked & harvest["agreement"].eq("full")).sum())
    words = {
        "n": len(harvest),
        "sides": len(sides),
        "unwanted": len(unwanted),
        "unexpected": int((~sides["expected"]).sum()),
        "confirmed": confirmed,
        "told": "; ".join(_changed(row) for _i, row in sides.head(NAMED).iterrows()),
    }
    checks = (
        *counted(_("Harvested outcomes"), len(harvest), weak=5, moderate=10),
        Check(
            rule=_("At least half were confirmed fully by somebody outside"),
            seen=_("{n} of {all}").format(n=confirmed, all=len(harvest)),
            held=2 * confirmed >= len(harvest),
        ),
    )
    statement = _(
        "Of {n} harvested outcomes, {unwanted} are negative or mixed and {unexpected} were not expected. "
        "{confirmed} of all were fully confirmed by somebody outside."
    ).format(**words)
    if len(sides):
        statement += " " + _("Among them: {told}.").format(**words)
    return Finding(
        id=f"{evaluation.inquiry.id}.side_outcomes",
        title=(
            _("{unwanted} of {n} harvested outcomes are not all for the better")
            if len(unwanted)
            else _("No unwanted change is among the {n} harvested outcomes")
        ).format(**words),
        statement=statement,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Outcomes are harvested because somebody noticed them: these are counts, not shares of all change."),
        ),
        so_what=_("Part of the change comes at a cost to some; it belongs in the same report as what went well.")
        if len(unwanted)
        else _("Nobody may have asked: unwanted change is rarely reported by those who work for the change."),
        now_what=(
            Recommendation(
                action=_("Talk with those concerned about each unwanted change, and decide what to do about it"),
                owner=_("steering group"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=tuple(f"outcome_harvest:{each}" for each in sides["outcome_id"]) or ("outcome_harvest",),
        topics=("surprise", "off_track") if len(unwanted) else ("surprise",),
        names=tuple(text for row in sides[["who", "what_changed"]].to_numpy() for text in row),
    )


def _changed(row: pd.Series) -> str:
    return _("{who}: {what}").format(who=row["who"], what=row["what_changed"])
