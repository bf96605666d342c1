"""Where the files that travel with the toolkit lie: templates, report theme, examples.

In a checkout they stand at the top of the repository; in an installed wheel the same relative paths
lie in ``collective_impact/_shipped``.
"""

from pathlib import Path

_IN_WHEEL = Path(__file__).parent / "_shipped"
_IN_CHECKOUT = Path(__file__).parents[2]


def shipped(relative: str) -> Path:
    """Absolute path of a file or folder that travels with the toolkit.

    Parameters
    ----------
    relative : str
        Path as in the repository, for example ``"notebooks/templates"``.
    """
    root = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    return root / relative
