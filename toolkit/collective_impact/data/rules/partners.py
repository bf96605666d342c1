"""The rules on who takes part, when, and in what."""

from functools import partial

import pandas as pd

from collective_impact.data.period import last_days
from collective_impact.data.rules.rule import Rule, looked_up, same
from collective_impact.language import marked

_JUDGED = (
    "trust_reliability",
    "trust_mission",
    "trust_openness",
    "value_power",
    "value_involvement",
    "value_resources",
)
_BE_PRESENT = marked("correct the partner, or the day on which it joined or left")
_CORRECT_NUMBERS = marked("correct one of the numbers")


def _away(partner_ids: pd.Series, start: pd.Series, end: pd.Series, partner: pd.DataFrame) -> "pd.Series[bool]":
    """Which partners joined after the end of a time, or left before its start."""
    joined = looked_up(partner_ids, partner["partner_id"], last_days(partner["joined"]))
    left = looked_up(partner_ids, partner["partner_id"], last_days(partner["left"]))
    return (joined > end) | (left < start)


def _away_during_wave(
    relation: pd.DataFrame, wave: pd.DataFrame, partner: pd.DataFrame, column: str
) -> "pd.Series[bool]":
    opened = looked_up(relation["wave_id"], wave["wave_id"], last_days(wave["opened"]))
    closed = looked_up(relation["wave_id"], wave["wave_id"], last_days(wave["closed"]))
    return _away(relation[column], opened, closed, partner)


def _away_from_meeting(participation: pd.DataFrame, meeting: pd.DataFrame, partner: pd.DataFrame) -> "pd.Series[bool]":
    day = looked_up(participation["meeting_id"], meeting["meeting_id"], last_days(meeting["date"]))
    return _away(participation["partner_id"], day, day, partner)


PARTNER_RULES = (
    Rule(
        "participation",
        "partner_id",
        marked("a partner that comes to a meeting takes part in the initiative on that day"),
        _BE_PRESENT,
        _away_from_meeting,
        needs=("meeting", "partner"),
        shows=("meeting_id", "partner_id"),
    ),
    Rule(
        "participation",
        "people_lived_experience",
        marked("no more people with lived experience come than people in all"),
        _CORRECT_NUMBERS,
        lambda participation: participation["people_lived_experience"] > participation["people"],
        shows=("people", "people_lived_experience"),
    ),
    Rule(
        "activity",
        "actual_end",
        marked("an activity that is done tells the day on which it was done"),
        marked("fill in the day, or correct the status"),
        lambda activity: (activity["status"] == "done") & activity["actual_end"].isna(),
        shows=("status", "actual_end"),
        severity="note",
    ),
    Rule(
        "activity",
        "status",
        marked("an activity that has an actual end has the status done"),
        marked("correct the status, or take the day away"),
        lambda activity: (activity["status"] != "done") & activity["actual_end"].notna(),
        shows=("status", "actual_end"),
        severity="note",
    ),
    Rule(
        "data_submission",
        "valid_records",
        marked("no more records are valid than were reported"),
        _CORRECT_NUMBERS,
        lambda data_submission: data_submission["valid_records"] > data_submission["records"],
        shows=("records", "valid_records"),
    ),
    Rule(
        "relation",
        "to_partner_id",
        marked("a tie leads from one partner to another"),
        marked("take the row away, or correct one of the partners"),
        same("from_partner_id", "to_partner_id"),
        shows=("from_partner_id", "to_partner_id"),
    ),
    *(
        Rule(
            "relation",
            column,
            says,
            _BE_PRESENT,
            partial(_away_during_wave, column=column),
            needs=("wave", "partner"),
            shows=("wave_id", column),
        )
        for column, says in (
            ("from_partner_id", marked("a partner that answers takes part in the initiative during the wave")),
            ("to_partner_id", marked("a partner that is answered about takes part in the initiative during the wave")),
        )
    ),
    Rule(
        "relation",
        "intensity",
        marked("trust and value are rated only where there is contact: an intensity of 1 or more"),
        marked("leave trust and value empty, or correct the intensity"),
        lambda relation: (relation["intensity"] == 0) & relation[list(_JUDGED)].notna().any(axis=1),
    ),
)
