"""Pictures of what people hold normal: shares of answers, round by round."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.system.norm_change import NormChange
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, interval_dots
from collective_impact.charts.marks import colour, in_lines
from collective_impact.language import listing, percent, quote
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import guarded

HEADING = 56
"""Characters in a line of a question."""


@guarded
def norm_dots(shares: pd.DataFrame, changes: Sequence[NormChange]) -> Figure:
    """Draw the share of yes in each round, with its interval; the last round of each question stands out.

    Parameters
    ----------
    shares : DataFrame
        As `norm_shares` gives them.
    changes : sequence of NormChange
        As `norm_changes` gives them: none where every question was asked once.
    """
    questions = {str(text): _rounds(part) for text, part in shares.groupby("text", sort=False)}
    clear = [each for each in changes if each.difference.leaves_out(0.0)]
    words = {
        "clear": len(clear),
        "n": len(changes),
        "shares": "; ".join(
            f"{quote(text)}: {listing([f'{dot.name} {dot.shown}' for dot in dots])}" for text, dots in questions.items()
        ),
    }
    return figure(
        alt.vconcat(*(_panel(text, dots) for text, dots in questions.items()), spacing=22),
        "norms",
        words,
        title=(
            _("Answers about norms have clearly moved in {clear} of {n} questions")
            if words["n"]
            else _("What people hold normal has been asked once so far")
        ),
        note=_(
            "Per cent who say yes, or agree mostly or completely, with 95% intervals. The last round stands in teal. "
            "Where areas were asked, only those asked both first and last count."
        ),
        alt_text=_("Dots with intervals, round by round: {shares}."),
        data=_norms_table(shares),
    )


def _rounds(asked: pd.DataFrame) -> list[Dot]:
    """The rounds of one question; the last one is marked."""
    return [
        Dot(
            _("{wave} (n = {n})").format(wave=row["wave"], n=row["n"]),
            100 * row["share"],
            100 * row["low"],
            100 * row["high"],
            place == len(asked),
            percent(row["share"]),
        )
        for place, (_i, row) in enumerate(asked.iterrows(), 1)
    ]


def _panel(question: str, dots: Sequence[Dot]) -> alt.LayerChart:
    heading = alt.TitleParams(
        in_lines(question, HEADING).split("\n"), anchor="start", frame="group", fontSize=14, color=colour("ink")
    )
    panel = interval_dots(dots, _("Per cent of those who answered"), domain=(0, 100))
    return alt.LayerChart(data=panel.data, layer=panel.layer, width=panel.width, height=panel.height, title=heading)


def _norms_table(shares: pd.DataFrame) -> Table:
    rows = [
        [row["text"], row["wave"], str(row["n"]), *(percent(row[column]) for column in ("share", "low", "high"))]
        for _i, row in shares.iterrows()
    ]
    return Table([_("Question"), _("Round"), _("Answers"), _("Share"), _("Low"), _("High")], rows, numeric=(2, 3, 4, 5))
