"""The command line in a process that is forked with everything imported, and that can be killed at any moment.

``python warm_command.py TEMPLATES`` forks it. The command's own helpers, the fork server and the workers, are forked
too where the command would start Python anew: all that differs is that nothing is imported again. It reads a JSON
request a line: ``arguments``, ``kill_after`` (seconds; null: never), ``kill_once`` (what it has told before these
seconds begin), ``signal``, ``largest_file`` (bytes; null: any) and ``log``; it answers with the exit code, the seconds,
and whether all processes had ended 10 s later.
"""

import ctypes
import json
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import collective_impact.batch.batch
import collective_impact.batch.make
import collective_impact.batch.running.papermill_engine
import collective_impact.terminal.batch_command
import collective_impact.terminal.publishing  # noqa: F401  # imported beforehand, as all of these
from collective_impact.batch.kernels import server, warm, workers
from collective_impact.batch.kernels.preload import import_everything
from collective_impact.batch.notebooks.sources import toolkit_sha256, versions
from collective_impact.batch.notebooks.templates import Template
from collective_impact.cli import main

_SUBREAPER = 36
real_fork = os.fork


class ForkedServer:
    """The fork server, forked from here instead of started; as ``subprocess.Popen`` shows it."""

    def __init__(self, command, **_options):
        heard, self.stdin = os.pipe()
        self.stdin = os.fdopen(self.stdin, "wb")
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            os.dup2(heard, 0)
            os.close(self.stdin.fileno())
            _end_with(lambda: server.main(socket.socket(fileno=int(command[-1]))))
        os.close(heard)

    def wait(self, timeout=60):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    time.sleep(0.01)
                    continue
            return
        raise warm.subprocess.TimeoutExpired("server", timeout)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


def fork_undisturbed():
    """Fork, and be stopped only then: Python loses an interrupt that comes while it tells its modules of the fork.

    The real command starts its helpers anew, and so tells nobody.
    """
    stops = []
    before = {each: signal.signal(each, lambda *stop: stops.append(stop)) for each in (signal.SIGINT, signal.SIGTERM)}
    pid = real_fork()
    for number, handler in before.items():
        signal.signal(number, handler)
    if pid and stops:
        signal.default_int_handler(*stops[0])
    return pid


def _end_with(run):
    """Run in a forked process and end there."""
    code = 70
    try:
        run()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answer(request):
    began = time.monotonic()
    Path(request["log"]).write_bytes(b"")
    pid = os.fork()
    if pid == 0:
        os.setsid()
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(log, stream)
        if request["largest_file"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest_file"], resource.RLIM_INFINITY))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may ignore it
        sys.argv = ["collective-impact", *request["arguments"]]
        _end_with(main)
    code = None
    while code is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
        elif request["kill_once"]:
            if request["kill_once"] in Path(request["log"]).read_text():
                began, request["kill_once"] = time.monotonic(), ""
        elif request["kill_after"] is not None and time.monotonic() - began > request["kill_after"]:
            os.kill(pid, request["signal"])
            began, request["kill_after"] = time.monotonic(), None
        time.sleep(0.005)
    seconds = time.monotonic() - began
    return {"code": code, "seconds": seconds, "clean": _all_ended(time.monotonic() + 10)}


def _all_ended(until):
    """Wait for all that the command left behind; it comes to this process."""
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:
            return True
    return False


if __name__ == "__main__":
    templates = Path(sys.argv[1])
    server.preload = lambda: None
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    import_everything()
    Template.path = property(lambda template: templates / f"{template.name}.ipynb")
    toolkit_sha256(), toolkit_sha256(pages=True), versions()
    fork = multiprocessing.get_context("fork")
    real = warm.subprocess
    warm.subprocess = SimpleNamespace(
        Popen=ForkedServer, PIPE=real.PIPE, DEVNULL=real.DEVNULL, TimeoutExpired=real.TimeoutExpired
    )
    workers.multiprocessing.get_context = lambda _kind: fork
    workers.multiprocessing.forkserver.ensure_running = lambda: None
    os.fork = fork_undisturbed
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
