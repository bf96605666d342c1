"""Bias and coverage of every interval, by simulation; writes docs/coverage.md.

python benchmarks/coverage.py                    all scenarios, 500 draws each
python benchmarks/coverage.py ratings --draws 50     those of one family, printed only
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from zlib import crc32

import numpy as np
from scenarios import Scenario

from collective_impact.statistics.insufficient import Insufficient

FAMILIES = (
    "counterfactual",
    "counterfactual_panels",
    "counterfactual_series",
    "change",
    "equity",
    "ratings",
    "networks",
    "behaviour",
    "contribution",
)
PAGE = Path(__file__).parents[1] / "docs/coverage.md"
BEGIN, END = "<!-- coverage -->\n\n", "\n\n<!-- /coverage -->"
AIM = (0.93, 0.97)


@dataclass(frozen=True)
class Simulated:
    """What the draws of one scenario came to; biases in standard deviations of the estimates."""

    scenario: str
    data: str
    note: str
    draws: int
    declined: int
    bias: float
    bias_error: float
    coverage: float
    coverage_error: float

    @property
    def as_aimed(self) -> bool:
        """Whether coverage lies in 93-97%, allowing for two Monte Carlo errors."""
        margin = 2 * self.coverage_error
        return AIM[0] - margin <= self.coverage <= AIM[1] + margin


def scenarios(family: str) -> tuple[Scenario, ...]:
    """The scenarios of one family."""
    return tuple(import_module(f"scenarios.{family}").SCENARIOS)


def simulate(family: str, place: int, draws: int) -> Simulated:
    """Draw one scenario; its seed comes from its name, so that others may be added or left out."""
    warnings.simplefilter("error")
    scenario = scenarios(family)[place]
    rng = np.random.default_rng([2026, crc32(f"{scenario.method} {scenario.data}".encode())])
    drawn = [scenario.draw(rng) for _ in range(draws)]
    given = [(interval, truth) for interval, truth in drawn if not isinstance(interval, Insufficient)]
    if not given:
        return Simulated(scenario.method, scenario.data, scenario.note, draws, draws, *[float("nan")] * 4)
    errors = np.array([interval.value - truth for interval, truth in given])
    spread = float(np.std(errors)) or 1.0
    held = np.array([interval.low <= truth <= interval.high for interval, truth in given])
    share = float(held.mean())
    return Simulated(
        scenario.method,
        scenario.data,
        scenario.note,
        draws,
        draws - len(given),
        float(errors.mean()) / spread,
        1 / np.sqrt(len(given)),
        share,
        float(np.sqrt(share * (1 - share) / len(given))),
    )


def row(result: Simulated) -> str:
    """One line of the table."""
    cells = [
        f"`{result.scenario}`",
        result.data,
        f"{result.draws - result.declined}",
        f"{result.bias:+.2f} ({result.bias_error:.2f})",
        f"{result.coverage:.1%} ({result.coverage_error:.1%})" + ("" if result.as_aimed else " **outside**"),
        result.note,
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Simulate the scenarios asked for, two at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []])
    parser.add_argument("--draws", type=int, default=500)
    asked = parser.parse_args()
    families = asked.families or FAMILIES
    jobs = [(family, place) for family in families for place in range(len(scenarios(family)))]
    with ProcessPoolExecutor() as pool:
        rows = []
        for result in pool.map(simulate, *zip(*jobs, strict=True), [asked.draws] * len(jobs)):
            rows.append(row(result))
            print(rows[-1], flush=True)
    if not asked.families:
        head = ["| method | data | intervals | bias | coverage of 95% | |", "|---|---|--:|--:|--:|---|"]
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(before + BEGIN + "\n".join([*head, *rows]) + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
