"""Pictures of power: who has how much of it and how interested they are, where they stand, and how both have moved."""

import json

import altair as alt
import pandas as pd

from collective_impact.analysis.context.power_map import MOST_POWER, PowerMap
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import Layer, colour, in_lines, layered_rows, names_axis
from collective_impact.data.schema import table_schema
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_ACTORS = 20
MOST_MOVES = 12
ROW = 36
LETTERS = 28
HALF = MOST_POWER / 2


@guarded
def power_grid(power: PowerMap) -> Figure | Insufficient:
    """Draw the power-interest grid: actors from most power to least by their interest, with where it was before.

    Each actor has a line of its own, so that names and arrows never meet; the number in the circle is the stance.
    """
    known = power.actors.dropna(subset=["power", "interest"])
    if known.empty:
        return Insufficient("no_power", 0, 1)
    shown = known.sort_values(["power", "interest"], ascending=False, kind="stable").head(MOST_ACTORS)
    frame = _lines(shown, "interest")
    frame["name"] = [in_lines(name, LETTERS) for name in shown["name"]]
    frame["amount"] = [_power(row) for _i, row in shown.iterrows()]
    title = _("Interest in the problem (0–4)")
    axis = alt.Axis(values=[0, 1, 2, 3, 4], format="d", grid=True, labelOverlap=False)
    x = alt.X("value:Q", title=title, scale=alt.Scale(domain=[-0.9, 4.3], nice=False), axis=axis)
    layers = [*_corner(frame), *_amounts(frame), *_moves(frame, x), *_marks(frame, x)]
    close = known[(known["power"] > HALF) & (known["interest"] > 2)]
    words = {
        "n": len(known),
        "shown": len(shown),
        "close": len(close),
        "for": int((close["stance"] > 0).sum()),
        "first": power.first,
        "last": power.last,
        "most": MOST_POWER,
    }
    return figure(
        layered_rows(layers, frame["name"], ROW * len(frame)),
        "power-grid",
        words,
        title=_("{for} of {close} powerful and interested actors are for the common agenda")
        if len(close)
        else _("No actor of {n} is both powerful and interested"),
        note=_power_note(power),
        alt_text=_(
            "Power-interest grid of {shown} actors in {last}. {close} have over half of the greatest power and much "
            "interest; {for} of them are for the common agenda."
        ),
        data=_grid_table(shown),
    )


def _power_note(power: PowerMap) -> str:
    note = _("{last}. Power: formal and informal, of {most} at most. In the circle: stance, from −2 to +2.")
    if bool((power.actors["power"] > HALF).any()):
        note += " " + _("Shaded: more than half of the greatest power and much interest.")
    return note + (" " + _("Small dots: interest in {first}.") if power.first else "")


@guarded
def stance_shifts(power: PowerMap) -> Figure | Insufficient:
    """Draw how far each actor's stance moved from the first round to the last, those that moved furthest first."""
    if not power.first:
        return Insufficient("too_few_rounds", power.n_rounds, 2)
    moved = power.moved
    if moved.empty:
        return Insufficient("too_few_pairs", 0, 1)
    order = moved[moved != 0].sort_values(key=lambda each: -each.abs(), kind="stable")
    still = int((moved == 0).sum())
    words = {
        "n": len(moved),
        "towards": int((moved > 0).sum()),
        "away": int((moved < 0).sum()),
        "still": still,
        "first": power.first,
        "last": power.last,
        "shown": min(len(order), MOST_MOVES),
    }
    actors = power.actors.loc[(order if len(order) else moved).head(MOST_MOVES).index]
    frame = _lines(actors, "stance")
    frame["name"] = [in_lines(name, LETTERS) for name in actors["name"]]
    names = alt.Axis(values=[-2, -1, 0, 1, 2], grid=True, labelExpr=_stance_words(), labelOverlap=False)
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[-2.3, 2.3], nice=False), axis=names)
    return figure(
        layered_rows([*_moves(frame, x), *_marks(frame, x)], frame["name"], ROW * len(frame)),
        "stance-shift",
        words,
        title=_("{towards} of {n} actors moved towards the common agenda, {away} away"),
        note=_("Small dot: {first}; circle: {last}. {still} actors stayed where they were and are not drawn.")
        if len(order)
        else _("Nobody moved between {first} and {last}."),
        alt_text=_(
            "Lines from where {shown} actors stood in {first} to where they stood in {last}: {towards} of {n} moved "
            "towards the common agenda, {away} away, {still} stayed."
        ),
        data=_stance_table(power.actors.loc[moved.index].assign(shift=moved), power),
    )


def _lines(actors: pd.DataFrame, column: str) -> pd.DataFrame:
    """A row for each actor: where it was, where it is, and its stance in figures."""
    return pd.DataFrame(
        {
            "value": actors[column].to_numpy(),
            "before": actors[f"first_{column}"].to_numpy(),
            "power": actors["power"].to_numpy(),
            "mark": [_signed(each) for each in actors["stance"]],
            "side": [_side(each) for each in actors["stance"]],
        }
    )


