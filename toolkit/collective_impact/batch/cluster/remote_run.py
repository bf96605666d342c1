"""A run on a worker that shares no files with the client: it carries what it needs and gives back what it left.

The files are laid out below an empty folder as they lie on the client below its root, so that paths from one to the
other, which stand in records, are the same there.
"""

import atexit
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from distributed import get_worker

from collective_impact.batch.cluster.environment import EnvironmentMismatchError, differences, own_environment
from collective_impact.batch.kernels.launch import servers_folder
from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.watch import Watch
from collective_impact.batch.running.run import RunRecord, RunSpec, run_one
from collective_impact.data.places import DESCRIPTOR, shipped_example
from collective_impact.findings.finding import FINDINGS
from collective_impact.reporting.run_page import NOTEBOOK, RECORD

Files = Mapping[str, bytes]
"""Contents by path from the root of the client's file system, with ``/``."""

_LOOK_EVERY = 1.0
_ONE_AT_A_TIME = threading.Lock()
"""Papermill changes the folder that the whole process works in."""


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """A run with what it needs beside its package.

    Attributes
    ----------
    spec : RunSpec
        As the client would run it.
    files : mapping of str to bytes
        Its template, and findings of other runs that it may read.
    example : mapping of str to str
        Of a shipped example, SHA-256 of its files; these do not travel.
    environment : mapping of str to str
        The client's, which the worker's is held against.
    """

    spec: RunSpec
    files: Files
    example: Mapping[str, str]
    environment: Mapping[str, str]


def pack(spec: RunSpec, environment: Mapping[str, str]) -> tuple[RemoteRun, Files]:
    """Collect what a run needs.

    Returns
    -------
    run : RemoteRun
    package : mapping of str to bytes
        Files of its package, which other runs need as well; empty for a shipped example.

    Raises
    ------
    OSError
        When a file is there no more.
    """
    package = str(spec.parameters["package"])
    files = {_from_root(spec.notebook): spec.notebook.read_bytes(), **_findings(spec)}
    if shipped_example(package):
        return RemoteRun(spec, files, spec.data, environment), {}
    place = _joined(spec.folder, package)
    place = place.parent if place.name == DESCRIPTOR else place
    content = {_from_root(place / name): (place / name).read_bytes() for name in sorted(spec.data)}
    return RemoteRun(spec, files, {}, environment), content


def run_remote(run: RemoteRun, package: Files) -> tuple[RunRecord, Files]:
    """Run a notebook on a worker, one at a time.

    Returns
    -------
    record : RunRecord
    files : mapping of str to bytes
        What it left in its folder, by name.

    Raises
    ------
    EnvironmentMismatchError
        When the worker would not come to the same result as the client.
    """
    if different := differences(own_environment(), run.environment) or _other_example(run):
        raise EnvironmentMismatchError("; ".join(different))
    with _ONE_AT_A_TIME, ExitStack() as stack:
        _keep_kernels_warm()
        root = stack.enter_context(TemporaryDirectory(prefix="ci-", dir=servers_folder()))
        begun = stack.enter_context(_ended_when_given_up())
        folder, notebook = Path(root, _from_root(run.spec.folder)), Path(root, _from_root(run.spec.notebook))
        folder.mkdir(parents=True)
        for name, content in {**run.files, **package}.items():
            place = Path(root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        record = run_one(replace(run.spec, folder=folder, notebook=notebook), begun)
        left = [folder / name for name in (NOTEBOOK, FINDINGS, RECORD)]
        return record, {file.name: file.read_bytes() for file in left if file.is_file()}


def _findings(spec: RunSpec) -> dict[str, bytes]:
    """Findings of the runs beside those that a learning report's parameters name; empty for one that failed."""
    named = [str(spec.parameters.get(name, "")) for name in ("findings_dir", "earlier_findings")]
    places = [_joined(spec.folder, named[0])] if named[0] else []
    places += [_joined(spec.folder, named[1]).parent] if named[1] else []
    found: dict[str, bytes] = {}
    for place in places:
        for run in sorted(each for each in place.iterdir() if each.is_dir() and each != spec.folder):
            file = run / FINDINGS
            found[_from_root(file)] = file.read_bytes() if file.is_file() else b""
    return found


def _other_example(run: RemoteRun) -> list[str]:
    folder = shipped_example(str(run.spec.parameters["package"]))
    if not run.example or folder is None:
        return []
    mine = {name: sha256((folder / name).read_bytes()).hexdigest() for name in run.example if (folder / name).is_file()}
    return differences(mine, run.example)


@cache
def _keep_kernels_warm() -> None:
    """Start this worker's fork server at its first run; it stays until the worker ends."""
    stack = ExitStack()
    stack.enter_context(warm_kernels())
    atexit.register(stack.close)


@contextmanager
def _ended_when_given_up() -> Iterator[Callable[[Watch], None]]:
    """End the kernel when the client lets go of the run or is no more; give what takes the watch over it."""
    watches: list[Watch] = []
    over = threading.Event()
    worker: Any = get_worker()
    run = worker.get_current_task()

    def look() -> None:
        while not over.wait(_LOOK_EVERY):
            task = worker.state.tasks.get(run)
            if watches and (task is None or task.state != "executing"):
                watches[-1].end_for("Timeout", 0)  # nobody will read why

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield watches.append
    finally:
        over.set()
        looking.join()


def _joined(folder: Path, seen_from_it: str) -> Path:
    """A place that is told as seen from a folder, without going through the file system's links."""
    place = folder
    for step in Path(seen_from_it).parts:
        place = place.parent if step == ".." else place / step
    return place


def _from_root(path: Path) -> str:
    return path.relative_to(path.anchor).as_posix()
