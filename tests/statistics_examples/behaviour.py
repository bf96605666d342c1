from collections.abc import Callable

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.behaviour.adoption_curve import adoption_curve
from collective_impact.statistics.behaviour.estimating_equations import estimating_equations
from collective_impact.statistics.behaviour.mixed_model import mixed_model
from collective_impact.statistics.behaviour.organization_changes import organization_changes
from collective_impact.statistics.behaviour.policy_stages import policy_stages
from collective_impact.statistics.behaviour.practice_change import practice_change
from collective_impact.statistics.behaviour.share_between_organizations import share_between_organizations
from collective_impact.statistics.behaviour.sign_flips import sign_flips
from statistics_examples import SOUND, Degenerate


def observed(count=12, periods=5, seed=0):
    """Organizations over periods with numbers, and yes and no."""
    rng = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(count), periods), np.tile(np.arange(periods), count)
    value = (
        rng.normal(size=count)[unit] + (0.5 + 0.3 * rng.normal(size=count)[unit]) * time + rng.normal(size=len(unit))
    )
    names = [f"partner-{number:02}" for number in unit]
    after, part = (time >= periods / 2) * 1.0, unit < count // 3
    frame = pd.DataFrame({"partner_id": names, "period": time, "after": after, "part": part * 1.0, "value": value})
    return frame.assign(adopted=value > 0.5, both=after * part)


def events(count=15):
    """Policies proposed month after month; most of them adopted, some implemented, one skipped, one turned down."""
    begun = pd.date_range("2020-01-15", periods=count, freq="31D")
    rows = [(f"p{at}", "proposed", day) for at, day in enumerate(begun)]
    rows += [(f"p{at}", "adopted", day + pd.Timedelta(100 + 10 * at, "D")) for at, day in enumerate(begun) if at % 5]
    rows += [(f"p{at}", "implemented", day + pd.Timedelta(500, "D")) for at, day in enumerate(begun) if at % 4 == 0]
    rows += [("p5", "rejected", pd.Timestamp("2021-03-01")), ("p3", "proposed", pd.Timestamp("2023-01-01"))]
    return pd.DataFrame(rows, columns=["policy_id", "stage", "date"])


GOOD = observed()
FEW = observed(7)
ALL_OF = {f"partner-{number:02}" for number in range(12)}

EXAMPLES: dict[str, Callable[[], object]] = {
    "behaviour.mixed_model.mixed_model": lambda: mixed_model(GOOD, ["period"], slope="period"),
    "behaviour.mixed_model.mixed_model, errors of the model": lambda: mixed_model(GOOD, ["period"], errors="model"),
    "behaviour.estimating_equations.estimating_equations": lambda: estimating_equations(
        GOOD, ["period"], value="adopted", family="binomial"
    ),
    "behaviour.share_between_organizations.share_between_organizations": lambda: share_between_organizations(
        GOOD, ["period"]
    ),
    "behaviour.organization_changes.organization_changes": lambda: organization_changes(GOOD, 3),
    "behaviour.sign_flips.sign_flips": lambda: sign_flips([0.3, 1.2, -0.4, 0.8, 0.9, 0.1, 1.5]),
    "behaviour.sign_flips.sign_flips, drawn": lambda: sign_flips(np.sin(np.arange(20.0)) + 0.3),
    "behaviour.practice_change.practice_change": lambda: practice_change(GOOD, 3),
    "behaviour.practice_change.practice_change, few": lambda: practice_change(FEW, 3),
    "behaviour.practice_change.practice_change, compared": lambda: practice_change(
        FEW, 3, taking_part=["partner-00", "partner-01", "partner-02"]
    ),
    "behaviour.adoption_curve.adoption_curve": lambda: adoption_curve(GOOD),
    "behaviour.policy_stages.policy_stages": lambda: policy_stages(events(), "2024-01-01"),
}

MODELS = {
    "mixed_model": lambda frame, terms=("period",), **more: mixed_model(frame, list(terms), **more),
    "estimating_equations": lambda frame, terms=("period",), **more: estimating_equations(frame, list(terms), **more),
}
MISSING = GOOD.assign(value=np.nan)
EXACTLY = GOOD.assign(value=2.0 * GOOD["period"])
ONE_ROW_EACH = GOOD[GOOD["period"] == 0]
WIDE = GOOD.groupby("partner_id").head(2).assign(**{f"x{n}": np.cos(np.arange(24) * (n + 2)) for n in range(30)})


