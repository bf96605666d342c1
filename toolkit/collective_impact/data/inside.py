"""Whether a path that a descriptor or a journal names lies inside the package."""

from pathlib import Path, PurePosixPath


def lies_inside(folder: Path, path: str) -> bool:
    """Tell whether a path stays inside a package, links followed.

    Parameters
    ----------
    folder : pathlib.Path
        Of the package.
    path : str
        Relative to it, with forward slashes.

    Raises
    ------
    OSError, RuntimeError
        If links on the way cannot be followed.
    """
    given = PurePosixPath(path)
    if not path or not path.isprintable() or "://" in path or "\\" in path:
        return False
    if given.is_absolute() or ".." in given.parts:
        return False
    return (folder / given).resolve().is_relative_to(folder.resolve())
