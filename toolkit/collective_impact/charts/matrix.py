"""A table whose cells are shaded by how much stands in them, the figure or word written in each."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.marks import (
    LABEL_LIMIT,
    SPLIT_LABEL,
    colour,
    in_lines,
    layered_rows,
    names_axis,
    room_at_left,
)
from collective_impact.charts.theme import WIDTH

ROW_HEIGHT = 34
DARK = 0.75
"""Above this shade the text is white; shades that neither ink nor white stands out from are left out."""
SHADES = alt.Scale(domain=[0, DARK, DARK + 1e-6, 1], range=[0.04, 0.5, 0.82, 0.95])
LINE_HEIGHT = 15
ONE_LINE = r"indexof(datum.text, '\n') < 0"
ROW_WIDTHS = (36, 26, 18)
"""Characters in a line of the names at the left; fewer where the names at the top need the room."""
LETTER = 7
"""Room for a character of a name, in pixels."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell.

    Attributes
    ----------
    row, column : str
        Names at the left and at the top.
    shade : float or None
        From 0 (none) to 1 (the most); None leaves the cell empty.
    text : str
        What is written in it, in one line or two, so that nothing is told by the shade alone.
    """

    row: str
    column: str
    shade: float | None
    text: str


def matrix(cells: Sequence[MatrixCell], *, framed: str = "") -> alt.LayerChart:
    """Draw cells, rows and columns in the order in which they first come.

    Parameters
    ----------
    cells : sequence of MatrixCell
    framed : str
        Name of a column to put a frame around; empty: none.
    """
    names = list(dict.fromkeys(cell.column for cell in cells))
    shared = shared_start(names)
    rows, columns = fitted([cell.row for cell in cells], [name.removeprefix(shared) for name in names])
    head = dict(zip(names, columns, strict=True))
    frame = pd.DataFrame(
        {
            "row": rows,
            "column": [head[cell.column] for cell in cells],
            "shade": [0.0 if cell.shade is None else cell.shade for cell in cells],
            "dark": [cell.shade is not None and cell.shade > DARK for cell in cells],
            "text": [cell.text for cell in cells],
        }
    )
    x = alt.X("column:N", sort=columns, title=shared.strip() or None, axis=top_axis(columns))
    y = alt.Y("row:N", sort=list(dict.fromkeys(frame["row"])), title=None, axis=names_axis(grid=False))
    tiles = alt.Chart(frame).mark_rect(color=colour("teal"), stroke=colour("line"), strokeWidth=1)
    words = alt.Chart(frame)
    ink = alt.condition("datum.dark", alt.value(colour("paper")), alt.value(colour("ink")))
    layers = [
        tiles.encode(
            x=x,
            y=y,
            opacity=alt.Opacity("shade:Q", scale=SHADES),
            tooltip=[alt.Tooltip("row:N"), alt.Tooltip("column:N"), alt.Tooltip("text:N")],
        ),
        words.mark_text(fontSize=13).transform_filter(ONE_LINE).encode(x=x, y=y, text=alt.Text("text:N"), color=ink),
        words.mark_text(fontSize=13, lineBreak="\n", dy=-8)
        .transform_filter(f"!({ONE_LINE})")
        .encode(x=x, y=y, text=alt.Text("text:N"), color=ink),
        *_frame_around(head.get(framed, ""), x),
    ]
    lines = max((name.count("\n") + 1 for name in frame["row"]), default=1)
    return layered_rows(layers, frame["row"], max(ROW_HEIGHT, LINE_HEIGHT * lines + 6) * frame["row"].nunique())


def fitted(
    rows: Sequence[str], columns: Sequence[str], widths: Sequence[int] = ROW_WIDTHS
) -> tuple[list[str], list[str]]:
    """Break the names of rows and of columns into lines, so that no column's name runs into the next.

    Parameters
    ----------
    rows, columns : sequence of str
    widths : sequence of int
        Characters that a line of a row's name may have, the best number first.
    """
    longest = max((len(word) for name in columns for word in name.split()), default=0)
    for width in widths:
        broken = [in_lines(name, width) for name in rows]
        letters = (WIDTH - room_at_left(broken)) // max(1, len(columns)) // LETTER
        if longest <= letters:
            break
    return broken, [in_lines(name, letters) for name in columns]


def shared_start(names: Sequence[str]) -> str:
    """The words that all names begin with, to be told once: of *Survey 2020* and *Survey 2025* the first."""
    words = [name.split() for name in names]
    same = 0
    while len(names) > 1 and all(len(each) > same + 1 and each[same] == words[0][same] for each in words):
        same += 1
    return " ".join(words[0][:same]) + " " if same else ""


def top_axis(columns: Sequence[str]) -> alt.Axis:
    """Axis with the names of columns, in lines made by `fitted`, above them."""
    more_lines = max((name.count("\n") for name in columns), default=0)
    return alt.Axis(
        orient="top",
        labelAngle=0,
        domain=False,
        labelLimit=LABEL_LIMIT,
        labelOverlap=False,
        labelExpr=SPLIT_LABEL,
        labelPadding=6 + LINE_HEIGHT * more_lines,
    )


def _frame_around(column: str, x: alt.X) -> list[alt.Chart]:
    if not column:
        return []
    at = alt.Chart(pd.DataFrame({"column": [column]}))
    return [at.mark_rect(fillOpacity=0, stroke=colour("orange"), strokeWidth=2.5).encode(x=x)]


def matrix_table(cells: Sequence[MatrixCell], first: str) -> Table:
    """The same as a table to read; ``first`` is the heading of the rows' names."""
    rows = list(dict.fromkeys(cell.row for cell in cells))
    columns = list(dict.fromkeys(cell.column for cell in cells))
    texts = {(cell.row, cell.column): cell.text.replace("\n", " ") for cell in cells}
    return Table([first, *columns], [[row, *(texts.get((row, c), "") for c in columns)] for row in rows])
