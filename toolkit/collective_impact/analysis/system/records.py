"""What is seen of the system while it moves: early signals, those with power, policies, and what people hold normal."""

import pandas as pd

from collective_impact.analysis.rounds import in_order_of_time, round_names
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import first_days
from collective_impact.data.schema import table_schema
from collective_impact.framework.instruments import instrument

NORM_ITEMS = {"bellwether": ("bellwether_unasked", 1), "target_group": ("target_norm", 4)}
"""Instruments that ask about norms, with the item and the answer from which on it counts as yes."""

MUCH_POWER = 3
_RANK = {"proposed": 0, "adopted": 1, "implemented": 2, "enforced": 3, "defended": 4}


def levers() -> dict[str, str]:
    """Give the places in the system where change is looked for, with their names in the current language."""
    field = table_schema("system_change").field("type")
    return {value: field.label_of(value) for value in field.labels}


def early_signals(initiative: Initiative) -> pd.DataFrame:
    """Give the changes seen in the system in order of time, with what kind of actor changed.

    Returns
    -------
    DataFrame
        Columns of the table ``system_change`` and: ``lever`` and ``actor`` (labels; the sector of a partner, empty for
        an actor that is none) and ``partner`` (name, or empty).
    """
    changes = table_or_empty(initiative, "system_change")
    partners = table_or_empty(initiative, "partner").set_index("partner_id")
    sector = table_schema("partner").field("sector")
    known = partners["sector"].map(sector.label_of)
    return changes.assign(
        lever=changes["type"].map(levers()).fillna(changes["type"]),
        actor=changes["partner_id"].map(known).fillna(""),
        partner=changes["partner_id"].map(partners["name"]).fillna(""),
        begins=first_days(changes["date"]),
    ).sort_values("begins", kind="stable", ignore_index=True)


def standing(initiative: Initiative) -> pd.DataFrame:
    """Give where each actor of the power map stood in its first round and in its last.

    Returns
    -------
    DataFrame
        One row an actor of the last round: ``actor_id``, ``name``, ``power`` (the larger of formal and informal),
        ``stance``, ``before`` (stance in the first round; missing where it was not on the map), ``changes`` (early
        signals recorded of the partner that it is) and ``reading``: ``against``, ``moved_away``, ``moved_towards``,
        ``undecided`` (neither for nor against, with power of 3 or more), ``untapped`` (for, but no
        change of theirs is recorded), or empty. Resistances come first, then openings, each by power.
    """
    actors = table_or_empty(initiative, "power_actor")
    rounds = in_order_of_time(initiative, actors["wave_id"])
    last, first = actors[actors["wave_id"].isin(rounds[-1:])], actors[actors["wave_id"].isin(rounds[:-1][:1])]
    seen = table_or_empty(initiative, "system_change")["partner_id"].replace("", None).value_counts()
    numbers = last[["formal_power", "informal_power", "stance"]].astype("float64")
    found = pd.DataFrame(
        {
            "actor_id": last["actor_id"],
            "name": last["name"],
            "power": numbers[["formal_power", "informal_power"]].max(axis=1),
            "stance": numbers["stance"],
            "before": last["actor_id"].map(first.set_index("actor_id")["stance"]).astype("float64"),
            "changes": last["partner_id"].map(seen).fillna(0).astype(int),
        }
    )
    return _read_off(found)


def _read_off(found: pd.DataFrame) -> pd.DataFrame:
    readings = [_reading(*row) for row in found[["stance", "before", "power", "changes"]].to_numpy()]
    place = [{"against": 0, "moved_away": 0, "": 2}.get(each, 1) for each in readings]
    order = found.assign(place=place, less=-found["power"]).sort_values(["place", "less"], kind="stable").index
    return found.assign(reading=readings).loc[order].reset_index(drop=True)


def _reading(stance: float, before: float, power: float, changes: float) -> str:
    if stance < 0:
        return "against"
    if stance < before:
        return "moved_away"
    if stance > before:
        return "moved_towards"
    if stance == 0 and power >= MUCH_POWER:
        return "undecided"
    return "untapped" if stance > 0 and not changes else ""


