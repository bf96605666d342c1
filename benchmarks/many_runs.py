"""A batch of many runs: what a run and the parent's memory cost at its beginning and at its end, and what it leaves.

    python benchmarks/many_runs.py [REPORTS]

makes REPORTS copies of the Californian example (72 without one: some 1,000 runs), each an initiative of its own, and
runs ``collective-impact batch`` over them with all templates, in a folder for temporary files of its own. The seconds a
run takes and the memory of the command's own process are compared between the first reports and the last, as it tells
of them with ``--json``. Then the same command runs again, with nothing to do; and ``collective-impact --help``. Results
go to `many_runs.json`. Linux only.
"""

import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from collective_impact.data.places import EXAMPLES
from collective_impact.shipped import shipped

RESULTS = Path(__file__).with_suffix(".json")
EXAMPLE = "california-tobacco-control"
PROGRAM = Path(sys.executable).with_name("collective-impact")
TIMES = 5
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux: whoever loses its parent becomes a child of this process


class Made(NamedTuple):
    """A report that was made: when, after how many runs, and the parent's memory then, in MiB."""

    when: datetime
    runs: int
    mib: float


def copies(number: int, folder: Path) -> Path:
    """Many initiatives, and the configuration of a batch over all of them."""
    for n in range(number):
        package = shutil.copytree(shipped(EXAMPLES) / EXAMPLE, folder / f"packages/initiative-{n:04}")
        descriptor = package / "datapackage.json"
        descriptor.write_text(descriptor.read_text().replace(f'"{EXAMPLE}"', f'"{package.name}"', 1))
    config = folder / "batch.toml"
    config.write_text('output = "reports"\ninitiatives = ["packages/*"]\npublishing = {renderer = "embedded"}\n')
    return config


def memory(pid: int) -> float:
    """What a process has in memory, in MiB."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS:")) / 1024


def run(config: Path, temporary: Path) -> list[Made]:
    """Run the batch, and note each report as it is made."""
    command = [PROGRAM, "batch", config, "--json"]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    made, runs = [], 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as batch:
        for line in batch.stdout or ():
            event = json.loads(line)
            runs += event["event"] == "end"
            if event["event"] == "report":
                made.append(Made(datetime.fromisoformat(event["time"]), runs, memory(batch.pid)))
                print(f"{runs:5} runs, parent {made[-1].mib:.0f} MiB", flush=True)
    if batch.returncode:
        raise SystemExit(f"the batch ended with {batch.returncode}")
    return made


def left_behind() -> int:
    """How many processes have outlived the batch by a second."""
    time.sleep(1)
    with suppress(ChildProcessError):  # what has ended and came to this process is not left behind
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    tasks = Path(f"/proc/self/task/{os.getpid()}/children")
    return len(tasks.read_text().split())


def seconds(*command: object) -> float:
    """Seconds of a command on the clock, the middle of several times."""
    took = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        subprocess.run([PROGRAM, *map(str, command)], check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
    return float(np.median(took))


def a_run(made: list[Made]) -> float:
    """Seconds a run between two reports."""
    return (made[-1].when - made[0].when).total_seconds() / (made[-1].runs - made[0].runs)


def main() -> None:
    """Measure, print and write down."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else 72
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1)
    with tempfile.TemporaryDirectory() as place:
        folder, temporary = Path(place), Path(place, "tmp")
        temporary.mkdir()
        config = copies(reports, folder)
        made = run(config, temporary)
        processes, files = left_behind(), sum(1 for _path in temporary.rglob("*"))
        unchanged = seconds("batch", config)
    part = max(reports // 8, 2)
    first, last = made[1 : part + 1], made[-part:]  # the first report of all waits for everything to start
    results = {
        "made": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "reports": reports,
        "runs": made[-1].runs,
        "seconds_a_run": {"first reports": round(a_run(first), 3), "last reports": round(a_run(last), 3)},
        "parent_mib": {
            "first reports": round(float(np.mean([each.mib for each in first])), 1),
            "last reports": round(float(np.mean([each.mib for each in last])), 1),
        },
        "left_behind": {"processes": processes, "sockets and temporary files": files},
        "seconds_when_nothing_is_due": round(unchanged, 3),
        "seconds_of_help": round(seconds("--help"), 3),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
