"""Running one template over one package, and many of them: what to run, what happened."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from collective_impact.batch.kernels.launch import servers_folder
from collective_impact.batch.kernels.watch import Limits, Watch
from collective_impact.batch.notebooks.localise import localise_notebook
from collective_impact.batch.notebooks.sources import template_sha256, versions
from collective_impact.batch.running.stops import RunError, why_stopped
from collective_impact.charts.drawing import drawing_for
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import in_language
from collective_impact.reporting.run_page import NOTEBOOK, RECORD, read_notebook


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What to run.

    Attributes
    ----------
    template : str
        Name of the template.
    notebook : Path
        The template itself.
    parameters : Mapping
        All its parameters, plain JSON values.
    folder : Path
        Folder of this run: holds the executed notebook, its findings and its record.
    data : Mapping of str to str
        Table name to SHA-256 of the file it was read from.
    limits : Limits
        What it may take.
    """

    template: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    data: Mapping[str, str]
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What happened in a run; stands as ``run.json`` beside the executed notebook.

    Times are UTC to the second, as ISO 8601 writes them. ``peak_memory_mib`` is the most memory that the kernel had,
    0 where the system does not tell; ``kernel`` says whether it was forked with its imports done (warm) or not. ``key``
    is put in once it is known what the run depended on; a failed one has none.
    """

    template: str
    status: Literal["ok", "failed"]
    started: str
    ended: str
    seconds: float
    error: RunError | None
    template_sha256: str
    parameters: Mapping[str, Any]
    data: Mapping[str, str]
    versions: Mapping[str, str]
    peak_memory_mib: int = 0
    kernel: Literal["warm", "cold"] = "cold"
    key: str = ""


def run_one(spec: RunSpec, begun: Callable[[Watch], None] = lambda watch: None) -> RunRecord:
    """Execute one notebook with papermill and record what happened.

    A fault of the notebook never raises here: it is in the record, with its cell and its error.

    Parameters
    ----------
    spec : RunSpec
    begun : callable
        Told of the watch that is kept over the kernel.
    """
    spec.folder.mkdir(parents=True, exist_ok=True)
    began, started = datetime.now(UTC), time.monotonic()
    watch = Watch(spec.limits)
    begun(watch)
    error = _execute(spec, watch)
    if watch.lost:  # through no fault of the notebook
        watch = Watch(spec.limits)
        begun(watch)
        error = _execute(spec, watch)
    if error is None and not (spec.folder / FINDINGS).exists():
        error = RunError(None, "NoFindings", "the notebook ended without recording its findings")
    return _record(spec, error, began, time.monotonic() - started, watch)


def lost(spec: RunSpec, stop: BaseException) -> RunRecord:
    """Record a run that came to nothing because its worker, or the way to it, was lost."""
    spec.folder.mkdir(parents=True, exist_ok=True)
    return _record(spec, RunError(None, type(stop).__name__, str(stop)), datetime.now(UTC))


def run_all(specs: Iterable[RunSpec], executor: Executor) -> Iterator[RunRecord]:
    """Execute many notebooks; records come as runs end, in no set order. A killed worker costs its own runs only."""
    running = {executor.submit(run_one, spec): spec for spec in specs}
    for future in as_completed(running):
        stop = future.exception()
        yield lost(running[future], stop) if stop else future.result()


def _record(
    spec: RunSpec, error: RunError | None, began: datetime, seconds: float = 0.0, watch: Watch | None = None
) -> RunRecord:
    """Write down what happened, beside the executed notebook."""
    record = RunRecord(
        template=spec.template,
        status="failed" if error else "ok",
        started=began.isoformat(timespec="seconds"),
        ended=(began + timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        error=error,
        template_sha256=template_sha256(spec.notebook),
        parameters=dict(spec.parameters),
        data=dict(spec.data),
        versions=dict(versions()),
        peak_memory_mib=round(watch.peak_mib) if watch else 0,
        kernel=watch.kind if watch else "cold",
    )
    write_whole(spec.folder / RECORD, json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n")
    return record


def _execute(spec: RunSpec, watch: Watch) -> RunError | None:
    """Run papermill; return where it stopped, None when it ran through."""
    from collective_impact.batch.running.papermill_engine import execute

    source = localise_notebook(read_notebook(spec.notebook), str(spec.parameters["language"]))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's others
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # they stand side by side; and all round alike
    with (
        tempfile.TemporaryDirectory(prefix="ci-", dir=servers_folder()) as sockets,
        drawing_for(sockets) as leading_to_it,
        _quiet(),
    ):
        try:
            execute(
                source,
                _without_placeholders(spec.folder / NOTEBOOK),
                watch,
                leading_to_it,
                parameters=dict(spec.parameters),
                cwd=str(spec.folder),
                **_own_sockets(sockets),
            )
        except Exception as stop:  # an error in a cell, a dead kernel, a limit, a full disk: all cost this run only
            cell = next((n for n, each in enumerate(source.cells, start=1) if each.source == watch.cell), None)
            with in_language(str(spec.parameters["language"])):
                return why_stopped(stop, watch, cell)
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what papermill and the kernel say of their own start and end out of the terminal."""
    sys.stderr.flush()
    terminal = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


def _own_sockets(folder: str) -> dict[str, Any]:
    """Give the kernel a socket path of its own: kernels that start side by side race for TCP ports.

    The file that tells of it lies beside, so that it goes when the folder goes, however the run ends.
    """
    if os.name == "nt":
        return {}
    from traitlets.config import Config

    own = {"transport": "ipc", "ip": f"{folder}/s", "connection_file": f"{folder}/kernel.json"}
    return {"config": Config({"KernelManager": own})}


def _without_placeholders(path: Path) -> str:
    """Keep papermill from filling in ``{name}`` in a path."""
    return str(path).replace("{", "{{").replace("}", "}}")
