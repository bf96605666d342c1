"""Pictures of what emerges: the way from noticing to adoption, what led to which change, how long decisions take."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from collective_impact.analysis.initiative.emergence_steps import STEPS, EmergenceSteps
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.flow import Branch, Stage, flow
from collective_impact.charts.lanes import Happening, lanes
from collective_impact.charts.marks import Layer, Role, colour, layered
from collective_impact.charts.matrix import MatrixCell, matrix, matrix_table
from collective_impact.data.schema import table_schema
from collective_impact.framework.catalogue import entry
from collective_impact.language import listing, number, percent, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.change.response_lag import ResponseLag
from collective_impact.statistics.insufficient import Insufficient, guarded

Row = Mapping[Hashable, Any]

CAPABILITY = {
    "noticed": "collective_vigilance",
    "taken_up": "collective_learning",
    "acted_on": "collective_action",
    "adopted": "collective_action",
}
"""Which of the three capabilities each step takes."""


def step_name(step: str) -> str:
    """Name of a step from noticing to adoption."""
    return {
        "noticed": _("Noticed"),
        "taken_up": _("Reflected on"),
        "acted_on": _("Decided"),
        "adopted": _("Adopted"),
    }[step]


def kind_name(kind: str) -> str:
    """Name of a kind of entry, as the table's schema calls it."""
    return table_schema("emergence").field("kind").label_of(kind)


@guarded
def emergence_flow(steps: EmergenceSteps) -> Figure:
    """Draw the way from noticing over reflection and decision to adoption, with what stays open at each step."""
    stages = [Stage(step_name(step), str(entry(CAPABILITY[step]).name), steps.count(step)) for step in STEPS]
    branches = [
        Branch(0, _("not reflected on yet"), steps.waiting, "orange"),
        Branch(1, _("no decision yet"), steps.undecided, "orange"),
        Branch(1, _("closed without action"), steps.count("closed"), "grey"),
        Branch(2, _("adopted by nobody yet"), steps.not_adopted, "orange"),
    ]
    rows = [[stage.name, stage.capability, number(stage.count, 0)] for stage in stages]
    rows += [[branch.name, "", number(branch.count, 0)] for branch in branches]
    words = {step: steps.count(step) for step in STEPS} | {
        "open": steps.waiting + steps.undecided,
        "closed": steps.count("closed"),
    }
    return figure(
        flow(stages, [branch for branch in branches if branch.count]),
        "emergence-flow",
        words,
        title=_("{acted_on} of {noticed} things noticed have led to a decision"),
        note=_("Entries of the emergence log; a band is as wide as its number. Orange: still open ({open})."),
        alt_text=_(
            "Flow from left to right: {noticed} entries noticed, {taken_up} reflected on, {acted_on} decided, "
            "{adopted} adopted by partners. {open} are still open and {closed} were closed without action."
        ),
        data=Table([_("Step"), _("Capability"), _("Entries")], rows, numeric=(2,)),
    )


@guarded
def steps_by_kind(steps: EmergenceSteps) -> Figure:
    """Show how far each kind of entry has come, the most frequent kind first."""
    cells = [
        MatrixCell(kind_name(str(kind)), step_name(step), counts[step] / counts["noticed"], number(counts[step], 0))
        for kind, counts in steps.by_kind.to_dict("index").items()
        for step in STEPS
    ]
    kinds = steps.by_kind
    share = kinds["acted_on"] / kinds["noticed"]
    through = [kind_name(str(kind)).lower() for kind in kinds.index[share == 1]]
    words = {
        "kinds": listing(through),
        "n": len(kinds),
        "low": percent(float(share.min())),
        "high": percent(float(share.max())),
    }
    title = _("Between {low} and {high} of the entries of a kind led to a decision")
    if through:
        title = _("All entries of these kinds led to a decision: {kinds}")
    return figure(
        matrix(cells),
        "emergence-by-kind",
        words,
        title=title,
        note=_("Entries by kind and step; the darker, the larger the share of what was noticed."),
        alt_text=_(
            "Table of counts by kind of entry and step. Between {low} and {high} of the entries of a kind have led to "
            "a decision."
        ),
        data=matrix_table(cells, _("Kind")),
    )