def twins(name, call):
    """What both models say of broken data."""
    cases = {
        "no rows": (GOOD[:0], {}, "no_data"),
        "one row": (GOOD[:1], {}, "too_few_clusters"),
        "all missing": (MISSING, {}, "no_data"),
        "all infinite": (GOOD.assign(value=np.inf), {}, "no_data"),
        "all equal": (GOOD.assign(value=1.0), {}, "no_variation"),
        "exactly on a line": (EXACTLY, {}, "no_variation"),
        "nobody ever changes": (GOOD.assign(value=GOOD["part"]), {}, "no_variation"),
        "nine organizations": (observed(9), {}, "too_few_clusters"),
        "one observation each": (ONE_ROW_EACH, {}, "too_few_rows"),
        "a constant term": (GOOD.assign(same=1), {"terms": ["period", "same"]}, "collinear"),
        "a term twice over": (GOOD.assign(copy=2 * GOOD["period"] + 1), {"terms": ["period", "copy"]}, "collinear"),
        "more terms than rows": (WIDE, {"terms": [f"x{n}" for n in range(30)]}, "more_terms_than_rows"),
        "gaps in the periods": (GOOD[GOOD["period"] != 2], {}, SOUND),
        "an infinite value": (GOOD.assign(value=GOOD["value"].where(GOOD.index != 3, np.inf)), {}, SOUND),
        "a missing column": (GOOD.drop(columns="period"), {}, MethodError),
        "a term named intercept": (GOOD.assign(intercept=0.0), {"terms": ["intercept"]}, MethodError),
        "confidence 95": (GOOD, {"confidence": 95}, MethodError),
    }
    return [
        Degenerate(name, data, lambda frame=frame, more=more: call(frame, **more), expected)
        for data, (frame, more, expected) in cases.items()
    ]


ONE_TREATED = GOOD.assign(part=(GOOD["partner_id"] == "partner-00") * 1.0)
ONE_TREATED = ONE_TREATED.assign(both=ONE_TREATED["part"] * ONE_TREATED["after"])

