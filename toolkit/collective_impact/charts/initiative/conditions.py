"""Pictures of the five conditions: how far raters agree, a radar, dots of the first and the last round, components."""

from collections.abc import Mapping

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.rubric_rounds import IN_USE, Judged, RatedRounds
from collective_impact.blocks import Table
from collective_impact.charts.change_of_scores import Change, change_of_scores, changes_table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.initiative.readiness import phase_name
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.charts.radar import HIGHEST, radar
from collective_impact.framework.vocabulary import Phase
from collective_impact.language import listing, number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.agreement import FIRM, TENTATIVE, Agreement
from collective_impact.statistics.ratings.factors import GroupScore


def agreement_dots(*rated: RatedRounds | Insufficient) -> Figure | Insufficient:
    """Draw how far raters agree on each instrument, beside what it takes for their scores to be put together."""
    known = {
        str(each.instrument.name): each.agreement
        for each in rated
        if isinstance(each, RatedRounds) and isinstance(each.agreement, Agreement)
    }
    if not known:
        return next((each for each in rated if isinstance(each, Insufficient)), Insufficient("too_few_raters", 1, 2))
    dots = [_agreement_dot(name, each) for name, each in known.items()]
    words = {
        "low": listing([name for name, each in known.items() if each.reliability == "too_low"]),
        "n": len(known),
        "firm": number(FIRM, 2),
        "tentative": number(TENTATIVE, 3),
        "all": "; ".join(f"{dot.name} {dot.shown}" for dot in dots),
    }
    low = sum(each.reliability == "too_low" for each in known.values())
    title = (
        _("Raters agree enough on all that they scored")
        if not low
        else _("Raters do not yet agree on anything that they scored")
        if low == len(known)
        else _("Raters agree enough, but not yet on: {low}")
    )
    return figure(
        interval_dots(dots, _("Krippendorff’s alpha (ordinal)"), reference=TENTATIVE, domain=_domain(dots)),
        "agreement",
        words,
        title=title,
        note=_(
            "1 is full agreement, 0 what chance brings. Left of the line, {tentative}, scores are not put together; "
            "up to {firm} they are tentative. A bar is the 95% interval."
        ),
        alt_text=_("Dots with intervals of the raters’ agreement on {n} instruments: {all}."),
        data=dots_table(dots, _("Instrument"), _("Alpha")),
    )


def _agreement_dot(name: str, agreement: Agreement) -> Dot:
    interval = agreement.interval
    low, high = (None, None) if isinstance(interval, Insufficient) else (interval.low, interval.high)
    return Dot(name, agreement.alpha, low, high, agreement.reliability != "too_low", number(agreement.alpha, 2))


def _domain(dots: list[Dot]) -> tuple[float, float]:
    return min(0.0, *(dot.value if dot.low is None else dot.low for dot in dots)), 1.0


@guarded
def condition_radar(rated: RatedRounds, judged: tuple[Judged, ...], names: Mapping[str, str]) -> Figure | Insufficient:
    """Draw the scores of the conditions in the first and the last round as a radar.

    Parameters
    ----------
    rated : RatedRounds
    judged : tuple of Judged
        The groups whose scores are put together; it takes three of them to span a surface.
    names : mapping of str to str
        Names of the rounds.
    """
    groups = [each.group for each in judged]
    if len(groups) < 3:
        return Insufficient("too_few_groups", len(groups), 3)
    rounds = rated.rounds[-1:] if len(rated.rounds) == 1 else (rated.rounds[0], rated.rounds[-1])
    scores = {name: _scores(rated, name, groups) for name in rounds}
    titles = [group_name(rated.instrument, group) for group in groups]
    last = scores[rounds[-1]]
    words = _radar_words(titles, scores, names)
    used = sum(round(score, 1) >= IN_USE for score in last)
    title = (
        _("For the initiative as a whole, all {n} conditions average 3 or more")
        if used == len(last)
        else _("For the initiative as a whole, {used} of {n} conditions average 3 or more")
    )
    table = Table(
        [_("Condition"), *(names.get(name, name) for name in rounds)],
        [[title, *(number(scores[name][at], 1) for name in rounds)] for at, title in enumerate(titles)],
        numeric=range(1, len(rounds) + 1),
    )
    return figure(
        radar(titles, {names.get(name, name): each for name, each in scores.items()}),
        "condition-radar",
        words | {"used": used},
        title=title,
        note=_("Mean score of criteria and raters, 0–4; at 3 a criterion is part of the everyday work."),
        alt_text=_("Radar chart of {n} conditions. {all}."),
        data=table,
    )


