"""Warm kernels for as long as a batch runs: one fork server, started before the workers and ended after them."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from collective_impact.batch.kernels.launch import PROVISIONER, SOCKET
from collective_impact.batch.kernels.threads import WITHOUT_THREADS
from collective_impact.environment import environment
from collective_impact.language import translate as _

_PROGRAM = "collective_impact.batch.kernels.server"
_NO_RESERVE = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's own pool sets a gibibyte aside, which would count against what a kernel may take."""


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr)


@contextmanager
def warm_kernels(tell: Callable[[str], None] = _to_stderr) -> Iterator[None]:
    """Run notebooks in kernels forked from one process that has done the imports, inside a ``with`` block.

    Whatever starts kernels with jupyter_client in this process's environment uses them: papermill, nbclient, nbval.
    Where forking is not safe, or the server ends, kernels start cold, each with its own imports.

    Parameters
    ----------
    tell : callable
        Called with one sentence, once, when kernels start cold; maybe from another thread.
    """
    cold = _("Notebooks start more slowly: {reason}.")
    if sys.platform != "linux":
        tell(cold.format(reason=_("warm kernels need Linux")))
        yield
        return
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ci-", ignore_cleanup_errors=True))
        path = str(Path(folder, "s"))
        ended = cold.format(reason=_("the server of warm kernels has ended"))
        stack.enter_context(_server(path, lambda: tell(ended)))
        stack.enter_context(environment({SOCKET: path, "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER}))
        yield


@contextmanager
def _server(path: str, at_early_end: Callable[[], None]) -> Iterator[None]:
    """Run the fork server; it ends when its input does. Who asks it for a kernel while it still imports, waits."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        server = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM, str(listener.fileno())],
            pass_fds=[listener.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **WITHOUT_THREADS, **_NO_RESERVE},
            start_new_session=True,
        )
    ending = threading.Event()

    def watch() -> None:
        server.wait()
        if not ending.is_set():
            at_early_end()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ending.set()
        if server.stdin:
            server.stdin.close()
        try:
            server.wait(2)
        except subprocess.TimeoutExpired:
            server.kill()
        watcher.join()