def _rows(frame: pd.DataFrame) -> alt.Y:
    axis = names_axis(grid=False)
    return alt.Y("name:N", sort=frame["name"].tolist(), title=None, axis=axis)


def _moves(frame: pd.DataFrame, x: alt.X) -> list[Layer]:
    """A line from where each actor was, which begins with a small dot."""
    moved = frame[frame["before"].notna() & (frame["before"] != frame["value"])]
    if moved.empty:
        return []
    base, rows = alt.Chart(moved), _rows(frame)
    return [
        base.mark_rule(strokeWidth=2, color=colour("grey")).encode(x=alt.X("before:Q"), x2=alt.X2("value:Q"), y=rows),
        base.mark_point(size=40, filled=True, opacity=1, color=colour("grey")).encode(x=alt.X("before:Q"), y=rows),
    ]


def _marks(frame: pd.DataFrame, x: alt.X) -> list[Layer]:
    """Circles with the stance written in them, so that it is not told by colour alone."""
    fills = {"for": colour("teal"), "against": colour("orange"), "": colour("muted")}
    frame = frame.assign(fill=[fills[side] for side in frame["side"]])
    base, rows = alt.Chart(frame), _rows(frame)
    fill = alt.Color("fill:N", scale=None)
    return [
        base.mark_circle(size=480, opacity=1).encode(
            x=x, y=rows, color=fill, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("mark:N")]
        ),
        base.mark_text(color=colour("paper"), fontSize=13, fontWeight=600).encode(x=x, y=rows, text=alt.Text("mark:N")),
    ]


def _amounts(frame: pd.DataFrame) -> list[Layer]:
    """How much power each has, in a column of its own with a heading."""
    column = alt.Chart(frame.assign(at=-0.6)).encode(x=alt.X("at:Q"), y=_rows(frame))
    heading = alt.Chart(frame.head(1).assign(at=-0.6, label=_("power"))).encode(x=alt.X("at:Q"), y=_rows(frame))
    return [
        column.mark_text(fontWeight=600).encode(text=alt.Text("amount:N")),
        heading.mark_text(dy=-ROW / 2 - 6, color=colour("muted")).encode(text=alt.Text("label:N")),
    ]


def _corner(frame: pd.DataFrame) -> list[Layer]:
    """Shade the corner of those with more than half of the power and more than middling interest."""
    strong = frame.loc[frame["power"] > HALF, "name"].tolist()
    if not strong:
        return []
    corner = pd.DataFrame({"name": strong, "low": 2.5, "high": 4.3})
    shade = alt.Chart(corner).mark_rect(color=colour("sand"), opacity=0.55)
    text = pd.DataFrame({"name": strong[:1], "at": [4.25], "label": [_("work closely")]})
    return [
        shade.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=_rows(frame)),
        alt.Chart(text)
        .mark_text(align="right", dy=-ROW / 2 - 6, color=colour("muted"))
        .encode(x=alt.X("at:Q"), y=_rows(frame), text=alt.Text("label:N")),
    ]


def _power(row: pd.Series) -> str:
    now, before = row["power"], row["first_power"]
    if pd.isna(before) or before == now:
        return number(now, 0)
    return _("{now}, was {before}").format(now=number(now, 0), before=number(before, 0))


def _side(stance: float) -> str:
    return "for" if stance > 0 else "against" if stance < 0 else ""


def _signed(value: float) -> str:
    if pd.isna(value):
        return "?"
    return f"+{value:.0f}" if value > 0 else number(value, 0)


def _stance_words() -> str:
    """An expression that names the steps of the stance."""
    words = [_("strongly against"), _("against"), _("neutral"), _("for"), _("strongly for")]
    return f"{json.dumps([word.split() for word in words])}[datum.value + 2]"


def actor_type(kind: str) -> str:
    """A kind of actor in words, for example ``Business``."""
    return table_schema("power_actor").field("type").label_of(kind)


def _grid_table(actors: pd.DataFrame) -> Table:
    rows = [
        [str(row["name"]), actor_type(row["type"]), _power(row), number(row["interest"], 0), _signed(row["stance"])]
        for _i, row in actors.iterrows()
    ]
    columns = [_("Actor"), _("Kind"), _("Power (0–8)"), _("Interest (0–4)"), _("Stance (−2 to +2)")]
    return Table(columns, rows, numeric=(2, 3, 4))


def _stance_table(actors: pd.DataFrame, power: PowerMap) -> Table:
    order = actors.sort_values("shift", key=lambda each: -each.abs(), kind="stable")
    rows = [
        [str(row["name"]), _signed(row["first_stance"]), _signed(row["stance"]), _signed(row["shift"])]
        for _i, row in order.iterrows()
    ]
    return Table([_("Actor"), power.first, power.last, _("Moved")], rows, numeric=(1, 2, 3))
