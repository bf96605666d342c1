"""The program ``quarto``: where it is, whether it is new enough, and running it with a limit of time."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from collective_impact.language import translate as _
from collective_impact.reporting.renderer import RenderError

OLDEST = (1, 9)
"""The first version that makes all that a report needs."""

SECONDS_TO_ANSWER = 30
SECONDS_ALLOWED = 900
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.\d+)*")
_SHOWN_OF_MESSAGE = 2000  # letters, from its end


@dataclass(frozen=True, slots=True)
class Quarto:
    """Whether there is a Quarto to render with.

    Attributes
    ----------
    program : Path or None
        None where there is none that can be used.
    version : str
        Empty where there is none.
    reason : str
        Why there is none that can be used; empty where there is one.
    """

    program: Path | None
    version: str = ""
    reason: str = ""


def find_quarto() -> Quarto:
    """Look for Quarto on the PATH, then where the package ``quarto-cli`` puts it, and ask for its version."""
    beside_python = Path(sys.executable).with_name("quarto")
    found = shutil.which("quarto") or (str(beside_python) if beside_python.is_file() else None)
    if found is None:
        return Quarto(None, reason=_("there is no quarto on the PATH and none in the environment"))
    program = Path(found)
    try:
        answer = _finished([str(program), "--version"], Path.cwd(), SECONDS_TO_ANSWER)
    except (OSError, RenderError) as error:
        return Quarto(None, reason=_("{program} does not answer: {error}").format(program=program, error=error))
    version = _VERSION.search(answer)
    if version is None:
        said = answer.strip()[:200]
        return Quarto(None, reason=_("{program} does not tell its version: {said}").format(program=program, said=said))
    if (int(version[1]), int(version[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        words = _("{program} is version {version}; {oldest} or newer is needed")
        return Quarto(None, version[0], words.format(program=program, version=version[0], oldest=oldest))
    return Quarto(program, version[0])


def run_quarto(program: Path, arguments: Sequence[str], folder: Path, seconds: float = SECONDS_ALLOWED) -> str:
    """Run Quarto in a folder and give what it said.

    Raises
    ------
    RenderError
        When it fails, with its own message; or when it takes too long, and it is ended then with all it started.
    """
    try:
        return _finished([str(program), *arguments], folder, seconds)
    except OSError as error:
        raise RenderError(f"quarto: {error.strerror}: {program}") from None


def _finished(command: list[str], folder: Path, seconds: float) -> str:
    """Run a program to its end; its output goes through a file, so that no child of it can keep us waiting."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NO_COLOR": "1"},
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            text = _("quarto took more than {seconds} s and was ended; it said: {said}")
            raise RenderError(text.format(seconds=round(seconds), said=_end_of(said.fileno()))) from None
        finally:
            _end(process)
        message = _end_of(said.fileno())
    if code:
        raise RenderError(_("quarto failed (exit code {code}): {said}").format(code=code, said=message))
    return message


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and whatever it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # all have ended by themselves
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def _end_of(file: int) -> str:
    """The last of what was written to an open file."""
    size = os.lseek(file, 0, os.SEEK_END)
    os.lseek(file, max(0, size - 4 * _SHOWN_OF_MESSAGE), os.SEEK_SET)
    text = os.read(file, 4 * _SHOWN_OF_MESSAGE).decode(errors="replace").strip()
    return text[-_SHOWN_OF_MESSAGE:]
