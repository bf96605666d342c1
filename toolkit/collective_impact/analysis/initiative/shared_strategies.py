"""Which partners work on which strategies, and whether they work across sectors, as far as the package tells."""

from __future__ import annotations

from datetime import date

from collective_impact.analysis.initiative.partner_rounds import PartnerRounds
from collective_impact.analysis.initiative.plan import partner_names, taking_part, work_on_strategies
from collective_impact.data.initiative import Initiative
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.networks.mixing import Mixing, mixing
from collective_impact.statistics.networks.mutual_reinforcement import MutualReinforcement, mutual_reinforcement
from collective_impact.statistics.networks.network import undirected


def shared_strategies(initiative: Initiative, as_of: date) -> MutualReinforcement | Insufficient:
    """Describe the network of the partners that now take part and the strategies of the plan, all by their names.

    Returns
    -------
    MutualReinforcement or Insufficient
        ``no_rows`` without activities, partners or the list of who has a part in what; otherwise as from
        `mutual_reinforcement`.
    """
    for table in ("activity", "activity_partner", "partner"):
        if not initiative.has(table):
            return Insufficient("no_rows", 0, 1, table)
    work, names = work_on_strategies(initiative, as_of), partner_names(initiative)
    partners = sorted({names[partner] for partner in taking_part(initiative, as_of, as_of)})
    return mutual_reinforcement(work, partners, sorted(work["strategy"].unique()))


def across_sectors(rounds: PartnerRounds | Insufficient) -> Mixing | Insufficient:
    """Tell whether ties of the last round stay within sectors; a tie counts where either partner reported it.

    Returns
    -------
    Mixing or Insufficient
        As from `mixing`, or what `rounds` lack.
    """
    if isinstance(rounds, Insufficient):
        return rounds
    either = undirected(rounds.last.network)
    return either if isinstance(either, Insufficient) else mixing(either, "sector")
