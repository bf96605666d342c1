"""How partners work together, as each of them sees it in three rounds."""

import numpy as np

from generator.material import Row, day, present
from generator.network_shape import COOPERATION
from generator.people import rounds_of
from generator.truths import Truths

_ANSWERS = 0.88
_MISREPORT = 0.1
_ABOUT_TIES = ("trust_reliability", "trust_mission", "trust_openness")
_ABOUT_WORTH = ("value_power", "value_involvement", "value_resources")


def relations(rng: np.random.Generator, truths: Truths, partners: list[Row], waves: list[Row]) -> list[Row]:
    """Plant ties that grow: two partners cooperate where a number of their own lies below the round's probability.

    The number stays the same over the rounds, so that ties last; each of the two reports the tie for itself and
    is sometimes a step off. Each partner has a reputation, by which all trust it more or less.
    """
    n = len(partners)
    reputation = rng.normal(0, truths.reputation_spread, n)
    latent, strength, contact = (_symmetric(rng.random((n, n))) for _ in range(3))
    rows = []
    for round_, wave in enumerate(row for row in waves if row["wave_id"] in rounds_of("network")):
        likely = _probabilities(truths, partners, round_)
        closer = strength < 0.25 + 0.15 * round_
        closest = strength < 0.05 + 0.08 * round_
        true = np.where(latent < likely, COOPERATION + closer + closest, (contact < 0.4).astype(int))
        answers = rng.random(n) < _ANSWERS
        reported = _with_misreports(rng, true)
        details = _details(rng, truths.trust[round_] + reputation, reported)
        opened, closed = day(wave["opened"]), day(wave["closed"])
        there = [present(partner, opened, closed) for partner in partners]
        for i, one in enumerate(partners):
            if there[i] and (answers[i] or one["backbone"] == "true"):
                for j, other in enumerate(partners):
                    if there[j] and i != j:
                        ids = {"wave_id": wave["wave_id"], "from_partner_id": one["partner_id"]}
                        tie = {"to_partner_id": other["partner_id"], "intensity": int(reported[i, j])}
                        rows.append({**ids, **tie, **_asked(reported[i, j], details[:, i, j])})
    return rows


def _symmetric(drawn: np.ndarray) -> np.ndarray:
    upper = np.triu(drawn, 1)
    return np.asarray(upper + upper.T)


def _probabilities(truths: Truths, partners: list[Row], round_: int) -> np.ndarray:
    sector = np.array([partner["sector"] for partner in partners])
    backbone = np.array([partner["backbone"] == "true" for partner in partners])
    same = sector[:, None] == sector[None, :]
    likely = np.where(same, truths.ties_within[round_], truths.ties_across[round_])
    return np.where(backbone[:, None] | backbone[None, :], truths.ties_backbone[round_], likely)


def _with_misreports(rng: np.random.Generator, true: np.ndarray) -> np.ndarray:
    off = rng.random(true.shape) < _MISREPORT
    step = rng.choice([-1, 1], true.shape)
    return np.asarray(np.clip(true + off * step, 0, 4))


def _details(rng: np.random.Generator, trusted: np.ndarray, intensity: np.ndarray) -> np.ndarray:
    """Trust around the mean of the partner that is asked about, higher from those who work closely; value likewise."""
    closeness = 0.25 * (intensity - intensity[intensity > 0].mean())
    means = np.stack([trusted] * len(_ABOUT_TIES) + [trusted - 0.3] * len(_ABOUT_WORTH))
    drawn = means[:, None, :] + closeness + 0.6 * rng.standard_normal((len(means), *intensity.shape))
    return np.asarray(np.clip(np.rint(drawn), 1, 4), dtype=int)


def _asked(intensity: int, details: np.ndarray) -> Row:
    questions = (*_ABOUT_TIES, *_ABOUT_WORTH)
    if intensity < 1:
        return dict.fromkeys(questions, "")
    return dict(zip(questions, details.tolist(), strict=True))
