"""How papermill runs a notebook here: with a watch over its kernel, and kernels from our provisioner."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import zmq
import zmq.asyncio

from collective_impact.batch.kernels.launch import PROVISIONER
from collective_impact.batch.kernels.quick_jsonschema import quick_jsonschema
from collective_impact.batch.kernels.watch import Watch

with quick_jsonschema():
    import papermill
    from jupyter_client.channels import AsyncZMQSocketChannel
    from nbclient.exceptions import CellExecutionError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines

_WATCHED = "watched"
_SECONDS_FOR_MORE = 0.01
_CUTS = "inproc://cuts"
"""Where the system tells that the connection has been cut over which a kernel shows its output."""


def execute(notebook: Any, out: str, watch: Watch, environment: Mapping[str, str], **options: Any) -> None:
    """Execute a notebook with papermill, its kernel under watch.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    out : str
        Path of the executed notebook, as papermill takes it.
    watch : Watch
    environment : Mapping of str to str
        What the kernel's environment holds beyond this process's.
    **options
        Further options of ``papermill.execute_notebook``.

    Raises
    ------
    papermill.exceptions.PapermillExecutionError
        When a cell raised an error.
    nbclient.exceptions.DeadKernelError
        When the kernel ended, by itself or for a limit.
    """
    fixed = {"engine_name": _WATCHED, "kernel_name": "python3", "request_save_on_cell_execute": False}
    papermill.execute_notebook(
        notebook, out, progress_bar=False, watch=watch, environment=environment, **fixed, **options
    )


class _PromptChannel(AsyncZMQSocketChannel):
    """Waits less long than jupyter_client for further messages of a kernel that has begun, before its first cell."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        return await super().get_msg(timeout and min(timeout, _SECONDS_FOR_MORE))


class _WatchedClient(PapermillNotebookClient):  # type: ignore[misc]
    """A papermill client that tells the watch what it runs and what that shows."""

    def __init__(self, notebook: Any, watch: Watch, environment: Mapping[str, str], **options: Any) -> None:
        super().__init__(notebook, **options)
        self._watch, self._environment = watch, environment
        self._context = zmq.asyncio.Context()
        self._context.maxmsgsize = watch.limits.output_mib * 2**20 + 2**16  # what is larger is never read into memory

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        manager.watch = self._watch
        manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        manager.kernel_spec.env |= self._environment
        manager.client = partial(manager.client, context=self._context, iopub_channel_class=_PromptChannel)
        return manager

    def start_new_kernel_client(self, **options: Any) -> Any:
        client = super().start_new_kernel_client(**options)
        client.iopub_channel.socket.monitor(_CUTS, zmq.EVENT_DISCONNECTED)
        cuts: Any = self._context.socket(zmq.PAIR, socket_class=zmq.Socket)  # type: ignore[arg-type]  # not asyncio's
        cuts.connect(_CUTS)
        self._watch.listen(cuts)
        return client

    def close(self) -> None:
        """Let go of the connections to the kernel."""
        self._context.destroy(linger=0)

    def papermill_execute_cells(self) -> None:
        try:
            super().papermill_execute_cells()
        finally:
            self._watch.end()

    def execute_cell(self, cell: Any, *arguments: Any, **options: Any) -> Any:
        self._watch.cell_begins(cell.source)
        try:
            return super().execute_cell(cell, *arguments, **options)
        except CellExecutionError as error:  # a kernel out of memory may have nothing left to show it with
            self._watch.raised = error.ename, error.evalue
            raise

    def process_message(self, message: Any, *arguments: Any) -> Any:
        shown = message["content"] if message["msg_type"] in {"stream", "display_data", "execute_result"} else ""
        if self._watch.shows(len(json.dumps(shown, default=str)) if shown else 0):
            return super().process_message(message, *arguments)
        return None


class _WatchedEngine(Engine):  # type: ignore[misc]
    """Runs a notebook with a watched client."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        watch: Watch,
        environment: Mapping[str, str],
        config: Any = None,
        **_options: Any,
    ) -> None:
        client = _WatchedClient(
            nb_man,
            watch,
            environment,
            kernel_name=kernel_name,
            timeout=None,
            shutdown_kernel="immediate",  # all is written; asked to end by itself, a kernel may take seconds
            config=config,
        )
        try:
            client.execute()
        finally:
            watch.settle()
            client.close()


papermill_engines.register(_WATCHED, _WatchedEngine)
