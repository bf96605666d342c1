"""Whether a claim's standing survives doubt about the numbers behind it.

Probabilities of evidence are judgements, and a verdict that hangs on their exact size is none (Zaks 2021, Political
Analysis 29).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from collective_impact.errors import MethodError
from collective_impact.statistics.contribution.process_tracing import (
    ProcessTracing,
    group_log_odds,
    likelihood_ratios,
    verdict_of,
)
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

FirmVerdict = Literal["supported", "open", "weakened", "inconclusive"]
LEAST, MOST = 0.01, 0.99
"""How sure doubted evidence can at most be."""


@dataclass(frozen=True, slots=True, eq=False)
class ProcessTracingSensitivity:
    """How a posterior moves with its numbers.

    Attributes
    ----------
    verdict : FirmVerdict
        That of the claim if it is the same throughout, otherwise inconclusive.
    firm_to : float or None
        Largest shift of the probabilities, with any of the priors, at which the verdict is still the same throughout;
        None where other priors are enough to change it.
    low, high : float
        Smallest and largest posterior of all.
    ranges : DataFrame
        Columns ``shift, low, high``: posteriors when all probabilities move by up to `shift`, all against the claim or
        all for it, with the lowest or the highest prior.
    tornado : DataFrame
        Columns ``factor, evidence, shift, low, high``: posteriors when one thing alone moves, the prior (``evidence``
        missing) or the two probabilities of one piece. The one that moves most first.
    """

    verdict: FirmVerdict
    firm_to: float | None
    low: float
    high: float
    ranges: pd.DataFrame
    tornado: pd.DataFrame


@guarded
def process_tracing_sensitivity(
    tracing: ProcessTracing, *, priors: Sequence[float] = (0.25, 0.75), shifts: Sequence[float] = (0.1, 0.2)
) -> ProcessTracingSensitivity | Insufficient:
    """Posterior over other priors and other probabilities of the evidence.

    A shift moves the probability of finding a piece if the claim is true and that if it is not in opposite directions,
    so that both speak against the claim or both for it, no further than 0.01 and 0.99. As each group grows with each
    of its pieces, moving all of them one way gives the true extremes.

    Parameters
    ----------
    priors : sequence of float
        Lowest and highest; the claim's own is always among them.
    shifts : sequence of float
        Between 0 and 1.

    Raises
    ------
    MethodError
        For a prior or a shift that is not between 0 and 1.
    """
    if not priors or not all(0 < number < 1 for number in (*priors, *shifts)):
        raise MethodError(f"priors {list(priors)}, shifts {list(shifts)}: expected shares between 0 and 1")
    steps = sorted({0.0, *shifts})
    ends = logit([min(*priors, tracing.prior), max(*priors, tracing.prior)])
    groups = tracing.pieces["code"].to_numpy()
    ranges = pd.DataFrame(
        [
            [
                step,
                *(
                    float(expit(end + group_log_odds(_moved(tracing, way * step), groups).sum()))
                    for way, end in zip((-1, 1), ends, strict=True)
                ),
            ]
            for step in steps
        ],
        columns=["shift", "low", "high"],
    )
    same = [
        verdict_of(low, tracing.decided) == verdict_of(high, tracing.decided) == tracing.verdict
        for low, high in zip(ranges["low"], ranges["high"], strict=True)
    ]
    firm = [step for place, step in enumerate(steps) if all(same[: place + 1])]
    return ProcessTracingSensitivity(
        verdict=tracing.verdict if all(same) else "inconclusive",
        firm_to=firm[-1] if firm else None,
        low=float(ranges["low"].min()),
        high=float(ranges["high"].max()),
        ranges=ranges,
        tornado=_tornado(tracing, ends, steps[1:]),
    )


def _moved(tracing: ProcessTracing, shift: float) -> Array:
    """Log odds of each piece when its probabilities move by `shift`: for the claim, or against it if negative."""
    observed = tracing.pieces["observed"].to_numpy()
    towards = np.where(observed, shift, -shift)
    if_true, if_false = (tracing.pieces[name].to_numpy(float) for name in ("p_if_true", "p_if_false"))
    return likelihood_ratios(observed, _within(if_true, towards), _within(if_false, -towards))


def _within(share: Array, by: Array) -> Array:
    """Move shares, no further than `LEAST` and `MOST`; those beyond already stay where they are."""
    return np.clip(share + by, np.minimum(share, LEAST), np.maximum(share, MOST))


def _tornado(tracing: ProcessTracing, ends: Array, shifts: Sequence[float]) -> pd.DataFrame:
    pieces, groups = tracing.pieces, tracing.pieces["code"].to_numpy()
    start, log_odds = float(logit(tracing.prior)), pieces["log_odds"].to_numpy()
    settled = float(group_log_odds(log_odds, groups).sum())
    rows: list[list[object]] = [["prior", None, 0.0, *(float(expit(end + settled)) for end in ends)]]
    for shift in shifts:
        moved = {way: _moved(tracing, way * shift) for way in (-1, 1)}
        for place, name in enumerate(pieces["evidence"]):
            posteriors = []
            for way in (-1, 1):
                changed = log_odds.copy()
                changed[place] = moved[way][place]
                posteriors.append(float(expit(start + group_log_odds(changed, groups).sum())))
            rows.append(["evidence", name, shift, *posteriors])
    frame = pd.DataFrame(rows, columns=["factor", "evidence", "shift", "low", "high"])
    width = -(frame["high"] - frame["low"]).round(12)
    return frame.assign(width=width).sort_values("width", kind="stable", ignore_index=True).drop(columns="width")
