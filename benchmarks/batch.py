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

    uv run benchmarks/batch.py [RUNS]

runs the same RUNS notebooks (24 without one) each way, one way after the other: with warm kernels, once with all
start-up in it and once when it is done; with the plain ``papermill`` command in a loop; with papermill in a pool of
processes; with nbclient; with ploomber-engine, which runs all cells in one process and so lets them change one another;
and their cells alone, in processes with the imports done: the limit of what can be reached. Warm kernels and the cells
alone find the data read, as a batch keeps them for its notebooks. Results go to `batch.json`.
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
from contextlib import chdir, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import nbformat
import papermill
from nbclient import NotebookClient
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from ploomber_engine import execute_notebook

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
PACKAGE, AS_OF, LANGUAGE = "california-tobacco-control", "2000-12-31", "en"
WORKERS = 2


@dataclass(frozen=True)
class Measured:
    """A way of running notebooks: how many in how long, and what isolation it gives."""

    way: str
    notebooks: int
    seconds: float
    isolated: bool

    @property
    def a_minute(self) -> float:
        return 60 * self.notebooks / self.seconds


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


def on_the_clock(way: str, runs: int, work: Callable[[list[RunSpec]], object], *, isolated: bool = True) -> Measured:
    """Time some work on freshly planned runs; once before, so that all ways find their files read."""
    with tempfile.TemporaryDirectory() as folder:
        work(planned(WORKERS, Path(folder, "before")))
        specs = planned(runs, Path(folder))
        begun = time.perf_counter()
        work(specs)
        measured = Measured(way, runs, time.perf_counter() - begun, isolated)
    print(f"{measured.a_minute:8.1f} a minute  {way}", flush=True)
    return measured


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


def all_in(specs: Sequence[RunSpec]) -> list[RunRecord]:
    """Run with warm kernels, their server's and the workers' start included."""
    with warm_kernels(), data_at_hand(), worker_pool(WORKERS) as pool:
        return good(pool.map(run_one, specs))


def by_command(specs: Sequence[RunSpec]) -> None:
    """Run with papermill's own command, one after the other."""
    for spec in specs:
        command = [sys.executable, "-m", "papermill", str(spec.notebook), str(spec.folder / "notebook.ipynb")]
        options = ["-y", json.dumps(spec.parameters), "--cwd", str(spec.folder), "--no-progress-bar"]
        subprocess.run(command + options, check=True, capture_output=True)


def by_papermill(spec: RunSpec) -> None:
    """Run one with papermill in this process, with sockets of its own: kernels that start together race for ports."""
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
    for spec in specs:
        NotebookClient(with_parameters(spec), resources={"metadata": {"path": str(spec.folder)}}).execute()


def by_ploomber(specs: Sequence[RunSpec]) -> None:
    """Run with ploomber-engine, one after the other in this process."""
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


def with_parameters(spec: RunSpec) -> nbformat.NotebookNode:
    """The notebook with its parameters put in."""
    return parameterize_notebook(load_notebook_node(str(spec.notebook)), dict(spec.parameters))


def in_pool(pool: Executor, work: Callable[[RunSpec], object]) -> Callable[[Sequence[RunSpec]], object]:
    """Do some work on each run in a pool."""
    return lambda specs: list(pool.map(work, specs))


def measure(runs: int) -> tuple[list[Measured], int]:
    """Time every way; give also the most memory that one kernel took, in MiB."""
    measured = [on_the_clock("warm kernels, all start-up included", runs, all_in)]
    with warm_kernels(), data_at_hand(), worker_pool(WORKERS) as pool, tempfile.TemporaryDirectory() as folder:
        records = good(pool.map(run_one, planned(runs, Path(folder))))
        measured.append(on_the_clock("warm kernels, once warm", runs, lambda specs: good(pool.map(run_one, specs))))
    ready = {"mp_context": get_context("spawn"), "initializer": import_everything}
    with data_at_hand(), ProcessPoolExecutor(WORKERS, **ready) as pool:
        measured.append(on_the_clock("the cells alone", runs, in_pool(pool, cells_alone), isolated=False))
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        measured.append(on_the_clock("papermill in a pool of processes", runs, in_pool(pool, by_papermill)))
    measured.append(on_the_clock("the papermill command in a loop", runs, by_command))
    measured.append(on_the_clock("nbclient", runs, by_nbclient))
    measured.append(on_the_clock("ploomber-engine", runs, by_ploomber, isolated=False))
    return measured, max(record.peak_memory_mib for record in records)


def main() -> None:
    """Measure, print and write down."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    measured, peak = measure(runs)
    pace = {each.way: each.a_minute for each in measured}
    once, command, limit = (pace[way] for way in WAYS_COMPARED)
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    results = {
        "made": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "versions": {name: version(name) for name in ("papermill", "nbclient", "ploomber-engine", "ipykernel")},
        "package": PACKAGE,
        "workers": WORKERS,
        "ways": [
            asdict(each) | {"a_minute": round(each.a_minute, 2), "times_the_command": round(each.a_minute / command, 2)}
            for each in measured
        ],
        "share_of_the_limit": round(once / limit, 2),
        "peak_memory_mib": {"kernel": peak, "largest process": round(worker)},
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for each in measured:
        print(f"{each.a_minute / command:6.1f} times the command  {each.way}")
    print(f"{once / limit:6.0%} of the limit; kernel {peak} MiB at most, any process {worker:.0f} MiB")


WAYS_COMPARED = ("warm kernels, once warm", "the papermill command in a loop", "the cells alone")

if __name__ == "__main__":
    main()
