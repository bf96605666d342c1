"""Change over time."""

from collective_impact.statistics.change.run_chart import run_chart_limits
from known_answers.known import Known

ANHOEJ = "Anhøj & Olesen 2014, PLoS ONE 9"


def limits(points, longest_run, crossings):
    what = f"Run chart, {points} useful points"
    return [
        Known("KA32", f"{what}: longest run", longest_run, 0, lambda: run_chart_limits(points).longest_run, ANHOEJ, 0),
        Known("KA32", f"{what}: crossings", crossings, 0, lambda: run_chart_limits(points).crossings, ANHOEJ, 0),
    ]


KNOWN = [*limits(10, 6, 2), *limits(13, 7, 3), *limits(20, 7, 6), *limits(24, 8, 8)]
