"""Running one template over one package, and many of them: what to run, what happened."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, Literal

from collective_impact.batch.localise import localise_notebook
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.reporting.run_page import NOTEBOOK, RECORD, read_notebook

_VERSIONS_THAT_MATTER = ("collective-impact-toolkit", "papermill", "pandas", "statsmodels", "diff-diff", "altair")


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
    cell_timeout : int
        Seconds that one cell may take.
    """

    template: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    data: Mapping[str, str]
    cell_timeout: int = 600


@dataclass(frozen=True, slots=True)
class RunError:
    """Where a notebook stopped: the number of the cell (from 1), the error's name and its message."""

    cell: int | None
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What happened in a run; stands as ``run.json`` beside the executed notebook.

    Times are UTC to the second, as ISO 8601 writes them.
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


def run_one(spec: RunSpec) -> RunRecord:
    """Execute one notebook with papermill and record what happened.

    A fault of the notebook never raises here: it is in the record, with its cell and its error.
    """
    spec.folder.mkdir(parents=True, exist_ok=True)
    began, started = datetime.now(UTC), time.monotonic()
    error = _execute(spec)
    if error is None and not (spec.folder / FINDINGS).exists():
        error = RunError(None, "NoFindings", "the notebook ended without recording its findings")
    return _record(spec, error, began, time.monotonic() - started)


def run_all(specs: Iterable[RunSpec], executor: Executor) -> Iterator[RunRecord]:
    """Execute many notebooks; records come as runs end, in no set order. A killed worker costs its own runs only."""
    running = {executor.submit(run_one, spec): spec for spec in specs}
    for future in as_completed(running):
        try:
            yield future.result()
        except Exception as stop:
            yield _record(running[future], RunError(None, type(stop).__name__, str(stop)), datetime.now(UTC))


def _record(spec: RunSpec, error: RunError | None, began: datetime, seconds: float = 0.0) -> RunRecord:
    """Write down what happened, beside the executed notebook."""
    record = RunRecord(
        template=spec.template,
        status="failed" if error else "ok",
        started=began.isoformat(timespec="seconds"),
        ended=(began + timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        error=error,
        template_sha256=_template_sha256(spec.notebook),
        parameters=dict(spec.parameters),
        data=dict(spec.data),
        versions={"python": python_version(), **{name: version(name) for name in _VERSIONS_THAT_MATTER}},
    )
    write_whole(spec.folder / RECORD, json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n")
    return record


def _template_sha256(notebook: Path) -> str:
    """SHA-256 of what a template does: the kind, source and tags of its cells."""
    cells = [[c.cell_type, c.source, c.metadata.get("tags", [])] for c in read_notebook(notebook).cells]
    return sha256(json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _execute(spec: RunSpec) -> RunError | None:
    """Run papermill; return where it stopped, None when it ran through."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source = localise_notebook(read_notebook(spec.notebook), str(spec.parameters["language"]))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's others
    with tempfile.TemporaryDirectory(prefix="ci-") as sockets, _quiet():
        try:
            papermill.execute_notebook(
                source,
                _without_placeholders(spec.folder / NOTEBOOK),
                parameters=dict(spec.parameters),
                cwd=str(spec.folder),
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=spec.cell_timeout,
                **_own_sockets(sockets),
            )
        except PapermillExecutionError as stop:
            return RunError(_number_of(stop.source, source), stop.ename, stop.evalue)
        except Exception as stop:  # a dead kernel, a timeout, a full disk: all cost this run only
            return RunError(None, type(stop).__name__, str(stop))
    return None


def _number_of(cell_source: str, template: Any) -> int | None:
    """Number of a cell in the template, from 1; papermill counts the parameters that it injects as a further cell."""
    return next((n for n, cell in enumerate(template.cells, start=1) if cell.source == cell_source), None)


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
    """Give the kernel a socket path of its own: kernels that start side by side race for TCP ports."""
    if os.name == "nt":
        return {}
    from traitlets.config import Config

    return {"config": Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/s"}})}


def _without_placeholders(path: Path) -> str:
    """Keep papermill from filling in ``{name}`` in a path."""
    return str(path).replace("{", "{{").replace("}", "}}")
