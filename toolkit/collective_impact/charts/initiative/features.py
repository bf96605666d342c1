"""Pictures of what was done where and what changed there: matrix, dose and response, truth table, partners' answers."""

from collections.abc import Mapping
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from collective_impact.analysis.initiative.section_changes import SectionChanges
from collective_impact.analysis.initiative.site_features import DOSE, Combinations, SiteFeatures
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, dots_table, interval_dots
from collective_impact.charts.marks import (
    colour,
    in_lines,
    layered_rows,
    names_axis,
    told,
)
from collective_impact.charts.matrix import MatrixCell, fitted, matrix, matrix_table, top_axis
from collective_impact.charts.theme import WIDTH
from collective_impact.charts.wrapped_text import in_few_lines
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.language import figure_text, listing, number, p_equals, percent
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.dose_response import DoseResponse
from collective_impact.statistics.contribution.sufficient_combinations import Model, SufficientCombinations
from collective_impact.statistics.insufficient import guarded
from collective_impact.statistics.ratings.paired_waves import PairedWaves

MOST = 30
"""Areas that a matrix shows."""
TOP = 4.0
"""Highest step of the rubric."""
WIDELY, RARELY = 0.8, 0.3
"""Shares of the areas from which a condition can be handed over to them, and from which it is worth sustaining."""


def signed(value: float) -> str:
    """A change with its sign."""
    return f"+{figure_text(value)}" if value > 0 else figure_text(value)


@guarded
def condition_matrix(features: SiteFeatures, names: Mapping[str, str], outcome: Outcome) -> Figure:
    """Draw each condition's score in each area beside what changed there.

    Parameters
    ----------
    names : mapping of str to str
        Name of each condition by id.
    """
    frame, result = features.frame.sort_values(DOSE, ascending=False, kind="stable").head(MOST), _("Change")
    cells = [
        cell
        for area, row in frame.iterrows()
        for cell in (
            *(_scored(outcome.name_of(area), names[each], row[each]) for each in features.conditions),
            MatrixCell(outcome.name_of(area), result, 0.0, _with_interval(row)),
        )
    ]
    text = {
        "n": len(features.frame),
        "unit": outcome.difference_unit,
        "periods": features.n_periods,
        "donors": features.n_donors,
        "each": "; ".join(f"{outcome.name_of(area)} {signed(row['benefit'])}" for area, row in frame.iterrows()),
    }
    table = matrix_table(cells, _("Area"))
    return figure(
        matrix(cells),
        "conditions-and-change",
        text,
        title=_("The changes of the {n} areas overlap too much to be put in order")
        if features.overlapping
        else _("Changes differ between the {n} areas by more than chance"),
        note=_(
            "Scores 0–4; darker: more in place. Change for the better ({unit}, 95% interval) over {periods} periods "
            "from the start, against {donors} areas without the initiative. Sorted by mean score; this is no ranking."
        ),
        alt_text=_("Table of scores by area and condition, with the change in each area: {each}."),
        data=Table(table.columns, table.rows, numeric=range(1, len(table.columns))),
    )


def _with_interval(row: "pd.Series[float]") -> str:
    ends = _("{low} to {high}").format(low=figure_text(row["low"]), high=figure_text(row["high"]))
    return f"{signed(row['benefit'])}\n{ends}"


def _scored(area: str, condition: str, score: float) -> MatrixCell:
    return MatrixCell(area, condition, None if np.isnan(score) else score / TOP, figure_text(score))