def adaptation_timeline(entries: pd.DataFrame, register: pd.DataFrame, changes: pd.DataFrame) -> Figure | Insufficient:
    """Draw what was noticed, decided and changed on one time line, with lines between what led to what.

    Parameters
    ----------
    entries, register, changes : DataFrame
        As from `collective_impact.analysis.initiative.emergence_log`.
    """
    if entries.empty and changes.empty:
        return Insufficient("no_rows", 0, 1, "adaptation")
    noticed = {row["entry_id"]: _noticed(row, len(entries)) for row in entries.to_dict("records")}
    from_log = {*entries.loc[entries["decision_id"] != "", "decision_id"]}
    decided = {row["decision_id"]: _decided(row, from_log, len(register)) for row in register[::-1].to_dict("records")}
    changed = [_changed(row, len(changes)) for row in changes.to_dict("records")]
    happenings = [*noticed.values(), *decided.values(), *changed]
    links = _links(entries, changes, noticed, decided, changed)
    last = set(changed) | {before for before, after in links if after in changed}
    whole = [(before, after) for before, after in links if after in last]
    broken = [(before, after) for before, after in links if after not in last]
    triggered = int((changes["entry_id"] != "").sum())
    words = {
        "noticed": len(noticed),
        "decided": len(decided),
        "changed": len(changed),
        "triggered": triggered,
        "first": min(each.begins for each in happenings).year,
        "last": max(each.begins for each in happenings).year,
    }
    return figure(
        lanes(happenings, whole, faint=broken, lane_height=84, size=60),
        "adaptation-timeline",
        words,
        title=translate_plural(
            "{changed} change of plan; {triggered} began with something noticed",
            "{changed} changes of plan; {triggered} began with something noticed",
            len(changed),
        ),
        note=_(
            "{first}–{last}. Lines lead from what was noticed over its decision to the change; faint where nothing was "
            "changed. Empty marks in orange are open; grey ones were closed, or decided on other grounds."
        ),
        alt_text=_(
            "Time line with lanes. {noticed} entries of the log, {decided} decisions and {changed} changes of plan "
            "from {first} to {last}; {triggered} of the changes go back to an entry of the log."
        ),
        data=_chains_table(changes, noticed, decided),
    )


def _chains_table(changes: pd.DataFrame, noticed: Mapping[str, Happening], decided: Mapping[str, Happening]) -> Table:
    """When what led to each change was noticed and decided, and when the change applied."""
    rows = [
        [
            _when(noticed.get(row["entry_id"])),
            _when(decided.get(row["decision_id"])),
            row["date"].date().isoformat(),
            str(row["what_changed"]),
        ]
        for row in changes.to_dict("records")
    ]
    return Table([_("Noticed"), _("Decided"), _("Changed"), _("What changed")], rows)


def _when(happening: Happening | None) -> str:
    return happening.begins.isoformat() if happening else "–"


def _noticed(row: Row, n: int) -> Happening:
    role: Role = "teal" if row["acted_on"] else "grey" if row["closed"] else "orange"
    hollow = not row["acted_on"]
    lane, text = f"{_('Noticed')} ({n})", str(row["description"])
    return Happening(lane, row["date"].date(), None, text, role=role, hollow=hollow)


def _decided(row: Row, from_log: set[str], n: int) -> Happening:
    role: Role = "teal" if row["decision_id"] in from_log else "grey"
    return Happening(f"{_('Decided')} ({n})", row["date"].date(), None, str(row["summary"]), role=role)


def _changed(row: Row, n: int) -> Happening:
    role: Role = "teal" if row["entry_id"] else "grey"
    return Happening(f"{_('Changed')} ({n})", row["date"].date(), None, str(row["what_changed"]), role=role)


def _links(
    entries: pd.DataFrame,
    changes: pd.DataFrame,
    noticed: dict[str, Happening],
    decided: dict[str, Happening],
    changed: Sequence[Happening],
) -> list[tuple[Happening, Happening]]:
    answered = zip(entries["entry_id"], entries["decision_id"], strict=True)
    pairs = [(noticed[entry_id], decided[decision]) for entry_id, decision in answered if decision in decided]
    for change, entry_id, decision in zip(changed, changes["entry_id"], changes["decision_id"], strict=True):
        before = decided.get(decision) or noticed.get(entry_id)
        pairs += [(before, change)] if before else []
    return pairs