def _scores(rated: RatedRounds, name: str, groups: list[str]) -> list[float]:
    return [float(each) for each in rated.means[name].reindex(groups).fillna(0.0)]


def _radar_words(titles: list[str], scores: Mapping[str, list[float]], names: Mapping[str, str]) -> dict[str, object]:
    told = []
    for name, values in scores.items():
        each = ", ".join(f"{title} {number(value, 1)}" for title, value in zip(titles, values, strict=True))
        told.append(f"{names.get(name, name)}: {each}")
    return {"n": len(titles), "all": ". ".join(told)}


@guarded
def condition_dots(rated: RatedRounds, judged: tuple[Judged, ...], names: Mapping[str, str]) -> Figure | Insufficient:
    """Draw the mean score of each condition in the first and the last round, the highest first."""
    order = sorted(judged, key=lambda each: -each.mean)
    titles = {each.group: group_name(rated.instrument, each.group) for each in order}
    last = names.get(rated.rounds[-1], rated.rounds[-1])
    ends = (0.0, float(HIGHEST))
    words = {"n": len(order), "last": last, "all": "; ".join(f"{titles[e.group]} {number(e.mean, 1)}" for e in order)}
    axis = _("Mean score, 0–4")
    if len(rated.rounds) == 1:
        dots = [Dot(titles[each.group], each.mean, marked=True, shown=number(each.mean, 1)) for each in order]
        return figure(
            interval_dots(dots, axis, domain=ends),
            "condition-dots",
            words,
            title=_("Where each of {n} conditions stands in the only round so far"),
            note=_("Mean score of criteria and raters in {last}, on the scale 0–4."),
            alt_text=_("Dot plot of mean scores in {last}: {all}."),
            data=dots_table(dots, _("Condition"), _("Mean score")),
        )
    first = names.get(rated.rounds[0], rated.rounds[0])
    before = rated.means[rated.rounds[0]]
    changes = [Change(titles[each.group], float(before[each.group]), each.mean) for each in order]
    changes = [
        Change(each.name, each.before, each.after, number(each.before, 1), number(each.after, 1)) for each in changes
    ]
    rose = sum(each.after > each.before for each in changes)
    title = (
        _("All {n} conditions score higher than in the first round")
        if rose == len(changes)
        else _("{rose} of {n} conditions score higher than in the first round")
    )
    return figure(
        change_of_scores(changes, first, last, axis, domain=ends),
        "condition-dots",
        words | {"rose": rose, "first": first},
        title=title,
        note=_("Mean score of criteria and raters, 0–4: hollow in {first}, filled in {last}."),
        alt_text=_("Dot plot of mean scores in {first} and {last}. In {last}: {all}."),
        data=changes_table(changes, _("Condition"), first, last),
    )


@guarded
def component_matrix(rated: RatedRounds, names: Mapping[str, str], now: Phase | None) -> Figure | Insufficient:
    """Draw the four components by phase as they were scored in the last round."""
    scores = rated.last.groups
    items = {item.concept: item for item in rated.instrument.scale_items}
    known = {group: each.value for group, each in scores.items() if isinstance(each, GroupScore)}
    if not known:
        return next((each for each in scores.values() if isinstance(each, Insufficient)), Insufficient("no_ratings"))
    cells = []
    for section in dict.fromkeys(items[group].section for group in scores):
        row = group_name(rated.instrument, section)
        for phase in Phase:
            value = known.get(f"{section}_{phase.value}")
            column = phase_name(phase, now)
            cells.append(MatrixCell(row, column, None if value is None else value / HIGHEST, _step(value)))
    of_now = [value for group, value in known.items() if now is None or group.endswith(now.value)]
    words = {
        "used": sum(value >= 3 for value in of_now),
        "n": len(of_now),
        "round": names.get(rated.rounds[-1], rated.rounds[-1]),
        "all": "; ".join(f"{cell.row}, {cell.column}: {cell.text}" for cell in cells),
    }
    title = (
        _("{used} of {n} components are in place, counting all phases")
        if now is None
        else _("In the present phase, {used} of {n} components are in place")
    )
    return figure(
        matrix(cells, framed=phase_name(now, now)),
        "components-by-phase",
        words,
        title=title,
        note=_("Scores 0–4 in {round}, the middle one of the raters; from 3 up a component is in place."),
        alt_text=_("Table of components by phase with their scores. {all}."),
        data=matrix_table(cells, _("Component")),
    )


def _step(value: float | None) -> str:
    return "–" if value is None else number(value, 0)