def policy_names(initiative: Initiative) -> dict[str, str]:
    """Give the name of each policy in the current language; of one that has no row, its id."""
    policies = table_or_empty(initiative, "policy")
    ids = table_or_empty(initiative, "policy_event")["policy_id"]
    return {each: each for each in ids} | dict(zip(policies["policy_id"], policies["name"], strict=True))


def policy_paths(initiative: Initiative) -> pd.DataFrame:
    """Give each policy's steps in order of time.

    Returns
    -------
    DataFrame
        Columns ``policy_id``, ``name``, ``stage``, ``date``, ``until`` (day of the policy's next step; missing for its
        last) and ``cites_initiative``; policies in the order in which they began.
    """
    events = table_or_empty(initiative, "policy_event")
    days = pd.Series([each.start_time for each in events["date"]], index=events.index, dtype="datetime64[ns]")
    steps = events.assign(date=days, rank=events["stage"].map(_RANK).fillna(0)).sort_values(["date", "rank"])
    begun = steps.groupby("policy_id")["date"].transform("min")
    steps = steps.assign(begun=begun, until=steps.groupby("policy_id")["date"].shift(-1))
    steps = steps.sort_values(["begun", "policy_id", "date", "rank"], kind="stable", ignore_index=True)
    named = steps["policy_id"].map(policy_names(initiative))
    return steps.assign(name=named)[["policy_id", "name", "stage", "date", "until", "cites_initiative"]]


def policy_states(paths: pd.DataFrame) -> pd.DataFrame:
    """Give where each policy stands: its last step other than being defended.

    Returns
    -------
    DataFrame
        Columns of `policy_paths`, one row a policy, with ``state``: ``proposed``, ``adopted``, ``in_force``
        (implemented or enforced) or ``closed`` (rejected, withdrawn or repealed).
    """
    last = paths[paths["stage"] != "defended"].groupby("policy_id", sort=False).tail(1)
    states = {"implemented": "in_force", "enforced": "in_force", "proposed": "proposed", "adopted": "adopted"}
    return last.assign(state=last["stage"].map(states).fillna("closed")).reset_index(drop=True)


def norm_answers(initiative: Initiative) -> pd.DataFrame:
    """Count the answers that tell of norms, round by round.

    Returns
    -------
    DataFrame
        Columns ``instrument``, ``text`` (of the question, in the current language), ``wave_id``, ``wave`` (its name),
        ``yes``, ``n`` and ``areas``; rounds in order, and only those with at least as many answers as the initiative
        shows. Where answers name areas, those count that were asked in the first round and in the last: so many
        ``areas``, else 0.
    """
    answers = table_or_empty(initiative, "survey_response")
    named = round_names(initiative)
    fewest = initiative.facts.suppression.min_respondents
    rows = []
    for name, (item, least) in NORM_ITEMS.items():
        asked = next(each for each in instrument(name).items if each.id == item)
        given = answers[(answers["item_id"] == item) & answers["value"].notna()]
        waves = in_order_of_time(initiative, given["wave_id"])
        areas = _areas_of_both(given, waves)
        given = given[given["area_id"].isin(areas)] if areas else given
        for wave in waves:
            values = pd.to_numeric(given.loc[given["wave_id"] == wave, "value"])
            yes = int((values >= least).sum())
            rows.append([name, str(asked.text), wave, named.get(wave, wave), yes, len(values), len(areas)])
    counts = pd.DataFrame(rows, columns=["instrument", "text", "wave_id", "wave", "yes", "n", "areas"])
    return counts[counts["n"] >= fewest].reset_index(drop=True)


def _areas_of_both(given: pd.DataFrame, waves: list[str]) -> set[str]:
    """Areas with answers in the first round and in the last."""
    first, last = (set(given.loc[given["wave_id"].isin(end), "area_id"].dropna()) for end in (waves[:1], waves[-1:]))
    return {area for area in first & last if area}
