"""Pictures of what people hold normal: shares of answers, round by round."""

from collections.abc import Sequence

import pandas as pd

from collective_impact.analysis.system.norm_change import NormChange
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, interval_dots
from collective_impact.language import listing, percent, quote
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import guarded


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
    last = ~shares.duplicated("instrument", keep="last")
    dots = [
        Dot(
            _("{wave} (n = {n})").format(wave=row["wave"], n=row["n"]),
            100 * row["share"],
            100 * row["low"],
            100 * row["high"],
            own,
            percent(row["share"]),
        )
        for own, (_i, row) in zip(last.to_list(), shares.iterrows(), strict=True)
    ]
    clear = [each for each in changes if each.difference.leaves_out(0.0)]
    words = {
        "clear": len(clear),
        "n": len(changes),
        "questions": " ".join(quote(text) for text in dict.fromkeys(shares["text"])),
        "shares": listing([f"{dot.name} {dot.shown}" for dot in dots]),
    }
    return figure(
        interval_dots(dots, _("Per cent of those who answered"), domain=(0, 100)),
        "norms",
        words,
        title=(
            _("Answers about norms have clearly moved in {clear} of {n} questions")
            if words["n"]
            else _("What people hold normal has been asked once so far")
        ),
        note=_(
            "Per cent who say yes, or agree mostly or completely, with 95% intervals. The last round stands in teal. "
            "{questions}"
        ),
        alt_text=_("Dots with intervals, round by round: {shares}."),
        data=_norms_table(shares),
    )


def _norms_table(shares: pd.DataFrame) -> Table:
    rows = [
        [row["text"], row["wave"], str(row["n"]), *(percent(row[column]) for column in ("share", "low", "high"))]
        for _i, row in shares.iterrows()
    ]
    return Table([_("Question"), _("Round"), _("Answers"), _("Share"), _("Low"), _("High")], rows, numeric=(2, 3, 4, 5))
