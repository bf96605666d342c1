"""Tables on the five conditions: which criteria stand still, what to keep, fix and stop, a card for the next test."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.rubric_rounds import IN_USE, Judged, RatedRounds, most_wanting
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.framework.instrument import Item
from collective_impact.framework.vocabulary import Condition
from collective_impact.language import day, listing, number, percent, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import share_interval

MOST_ROWS = 12
MOST_OPEN = 5


def criterion_text(rated: RatedRounds, criterion: str) -> str:
    """Text of a criterion without its full stop, in the current language."""
    return str(_items(rated)[criterion].text).removesuffix(".")


def _items(rated: RatedRounds) -> dict[str, Item]:
    return {item.id: item for item in rated.instrument.scale_items}


@guarded
def standing_still(rated: RatedRounds, names: Mapping[str, str]) -> Block:
    """List the criteria that stalled or fell back, with their score in every round."""
    if len(rated.rounds) < 2:
        return Paragraph(_("One round cannot show what has stalled or fallen back."))
    chosen = [name for name in rated.medians.index if name in rated.stalled or name in rated.fell_back][:MOST_ROWS]
    if not chosen:
        return Paragraph(_("No criterion has stalled or fallen back."))
    rows = [
        [
            criterion_text(rated, name),
            *(_score(value) for value in rated.medians.loc[name]),
            _happened(rated, name, names),
        ]
        for name in chosen
    ]
    columns = [_("Criterion"), *(names.get(each, each) for each in rated.rounds), _("What happened")]
    caption = _("Criteria that stalled or fell back, scores 0–4")
    return Table(columns, rows, caption, "standing-still", range(1, len(rated.rounds) + 1))


def _score(value: float) -> str:
    return "–" if pd.isna(value) else number(value, 0)


def _happened(rated: RatedRounds, criterion: str, names: Mapping[str, str]) -> str:
    told = []
    if criterion in rated.fell_back:
        wave = rated.fell_back[criterion]
        back = (
            _("fell back in {round}") if criterion in rated.not_regained else _("fell back in {round}, has recovered")
        )
        told.append(back.format(round=names.get(wave, wave)))
    if criterion in rated.stalled:
        told.append(_("stalled"))
    return "; ".join(told)


@guarded
def evidence_table(rated: RatedRounds, named: tuple[int, int]) -> Table:
    """Tell how many raters and scores the picture rests on, and how many scores name what they rest on."""
    agreement = rated.agreement
    alpha = "–" if agreement is None or isinstance(agreement, Insufficient) else number(agreement.alpha, 2)
    share = share_interval(*named)
    rows = [
        [_("Rounds"), number(len(rated.rounds), 0)],
        [_("Raters in the last round"), number(rated.last.n, 0)],
        [_("Criteria"), number(len(rated.medians), 0)],
        [_("Agreement of the raters, alpha"), alpha],
        [
            _("Scores that name what they rest on"),
            "–"
            if isinstance(share, Insufficient)
            else _("{k} of {n} ({share})").format(k=named[0], n=named[1], share=percent(share.value)),
        ],
    ]
    return Table([_("What the scores rest on"), ""], rows, numeric=(1,))


def keep_fix_stop(
    rated: RatedRounds | Insufficient, judged: tuple[Judged, ...] | Insufficient, plan: pd.DataFrame | Insufficient
) -> Table | Insufficient:
    """Tell for each condition what to keep, to fix and to stop, by the rules that the page states.

    Parameters
    ----------
    rated : RatedRounds
    judged : tuple of Judged
    plan : DataFrame
        As `plan_due` gives it: what is open after its planned end is to be stopped, or planned anew. Without a plan
        nothing of it is.
    """
    if isinstance(rated, Insufficient):
        return rated
    if isinstance(judged, Insufficient):
        return judged
    late = {} if isinstance(plan, Insufficient) else _late(plan)
    rows = [
        [
            group_name(rated.instrument, each.group),
            _verdict(each),
            _("{k} of {n}").format(k=len(each.kept), n=len(each.kept) + len(each.wanting)),
            "; ".join(criterion_text(rated, name) for name in each.wanting) or "–",
            _to_stop(each, late.get(each.group, [])),
        ]
        for each in judged
    ]
    columns = [_("Condition"), _("Verdict"), _("Keep: criteria in use"), _("Fix"), _("Stop, or plan anew")]
    return Table(columns, rows, _("Keep, fix, stop"), "keep-fix-stop")


def _late(plan: pd.DataFrame) -> dict[str, list[str]]:
    """Activities that are open after their planned end, by condition."""
    still_open = plan[~plan["done"].astype(bool)]
    return {str(condition): [*own["name"]] for condition, own in still_open.groupby("condition")}


def _verdict(each: Judged) -> str:
    return {"keep": _("Keep"), "fix": _("Fix"), "stop": _("Stop the present way")}[each.verdict]


def _to_stop(each: Judged, late: list[str]) -> str:
    told = [_("the present way of working on it")] if each.verdict == "stop" else []
    told += late[:MOST_OPEN]
    if (more := len(late) - MOST_OPEN) > 0:
        told.append(translate_plural("{n} more activity", "{n} more activities", more).format(n=more))
    return listing(told) if told else "–"


@guarded
def next_test_card(rated: RatedRounds, judged: tuple[Judged, ...], tried_by: date, judged_by: date) -> Table:
    """Write a card for the next small test (plan, do, study, act) on the condition that asks for it most."""
    chosen = most_wanting(judged)
    last = rated.medians[rated.rounds[-1]]
    own = chosen.wanting or chosen.kept
    criterion = min(own, key=lambda name: float(last[name]))
    now = int(last[criterion])
    item = _items(rated)[criterion]
    highest = item.scale.maximum if item.scale else IN_USE + 1
    goal = min(now + 1, highest)
    anchors = {anchor.value: str(anchor.label) for anchor in item.scale.anchors} if item.scale else {}
    words = {
        "condition": group_name(rated.instrument, chosen.group),
        "criterion": quote(criterion_text(rated, criterion)),
        "now": now,
        "goal": goal,
        "anchor": anchors.get(goal, ""),
        "tried": day(tried_by),
        "judged": day(judged_by),
        "owner": owner_of(chosen.group),
        "n": rated.last.n,
    }
    steps = (
        (
            _("Plan"),
            _(
                "Choose one change that could move {criterion} from {now} to {goal} ({anchor}). "
                "Predict what will be seen."
            ),
        ),
        (_("Do"), _("Try it on a small scale with two or three partners by {tried}, and write down what happens.")),
        (
            _("Study"),
            _(
                "Let the same {n} raters score the criterion again by {judged}, with the evidence, and compare with "
                "the prediction."
            ),
        ),
        (
            _("Act"),
            _(
                "Where more than half of them score it higher, take it up everywhere. Where they differ, change it "
                "and try again. Where none does, stop it."
            ),
        ),
        (_("Who"), _("Led by: {owner}.")),
    )
    rows = [[step, text.format(**words)] for step, text in steps]
    caption = _("A test to begin with: {condition}").format(**words)
    return Table([_("Step"), _("What")], rows, caption, "test-card")


def owner_of(group: str) -> str:
    """Who answers for a condition, as a role."""
    return {
        Condition.COMMON_AGENDA.value: _("steering group"),
        Condition.SHARED_MEASUREMENT.value: _("shared measurement group"),
        Condition.BACKBONE_SUPPORT.value: _("steering group"),
    }.get(group, _("backbone organization"))
