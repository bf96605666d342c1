"""Places in shared storage, told by URL, and where they lie on this machine."""

import os
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.DOTALL)


def is_url(place: str) -> bool:
    """Whether a place is told by URL; a drive's letter is none."""
    return _URL.fullmatch(place) is not None


def in_shared_storage(place: str) -> bool:
    """Whether a place is one that this machine cannot open as a file."""
    return is_url(place) and not place.startswith("file:")


def on_this_machine(url: str) -> Path:
    """Where the content of a URL lies here: its own path for ``file:``, else its mirror in the user's cache.

    Places that lie beside one another in a store do so here too: paths from one to the other are the same.
    """
    if not in_shared_storage(url):
        path = unquote(urlsplit(url).path)
        return Path(path.lstrip("/") if os.name == "nt" else path)
    return cache() / "storage" / url.split("://")[0] / inside(url.split("://", 1)[1])


def cache() -> Path:
    """Folder of what can be fetched again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "collective-impact").resolve()


def inside(name: str) -> Path:
    """Make an object's name a relative path that leads nowhere else.

    Raises
    ------
    InputError
        When a step of it is no plain name.
    """
    path = PurePosixPath(name.strip("/"))
    if any(step in {"..", "/"} or set(step) & set("\\:\0") for step in path.parts):
        expected = _("names that a file can have, without .. and : and backslashes")
        raise InputError([Problem(name, _("no name for a file"), expected, _("call it something else there"))])
    return Path(*path.parts)
