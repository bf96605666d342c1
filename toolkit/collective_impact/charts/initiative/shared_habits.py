"""Pictures of how people think and partners work together: the first round beside the last."""

from collections.abc import Iterable, Mapping

from collective_impact.analysis.initiative.changed_answers import ChangedAnswers, ChangedPractices
from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.blocks import Table
from collective_impact.charts.change_of_scores import Change, change_of_scores, changes_table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.framework.catalogue import entry
from collective_impact.framework.instruments import instrument
from collective_impact.language import figure_text, listing
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.factors import GroupScore
from collective_impact.statistics.ratings.paired_waves import PairedWaves

STEPS = (0.0, 4.0)


@guarded
def mindset_then_and_now(mindset: ChangedAnswers, rounds: Mapping[str, str]) -> Figure | Insufficient:
    """Set the means of the three shifts in the last round beside the first.

    Parameters
    ----------
    mindset : ChangedAnswers
    rounds : mapping of str to str
        Name of each round by its id.
    """
    pairs = [(group, mindset.first[group], mindset.last[group]) for group in mindset.first]
    changes = [
        Change(group_name(mindset.instrument, group), first.value, last.value)
        for group, first, last in pairs
        if isinstance(first, GroupScore) and isinstance(last, GroupScore)
    ]
    if not changes:
        return Insufficient("too_few_respondents", min(mindset.n_first, mindset.n_last), 1)
    up = sum(change.after > change.before for change in changes)
    words = _round_words(rounds, mindset.first_round, mindset.last_round, changes) | {
        "n_first": mindset.n_first,
        "n_last": mindset.n_last,
        "up": up,
        "all": len(changes),
    }
    return figure(
        change_of_scores(changes, str(words["first"]), str(words["last"]), _("Mean answer, 0–4"), domain=STEPS),
        "mindset-then-and-now",
        words,
        title=_("People place their groups higher on {up} of {all} shifts"),
        note=_("{first}: {n_first} people, {last}: {n_last}. 0: we do not do this; 4: always, even when it is hard."),
        alt_text=_("Paired dots for {first} and {last}, mean answers from 0 to 4. {changes}."),
        data=changes_table(changes, _("Shift of mindset"), str(words["first"]), str(words["last"])),
    )


@guarded
def mindset_means(mindset: ChangedAnswers) -> Table | Insufficient:
    """List the mean of each shift in the last round with its interval."""
    means = {group: found for group, found in mindset.last.items() if isinstance(found, GroupScore)}
    rows = [
        [group_name(mindset.instrument, group), figure_text(found.value), *_ends(found)]
        for group, found in means.items()
    ]
    if not rows:
        return Insufficient("too_few_respondents", mindset.n_last, 1)
    caption = _("Mean answers in the last round, 0–4, with 95% intervals that allow for partners")
    columns = [_("Shift of mindset"), _("Mean"), _("Low"), _("High"), _("People"), _("Partners")]
    return Table(columns, rows, caption, "mindset-means", numeric=range(1, 6))


def _ends(found: GroupScore) -> list[str]:
    ends = ["–" if end is None else figure_text(end) for end in (found.low, found.high)]
    return [*ends, str(found.n), "–" if found.n_clusters is None else str(found.n_clusters)]


@guarded
def practices_then_and_now(practices: ChangedPractices, rounds: Mapping[str, str]) -> Figure | Insufficient:
    """Set the partners' practices in the last round beside the first, those rated in both compared with themselves."""
    if practices.means.empty:
        return Insufficient("too_few_pairs", 0, 1)
    changes = [
        Change(practice_name(name), float(practices.means["before"][name]), float(practices.means["after"][name]))
        for name in in_order(practices.means.index)
    ]
    words = _round_words(rounds, practices.first_round, practices.last_round, changes) | {
        "n": practices.n_partners,
        "up": sum(change.after > change.before for change in changes),
        "all": len(changes),
    }
    return figure(
        change_of_scores(changes, str(words["first"]), str(words["last"]), _("Mean score, 0–4"), domain=STEPS),
        "practices-then-and-now",
        words,
        title=_("Partners were rated higher on {up} of {all} practices than before"),
        note=_("Mean over the {n} partners rated in both rounds; 3 is the usual way of working."),
        alt_text=_("Paired dots for {first} and {last}, mean scores from 0 to 4 over {n} partners. {changes}."),
        data=changes_table(changes, _("Practice"), str(words["first"]), str(words["last"])),
    )


@guarded
def practice_changes(practices: ChangedPractices) -> Figure | Insufficient:
    """Draw the change of each practice with its interval."""
    changes = {name: practices.changes[name] for name in in_order(practices.changes)}
    found = {name: each for name, each in changes.items() if isinstance(each, PairedWaves)}
    if not found:
        return next(
            (each for each in changes.values() if isinstance(each, Insufficient)),
            Insufficient("too_few_pairs", practices.n_partners, 6),
        )
    clear = [name for name, each in found.items() if each.mean.leaves_out(0)]
    dots = [
        Dot(practice_name(name), each.mean.value, each.mean.low, each.mean.high, marked=name in clear)
        for name, each in found.items()
    ]
    words = {
        "clear": len(clear),
        "all": len(dots),
        "n": practices.n_partners,
        "changes": listing([f"{dot.name} {figure_text(dot.value)}" for dot in dots]),
    }
    return figure(
        interval_dots(dots, _("Change in steps of 0–4"), reference=0),
        "practice-changes",
        words,
        title=_("In {clear} of {all} practices the change is clear of zero"),
        note=_("Mean change of partners rated in both rounds (at most {n}), with 95% intervals. Grey: inconclusive."),
        alt_text=_("Dots with intervals for the change of each practice: {changes}."),
        data=dots_table(dots, _("Practice"), _("Change")),
    )


def in_order(criteria: Iterable[str]) -> list[str]:
    """Put the instrument's criteria in its own order."""
    given = set(criteria)
    return [item.id for item in instrument("partnership").items if item.id in given]


def practice_name(criterion: str) -> str:
    """Name of the practice that a criterion of the partnership instrument is about."""
    concepts = {item.id: item.concept for item in instrument("partnership").items}
    return str(entry(concepts[criterion]).name)


def _round_words(rounds: Mapping[str, str], first: str, last: str, changes: list[Change]) -> dict[str, object]:
    return {
        "first": rounds.get(first, first),
        "last": rounds.get(last, last),
        "changes": listing([f"{each.name} {each.shown[0]}–{each.shown[1]}" for each in changes]),
    }
