"""The way to a Dask cluster, open once it is known that its workers come to the same results as this machine."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

if TYPE_CHECKING:
    from collective_impact.batch.cluster.executor import ClusterExecutor

_SECONDS_FOR_THE_SCHEDULER = 5
_SECONDS_FOR_A_WORKER = 60


class Cluster:
    """A cluster that can be worked with.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def size(self) -> int:
        """How many workers it has at the moment; each runs one notebook at a time."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def pool(self) -> "ClusterExecutor":
        """Make an executor that runs notebooks there."""
        from collective_impact.batch.cluster.executor import ClusterExecutor

        return ClusterExecutor(self._client)


@contextmanager
def cluster(scheduler: str, *, patience: float = _SECONDS_FOR_A_WORKER) -> Iterator[Cluster]:
    """Connect with a scheduler inside a ``with`` block.

    Parameters
    ----------
    scheduler : str
        Its address, as ``tcp://10.0.0.5:8786``.
    patience : float
        Seconds to wait for a first worker.

    Raises
    ------
    InputError
        When Dask is not installed, the scheduler cannot be reached, it has no worker, or the workers' environment
        is not that of this machine; with every difference of every worker.
    """
    place = f"--scheduler {scheduler}"
    try:
        import dask
        from distributed import Client
        from distributed.comm.addressing import parse_address
        from distributed.comm.registry import get_backend
    except ImportError as error:
        mend = _("install collective-impact-toolkit[cluster]")
        raise InputError([Problem("--executor dask", str(error), _("Dask distributed"), mend)]) from None
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
        try:
            get_backend(parse_address(scheduler)[0])
            client = Client(scheduler, timeout=_SECONDS_FOR_THE_SCHEDULER, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            mend = _("start it, or correct the address")
            raise InputError([Problem(place, _reason(error), _("a Dask scheduler that answers"), mend)]) from None
        with client:
            _wait_for_a_worker(client, place, patience)
            _refuse_others(client)
            yield Cluster(client)


def _wait_for_a_worker(client: Any, place: str, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        mend = _("start workers; a cluster that grows by itself needs at least one")
        raise InputError([Problem(place, _("no worker"), _("a worker or more"), mend)]) from None


def _refuse_others(client: Any) -> None:
    """Refuse workers that would not come to the same results."""
    from collective_impact.batch.cluster.environment import differences, own_environment

    mine = own_environment()
    told: Mapping[str, Any] = client.run(own_environment, on_error="return")
    expected, mend = _("the environment of this machine"), _("install the same on all, best from the same image")
    problems = []
    for worker, theirs in sorted(told.items()):
        different = [_reason(theirs)] if isinstance(theirs, BaseException) else differences(theirs, mine)
        if different:
            problems.append(Problem(_("worker {address}").format(address=worker), "; ".join(different), expected, mend))
    if problems:
        raise InputError(problems)


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