DEGENERATE: list[Degenerate] = [
    *(case for name, call in MODELS.items() for case in twins(name, call)),
    Degenerate("mixed_model", "an unknown slope", lambda: mixed_model(GOOD, ["period"], slope="after"), MethodError),
    Degenerate("mixed_model", "unknown errors", lambda: mixed_model(GOOD, ["period"], errors="naive"), MethodError),
    Degenerate(
        "mixed_model",
        "one organization treated",
        lambda: mixed_model(ONE_TREATED, ["both", "after", "part"]),
        "one_cluster_decides",
    ),
    Degenerate(
        "mixed_model",
        "two observations each, slope asked for",
        lambda: mixed_model(GOOD[GOOD["period"] < 2], ["period"], slope="period"),
        SOUND,
    ),
    Degenerate(
        "mixed_model",
        "as many terms as organizations",
        lambda: mixed_model(
            WIDE.assign(**{f"x{n}": np.repeat(np.cos(np.arange(12) * (n + 2)), 2) for n in range(11)}),
            [f"x{n}" for n in range(11)],
        ),
        "more_terms_than_rows",
    ),
    Degenerate(
        "estimating_equations",
        "one organization treated",
        lambda: estimating_equations(ONE_TREATED, ["both", "after", "part"]),
        "one_cluster_decides",
    ),
    Degenerate(
        "estimating_equations",
        "nobody before, everybody after",
        lambda: estimating_equations(GOOD.assign(value=GOOD["after"]), ["after"], family="binomial"),
        "perfect_prediction",
    ),
    Degenerate(
        "estimating_equations",
        "odds of numbers beyond 1",
        lambda: estimating_equations(GOOD, ["after"], family="binomial"),
        MethodError,
    ),
    Degenerate(
        "estimating_equations",
        "an unknown family",
        lambda: estimating_equations(GOOD, [], family="poisson"),
        MethodError,
    ),
    Degenerate("share_between_organizations", "no rows", lambda: share_between_organizations(GOOD[:0]), "no_data"),
    Degenerate(
        "share_between_organizations",
        "all equal",
        lambda: share_between_organizations(GOOD.assign(value=1)),
        "no_variation",
    ),
    Degenerate(
        "share_between_organizations",
        "equal within each organization",
        lambda: share_between_organizations(GOOD.assign(value=GOOD["partner_id"].str[-1].astype(int))),
        "no_variation",
    ),
    Degenerate(
        "share_between_organizations",
        "two organizations",
        lambda: share_between_organizations(GOOD[:10]),
        "too_few_clusters",
    ),
    Degenerate(
        "share_between_organizations",
        "one observation each",
        lambda: share_between_organizations(ONE_ROW_EACH),
        "too_few_rows",
    ),
    Degenerate(
        "share_between_organizations",
        "confidence 0",
        lambda: share_between_organizations(GOOD, confidence=0),
        MethodError,
    ),
    Degenerate("organization_changes", "no rows", lambda: organization_changes(GOOD[:0], 3), "no_data"),
    Degenerate("organization_changes", "all missing", lambda: organization_changes(MISSING, 3), "no_data"),
    Degenerate(
        "organization_changes", "nothing before", lambda: organization_changes(GOOD, 0), "too_few_periods_before"
    ),
    Degenerate("organization_changes", "nothing after", lambda: organization_changes(GOOD, 9), "too_few_periods_after"),
    Degenerate(
        "organization_changes",
        "nobody both before and after",
        lambda: organization_changes(GOOD[(GOOD["after"] == GOOD["part"])], 3),
        "too_few_clusters",
    ),
    Degenerate(
        "organization_changes", "a start of another kind", lambda: organization_changes(GOOD, "2020"), MethodError
    ),
    Degenerate("organization_changes", "no such column", lambda: organization_changes(GOOD, 3, value="x"), MethodError),
    Degenerate("sign_flips", "no changes", lambda: sign_flips([]), "no_data"),
    Degenerate("sign_flips", "all missing", lambda: sign_flips([np.nan, np.inf]), "no_data"),
    Degenerate("sign_flips", "five organizations", lambda: sign_flips([1, 2, 3, 4, 5]), "too_few_clusters"),
    Degenerate("sign_flips", "all equal", lambda: sign_flips([1.0] * 8), "no_variation"),
    Degenerate("sign_flips", "no change at all", lambda: sign_flips([0.0] * 8), "no_variation"),
    Degenerate("sign_flips", "most unchanged", lambda: sign_flips([0, 0, 0, 0, 0, 0, 1]), SOUND),
    Degenerate("sign_flips", "confidence 1", lambda: sign_flips([1, 2, 3], confidence=1), MethodError),
    Degenerate("practice_change", "no rows", lambda: practice_change(GOOD[:0], 3), "no_data"),
    Degenerate("practice_change", "one row", lambda: practice_change(GOOD[:1], 0), "too_few_periods_before"),
    Degenerate("practice_change", "five organizations", lambda: practice_change(observed(5), 3), "too_few_clusters"),
    Degenerate("practice_change", "all equal", lambda: practice_change(GOOD.assign(value=1), 3), "no_variation"),
    Degenerate(
        "practice_change", "nobody took part", lambda: practice_change(GOOD, 3, taking_part=[]), "no_treated_unit"
    ),
    Degenerate(
        "practice_change", "everybody took part", lambda: practice_change(GOOD, 3, taking_part=ALL_OF), "no_donors"
    ),
    Degenerate(
        "practice_change",
        "one of twelve took part",
        lambda: practice_change(GOOD, 3, taking_part=["partner-03"]),
        "too_few_clusters",
    ),
    Degenerate(
        "practice_change",
        "two of twelve took part",
        lambda: practice_change(GOOD, 3, taking_part=["partner-03", "partner-07"]),
        SOUND,
    ),
    Degenerate(
        "practice_change",
        "an unknown organization",
        lambda: practice_change(GOOD, 3, taking_part=["nobody"]),
        MethodError,
    ),
    Degenerate("practice_change", "from the first period", lambda: practice_change(GOOD, 0), "too_few_periods_before"),
    Degenerate("practice_change", "confidence 2", lambda: practice_change(GOOD, 3, confidence=2), MethodError),
    Degenerate("adoption_curve", "no rows", lambda: adoption_curve(GOOD[:0]), "no_data"),
    Degenerate("adoption_curve", "one row", lambda: adoption_curve(GOOD[:1]), SOUND),
    Degenerate("adoption_curve", "all missing", lambda: adoption_curve(GOOD.assign(adopted=None)), "no_data"),
    Degenerate("adoption_curve", "nobody", lambda: adoption_curve(GOOD.assign(adopted=False)), SOUND),
    Degenerate("adoption_curve", "everybody", lambda: adoption_curve(GOOD.assign(adopted=True)), SOUND),
    Degenerate("adoption_curve", "gaps", lambda: adoption_curve(GOOD[GOOD["period"] != 2]), SOUND),
    Degenerate("adoption_curve", "a period twice", lambda: adoption_curve(pd.concat([GOOD, GOOD[:1]])), MethodError),
    Degenerate("adoption_curve", "neither true nor false", lambda: adoption_curve(GOOD.assign(adopted=2)), MethodError),
    Degenerate("adoption_curve", "confidence 0", lambda: adoption_curve(GOOD, confidence=0), MethodError),
    Degenerate("policy_stages", "no rows", lambda: policy_stages(events()[:0], "2024-01-01"), "no_stages"),
    Degenerate("policy_stages", "one row", lambda: policy_stages(events()[:1], "2024-01-01"), SOUND),
    Degenerate("policy_stages", "nothing yet", lambda: policy_stages(events(), "2019-01-01"), "no_stages"),
    Degenerate(
        "policy_stages", "no dates", lambda: policy_stages(events().assign(date=pd.NaT), "2024-01-01"), "no_stages"
    ),
    Degenerate(
        "policy_stages", "unknown stages", lambda: policy_stages(events().assign(stage="x"), "2024-01-01"), "no_stages"
    ),
    Degenerate(
        "policy_stages",
        "only turned down",
        lambda: policy_stages(events().assign(stage="rejected"), "2024-01-01"),
        "no_stages",
    ),
    Degenerate("policy_stages", "a step twice", lambda: policy_stages(pd.concat([events()] * 2), "2024-01-01"), SOUND),
    Degenerate(
        "policy_stages", "no date", lambda: policy_stages(events().assign(date="soon"), "2024-01-01"), MethodError
    ),
    Degenerate("policy_stages", "no day of looking", lambda: policy_stages(events(), None), MethodError),
    Degenerate(
        "policy_stages", "one stage", lambda: policy_stages(events(), "2024-01-01", order=["adopted"]), MethodError
    ),
]
