"""What the initiative contributed to: harvested outcomes, claims and their evidence."""

import numpy as np

from generator.material import Row, only, texts
from generator.truths import Truths


def harvested_outcomes() -> list[Row]:
    """Give the harvested outcomes, as they are written in the texts."""
    return [dict(row) for row in texts("outcome_harvest")]


def claims() -> list[Row]:
    """Give the claims, as they are written in the texts."""
    return [dict(row) for row in texts("claim")]


def evidence(rng: np.random.Generator, truths: Truths) -> list[Row]:
    """Plant what is found: by the probability of a true claim or of one that is not.

    Evidence of one group shares one random number, and so is found or missed together. What bears on a claim in words
    only is found or not as it is written in the texts.
    """
    rows = []
    shared: dict[str, float] = {}
    for text in texts("evidence"):
        own = float(rng.random())
        drawn = shared.setdefault(text["independent_group"], own) if text["independent_group"] else own
        likely = text["p_if_true"] if text["claim_id"] in truths.true_claims else text["p_if_false"]
        observed = drawn < float(likely) if likely else text["found"] == "true"
        rows.append({**only(text, ["found"]), "observed": observed})
    return rows
