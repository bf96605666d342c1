"""What changes in the system: practices, money, policies."""

import numpy as np

from generator.material import Row, only, present, quarter_end, quarters, texts
from generator.truths import Truths

_QUARTERS = tuple(quarters(2021, 2025))
PACE = 2.0  # scale of the logistic curve, in quarters
COMPARISON = 15.0  # quarter around which organizations for comparison adopt
_NOT_OBSERVED = 0.02
_CASES = {"small": 9, "medium": 24, "large": 52}
_FIRST_YEAR, _LAST_YEAR = 2020, 2025


def practices() -> list[Row]:
    """Give the ways of working."""
    return [dict(row) for row in texts("practice")]


def practice_observations(rng: np.random.Generator, truths: Truths, partners: list[Row]) -> list[Row]:
    """Plant adoption along a logistic curve: each organization has a quarter of its own, or never adopts.

    Only those that support pupils themselves are observed; organizations for comparison adopt later and more seldom.
    """
    supporting = [text["partner_id"] for text in texts("partner") if text["supports_pupils"] == "true"]
    rows = []
    for practice_id, truth in truths.practices:
        for partner in (one for one in partners if one["partner_id"] in supporting):
            compared = partner["comparison"] == "true"
            share, midpoint = (truth.comparison_share, COMPARISON) if compared else (truth.final_share, truth.midpoint)
            adopts, when = rng.random() < share, midpoint + PACE * rng.logistic()
            cases = _CASES[str(partner["size"])]
            for number, period in enumerate(_QUARTERS):
                seen, all_cases = rng.random() > _NOT_OBSERVED, int(rng.poisson(cases))
                adopted = bool(adopts and number >= when)
                new_way = int(rng.binomial(all_cases, 0.75 if adopted else 0.08))
                end = quarter_end(period)
                if seen and (compared or present(partner, end, end)):
                    ids = {"practice_id": practice_id, "partner_id": partner["partner_id"], "site": "all"}
                    counts = {"adopted": adopted, "n": new_way, "denominator": all_cases}
                    rows.append({**ids, "period": period, **counts})
    return rows


def funding_flows(rng: np.random.Generator, truths: Truths) -> list[Row]:
    """Plant the share of the money that follows the common agenda, rising evenly; the office's money always does."""
    rows: list[Row] = []
    shares = np.linspace(truths.aligned_first, truths.aligned_last, _LAST_YEAR - _FIRST_YEAR + 1)
    for year, share in zip(range(_FIRST_YEAR, _LAST_YEAR + 1), shares, strict=True):
        flows = [text for text in texts("funder") if int(text["from_year"]) <= year]
        growth = 1.03 ** (year - _FIRST_YEAR) * rng.uniform(0.93, 1.07, len(flows))
        amounts = np.array([float(text["amount"]) for text in flows]) * growth
        office = np.array([text["purpose"] == "backbone" for text in flows])
        rest = (share * amounts.sum() - amounts[office].sum()) / amounts[~office].sum()
        aligned = np.where(office, 1.0, np.clip(rest + rng.normal(0, 0.04, len(flows)), 0.02, 0.98))
        planned = amounts * rng.uniform(0.9, 1.1, len(flows))
        parts = [
            _flow(text, year, follows, part * amounts[i], part * planned[i])
            for i, text in enumerate(flows)
            for follows, part in ((True, aligned[i]), (False, 1 - aligned[i]))
            if part > 0
        ]
        rows += [{"flow_id": f"f-{year}-{number:02}", **part} for number, part in enumerate(parts, start=1)]
    return rows


def _flow(text: dict[str, str], year: int, aligned: bool, amount: float, planned: float) -> Row:
    money = {"amount": round(amount, -3), "planned": round(planned, -3), "aligned": aligned}
    new = aligned and text["new"] == "true"
    return {**only(text, ["from_year", "amount", "new"]), "period": str(year), **money, "new": new}


def policies() -> dict[str, list[Row]]:
    """Give the policies and their steps, and the changes seen in the system, as they are written in the texts."""
    return {name: sorted(map(dict, texts(name)), key=_in_time) for name in ("policy", "policy_event", "system_change")}


def _in_time(row: Row) -> str:
    return str(row.get("date", ""))
