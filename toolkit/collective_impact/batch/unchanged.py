"""Reports that are known to be unchanged without reading their packages: nothing of what they are made of was touched.

After a report was made or found to be unchanged, the size and the time of the last change of every file that it
depends on are kept. As long as they are the same, the package need not be read; what is kept is never more than a
way to be quick, and can be deleted at any time.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from collective_impact.batch.config import BatchFile, Choice
from collective_impact.batch.journal import read_json
from collective_impact.data.places import shipped_example
from collective_impact.files import write_whole
from collective_impact.shipped import shipped

CACHE = ".collective-impact.cache.json"
_PACKAGES = ("collective-impact-toolkit", "papermill", "pandas", "statsmodels", "diff-diff", "altair", "typst")
_TOOLKIT = Path(__file__).parents[1]
_SHIPPED = ("notebooks/templates", "reports/theme")


class Unchanged:
    """What is known of the reports below a folder."""

    def __init__(self, file: BatchFile) -> None:
        self._file = file
        self._place = file.output / CACHE
        self._known: dict[str, Any] = read_json(self._place)
        self._common = _common(file)

    def reports(self, package: str, choice: Choice) -> dict[str, int] | None:
        """Give the reports of a package that stand and are unchanged, with their numbers of runs; None if unknown."""
        known = self._known.get(self._name(package, choice))
        if not isinstance(known, dict) or known.get("made_of") != self._made_of(package, choice):
            return None
        stands = all(_mark(self._file.output / name / "report.json") == mark for name, mark, _n in known["reports"])
        return {name: runs for name, _mark_, runs in known["reports"]} if stands else None

    def remember(self, package: str, choice: Choice, made_of: str, reports: Mapping[str, int]) -> None:
        """Keep that the reports of a package stand, made of files as they were when `look` was asked."""
        marks = [[name, _mark(self._file.output / name / "report.json"), runs] for name, runs in reports.items()]
        self._known[self._name(package, choice)] = {"made_of": made_of, "reports": marks}

    def look(self, package: str, choice: Choice) -> str:
        """How everything lies now that the reports of a package are made of."""
        return self._made_of(package, choice)

    def write(self) -> None:
        """Write it down for the next batch."""
        write_whole(self._place, json.dumps(self._known, indent=0, sort_keys=True) + "\n")

    def _name(self, package: str, choice: Choice) -> str:
        return f"{package} {sha256(choice.model_dump_json().encode()).hexdigest()[:16]}"

    def _made_of(self, package: str, choice: Choice) -> str:
        folder = shipped_example(package) or Path(package)
        folder = folder if folder.is_dir() else folder.parent
        told = [self._common, choice.model_dump_json(), list(_marks(folder))]
        return sha256(json.dumps(told).encode()).hexdigest()


def _common(file: BatchFile) -> list[Any]:
    """What all reports of a batch are made of: the toolkit, its packages, how reports are published."""
    brand = (file.path.parent / file.config.publishing.brand).resolve() if file.config.publishing.brand else None
    own = [] if brand is None else list(_marks(brand.parent if brand.is_file() else brand))
    return [_of_the_toolkit(), file.config.publishing.model_dump(), own]


@cache
def _of_the_toolkit() -> list[Any]:
    places = [_TOOLKIT, *(shipped(name) for name in _SHIPPED)]
    return [python_version(), [version(name) for name in _PACKAGES], [list(_marks(place)) for place in places]]


def _marks(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    """Each file below a folder with its size, its number and when it was changed; in the order of their names."""
    for entry in sorted(_entries(folder), key=lambda each: each.path):
        status = entry.stat()
        yield os.path.relpath(entry.path, folder), status.st_size, status.st_ino, status.st_mtime_ns


def _entries(folder: Path) -> Iterable["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _entries(Path(entry.path))
            else:
                yield entry


def _mark(file: Path) -> list[int]:
    try:
        status = file.stat()
    except OSError:
        return []
    return [status.st_size, status.st_ino, status.st_mtime_ns]
