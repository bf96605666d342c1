"""How often the evaluations find what was planted: the complete example drawn anew, all templates run over each sample.

python benchmarks/truth.py                 40 seeds; writes docs/truth.md
python benchmarks/truth.py --seeds 3       printed only
"""

from __future__ import annotations

import argparse
import json
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from planted import PLANTED, Planted, runs

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "data"), str(ROOT / "tests")]
SEEDS = 40
PAGE = ROOT / "docs/truth.md"
FIGURES = Path(__file__).with_suffix(".json")
BEGIN, END = "<!-- truth -->\n\n", "\n\n<!-- /truth -->"


def sample(seed: int) -> list[dict[str, object]]:
    """Draw the example with a seed, run the templates, and hold each estimate against what was planted."""
    from generator.package import generate
    from notebooks import run_cells

    from collective_impact.data.reading import read_package

    with TemporaryDirectory() as folder, undrawn():
        package = Path(folder) / "package"
        generate(package, seed)
        initiative = read_package(str(package))
        found = {}
        for template, parameters in runs():
            values = dict(parameters) | {"package": str(package), "as_of": "2025-12-31"}
            findings, _page = run_cells(template, Path(folder) / "out", initiative=initiative, **values)
            found[template, parameters] = {finding.id.split(".")[1]: finding for finding in findings.findings}
    return [
        held(planted, found[planted.template, planted.parameters].get(planted.finding), seed) for planted in PLANTED
    ]


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave out the drawing of charts, which takes most of the time and changes no figure."""
    import altair

    from collective_impact.charts import figure

    with ExitStack() as stack:
        stack.enter_context(patch.object(figure, "to_svg", lambda spec, signs: "<svg></svg>"))
        for kind in (altair.TopLevelMixin, altair.Chart):
            stack.enter_context(patch.object(kind, "to_dict", lambda *_given, **_named: {}))
        yield


def held(planted: Planted, finding: object, seed: int) -> dict[str, object]:
    """Hold one finding's estimate against its truth."""
    truth = planted.truth(seed)
    estimate = getattr(finding, "estimate", None)
    if estimate is None:
        return {"truth": truth, "given": False}
    return {
        "truth": truth,
        "given": True,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "inconclusive": not estimate.conclusive,
        "strength": str(getattr(finding, "strength", "")),
    }


def row(planted: Planted, samples: list[dict[str, object]]) -> str:
    """One line of the table."""
    given = [each for each in samples if each["given"]]
    if not given:
        return f"| `{planted.template}` | {planted.says} | 0 of {len(samples)} | | | | | {planted.note} |"
    truths, values, low, high = (np.array([float(str(e[k])) for e in given]) for k in ("truth", "value", "low", "high"))
    share = float(np.mean((low <= truths) & (truths <= high)))
    error = float(np.sqrt(max(share * (1 - share), 1 / len(given) / 4) / len(given)))
    wrong = float(
        np.mean((low > np.maximum(truths, 0)) & (truths <= 0) | (high < np.minimum(truths, 0)) & (truths >= 0))
    )
    cells = [
        f"`{planted.template}`",
        planted.says,
        f"{len(given)} of {len(samples)}",
        f"{truths.mean():.2f}",
        f"{values.mean():.2f}",
        f"{share:.0%} ({error:.0%})",
        f"{np.mean([bool(each['inconclusive']) for each in given]):.0%}",
        planted.note if not wrong else f"{planted.note} A clear finding the wrong way: {wrong:.0%}.".strip(),
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Draw the samples, as many at a time as there are processors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    seeds = range(1, parser.parse_args().seeds + 1)
    with ProcessPoolExecutor() as pool:
        samples = list(pool.map(sample, seeds))
    by_planted = [[one[place] for one in samples] for place in range(len(PLANTED))]
    head = [
        "| evaluation | planted | estimates | truth | mean estimate | interval holds it | inconclusive | |",
        "|---|---|--:|--:|--:|--:|--:|---|",
    ]
    table = "\n".join([*head, *map(row, PLANTED, by_planted)])
    print(table)
    if len(seeds) == SEEDS:
        named = {
            f"{each.template}.{each.finding}: {each.says}": own for each, own in zip(PLANTED, by_planted, strict=True)
        }
        FIGURES.write_text(json.dumps(named, indent=1) + "\n")
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(before + BEGIN + table + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
