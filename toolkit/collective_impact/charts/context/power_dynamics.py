"""Tables of the power dynamics: what the power map tells of each, and alliances nobody would have expected."""

import pandas as pd

from collective_impact.analysis.context.power_map import PowerMap
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.context.power import actor_type
from collective_impact.data.schema import table_schema
from collective_impact.framework.catalogue import entry
from collective_impact.language import listing, percent
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_ALLIANCES = 12


@guarded
def alliances_table(unusual: pd.DataFrame) -> Block:
    """List alliances between kinds of actors that did not work together in the first round."""
    if unusual.empty:
        return Paragraph(
            _("Every alliance of the last round joins kinds of actors that worked together from the first.")
        )
    rows = [
        [row["one"], row["other"], f"{actor_type(row['one_type'])} – {actor_type(row['other_type'])}", row["since"]]
        for _i, row in unusual.head(MOST_ALLIANCES).iterrows()
    ]
    caption = _("Alliances between kinds of actors that did not work together in the first round ({n})")
    columns = [_("One"), _("The other"), _("Kinds"), _("First seen in")]
    return Table(columns, rows, caption.format(n=len(unusual)), "alliances")


@guarded
def power_dynamics_table(power: PowerMap, unusual: pd.DataFrame | Insufficient) -> Table:
    """Say for each of the power dynamics what the map tells of it."""
    told = {
        "know_your_context": _known(power),
        "test_for_favourable_wind": _wind(power),
        "build_collective_power": _coalition(power),
        "unusual_alliances": _("not known: the alliances of two rounds are not on record")
        if isinstance(unusual, Insufficient)
        else _("{n} since the first round").format(n=len(unusual)),
        "pressure_outside_and_inside": _pressure(power),
    }
    rows = [[str(entry(name).name), text] for name, text in told.items()]
    caption = _("Power dynamics, as told by: {last}").format(last=power.last)
    return Table([_("Dynamic"), _("What the map tells")], rows, caption, "power-dynamics")


def _known(power: PowerMap) -> str:
    judged = power.actors[["power", "interest", "stance"]].notna().all(axis=1)
    text = _("{judged} of {n} actors have their power, interest and stance judged; rounds so far: {rounds}")
    return text.format(judged=int(judged.sum()), n=len(power.actors), rounds=power.n_rounds)


def _wind(power: PowerMap) -> str:
    now, before = power.share_held("stance"), power.share_held("first_stance")
    if now is None:
        return _("not known: no actor has both its power and its stance judged")
    if before is None:
        return _("actors who are for the agenda hold {now} of the power").format(now=percent(now))
    text = _("actors who are for the agenda hold {now} of the power, {before} in {first}")
    return text.format(now=percent(now), before=percent(before), first=power.first)


def _coalition(power: PowerMap) -> str:
    stance = power.actors["stance"].dropna()
    kinds = power.actors.loc[power.actors["stance"] > 0, "type"].nunique()
    text = _("{ours} actors of {kinds} kinds are for, {neutral} neutral, {against} against")
    return text.format(
        ours=int((stance > 0).sum()),
        kinds=kinds,
        neutral=int((stance == 0).sum()),
        against=int((stance < 0).sum()),
    )


def _pressure(power: PowerMap) -> str:
    """How many of those who are for the agenda press from where."""
    field = table_schema("power_actor").field("pressure")
    ours = power.actors[power.actors["stance"] > 0]
    counts = {value: int((ours["pressure"] == value).sum()) for value in field.allowed if value != "none"}
    parts = [f"{field.label_of(value).lower()} {n}" for value, n in counts.items() if n]
    if not parts:
        return _("nobody who is for the agenda is recorded as pressing for it")
    return _("of {n} who are for the agenda, pressing {parts}").format(n=len(ours), parts=listing(parts))
