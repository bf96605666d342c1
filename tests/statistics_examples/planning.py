from collections.abc import Callable

import numpy as np
import pandas as pd
from statistics_data import simulated, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.planning.comparison_plan import (
    areas_needed,
    periods_after_needed,
    planned_difference_in_differences,
    planned_difference_in_means,
)
from collective_impact.statistics.planning.detectable_effect import periods_needed, smallest_detectable_effect
from collective_impact.statistics.planning.panel_noise import PanelNoise, panel_noise
from collective_impact.statistics.planning.simulated_power import simulated_power
from statistics_examples import SOUND, Degenerate

PANEL = simulated(seed=1, units=9, periods=16, treated=0)
SERIES = yearly(np.random.default_rng(0).normal(size=16))
NOISE = PanelNoise(2.0, 0.4, 9, 12)
CONSTANT = Panel(PANEL.outcome * 0.0, {})
COMMON = Panel(PANEL.outcome * 0.0 + np.arange(16.0)[:, None], {})
ALL_TREATED = Panel(PANEL.outcome, dict.fromkeys(PANEL.outcome.columns, PANEL.outcome.index[0]))
EMPTY = Panel(pd.DataFrame(index=PANEL.outcome.index), {})

EXAMPLES: dict[str, Callable[[], object]] = {
    "planning.detectable_effect.smallest_detectable_effect": lambda: smallest_detectable_effect(PANEL, 4),
    "planning.detectable_effect.smallest_detectable_effect (series)": lambda: smallest_detectable_effect(SERIES, 4),
    "planning.detectable_effect.periods_needed": lambda: periods_needed(SERIES, 9.0),
    "planning.panel_noise.panel_noise": lambda: panel_noise(PANEL),
    "planning.comparison_plan.planned_difference_in_differences": lambda: planned_difference_in_differences(
        NOISE, 3, 9, 8, 4
    ),
    "planning.comparison_plan.planned_difference_in_means": lambda: planned_difference_in_means(1.0, 8, 8),
    "planning.comparison_plan.areas_needed": lambda: areas_needed(NOISE, 1.5, 8, 4),
    "planning.comparison_plan.periods_after_needed": lambda: periods_after_needed(NOISE, 3.0, 3, 9, 8),
    "planning.simulated_power.simulated_power": lambda: simulated_power(
        PANEL, "difference_in_differences", 2.0, 4, delays=(0, 0), before=8, draws=20
    ),
}


def simulation(
    history: Panel, design: str = "difference_in_differences", horizon: int = 3, **options: object
) -> object:
    return simulated_power(history, design, 1.0, horizon, draws=10, **options)


