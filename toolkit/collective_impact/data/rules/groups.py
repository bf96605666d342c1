"""The rules on the groups of people that figures and answers are told apart by."""

import pandas as pd

from collective_impact.data.rules.rule import Rule, neither
from collective_impact.language import marked

_EVERYBODY = "all"


def _second_reference(group: pd.DataFrame) -> "pd.Series[bool]":
    reference = group["reference"].fillna(False)
    return reference & (reference.astype("int64").groupby(group["dimension"]).cumsum() > 1)


GROUP_RULES = (
    *(
        Rule(
            table,
            "group",
            marked("the group is the word all, or a group of the table group"),
            marked("write all, or correct the id of the group"),
            neither("group", _EVERYBODY, "group"),
            needs=("group",),
        )
        for table in ("survey_response", "indicator_value")
    ),
    Rule(
        "group",
        "group_id",
        marked("the word all stands for everybody and is no group of its own"),
        marked("take the row away"),
        lambda group: group["group_id"] == _EVERYBODY,
    ),
    Rule(
        "group",
        "reference",
        marked("the groups of a dimension are compared with one of them at most"),
        marked("keep the one that was chosen before the figures were seen"),
        _second_reference,
        needs=("group",),
        shows=("dimension", "reference"),
        severity="note",
    ),
)
