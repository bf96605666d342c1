"""What the formative evaluation of the system concludes on money, policies and norms."""

from collections.abc import Sequence

import pandas as pd

from collective_impact.analysis.system.aligned_money import AlignedMoney
from collective_impact.analysis.system.norm_change import NormChange
from collective_impact.analysis.system.records import policy_states
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, counted_periods, strength_by
from collective_impact.findings.system.adoption import in_percent
from collective_impact.findings.wording import estimate_record, interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import count_of_periods, day, figure_text, marked, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Estimate, Interval
from collective_impact.statistics.insufficient import Insufficient


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
    statement = _("From {first} to {last} ({years}, {n} flows) the share of the money went from {from} to {to}.")
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
    change, gap = changes[0], in_percent(changes[0].difference)
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
        "clear": sum(each.difference.leaves_out(0.0) for each in changes),
        "all": len(changes),
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
            *_same_areas(changes),
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


def _same_areas(changes: Sequence[NormChange]) -> tuple[str, ...]:
    """That only areas are compared that were asked both times, where answers name areas."""
    text = _("“{question}”: answers from the {areas} areas that were asked in the first round and in the last.")
    return tuple(
        text.format(question=each.last["text"], areas=int(each.last["areas"])) for each in changes if each.last["areas"]
    )


def _norm_record(change: NormChange) -> EstimateRecord:
    gap = in_percent(change.difference)
    return interval_record(gap, _("percentage points"), n_units=change.n_asked, n_periods=2, p_value=change.p_value)


def _norm_title(gap: Interval) -> str:
    if not gap.leaves_out(0.0):
        return _("It is inconclusive whether norms have shifted: from {from} to {to}")
    return _("Norms begin to shift in {clear} of {all} questions: from {from} to {to} where most were asked")


def _other_norm(change: NormChange) -> str:
    gap = in_percent(change.difference)
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
