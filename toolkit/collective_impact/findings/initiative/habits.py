"""What the developmental evaluation of the initiative concludes on habits: mindsets and partnership practices."""

from collective_impact.analysis.initiative.changed_answers import ChangedAnswers, ChangedPractices
from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.charts.initiative.shared_habits import in_order, practice_name
from collective_impact.findings.change_between_rounds import (
    by_direction,
    change_checks,
    change_words,
    raters_check,
    with_caution,
)
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.findings.outcome.progress import explains_nothing
from collective_impact.findings.question import answers
from collective_impact.findings.strength import strength_by
from collective_impact.findings.wording import interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.factors import GroupScore
from collective_impact.statistics.ratings.paired_waves import PairedWaves

RATERS = 3
"""Raters who should have scored the partners in each round."""
MOSTLY = 3
"""Step of the scale from 0 to 4 at which a way of thinking is mostly in use."""


@answers(marked("Are people making the three shifts of mindset?"))
def conclude_mindset(mindset: ChangedAnswers, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude how far mindsets have moved, by those who answered in both rounds."""
    change = mindset.change
    if isinstance(change, Insufficient):
        return change
    words = {
        **change_words(change),
        "partners": number(change.n_clusters or 0, 0),
        "n_first": number(mindset.n_first, 0),
        "n_last": number(mindset.n_last, 0),
    }
    checks = change_checks(_("People who answered in both rounds"), change)
    titles = (
        _("People see the new ways of thinking more in use: {change} of 4 steps up"),
        _("People see the new ways of thinking less in use: {change} of 4 steps"),
        _("Whether mindsets have shifted is inconclusive"),
    )
    statement = _(
        "The mean answer of the {n} people (from {partners} partners) who answered in both rounds moved by {change} "
        "steps ({interval})."
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.mindset",
        title=by_direction(change.mean, titles).format(**words),
        statement=with_caution(statement, change.mean).format(**words)
        + " "
        + _("In all, {n_first} answered the first round and {n_last} the last.").format(**words),
        estimate=interval_record(change.mean, _("steps of the scale from 0 to 4"), n_units=change.n, n_periods=2),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("People rate their own groups; those who have left the initiative are not asked."),
            explains_nothing(),
        ),
        so_what=_so_what_of_mindset(mindset),
        now_what=(
            Recommendation(
                action=_what_to_practise(mindset),
                owner=_("steering group"),
                due=evaluation.months_ahead(4),
            ),
        ),
        data=("survey_response:mindset",),
    )


def _so_what_of_mindset(mindset: ChangedAnswers) -> str:
    change = mindset.change
    assert isinstance(change, PairedWaves)
    if not change.mean.leaves_out(0):
        return _("The answers neither show nor rule out a shift; structures may have changed before habits have.")
    if change.mean.value < 0:
        return _("Habits are sliding back, which tends to show in decisions before it shows in results.")
    return _("Structures can be decided on; habits cannot. That they move is a sign that the change may hold.")


@answers(marked("How do partners practise partnership?"))
def conclude_practices(practices: ChangedPractices, raters: int, evaluation: Evaluation) -> Finding | Insufficient:
    """Conclude how the partners' practices have moved, each partner compared with itself.

    Parameters
    ----------
    practices : ChangedPractices
    raters : int
        Who scored the partners in each of the two rounds, at least.
    evaluation : Evaluation
    """
    change = practices.change
    if isinstance(change, Insufficient):
        return change
    words = change_words(change)
    moved = sum(isinstance(each, PairedWaves) and each.mean.low > 0 for each in practices.changes.values())
    words |= {"moved": number(moved, 0), "all": number(len(practices.changes), 0)}
    checks = (*change_checks(_("Partners rated in both rounds"), change), raters_check(raters, RATERS))
    titles = (
        _("Partnership practices rose by {change} of 4 steps"),
        _("Partnership practices fell by {change} of 4 steps"),
        _("Whether partnership practices have changed is inconclusive"),
    )
    statement = _(
        "Over {n} partners rated in both rounds, the mean of the practices moved by {change} steps ({interval}); in "
        "{moved} of {all} practices the rise stands clear of zero."
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.practices",
        title=by_direction(change.mean, titles).format(**words),
        statement=with_caution(statement, change.mean).format(**words),
        estimate=interval_record(change.mean, _("steps of the scale from 0 to 4"), n_units=change.n, n_periods=2),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(
            _("Few raters score all partners, and each may have become milder or stricter."),
            explains_nothing(),
        ),
        so_what=_("A partnership is carried by habits: what happens without anybody asking for it will go on."),
        now_what=(
            Recommendation(
                action=_what_to_take_up(practices),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("partnership_rating:score",),
    )


def _what_to_practise(mindset: ChangedAnswers) -> str:
    """What to take up with partners: the shifts that the last round places below what is mostly done."""
    below = [
        group_name(mindset.instrument, group)
        for group, found in mindset.last.items()
        if isinstance(found, GroupScore) and found.interval and found.interval.high < MOSTLY
    ]
    if not below:
        return _(
            "Ask new partners the same questions, so that the shifts do not rest on those who have been in longest"
        )
    return _("Take up in the partner forum what is not yet done mostly: {shifts}").format(shifts=listing(below))


def _what_to_take_up(practices: ChangedPractices) -> str:
    """What to work on with partners: the practices that have not clearly risen."""
    flat = [
        practice_name(name)
        for name in in_order(practices.changes)
        if not (isinstance(each := practices.changes[name], PairedWaves) and each.mean.low > 0)
    ]
    if not flat:
        return _("Look with each partner for the practice that it wants to become better at next")
    return _("Work with each partner on what has not clearly risen: {practices}").format(practices=listing(flat))
