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


def _compared(partner_ids: pd.Series, partner: pd.DataFrame) -> "pd.Series[bool]":
    """Which partners take no part and are there for comparison only."""
    return partner_ids.isin(partner.loc[partner["comparison"].eq(True), "partner_id"])


def _away(partner_ids: pd.Series, start: pd.Series, end: pd.Series, partner: pd.DataFrame) -> "pd.Series[bool]":
    """Which partners joined after the end of a time, or left before its start."""
    joined = looked_up(partner_ids, partner["partner_id"], last_days(partner["joined"]))
    left = looked_up(partner_ids, partner["partner_id"], last_days(partner["left"]))
    return (joined > end) | (left < start)


def _absent_during_wave(
    wave: pd.DataFrame, partner: pd.DataFrame, column: str, **answers: pd.DataFrame
) -> "pd.Series[bool]":
    (table,) = answers.values()
    opened = looked_up(table["wave_id"], wave["wave_id"], last_days(wave["opened"]))
    closed = looked_up(table["wave_id"], wave["wave_id"], last_days(wave["closed"]))
    return _compared(table[column], partner) | _away(table[column], opened, closed, partner)


def _absent_from_meeting(
    participation: pd.DataFrame, meeting: pd.DataFrame, partner: pd.DataFrame
) -> "pd.Series[bool]":
    ids, guest = participation["partner_id"], participation["role"] == "guest"
    day = looked_up(participation["meeting_id"], meeting["meeting_id"], last_days(meeting["date"]))
    return _compared(ids, partner) | (~guest & _away(ids, day, day, partner))


def _fewer_than_counted(meeting: pd.DataFrame, participation: pd.DataFrame) -> "pd.Series[bool]":
    counted = participation["people"].groupby(participation["meeting_id"]).sum()
    return meeting["meeting_id"].map(counted) > meeting["attended"]


PARTNER_RULES = (
    Rule(
        "partner",
        "joined",
        marked("a partner has joined on some day, and one for comparison only has not"),
        marked("fill in the day, or correct whether the partner is for comparison only"),
        lambda partner: partner["joined"].isna() != partner["comparison"].eq(True),
        shows=("comparison", "joined"),
    ),
    Rule(
        "meeting",
        "attended",
        marked("no fewer people came to a meeting than its partners came with"),
        _CORRECT_NUMBERS,
        _fewer_than_counted,
        needs=("participation",),
        shows=("meeting_id", "attended"),
        severity="note",
    ),
    Rule(
        "participation",
        "partner_id",
        marked(
            "a partner at a meeting takes part in the initiative on that day, or comes as a guest; one for comparison "
            "only comes to none"
        ),
        _BE_PRESENT,
        _absent_from_meeting,
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
        marked("an activity that has an actual end is done or dropped"),
        marked("correct the status, or take the day away"),
        lambda activity: ~activity["status"].isin(["done", "dropped"]) & activity["actual_end"].notna(),
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
            partial(_absent_during_wave, column=column),
            needs=("wave", "partner"),
            shows=("wave_id", column),
        )
        for column, says in (
            ("from_partner_id", marked("a partner that answers takes part in the initiative during the wave")),
            ("to_partner_id", marked("a partner that is answered about takes part in the initiative during the wave")),
        )
    ),
    Rule(
        "survey_response",
        "partner_id",
        marked("a partner whose people answer takes part in the initiative during the wave"),
        _BE_PRESENT,
        partial(_absent_during_wave, column="partner_id"),
        needs=("wave", "partner"),
        shows=("wave_id", "partner_id"),
        severity="note",
    ),
    Rule(
        "relation",
        "intensity",
        marked("trust and value are rated only where there is contact: an intensity of 1 or more"),
        marked("leave trust and value empty, or correct the intensity"),
        lambda relation: (relation["intensity"] == 0) & relation[list(_JUDGED)].notna().any(axis=1),
    ),
)