@guarded
def dose_figure(features: SiteFeatures, dose: DoseResponse, outcome: Outcome) -> Figure:
    """Draw how much was put into practice in each area against what changed there."""
    frame = features.frame.reset_index(names="area")
    frame["name"] = [outcome.name_of(area) for area in frame["area"]]
    middle = frame[DOSE].median()
    frame["late"] = frame[DOSE] > frame[DOSE].min() + 0.75 * (frame[DOSE].max() - frame[DOSE].min())
    ends = np.array([frame[DOSE].min(), frame[DOSE].max()])
    at = np.median(frame["benefit"] - dose.slope.value * (frame[DOSE] - middle))
    off = frame["benefit"] - at - dose.slope.value * (frame[DOSE] - middle)
    near = 0.05 * (frame["high"].max() - frame["low"].min())
    frame["below"] = off < np.where(frame["late"], -near, near) * (1 if dose.slope.value >= 0 else -1)
    frame["below"] = _turned(frame.sort_values(DOSE), 3 * near)
    path = pd.DataFrame({DOSE: ends, "benefit": at + dose.slope.value * (ends - middle)})
    x = alt.X(f"{DOSE}:Q", title=_("Mean score of the conditions (0–4)"), scale=alt.Scale(zero=False, nice=True))
    unit = _("Change for the better, {unit}").format(unit=outcome.difference_unit)
    y = alt.Y("benefit:Q", title=unit, scale=alt.Scale(zero=True, nice=True))
    base = alt.Chart(frame)
    layers = [
        alt.Chart(pd.DataFrame({"benefit": [0.0]})).mark_rule(color=colour("grey")).encode(y=y),
        base.mark_rule(color=colour("grey"), strokeWidth=1.5).encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        alt.Chart(path).mark_line(color=colour("orange"), strokeDash=[6, 4], strokeWidth=2).encode(x=x, y=y),
        *(
            mark
            for (late, below), part in frame.groupby(["late", "below"])
            for mark in told(
                alt.Chart(part).encode(x=x, y=y),
                "name:N",
                align="right" if late else "left",
                dx=-7 if late else 7,
                dy=14 if below else -10,
            )
        ),
        base.mark_circle(size=100, opacity=1, color=colour("teal")).encode(x=x, y=y, tooltip=[alt.Tooltip("name:N")]),
    ]
    text = {
        "n": dose.n_sites,
        "tau": number(dose.tau, 2),
        "p": p_equals(dose.p_value),
        "slope": signed(dose.slope.value),
        "each": "; ".join(
            f"{row['name']} {figure_text(row[DOSE])}, {signed(row['benefit'])}" for _i, row in frame.iterrows()
        ),
    }
    rows = [
        [row["name"], *(figure_text(row[column]) for column in (DOSE, "benefit", "low", "high"))]
        for _i, row in frame.iterrows()
    ]
    return figure(
        alt.LayerChart(layer=layers, width=WIDTH - 30, height=330, padding={"top": 22, "right": 12}),
        "dose-response",
        text,
        title=_dose_title(dose),
        note=_(
            "{n} areas with 95% intervals. Dashed: {slope} a step, the middle of all slopes between two areas. Rank "
            "correlation {tau} ({p})."
        ),
        alt_text=_("Scatter plot of the areas by mean score and change: {each}."),
        data=Table([_("Area"), _("Score"), _("Change"), _("Low"), _("High")], rows, numeric=(1, 2, 3, 4)),
    )


def _turned(frame: pd.DataFrame, near: float) -> "pd.Series[bool]":
    """Whether each name stands below its dot; of two dots close to each other, only the lower one's does."""
    room = 0.16 * (frame[DOSE].max() - frame[DOSE].min())
    below = frame["below"].copy()
    for pair in pairwise(frame.index):
        lower, upper = sorted(pair, key=frame["benefit"].to_dict().__getitem__)
        beside = abs(frame.loc[upper, DOSE] - frame.loc[lower, DOSE]) < room
        level = frame.loc[upper, "benefit"] - frame.loc[lower, "benefit"] < near
        if beside and level and below[lower] == below[upper]:
            below[lower], below[upper] = True, False
    return below


def _dose_title(dose: DoseResponse) -> str:
    if not dose.slope.leaves_out(0.0) or dose.p_value > 0.10:
        return _("Whether areas that did more changed more is inconclusive")
    if dose.slope.value > 0:
        return _("Areas that put more into practice changed more for the better")
    return _("Areas that put more into practice changed less for the better")


