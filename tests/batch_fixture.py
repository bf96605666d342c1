"""Batches in a test: the command line kept warm, a folder with a configuration, and what the command told."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from small_templates import write_small_templates

HERE = Path(__file__).parent
DIFFERS_BY_THE_HOUR = {"run.json", "ro-crate-metadata.json"}
WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}

ACTS_BY_THE_AREA = """
import os, signal
from pathlib import Path
from collective_impact.blocks import Paragraph

name = str(evaluation.initiative.tables["area"]["name"].iloc[0])
mark = Path(os.environ["MARKS"], name)
once = not mark.exists()
mark.touch()
evaluation.show(Paragraph(name))
if name == "Broken":
    raise ValueError("broken")
if name == "Deadly" or (name == "Deadly once" and once):
    server = os.getppid()
    running = [int(each) for each in os.listdir("/proc") if each.isdigit()]
    parent = {each: int(Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[1]) for each in running}
    for worker in [each for each in running if parent[each] == parent[server] and each != server]:
        os.kill(worker, signal.SIGKILL)
if name == "Restless" or (name == "Restless once" and once):
    Path(package, "notes.txt").write_text(str(os.getpid()))
"""
"""A cell that does what the first area's name asks for, and shows it."""
COUNTS_VALUES = """
from collective_impact.findings.finding import Finding
from collective_impact.framework.vocabulary import Strength

n = len(evaluation.initiative.tables["indicator_value"])
total = evaluation.initiative.tables["indicator_value"]["value"].sum()
evaluation.conclude(
    Finding(
        id="formative_outcome.values",
        question="How many values are there?",
        title=f"{n} values",
        statement=f"There are {n} values, {total:.1f} in all.",
        strength=Strength.WEAK,
        so_what="They can be looked at.",
        data=("indicator_value",),
    )
)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, its seconds (from the signal, if it got one), what it printed.

    ``clean`` tells whether all its processes had ended 10 s later.
    """

    code: int
    seconds: float
    clean: bool
    printed: str

    @property
    def events(self) -> list[dict]:
        """What it told with ``--json``."""
        return [json.loads(line) for line in self.printed.splitlines() if line.startswith("{")]

    @property
    def ran(self) -> list[str]:
        """Templates that ran, as often as they did, in the order of their names."""
        return sorted(event["template"] for event in self.events if event["event"] == "begin")


class WarmCommand:
    """Forks the command line; see ``warm_command.py``."""

    def __init__(self, folder: Path) -> None:
        cells = {"formative_context": ACTS_BY_THE_AREA, "formative_outcome": COUNTS_VALUES}
        self.templates = write_small_templates(folder / "templates", cells)
        self.temporary, self._log, self.marks = folder / "tmp", folder / "log", folder / "marks"
        self.temporary.mkdir()
        self.marks.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, HERE / "warm_command.py", self.templates],
            env={**os.environ, **WITHOUT_THREADS, "TMPDIR": str(self.temporary), "MARKS": str(self.marks)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self,
        *arguments: object,
        kill_after: float | None = None,
        kill_once: str = "",
        number: int = signal.SIGKILL,
        largest_file: int = 0,
    ) -> Ended:
        """Run the command line; stop it some seconds after its start, or after it has told something."""
        request = {"arguments": [*map(str, arguments)], "kill_after": kill_after, "signal": number}
        request["kill_once"] = kill_once
        request |= {"log": str(self._log), "largest_file": largest_file or None}
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Ended(**answer, printed=self._log.read_text())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


def write_config(file: Path, *further: str, output: str = "out", packages: str = '["package"]') -> Path:
    """Write a configuration of one or two small evaluations."""
    lines = [f'output = "{output}"', f"initiatives = {packages}", 'methods = ["formative"]', *further]
    if not any(line.startswith("levels") for line in lines):
        lines.append('levels = ["context"]')
    lines.append('publishing = {renderer = "embedded"}')
    file.write_text("\n".join(lines) + "\n")
    return file


def name_area(package: Path, name: str) -> None:
    """Let the first area be called something else."""
    file = package / "data/area.csv"
    header, first, *rest = file.read_text().splitlines()
    area, _name, *others = first.split(",")
    file.write_text("\n".join([header, ",".join([area, name, *others]), *rest]) + "\n")


def report_in(out: Path, initiative: str = "*") -> Path | None:
    """Folder of the report below a folder of reports; None where there is none."""
    return next(
        (folder for folder in out.glob(f"{initiative}/*/en-formative-*") if not folder.name.endswith("-failed")), None
    )


def contents(folder: Path | None) -> dict[str, bytes] | None:
    """What a report holds that does not tell of the hour; None for none."""
    if folder is None:
        return None
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in DIFFERS_BY_THE_HOUR]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
