"""Limits of a run, and the watch that is kept over its kernel."""

import math
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from collective_impact.batch.kernels.provisioner import ForkedKernel, KernelProcess, Kind

if TYPE_CHECKING:
    import zmq

_LOOK_EVERY = 0.1
_MIB = 2**20

Stop = Literal["Timeout", "OutputLimit"]
"""What a kernel was ended for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a notebook may take.

    Attributes
    ----------
    seconds : int
        For the whole notebook, its kernel's start included.
    cell_seconds : int
        For one cell.
    memory_mib : int
        Memory of its kernel and of each process that this starts; 0: all there is. Kept on Linux only.
    output_mib : int
        What its cells may show, all together.
    file_mib : int
        Size of a file that it writes. Kept on Linux only.
    """

    seconds: int = 3600
    cell_seconds: int = 600
    memory_mib: int = 0
    output_mib: int = 64
    file_mib: int = 1024


class Watch:
    """Looks after one kernel from its launch to its end.

    Attributes
    ----------
    process : KernelProcess or None
        None before the launch.
    kind : {"warm", "cold"}
    cell : str
        Source of the cell that runs, or ran last.
    raised : tuple of str
        Name and message of the error that the last cell raised.
    stop : {"Timeout", "OutputLimit"} or None
        The limit that the kernel was ended for.
    allowed : int
        The limit itself, in seconds or MiB.
    peak_mib : float
        The most memory that the kernel was seen to have, in MiB; 0 where the system does not tell.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.process: KernelProcess | None = None
        self.kind: Kind = "cold"
        self.cell = ""
        self.raised = "", ""
        self.stop: Stop | None = None
        self.allowed = 0
        self.peak_mib = 0.0
        self._shown = 0
        self._began = 0.0
        self._cell_began = math.inf
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._cuts: zmq.Socket[bytes] | None = None
        self._cut = False

    def begin(self, process: KernelProcess, kind: Kind) -> None:
        """Take a kernel's process into watch and set the limits that the system keeps."""
        self.process, self.kind = process, kind
        self._began = time.monotonic()
        if sys.platform == "linux":
            import resource

            memory = self.limits.memory_mib * _MIB or resource.RLIM_INFINITY
            with suppress(ProcessLookupError):
                resource.prlimit(process.pid, resource.RLIMIT_DATA, (memory, memory))
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (self.limits.file_mib * _MIB,) * 2)
        self._thread.start()

    def cell_begins(self, source: str) -> None:
        """Note that a cell runs from now on."""
        self.cell, self._cell_began = source, time.monotonic()

    def listen(self, cuts: "zmq.Socket[bytes]") -> None:
        """Be told over this socket when the connection for output is cut: a message was too large for it."""
        self._cuts = cuts

    def shows(self, size: int) -> bool:
        """Count what a cell shows, in bytes; False when that is more than all may, and the kernel has been ended."""
        self._shown += size
        if self._shown > self.limits.output_mib * _MIB:
            self.end_for("OutputLimit", self.limits.output_mib)
        return self.stop is None

    def end_for(self, stop: Stop, allowed: int) -> None:
        """End the kernel, and all that it started, for a limit."""
        if self.process and not self._over.is_set() and self.stop is None:
            self.stop, self.allowed = stop, allowed
            with suppress(ProcessLookupError):
                if os.name == "nt":
                    self.process.kill()
                else:
                    os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Give up the watch: the cells have run, or the kernel has ended."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._cuts:
            self._cuts.close()
            self._cuts = None

    def settle(self) -> None:
        """Take in what is known of a kernel that has ended."""
        self.end()
        if isinstance(self.process, ForkedKernel) and self.process.poll() is not None:
            self.peak_mib = self.process.peak_mib or self.peak_mib

    @property
    def lost(self) -> bool:
        """Whether the kernel ended only because the fork server did."""
        return isinstance(self.process, ForkedKernel) and self.process.lost

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            now = time.monotonic()
            if now - self._began > self.limits.seconds:
                self.end_for("Timeout", self.limits.seconds)
            elif now - self._cell_began > self.limits.cell_seconds:
                self.end_for("Timeout", self.limits.cell_seconds)
            elif self._cut and self._status():  # it has had a moment to end, if that was why
                self.end_for("OutputLimit", self.limits.output_mib)
            self._cut = self._cut or bool(self._cuts and self._cuts.poll(0))
            self.peak_mib = max(self.peak_mib, int(self._status().get("VmHWM:", 0)) / 1024)

    def _status(self) -> dict[str, str]:
        """What the system tells of the kernel's memory: nothing once it has ended, or where the system is not Linux."""
        pid = self.process.pid if self.process else 0
        with suppress(OSError):
            rows = Path(f"/proc/{pid}/status").read_text().splitlines()
            return {row.split()[0]: row.split()[1] for row in rows if row.startswith("Vm")}
        return {}