@guarded
def truth_table_figure(found: Combinations, names: Mapping[str, str], outcome: Outcome) -> Figure:
    """Draw the combinations of conditions that occur, and how many of their areas changed enough."""
    table = found.table
    order = table.rows.sort_values("consistency", ascending=False, kind="stable")
    labels = [
        in_few_lines(listing([outcome.name_of(site) for site in row["sites"]]), 28, 4) for _i, row in order.iterrows()
    ]
    last = _("Changed enough")
    _rows, (*columns, last) = fitted(labels, [*(names[each] for each in table.conditions), last])
    signs = pd.DataFrame(
        [
            {
                "row": label,
                "column": column,
                "fill": colour("teal" if row[condition] else "paper"),
                "words": _yes(row[condition]),
            }
            for label, (_i, row) in zip(labels, order.iterrows(), strict=True)
            for condition, column in zip(table.conditions, columns, strict=True)
        ]
    )
    counts = pd.DataFrame(
        [
            {
                "row": label,
                "column": last,
                "text": _("{some} of {all}").format(some=row["n_with_outcome"], all=row["n"]),
                "below": _("contradictory") if row["contradiction"] else "",
            }
            for label, (_i, row) in zip(labels, order.iterrows(), strict=True)
        ]
    )
    x = alt.X("column:N", sort=[*columns, last], title=None, axis=top_axis([*columns, last]))
    axis = names_axis(grid=False)
    y = alt.Y("row:N", sort=labels, title=None, axis=axis)
    layers = [
        alt.Chart(signs)
        .mark_point(size=260, strokeWidth=2, opacity=1, stroke=colour("teal"))
        .encode(
            x=x, y=y, fill=alt.Fill("fill:N", scale=None), tooltip=[alt.Tooltip("column:N"), alt.Tooltip("words:N")]
        ),
        alt.Chart(counts).mark_text(fontWeight=600, dy=-4).encode(x=x, y=y, text=alt.Text("text:N")),
        alt.Chart(counts).mark_text(dy=13, color=colour("orange")).encode(x=x, y=y, text=alt.Text("below:N")),
    ]
    text = {
        "n": table.n_sites,
        "rows": len(order),
        "against": len(table.contradictions),
        "in_place": figure_text(found.in_place),
        "success": figure_text(found.success),
        "unit": outcome.difference_unit,
        "absent": table.n_remainders,
        "each": "; ".join(
            f"{label}: {row['text']}".replace("\n", " ")
            for label, (_i, row) in zip(labels, counts.iterrows(), strict=True)
        ),
    }
    rows = [
        [label.replace("\n", " "), *(_yes(row[each]) for each in table.conditions), percent(row["consistency"])]
        for label, (_i, row) in zip(labels, order.iterrows(), strict=True)
    ]
    heads = [_("Areas"), *(names[each] for each in table.conditions), _("Changed enough")]
    return figure(
        layered_rows(layers, labels, 62 * len(labels)),
        "truth-table",
        text,
        title=_("Areas with the same conditions in place ended differently")
        if table.contradictions
        else _("Areas with the same conditions in place ended alike"),
        note=_(
            "{n} areas. Filled: in place (score {in_place} or more). Changed enough: {success} or more for the better "
            "({unit}). {absent} combinations do not occur."
        ),
        alt_text=_("Truth table of {rows} combinations of conditions, {against} of them contradictory. {each}."),
        data=Table(heads, rows, numeric=(len(heads) - 1,)),
    )


def _yes(value: object) -> str:
    return _("in place") if value else _("not in place")


@guarded
def paths_table(found: Combinations, names: Mapping[str, str], outcome: Outcome) -> Block:
    """List the paths of the conservative and the parsimonious solution, with consistency and coverage."""
    if found.table.contradictions:
        return Paragraph(_("No paths are listed: areas with the same conditions in place ended differently."))
    kinds = ((_("conservative"), found.conservative), (_("parsimonious"), found.parsimonious))
    rows = [
        row
        for kind, solution in kinds
        if isinstance(solution, SufficientCombinations)
        for number_of, model in enumerate(solution.models[:3], 1)
        for row in _model_rows(f"{kind} {number_of}" if solution.ambiguous else kind, model, names, outcome)
    ]
    if not rows:
        return Paragraph(_("No combination of conditions goes with enough change in most of its areas."))
    columns = [_("Solution"), _("Combination"), _("Consistency"), _("Coverage"), _("Areas")]
    return Table(columns, rows, _("Combinations that go with enough change"), "paths", numeric=(2, 3))


