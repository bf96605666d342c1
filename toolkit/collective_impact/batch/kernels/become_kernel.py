"""From a freshly forked process to a kernel like one that was started cold."""

import ctypes
import gc
import os
import random
import signal
import sys
from importlib.util import find_spec

from collective_impact.batch.kernels.launch import Launch

_PR_SET_PDEATHSIG = 1
_NO_HISTORY = ("--HistoryManager.enabled=False",)
"""What nobody typed is not kept among what the user typed."""


def die_with_parent() -> None:
    """Let the system end this process when the one that forked it ends. Linux only."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_the_server() -> None:
    """Put the process in a session of its own, let it die with its server; take back signals, input and the collector.

    What the process starts in its turn stays in its group, and so can be ended with it.
    """
    os.setsid()
    die_with_parent()
    gc.enable()
    signal.set_wakeup_fd(-1)
    for name in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def run_kernel(launch: Launch) -> None:
    """Run an IPython kernel until it is shut down, in the given folder and environment, with fresh random numbers."""
    os.environ.clear()
    os.environ.update(launch.environment)
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    os.chdir(launch.folder)
    launcher = find_spec("ipykernel_launcher")
    sys.argv[:] = [str(launcher.origin) if launcher else "", *launch.arguments, *_NO_HISTORY]
    _reseed()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance()


def _reseed() -> None:
    """Give this process random numbers of its own: forked ones would all draw the same."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
