"""Writing into folders of reports: a place that cannot be written is told as one problem."""

from pathlib import Path

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _


def unwritable(place: Path, error: OSError, *, expected: str = "", mend: str = "") -> InputError:
    """Give the error that tells of a file or folder that cannot be written.

    Parameters
    ----------
    place : Path
    error : OSError
        The system's reason.
    expected : str
        What was expected there; a folder that can be written, where nothing is said.
    mend : str
        What to do about it; to allow it or choose another folder, where nothing is said.
    """
    expected = expected or _("a folder that can be written")
    mend = mend or _("allow it, or choose another folder")
    return InputError([Problem(str(place), error.strerror or str(error), expected, mend)])
