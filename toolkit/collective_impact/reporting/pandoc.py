"""Pandoc as a function: the program that the ``pypandoc-binary`` wheel ships, one process a document."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from collective_impact.reporting.renderer import RenderError
from collective_impact.shipped import shipped

SECONDS_ALLOWED = 120
_REFUSED = "REFUSED "

# Only what the constructs need: neither raw HTML nor TeX, no metadata blocks. Raw attributes and mathematics are read
# so that the filter can let a chart's data and a named equation through and show all else as text.
READER = (
    "markdown_strict-raw_html+raw_attribute+all_symbols_escapable+intraword_underscores+escaped_line_breaks"
    "+auto_identifiers+header_attributes+space_in_atx_header+blank_before_header+blank_before_blockquote"
    "+fenced_divs+bracketed_spans+link_attributes+implicit_figures+citations+footnotes+inline_notes"
    "+pipe_tables+table_captions+table_attributes+definition_lists+startnum+strikeout+superscript+subscript"
    "+backtick_code_blocks+fenced_code_blocks+fenced_code_attributes"
    "+tex_math_dollars"
)


def convert(markdown: str, name: str, options: Mapping[str, Any]) -> str:
    """Convert a page's Markdown.

    Parameters
    ----------
    markdown : str
        Body of the page.
    name : str
        Name of the page, for messages.
    options : mapping
        Entries of a Pandoc defaults file: at least ``to``, ``filters`` and ``metadata``. Metadata and variables
        there are plain strings; nothing in them is read as Markdown. With a ``bibliography`` among the metadata,
        citations are set before the last filter.

    Raises
    ------
    RenderError
        When Pandoc fails or takes longer than two minutes.
    """
    return convert_to_bytes(markdown, name, options).decode()


def convert_to_bytes(markdown: str, name: str, options: Mapping[str, Any]) -> bytes:
    """Convert a page's Markdown to a format that is no text, as `convert` does to one that is.

    Raises
    ------
    RenderError
        When Pandoc fails or takes longer than two minutes.
    """
    *before, last = options["filters"]
    if "bibliography" in options["metadata"]:
        options = {**options, "filters": [*before, {"type": "citeproc"}, last]}
    common = {
        "output-file": "-",
        "from": READER,
        "sandbox": True,
        "wrap": "none",
        "eol": "lf",
        "syntax-highlighting": "none",
    }
    with tempfile.TemporaryDirectory() as folder:
        defaults = Path(folder) / "defaults.json"
        defaults.write_text(json.dumps({**common, **options}), encoding="utf-8")
        command = [_program(), "--defaults", str(defaults)]
        try:
            done = subprocess.run(
                command, input=markdown.encode(), capture_output=True, timeout=SECONDS_ALLOWED, check=False
            )
        except subprocess.TimeoutExpired:
            raise RenderError(f"{name}: pandoc took more than {SECONDS_ALLOWED} s; shorten the page") from None
    if done.returncode:
        answer = done.stderr.decode(errors="replace").strip()
        if answer.startswith(_REFUSED):
            raise RenderError(f"{name}: {answer.removeprefix(_REFUSED)}")
        raise RenderError(f"{name}: pandoc answered: {answer}")
    return done.stdout


def filters(last: str) -> list[dict[str, str]]:
    """Name the theme's filters in order, the one for the output format last."""
    folder = shipped("reports/theme/filters")
    return [{"type": "lua", "path": str(folder / name)} for name in ("refuse.lua", "number.lua", last)]


def run_script(name: str, given: str) -> str:
    """Run one of the theme's Lua scripts in Pandoc over standard input, and give what it writes.

    Raises
    ------
    RenderError
        When it fails.
    """
    command = [_program(), "lua", str(shipped("reports/theme/filters") / name)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=SECONDS_ALLOWED, check=False)
    if done.returncode:
        raise RenderError(f"{name}: pandoc answered: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode()


@cache
def _program() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())
