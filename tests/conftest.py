"""What the tests share: one wheel, one report made with it in an empty folder, one copy of the example to break."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import canary
import pytest
from batch_fixture import WarmCommand
from hostile_package import make_hostile
from notebooks import run_cells
from shared_batch import batch_in_folders

from collective_impact.cli import main
from collective_impact.data.initiative import Initiative
from collective_impact.data.reading import read_package
from collective_impact.reporting.quarto.program import find_quarto

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "data/examples/california-tobacco-control"
AT_ITS_END = {"package": "alla-i-mal", "as_of": "2025-12-31"}
"""The parameters that name the complete example."""

DEAREST_FIRST = (
    "planted_report",
    "example_report",
    "warm_command",
    "plain_batch",
    "test_documentation.py",
    "test_degrading.py",
    "test_templates.py",
    "test_from_workbook_to_report.py",
    "test_accessibility.py",
)
"""Fixtures and files that run many notebooks or pages: their tests go first, so that none is left alone at the end."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """On CI's machine everything is there that a test could want: a skip is a failure."""
    report = yield
    if report.skipped and os.environ.get("SKIPS_ARE_FAILURES") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may skip: {report.longrepr}"
    return report


def pytest_report_header():
    """Quarto cannot be had everywhere, so its own tests are not chosen where it is not: said here, not skipped."""
    reason = find_quarto().reason
    return f"tests marked needs_quarto are left out: {reason}" if reason else "Quarto: found"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Where tests run side by side, those that share what is dear to make stay together; the dearest go first.

    It comes before xdist's own hook, which reads the groups.
    """
    needing = [item for item in items if item.get_closest_marker("needs_quarto")]
    if needing and find_quarto().program is None:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=lambda item: (*DEAREST_FIRST, group_of(item)).index(group_of(item)))


def group_of(item) -> str:
    """Name the dearest thing that a test takes part in, or else its file."""
    return next((name for name in DEAREST_FIRST if name in (*item.fixturenames, item.path.name)), item.path.name)


@dataclass(frozen=True)
class ExampleReport:
    """The report of the Californian example, made once by the command line of the installed wheel."""

    folder: Path
    output: str
    returncode: int

    def run(self, template: str) -> Path:
        return self.folder / "runs" / template


@pytest.fixture(scope="session")
def installed_wheel(tmp_path_factory) -> Path:
    """Folder that the wheel is unpacked into, as an installer would."""
    built, installed = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = built.glob("*.whl")
    shutil.unpack_archive(wheel, installed, "zip")
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(installed)], check=True)
    return installed


@pytest.fixture(scope="session")
def example_report(installed_wheel, tmp_path_factory) -> ExampleReport:
    empty = tmp_path_factory.mktemp("empty")
    command = [
        sys.executable,
        "-m",
        "collective_impact",
        "run",
        "california-tobacco-control",
        "--out",
        "out",
        "--renderer",
        "embedded",
    ]
    environment = {**os.environ, "PYTHONPATH": str(installed_wheel)}
    done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True)
    folder = empty / "out/california-tobacco-control/2000-12-31/en"
    return ExampleReport(folder, done.stdout + done.stderr, done.returncode)


@pytest.fixture(scope="session")
def planted_package(tmp_path_factory) -> Path:
    """The complete example with people and small counts planted, and texts that try to act."""
    package = canary.plant(ROOT / "data/examples/alla-i-mal", tmp_path_factory.mktemp("planted") / "package")
    make_hostile(package)
    return package


@pytest.fixture(scope="session")
def planted_report(planted_package) -> Path:
    """Folder of its report, with all evaluations, made once by the command line."""
    out = planted_package.parent / "out"
    command = [sys.executable, "-m", "collective_impact", "run", str(planted_package), "--out", str(out)]
    command += ["--language", "en", "--renderer", "embedded"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*/*/en"))


@pytest.fixture(scope="session")
def complete() -> Initiative:
    """The complete example, read once."""
    return read_package("alla-i-mal")


@pytest.fixture(scope="session")
def ran(complete, tmp_path_factory):
    """Run a template on the complete example: its findings and its page, made once for each set of parameters."""

    @cache
    def run(template: str, **parameters: object):
        return run_cells(template, tmp_path_factory.mktemp(template), initiative=complete, **AT_ITS_END, **parameters)

    return run


@pytest.fixture
def package(tmp_path) -> Path:
    """A copy of the example that a test may break."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "package"))


@pytest.fixture(scope="session")
def warm_command(tmp_path_factory):
    """The command line with everything imported and small templates, for batches of the real thing in seconds."""
    command = WarmCommand(tmp_path_factory.mktemp("warm"))
    yield command
    command.close()


@pytest.fixture(scope="session")
def plain_batch(tmp_path_factory) -> Path:
    """Folder of reports of a batch in plain folders; its package lies beside it, as ``data/package``."""
    return batch_in_folders(tmp_path_factory.mktemp("batch"), EXAMPLE)


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Run the command line in an empty folder; give back its exit code and all it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["collective-impact", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run
