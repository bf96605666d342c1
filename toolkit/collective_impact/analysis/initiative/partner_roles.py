"""Partners by their role in the network, in the place of their names: who said what of whom stays between them."""

from hashlib import sha256

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.schema import table_schema
from collective_impact.language import translate as _

FEWEST = 3
"""Partners of a sector below which it is not told apart: the sector alone would name them."""


def partner_roles(initiative: Initiative) -> pd.DataFrame:
    """Give what partners are called where their ties are told of.

    A role is the sector with a running number, such as "Business 2". The numbers follow no order that a reader knows:
    they are drawn from the partners' own answers, and are the same in all rounds. Where the initiative says so
    (``partner_names``), partners bear their names.

    Returns
    -------
    DataFrame
        Columns ``name``, ``sector`` (empty: not known, or not told) and ``backbone``, indexed by ``partner_id``;
        whoever is told of in ``relation`` and is no partner comes last.
    """
    partners, ties = table_or_empty(initiative, "partner"), table_or_empty(initiative, "relation")
    reported = {*ties["from_partner_id"], *ties["to_partner_id"]}
    partners = partners[~partners["comparison"].eq(True) | partners["partner_id"].isin(reported)]
    known = partners.set_index("partner_id")[["name", "sector", "backbone"]].fillna({"sector": "", "backbone": False})
    others = sorted(reported - {*known.index})
    strangers = pd.DataFrame({"name": others, "sector": "", "backbone": False}, index=others)
    everyone = pd.concat([each for each in (known, strangers) if len(each)]) if len(known) + len(strangers) else known
    everyone = everyone.astype({"backbone": bool})
    return everyone if initiative.facts.suppression.partner_names else _as_roles(everyone, ties)


def _as_roles(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    answers = ties.astype(str).to_csv(index=False)
    drawn = [sha256(f"{partner}\n{answers}".encode()).hexdigest() for partner in partners.index]
    told = partners["sector"].where(partners["sector"].isin(_common_sectors(partners, ties)), "")
    kinds = [
        _("Backbone") if row["backbone"] else _kind(sector)
        for (_id, row), sector in zip(partners.iterrows(), told, strict=True)
    ]
    places = pd.DataFrame({"kind": kinds, "drawn": drawn}, index=partners.index)
    number = places.groupby("kind")["drawn"].rank(method="first").astype(int)
    names = [_("{sector} {n}").format(sector=kind, n=n) for kind, n in zip(kinds, number, strict=True)]
    return partners.assign(name=names, sector=told)


def _common_sectors(partners: pd.DataFrame, ties: pd.DataFrame) -> set[str]:
    """Sectors with at least `FEWEST` partners besides the backbone in every round."""
    sectors = partners.loc[~partners["backbone"], "sector"]
    rounds = [{*own["from_partner_id"], *own["to_partner_id"]} for _wave, own in ties.groupby("wave_id")]
    sizes = [sectors[sectors.index.isin(there)].value_counts() for there in rounds]
    return {str(each) for each in sectors.unique() if all(size.get(each, 0) >= FEWEST for size in sizes)}


def _kind(sector: str) -> str:
    return table_schema("partner").field("sector").label_of(sector) if sector else _("Other partner")
