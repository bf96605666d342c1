"""The terminal to write to, and text from outside as it may show it."""

import os

from rich.console import Console
from rich.markup import escape

from collective_impact.blocks import plain


def console(*, errors: bool = False) -> Console:
    """The terminal to write to, for results or for errors; wide enough for paths when it is a pipe."""
    return Console(highlight=False, stderr=errors, width=None if os.isatty(2 if errors else 1) else 160)


def shown(text: object) -> str:
    """Text from outside as the terminal may show it: no control characters, no markup of rich."""
    return escape(plain(text))


def shown_lines(text: str) -> str:
    """Text of several lines as the terminal may show it, line by line."""
    return "\n".join(map(shown, text.splitlines()))
