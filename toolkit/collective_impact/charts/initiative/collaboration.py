"""Pictures of how partners see the collaboration: its factors, and how they work with one another."""

from collections.abc import Mapping

from collective_impact.analysis.initiative.changed_answers import ChangedPractices
from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.survey_rounds import LastRound
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instrument
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.factors import GroupScore
from collective_impact.statistics.ratings.paired_waves import PairedWaves

MOST_ROWS = 12


@guarded
def factor_dots(last: LastRound, names: Mapping[str, str]) -> Figure | Insufficient:
    """Draw the means of the factors with their intervals, those with the least first; the names of factors only.

    Parameters
    ----------
    last : LastRound
        Of a survey that is scored by means.
    names : mapping of str to str
        Names of the rounds.
    """
    scored = last.scored
    asked = instrument(scored.instrument)
    known = {group: each for group, each in scored.groups.items() if isinstance(each, GroupScore)}
    if not known:
        return next(
            (each for each in scored.groups.values() if isinstance(each, Insufficient)), Insufficient("no_data")
        )
    concern = talk_from(asked)
    order = sorted(known, key=lambda group: known[group].value)
    dots = [_dot(group_name(asked, group), known[group], concern) for group in order]
    shown = dots[:MOST_ROWS]
    low = [dot for dot in dots if dot.marked]
    words = {
        "round": names.get(last.wave_id, last.wave_id),
        "n": scored.n,
        "low": len(low),
        "factors": len(dots),
        "shown": len(shown),
        "concern": number(concern, 0),
        "which": low[0].name if len(low) == 1 else "",
        "all": "; ".join(f"{dot.name} {dot.shown}" for dot in shown),
    }
    title = (
        _("No factor of collaboration is a concern")
        if not low
        else _("One factor of {factors} is a concern: {which}")
        if len(low) == 1
        else _("{low} of {factors} factors of collaboration are concerns")
    )
    return figure(
        interval_dots(shown, _("Mean, 1–5"), reference=concern, domain=(1.0, 5.0)),
        "collaboration-factors",
        words,
        title=title,
        note=_(
            "{round}: {n} respondents, 95% intervals that allow for answers from one partner being alike. Left of the "
            "line, {concern}, is a concern. The {shown} of {factors} factors with the smallest means."
        ),
        alt_text=_("Dots with intervals of {shown} factors of collaboration, {round}: {all}."),
        data=dots_table(dots, _("Factor"), _("Mean")),
    )


def talk_from(asked: Instrument) -> float:
    """Mean from which a factor is no concern any more: where the second band of the instrument begins."""
    bands = sorted(band.at_least for band in asked.scoring.bands)
    return bands[1] if len(bands) > 1 else 3.0


def _dot(name: str, each: GroupScore, concern: float) -> Dot:
    return Dot(name, each.value, each.low, each.high, round(each.value, 1) < concern, number(each.value, 1))


@guarded
def practice_table(changed: ChangedPractices, names: Mapping[str, str]) -> Table:
    """Tell how partners are seen to work with the whole group, practice by practice.

    Parameters
    ----------
    changed : ChangedPractices
    names : mapping of str to str
        Names of the rounds.
    """
    asked = instrument("partnership")
    rows = [
        [
            group_name(asked, practice),
            number(changed.means.loc[practice, "before"], 1),
            number(changed.means.loc[practice, "after"], 1),
            _moved(changed.changes[practice]),
        ]
        for practice in changed.means.index
    ]
    first, last = (names.get(wave, wave) for wave in (changed.first_round, changed.last_round))
    caption = _("How {n} partners work with the whole group, mean scores 0–4").format(n=changed.n_partners)
    columns = [_("Practice"), first, last, _("Change (95% interval)")]
    return Table(columns, rows, caption, "practices", (1, 2, 3))


def _moved(change: PairedWaves | Insufficient) -> str:
    if isinstance(change, Insufficient):
        return "–"
    mean = change.mean
    return _("{value} ({low} to {high})").format(
        value=number(mean.value, 1), low=number(mean.low, 1), high=number(mean.high, 1)
    )