DEGENERATE: list[Degenerate] = [
    Degenerate("smallest_detectable_effect", "no rows", lambda: smallest_detectable_effect(yearly([]), 3), "no_data"),
    Degenerate(
        "smallest_detectable_effect",
        "seven periods",
        lambda: smallest_detectable_effect(SERIES[:7], 3),
        "too_few_periods",
    ),
    Degenerate(
        "smallest_detectable_effect", "all equal", lambda: smallest_detectable_effect(CONSTANT, 3), "no_variation"
    ),
    Degenerate(
        "smallest_detectable_effect",
        "a line",
        lambda: smallest_detectable_effect(yearly(np.arange(12.0)), 3),
        "no_variation",
    ),
    Degenerate(
        "smallest_detectable_effect",
        "alternating",
        lambda: smallest_detectable_effect(yearly(np.tile([1.0, 0.0], 8)), 3),
        SOUND,
    ),
    Degenerate("smallest_detectable_effect", "a walk", lambda: smallest_detectable_effect(SERIES.cumsum(), 3), SOUND),
    Degenerate(
        "smallest_detectable_effect",
        "treated from the first period",
        lambda: smallest_detectable_effect(ALL_TREATED, 3),
        "no_data",
    ),
    Degenerate(
        "smallest_detectable_effect",
        "no treated, few donors",
        lambda: smallest_detectable_effect(simulated(treated=0, units=4), 3),
        "no_treated_unit",
    ),
    Degenerate(
        "smallest_detectable_effect",
        "a long horizon",
        lambda: smallest_detectable_effect(PANEL, 12),
        "too_few_periods_before",
    ),
    Degenerate("smallest_detectable_effect", "no horizon", lambda: smallest_detectable_effect(PANEL, 0), MethodError),
    Degenerate(
        "smallest_detectable_effect", "power of 80", lambda: smallest_detectable_effect(PANEL, 3, power=80), MethodError
    ),
    Degenerate("periods_needed", "all missing", lambda: periods_needed(SERIES * np.nan, 1.0), "no_data"),
    Degenerate("periods_needed", "all equal", lambda: periods_needed(SERIES * 0, 1.0), "no_variation"),
    Degenerate("panel_noise", "no units", lambda: panel_noise(EMPTY), "too_few_rows"),
    Degenerate("panel_noise", "all equal", lambda: panel_noise(CONSTANT), "no_variation"),
    Degenerate("panel_noise", "all alike", lambda: panel_noise(COMMON), "no_variation"),
    Degenerate(
        "panel_noise", "treated from the first period", lambda: panel_noise(ALL_TREATED), "too_few_periods_before"
    ),
    Degenerate(
        "panel_noise", "four periods", lambda: panel_noise(Panel(PANEL.outcome[:4], {})), "too_few_periods_before"
    ),
    Degenerate(
        "planned_difference_in_differences",
        "no noise",
        lambda: planned_difference_in_differences(panel_noise(EMPTY), 1, 3, 3, 3),
        "too_few_rows",
    ),
    Degenerate(
        "planned_difference_in_differences",
        "two donors",
        lambda: planned_difference_in_differences(NOISE, 1, 2, 3, 3),
        "too_few_donors",
    ),
    Degenerate(
        "planned_difference_in_differences",
        "no treated",
        lambda: planned_difference_in_differences(NOISE, 0, 5, 3, 3),
        MethodError,
    ),
    Degenerate(
        "planned_difference_in_means", "one treated", lambda: planned_difference_in_means(1.0, 1, 9), MethodError
    ),
    Degenerate("areas_needed", "no noise", lambda: areas_needed(panel_noise(EMPTY), 1.0, 3, 3), "too_few_rows"),
    Degenerate(
        "periods_after_needed", "two donors", lambda: periods_after_needed(NOISE, 1.0, 1, 2, 3), "too_few_donors"
    ),
    Degenerate(
        "planned_difference_in_differences",
        "ranks that cannot reach",
        lambda: planned_difference_in_differences(NOISE, 1, 3, 3, 3),
        SOUND,
    ),
    Degenerate("planned_difference_in_means", "two a group", lambda: planned_difference_in_means(1.0, 2, 2), SOUND),
    Degenerate("simulated_power", "ranks that cannot reach", lambda: simulation(PANEL), SOUND),
    Degenerate("simulated_power", "all equal", lambda: simulation(CONSTANT), "no_variation"),
    Degenerate("simulated_power", "no units", lambda: simulation(EMPTY), "too_few_donors"),
    Degenerate(
        "simulated_power", "treated from the first period", lambda: simulation(ALL_TREATED), "too_few_periods_before"
    ),
    Degenerate("simulated_power", "all to be treated", lambda: simulation(PANEL, delays=(0,) * 9), "no_donors"),
    Degenerate(
        "simulated_power",
        "two periods after, alone",
        lambda: simulation(PANEL, "interrupted_time_series", 2),
        "too_few_periods_after",
    ),
    Degenerate(
        "simulated_power",
        "several treated",
        lambda: simulation(PANEL, "synthetic_control", delays=(0, 0)),
        "many_treated_units",
    ),
    Degenerate("simulated_power", "unknown design", lambda: simulation(PANEL, "magic"), MethodError),
    Degenerate(
        "simulated_power",
        "one draw",
        lambda: simulated_power(PANEL, "difference_in_differences", 1.0, 3, draws=1),
        MethodError,
    ),
]
