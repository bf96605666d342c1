"""What each independent group of evidence adds to the belief in a claim or takes from it, on the scale of log odds."""

from collections.abc import Sequence
from math import log

import altair as alt
import numpy as np
import pandas as pd
from scipy.special import logit

from collective_impact.analysis.system.contribution_claims import TestedClaim
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour, in_lines, layered_rows, names_axis
from collective_impact.charts.system.confidence_words import confidence_words
from collective_impact.charts.system.contribution import pieces_words
from collective_impact.charts.wrapped_text import one_line
from collective_impact.language import listing, number, percent
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.process_tracing import ProcessTracing
from collective_impact.statistics.insufficient import Insufficient

ROW, LINE = 56, 18
"""Height of a row and of each line of its name, in pixels."""
LETTERS = 34
MOST = 4
"""Claims that are drawn: those whose evidence moved the belief most."""
TICKS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)


def evidence_waterfalls(claims: tuple[TestedClaim, ...] | Insufficient) -> list[Figure | Insufficient]:
    """Draw the claims with probabilities, one picture each, in the order of the table."""
    if isinstance(claims, Insufficient):
        return [claims]
    traced = [(claim, claim.tracing) for claim in claims if not isinstance(claim.tracing, Insufficient)]
    traced = sorted(traced, key=lambda pair: -abs(logit(pair[1].posterior) - logit(pair[1].prior)))[:MOST]
    order = [claim.claim_id for claim in claims]
    traced.sort(key=lambda pair: order.index(pair[0].claim_id))
    return [_waterfall(claim, tracing, place) for place, (claim, tracing) in enumerate(traced, 1)]


def _waterfall(claim: TestedClaim, tracing: ProcessTracing, place: int) -> Figure:
    frame = _steps(claim, tracing)
    ends, bars = frame[frame["kind"] == "end"], frame[frame["kind"] != "end"]
    low, high = frame[["from", "to"]].min().min(), frame[["from", "to"]].max().max()
    ticks = [float(logit(tick)) for tick in TICKS if low - 1 <= logit(tick) <= high + 1]
    axis = alt.Axis(values=ticks, labelExpr=_labels(ticks), grid=True)
    scale = alt.Scale(domain=[low - 0.6, high + 0.6], nice=False, zero=False)
    x = alt.X("from:Q", title=_("Probability of the claim (scale of log odds)"), scale=scale, axis=axis)
    labels = names_axis(labelLineHeight=14)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=labels, scale=alt.Scale(paddingInner=0.45))
    stroke, fill = alt.Stroke("stroke:N", scale=None), alt.Fill("fill:N", scale=None)
    layers = [
        alt.Chart(pd.DataFrame({"from": [0.0]})).mark_rule(color=colour("grey")).encode(x=x),
        alt.Chart(bars).mark_bar(strokeWidth=1.8).encode(x=x, x2=alt.X2("to:Q"), y=y, stroke=stroke, fill=fill),
        alt.Chart(ends).mark_circle(size=130, opacity=1, color=colour("ink")).encode(x=x, y=y),
        *(
            alt.Chart(part)
            .mark_text(align="right" if left else "left", dx=-9 if left else 9, fontWeight=600)
            .encode(x=alt.X("edge:Q"), y=y, text=alt.Text("shown:N"))
            for left, part in frame.groupby("left")
        ),
    ]
    text = {
        "before": percent(tracing.prior),
        "after": percent(tracing.posterior),
        "n": tracing.n_pieces,
        "groups": tracing.n_groups,
        "claim": claim.statement,
        "link": f"{claim.link_from} → {claim.link_to}",
        "words": confidence_words(claim.confidence),
        "steps": "; ".join(
            f"{one_line(name)}: {shown}" for name, shown in zip(frame["full"], frame["shown"], strict=True)
        ),
    }
    moved = tracing.posterior - tracing.prior
    title = (
        _("{link}: from {before} up to {after}")
        if moved > 0.005
        else _("{link}: from {before} down to {after}")
        if moved < -0.005
        else _("{link}: still {after}")
    )
    note = _("What each piece of evidence does to the probability of “{claim}”: {words}.")
    if place == 1:
        note += " " + _(
            "×2: what was seen is twice as likely if the claim is true; ÷2: half as likely. "
            "Hollow: looked for and not found."
        )
    return figure(
        layered_rows(layers, frame["name"], _row_height(frame) * len(frame)),
        f"waterfall-{place}",
        text,
        title=title,
        note=note,
        alt_text=_("Waterfall chart of {n} pieces of evidence in {groups} groups. {steps}."),
        data=_pieces_table(claim, tracing),
    )


