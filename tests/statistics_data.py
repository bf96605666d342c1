"""Panels and series that the tests of the statistics share."""

from pathlib import Path

import numpy as np
import pandas as pd

from collective_impact.statistics.panel import Panel, panel_from_long

VALUES = Path(__file__).parents[1] / "data/examples/california-tobacco-control/data/indicator_value.csv"


def year(number: int) -> pd.Period:
    return pd.Period(str(number), "Y")


def yearly(values: object, first: int = 2000) -> "pd.Series[float]":
    numbers = np.asarray(values, dtype=float)
    return pd.Series(numbers, index=pd.period_range(str(first), periods=len(numbers), freq="Y"))


def california() -> Panel:
    """Packs of cigarettes sold per head in 39 states, 1970-2000; California treated from 1989."""
    frame = pd.read_csv(VALUES)
    frame = frame[(frame["indicator_id"] == "cigarette-sales") & (frame["group"] == "all")]
    frame = frame.assign(period=pd.PeriodIndex(frame["period"].astype(str), freq="Y"))
    panel = panel_from_long(frame, {"california": year(1989)}, unit="area_id")
    assert isinstance(panel, Panel)
    return panel


def simulated(seed: int = 0, periods: int = 12, units: int = 7, treated: int = 1, before: int = 8) -> Panel:
    """Random walks around a common trend; the first units are treated."""
    rng = np.random.default_rng(seed)
    walks = 50 + np.arange(periods)[:, None] + rng.normal(size=(periods, units)).cumsum(axis=0)
    index = pd.period_range("2000", periods=periods, freq="Y")
    names = [f"unit-{number}" for number in range(units)]
    return Panel(pd.DataFrame(walks, index=index, columns=names), dict.fromkeys(names[:treated], index[before]))
