"""Who works on which strategy, as a picture, and how closely the partners are tied, as a table."""

import altair as alt
import pandas as pd

from collective_impact.analysis.initiative.partner_rounds import PartnerRounds
from collective_impact.blocks import Table
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.marks import colour, layered_rows, names_axis
from collective_impact.charts.matrix import ROW_WIDTHS, fitted, top_axis
from collective_impact.language import number, percent
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.networks.missing_ties import MissingTies
from collective_impact.statistics.networks.mixing import Mixing
from collective_impact.statistics.networks.mutual_reinforcement import MutualReinforcement

ROW_HEIGHT = 22
"""Letters that fit side by side above the grid, and those that a heading's line has at least."""


@guarded
def reinforcement_chart(found: MutualReinforcement, work: pd.DataFrame) -> Figure:
    """Draw who works on which strategy: a dot for each partner at work on one, in orange where it stands alone.

    Parameters
    ----------
    found : MutualReinforcement
    work : DataFrame
        As `work_on_strategies` gives it.
    """
    strategies = list(found.strategies.sort_values(ascending=False, kind="stable").index)
    partners = list(found.partners.sort_values("strategies", ascending=False, kind="stable").index)
    tied = {*zip(work["partner_id"], work["strategy"], strict=True)}
    alone = {*found.with_one_partner}
    frame = pd.DataFrame(
        [
            {"partner": partner, "strategy": strategy, "alone": strategy in alone, "here": (partner, strategy) in tied}
            for partner in partners
            for strategy in strategies
        ]
    )
    fewest = found.strategies.min()
    words = {
        "n": found.n_partners,
        "strategies": found.n_strategies,
        "sharing": percent(found.sharing_pairs),
        "single": len(alone),
        "none": len(found.without_strategy),
        "fewest": int(fewest),
    }
    return figure(
        _dots(frame, partners, strategies, found),
        "reinforcement",
        words,
        title=_title(found),
        note=_(
            "A dot: the partner has a part in an activity of the strategy. Beside each strategy: how many work on it. "
            "{sharing} of all pairs of partners share at least one."
        ),
        alt_text=_(
            "Grid of {n} partners and {strategies} strategies. The strategy with the fewest partners has {fewest}; "
            "{single} strategies rest on one partner, and {none} partners work on none."
        ),
        data=_grid_table(tied, partners, strategies),
    )


def _title(found: MutualReinforcement) -> str:
    if found.with_one_partner or found.without_partner:
        return _("{single} of {strategies} strategies rest on one partner alone")
    if found.without_strategy:
        return _("{none} of {n} partners have no part in any strategy")
    return _("Every strategy is carried by at least {fewest} of {n} partners")


def _dots(
    frame: pd.DataFrame, partners: list[str], strategies: list[str], found: MutualReinforcement
) -> alt.LayerChart:
    told = [_("{strategy}: {n}").format(strategy=each, n=int(found.strategies[each])) for each in strategies]
    rows, heads = fitted(partners, told, ROW_WIDTHS[:1])
    head, row = dict(zip(strategies, heads, strict=True)), dict(zip(partners, rows, strict=True))
    frame = frame.assign(head=[head[each] for each in frame["strategy"]], row=[row[each] for each in frame["partner"]])
    x = alt.X("head:N", sort=heads, title=None, axis=top_axis(heads))
    y = alt.Y("row:N", sort=rows, title=None, axis=names_axis(grid=True))
    shade = alt.condition("datum.alone", alt.value(colour("orange")), alt.value(colour("teal")))
    marks = alt.Chart(frame[frame["here"]]).mark_circle(size=110, opacity=1)
    every = alt.Chart(frame).mark_point(size=1, opacity=0).encode(x=x, y=y)
    layers = [every, marks.encode(x=x, y=y, color=shade, tooltip=[alt.Tooltip("partner:N"), alt.Tooltip("strategy:N")])]
    lines = 1 + max(each.count("\n") for each in rows)
    return layered_rows(layers, rows, max(ROW_HEIGHT, 17 * lines) * len(rows))


def _grid_table(tied: set[tuple[str, str]], partners: list[str], strategies: list[str]) -> Table:
    rows = [
        [partner, *(_("yes") if (partner, strategy) in tied else "–" for strategy in strategies)]
        for partner in partners
    ]
    return Table([_("Partner"), *strategies], rows)


def ties_table(rounds: PartnerRounds | Insufficient, mixed: Mixing | Insufficient) -> Table | Insufficient:
    """Tell how closely partners are tied in the first and the last round, and what silent partners leave open.

    Parameters
    ----------
    rounds : PartnerRounds
    mixed : Mixing or Insufficient
        Of the last round, by sector; without it there is no row for it.
    """
    if isinstance(rounds, Insufficient):
        return rounds
    first, last = rounds.first, rounds.last
    bounds = last.bounds if isinstance(last.bounds, MissingTies) else None
    open_to = {
        "density": bounds.density if bounds else None,
        "reciprocity": bounds.reciprocity if bounds else None,
    }
    names = {
        "density": _("Density: ties there are, of all there could be"),
        "centralization": _("Centralization: 0 all alike, 1 one partner in the middle"),
        "reciprocity": _("Reciprocity: ties that both sides report"),
    }
    rows = [
        [name, _number(first.measures.get(key)), _number(last.measures.get(key)), _range(open_to.get(key))]
        for key, name in names.items()
    ]
    if isinstance(mixed, Mixing):
        name = _("E-I index by sector: −1 all ties within, 1 all across (by chance {chance})")
        rows.append([name.format(chance=_number(mixed.expected)), "–", _number(mixed.ei_index), "–"])
    columns = [_("Measure"), first.name, last.name, _("Whatever silent partners had said")]
    if len(rounds.rounds) == 1:
        rows, columns = [[row[0], *row[2:]] for row in rows], [columns[0], *columns[2:]]
    return Table(columns, rows, _("How closely the partners are tied"), "partner-ties", range(1, len(columns)))


def _number(value: float | None) -> str:
    return "–" if value is None else number(value, 2)


def _range(bounds: tuple[float, float] | None) -> str:
    return "–" if bounds is None else _("{low} to {high}").format(low=_number(bounds[0]), high=_number(bounds[1]))
