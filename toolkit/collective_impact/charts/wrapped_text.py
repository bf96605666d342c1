"""Texts of some length in few lines, that fit beside or inside a mark."""

from textwrap import wrap


def in_few_lines(text: str, width: int, lines: int) -> str:
    """Break a text into at most so many lines of so many letters; what does not fit is cut with an ellipsis."""
    parts = wrap(text, max(width, 1))
    if len(parts) > lines:
        parts = [*parts[: lines - 1], parts[lines - 1][: width - 1].rstrip(" ,.;:") + "…"]
    return "\n".join(parts)


def one_line(text: str) -> str:
    """The same text without breaks."""
    return " ".join(text.split())
