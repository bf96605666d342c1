"""One batch made in plain folders, which those on a cluster and in shared storage must be the same as."""

import shutil
import subprocess
import sys
from pathlib import Path

CHOICE = 'methods = ["formative"]\nlevels = ["context"]\nlanguages = ["en"]\n[publishing]\nrenderer = "embedded"\n'
TELLS_THE_HOUR = {"run.json", "ro-crate-metadata.json", "batch.json", "batch.html", "batch-history.jsonl"}


def batch_in_folders(folder: Path, example: Path) -> Path:
    """Make a batch of one package below a folder, where it is ``data/package``; give its folder of reports."""
    shutil.copytree(example, folder / "data/package")
    config = folder / "plain.toml"
    config.write_text(f'output = "plain"\ninitiatives = ["data/*"]\n{CHOICE}')
    command = [sys.executable, "-m", "collective_impact", "batch", str(config)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "plain"


def shared_files(folder: Path) -> dict[str, bytes]:
    """Contents of a folder by name, but for hidden files."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same in both, or only in one; times may differ."""
    names = sorted(one.keys() | other.keys())
    told = [name for name in names if one.get(name) != other.get(name)]
    return [n for n in told if n.rsplit("/", 1)[-1] not in TELLS_THE_HOUR or (n in one) != (n in other)]
