"""A folder in shared storage and its mirror on this machine, which is made to hold the same."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from collective_impact.batch.storage.urls import cache, inside, on_this_machine
from collective_impact.data.places import DESCRIPTOR
from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.files import read_json_object, write_whole
from collective_impact.language import translate as _

_AT_ONCE = 64
"""Files that are held in memory together on their way."""

_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "created")
"""What stores tell of a file that is another once its content is; the surest first."""


class StorageError(ToolkitError):
    """Shared storage could not be read or written."""


class Store:
    """A folder in shared storage.

    Parameters
    ----------
    url : str
        As fsspec takes it, for example ``s3://bucket/folder``.

    Attributes
    ----------
    mirror : Path
        Where it lies on this machine.

    Raises
    ------
    InputError
        When nothing here can open such a URL.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            self.mirror = on_this_machine(self.url)
            cache().mkdir(mode=0o700, parents=True, exist_ok=True)  # packages hold what is not for everyone
            self.files, self.path = _opened(self.url)
        except ValueError as error:
            mend = _("correct it; what comes before :// says which storage")
            raise InputError([Problem(url, str(error), _("the URL of a place in shared storage"), mend)]) from None

    def fetch(self) -> None:
        """Make the mirror hold what the store does; only what has changed travels. Hidden files stay as they are.

        Raises
        ------
        StorageError
        """
        with self.told():
            theirs = self.listed()
            wanted = [name for name, mark in theirs.items() if not self.same(name, mark)]
            for some in _parts(wanted):
                contents = self.files.cat([f"{self.path}/{name}" for name in some])
                for name in some:
                    write_whole(self.mirror / inside(name), contents[f"{self.path}/{name}"])
                self.keep(theirs, some)
            for name in self.here() - theirs.keys():
                (self.mirror / inside(name)).unlink()
            self.known = {name: what for name, what in self.known.items() if name in theirs}
            self._write_known()

    def listed(self, below: str = "") -> dict[str, str]:
        """Files in the store that are not hidden, by name from its folder, each with a mark that changes with it."""
        self.files.invalidate_cache()
        start = f"{self.path}/{below}".rstrip("/")
        found = self.files.find(start, detail=True) if self.files.exists(start) else {}
        names = {path.removeprefix(self.path).strip("/"): _mark(info) for path, info in found.items()}
        return {name: mark for name, mark in sorted(names.items()) if name and not hidden(name)}

    def here(self, below: str = "") -> set[str]:
        """Files in the mirror that are not hidden, by name."""
        found = (path for path in (self.mirror / below).rglob("*") if path.is_file())
        return {name for path in found if not hidden(name := path.relative_to(self.mirror).as_posix())}

    def same(self, name: str, mark: str) -> bool:
        """Whether a file of the store, by its mark, is the one in the mirror."""
        return self.known.get(name) == [mark, *self._lies(name)]

    def changed(self, name: str) -> bool:
        """Whether a file of the mirror is other than it was when it last was the same as in the store."""
        return self.known.get(name, [""])[1:] != self._lies(name)

    def keep(self, marks: Mapping[str, str], names: Iterable[str]) -> None:
        """Note that files are the same in the store and here."""
        self.known |= {name: [marks[name], *self._lies(name)] for name in names}
        self._write_known()

    def forget(self, names: Iterable[str]) -> None:
        """Note that files are neither in the store nor here any more."""
        gone = set(names)
        self.known = {name: what for name, what in self.known.items() if name not in gone}
        self._write_known()

    @cached_property
    def known(self) -> dict[str, list[Any]]:
        """Files that were the same, with their marks there and how they lay here."""
        return read_json_object(self._record)  # without it, everything travels

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell what goes wrong with the storage, whatever its library raises, as an error of ours."""
        try:
            yield
        except ToolkitError:
            raise
        except Exception as error:
            words = _("{url}: {error}; see whether the storage can be reached and you may use it")
            raise StorageError(words.format(url=self.url, error=f"{type(error).__name__}: {error}")) from error

    @property
    def _record(self) -> Path:
        return cache() / "known" / f"{sha256(self.url.encode()).hexdigest()[:32]}.json"

    def _lies(self, name: str) -> list[int]:
        try:
            status = (self.mirror / inside(name)).stat()
        except OSError:
            return []
        return [status.st_size, status.st_mtime_ns]

    def _write_known(self) -> None:
        write_whole(self._record, json.dumps(self.known, sort_keys=True))


def fetched_packages(pattern: str) -> list[str]:
    """Fetch the data packages that a URL, or a pattern of URLs, stands for; give their folders on this machine.

    Raises
    ------
    InputError
        When the storage cannot be read.
    """
    store = Store(pattern)
    try:
        with store.told():
            found = sorted(store.files.glob(f"{store.path}/{DESCRIPTOR}"))
            scheme = pattern.split("://")[0]
            packages = [Store(f"{scheme}://{path.rsplit('/', 1)[0].lstrip('/')}") for path in found]
        for package in packages:
            package.fetch()
    except StorageError as error:
        mend = _("correct the address, or allow it")
        raise InputError([Problem(pattern, str(error), _("storage that can be read"), mend)]) from None
    return [str(package.mirror) for package in packages]


def hidden(name: str) -> bool:
    """Whether a file, or a folder that it lies in, is hidden: it is no part of what is shared."""
    return any(step.startswith(".") for step in name.split("/"))


def _opened(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(url)
    except ImportError as error:
        mend = _("install collective-impact-toolkit[cluster], and for other stores than S3 what fsspec needs for them")
        raise InputError([Problem(url, str(error), _("a package for this storage"), mend)]) from None
    return files, path.rstrip("/")


def _mark(info: Mapping[str, Any]) -> str:
    """What changes when a file does, as far as its store tells."""
    told = (info[name] for name in _MARKS if info.get(name))
    return f"{next(told, '')} {info.get('size')}"


def _parts(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
