"""Bias and coverage of every interval, by simulation; writes docs/coverage.md.

python benchmarks/coverage.py                    all scenarios, 500 draws each
python benchmarks/coverage.py ratings --draws 50     those of one family, printed only
"""

from __future__ import annotations

import argparse
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import repeat
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
DRAWS = 500
PAGE = Path(__file__).parents[1] / "docs/coverage.md"
FIGURES = Path(__file__).with_suffix(".json")
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
    def remark(self) -> str:
        """What to say of a coverage outside 93-97%; nothing of one inside."""
        away = max(AIM[0] - self.coverage, self.coverage - AIM[1])
        if not away > 0:
            return ""
        return " **outside**" if away > 2 * self.coverage_error else " outside, within two Monte Carlo errors"


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
        f"{result.coverage:.1%} ({result.coverage_error:.1%}){result.remark}",
        result.note,
    ]
    return "| " + " | ".join(cells) + " |"


def keep(family: str, results: list[Simulated]) -> None:
    """Put the figures of a family beside those of the others, and the table of all into its page."""
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    kept[family] = [asdict(result) for result in results]
    FIGURES.write_text(json.dumps({each: kept.get(each, []) for each in FAMILIES}, indent=1, ensure_ascii=False) + "\n")
    head = ["| method | data | intervals | bias | coverage of 95% | |", "|---|---|--:|--:|--:|---|"]
    rows = [row(Simulated(**figures)) for each in FAMILIES for figures in kept.get(each, [])]
    before, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n".join([*head, *rows]) + END + rest.split(END)[1])


def main() -> None:
    """Simulate the scenarios of the families asked for, as many at a time as there are processors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []])
    parser.add_argument("--draws", type=int, default=DRAWS)
    asked = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        for family in asked.families or FAMILIES:
            results = []
            for result in pool.map(simulate, repeat(family), range(len(scenarios(family))), repeat(asked.draws)):
                print(row(result), flush=True)
                results.append(result)
            if asked.draws == DRAWS:
                keep(family, results)


if __name__ == "__main__":
    main()
