"""Why a run stopped, told as what it was."""

import errno
import re
import signal
from dataclasses import dataclass

from collective_impact.batch.kernels.watch import Watch
from collective_impact.language import translate as _

_NOT_SHOWN = "CellExecutionError"
"""As papermill names an error that a cell raised and did not show."""
_OUT_OF_MEMORY = {"MemoryError", "_ArrayMemoryError", "ArrowMemoryError"}
_FILE_TOO_LARGE = re.compile(rf"\[Errno {errno.EFBIG}\]")


@dataclass(frozen=True, slots=True)
class RunError:
    """Where a notebook stopped: the number of the cell (from 1), the error's name and its message."""

    cell: int | None
    name: str
    message: str


def why_stopped(stop: Exception, watch: Watch, cell: int | None) -> RunError:
    """Tell why a run stopped, in the language in use.

    Parameters
    ----------
    stop : Exception
        What papermill raised.
    watch : Watch
        The watch over the kernel.
    cell : int or None
        The cell that ran, or ran last.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if watch.stop == "Timeout":
        return RunError(cell, "Timeout", _("it took longer than {n} s").format(n=watch.allowed))
    if watch.stop == "OutputLimit" or isinstance(stop, CellTimeoutError):  # a message too large is never taken in
        return RunError(cell, "OutputLimit", _("it showed more than {n} MiB").format(n=watch.limits.output_mib))
    if isinstance(stop, PapermillExecutionError):
        name, message = watch.raised if stop.ename == _NOT_SHOWN else (stop.ename, stop.evalue)
        return _error_of_cell(name, message, watch, cell)
    code = watch.process.poll() if watch.process else None
    if code is not None and (isinstance(stop, DeadKernelError) or code):
        return RunError(cell, "KernelDied", _how_it_ended(code, watch))
    return RunError(cell, type(stop).__name__, str(stop))


def _error_of_cell(name: str, message: str, watch: Watch, cell: int | None) -> RunError:
    """Tell an error that a cell raised; one that a limit caused, as the limit."""
    if name in _OUT_OF_MEMORY and watch.limits.memory_mib:
        told = _("it needed more memory than {n} MiB").format(n=watch.limits.memory_mib)
        return RunError(cell, "MemoryLimit", f"{told} ({name}: {message})" if message else told)
    if name == "OSError" and _FILE_TOO_LARGE.match(message):
        told = _("it wrote a file of more than {n} MiB").format(n=watch.limits.file_mib)
        return RunError(cell, "OutputLimit", f"{told} ({message})")
    return RunError(cell, name, message)


def _how_it_ended(code: int, watch: Watch) -> str:
    """Tell how a kernel ended that nobody ended on purpose, and what memory it had where that may be why."""
    if code >= 0:
        return _("its kernel ended by itself with exit code {code}").format(code=code)
    told = _("its kernel was ended by signal {n} ({name})").format(n=-code, name=signal.strsignal(-code) or "?")
    if watch.limits.memory_mib:
        limit = _("at {peak} MiB of memory; its limit is {n} MiB")
        return f"{told}, {limit.format(peak=round(watch.peak_mib), n=watch.limits.memory_mib)}"
    return told
