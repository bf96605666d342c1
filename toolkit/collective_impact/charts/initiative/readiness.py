"""Pictures of readiness: what raters gave each criterion against the gate, and how far the components have come."""

from collections.abc import Hashable, Mapping, Sequence
from math import isnan
from typing import Any

import altair as alt
import pandas as pd

from collective_impact.analysis.initiative.readiness import DONE, ScoredRound, tasks_of_phase
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import Layer, Role, colour, in_lines, layered_rows, names_axis
from collective_impact.charts.matrix import MatrixCell, matrix
from collective_impact.framework.catalogue import concepts, entry
from collective_impact.framework.instrument import Item
from collective_impact.framework.vocabulary import Phase, label
from collective_impact.language import listing, number, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

ROW_HEIGHT, LINE = 36, 21
"""Height of a row with a short name, and of each line of a longer one, in pixels."""
NAME_WIDTH = 34
"""Characters in a line of a name."""


@guarded
def fit_figure(scored: ScoredRound) -> Figure:
    """Draw the fit questions against the gate."""
    below = _below(scored, scored.round.instrument.scale_items)
    title = (
        translate_plural(
            "{n} fit question speaks against collective impact here",
            "{n} fit questions speak against collective impact here",
            below,
        )
        if below
        else _("Every fit question that was scored speaks for collective impact")
    )
    return _criteria_figure(scored, scored.round.instrument.scale_items, "fit", title.format(n=below), short=True)


@guarded
def preconditions_figure(scored: ScoredRound) -> Figure:
    """Draw the preconditions against the gate."""
    own = _of_section(scored, "readiness_preconditions")
    below = _below(scored, own)
    title = (
        translate_plural(
            "{n} precondition falls short, and the weakest decides",
            "{n} preconditions fall short, and the weakest decides",
            below,
        )
        if below
        else _("No precondition that was scored falls short of the gate")
    )
    return _criteria_figure(scored, own, "preconditions", title.format(n=below), short=True)


@guarded
def parts_figure(scored: ScoredRound, section: str) -> Figure | Insufficient:
    """Draw the parts of a section of the readiness instrument, the weakest first."""
    own = _of_section(scored, section)
    known = scored.scores.items.loc[[item.id for item in own], "median"].count()
    if not known:
        return Insufficient("no_ratings")
    below = _below(scored, own)
    words = {"n": below, "all": len(own), "section": _section_name(scored, section)}
    title = (
        translate_plural(
            "{section}: {n} of {all} parts is weaker than sufficient",
            "{section}: {n} of {all} parts are weaker than sufficient",
            below,
        )
        if below
        else _("{section}: no part that was scored is weaker than sufficient")
    )
    return _criteria_figure(scored, own, section.replace("_", "-"), title.format(**words))


def _below(scored: ScoredRound, items: Sequence[Item]) -> int:
    medians = scored.scores.items.loc[[item.id for item in items], "median"]
    return int((medians < scored.at_least).sum())


def _of_section(scored: ScoredRound, section: str) -> tuple[Item, ...]:
    return tuple(item for item in scored.round.instrument.scale_items if item.section == section)


def _section_name(scored: ScoredRound, section: str) -> str:
    return next(str(each.name) for each in scored.round.instrument.sections if each.id == section)


def _criteria_figure(
    scored: ScoredRound, items: Sequence[Item], name: str, title: str, *, short: bool = False
) -> Figure:
    """Draw criteria from the weakest to the strongest; ``short`` names them by their concept, not their question."""
    rows = scored.scores.items.loc[[item.id for item in items]].copy()
    rows["name"] = [str(entry(item.concept).name) if short else str(item.text) for item in items]
    rows = rows.sort_values("median", kind="stable", na_position="first")
    frame = rows.assign(
        shown=[_shown(row) for row in rows.to_dict("records")],
        below=rows["median"] < scored.at_least,
    )
    n = int(rows["n"].max())
    words = {
        "gate": number(scored.at_least, 0),
        "raters": translate_plural("{n} rater", "{n} raters", n).format(n=n),
        "wave": scored.round.wave,
        "lines": listing([f"{row['name']} {row['shown']}" for row in frame.to_dict("records")]),
    }
    return figure(
        _dots(frame, items[0], scored.at_least),
        name,
        words | {"title": title},
        title="{title}",
        note=_(
            "Dot: the middle score of {raters} ({wave}); bar: from the lowest to the highest. Diamond: below the gate "
            "of {gate}."
        ),
        alt_text=_("Dot plot of scores against a gate of {gate}, with the lowest and highest score: {lines}."),
        data=_criteria_table(frame),
    )


def _shown(row: Mapping[Hashable, Any]) -> str:
    if isnan(row["median"]):
        return _("not scored")
    middle, low, high = (number(row[each], 0) for each in ("median", "lowest", "highest"))
    return middle if low == high else f"{middle} ({low}–{high})"


