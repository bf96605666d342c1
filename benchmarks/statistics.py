# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "collective-impact-toolkit",
#     "differences>=0.3",     # GPL-3: in this environment only
#     "krippendorff>=0.9",    # GPL-3: in this environment only
#     "pysyncon>=1.7",
# ]
#
# [tool.uv.sources]
# collective-impact-toolkit = { path = "..", editable = true }
# ///
"""Time and results of the statistics beside those of packages that a user would take instead.

    uv run benchmarks/statistics.py

runs in an environment of its own, one process and one thread at a time, the imports not counted. It takes some minutes,
nearly all of them in the other packages. Results go to `statistics.json`.
"""

import os
import sys

sys.path.pop(0)  # the standard library has a module of this name, which others import
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import contextlib
import io
import json
import platform
import time
import warnings
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual import synthetic_control as sc
from collective_impact.statistics.counterfactual.predictors import predictor_table
from collective_impact.statistics.counterfactual.staggered_adoption import StaggeredAdoption, staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import PlacebosInSpace, placebos_in_space
from collective_impact.statistics.panel import Panel, panel_from_long
from collective_impact.statistics.ratings.agreement import krippendorff_alpha

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_suffix(".json")
SALES = ROOT / "data/examples/california-tobacco-control/data/indicator_value.csv"
COVARIATES = ("log_income", "share_aged_15_to_24", "retail_price", "beer")
OUTCOME_YEARS = (1975, 1980, 1988)
BOOTSTRAP, ALPHA_DRAWS, REPEATS = 1000, 2000, 5


def timed(call: Callable[[], object], repeats: int = 1) -> tuple[object, float]:
    """Result and seconds of the processor, the fastest of several runs; what it prints is swallowed."""
    fastest, result, silence = float("inf"), None, io.StringIO()
    for _ in range(repeats):
        begun = time.process_time()
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = call()
        fastest = min(fastest, time.process_time() - begun)
    return result, fastest


def row(what: str, package: str, ours: float, theirs: float, agreement: dict[str, float]) -> dict[str, object]:
    case = {
        "what": what,
        "package": f"{package} {version(package)}",
        "seconds": round(ours, 3),
        "package_seconds": round(theirs, 1),
        "times_faster": round(theirs / ours, 1),
        "agreement": agreement,
    }
    print(json.dumps(case, indent=2), flush=True)
    return case


def synthetic_control() -> dict[str, object]:
    """California and all 38 placebos, weights on the outcome of the 19 years before."""
    panel = _california()
    ours, seconds = timed(lambda: placebos_in_space(panel), REPEATS)
    (theirs, weights), package_seconds = timed(lambda: _pysyncon_placebos(panel))
    assert isinstance(ours, PlacebosInSpace)
    agreement = {
        "largest difference of California's gap, packs": _furthest(ours.gaps["california"], theirs["california"]),
        "areas of 39 whose gaps agree to 0.05 packs": int(((ours.gaps - theirs).abs().max() < 0.05).sum()),
        "areas of 39 whose weights add up to 1 within 0.0001, theirs": int(((weights.sum() - 1).abs() < 1e-4).sum()),
        "areas of 39 where theirs stays at equal weights": int((weights.std() < 1e-9).sum()),
    }
    return row("synthetic control on the outcome, 38 placebos", "pysyncon", seconds, package_seconds, agreement)


def with_predictors() -> dict[str, object]:
    """California alone, seven predictors, predictor weights searched for; a placebo takes as long."""
    panel, frame = _california(), pd.read_csv(ROOT / "tests/data/tobacco-predictors.csv")
    ours, seconds = timed(lambda: sc.synthetic_control(panel, _predictors(panel, frame)), REPEATS)
    gap, package_seconds = timed(lambda: _pysyncon_predictors(panel, frame))
    agreement = {
        "misfit before, ours, packs": ours.rmspe_before,
        "misfit before, theirs, packs": float(np.sqrt(np.mean(gap[:19] ** 2))),
        "average gap since, ours, packs": ours.average_gap,
        "average gap since, theirs, packs": float(gap[19:].mean()),
    }
    what = "synthetic control on seven predictors, no placebos"
    return row(what, "pysyncon", seconds, package_seconds, agreement)


def _california() -> Panel:
    frame = pd.read_csv(SALES)
    frame = frame[(frame["indicator_id"] == "cigarette-sales") & (frame["group"] == "all")]
    frame = frame.assign(period=pd.PeriodIndex(frame["period"].astype(str), freq="Y"))
    panel = panel_from_long(frame, {"california": pd.Period("1989", "Y")}, unit="area_id")
    assert isinstance(panel, Panel)
    return panel


def _predictors(panel: Panel, frame: pd.DataFrame) -> pd.DataFrame:
    periods = frame.assign(year=pd.PeriodIndex(frame["year"].astype(str), freq="Y"))
    covariates = {name: periods.pivot(index="year", columns="area", values=name) for name in COVARIATES}
    table = predictor_table(panel, covariates, outcome_in=[pd.Period(str(each), "Y") for each in OUTCOME_YEARS])
    assert isinstance(table, pd.DataFrame)
    return table


