"""Change over time."""

import pandas as pd

from collective_impact.statistics.change.control_chart import individuals_chart
from collective_impact.statistics.change.run_chart import run_chart_limits
from known_answers.known import Known

ANHOEJ = "Anhøj & Olesen 2014, PLoS ONE 9"

NIST = "NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2"


def flow_rate():
    series = pd.Series([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    return individuals_chart(series, least=10)


def limits(points, longest_run, crossings):
    what = f"Run chart, {points} useful points"
    return [
        Known("KA32", f"{what}: longest run", longest_run, 0, lambda: run_chart_limits(points).longest_run, ANHOEJ, 0),
        Known("KA32", f"{what}: crossings", crossings, 0, lambda: run_chart_limits(points).crossings, ANHOEJ, 0),
    ]


KNOWN = [
    Known("KA31", "XmR chart of a flow rate: mean", 50.81, 1e-3, lambda: flow_rate().phases[0].centre, NIST, 4),
    Known("KA31", "… mean moving range", 1.8778, 1e-3, lambda: flow_rate().phases[0].mean_moving_range, NIST, 4),
    Known("KA31", "… upper limit", 55.8041, 1e-3, lambda: flow_rate().frame["upper"].iloc[0], NIST, 4),
    Known("KA31", "… lower limit", 45.8159, 1e-3, lambda: flow_rate().frame["lower"].iloc[0], NIST, 4),
    *limits(10, 6, 2),
    *limits(13, 7, 3),
    *limits(20, 7, 6),
    *limits(24, 8, 8),
]