def _dots(frame: pd.DataFrame, item: Item, at_least: float) -> alt.LayerChart:
    if item.scale is None:
        raise ValueError(f"{item.id}: found no scale; expected a criterion that is scored")
    first, last = item.scale.minimum, item.scale.maximum
    names = [in_lines(name, NAME_WIDTH) for name in frame["name"].astype(str)]
    data = frame.assign(start=first, name=names, fall=frame["below"].astype(bool))
    labels = names_axis(labelColor=colour("ink"))
    y = alt.Y("name:N", sort=names, title=None, axis=labels)
    steps = [f"datum.value == {a.value} ? '{a.value} {_first_words(a.label)}'" for a in item.scale.anchors]
    axis = alt.Axis(values=list(range(first, last + 1)), labelExpr=" : ".join([*steps, "datum.label"]), grid=True)
    x = alt.X("median:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False), axis=axis)
    base = alt.Chart(data)
    known = base.transform_filter("isValid(datum.median)")
    gate = alt.Chart(pd.DataFrame({"median": [at_least], "label": [_("Gate: {score}").format(score=int(at_least))]}))
    layers: list[Layer] = [
        gate.mark_rule(color=colour("ink"), strokeDash=[5, 3]).encode(x=x),
        gate.mark_text(align="left", dx=5, y=-6, color=colour("ink")).encode(x=x, text=alt.Text("label:N")),
        known.mark_rule(strokeWidth=5, color=colour("line")).encode(x=alt.X("lowest:Q"), x2=alt.X2("highest:Q"), y=y),
        *(_marks(known, x, y, fall, shape, role) for fall, shape, role in _SHAPES),
        known.mark_text(align="left", dx=12, fontWeight=600).encode(
            x=alt.X("highest:Q"), y=y, text=alt.Text("shown:N")
        ),
        base.transform_filter("!isValid(datum.median)")
        .mark_text(align="left", color=colour("muted"), fontStyle="italic")
        .encode(x=alt.X("start:Q"), y=y, text=alt.Text("shown:N")),
    ]
    lines = 1 + max(name.count("\n") for name in names)
    room = {"left": 4, "right": 56, "top": 22, "bottom": 4}
    chart = layered_rows(layers, names, max(ROW_HEIGHT, LINE * lines) * len(names))
    return chart.properties(width=float(chart.width) - room["right"] + 12, padding=room)


_SHAPES: tuple[tuple[str, str, Role], ...] = (("!datum.fall", "circle", "teal"), ("datum.fall", "diamond", "orange"))


def _marks(known: alt.Chart, x: alt.X, y: alt.Y, which: str, shape: str, role: Role) -> alt.Chart:
    mark = known.transform_filter(which).mark_point(shape=shape, size=150, filled=True, opacity=1, color=colour(role))
    placed: alt.Chart = mark.encode(x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("shown:N")])
    return placed


def _first_words(text: object) -> str:
    """What an anchor says before its colon, as it can stand in an expression."""
    return str(text).partition(":")[0].replace("\\", "").replace("'", "’")


def _criteria_table(frame: pd.DataFrame) -> Table:
    rows = [[row["name"], _shown(row), number(row["n"], 0)] for row in frame.to_dict("records")]
    return Table([_("Criterion"), _("Scores"), _("Raters")], rows, numeric=(1, 2))


@guarded
def components_figure(scored: ScoredRound, phase: Phase | None) -> Figure:
    """Draw how far the four components have come in each phase; the present one is named."""
    items = scored.round.instrument.scale_items
    tasks = {item.id: next(task for task in concepts("component_task") if task.id == item.concept) for item in items}
    middle = scored.scores.items["median"].astype(float)
    medians = {item.id: float(middle[item.id]) for item in items}
    top = max(item.scale.maximum for item in items if item.scale)
    cells = [
        MatrixCell(
            row=str(entry(tasks[item.id].component).name),
            column=phase_name(tasks[item.id].phase, phase),
            shade=_shade(medians[item.id], top),
            text="–" if isnan(medians[item.id]) else number(medians[item.id], 0),
        )
        for item in items
    ]
    own = tasks_of_phase(scored, phase)
    words = {
        "done": 0 if isinstance(own, Insufficient) else int((own >= DONE).sum()),
        "all": 0 if isinstance(own, Insufficient) else len(own),
        "phase": quote(label(phase)) if phase else "",
        "wave": scored.round.wave,
        "top": number(top, 0),
        "cells": listing([f"{cell.row}, {cell.column}: {cell.text}" for cell in cells]),
    }
    title = (
        _("How far the four components have come in each phase")
        if isinstance(own, Insufficient)
        else _("{done} of {all} components have done their task of the present phase")
    )
    return figure(
        matrix(cells, framed=phase_name(phase, phase)),
        "components",
        words,
        title=title,
        note=_(
            "Middle score of the raters ({wave}): 0 is not begun, 3 is done and part of the work, {top} is reviewed "
            "and improved too."
        ),
        alt_text=_("Table of components by phase with their scores from 0 to {top}. {cells}."),
        data=_tasks_table(scored),
    )


def _shade(score: float, top: float) -> float | None:
    """The top step stands out; the middle ones stay light enough for dark figures."""
    return None if isnan(score) else 0.95 if score == top else 0.6 * score / top


def phase_name(phase: Phase | None, present: Phase | None) -> str:
    """Name of a phase at the head of a column, with a word where it is the present one."""
    name = label(phase) if phase else ""
    return _("{phase} (now)").format(phase=name) if phase is not None and phase == present else name


def _tasks_table(scored: ScoredRound) -> Table:
    items = scored.round.instrument.scale_items
    frame = scored.scores.items.loc[[item.id for item in items]]
    return _criteria_table(frame.assign(name=[str(item.text) for item in items]))
