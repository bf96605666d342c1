"""What the documents say is so: each command runs, each link leads somewhere, the contract page is the contract."""

import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from conftest import ROOT

from collective_impact.cli import main
from collective_impact.data.documentation import contract_page

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    block.splitlines()
    for document in DOCUMENTS
    for block in re.findall(r"```sh\n(.*?)```", document.read_text(), flags=re.S)
]
FILES = {
    name: content
    for document in DOCUMENTS
    for name, content in re.findall(r"```toml\n# (\w+\.toml)\n(.*?)```", document.read_text(), flags=re.S)
}
"""Blocks that name the file that they are."""
TARGETS = sorted({line.split()[1] for block in BLOCKS for line in block if line.startswith("make ")})
PROGRAMS = Path(sys.executable).parent
OURS = "collective-impact"


@pytest.mark.parametrize("block", [b for b in BLOCKS if not b[0].startswith("make ")], ids=lambda block: block[0])
def test_every_command_of_the_documents_runs(block, tmp_path, command):
    """The commands of one block run one after the other in the same folder; ours in this process."""
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    for line in block:
        program, *arguments = shlex.split(line)
        if program == OURS:
            code, told = command(*arguments)
        else:
            done = subprocess.run([PROGRAMS / program, *arguments], cwd=tmp_path, capture_output=True, text=True)
            code, told = done.returncode, done.stdout + done.stderr
        assert code == 0, told


def test_the_command_of_the_documents_is_installed():
    (installed,) = entry_points(group="console_scripts", name=OURS)
    assert installed.load() is main
    assert (PROGRAMS / OURS).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_of_the_documents_is_there(target):
    """`make demo` and `make test` cannot run inside the tests that `make test` runs; their steps can be asked for."""
    done = subprocess.run(["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert any(step in done.stdout for step in ("collective-impact run", "pytest", "collective_impact.translating"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_inside_the_project_leads_somewhere(document):
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", document.read_text())
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_page_of_the_contract_is_up_to_date():
    assert (ROOT / "docs/data.md").read_text() == contract_page()
