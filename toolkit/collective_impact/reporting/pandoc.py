"""Pandoc, the program that the ``pypandoc-binary`` wheel ships, as a function: what it is to read and to write.

Each processor of the machine gets one Pandoc for all that there is to convert, and each text is read once, however
many files are made of it.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from collective_impact.reporting.renderer import RenderError
from collective_impact.shipped import shipped

SECONDS_ALLOWED = 120
_REFUSED = "REFUSED "
_FILTERS = "reports/theme/filters"
_FIRST = ("refuse.lua", "number.lua")
_ROOM = ("+RTS", "-A128m", "-O256m", "-RTS")
"""Memory that Pandoc fills before it looks for what it can let go of: an eighth less time than with its own 4 MiB."""

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


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Writing:
    """A file to write of a text.

    Attributes
    ----------
    target : Path
    to : str
        Pandoc's name of the format.
    last_filter : str
        Name of the theme's filter that makes the constructs what they are in this format.
    metadata : mapping
        What that filter is told beyond the metadata of the reading.
    options : mapping
        Further options of Pandoc's writer; ``template`` is the path of one.
    """

    target: Path
    to: str
    last_filter: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A page's Markdown to read, and what is to be written of it.

    Attributes
    ----------
    name : str
        Name of the page, for messages.
    markdown : str
    metadata : mapping
        What the filters are told: plain strings, and lists and mappings of them; nothing there is read as Markdown.
        With a ``bibliography`` among them, citations are set before the last filter.
    writings : tuple of Writing
    """

    name: str
    markdown: str
    metadata: Mapping[str, Any]
    writings: tuple[Writing, ...]


@dataclass(frozen=True, slots=True)
class Begun(Generic[T]):
    """Work that has come to where Pandoc is needed.

    Attributes
    ----------
    readings : tuple of Reading
        What Pandoc has to convert.
    finish : callable
        How the work goes on after that.
    meanwhile : callable
        What can be done beside it.
    """

    readings: tuple[Reading, ...]
    finish: Callable[[], T]
    meanwhile: Callable[[], None] = lambda: None


def finished(begun: Sequence[Begun[T]]) -> list[T]:
    """Have Pandoc convert what all of these need, then finish them side by side; what came of each, in their order.

    Raises
    ------
    RenderError
        When Pandoc fails or takes longer than two minutes, or what one of them goes on to do fails.
    """
    with ThreadPoolExecutor() as pool:
        converting = pool.submit(convert, [reading for each in begun for reading in each.readings])
        for each in begun:
            each.meanwhile()
        converting.result()
        return list(pool.map(lambda each: each.finish(), begun))


def convert(readings: Sequence[Reading]) -> None:
    """Write all files that are asked for.

    Raises
    ------
    RenderError
        When Pandoc fails or takes longer than two minutes.
    """
    shares = [share for share in _shared_out(_read_once(readings)) if share]
    with ThreadPoolExecutor(max(1, len(shares))) as pool:
        for _done in pool.map(_convert, shares):
            pass


def run_script(name: str, given: str) -> str:
    """Run one of the theme's Lua scripts in Pandoc over standard input, and give what it writes.

    Raises
    ------
    RenderError
        When it fails.
    subprocess.TimeoutExpired
        When it takes longer than two minutes; what it wrote until then is in ``output``.
    """
    command = [_program(), *_ROOM, "lua", str(shipped(_FILTERS) / name)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=SECONDS_ALLOWED, check=False)
    if done.returncode:
        answer = done.stderr.decode(errors="replace").strip()
        if answer.startswith(_REFUSED):
            raise RenderError(answer.removeprefix(_REFUSED))
        raise RenderError(f"{name}: pandoc answered: {answer}")
    return done.stdout.decode()


def _read_once(readings: Sequence[Reading]) -> list[Reading]:
    """Bring together the readings that are told the same."""
    same: dict[str, Reading] = {}
    for each in readings:
        key = json.dumps([each.name, each.markdown, each.metadata], sort_keys=True)
        known = same.get(key)
        same[key] = replace(known, writings=known.writings + each.writings) if known else each
    return list(same.values())


def _shared_out(readings: Sequence[Reading]) -> list[list[Reading]]:
    """As many shares as there are processors, with about as much to do in each."""
    shares: list[list[Reading]] = [[] for _processor in range(os.cpu_count() or 1)]
    for reading in sorted(readings, key=_effort, reverse=True):
        min(shares, key=lambda share: sum(map(_effort, share))).append(reading)
    return shares


def _effort(reading: Reading) -> int:
    return len(reading.markdown) * (1 + len(reading.writings))


def _convert(share: Sequence[Reading]) -> None:
    asked = {"reader": READER, "first_filters": _FIRST, "readings": [_told(reading) for reading in share]}
    try:
        run_script("convert.lua", json.dumps(asked))
    except subprocess.TimeoutExpired as stop:
        ended = (stop.output or b"").decode().splitlines()
        slow = share[min(len(ended), len(share) - 1)].name
        raise RenderError(f"{slow}: pandoc took more than {SECONDS_ALLOWED} s; shorten the page") from None


def _told(reading: Reading) -> dict[str, Any]:
    writings = [
        {
            "target": str(each.target),
            "to": each.to,
            "last_filter": each.last_filter,
            "metadata": dict(each.metadata),
            "options": dict(each.options),
        }
        for each in reading.writings
    ]
    metadata = dict(reading.metadata)
    return {"name": reading.name, "markdown": reading.markdown, "metadata": metadata, "writings": writings}


@cache
def _program() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())
