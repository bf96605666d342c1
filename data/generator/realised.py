"""What came of the planted truths in one sample, counted from its tables."""

from datetime import date

import numpy as np
import pandas as pd

from generator.material import Tables, day
from generator.network_shape import centralization, density
from generator.power import courted_actors
from generator.rater_agreement import ordinal_alpha
from generator.truths import AS_OF

_GROUPS = ("fodda-i-sverige", "fodda-utomlands")


def realised(tables: Tables) -> dict[str, object]:
    """Count what ``texts/truths.toml`` tells of and the tables hold."""
    counted = (_gaps, _learning, _agreement, _networks, _surveys, _practices, _money, _stances, _in_time, _claims)
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


def _agreement(tables: Tables) -> dict[str, object]:
    scores = pd.DataFrame([row for row in tables["rubric_score"] if row["unit_id"] == "initiative"])
    scores["score"] = pd.to_numeric(scores["score"])
    found: dict[str, object] = {}
    for name in ("conditions", "power_dynamics"):
        own = scores[scores["criterion_id"].str.startswith(f"{name}_")]
        wide = own.pivot(index=["wave_id", "criterion_id"], columns="rater_id", values="score")
        waves = {wave: ordinal_alpha(part.to_numpy(float)) for wave, part in wide.groupby(level=0)}
        found[f"alpha_{name}"] = round(ordinal_alpha(wide.to_numpy(float)), 3)
        found[f"alpha_{name}_by_round"] = {wave: round(alpha, 3) for wave, alpha in waves.items()}
    means = scores[scores["criterion_id"].str.startswith("conditions_")].groupby("wave_id")["score"].mean()
    found["mean_conditions_by_round"] = {str(wave): round(float(mean), 2) for wave, mean in means.items()}
    return found


def _networks(tables: Tables) -> dict[str, object]:
    ties = pd.DataFrame(tables["relation"])
    backbone = next(str(row["partner_id"]) for row in tables["partner"] if row["backbone"] == "true")
    found: dict[str, dict[str, float]] = {
        "density": {},
        "density_without_backbone": {},
        "centralization": {},
        "trust": {},
    }
    for wave, round_ in ties.groupby("wave_id"):
        without = round_[(round_["from_partner_id"] != backbone) & (round_["to_partner_id"] != backbone)]
        trust = round_[["trust_reliability", "trust_mission", "trust_openness"]].replace("", np.nan).astype(float)
        found["density"][str(wave)] = round(density(round_), 3)
        found["density_without_backbone"][str(wave)] = round(density(without), 3)
        found["centralization"][str(wave)] = round(centralization(round_), 3)
        found["trust"][str(wave)] = round(float(trust.to_numpy()[~trust.isna().to_numpy()].mean()), 2)
    return {f"network_{name}": values for name, values in found.items()}


def _surveys(tables: Tables) -> dict[str, object]:
    answers = pd.DataFrame(
        [row for row in tables["survey_response"] if row["value"] != "" and "." not in str(row["item_id"])]
    )
    answers["value"] = pd.to_numeric(answers["value"])
    found: dict[str, object] = {}
    for name in ("mindset", "wilder", "voice"):
        own = answers[answers["item_id"].str.startswith(f"{name}_")]
        means = own.groupby("wave_id")["value"].mean()
        found[f"{name}_means"] = {str(wave): round(float(mean), 2) for wave, mean in means.items()}
        found[f"{name}_respondents"] = own.groupby("wave_id")["respondent_id"].nunique().to_dict()
    return found


def _practices(tables: Tables) -> dict[str, object]:
    seen = pd.DataFrame(tables["practice_observation"])
    shares = seen.groupby(["practice_id", "period"])["adopted"].mean().unstack(0)
    final = shares.loc["2025-Q4"]
    halfway = (shares >= 0.5 * final).idxmax()
    return {
        "practice_share_last_quarter": final.astype(float).round(2).to_dict(),
        "practice_half_reached": {str(name): str(period) for name, period in halfway.items()},
    }


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
    done = [row for row in due if row["actual_end"] and day(row["actual_end"]) <= day(row["planned_end"])]
    by_year: dict[str, list[bool]] = {}
    for row in tables["data_submission"]:
        in_time = isinstance(row["submitted"], date) and row["submitted"] <= day(row["due"])
        by_year.setdefault(str(row["period"])[:4], []).append(in_time)
    shares = {year: round(float(np.mean(each)), 3) for year, each in by_year.items()}
    return {"activities_on_time_share": round(len(done) / len(due), 3), "submissions_on_time_by_year": shares}


def _claims(tables: Tables) -> dict[str, object]:
    """Probability of each claim after its evidence; of evidence in one group, the first only."""
    found = {}
    for claim in tables["claim"]:
        odds = float(str(claim["prior"])) / (1 - float(str(claim["prior"])))
        groups = set()
        for row in (row for row in tables["evidence"] if row["claim_id"] == claim["claim_id"]):
            if_true, if_false = float(str(row["p_if_true"])), float(str(row["p_if_false"]))
            if not row["independent_group"] or row["independent_group"] not in groups:
                odds *= if_true / if_false if row["observed"] else (1 - if_true) / (1 - if_false)
            groups.add(row["independent_group"])
        found[str(claim["claim_id"])] = round(odds / (1 + odds), 3)
    return {"posterior_first_of_each_group": found}
