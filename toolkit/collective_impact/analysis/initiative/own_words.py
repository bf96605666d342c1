"""Open answers that may be quoted, drawn by lot, so that nobody chooses what people are heard to say."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from collective_impact.analysis.rounds import in_order_of_time
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty

SHORTEST, LONGEST = 40, 240
"""Characters of an answer that is quoted."""
MOST = 4


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What people said in their own words.

    Attributes
    ----------
    quotes : tuple of str
        Without whose they are; empty where too few people let themselves be quoted.
    n_answers, n_allowed : int
        People with an open answer in the last round that has any, and those of them who may be quoted.
    """

    quotes: tuple[str, ...]
    n_answers: int
    n_allowed: int


def own_words(initiative: Initiative, seed: int = 0) -> OwnWords:
    """Draw answers of the last round in which people wrote any.

    Only answers with ``may_quote`` count, and only where at least as many people allow it as the initiative shows: of
    fewer, those who know them could tell who wrote. Each text counts once, however many wrote the same.
    """
    rows = table_or_empty(initiative, "survey_response")
    rows = rows[rows["text"].fillna("").astype(str).str.strip() != ""]
    rounds = in_order_of_time(initiative, pd.Index(rows["wave_id"]))
    last = rows[rows["wave_id"] == rounds[-1]] if rounds else rows
    allowed = last[last["may_quote"].eq(True).fillna(False).astype(bool)]
    people, willing = (int(each["respondent_id"].nunique()) for each in (last, allowed))
    if willing < initiative.facts.suppression.min_respondents:
        return OwnWords((), people, 0)
    texts = {" ".join(text.split()) for text in allowed["text"].astype(str)}
    fitting = [text for text in texts if SHORTEST <= len(text) <= LONGEST]
    drawn = sorted(fitting, key=lambda text: sha256(f"{seed}{text}".encode()).hexdigest())[:MOST]
    return OwnWords(tuple(drawn), people, willing)
