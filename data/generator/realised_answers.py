"""What came of the planted truths among answers: raters, networks, surveys."""

import numpy as np
import pandas as pd

from generator.material import Tables
from generator.network_shape import centralization, density
from generator.people import rounds_of
from generator.rater_agreement import ordinal_alpha

_RATED = ("conditions", "equity", "power_dynamics")
_TRUST = ["trust_reliability", "trust_mission", "trust_openness"]
_SURVEYS = {
    "mindset": "mindset",
    "wilder": "wilder",
    "partner_survey": "partner",
    "voice": "voice",
    "target": "target",
}


def agreement(tables: Tables) -> dict[str, object]:
    """Krippendorff's alpha over all rounds and in each, over all areas and in each, and the conditions' means."""
    scores = pd.DataFrame(tables["rubric_score"])
    scores["score"] = pd.to_numeric(scores["score"])
    whole = scores[scores["unit_id"] == "initiative"]
    found: dict[str, object] = {}
    for name in _RATED:
        found |= _alphas(f"alpha_{name}", whole[whole["criterion_id"].str.startswith(f"{name}_")], "wave_id", "round")
    found |= _alphas("alpha_areas", scores[scores["unit_id"] != "initiative"], "unit_id", "area")
    means = whole[whole["criterion_id"].str.startswith("conditions_")].groupby("wave_id")["score"].mean()
    return {**found, "mean_conditions_by_round": {str(wave): round(float(mean), 2) for wave, mean in means.items()}}


def _alphas(key: str, scores: pd.DataFrame, by: str, each: str) -> dict[str, object]:
    wide = scores.pivot(index=["wave_id", "unit_id", "criterion_id"], columns="rater_id", values="score")
    parts = {str(name): round(ordinal_alpha(part.to_numpy(float)), 3) for name, part in wide.groupby(level=by)}
    return {
        key: round(ordinal_alpha(wide.to_numpy(float)), 3),
        f"{key}_by_{each}": parts,
        f"{key}_lowest": min(parts.values()),
        f"{key}_highest": max(parts.values()),
    }


def networks(tables: Tables) -> dict[str, object]:
    """Density, centralization and mean trust in each round, and how far trust in the partners differs."""
    ties = pd.DataFrame(tables["relation"])
    backbone = next(str(row["partner_id"]) for row in tables["partner"] if row["backbone"] == "true")
    found: dict[str, dict[str, float]] = {
        "density": {},
        "density_without_backbone": {},
        "centralization": {},
        "trust": {},
        "trust_received_spread": {},
    }
    for wave, round_ in ties.groupby("wave_id"):
        without = round_[(round_["from_partner_id"] != backbone) & (round_["to_partner_id"] != backbone)]
        trust = round_[_TRUST].replace("", np.nan).astype(float)
        received = trust.mean(axis=1).groupby(round_["to_partner_id"]).mean()
        found["density"][str(wave)] = round(density(round_), 3)
        found["density_without_backbone"][str(wave)] = round(density(without), 3)
        found["centralization"][str(wave)] = round(centralization(round_), 3)
        found["trust"][str(wave)] = round(float(np.nanmean(trust.to_numpy())), 2)
        found["trust_received_spread"][str(wave)] = round(float(received.std()), 2)
    return {f"network_{name}": values for name, values in found.items()}


def surveys(tables: Tables) -> dict[str, object]:
    """Mean answer and number of people in each round; how far those born abroad answer from the others."""
    answers = pd.DataFrame(
        [row for row in tables["survey_response"] if row["value"] != "" and "." not in str(row["item_id"])]
    )
    answers["value"] = pd.to_numeric(answers["value"])
    found: dict[str, object] = {}
    for name, prefix in _SURVEYS.items():
        own = answers[answers["item_id"].str.startswith(f"{prefix}_")]
        means = own.groupby("wave_id")["value"].mean()
        found[f"{name}_means"] = {str(wave): round(float(mean), 2) for wave, mean in means.items()}
        found[f"{name}_respondents"] = own.groupby("wave_id")["respondent_id"].nunique().to_dict()
    return {**found, "answers_of_born_abroad_apart": _apart(answers), **_named(answers)}


def _apart(answers: pd.DataFrame) -> float:
    """Mean difference over items and rounds between those born abroad and those born in the country."""
    told = answers[answers["wave_id"].isin([*rounds_of("residents"), *rounds_of("target")])]
    means = told.pivot_table(index=["wave_id", "item_id"], columns="group", values="value")
    return round(float((means["fodda-utomlands"] - means["fodda-i-sverige"]).mean()), 2)


def _named(answers: pd.DataFrame) -> dict[str, object]:
    """Share of influential people who named the issue unasked, and how many they were."""
    asked = answers[answers["item_id"] == "bellwether_unasked"].groupby("wave_id")["value"]
    return {"named_unasked_share": asked.mean().round(2).to_dict(), "named_unasked_asked": asked.size().to_dict()}
