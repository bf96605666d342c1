"""Where data packages lie, without reading any."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from collective_impact.shipped import shipped

DESCRIPTOR = "datapackage.json"
EXAMPLES = "data/examples"


@cache
def examples() -> tuple[str, ...]:
    """Names of the packages that travel with the toolkit."""
    return tuple(sorted(file.parent.name for file in shipped(EXAMPLES).glob(f"*/{DESCRIPTOR}")))


def shipped_example(name: str) -> Path | None:
    """Folder of a package that travels with the toolkit; None where none has this name."""
    return shipped(EXAMPLES) / name if name in examples() else None


def package_folder(path: Path | str) -> Path | None:
    """Folder of a package, given by its folder, its descriptor, or the name of a shipped example; None without one."""
    if not exists(Path(path)) and (example := shipped_example(str(path))):
        return example
    given = Path(path)
    folder = given.parent if given.name == DESCRIPTOR else given
    return folder.resolve() if exists(folder / DESCRIPTOR, Path.is_file) else None


def exists(path: Path, holds: Callable[[Path], bool] = Path.exists) -> bool:
    """Whether there is something at a path, which may be one that no system can have."""
    try:
        return holds(path)
    except (OSError, ValueError):  # a name too long, or with a null character
        return False
