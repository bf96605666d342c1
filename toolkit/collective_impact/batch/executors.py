"""Where the notebooks of a batch run: in processes of this machine, or on a Dask cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from collective_impact.batch.config import Work
from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.workers import prepare_workers, worker_pool
from collective_impact.batch.make import Pool


@contextmanager
def workers(work: Work) -> Iterator[tuple[Pool, int]]:
    """Give what makes an executor, and how many notebooks run at the same time, inside a ``with`` block.

    Raises
    ------
    InputError
        When a cluster cannot be used.
    """
    if work.executor == "local":
        with warm_kernels():
            prepare_workers()
            yield partial(worker_pool, work.jobs), work.jobs
        return
    from collective_impact.batch.cluster.connection import cluster

    with cluster(work.scheduler) as found:
        yield found.pool, max(work.jobs, found.size)
