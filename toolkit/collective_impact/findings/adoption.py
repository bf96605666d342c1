"""What the formative evaluation of the system concludes: traction, for whom not, money, policies, norms."""

from collections.abc import Mapping, Sequence

import pandas as pd

from collective_impact.charts.adoption import kind_name, next_test
from collective_impact.data.system import policy_states
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, counted_periods, strength_by
from collective_impact.findings.wording import estimate_record, interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import (
    count_of_periods,
    day,
    figure_text,
    listing,
    marked,
    number,
    percent,
    period_label,
    quote,
)
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.adoption_curve import AdoptionCurve
from collective_impact.statistics.behaviour.aligned_money import AlignedMoney
from collective_impact.statistics.behaviour.norm_change import NormChange
from collective_impact.statistics.behaviour.practice_adoption import HALF, PracticeAdoption
from collective_impact.statistics.estimate import Estimate, Interval
from collective_impact.statistics.insufficient import Insufficient

Names = Mapping[str, str]


@answers(marked("Where is traction in practice?"))
def conclude_traction(evaluation: Evaluation, adoptions: Sequence[PracticeAdoption], names: Names) -> Finding:
    """Conclude which practices have been taken up, and how far."""
    top = adoptions[0]
    words = _adoption_words(top, names)
    more = [each for each in adoptions[1:] if each.status == "traction"]
    words["more"] = listing([_counted(each, names) for each in more])
    statement = [_("By {last}, {adopted} of {n} organizations had taken it up, {share} ({interval}).")]
    if top.adopted:
        statement.append(_("Half of them had done so by {half}."))
    if more:
        statement.append(_("Also in use in at least half: {more}."))
    if isinstance(top.compared, AdoptionCurve):
        last = top.compared.curve.iloc[-1]
        words |= {"others": int(last["adopted"]), "of": int(last["n"])}
        statement.append(_("Among those that take no part it is {others} of {of}."))
    title = (
        _("{practice} has traction: {adopted} of {n} organizations have taken it up")
        if top.status == "traction"
        else _("No practice is in use in half of the organizations yet; {practice} comes closest")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.traction",
        title=title.format(**words),
        statement=" ".join(statement).format(**words),
        estimate=_share_record(top),
        strength=strength_by(checks := _traction_checks(top), at_most=Strength.MODERATE),
        checks=checks,
        caveats=_adoption_caveats(),
        so_what=_(
            "Where most partners work the same way, the question turns from who has begun to whether it lasts and "
            "reaches everybody."
        )
        if top.status == "traction"
        else _("Agreeing on a practice has not yet changed how most partners work."),
        now_what=(
            Recommendation(
                action=_("{practice}: {test}").format(practice=words["practice"], test=_lower(next_test(top))),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=_practice_data(top),
        names=tuple(names.values()),
    )


@answers(marked("Where is it stuck, and for whom not?"))
def conclude_for_whom_not(
    evaluation: Evaluation,
    adoptions: Sequence[PracticeAdoption],
    groups: pd.DataFrame,
    cases: pd.DataFrame,
    names: Names,
) -> Finding:
    """Conclude which practice has come least far, and among whom it is lacking."""
    least = adoptions[-1]
    words = _adoption_words(least, names)
    own = groups[groups["practice_id"] == least.practice]
    words["kinds"] = listing(
        [
            _("{kind} {lacking} of {n}").format(
                kind=kind_name(row["group"]).lower(), lacking=int(row["n"] - row["adopted"]), n=int(row["n"])
            )
            for _i, row in own.iterrows()
        ]
    )
    statement = [_("{adopted} of {n} organizations had taken it up by {last}, {share} ({interval}).")]
    if len(own):
        statement.append(_("Without it: {kinds}."))
    return Finding(
        id=f"{evaluation.inquiry.id}.for_whom_not",
        title=_stuck_title(least).format(**words),
        statement=" ".join([*statement, *_cases_sentence(cases, least)]).format(**words),
        estimate=_share_record(least),
        strength=strength_by(checks := _stuck_checks(least), at_most=Strength.MODERATE),
        checks=checks,
        caveats=_adoption_caveats(),
        so_what=_("People meet another way of working depending on which organization they turn to."),
        now_what=(
            Recommendation(
                action=_("{practice}: {test}").format(practice=words["practice"], test=_lower(next_test(least))),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=_practice_data(least),
        topics=("equity",),
        names=tuple(names.values()),
    )


def _stuck_title(adoption: PracticeAdoption) -> str:
    return {
        "stuck": _("{practice} is stuck: {adopted} of {n} organizations, none of them new lately"),
        "on_its_way": _("{practice} has not reached most: {adopted} of {n} organizations so far"),
        "traction": _("{practice} has come least far, with {adopted} of {n} organizations"),
    }[adoption.status]


def _cases_sentence(cases: pd.DataFrame, least: PracticeAdoption) -> list[str]:
    shown = cases[(cases["practice_id"] == least.practice) & cases["value"].notna()]
    if shown.empty:
        return []
    share = percent(float(shown["n"].sum() / shown["denominator"].sum()))
    text = _("Of {cases} cases in the last year, {part} were handled in the new way.")
    return [text.format(cases=number(float(shown["denominator"].sum()), 0), part=share)]


def _adoption_words(adoption: PracticeAdoption, names: Names) -> dict[str, object]:
    return {
        "practice": quote(names[adoption.practice]),
        "adopted": adoption.adopted,
        "n": adoption.n,
        "share": percent(adoption.share.value),
        "interval": interval(_in_percent(adoption.share)),
        "last": period_label(adoption.curve.curve.index[-1]),
        "half": period_label(adoption.half_way),
    }


def _counted(adoption: PracticeAdoption, names: Names) -> str:
    words = {"practice": names[adoption.practice], "adopted": adoption.adopted, "n": adoption.n}
    return _("{practice} ({adopted} of {n})").format(**words)


def _in_percent(share: Interval) -> Interval:
    return Interval(100 * share.value, 100 * share.low, 100 * share.high, share.confidence)


def _share_record(adoption: PracticeAdoption) -> EstimateRecord | None:
    """The share as the record keeps it; none where nobody has taken it up, for that is a count and no estimate."""
    if not adoption.adopted:
        return None
    unit, periods = _("per cent of organizations"), len(adoption.curve.curve)
    return interval_record(_in_percent(adoption.share), unit, n_units=adoption.n, n_periods=periods)


def _traction_checks(adoption: PracticeAdoption) -> tuple[Check, ...]:
    return (
        *counted(_("Organizations"), adoption.n, weak=5, moderate=10),
        Check(
            rule=_("The interval lies above one half"),
            seen=interval(_in_percent(adoption.share)),
            held=adoption.share.low > HALF,
        ),
        Check(rule=_("Nobody has given it up"), seen=number(adoption.lapsed, 0), held=adoption.lapsed == 0),
    )


def _stuck_checks(adoption: PracticeAdoption) -> tuple[Check, ...]:
    observed = adoption.n / adoption.curve.n_organizations
    return (
        *counted(_("Organizations"), adoption.n, weak=5, moderate=10),
        Check(
            rule=_("At least nine in ten of the organizations were observed in the last period"),
            seen=percent(observed),
            held=observed >= 0.9,
        ),
    )


def _adoption_caveats() -> tuple[str, ...]:
    return (
        _("That organizations use a practice does not tell why: others may have moved towards it too."),
        _("The interval speaks of organizations like these; of those observed, the share is what it is."),
    )


def _practice_data(adoption: PracticeAdoption) -> tuple[str, ...]:
    return (f"practice_observation:{adoption.practice}", "partner:comparison")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@answers(marked("Does money begin to follow the common agenda?"))
def conclude_money(evaluation: Evaluation, money: AlignedMoney) -> Finding:
    """Conclude how the share of money that follows the agenda has moved."""
    years, slope = money.by_year, money.slope
    words = {
        "from": percent(years["share"].iloc[0]),
        "to": percent(years["share"].iloc[-1]),
        "first": period_label(years.index[0]),
        "last": period_label(years.index[-1]),
        "n": money.n_flows,
        "years": count_of_periods(len(years), "Y"),
    }
    checks: tuple[Check, ...] = counted_periods(len(years))
    statement = _("From {first} to {last} ({years}, {n} flows) the share went from {from} to {to}.")
    clear = isinstance(slope, Estimate) and slope.conclusive
    if isinstance(slope, Estimate):
        words |= {"slope": figure_text(slope.value), "interval": interval(slope)}
        checks = (*checks, clear_of_zero(slope))
        statement += " " + _("That is {slope} percentage points a year ({interval}).")
        statement += "" if clear else " " + _("The interval includes zero, so the direction is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.money",
        title=_money_title(slope).format(**words),
        statement=statement.format(**words),
        estimate=estimate_record(slope, _("percentage points a year")) if isinstance(slope, Estimate) else None,
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("What follows the agenda is judged by those who keep the table; money that nobody reported is missing."),
            _("The interval speaks of how steady the course is. The yearly shares themselves are sums, not a sample."),
        ),
        so_what=_("Whether money follows decides what goes on when projects end. The rest shows where to talk next."),
        now_what=(
            Recommendation(
                action=_("Take the three largest flows that do not follow the agenda to those who decide on them"),
                owner=_("steering group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("funding_flow:aligned", "funding_flow:amount"),
    )


def _money_title(slope: Estimate | Insufficient) -> str:
    if isinstance(slope, Insufficient):
        return _("{to} of the money followed the common agenda in {last}")
    if not slope.conclusive:
        return _("It is inconclusive whether more money follows the common agenda than before")
    if slope.value > 0:
        return _("Money that follows the common agenda rose from {from} to {to}")
    return _("Money that follows the common agenda fell from {from} to {to}")


@answers(marked("How far have rules and policies come?"))
def conclude_policies(evaluation: Evaluation, paths: pd.DataFrame) -> Finding | Insufficient:
    """Conclude where policies stand, by counts."""
    if paths.empty:
        return Insufficient("no_rows", 0, 1, "policy_event")
    states = policy_states(paths)
    if states.empty:
        return Insufficient("no_stages", 0, 1)
    counts = states["state"].value_counts()
    waiting = states[states["state"].isin(["proposed", "adopted"])].sort_values("date")
    words: dict[str, object] = {
        "n": len(states),
        "force": counts.get("in_force", 0),
        "adopted": counts.get("adopted", 0),
        "proposed": counts.get("proposed", 0),
        "closed": counts.get("closed", 0),
        "cited": paths.loc[paths["cites_initiative"].eq(True), "policy_id"].nunique(),
    }
    statement = _(
        "Of {n} policies: in force {force}, decided but not carried out {adopted}, proposed {proposed}, turned down "
        "{closed}. Those who decide have referred to the initiative in {cited} of them."
    )
    if len(waiting):
        words |= {"waiting": waiting["name"].iloc[0], "since": day(waiting["date"].iloc[0].date())}
        action = _("Ask those who decide on “{waiting}” what is lacking; it has waited since {since}")
    else:
        action = _("Agree which rule stands most in the way now, and who proposes what")
    checks = counted(_("Policies"), len(states), weak=5, moderate=12)
    return Finding(
        id=f"{evaluation.inquiry.id}.policies",
        title=_("{force} of {n} policies are in force").format(**words),
        statement=statement.format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("The list holds what the initiative wants or defends, and so not all policies that matter."),),
        so_what=_("A rule that is in force holds when people change; one that is only decided may not."),
        now_what=(
            Recommendation(action=action.format(**words), owner=_("steering group"), due=evaluation.months_ahead(3)),
        ),
        data=("policy_event:stage", "policy:name"),
        names=tuple(states["name"]),
    )


@answers(marked("Do norms begin to shift?"))
def conclude_norms(evaluation: Evaluation, changes: Sequence[NormChange]) -> Finding | Insufficient:
    """Conclude whether the questions on norms have moved, above all the one with most answers."""
    if not changes:
        return Insufficient("too_few_rounds", 1, 2)
    change, gap = changes[0], _in_percent(changes[0].difference)
    words = {
        "question": change.last["text"],
        "from": percent(change.first["share"]),
        "to": percent(change.last["share"]),
        "first": change.first["wave"],
        "last": change.last["wave"],
        "n": change.n_asked,
        "change": figure_text(gap.value),
        "interval": interval(gap),
        "others": " ".join(map(_other_norm, changes[1:])),
    }
    clear = gap.leaves_out(0.0)
    statement = _("“{question}” Yes: {from} in {first}, {to} in {last} ({n} answers).")
    statement += " " + _("The difference is {change} percentage points ({interval}).")
    statement += "" if clear else " " + _("The interval includes zero, so this is inconclusive.")
    statement += " {others}"
    checks = (*counted(_("Answers"), change.n_asked, weak=30, moderate=100), clear_of_zero(gap))
    return Finding(
        id=f"{evaluation.inquiry.id}.norms",
        title=_norm_title(gap).format(**words),
        statement=statement.format(**words).strip(),
        estimate=_norm_record(change),
        compared=tuple(map(_norm_record, changes)),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Those who were asked are not drawn at random, and each round asks other people."),
            _("People in the same area or circle may answer alike, so intervals are too narrow if anything."),
        ),
        so_what=_("What is held normal moves slowly, and one round with so many answers shows only large shifts.")
        if not clear
        else _("What is held normal has begun to move where it was asked about."),
        now_what=(
            Recommendation(
                action=_("Ask the same questions again in two years, of at least twice as many people")
                if not clear
                else _("Ask again in two years in the same way, and where it has not been asked"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(24),
            ),
        ),
        data=("survey_response:value",),
        names=tuple(
            str(each[column]) for one in changes for each in (one.first, one.last) for column in ("text", "wave")
        ),
    )


def _norm_record(change: NormChange) -> EstimateRecord:
    gap = _in_percent(change.difference)
    return interval_record(gap, _("percentage points"), n_units=change.n_asked, n_periods=2, p_value=change.p_value)


def _norm_title(gap: Interval) -> str:
    if not gap.leaves_out(0.0):
        return _("It is inconclusive whether norms have shifted: from {from} to {to}")
    return _("Norms have shifted from {from} to {to} where it was asked")


def _other_norm(change: NormChange) -> str:
    gap = _in_percent(change.difference)
    text = (
        _("“{question}” went from {from} to {to} ({n} answers; difference {change}, {interval}).")
        if gap.leaves_out(0.0)
        else _("“{question}” is inconclusive: {from} to {to} ({n} answers; difference {change}, {interval}).")
    )
    words = {
        "question": change.last["text"],
        "from": percent(change.first["share"]),
        "to": percent(change.last["share"]),
        "n": change.n_asked,
        "change": figure_text(gap.value),
        "interval": interval(gap),
    }
    return text.format(**words)