def _pysyncon_placebos(panel: Panel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gaps and donor weights of all areas; the weights of the 19 outcomes undo the package's scaling of them."""
    from pysyncon import Synth

    outcome = panel.outcome.set_axis(panel.outcome.index.year)
    gaps, weights = {}, {}
    for area in outcome.columns:
        others = [each for each in panel.donors if each != area]
        before = outcome.loc[:1988, [*others, area]]
        fit = Synth()
        fit.fit(
            X0=before[others],
            X1=before[area],
            Z0=before[others],
            Z1=before[area],
            custom_V=before.var(axis=1).to_numpy(),
        )
        gaps[area] = outcome[area].to_numpy() - outcome[others].to_numpy() @ fit.W
        weights[area] = pd.Series(fit.W, index=others)
    return pd.DataFrame(gaps, index=panel.outcome.index), pd.DataFrame(weights)


def _pysyncon_predictors(panel: Panel, frame: pd.DataFrame) -> np.ndarray:
    from pysyncon import Synth

    table, outcome, others = _predictors(panel, frame).T, panel.outcome, list(panel.donors)
    before = outcome.loc[panel.before]
    fit = Synth()
    outcomes = {"Z0": before[others], "Z1": before["california"]}
    fit.fit(X0=table[others], X1=table["california"], **outcomes, optim_initial="ols")  # its better start
    return outcome["california"].to_numpy() - outcome[others].to_numpy() @ fit.W


def staggered() -> dict[str, object]:
    """Group-time effects of the minimum wage, four averages with bands, a test of the time before."""
    frame = pd.read_csv(ROOT / "tests/data/minimum-wage-county-employment.csv")
    ours, seconds = timed(lambda: _ours_staggered(frame), REPEATS)
    theirs, package_seconds = timed(lambda: _differences(frame))
    assert isinstance(ours, StaggeredAdoption)
    estimates, errors = theirs
    agreement = {
        "largest difference of 12 group-time effects": _furthest(ours.group_time["effect"], estimates),
        "largest ratio of their standard errors": float(
            max(np.max(ours.group_time["standard_error"] / errors), np.max(errors / ours.group_time["standard_error"]))
        ),
    }
    what = f"staggered adoption: 12 effects, 4 kinds of averages, bands; theirs by {BOOTSTRAP} bootstraps"
    return row(what, "differences", seconds, package_seconds, agreement)


def _ours_staggered(frame: pd.DataFrame) -> object:
    first = frame.groupby("countyreal")["first.treat"].first()
    starts = first[first > 0].to_dict()
    return staggered_adoption(panel_from_long(frame, starts, unit="countyreal", period="year", value="lemp"))


def _differences(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    from differences import ATTgt

    data = frame.rename(columns={"first.treat": "start"}).set_index(["countyreal", "year"])
    data["start"] = data["start"].where(data["start"] > 0)
    model = ATTgt(data=data[["start", "lemp"]], cohort_column="start")
    effects = model.fit("lemp", boot_iterations=BOOTSTRAP, random_state=0, progress_bar=False)
    for average in ("simple", "cohort", "event", "time"):
        model.aggregate(average, boot_iterations=BOOTSTRAP, random_state=0)
    table = effects.to_pandas().sort_index()
    return table.iloc[:, 0].to_numpy(dtype=float), table.iloc[:, 1].to_numpy(dtype=float)


def alpha() -> dict[str, object]:
    """Ordinal alpha of 5 raters on 60 things with a tenth missing, and an interval from drawing things anew."""
    import krippendorff

    rng = np.random.default_rng(1)
    true = rng.integers(1, 5, size=60)
    scores = np.clip(true + rng.choice([-1, 0, 0, 0, 1], size=(5, 60)), 1, 4).astype(float)
    scores[rng.uniform(size=scores.shape) < 0.1] = np.nan
    ours, seconds = timed(lambda: krippendorff_alpha(pd.DataFrame(scores)), REPEATS)
    draws = rng.integers(0, 60, size=(ALPHA_DRAWS, 60))
    values = np.arange(1.0, 5.0)

    def looped() -> tuple[float, np.ndarray]:
        whole = krippendorff.alpha(scores, level_of_measurement="ordinal", value_domain=values)
        again = [
            krippendorff.alpha(scores[:, draw], level_of_measurement="ordinal", value_domain=values) for draw in draws
        ]
        return whole, np.quantile(again, [0.025, 0.975])

    (whole, ends), package_seconds = timed(looped)
    agreement = {
        "difference of alpha": abs(ours.alpha - whole),
        "largest difference of an end of the interval": max(
            abs(ours.interval.low - ends[0]), abs(ours.interval.high - ends[1])
        ),
    }
    what = f"Krippendorff's alpha with {ALPHA_DRAWS} draws"
    return row(what, "krippendorff", seconds, package_seconds, agreement)


def _furthest(ours: object, theirs: object) -> float:
    return float(np.abs(np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)).max())


def main() -> None:
    cases = [alpha(), staggered(), synthetic_control(), with_predictors()]
    libraries = {name: version(name) for name in ("numpy", "pandas", "scipy")}
    machine = {"system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(), **libraries}
    results = {"date": date.today().isoformat(), "machine": machine, "cases": cases}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
