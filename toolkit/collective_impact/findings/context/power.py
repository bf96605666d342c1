"""What the power map says: whether those with power come closer, and who has found together unexpectedly."""

from collections.abc import Collection

import pandas as pd

from collective_impact.analysis.context.power_map import PowerMap
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import figure_text, listing, marked, percent
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.paired_waves import PairedWaves

MOST_NAMED = 6


@answers(marked("Do those with power come closer to the common agenda?"))
def conclude_stances(
    power: PowerMap, shift: PairedWaves, courted: Collection[str], evaluation: Evaluation
) -> Finding | Insufficient:
    """Conclude how far stances moved, and how much of the power lies with those who are for the agenda."""
    conclusive = shift.mean.leaves_out(0.0)
    against = power.actors[power.actors["stance"] < 0].sort_values("power", ascending=False, kind="stable")
    named = [str(name) for name in against["name"].head(MOST_NAMED)]
    words = {
        "n": shift.n,
        "mean": figure_text(shift.mean.value),
        "interval": interval(shift.mean),
        "towards": shift.n_higher,
        "away": shift.n_lower,
        "first": power.first,
        "last": power.last,
        "against": listing(named),
    }
    statement = (
        _("From {first} to {last}, {n} actors to be won over moved by {mean} steps on average ({interval}).")
        if courted
        else _("From {first} to {last}, the stance of {n} actors moved by {mean} steps on average ({interval}).")
    )
    if not conclusive:
        statement += " " + _("The interval includes zero: whether stances move is inconclusive.")
    statement += _held(power, words)
    checks = (
        counted(_("Actors judged in both rounds"), shift.n, weak=6, moderate=12)[0],
        clear_of_zero(shift.mean),
        Check(rule=_("Others than those who drew the map judged the same"), seen=_("nobody did"), held=False),
    )
    action = (
        _("Decide how {against} can be reached, or how to go on without")
        if named
        else _("Ask those who have come closer for a first concrete step")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.stances",
        title=_title(shift, conclusive).format(**words),
        statement=statement.format(**words),
        estimate=interval_record(shift.mean, _("steps of stance, −2 to +2"), n_units=shift.n, n_periods=power.n_rounds),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("The map is what the group that draws it believes. Actors may see themselves otherwise."),
            _("Nobody outside has judged the same actors, so the evidence is weak at best."),
            _("The actors were chosen and not drawn; the interval tells of chance between actors only."),
            explains_nothing(),
        ),
        so_what=_so_what(power),
        now_what=(
            Recommendation(action=action.format(**words), owner=_("steering group"), due=evaluation.months_ahead(3)),
        ),
        data=("power_actor:stance",),
        names=(power.first, power.last, *named),
    )


def _title(shift: PairedWaves, conclusive: bool) -> str:
    if not conclusive:
        return _("Whether those with power come closer is inconclusive")
    return (
        _("Those with power have come closer: {towards} of {n} moved towards the agenda")
        if shift.mean.value > 0
        else _("Those with power have drawn back: {away} of {n} moved away from the agenda")
    )


def _held(power: PowerMap, words: dict[str, object]) -> str:
    now, before = power.share_held("stance"), power.share_held("first_stance")
    if now is None or before is None:
        return ""
    words |= {"now": percent(now), "before": percent(before)}
    return " " + _("Actors who are for the agenda hold {now} of the power on the map, {before} at first.")


def _so_what(power: PowerMap) -> str:
    now = power.share_held("stance")
    if now is not None and now > 0.5:
        return _(
            "Most of the power on the map now lies with those who are for the agenda: the time is good to ask for more."
        )
    return _(
        "Most of the power on the map does not lie with those who are for the agenda: build support before pushing."
    )


@answers(marked("Which actors that seldom met now work together?"))
def conclude_alliances(unusual: pd.DataFrame, power: PowerMap, evaluation: Evaluation) -> Finding:
    """Conclude which alliances join kinds of actors of which none worked together in the first round."""
    pairs = [_("{one} and {other}").format(one=row["one"], other=row["other"]) for _i, row in unusual.iterrows()]
    lasting = int((unusual["rounds"] > 1).sum())
    words = {
        "n": len(unusual),
        "lasting": lasting,
        "pairs": "; ".join(pairs[:MOST_NAMED]),
        "actors": len(power.actors),
        "first": power.first,
    }
    checks = (
        counted(_("Actors on the map"), len(power.actors), weak=5, moderate=12)[0],
        Check(
            rule=_("At least half of the alliances are on record in more than one round"),
            seen=_("{lasting} of {n}").format(**words),
            held=2 * lasting >= len(unusual),
            needed_for=Strength.WEAK,
        ),
        Check(rule=_("Others than those who drew the map judged the same"), seen=_("nobody did"), held=False),
    )
    if unusual.empty:
        title = _("No new kinds of actors have joined forces")
        statement = _(
            "Among {actors} actors, every alliance joins kinds of actors that worked together from the first round."
        )
    else:
        title = _("Unusual alliances since the first round: {n}, of which {lasting} in more than one round")
        statement = _(
            "Among {actors} actors, {n} alliances join kinds of actors that did not work together at first: {pairs}."
        )
    return Finding(
        id=f"{evaluation.inquiry.id}.alliances",
        title=title.format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.WEAK),
        checks=checks,
        caveats=(
            _("An alliance on the map says that two actors work together, not at what or how closely."),
            explains_nothing(),
        ),
        so_what=_("Decision makers listen more when actors who seldom agree ask for the same thing.")
        if len(unusual)
        else _("The same kinds of actors go on working together; pressure comes from the sides it always came from."),
        now_what=(
            Recommendation(
                action=_("Ask the unusual allies what they could press for together")
                if len(unusual)
                else _("Look for one alliance across kinds of actors that would surprise decision makers"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=("power_alliance",),
        names=tuple(dict.fromkeys([*unusual["one"], *unusual["other"], power.first])),
    )
