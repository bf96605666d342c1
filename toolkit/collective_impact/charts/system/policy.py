"""Pictures of policies on their way from a proposal to being followed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from collective_impact.analysis.system.records import policy_states
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.lanes import LANE_HEIGHT, LANE_WIDTH, Happening, lanes
from collective_impact.charts.marks import Role, in_lines
from collective_impact.data.schema import table_schema
from collective_impact.language import day_in_table, number
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.policy_stages import CLOSING, PolicyStages, StageStep
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.survival import Survival

MOST = 12
_LOOKS: dict[str, tuple[Role, bool]] = {
    "proposed": ("grey", True),
    "adopted": ("grey", False),
    "implemented": ("teal", False),
    "enforced": ("teal", False),
    "defended": ("teal", False),
}


@guarded
def policy_lanes(paths: pd.DataFrame, as_of: date) -> Figure | Insufficient:
    """Draw the way of each policy through its stages, one lane each."""
    if paths.empty:
        return Insufficient("no_rows", 0, 1, "policy_event")
    shown = list(dict.fromkeys(paths["policy_id"]))[:MOST]
    drawn = paths[paths["policy_id"].isin(shown)]
    last = ~drawn["policy_id"].duplicated(keep="last")
    marks = [_step(row, as_of, last=now) for (_i, row), now in zip(drawn.iterrows(), last, strict=True)]
    states = policy_states(paths)["state"].value_counts()
    words = {
        "force": states.get("in_force", 0),
        "n": paths["policy_id"].nunique(),
        "adopted": states.get("adopted", 0),
        "proposed": states.get("proposed", 0),
        "closed": states.get("closed", 0),
        "shown": len(shown),
    }
    return figure(
        lanes(marks, lane_height=_lane_height(marks)),
        "policies",
        words,
        title=_("{force} of {n} policies are in force; {closed} were turned down"),
        note=_(
            "Hollow: proposed; grey: adopted; teal: carried out; circle: turned down, withdrawn or repealed. The word "
            "says where each stands now."
        )
        + (" " + _("The first {shown} of {n}.") if len(shown) < words["n"] else ""),
        alt_text=_(
            "Lanes of {n} policies over time: {force} in force, {adopted} adopted but not carried out, "
            "{proposed} proposed, {closed} turned down."
        ),
        data=_path_table(drawn),
    )


def _lane_height(marks: Sequence[Happening]) -> int:
    """Enough for the name with most lines."""
    return max(LANE_HEIGHT, 18 * max(in_lines(each.lane, LANE_WIDTH).count("\n") + 1 for each in marks))


def _step(row: "pd.Series[Any]", as_of: date, *, last: bool) -> Happening:
    """A stage that a policy went through, its name written where it is the last one so far."""
    stage, begins = row["stage"], row["date"].date()
    lane = row["name"]
    text = table_schema("policy_event").field("stage").label_of(stage)
    if stage in CLOSING:
        return Happening(lane, begins, None, text, text, "orange", hollow=True, label_at="beside")
    ends = as_of if pd.isna(row["until"]) else row["until"].date()
    role, hollow = _LOOKS.get(stage, ("grey", True))
    return Happening(lane, begins, max(ends, begins), text, text if last else "", role, hollow, label_at="end")


def _path_table(paths: pd.DataFrame) -> Table:
    """The same as a table: each stage with its day."""
    field = table_schema("policy_event").field("stage")
    rows = [
        [row["name"], field.label_of(row["stage"]), day_in_table(row["date"].date())] for _i, row in paths.iterrows()
    ]
    return Table([_("Policy"), _("Stage"), _("When")], rows)


@guarded
def pipeline_table(stages: PolicyStages) -> Table:
    """List how many policies got from each stage to the next, and how long half of them took."""
    field = table_schema("policy_event").field("stage")
    rows = [
        [
            _("{origin} to {target}").format(
                origin=field.label_of(step.origin), target=field.label_of(step.target).lower()
            ),
            *(number(count, 0) for count in (step.n, step.n_reached, step.n_open, step.n_closed)),
            _days(step),
        ]
        for step in stages.steps
    ]
    caption = _("From stage to stage: {n} policies; days are estimated from 10 policies on")
    columns = [_("Step"), _("Policies"), _("Got there"), _("On their way"), _("Turned down"), _("Half within (days)")]
    return Table(columns, rows, caption.format(n=stages.n_policies), "pipeline", numeric=(1, 2, 3, 4))


def _days(step: StageStep) -> str:
    if not isinstance(step.days, Survival):
        return _("too few policies")
    low, value, high = (
        _("not yet") if each == float("inf") else number(each, 0)
        for each in (step.days.median.low, step.days.median.value, step.days.median.high)
    )
    return _("{value} ({low} to {high})").format(value=value, low=low, high=high)
