"""What a claim of lasting system change can be held against: policies that stand, and changes that nobody wanted."""

from datetime import date, timedelta

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import area_names, table_or_empty, treatment_starts
from collective_impact.data.period import last_day
from collective_impact.data.schema import table_schema

IN_FORCE = ("adopted", "implemented", "enforced", "defended")
CLOSED = ("rejected", "withdrawn", "repealed")
YEAR = timedelta(days=365)


def first_start(initiative: Initiative) -> pd.Period | None:
    """Give the year in which the first area began to take part; None where none does."""
    return min(treatment_starts(initiative, "Y").values(), default=None)


def side_outcomes(initiative: Initiative) -> pd.DataFrame:
    """Give the harvested outcomes that are not all good, or that nobody expected: the unwanted ones first.

    Returns
    -------
    DataFrame
        Columns ``outcome_id``, ``who``, ``what_changed``, ``where`` (name of the area, or empty), ``sign`` and
        ``agreement`` (labels), ``wanted`` (bool) and ``expected`` (bool).
    """
    rows = table_or_empty(initiative, "outcome_harvest")
    schema, names = table_schema("outcome_harvest"), area_names(initiative)
    wanted, expected = rows["sign"].eq("positive"), ~rows["expected"].eq(False)
    sides = rows[~wanted | ~expected]
    return pd.DataFrame(
        {
            "outcome_id": sides["outcome_id"],
            "who": sides["who"],
            "what_changed": sides["what_changed"],
            "where": [names.get(area, "") for area in sides["area_id"]],
            "sign": [schema.field("sign").label_of(sign) for sign in sides["sign"]],
            "agreement": [schema.field("agreement").label_of(said) for said in sides["agreement"]],
            "wanted": wanted[sides.index],
            "expected": expected[sides.index],
        }
    ).sort_values("wanted", kind="stable", ignore_index=True)


def policies_in_force(initiative: Initiative, as_of: date) -> pd.DataFrame:
    """Give how far each policy has come, and whether it has stood for a year.

    Returns
    -------
    DataFrame
        One row a policy: ``policy_id``, ``name``, ``stage`` (label of the last step), ``adopted`` (bool: whether it was
        ever adopted), ``closed`` (bool: turned down, withdrawn or repealed), ``since`` (day of its adoption) and
        ``a_year`` (bool: adopted a year ago or more and not closed).
    """
    steps = table_or_empty(initiative, "policy_event").dropna(subset=["date"])
    names = dict(table_or_empty(initiative, "policy")[["policy_id", "name"]].itertuples(index=False, name=None))
    stage = table_schema("policy_event").field("stage")
    found = []
    for policy, own in steps.assign(day=[last_day(each) for each in steps["date"]]).groupby("policy_id", sort=False):
        own = own.sort_values("day", kind="stable")
        taken, last = own[own["stage"].isin(IN_FORCE)], own["stage"].iloc[-1]
        since = taken["day"].iloc[0] if len(taken) else None
        stands = since is not None and last not in CLOSED and since <= as_of - YEAR
        label = stage.label_of(last)
        found.append([policy, names.get(policy, policy), label, since is not None, last in CLOSED, since, stands])
    columns = ["policy_id", "name", "stage", "adopted", "closed", "since", "a_year"]
    return pd.DataFrame(found, columns=columns)