def _row_height(frame: pd.DataFrame) -> int:
    lines = max(name.count("\n") + 1 for name in frame["name"])
    return max(ROW, LINE * int(lines) + 8)


def _steps(claim: TestedClaim, tracing: ProcessTracing) -> pd.DataFrame:
    """Rows of the picture from top to bottom: where belief starts, each group, where it ends."""
    at = float(logit(tracing.prior))
    rows = [_end(_("Before the evidence"), at, tracing.prior)]
    for _place, group in tracing.groups.iterrows():
        pieces = tracing.pieces[tracing.pieces["group"] == group["group"]]
        full = _group_text(claim, pieces)
        found = bool(pieces.loc[pieces["counted"], "observed"].any()) if pieces["counted"].any() else True
        shade = colour("teal" if group["log_odds"] >= 0 else "orange")
        rows.append(
            {
                "full": full,
                "name": in_lines(full, LETTERS),
                "kind": "found" if found else "absent",
                "from": at,
                "to": at + group["log_odds"],
                "edge": at + group["log_odds"],
                "left": group["log_odds"] < 0,
                "shown": times(group["log_odds"]),
                "stroke": shade,
                "fill": shade if found else colour("paper"),
            }
        )
        at += group["log_odds"]
    rows.append(_end(_("After the evidence"), at, tracing.posterior))
    frame = pd.DataFrame(rows)
    times_before = frame.groupby("name").cumcount()
    frame["name"] = [name + " " * n for name, n in zip(frame["name"], times_before, strict=True)]
    return frame


def _end(name: str, at: float, probability: float) -> dict[str, object]:
    ink = colour("ink")
    given = {"full": name, "name": name, "kind": "end", "from": at, "to": at, "edge": at, "left": False}
    return {**given, "shown": percent(probability), "stroke": ink, "fill": ink}


def _group_text(claim: TestedClaim, pieces: pd.DataFrame) -> str:
    """The piece that speaks for its group, and how many stand behind it."""
    counted = pieces[pieces["counted"]]
    chosen = counted if len(counted) else pieces
    texts = listing([str(claim.evidence.loc[name, "description"]) for name in chosen["evidence"]])
    return texts if len(pieces) == 1 else f"{texts} ({pieces_words(len(pieces))})"


def times(log_odds: float) -> str:
    """How many times likelier the evidence makes the claim, or the opposite."""
    size = float(np.exp(abs(log_odds)))
    return f"{'×' if log_odds >= 0 else '÷'}{number(size, 1 if size < 10 else 0)}"


def _labels(ticks: Sequence[float]) -> str:
    """Probabilities at the ticks, in the page's language."""
    known = {round(log(tick / (1 - tick)), 6): percent(tick, 1 if min(tick, 1 - tick) < 0.01 else 0) for tick in TICKS}
    choices = "".join(f"abs(datum.value - {tick:.6f}) < 1e-4 ? '{known[round(tick, 6)]}' : " for tick in ticks)
    return choices + "''"


def _pieces_table(claim: TestedClaim, tracing: ProcessTracing) -> Table:
    """All pieces, those too that their group does not count."""
    kinds = {
        "straw_in_the_wind": _("straw in the wind"),
        "hoop": _("hoop"),
        "smoking_gun": _("smoking gun"),
        "doubly_decisive": _("doubly decisive"),
    }
    rows = [
        [
            str(claim.evidence.loc[piece["evidence"], "description"]),
            _("found") if piece["observed"] else _("not found"),
            kinds[str(piece["test"])],
            percent(float(piece["p_if_true"])),
            percent(float(piece["p_if_false"])),
            times(float(piece["log_odds"])) if piece["counted"] else _("not counted again"),
        ]
        for _place, piece in tracing.pieces.iterrows()
    ]
    columns = [_("Evidence"), _("Seen"), _("Kind of test"), _("If true"), _("If not"), _("Moves the odds")]
    return Table(columns, rows, numeric=(3, 4, 5))
