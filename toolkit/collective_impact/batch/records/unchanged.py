"""Reports that are known to be unchanged without reading their packages: nothing of what they are made of was touched.

After a report was made or found to be unchanged, the size and the time of the last change of every file that it
depends on are kept. As long as they are the same, the package need not be read; what is kept is never more than a
way to be quick, and can be deleted at any time.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from collective_impact.batch.config import BatchFile, Choice
from collective_impact.batch.folder_names import part_folder
from collective_impact.data.places import shipped_example
from collective_impact.files import read_json_object, write_whole
from collective_impact.shipped import shipped

CACHE = ".collective-impact.cache.json"
_MANIFEST = "report.json"  # as reports have it; its own module takes seconds to import
_PACKAGES = ("collective-impact-toolkit", "papermill", "pandas", "statsmodels", "diff-diff", "altair", "typst")
_TOOLKIT = Path(__file__).parents[2]
_SHIPPED = ("notebooks/templates", "reports/theme")


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report that stands: where, from the folder of reports; its language; its number of runs."""

    report: str
    language: str
    runs: int


class Unchanged:
    """What is known of the reports below a folder."""

    def __init__(self, file: BatchFile) -> None:
        self._out = file.output
        self._place = self._out / CACHE
        self._known = read_json_object(self._place)
        self._new: dict[str, Any] = {}
        self._common = _sha256(_common(file))

    def reports(self, package: str, choice: Choice) -> list[KnownReport] | None:
        """Give the reports of a package that stand unchanged; None if that is not known, or one is left half made."""
        with suppress(IndexError, KeyError, TypeError, ValueError):  # what is kept may have been damaged
            known = self._known[self._name(package, choice)]
            standing = [KnownReport(str(told[0]), str(told[1]), int(told[2])) for told in known["reports"]]
            marks = [told[3] for told in known["reports"]]
            same = known["made_of"] == self.look(package, choice) and marks == [self._mark(one) for one in standing]
            if same and not any(part_folder(self._out / one.report).exists() for one in standing):
                return standing
        return None

    def remember(self, package: str, choice: Choice, made_of: str, reports: Iterable[KnownReport]) -> None:
        """Keep that the reports of a package stand, made of files as they were when `look` was asked."""
        marked = [[*astuple(one), self._mark(one)] for one in reports]
        self._new[self._name(package, choice)] = {"made_of": made_of, "reports": marked}

    def look(self, package: str, choice: Choice) -> str:
        """How everything lies now that the reports of a package are made of."""
        folder = shipped_example(package) or Path(package)
        folder = folder if folder.is_dir() else folder.parent
        return _sha256([self._common, choice.model_dump_json(), list(_marks(folder))])

    def write(self) -> None:
        """Write it down for the next batch."""
        known = {**read_json_object(self._place), **self._new}  # parts of a batch write side by side
        write_whole(self._place, json.dumps(known, indent=0, sort_keys=True) + "\n")

    def _mark(self, standing: KnownReport) -> list[int]:
        return _mark(self._out / standing.report / _MANIFEST)

    def _name(self, package: str, choice: Choice) -> str:
        return f"{package} {sha256(choice.model_dump_json().encode()).hexdigest()[:16]}"


def _common(file: BatchFile) -> list[Any]:
    """What all reports of a batch are made of: the toolkit, its packages, how reports are published."""
    brand = (file.path.parent / file.config.publishing.brand).resolve() if file.config.publishing.brand else None
    own = [] if brand is None else list(_marks(brand.parent if brand.is_file() else brand))
    return [_of_the_toolkit(), file.config.publishing.model_dump(), own]


def _sha256(told: list[Any]) -> str:
    return sha256(json.dumps(told).encode()).hexdigest()


@cache
def _of_the_toolkit() -> list[Any]:
    places = [_TOOLKIT, *(shipped(name) for name in _SHIPPED)]
    return [python_version(), [version(name) for name in _PACKAGES], [list(_marks(place)) for place in places]]


def _marks(folder: Path) -> Iterator[tuple[str, int, int, int, int]]:
    """Each file below a folder with its size, its number and when it was changed; in the order of their names.

    The system's own note of the last change is among them, which nobody can set to an earlier time.
    """
    above = len(str(folder)) + 1
    for entry in sorted(_entries(folder), key=lambda each: each.path):
        yield (entry.path[above:], *_mark_of(entry.stat()))


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
        return list(_mark_of(file.stat()))
    except OSError:
        return []


def _mark_of(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns
