"""How those with power have moved between two rounds of the power map."""

from __future__ import annotations

import pandas as pd

from collective_impact.statistics.behaviour.sign_flips import SignFlips, sign_flips
from collective_impact.statistics.insufficient import Insufficient, guarded


@guarded
def stance_shift(actors: pd.DataFrame, confidence: float = 0.95) -> SignFlips | Insufficient:
    """Mean change of stance of the actors that stand on both maps.

    Parameters
    ----------
    actors : DataFrame
        One row an actor: ``stance`` in the last round and ``before``, that in the first; either may be missing.
    confidence : float

    Returns
    -------
    SignFlips or Insufficient
        ``no_rows`` without actors, ``too_few_rounds`` where none stands on both maps; as `sign_flips`.
    """
    if actors.empty:
        return Insufficient("no_rows", 0, 1, "power_actor")
    changes = (actors["stance"] - actors["before"]).dropna()
    return sign_flips(changes, confidence=confidence) if len(changes) else Insufficient("too_few_rounds", 1, 2)
