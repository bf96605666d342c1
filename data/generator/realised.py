"""What came of the planted truths in one sample, counted from its tables."""

from datetime import date

import numpy as np
import pandas as pd

from generator.material import Tables, day, quarter_end
from generator.power import courted_actors
from generator.realised_answers import agreement, networks, surveys
from generator.truths import AS_OF

_GROUPS = ("fodda-i-sverige", "fodda-utomlands")


def realised(tables: Tables) -> dict[str, object]:
    """Count what ``texts/truths.toml`` tells of and the tables hold."""
    counted = (_gaps, _learning, agreement, networks, surveys, _practices, _money, _stances, _in_time, _hours, _claims)
    return {name: value for count in counted for name, value in count(tables).items()}


def _gaps(tables: Tables) -> dict[str, object]:
    """Gap in completion between the groups, before the start and in the last two years, by taking part or not."""
    values = pd.DataFrame(tables["indicator_value"])
    values = values[(values["indicator_id"] == "gymnasieexamen") & (values["value"] != "")]
    latest = values.sort_values("revision", kind="stable").drop_duplicates(["area_id", "period", "group"], keep="last")
    part = {row["area_id"]: bool(row["treated_from"]) for row in tables["area"]}
    latest = latest.assign(takes_part=latest["area_id"].map(part), year=latest["period"].astype(int))
    found: dict[str, object] = {}
    for takes_part, who in ((True, "taking_part"), (False, "others")):
        for when, years in (("before", range(2015, 2021)), ("after", range(2024, 2026))):
            chosen = latest[(latest["takes_part"] == takes_part) & latest["year"].isin(years)]
            sums = chosen.groupby("group")[["numerator", "denominator"]].sum().astype(float)
            share = 100 * sums["numerator"] / sums["denominator"]
            found[f"gap_by_birth_{who}_{when}"] = round(float(share[_GROUPS[0]] - share[_GROUPS[1]]), 1)
    return found


def _learning(tables: Tables) -> dict[str, object]:
    decided = {row["decision_id"]: day(row["date"]) for row in tables["decision"]}
    entries = [row for row in tables["emergence"] if row["decision_id"]]
    days = [(decided[row["decision_id"]] - day(row["date"])).days for row in entries]
    still_open = sum(row["status"] == "open" for row in tables["emergence"])
    return {
        "median_days_to_decision": float(np.median(days)) if days else None,
        "decided": len(days),
        "open": still_open,
    }


def _practices(tables: Tables) -> dict[str, object]:
    compared = [row["partner_id"] for row in tables["partner"] if row["comparison"] == "true"]
    seen = pd.DataFrame(tables["practice_observation"])
    apart = seen["partner_id"].isin(compared)
    shares, others = _adopted(seen[~apart]), _adopted(seen[apart])
    final = shares.loc["2025-Q4"]
    halfway = (shares >= 0.5 * final).idxmax()
    return {
        "practice_share_last_quarter": final.astype(float).round(2).to_dict(),
        "practice_share_last_quarter_in_comparison": others.loc["2025-Q4"].astype(float).round(2).to_dict(),
        "practice_half_reached": {str(name): str(period) for name, period in halfway.items()},
    }


def _adopted(seen: pd.DataFrame) -> pd.DataFrame:
    return seen.groupby(["practice_id", "period"])["adopted"].mean().unstack("practice_id")


def _money(tables: Tables) -> dict[str, object]:
    flows = pd.DataFrame(tables["funding_flow"])
    sums = flows.pivot_table(index="period", columns="aligned", values="amount", aggfunc="sum")
    share = sums[True] / sums.sum(axis=1)
    return {"aligned_share_by_year": {str(year): round(float(part), 3) for year, part in share.items()}}


def _stances(tables: Tables) -> dict[str, object]:
    actors = pd.DataFrame(tables["power_actor"])
    stance = actors.pivot(index="actor_id", columns="wave_id", values="stance").astype(int)
    shift = stance.iloc[:, -1] - stance.iloc[:, 0]
    means = {str(wave): round(float(column.mean()), 2) for wave, column in stance.items()}
    of_courted = round(float(shift[courted_actors()].mean()), 2)
    return {"mean_shift_of_courted": of_courted, "mean_stance_by_round": means}


def _in_time(tables: Tables) -> dict[str, object]:
    due = [row for row in tables["activity"] if row["status"] != "dropped" and day(row["planned_end"]) <= AS_OF]
    done = [(row, bool(row["actual_end"] and day(row["actual_end"]) <= day(row["planned_end"]))) for row in due]
    reports = [
        (row, isinstance(row["submitted"], date) and row["submitted"] <= day(row["due"]))
        for row in tables["data_submission"]
    ]
    return {
        "activities_on_time_share": round(float(np.mean([in_time for _row, in_time in done])), 3),
        "activities_due": len(due),
        "activities_on_time_by_year": _shares([(str(row["planned_end"])[:4], in_time) for row, in_time in done]),
        "submissions_on_time_by_year": _shares([(str(row["period"])[:4], in_time) for row, in_time in reports]),
    }


def _shares(pairs: list[tuple[str, bool]]) -> dict[str, float]:
    years = sorted({year for year, _in_time in pairs})
    return {year: round(float(np.mean([held for of, held in pairs if of == year])), 3) for year in years}


def _hours(tables: Tables) -> dict[str, object]:
    """Mean hours of a report before and after the decision to ask less, and the one as a part of the other."""
    decided = next((day(row["date"]) for row in tables["decision"] if row["decision_id"] == "b-e15"), AS_OF)
    reports = [(quarter_end(str(row["period"])), row["hours"]) for row in tables["data_submission"] if row["hours"]]
    before, after = (
        float(np.mean([hours for end, hours in reports if (end > decided) == later])) for later in (False, True)
    )
    return {
        "hours_of_a_report_before": round(before, 1),
        "hours_of_a_report_after": round(after, 1),
        "hours_after_to_before": round(after / before, 2),
    }


def _claims(tables: Tables) -> dict[str, object]:
    """Probability of each claim after its evidence, if it has one before; of evidence in one group, the first only."""
    found = {}
    for claim in (claim for claim in tables["claim"] if claim["prior"]):
        odds = float(str(claim["prior"])) / (1 - float(str(claim["prior"])))
        groups = set()
        for row in (row for row in tables["evidence"] if row["claim_id"] == claim["claim_id"]):
            if_true, if_false = float(str(row["p_if_true"])), float(str(row["p_if_false"]))
            if not row["independent_group"] or row["independent_group"] not in groups:
                odds *= if_true / if_false if row["observed"] else (1 - if_true) / (1 - if_false)
            groups.add(row["independent_group"])
        found[str(claim["claim_id"])] = round(odds / (1 + odds), 3)
    return {"posterior_first_of_each_group": found}
