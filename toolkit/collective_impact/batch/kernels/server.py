"""The fork server: ``python -m collective_impact.batch.kernels.server LISTENER`` with a pipe from its owner as input.

LISTENER is the file descriptor of a listening socket.

It imports what notebooks import, and then forks a kernel for each connection that asks for one. A connection lives as
long as its kernel: when the kernel ends, the server says how; when the connection ends, the server ends the kernel.
The server itself ends, and all kernels with it, when its owner closes the pipe or is no more.
"""

import os
import resource
import selectors
import shutil
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from json import loads
from pathlib import Path

from collective_impact.batch.kernels.become_kernel import leave_the_server, run_kernel
from collective_impact.batch.kernels.launch import Launch, line
from collective_impact.batch.kernels.preload import preload


@dataclass(slots=True, eq=False)
class _Client:
    """Who asked for a kernel: the connection, what came over it so far, and the kernel's process, 0 before it runs."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    pid: int = 0


class ForkServer:
    """Forks kernels for those who connect to a listening socket, until there is nothing more to read from the owner.

    Parameters
    ----------
    listener : socket.socket
    owner : int
        File descriptor of the pipe that the owner holds open.
    """

    def __init__(self, listener: socket.socket, owner: int) -> None:
        self._listener = listener
        self._owner = owner
        self._bell, self._ringer = socket.socketpair()
        self._clients: set[_Client] = set()
        self._selector = selectors.DefaultSelector()
        for each in (listener, owner, self._bell):
            self._selector.register(each, selectors.EVENT_READ)

    def serve(self) -> Launch | None:
        """Serve until the owner ends; like ``os.fork`` it returns more than once.

        Returns
        -------
        Launch or None
            In the server, at its end, None. In each forked process, the kernel to run there.
        """
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_signal: None)
        while True:
            for key, _events in self._selector.select():
                if key.fileobj == self._owner:
                    self._end()
                    return None
                if key.fileobj == self._listener:
                    self._welcome()
                elif key.fileobj == self._bell:
                    self._reap()
                elif key.data in self._clients and (launch := self._hear(key.data)):
                    return launch

    def _welcome(self) -> None:
        client = _Client(self._listener.accept()[0])
        client.connection.setblocking(False)
        self._clients.add(client)
        self._selector.register(client.connection, selectors.EVENT_READ, client)

    def _hear(self, client: _Client) -> Launch | None:
        """Take in what a client says: a kernel to fork, in the fork then the launch; or that it is gone."""
        try:
            heard = client.connection.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            heard = b""
        client.received += heard
        if not heard:
            self._forget(client)
        elif client.received.endswith(b"\n") and not client.pid:
            launch = Launch(**loads(client.received))
            client.pid = os.fork()
            if not client.pid:
                self._leave(client)
                return launch
        return None

    def _leave(self, client: _Client) -> None:
        """In a forked process: let go of all that is the server's, and tell the client which process this is."""
        leave_the_server()
        client.connection.setblocking(True)
        client.connection.sendall(line({"pid": os.getpid()}))
        self._selector.close()
        for each in (self._listener, self._bell, self._ringer, *(client.connection for client in self._clients)):
            each.close()

    def _forget(self, client: _Client) -> None:
        """Drop a client and end its kernel; what is left of it is reaped when it has ended."""
        self._clients.discard(client)
        self._selector.unregister(client.connection)
        client.connection.close()
        if client.pid:
            _end_group(client.pid)

    def _reap(self) -> None:
        """Say of each kernel that has ended how it ended and how much memory it took; end what it started."""
        with suppress(BlockingIOError):
            self._bell.recv(1 << 12)
        with suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                _end_group(ended.si_pid)
                _pid, status, usage = os.wait4(ended.si_pid, 0)
                self._say(ended.si_pid, status, usage)

    def _say(self, pid: int, status: int, usage: resource.struct_rusage) -> None:
        for client in [each for each in self._clients if each.pid == pid]:
            message = {"status": os.waitstatus_to_exitcode(status), "peak_mib": usage.ru_maxrss / 1024}
            with suppress(OSError):
                client.connection.sendall(line(message))
            client.pid = 0
            self._forget(client)

    def _end(self) -> None:
        for client in self._clients:
            if client.pid:
                _end_group(client.pid)


def _end_group(pid: int) -> None:
    """Kill a kernel and all it started, also when it has ended already but not been reaped."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main(listener: socket.socket) -> None:
    """Import, then serve; those who connect while the imports still go on wait."""
    if Path(sys.path[0]) == Path.cwd():
        del sys.path[0]  # as the kernel's own launcher does
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = Path(listener.getsockname()).parent
    preload()
    launch = ForkServer(listener, sys.stdin.fileno()).serve()
    if launch:
        run_kernel(launch)
    else:  # the owner has ended, and may have been killed
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
