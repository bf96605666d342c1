# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "collective-impact-toolkit",
#     "ploomber-engine>=0.0.33",
# ]
#
# [tool.uv.sources]
# collective-impact-toolkit = { path = "..", editable = true }
# ///
"""Notebooks a minute of a batch on two workers, beside other ways to run the same templates over the same data.

    uv run benchmarks/batch.py [RUNS] [PACKAGE]

runs the same RUNS notebooks (24 without one) over an example (the Californian one without one) each way: with warm
kernels, in a process of its own with all start-up in it, and when that is done; with the plain ``papermill`` command in
a loop; with papermill in a pool of processes; with nbclient; with ploomber-engine, which runs all cells in one process
and so lets them change one another; and their cells alone, in processes with the imports done: the limit of what can be
reached. Warm kernels and the cells alone find the data read, as a batch keeps them for its notebooks. The ways take
turns, the slow ones with a third of the notebooks each time, since a machine is not as fast in one minute as in the
next. Results go to `batch.json`.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from collective_impact.batch.kernels.launch import servers_folder
from collective_impact.batch.kernels.preload import import_everything
from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.workers import worker_pool
from collective_impact.batch.notebooks.templates import LEARNING_REPORT, TEMPLATES
from collective_impact.batch.planning.key import PackageState
from collective_impact.batch.running.run import RunRecord, RunSpec, run_one
from collective_impact.data.identifiers import identifiers_of
from collective_impact.data.reading import read_package
from collective_impact.data.snapshot import snapshots, take_snapshot

RESULTS = Path(__file__).with_suffix(".json")
EXAMPLES, LANGUAGE = {"california-tobacco-control": "2000-12-31", "alla-i-mal": "2025-12-31"}, "en"
PACKAGE = sys.argv[2] if len(sys.argv) > 2 else "california-tobacco-control"
AS_OF = EXAMPLES[PACKAGE]
WORKERS = 2
TURNS = 3
IN_ONE_GO = Path(__file__).with_name("batch_in_one_go.py")
LIMIT, ONCE_WARM, COMMAND = "the cells alone", "warm kernels, once warm", "the papermill command in a loop"


@dataclass
class Way:
    """A way of running notebooks: what it does with some, what isolation it gives, and what was measured of it.

    A quick one runs all notebooks each turn.
    """

    name: str
    work: Callable[[Sequence[RunSpec]], object]
    isolated: bool = True
    quick: bool = False
    notebooks: int = 0
    seconds: float = 0.0

    @property
    def a_minute(self) -> float:
        return 60 * self.notebooks / self.seconds

    def take_a_turn(self, turn: int, runs: int) -> None:
        """Run this turn's part of the notebooks, on the clock."""
        part = slice(None) if self.quick else slice(turn, None, TURNS)
        with tempfile.TemporaryDirectory() as folder:
            specs = planned(runs, Path(folder))[part]
            begun = time.perf_counter()
            self.work(specs)
            took = time.perf_counter() - begun
        self.notebooks, self.seconds = self.notebooks + len(specs), self.seconds + took
        print(f"{60 * len(specs) / took:8.1f} a minute  {self.name}", flush=True)


def planned(runs: int, folder: Path) -> list[RunSpec]:
    """As many runs as are asked for, over the evaluations in turn."""
    templates = islice(cycle(each for each in TEMPLATES if each.name != LEARNING_REPORT), runs)
    specs = []
    for n, template in enumerate(templates):
        place = folder / f"{n:02}" / template.name
        place.mkdir(parents=True)
        values = template.parameters(package=PACKAGE, as_of=AS_OF, output_dir=str(place)).model_dump()
        specs.append(RunSpec(template.name, template.path, values, place, {}))
    return specs


def good(records: Iterator[RunRecord]) -> list[RunRecord]:
    """Records of runs that all went well, in kernels that were all warm."""
    made = list(records)
    for record in made:
        if record.error or record.kernel != "warm":
            raise RuntimeError(f"{record.template}: {record.error}, {record.kernel}")
    return made


@contextmanager
def data_at_hand() -> Iterator[None]:
    """Read the package once for all notebooks, as the engine of a batch does."""
    with snapshots(servers_folder()):
        initiative, day = read_package(PACKAGE), date.fromisoformat(AS_OF)
        take_snapshot(PackageState(initiative, identifiers_of(initiative), day, LANGUAGE).seen, day, LANGUAGE)
        yield


def with_start_up(specs: Sequence[RunSpec]) -> None:
    """Run with warm kernels in a process of its own, from Python's start to its end."""
    subprocess.run([sys.executable, IN_ONE_GO, str(len(specs)), PACKAGE], check=True, capture_output=True)


def run_in_pool(runs: int) -> None:
    """Run so many with the warm kernels of this process; for that process."""
    with tempfile.TemporaryDirectory() as folder, data_at_hand(), worker_pool(WORKERS) as pool:
        good(pool.map(run_one, planned(runs, Path(folder))))


