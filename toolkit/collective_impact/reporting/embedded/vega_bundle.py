"""The script that draws interactive charts: Vega as vl-convert brings it along, put together once and then kept.

Putting it together takes seconds, and it changes with vl-convert only. It is kept in the user's folder for such files,
under the version that it is of; one that is damaged is made anew, and where none can be kept, each process makes it.
"""

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from collective_impact.files import write_whole

_ENTRY = "window.vegaEmbed = vegaEmbed;"


@cache
def vega_bundle() -> str:
    """Give the script."""
    try:
        kept = _folder() / f"vega-{version('vl-convert-python')}.js"
    except RuntimeError:  # a user without a home
        return _made()
    return _read(kept) or _written(kept, _made())


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(caches) / "collective-impact-toolkit"


def _read(kept: Path) -> str:
    """The script that is kept; empty where there is none, or not the one that was written."""
    try:
        seal, script = kept.read_text(encoding="utf-8").split("\n", 1)
    except (OSError, ValueError):
        return ""
    return script if seal == _seal(script) else ""


def _written(kept: Path, script: str) -> str:
    with suppress(OSError):  # no permission or no space: made again next time
        write_whole(kept, f"{_seal(script)}\n{script}")
    return script


def _seal(script: str) -> str:
    """What the first line of the file says of the rest."""
    return f"// {hashlib.sha256((_ENTRY + script).encode()).hexdigest()}"


def _made() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle(_ENTRY))
