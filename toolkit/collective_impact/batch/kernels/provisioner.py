"""The kernel provisioner: asks the fork server for a warm kernel, and starts a cold one where that cannot be had."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from json import loads
from pathlib import Path
from typing import Any, Literal, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from collective_impact.batch.kernels.become_kernel import die_with_parent
from collective_impact.batch.kernels.launch import SOCKET, Launch

_SECONDS_TO_WAIT = 180
"""For the process of a kernel: the server does its imports first."""
_LAUNCHER = ["-m", "ipykernel_launcher"]

Kind = Literal["warm", "cold"]


class ForkedKernel:
    """A kernel's process as ``subprocess.Popen`` would show it, seen through the connection to the fork server.

    Attributes
    ----------
    pid : int
    returncode : int or None
        Exit code, or minus the signal that ended it; None while it runs.
    peak_mib : float
        The most memory that it had, in MiB; 0 while it runs.
    lost : bool
        Whether the server is no more, and with it the kernel.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(_SECONDS_TO_WAIT)
        self._connection = connection
        self._lines = connection.makefile("rb")
        self.returncode: int | None = None
        self.peak_mib = 0.0
        self.lost = False
        self.pid = int(loads(self._lines.readline())["pid"])

    def poll(self) -> int | None:
        """Exit code when it has ended, None while it runs."""
        if self.returncode is None:
            try:
                self._connection.setblocking(False)
                if self._connection.recv(1, socket.MSG_PEEK) is not None:
                    self.wait()
            except BlockingIOError:
                pass
            except OSError:
                self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait until it has ended."""
        if self.returncode is None:
            try:
                self._connection.setblocking(True)
                said = loads(self._lines.readline())
                self.returncode, self.peak_mib = int(said["status"]), float(said["peak_mib"])
            except (OSError, ValueError):
                self.returncode, self.lost = -signal.SIGKILL, True
            self._lines.close()
            self._connection.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to it and to all that it started."""
        if self.poll() is None:
            os.killpg(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


KernelProcess = ForkedKernel | subprocess.Popen[bytes]


class WarmProvisioner(LocalProvisioner):
    """Launches kernels by fork where the environment names a fork server and the kernel is one that it can fork.

    Where the kernel manager has a ``watch``, it is told which process the kernel is.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a warm kernel, or a cold one."""
        kernel = _fork(cmd, kwargs)
        if kernel is None:
            ends_with_us = {"preexec_fn": die_with_parent} if sys.platform == "linux" else {}
            information = await super().launch_kernel(cmd, **ends_with_us, **kwargs)
        else:
            self.process = cast("subprocess.Popen[bytes]", kernel)
            self.pid = self.pgid = kernel.pid
            self.cwd = kwargs.get("cwd") or Path.cwd()
            information = self.connection_info
        if watch := getattr(self.parent, "watch", None):
            watch.begin(self.process, "warm" if kernel else "cold")
        return information

    async def kill(self, restart: bool = False) -> None:
        """End the kernel; a warm one has ended when this returns."""
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            self.process.wait()


def _fork(command: Sequence[str], options: Mapping[str, Any]) -> ForkedKernel | None:
    """Ask the server for a kernel; None where there is no server, or it cannot fork what is asked for."""
    path = os.environ.get(SOCKET, "")
    environment = options.get("env") or dict(os.environ)
    if not path or list(command[:3]) != [sys.executable, *_LAUNCHER] or _python_settings(environment):
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
        connection.sendall(Launch(command[3:], environment, str(options.get("cwd") or Path.cwd())).line())
        return ForkedKernel(connection)
    except (OSError, ValueError):
        connection.close()
        return None


def _python_settings(environment: Mapping[str, str]) -> bool:
    """Whether the kernel is to run under settings that Python takes in at its start, other than those of the server."""
    names = {name for name in (*environment, *os.environ) if name.startswith("PYTHON")}
    return any(environment.get(name) != os.environ.get(name) for name in names)
