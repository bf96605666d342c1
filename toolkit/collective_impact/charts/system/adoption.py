"""Pictures of practices: adoption curves, who has not taken them up, how much of the work they reach."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.system.practice_adoption import PracticeAdoption
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, interval_dots
from collective_impact.charts.marks import Axes, Layer, Role, colour, end_label, in_lines, line, time_axis, time_frame
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.language import figure_text, listing, number, percent, period_label
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.adoption_curve import AdoptionCurve
from collective_impact.statistics.behaviour.practice_change import PracticeChange
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST = 8
"""Practices that a picture shows."""
PANEL_WIDTH, PANEL_HEIGHT, PANEL_TITLE = 196, 120, 38
Names = Mapping[str, str]


@guarded
def adoption_curves(adoptions: Sequence[PracticeAdoption], names: Names) -> Figure:
    """Draw how many organizations had taken up each practice by each period, one panel a practice."""
    shown = adoptions[:MOST]
    half = sum(each.status == "traction" for each in adoptions)
    words = {
        "half": half,
        "n": len(adoptions),
        "shown": len(shown),
        "practices": listing(
            [
                _("{practice}: {adopted} of {n} ({share})").format(
                    practice=names[each.practice], adopted=each.adopted, n=each.n, share=percent(each.share.value)
                )
                for each in shown
            ]
        ),
    }
    lines = max(_heading(each, names).count("\n") for each in shown) + 1
    return figure(
        alt.concat(*(_panel(each, names, lines) for each in shown), columns=2, spacing={"row": 18, "column": 10}),
        "adoption",
        words,
        title=_("{half} of {n} practices are in use in at least half of the organizations"),
        note=_(
            "Per cent of the organizations observed that have taken the practice up. Solid: those that take part, with "
            "95% limits; dashed: those that take no part (in brackets in the table)."
        )
        + (" " + _("The {shown} most used of {n} practices.") if len(shown) < len(adoptions) else ""),
        alt_text=_("Small line charts of adoption over time. In the last period: {practices}."),
        data=_adoption_table(shown, names),
    )


def _heading(adoption: PracticeAdoption, names: Names) -> str:
    return in_lines(names[adoption.practice], PANEL_TITLE)


def _panel(adoption: PracticeAdoption, names: Names, lines: int) -> alt.LayerChart:
    """One practice; its name fills as many lines as the longest, so that the panels stand level."""
    own = adoption.curve.curve
    values = alt.Axis(values=[0, 50, 100], tickCount=3, grid=True)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 100], nice=False), axis=values)
    years = alt.Axis(format="%Y", tickCount=min(5, own.index[-1].year - own.index[0].year + 1))
    axes = Axes(time_axis(own.index).axis(years), y)
    band = time_frame(100 * own["low"]).assign(high=100 * own["high"].to_numpy())
    layers: list[Layer] = [
        alt.Chart(band).mark_area(color=colour("teal"), opacity=0.14).encode(x=axes.x, y=axes.y, y2=alt.Y2("high:Q"))
    ]
    others = adoption.compared.curve if isinstance(adoption.compared, AdoptionCurve) else None
    if others is not None:
        layers += _course(others, axes, "orange", _("no part {share}"), below=True)
    layers += _course(own, axes, "teal", _("taking part {share}"))
    heading = _heading(adoption, names).split("\n")
    heading = [" "] * (lines - len(heading)) + heading
    title = alt.TitleParams(heading, anchor="start", fontSize=13, color=colour("ink"))
    return alt.LayerChart(layer=layers, width=PANEL_WIDTH, height=PANEL_HEIGHT, title=title)


def _course(curve: pd.DataFrame, axes: Axes, role: Role, label: str, *, below: bool = False) -> list[Layer]:
    """A line, its last point, and its name with the last share."""
    frame = time_frame(100 * curve["share"])
    point = alt.Chart(frame.tail(1)).mark_circle(size=45, opacity=1, color=colour(role))
    text = label.format(share=percent(curve["share"].iloc[-1]))
    return [
        line(frame, axes, role, text, dash=below),
        point.encode(x=axes.x, y=axes.y),
        *end_label(frame, axes, role, text, dy=4 if below else -4),
    ]


def _adoption_table(adoptions: Sequence[PracticeAdoption], names: Names) -> Table:
    """Counts by period, one column a practice; those that take no part in brackets."""
    periods = sorted({period for each in adoptions for period in each.curve.curve.index}, key=lambda at: at.ordinal)
    rows = [[period_label(at), *(_counts(each, at) for each in adoptions)] for at in periods]
    return Table([_("Period"), *(names[each.practice] for each in adoptions)], rows)


def _counts(adoption: PracticeAdoption, at: pd.Period) -> str:
    curves = [adoption.curve, *([adoption.compared] if isinstance(adoption.compared, AdoptionCurve) else [])]
    seen = [each.curve[each.curve.index == at].iloc[0] for each in curves if at in each.curve.index]
    texts = [_("{adopted} of {n}").format(adopted=int(row["adopted"]), n=int(row["n"])) for row in seen]
    return " ".join([*texts[:1], *(f"({text})" for text in texts[1:])])


@guarded
def status_table(adoptions: Sequence[PracticeAdoption], names: Names) -> Table:
    """Say of each practice whether it has traction or is stuck, and what to test next."""
    rows = [
        [
            names[each.practice],
            _("{adopted} of {n}").format(adopted=each.adopted, n=each.n),
            period_label(each.half_way) if each.adopted else "–",
            status_text(each),
            next_test(each),
        ]
        for each in adoptions[:MOST]
    ]
    columns = [_("Practice"), _("In use"), _("Half of them by"), _("Read as"), _("Next test")]
    return Table(columns, rows, _("Where traction is, where nobody is new, and what to test next"), "status")


def status_text(adoption: PracticeAdoption) -> str:
    """Whether a practice has traction, in words."""
    return {"traction": _("traction"), "on_its_way": _("on its way"), "stuck": _("nobody new lately")}[adoption.status]


def next_test(adoption: PracticeAdoption) -> str:
    """What to test next with a practice, by how far it has come."""
    if adoption.lapsed:
        return _("Ask those that gave it up why, before it is offered to others")
    return {
        "traction": _("See whether every case is handled in the new way, and again in a year"),
        "on_its_way": _("Let those that use it show it to those that do not"),
        "stuck": _("Ask those that do not use it what stands in the way, and try one change with two of them"),
    }[adoption.status]


@guarded
def not_yet(adoptions: Sequence[PracticeAdoption], groups: pd.DataFrame, names: Names) -> Figure:
    """Draw how many organizations of each kind have not taken up each practice."""
    shown = adoptions[:MOST]
    kinds = list(dict.fromkeys(groups["group"]))
    counts = {(row["group"], row["practice_id"]): row for _i, row in groups.iterrows()}
    cells = [
        _not_yet_cell(_("All organizations"), names[each.practice], each.n - each.adopted, each.n) for each in shown
    ]
    for kind in kinds:
        for each in shown:
            row = counts.get((kind, each.practice))
            n, adopted = (0, 0) if row is None else (int(row["n"]), int(row["adopted"]))
            cells.append(_not_yet_cell(kind_name(kind), names[each.practice], n - adopted, n))
    least = shown[-1]
    words = {"practice": names[least.practice], "lacking": least.n - least.adopted, "n": least.n}
    return figure(
        matrix(cells),
        "not-yet",
        words,
        title=(
            _("{lacking} of {n} organizations lack “{practice}”")
            if least.adopted < least.n
            else _("Every practice has been taken up by all organizations observed")
        ),
        note=_(
            "Organizations that have not taken it up, of those observed in the last period; darker: a larger share. "
            "Kinds with fewer than three organizations stand together; a dash: too few to show."
        ),
        alt_text=_("Table by kind of organization and practice. {practice}: {lacking} of {n} organizations lack it."),
        data=matrix_table(cells, _("Kind of organization")),
    )


def kind_name(kind: str) -> str:
    """Name of a kind of organization; the small ones that stand together have none of their own."""
    return kind or _("Other kinds together")


def _not_yet_cell(kind: str, practice: str, lacking: int, n: int) -> MatrixCell:
    text = _("{lacking} of {n}").format(lacking=lacking, n=n) if n else "–"
    return MatrixCell(kind, practice, lacking / n if n else None, text)


@guarded
def cases_table(adoptions: Sequence[PracticeAdoption], cases: pd.DataFrame, names: Names) -> Table | Insufficient:
    """List which share of the cases of the last year was handled in the new way, by kind of organization."""
    if cases.empty:
        return Insufficient("no_denominator", 0, 1)
    order = {each.practice: place for place, each in enumerate(adoptions[:MOST])}
    shown = cases[cases["practice_id"].isin(order)].sort_values("practice_id", key=lambda ids: ids.map(order))
    rows = [
        [
            names[row["practice_id"]],
            row["sector"],
            _or_hidden(row["denominator"]),
            "–" if pd.isna(row["value"]) else percent(row["value"]),
            _or_hidden(row["denominator"] - row["n"]),
        ]
        for _i, row in shown.iterrows()
    ]
    caption = _("Cases of the last year: handled in the new way, and not (a dash: too few to show)")
    columns = [_("Practice"), _("Kind of organization"), _("Cases"), _("In the new way"), _("Not yet reached")]
    return Table(columns, rows, caption, "cases", numeric=(2, 3, 4))


def _or_hidden(value: float) -> str:
    return "–" if pd.isna(value) else number(value, 0)


@guarded
def case_changes(
    adoptions: Sequence[PracticeAdoption], changes: Mapping[str, PracticeChange | Insufficient], names: Names
) -> Figure | Insufficient:
    """Draw by how much the share of cases handled in the new way changed, from the first year to the last."""
    order = [each.practice for each in adoptions[:MOST]]
    known = {each: changes[each] for each in order if isinstance(changes.get(each), PracticeChange)}
    found = {each: change for each, change in known.items() if isinstance(change, PracticeChange)}
    if not found:
        return next(
            (each for each in changes.values() if isinstance(each, Insufficient)), Insufficient("no_denominator")
        )
    clear = sum(change.conclusive and change.interval.value > 0 for change in found.values())
    dots = [
        Dot(names[each], change.interval.value, change.interval.low, change.interval.high, change.conclusive)
        for each, change in found.items()
    ]
    words = {
        "clear": clear,
        "n": len(found),
        "organizations": max(change.n_organizations for change in found.values()),
        "changes": listing([f"{dot.name} {figure_text(dot.value)}" for dot in dots]),
    }
    return figure(
        interval_dots(dots, _("Change in the share of cases, percentage points"), reference=0),
        "case-changes",
        words,
        title=_("The share of cases handled in the new way rose in {clear} of {n} practices"),
        note=_(
            "Percentage points from an organization’s first year observed to its last, with 95% intervals; "
            "{organizations} organizations. Where a line touches zero the change is inconclusive."
        ),
        alt_text=_("Dots with intervals: change in percentage points, {changes}."),
        data=_changes_table(found, names),
    )


def _changes_table(found: Mapping[str, PracticeChange], names: Names) -> Table:
    methods = {
        "mixed_model": _("mixed model"),
        "estimating_equations": _("estimating equations"),
        "sign_flips": _("sign flips"),
        "randomization": _("randomization"),
    }
    rows = [
        [
            names[each],
            *(figure_text(value) for value in (change.interval.value, change.interval.low, change.interval.high)),
            str(change.n_organizations),
            methods[change.method],
            _intraclass(change.intraclass),
        ]
        for each, change in found.items()
    ]
    columns = [
        _("Practice"),
        _("Change"),
        _("Low"),
        _("High"),
        _("Organizations"),
        _("Method"),
        _("Variance between them"),
    ]
    return Table(columns, rows, numeric=(1, 2, 3, 4))


def _intraclass(share: Interval | None) -> str:
    if share is None:
        return "–"
    return _("{value} ({low} to {high})").format(
        value=percent(share.value), low=percent(share.low), high=percent(share.high)
    )
