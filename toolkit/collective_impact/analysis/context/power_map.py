"""The power map of the first round and of the last side by side, and alliances that nobody would have expected."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.rounds import in_order_of_time, round_names
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.statistics.insufficient import Insufficient

MOST_POWER = 8
"""Formal and informal power together, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class PowerMap:
    """Actors with power over the problem, in the first round and in the last.

    Attributes
    ----------
    actors : DataFrame, indexed by actor_id
        Of the last round: ``name``, ``type``, ``pressure``, ``power`` (formal and informal together, 0-8),
        ``interest`` (0-4), ``stance`` (-2 to +2); and the same of the first round as ``first_power``,
        ``first_interest`` and ``first_stance``. Missing where not known; with a single round there is no first.
    first, last : str
        Names of the rounds; `first` is empty where there is one round only.
    n_rounds : int
    """

    actors: pd.DataFrame
    first: str
    last: str
    n_rounds: int

    @property
    def moved(self) -> "pd.Series[float]":
        """Steps that each actor's stance moved, for those whose stance is known in both rounds."""
        shift: pd.Series[float] = (self.actors["stance"] - self.actors["first_stance"]).dropna()
        return shift

    def share_held(self, stance: str) -> float | None:
        """Share of all power that lies with actors who are for the agenda, in a round; None where none is known.

        Parameters
        ----------
        stance : {"stance", "first_stance"}
        """
        power = "power" if stance == "stance" else "first_power"
        known = self.actors.dropna(subset=[power, stance])
        whole = float(known[power].sum())
        return float(known.loc[known[stance] > 0, power].sum()) / whole if whole else None


def power_map(initiative: Initiative) -> PowerMap | Insufficient:
    """Read the power map.

    Returns
    -------
    PowerMap or Insufficient
        ``no_rows`` without actors.
    """
    if not initiative.has("power_actor"):
        return Insufficient("no_rows", table="power_actor")
    table = table_or_empty(initiative, "power_actor")
    rounds = in_order_of_time(initiative, table["wave_id"])
    power = table["formal_power"].astype(float) + table["informal_power"].astype(float)
    table = table.assign(
        power=power, interest=table["interest"].astype(float), stance=table["stance"].astype(float)
    ).set_index("actor_id")
    last = table[table["wave_id"] == rounds[-1]]
    first = table[table["wave_id"] == rounds[0]] if len(rounds) > 1 else table.head(0)
    kept = ["power", "interest", "stance"]
    before = first[kept].add_prefix("first_").reindex(last.index)
    actors = last[["name", "type", "pressure", *kept]].join(before)
    names = round_names(initiative)
    return PowerMap(
        actors,
        names.get(rounds[0], rounds[0]) if len(rounds) > 1 else "",
        names.get(rounds[-1], rounds[-1]),
        len(rounds),
    )


def unusual_alliances(initiative: Initiative) -> pd.DataFrame | Insufficient:
    """Alliances of the last round between two kinds of actors of which none worked together in the first round.

    Returns
    -------
    DataFrame or Insufficient
        Columns ``one, other`` (names), ``one_type, other_type``, ``since`` (name of the first round with it) and
        ``rounds`` (how many have it), in order of rounds; ``no_rows`` without alliances or actors,
        ``too_few_rounds`` with a single round.
    """
    for name in ("power_alliance", "power_actor"):
        if not initiative.has(name):
            return Insufficient("no_rows", table=name)
    actors = table_or_empty(initiative, "power_actor").drop_duplicates("actor_id", keep="last").set_index("actor_id")
    ties = table_or_empty(initiative, "power_alliance")
    ties = ties[ties["actor_id"].isin(actors.index) & ties["ally_id"].isin(actors.index)].copy()
    if ties.empty:
        return Insufficient("no_rows", table="power_alliance")
    rounds = in_order_of_time(initiative, ties["wave_id"])
    if len(rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds), 2)
    kinds = {actor: str(kind) for actor, kind in actors["type"].items()}
    pairs = [*zip(ties["actor_id"], ties["ally_id"], strict=True)]
    ties["kinds"] = pd.Series([frozenset((kinds[a], kinds[b])) for a, b in pairs], index=ties.index, dtype=object)
    ties["pair"] = pd.Series([frozenset(pair) for pair in pairs], index=ties.index, dtype=object)
    ties["place"] = ties["wave_id"].map(rounds.index)
    usual = set(ties.loc[ties["place"] == 0, "kinds"])
    last = set(ties.loc[ties["place"] == len(rounds) - 1, "pair"])
    new = ties[~ties["kinds"].isin(usual) & ties["pair"].isin(last)].sort_values("place", kind="stable")
    times = new["pair"].value_counts()
    new = new.drop_duplicates("pair")
    names = round_names(initiative)
    return pd.DataFrame(
        {
            "one": [str(actors["name"][actor]) for actor in new["actor_id"]],
            "other": [str(actors["name"][actor]) for actor in new["ally_id"]],
            "one_type": [kinds[actor] for actor in new["actor_id"]],
            "other_type": [kinds[actor] for actor in new["ally_id"]],
            "since": [names.get(wave, wave) for wave in new["wave_id"]],
            "rounds": [int(times[pair]) for pair in new["pair"]],
        }
    )
