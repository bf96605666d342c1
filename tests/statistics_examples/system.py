from collections.abc import Callable

import pandas as pd

from collective_impact.analysis.system.aligned_money import aligned_money
from collective_impact.analysis.system.norm_change import norm_changes, norm_shares
from collective_impact.analysis.system.outcome_chains import outcome_chains
from collective_impact.analysis.system.practice_adoption import (
    adoption_by_group,
    adoption_by_practice,
    cases_reached,
    change_by_practice,
)
from collective_impact.errors import MethodError
from statistics_examples import SOUND, Degenerate

YEARS = list(pd.period_range("2018", "2023", freq="Y"))
FLOWS = pd.DataFrame(
    {"period": YEARS * 2, "amount": [3.0, 4, 4, 5, 7, 6, 7, 6, 7, 5, 4, 3], "aligned": [True] * 6 + [False] * 6}
)
ACTORS = pd.DataFrame({"stance": [2.0, 1, 1, 2, 0, 1, -1, 2], "before": [1.0, 0, 1, 1, -1, 1, -1, 0]})
ANSWERS = pd.DataFrame({"instrument": ["a", "a", "b"], "yes": [9, 17, 3], "n": [24, 30, 8]})
CASES = pd.DataFrame({"practice_id": "p", "sector": ["x", "y"], "n": [40, 60], "denominator": [90, 120]})
OUTCOMES = pd.DataFrame({"outcome_id": ["a", "b", "c", "d"], "parent_id": ["", "a", "b", None], "date": YEARS[:4]})


def practices(organizations: int = 8) -> pd.DataFrame:
    """Organizations that take up a practice one after the other, the last two of which take no part."""
    rows = [
        ("p", f"partner-{number}", period, place >= number, number >= organizations - 2, "x" if number < 4 else "y")
        for number in range(organizations)
        for place, period in enumerate(YEARS)
    ]
    return pd.DataFrame(rows, columns=["practice_id", "partner_id", "period", "adopted", "comparison", "sector"])


def years(organizations: int = 8) -> pd.DataFrame:
    """Each organization's share of cases in its first year and in its last."""
    rows = [
        ("p", f"partner-{number}", after, 20.0 + number % 3 + after * (10 + number))
        for number in range(organizations)
        for after in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["practice_id", "partner_id", "period", "value"])


EXAMPLES: dict[str, Callable[[], object]] = {
    "behaviour.aligned_money.aligned_money": lambda: aligned_money(FLOWS),
    "behaviour.norm_change.norm_shares": lambda: norm_shares(ANSWERS),
    "behaviour.norm_change.norm_changes": lambda: norm_changes(norm_shares(ANSWERS)),
    "behaviour.practice_adoption.adoption_by_practice": lambda: adoption_by_practice(practices()),
    "behaviour.practice_adoption.adoption_by_group": lambda: adoption_by_group(practices(), "sector"),
    "behaviour.practice_adoption.cases_reached": lambda: cases_reached(CASES, 11),
    "behaviour.practice_adoption.change_by_practice": lambda: change_by_practice(years()),
    "contribution.outcome_chains.outcome_chains": lambda: outcome_chains(OUTCOMES),
}

DEGENERATE = [
    Degenerate("aligned_money", "no rows", lambda: aligned_money(FLOWS[:0]), "no_rows"),
    Degenerate("aligned_money", "no money", lambda: aligned_money(FLOWS.assign(amount=0.0)), "no_rows"),
    Degenerate("aligned_money", "one flow", lambda: aligned_money(FLOWS[:1]), SOUND),
    Degenerate("aligned_money", "no column", lambda: aligned_money(FLOWS.drop(columns="aligned")), MethodError),
    Degenerate("norm_shares", "no rows", lambda: norm_shares(ANSWERS[:0]), "no_rows"),
    Degenerate("norm_changes", "asked once", lambda: norm_changes(norm_shares(ANSWERS[2:])), SOUND),
    Degenerate("adoption_by_practice", "no rows", lambda: adoption_by_practice(practices()[:0]), "no_rows"),
    Degenerate(
        "adoption_by_practice",
        "nobody takes part",
        lambda: adoption_by_practice(practices().assign(comparison=True)),
        "no_rows",
    ),
    Degenerate("adoption_by_practice", "one row", lambda: adoption_by_practice(practices()[:1]), SOUND),
    Degenerate(
        "adoption_by_practice",
        "a row twice",
        lambda: adoption_by_practice(pd.concat([practices()] * 2)),
        MethodError,
    ),
    Degenerate("adoption_by_group", "no rows", lambda: adoption_by_group(practices()[:0], "sector"), "no_rows"),
    Degenerate(
        "adoption_by_group", "two organizations", lambda: adoption_by_group(practices(4), "sector"), "too_few_clusters"
    ),
    Degenerate("cases_reached", "no rows", lambda: cases_reached(CASES[:0], 11), SOUND),
    Degenerate("change_by_practice", "no rows", lambda: change_by_practice(years()[:0]), "no_denominator"),
    Degenerate("outcome_chains", "no rows", lambda: outcome_chains(OUTCOMES[:0]), "no_data"),
    Degenerate("outcome_chains", "one row", lambda: outcome_chains(OUTCOMES[:1]), SOUND),
    Degenerate("outcome_chains", "an unknown parent", lambda: outcome_chains(OUTCOMES[1:]), SOUND),
    Degenerate("outcome_chains", "twice", lambda: outcome_chains(pd.concat([OUTCOMES] * 2)), MethodError),
    Degenerate(
        "outcome_chains",
        "a circle",
        lambda: outcome_chains(OUTCOMES.assign(parent_id=["c", "a", "b", ""])),
        MethodError,
    ),
]
