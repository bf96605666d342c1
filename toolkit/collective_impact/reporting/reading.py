"""Reading what lies in a report's folder: whatever cannot be used is told by its file and the place in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path

from nbformat import ValidationError as NotebookError
from nbformat.reader import NotJSONError
from pydantic import ValidationError

from collective_impact.data.quoting import visible
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _


@contextmanager
def naming(file: Path, expected: str) -> Iterator[None]:
    """Turn whatever goes wrong while a file is read into a problem that names the file.

    Parameters
    ----------
    file : Path
    expected : str
        What should stand there.

    Raises
    ------
    InputError
        When the block ends in an error that the content of the file, or its absence, can be the reason of.
    """
    try:
        yield
    except (OSError, ValueError, RecursionError, NotebookError) as error:
        line = error.lineno if isinstance(error, JSONDecodeError) else None
        problem = Problem(str(file), _amiss(error), expected, _("run the evaluations again"), row=line)
        raise InputError([problem]) from None


def _amiss(error: Exception) -> str:
    if isinstance(error, OSError):
        return _("a file that cannot be read ({reason})").format(reason=error.strerror or type(error).__name__)
    if isinstance(error, UnicodeError):
        return _("text that is not in UTF-8")
    if isinstance(error, JSONDecodeError | NotJSONError | RecursionError):
        return _("no JSON that can be read")
    place = str(error).partition("\n")[0]
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or first["msg"]
    return _("content that cannot be used ({place})").format(place=visible(place, 80))
