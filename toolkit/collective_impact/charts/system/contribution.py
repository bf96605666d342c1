"""Pictures of contribution: the chain of claims, what each piece of evidence moves, how firm it is, and practice."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from collective_impact.analysis.system.contribution_claims import Side, TestedClaim
from collective_impact.analysis.system.practice_contrasts import PracticeContrast, PracticeContrasts
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.intervals import Dot, interval_dots
from collective_impact.charts.marks import Role, colour, in_lines
from collective_impact.charts.system.confidence_words import confidence_words
from collective_impact.charts.theme import WIDTH
from collective_impact.language import number, percent, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

BOX, ROW = WIDTH * 0.36, 92
"""Width of a box and height of a row, in pixels; boxes get narrower with the page, their text does not."""
BOX_LETTERS, LINK_LETTERS = 18, 13
"""Letters in a line of a box, and above a link, that fit on a phone."""
LINE = 16
"""Height of a line of text, in pixels."""
MOST_CLAIMS = 8
_LINE: dict[Side, tuple[Role, float, list[int]]] = {
    "for": ("teal", 4, [1, 0]),
    "open": ("muted", 2, [2, 4]),
    "against": ("orange", 3, [9, 5]),
}
"""Colour, width and dashes of a link."""


@guarded
def contribution_chain(claims: tuple[TestedClaim, ...]) -> Figure:
    """Draw the links of the theory of change, each with how sure one may be that the initiative contributed.

    One row a link, so that it can be read on a phone. More than 8 claims stand in the table alone.
    """
    shown = claims[:MOST_CLAIMS]
    arrows, boxes = pd.DataFrame(_arrows(shown)), pd.DataFrame(_boxes(shown))
    height = ROW * len(shown)
    x, x2, middle = (_plain(field, WIDTH, alt.X) for field in ("x", "x2", "middle"))
    y, top, line_one, above_y = (_plain(field, height, alt.Y) for field in ("y", "top", "text_top", "above_y"))
    on = alt.Chart(arrows)
    stroke = alt.Color("stroke:N", scale=None)
    layers = [
        *(
            alt.Chart(arrows[arrows["side"] == side])
            .mark_rule(strokeWidth=width, strokeDash=dash, color=colour(role))
            .encode(x=x, x2=alt.X2("x2:Q"), y=y)
            for side, (role, width, dash) in _LINE.items()
            if (arrows["side"] == side).any()
        ),
        on.mark_point(shape="triangle-right", size=160, opacity=1).encode(
            x=x2, y=y, color=stroke, fill=alt.Fill("stroke:N", scale=None)
        ),
        on.mark_text(lineBreak="\n", baseline="bottom", fontWeight=600, fontSize=13).encode(
            x=middle, y=above_y, text=alt.Text("above:N"), color=stroke
        ),
        on.mark_text(lineBreak="\n", baseline="top", dy=8, fontSize=13, color=colour("ink")).encode(
            x=middle, y=y, text=alt.Text("below:N")
        ),
        alt.Chart(boxes)
        .mark_rect(fill=colour("sand"), stroke=colour("grey"), cornerRadius=4)
        .encode(x=x, x2=alt.X2("x2:Q"), y=top, y2=alt.Y2("bottom:Q")),
        alt.Chart(boxes)
        .mark_text(lineBreak="\n", baseline="middle", fontSize=13, color=colour("ink"))
        .encode(x=middle, y=line_one, text=alt.Text("text:N")),
    ]
    sides = [claim.side for claim in claims]
    text = {
        "n": len(claims),
        "borne_out": sides.count("for"),
        "against": sides.count("against"),
        "open": sides.count("open"),
        "links": "; ".join(f"{each.link_from} → {each.link_to}: {_in_brief(each)}" for each in claims),
    }
    return figure(
        alt.LayerChart(layer=layers, width=WIDTH, height=height),
        "contribution-chain",
        text,
        title=_chain_title(sides),
        note=_(
            "{n} links of the theory of change. Thick: borne out. Dotted: open. Dashed: spoken against. "
            "Per cent: probability of the claim."
        ),
        alt_text=_("Boxes joined by arrows, one arrow a claim. {links}."),
        data=claims_table(claims),
    )


def _chain_title(sides: Sequence[Side]) -> str:
    if "for" not in sides:
        return _("None of the {n} claimed contributions is borne out so far")
    if sides.count("for") == len(sides):
        return _("The evidence bears out every one of {n} claimed contributions")
    return _("The evidence bears out {borne_out} of {n} claimed contributions")


def _arrows(claims: Sequence[TestedClaim]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for line, claim in enumerate(claims):
        above = in_lines(confidence_words(claim.confidence), LINK_LETTERS)
        found.append(
            {
                "x": BOX + 2,
                "x2": WIDTH - BOX - 9,
                "middle": WIDTH / 2,
                "y": (line + 0.5) * ROW,
                "side": claim.side,
                "stroke": colour(_LINE[claim.side][0]),
                "above": above,
                "above_y": (line + 0.5) * ROW - 7 - LINE * above.count("\n"),
                "below": _probability(claim),
            }
        )
    return found


def _boxes(claims: Sequence[TestedClaim]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for row, claim in enumerate(claims):
        for left, text in ((0.0, claim.link_from), (WIDTH - BOX, claim.link_to)):
            lines = in_lines(text, BOX_LETTERS)
            middle, half = (row + 0.5) * ROW, max(ROW * 0.32, LINE * (lines.count("\n") + 1.8) / 2)
            found.append(
                {
                    "x": left,
                    "x2": left + BOX,
                    "middle": left + BOX / 2,
                    "top": middle - half,
                    "bottom": middle + half,
                    "text_top": middle - LINE / 2 * lines.count("\n"),
                    "text": lines,
                }
            )
    return found


def _plain(field: str, end: float, channel: type[alt.X] | type[alt.Y]) -> alt.X | alt.Y:
    """A position in pixels, without an axis."""
    scale = alt.Scale(domain=[0, end], nice=False, zero=False, reverse=channel is alt.Y)
    return channel(f"{field}:Q", scale=scale, axis=None)


def _probability(claim: TestedClaim) -> str:
    return "" if isinstance(claim.tracing, Insufficient) else percent(claim.tracing.posterior)


def _in_brief(claim: TestedClaim) -> str:
    likely = _probability(claim)
    words = confidence_words(claim.confidence)
    return f"{words} ({likely})" if likely else words


def claims_table(claims: Sequence[TestedClaim]) -> Table:
    """List the claims with how sure one may be of each."""
    rows = [
        [each.statement, confidence_words(each.confidence), _probability(each) or "–", str(each.n_groups)]
        for each in claims
    ]
    columns = [_("Claim"), _("How sure"), _("Probability"), _("Independent groups of evidence")]
    return Table(columns, rows, numeric=(2, 3))


@guarded
def firmness(claims: tuple[TestedClaim, ...]) -> Block:
    """Draw how far the probability of each claim moves when the judgements behind it are doubted."""
    weighed = [
        (claim, claim.tracing.posterior, claim.sensitivity.ranges)
        for claim in claims
        if not isinstance(claim.tracing, Insufficient) and not isinstance(claim.sensitivity, Insufficient)
    ]
    if not weighed:
        return Paragraph(_("No claim has probabilities, so there are no judgements in numbers to be doubted."))
    dots = [
        Dot(
            in_lines(claim.statement, 32),
            100 * posterior,
            100 * low,
            100 * high,
            claim.side == "for",
            percent(posterior),
        )
        for claim, posterior, ranges in weighed[:MOST_CLAIMS]
        for low, high in [(ranges["low"].iloc[1], ranges["high"].iloc[1])]
    ]
    likelier, unlikelier = (
        sum(each["low"].iloc[1] > 0.5 for _c, _p, each in weighed),
        sum(each["high"].iloc[1] < 0.5 for _c, _p, each in weighed),
    )
    doubted = round(100 * weighed[0][2]["shift"].iloc[1])
    rows = [
        [
            claim.statement,
            percent(posterior),
            *(f"{percent(low)}–{percent(high)}" for low, high in zip(each["low"], each["high"], strict=True)),
        ]
        for claim, posterior, each in weighed
    ]
    shifts = [
        _("Judgements {shift} percentage points off").format(shift=round(100 * shift))
        for shift in weighed[0][2]["shift"].iloc[1:]
    ]
    columns = [_("Claim"), _("Probability"), _("Other starting points"), *shifts]
    text = {
        "n": len(weighed),
        "likelier": likelier,
        "unlikelier": unlikelier,
        "doubted": doubted,
        "each": "; ".join(f"{row[0]}: {row[1]}, {row[3]}" for row in rows),
    }
    title = (
        _("{likelier} of {n} claims stay likelier than not when every judgement is doubted")
        if likelier
        else _("{unlikelier} of {n} claims stay unlikelier than not when every judgement is doubted")
    )
    return figure(
        interval_dots(dots, _("Probability of the claim, per cent"), reference=50, domain=(-3, 103)),
        "firmness",
        text,
        title=title,
        note=_(
            "Lines: starting points from 25% to 75%, with all probabilities of the evidence {doubted} percentage "
            "points off in one direction at once. Upright line: as likely as not."
        ),
        alt_text=_("Dots with lines, one a claim: probability, and how far it moves. {each}."),
        data=Table(columns, rows, numeric=range(1, len(columns))),
    )


@guarded
def practice_forest(contrasts: PracticeContrasts, names: dict[str, str]) -> Figure:
    """Draw how much more each practice spread among organizations that took part than among others.

    Parameters
    ----------
    names : dict of str to str
        Name of each practice by id.
    """
    known = [each for each in contrasts.practices if not isinstance(each, Insufficient)]
    shown = [contrasts.overall, *sorted(known, key=lambda each: -each.interval.value)[:11]]
    dots = [
        Dot(
            names.get(each.practice_id, each.practice_id) or _("All practices together"),
            100 * each.interval.value,
            100 * each.interval.low,
            100 * each.interval.high,
            marked=not each.practice_id,
            shown=number(100 * each.interval.value, 0),
        )
        for each in shown
    ]
    overall = contrasts.overall
    text = {
        "gap": number(100 * abs(overall.interval.value), 0),
        "n": overall.n_taking_part,
        "others": overall.n_comparison,
        "each": "; ".join(
            f"{dot.name}: {number(dot.value, 0)} ({number(dot.low or 0, 0)}; {number(dot.high or 0, 0)})"
            for dot in dots
        ).replace("\n", " "),
    }
    unit = _("Change, percentage points of organizations")
    return figure(
        interval_dots(dots, unit, reference=0, domain=_with_room(dots)),
        "practices",
        text,
        title=_forest_title(overall),
        note=_(
            "Change since first observed among {n} organizations that take part, less that among {others} others. "
            "Lines: 95% intervals; where one crosses zero it is inconclusive."
        )
        if overall.comparison
        else _("Change since first observed among {n} organizations; there are none to compare with."),
        alt_text=_("Dots with 95% intervals, in percentage points. {each}."),
        data=_practices_table(shown, names),
    )


def _with_room(dots: Sequence[Dot]) -> tuple[float, float]:
    """Ends of a scale on which no interval touches the frame."""
    low, high = min((dot.low or 0.0 for dot in dots), default=0.0), max((dot.high or 0.0 for dot in dots), default=0.0)
    return min(low, 0.0) - 5, max(high, 0.0) + 5


def _forest_title(overall: PracticeContrast) -> str:
    if overall.comparison is None:
        return _("The practices changed by {gap} percentage points; nobody to compare with")
    if not overall.interval.leaves_out(0.0):
        return _("Whether practices spread more among those taking part is inconclusive")
    if overall.interval.value > 0:
        return _("Practices spread {gap} percentage points more among those taking part")
    return _("Practices spread {gap} percentage points less among those taking part")


def _practices_table(shown: Sequence[PracticeContrast], names: dict[str, str]) -> Table:
    rows = [
        [
            names.get(each.practice_id, each.practice_id) or _("All practices together"),
            *_from_to(each.taking_part),
            *_from_to(each.comparison),
            *(number(100 * end, 0) for end in (each.interval.value, each.interval.low, each.interval.high)),
        ]
        for each in shown
    ]
    columns = [
        _("Practice"),
        _("Taking part: first"),
        _("last year"),
        _("Others: first"),
        _("last year"),
        _("Difference"),
        _("Low"),
        _("High"),
    ]
    return Table(columns, rows, numeric=range(1, len(columns)))


def _from_to(shares: tuple[float, float] | None) -> tuple[str, str]:
    return ("–", "–") if shares is None else (percent(shares[0]), percent(shares[1]))


def pieces_words(n: int) -> str:
    """That several pieces of evidence count as one."""
    return translate_plural("{n} piece", "{n} pieces counted as one", n).format(n=n)
