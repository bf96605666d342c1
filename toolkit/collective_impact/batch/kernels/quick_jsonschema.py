"""Importing jsonschema without what makes it slow."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SLOW_AND_OPTIONAL = "rfc3987_syntax"
"""Comes with JupyterLab; jsonschema builds a grammar with it at import, for a format that no notebook's schema has."""


@contextmanager
def quick_jsonschema() -> Iterator[None]:
    """Import jsonschema inside this without the grammar that takes seconds to build."""
    blocked = _SLOW_AND_OPTIONAL not in sys.modules
    if blocked:
        sys.modules[_SLOW_AND_OPTIONAL] = None  # type: ignore[assignment]  # Python's own way to say: not to be found
    try:
        importlib.import_module("jsonschema")
        yield
    finally:
        if blocked:
            del sys.modules[_SLOW_AND_OPTIONAL]