def by_command(specs: Sequence[RunSpec]) -> None:
    """Run with papermill's own command, one after the other."""
    for spec in specs:
        command = [sys.executable, "-m", "papermill", str(spec.notebook), str(spec.folder / "notebook.ipynb")]
        options = ["-y", json.dumps(spec.parameters), "--cwd", str(spec.folder), "--no-progress-bar"]
        subprocess.run(command + options, check=True, capture_output=True)


def by_papermill(spec: RunSpec) -> None:
    """Run one with papermill in this process, with sockets of its own: kernels that start together race for ports."""
    import papermill
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="ci-") as sockets:
        papermill.execute_notebook(
            str(spec.notebook),
            str(spec.folder / "notebook.ipynb"),
            parameters=dict(spec.parameters),
            cwd=str(spec.folder),
            progress_bar=False,
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/s"}}),
        )


def by_nbclient(specs: Sequence[RunSpec]) -> None:
    """Run with nbclient, one after the other."""
    from nbclient import NotebookClient

    for spec in specs:
        NotebookClient(with_parameters(spec), resources={"metadata": {"path": str(spec.folder)}}).execute()


def by_ploomber(specs: Sequence[RunSpec]) -> None:
    """Run with ploomber-engine, one after the other in this process."""
    from ploomber_engine import execute_notebook

    for spec in specs:
        execute_notebook(
            str(spec.notebook),
            str(spec.folder / "notebook.ipynb"),
            parameters=dict(spec.parameters),
            progress_bar=False,
            verbose=False,
        )


def cells_alone(spec: RunSpec) -> None:
    """Compute what a notebook's cells compute, in this process."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell(user_module=ModuleType("cells"))
    with chdir(spec.folder):
        for cell in with_parameters(spec).cells:
            if cell.cell_type == "code":
                shell.run_cell(cell.source, silent=True).raise_error()


def with_parameters(spec: RunSpec) -> Any:
    """The notebook with its parameters put in."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    return parameterize_notebook(load_notebook_node(str(spec.notebook)), dict(spec.parameters))


def in_pool(pool: Executor, work: Callable[[RunSpec], object]) -> Callable[[Sequence[RunSpec]], object]:
    """Do some work on each run in a pool."""
    return lambda specs: list(pool.map(work, specs))


def in_a_process(work: Callable[[Sequence[RunSpec]], object]) -> Callable[[Sequence[RunSpec]], object]:
    """Do some work in a process of its own, which ends with it."""

    def begun(specs: Sequence[RunSpec]) -> None:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(work, specs).result()

    return begun


def measure(runs: int) -> tuple[list[Way], int]:
    """Time every way; give also the most memory that one kernel took, in MiB."""
    before, spawn = set(os.environ), get_context("spawn")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(warm_kernels())
        stack.enter_context(data_at_hand())
        warm = stack.enter_context(worker_pool(WORKERS))
        ready = stack.enter_context(ProcessPoolExecutor(WORKERS, mp_context=spawn, initializer=import_everything))
        cold = stack.enter_context(ProcessPoolExecutor(WORKERS, mp_context=spawn))
        records = good(warm.map(run_one, planned(runs, place / "warm")))
        in_pool(ready, cells_alone)(planned(WORKERS, place / "ready"))
        for name in set(os.environ) - before:  # what leads to warm kernels and to the data: not for the other ways
            del os.environ[name]
        ways = [
            Way(ONCE_WARM, lambda specs: good(warm.map(run_one, specs)), quick=True),
            Way("warm kernels, all start-up included", with_start_up, quick=True),
            Way(LIMIT, in_pool(ready, cells_alone), isolated=False, quick=True),
            Way("papermill in a pool of processes", in_pool(cold, by_papermill)),
            Way(COMMAND, by_command),
            Way("nbclient", by_nbclient),
            Way("ploomber-engine, start-up included", in_a_process(by_ploomber), isolated=False, quick=True),
        ]
        for turn in range(TURNS):
            for way in ways:
                way.take_a_turn(turn, runs)
    return ways, max(record.peak_memory_mib for record in records)


def main() -> None:
    """Measure, print and write down."""
    ways, peak = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
    pace = {way.name: way.a_minute for way in ways}
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    results = {
        "made": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "versions": {name: version(name) for name in ("papermill", "nbclient", "ploomber-engine", "ipykernel")},
        "workers": WORKERS,
        "ways": [
            {
                "way": way.name,
                "notebooks": way.notebooks,
                "seconds": round(way.seconds, 2),
                "isolated": way.isolated,
                "a_minute": round(way.a_minute, 1),
                "times_the_command": round(way.a_minute / pace[COMMAND], 2),
            }
            for way in ways
        ],
        "share_of_the_limit": round(pace[ONCE_WARM] / pace[LIMIT], 2),
        "peak_memory_mib": {"kernel": peak, "largest process": round(worker)},
    }
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(known | {PACKAGE: results}, indent=2) + "\n")
    for way in ways:
        print(f"{way.a_minute / pace[COMMAND]:6.1f} times the command  {way.name}")
    share = pace[ONCE_WARM] / pace[LIMIT]
    print(f"{share:6.0%} of the limit; kernel {peak} MiB at most, any process {worker:.0f} MiB")


if __name__ == "__main__":
    main()
