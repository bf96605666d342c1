"""A table whose cells are shaded by how much stands in them, the figure or word written in each."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from collective_impact.blocks import Table
from collective_impact.charts.marks import CENTRED_LINES, LABEL_LIMIT, SPLIT_LABEL, colour, in_lines, layered_rows

ROW_HEIGHT = 34
DARK = 0.75
"""Above this shade the text is white; shades that neither ink nor white stands out from are left out."""
SHADES = alt.Scale(domain=[0, DARK, DARK + 1e-6, 1], range=[0.04, 0.62, 0.82, 0.95])
LINE_HEIGHT = 15
ONE_LINE = r"indexof(datum.text, '\n') < 0"
ROW_WIDTH, COLUMN_WIDTH = 36, 14
"""Characters in a line of the names at the left and at the top."""


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


def matrix(cells: Sequence[MatrixCell], *, column_width: int = COLUMN_WIDTH) -> alt.LayerChart:
    """Draw cells, rows and columns in the order in which they first come.

    Parameters
    ----------
    cells : sequence of MatrixCell
    column_width : int
        Characters in a line of a column's name; fewer where there are many columns.
    """
    frame = pd.DataFrame(
        {
            "row": [in_lines(cell.row, ROW_WIDTH) for cell in cells],
            "column": [in_lines(cell.column, column_width) for cell in cells],
            "shade": [0.0 if cell.shade is None else cell.shade for cell in cells],
            "dark": [cell.shade is not None and cell.shade > DARK for cell in cells],
            "text": [cell.text for cell in cells],
        }
    )
    columns = list(dict.fromkeys(frame["column"]))
    more_lines = max((name.count("\n") for name in columns), default=0)
    label = alt.Axis(
        orient="top",
        labelAngle=0,
        domain=False,
        labelLimit=LABEL_LIMIT,
        labelOverlap=False,
        labelExpr=SPLIT_LABEL,
        labelPadding=6 + LINE_HEIGHT * more_lines,
    )
    x = alt.X("column:N", sort=columns, title=None, axis=label)
    y = alt.Y(
        "row:N",
        sort=list(dict.fromkeys(frame["row"])),
        title=None,
        axis=alt.Axis(
            labelLimit=LABEL_LIMIT, domain=False, grid=False, labelExpr=SPLIT_LABEL, labelOffset=CENTRED_LINES
        ),
    )
    tiles = alt.Chart(frame).mark_rect(color=colour("teal"), stroke=colour("line"), strokeWidth=1)
    words = alt.Chart(frame)
    ink = alt.condition("datum.dark", alt.value(colour("paper")), alt.value(colour("ink")))
    layers = [
        tiles.encode(
            x=x,
            y=y,
            opacity=alt.Opacity("shade:Q", scale=SHADES),
            tooltip=["row:N", "column:N", "text:N"],
        ),
        words.mark_text(fontSize=13).transform_filter(ONE_LINE).encode(x=x, y=y, text="text:N", color=ink),
        words.mark_text(fontSize=13, lineBreak="\n", dy=-8)
        .transform_filter(f"!({ONE_LINE})")
        .encode(x=x, y=y, text="text:N", color=ink),
    ]
    lines = max((name.count("\n") + 1 for name in frame["row"]), default=1)
    return layered_rows(layers, frame["row"], max(ROW_HEIGHT, LINE_HEIGHT * lines + 6) * frame["row"].nunique())


def matrix_table(cells: Sequence[MatrixCell], first: str) -> Table:
    """The same as a table to read; ``first`` is the heading of the rows' names."""
    rows = list(dict.fromkeys(cell.row for cell in cells))
    columns = list(dict.fromkeys(cell.column for cell in cells))
    texts = {(cell.row, cell.column): cell.text.replace("\n", " ") for cell in cells}
    return Table([first, *columns], [[row, *(texts.get((row, c), "") for c in columns)] for row in rows])
