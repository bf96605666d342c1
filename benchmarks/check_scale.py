"""Time and memory of `collective-impact check` on large packages, sound and faulty, as CSV and as Parquet.

    python benchmarks/check_scale.py [ROWS ...]

Each case is checked by a process of its own; its wall time and largest resident memory, start-up included, are what
the operating system says. The packages are made anew, the same each time, in a temporary folder. This process imports
nothing large, for a child's memory is counted from its parent's upwards.
"""

import csv
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from itertools import product
from pathlib import Path

SEED = 20_240_131
ROWS = (100_000, 1_000_000)
FAULTS = ("none", "every row", "every key")
FORMATS = ("csv", "parquet")
AREAS = [f"{number:04d}" for number in range(290)]
INDICATORS = [f"indicator_{number:02d}" for number in range(25)]
PERIODS = [f"{year}-Q{quarter}" for year in range(2012, 2024) for quarter in range(1, 5)]
GROUPS = ("all", "women", "men")
KEY = ["indicator_id", "period", "group", "area_id"]
LINE = "{format:8} {faults:10} {rows:9,} {seconds:8.1f} {processor_seconds:7.1f} {mib:5}  {verdict}"
RESULTS = Path(__file__).with_suffix(".json")


def make_package(folder: Path, rows: int, faults: str, kind: str) -> None:
    """Write a package whose indicator values have that many rows.

    With faults in every row, none has a known area, a period or a number, and no two of these texts are the same;
    with faults in every key, the second half of the rows repeats the keys of the first.
    """
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(SEED)
    values = pd.DataFrame(list(product(INDICATORS, PERIODS, GROUPS, AREAS))[:rows], columns=KEY)
    values["denominator"] = random.integers(50, 20_000, rows)
    values["numerator"] = random.binomial(values["denominator"], 0.4)
    values["value"] = (100 * values["numerator"] / values["denominator"]).round(2)
    values["source"] = "National statistics, table A12, fetched 2024-12-01"
    if faults == "every row":
        number = pd.Series(range(rows)).astype(str)
        values["area_id"] = "area " + number
        values["period"] = "spring " + number
        values["value"] = "about " + number
    if faults == "every key":
        values[KEY] = pd.concat([values[KEY].head(rows // 2)] * 2, ignore_index=True)
    if kind == "csv":
        values.to_csv(folder / "indicator_value.csv", index=False)
    else:
        values.to_parquet(folder / "indicator_value.parquet", index=False)
    _write_csv(folder / "area.csv", ["area_id", "name"], [(area, f"Area {area}") for area in AREAS])
    names = [(name, "outcome", name.replace("_", " "), "per cent") for name in INDICATORS]
    _write_csv(folder / "indicator.csv", ["indicator_id", "level", "name", "unit"], names)
    paths = ("area.csv", "indicator.csv", f"indicator_value.{kind}")
    resources = [{"name": path.partition(".")[0], "path": path} for path in paths]
    descriptor = {"name": "scale", "title": "Scale", "initiative": {}, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def _write_csv(file: Path, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([header, *rows])


def measure(folder: Path) -> dict[str, float | str]:
    """Check a package in a fresh process."""
    command = [sys.executable, "-m", "collective_impact", "check", str(folder)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        verdict = next((line.strip() for line in output if "nothing was changed" in line or "No errors" in line), "?")
    unit = 1 if platform.system() == "Darwin" else 2**10  # ru_maxrss is in bytes there, in KiB elsewhere
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "mib": round(usage.ru_maxrss * unit / 2**20),
        "verdict": verdict,
    }


def measure_case(rows: int, faults: str, kind: str) -> dict[str, float | str]:
    with tempfile.TemporaryDirectory() as folder:
        maker = multiprocessing.get_context("spawn").Process(
            target=make_package, args=(Path(folder), rows, faults, kind)
        )
        maker.start()
        maker.join()
        return {"format": kind, "faults": faults, "rows": rows, **measure(Path(folder))}


def machine() -> dict[str, str | int | None]:
    libraries = {name: version(name) for name in ("numpy", "pandas", "pyarrow")}
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **libraries,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or ROWS
    print(f"{'format':8} {'faults':10} {'rows':>9} {'seconds':>8} {'of CPU':>7} {'MiB':>5}  verdict")
    cases = []
    for rows, kind, faults in product(sizes, FORMATS, FAULTS):
        case = measure_case(rows, faults, kind)
        cases.append(case)
        print(LINE.format(**case), flush=True)
    results = {"date": date.today().isoformat(), "machine": machine(), "cases": cases}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
