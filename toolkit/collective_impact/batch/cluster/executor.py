"""An executor whose workers are those of a Dask cluster; they need not see the client's files."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from hashlib import sha256
from typing import Any

from distributed import Client
from distributed.scheduler import KilledWorker

from collective_impact.batch.cluster.environment import own_environment
from collective_impact.batch.cluster.remote_run import Files, pack, run_remote
from collective_impact.batch.running.run import RunRecord, RunSpec, run_one
from collective_impact.files import write_whole

_PACKAGES_KEPT = 4


class WorkerLostError(BrokenExecutor):
    """A worker was lost, or the way to it, through no fault of the notebook that it ran."""


class ClusterExecutor(Executor):
    """Runs notebooks on the workers of a Dask cluster.

    What a run left is in its folder once its future is done, as if it had run here.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._workers: Executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        self._environment = own_environment()
        self._packages: deque[Any] = deque(maxlen=_PACKAGES_KEPT)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a notebook run; what is called is always `run_one`, with its specification."""
        if fn is not run_one or kwargs:
            raise TypeError("a cluster runs notebooks: submit(run_one, spec)")
        (spec,) = args
        whole: Future[RunRecord] = Future()
        whole.set_running_or_notify_cancel()
        try:
            run, package = pack(spec, self._environment)
            there = self._workers.submit(run_remote, run, self._there(package))
        except Exception as stop:  # a package that is gone, a cluster that is gone: this run only
            whole.set_exception(stop if isinstance(stop, OSError) else WorkerLostError(str(stop)))
            return whole
        there.add_done_callback(lambda ended: _take_in(spec, whole, ended))
        return whole

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._workers.shutdown(wait=wait and not cancel_futures)

    def _there(self, package: Files) -> Any:
        """Send a package to the cluster, once for all its runs; it outlives the workers that hold it."""
        told = {name: sha256(content).hexdigest() for name, content in package.items()}
        key = f"package-{sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()}"
        self._packages.append(self._client.submit(dict, package, key=key))
        return self._packages[-1]


def _take_in(spec: RunSpec, whole: Future[RunRecord], there: "Future[tuple[RunRecord, Mapping[str, bytes]]]") -> None:
    """Put what a run left into its folder, and let go of whoever waits for it."""
    try:
        record, files = there.result()
        for name, content in files.items():
            write_whole(spec.folder / name, content)
    except (CancelledError, KilledWorker) as stop:
        whole.set_exception(WorkerLostError(str(stop)))
    except Exception as stop:
        whole.set_exception(stop)
    else:
        whole.set_result(record)
