"""Files that appear whole or not at all, and small ones that are read whole."""

import ctypes
import json
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

_UNFINISHED = ".unfinished"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux: linux/fcntl.h and linux/fs.h


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that readers see the old one or the new one, never a part; make its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(name).chmod(0o644)  # mkstemp keeps others out, but a report is for everyone
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def drop_unfinished(folder: Path) -> None:
    """Take away what `write_whole` was writing into a folder when its process was killed; nobody may be writing now."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def json_object(text: str | bytes) -> dict[str, Any] | None:
    """Read a JSON object; None where the text is none."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def read_json_object(path: Path) -> dict[str, Any]:
    """Read a file that holds a JSON object; an empty one where it does not, or cannot be read."""
    try:
        return json_object(path.read_bytes()) or {}
    except OSError:
        return {}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file; empty where there is none."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders change places, in a single step for whoever looks; False where the system cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)