def _model_rows(kind: str, model: Model, names: Mapping[str, str], outcome: Outcome) -> list[list[str]]:
    return [
        [
            kind,
            path_words(path.conditions, names),
            percent(path.consistency),
            percent(path.raw_coverage),
            listing([outcome.name_of(site) for site in path.sites]),
        ]
        for path in model.paths
    ]


def path_words(conditions: tuple[tuple[str, bool], ...], names: Mapping[str, str]) -> str:
    """A combination in words: what is in place, and what is not."""
    parts = [
        names[name].lower() if there else _("no {condition}").format(condition=names[name].lower())
        for name, there in conditions
    ]
    return listing(parts) or _("any conditions")


@guarded
def section_shifts(changes: SectionChanges, names: Mapping[str, str]) -> Figure:
    """Draw how far each part of the partners' survey moved between the first round and the last."""
    known = {name: each for name, each in changes.sections.items() if isinstance(each, PairedWaves)}
    order = sorted(known, key=lambda name: -known[name].shift.value)
    dots = [
        Dot(
            _("All parts together"),
            changes.overall.shift.value,
            changes.overall.shift.low,
            changes.overall.shift.high,
            True,
        ),
        *(
            Dot(in_lines(names[name], 32), known[name].shift.value, known[name].shift.low, known[name].shift.high)
            for name in order
        ),
    ]
    overall = changes.overall
    text = {
        "n": overall.n,
        "partners": overall.n_clusters or 0,
        "shift": signed(overall.shift.value),
        "first": names[changes.first_round],
        "last": names[changes.last_round],
        "each": "; ".join(f"{dot.name} {signed(dot.value)}".replace("\n", " ") for dot in dots),
    }
    if not overall.shift.leaves_out(0.0):
        title = _("Whether partners see the work otherwise than before is inconclusive")
    elif overall.shift.value > 0:
        title = _("Partners see more of it in place than in the first round")
    else:
        title = _("Partners see less of it in place than in the first round")
    return figure(
        interval_dots(dots, _("Shift in steps of the scale"), reference=0),
        "partners-shift",
        text,
        title=title,
        note=_(
            "{n} people of {partners} partners who answered both {first} and {last}. Lines: 95% intervals; at zero "
            "nothing moved."
        ),
        alt_text=_("Dots with intervals: shift of each part of the survey. {each}."),
        data=dots_table(dots, _("Part of the survey"), _("Shift")),
    )


@guarded
def handing_over(features: SiteFeatures, names: Mapping[str, str], in_place: float) -> Table:
    """List in how many areas each condition is in place, and what that asks for."""
    rows = [
        [
            names[each],
            figure_text(share.mean()),
            f"{(share >= in_place).sum()} / {len(share)}",
            _proposal(share >= in_place),
        ]
        for each in features.conditions
        for share in [features.frame[each].dropna()]
    ]
    columns = [_("Condition"), _("Mean score"), _("In place in areas"), _("Proposal")]
    return Table(columns, rows, _("What to keep, sustain and hand over"), "hand-over", numeric=(1, 2))


def _proposal(there: "pd.Series[bool]") -> str:
    return {
        "hand_over": _("hand over: let the areas carry it themselves"),
        "sustain": _("sustain: go on supporting it where it is not yet in place"),
        "build": _("build anew, or ask whether it is needed"),
    }[what_to_do(there)]


def what_to_do(there: "pd.Series[bool]") -> str:
    """What the spread of a condition over areas asks for: ``hand_over`` from `WIDELY` on, ``build`` under `RARELY`."""
    share = float(there.mean()) if len(there) else 0.0
    return "hand_over" if share >= WIDELY else "sustain" if share >= RARELY else "build"