@guarded
def lag_curve(lag: ResponseLag) -> Figure:
    """Draw the share that has a decision by the days since it was noticed, as a step curve with its interval."""
    table, median = lag.curve.curve, lag.curve.median
    done = table.loc[table["done"] > 0, "duration"]
    most = max(lag.within, 1.15 * float(done.max())) if len(done) else lag.within
    shown = table[table["duration"] <= most]
    tail = shown.tail(1).assign(duration=most, done=0, left_open=0)
    steps = pd.concat([shown, tail], ignore_index=True)
    steps = steps.assign(value=1 - steps["share_open"], low=1 - steps["high"], high=1 - steps["low"])
    scale = alt.Scale(domain=[0, most], nice=False)
    x = alt.X("duration:Q", title=_("Days since it was noticed"), scale=scale, axis=alt.Axis(tickCount=8))
    share = alt.Scale(domain=[0, 1])
    y = alt.Y("value:Q", title=_("Share with a decision"), scale=share, axis=alt.Axis(format="%"))
    base = alt.Chart(steps)
    band = base.mark_area(interpolate="step-after", color=colour("teal"), opacity=0.15)
    ticks = steps[steps["left_open"] > 0]
    layers: list[Layer] = [
        band.encode(x=x, y=alt.Y("low:Q", scale=share), y2=alt.Y2("high:Q")),
        base.mark_line(interpolate="step-after", color=colour("teal"), strokeWidth=2.5).encode(x=x, y=y),
        alt.Chart(ticks).mark_tick(orient="vertical", color=colour("ink"), size=14, thickness=2).encode(x=x, y=y),
        *_half_line(median.value, most, x),
    ]
    words = {
        "n": lag.curve.n,
        "done": lag.curve.n_done,
        "open": lag.curve.n_open,
        "median": number(median.value, 0) if median.value < float("inf") else "",
        "within": number(lag.within, 0),
        "later": int((table.loc[table["duration"] > most, "left_open"]).sum()),
    }
    half = median.value <= most
    return figure(
        layered(layers),
        "decision-lag",
        words,
        title=_("Half of what is noticed gets its decision within {median} days")
        if half
        else _("Less than half of what was noticed has a decision yet"),
        note=_(
            "{n} entries, {open} of them still open (upright ticks; {later} have waited longer than shown here). "
            "The band is the 95% interval."
        ),
        alt_text=_("Step curve that rises with the days since something was noticed. {done} of {n} have a decision.")
        + (" " + _("Half have it after {median} days.") if half else ""),
        data=_lag_table(lag),
    )


def _half_line(median: float, most: float, x: alt.X) -> list[Layer]:
    """Dashed lines to where half have their decision; none where the curve does not come as far."""
    if not median <= most:
        return []
    label = _("half after {days} days").format(days=number(median, 0))
    at = pd.DataFrame({"duration": [median], "value": [0.5], "zero": [0.0], "label": [label]})
    base = alt.Chart(at)
    dashed = base.mark_rule(strokeDash=[5, 4], color=colour("orange"), strokeWidth=1.8)
    down = dashed.encode(x=x, y=alt.Y("zero:Q"), y2=alt.Y2("value:Q"))
    across = dashed.encode(x=alt.X("zero:Q"), x2=alt.X2("duration:Q"), y=alt.Y("value:Q"))
    text = base.mark_text(align="left", dx=8, dy=14, fontWeight=600, color=colour("orange"))
    return [down, across, text.encode(x=x, y=alt.Y("value:Q"), text=alt.Text("label:N"))]


def _lag_table(lag: ResponseLag) -> Table:
    """The curve where it stands after 30, 60, 90, 180 and 365 days."""
    table = lag.curve.curve
    rows = []
    for days in (30, 60, 90, 180, 365):
        reached = table[table["duration"] <= days].iloc[-1]
        ends = [percent(1 - float(reached[column])) for column in ("share_open", "high", "low")]
        rows.append([number(days, 0), *ends])
    return Table([_("Days"), _("Share with a decision"), _("Low"), _("High")], rows, numeric=(0, 1, 2, 3))
