"""Worker processes that run notebooks, forked from one that has imported papermill."""

import multiprocessing
import multiprocessing.forkserver
import os
import sys
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor

from collective_impact.batch.kernels.become_kernel import die_with_parent
from collective_impact.batch.kernels.threads import WITHOUT_THREADS
from collective_impact.environment import environment

_IMPORTED = ["collective_impact.batch.running.papermill_engine", "collective_impact.batch.running.run"]


def prepare_workers() -> None:
    """Let the imports of workers begin, beside whatever comes before the first of them is needed."""
    if sys.platform == "linux":
        multiprocessing.get_context("forkserver").set_forkserver_preload(_IMPORTED)
        with environment(WITHOUT_THREADS):
            multiprocessing.forkserver.ensure_running()


def worker_pool(count: int) -> ProcessPoolExecutor:
    """Make a pool of workers, in the environment of this process as it is now.

    Where forking is not safe, each worker starts on its own and imports papermill itself.
    """
    if sys.platform != "linux":
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
    prepare_workers()
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(dict(os.environ),))


def end_at_once(executor: Executor) -> None:
    """Let go of an executor; worker processes of this machine end at once, and with them what they run."""
    processes = executor._processes if isinstance(executor, ProcessPoolExecutor) else None
    for process in list((processes or {}).values()):  # from Python 3.14 on: executor.kill_workers()
        process.kill()
    executor.shutdown(wait=False, cancel_futures=True)


def _begin(owners: Mapping[str, str]) -> None:
    """Take on the environment of the owner, which may have changed since the first worker; and end when it ends."""
    os.environ.clear()
    os.environ.update(owners)
    die_with_parent()
