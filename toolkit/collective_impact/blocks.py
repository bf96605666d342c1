"""What a page is made of: blocks that know their Markdown (for the renderers) and their HTML (for JupyterLab).

Every text given to a block is plain text: the block escapes it, so nothing in the data can act as markup.
The Markdown keeps to constructs that Quarto and the embedded renderer show alike.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape as escape_html
from html import unescape
from typing import Literal

CalloutKind = Literal["note", "tip", "important", "warning", "caution"]

PICTURES = "application/vnd.collective-impact.pictures"
"""Type of the output that carries the pictures to the renderers, as JSON text: the SVG of each by its file name."""

TABLES = "application/vnd.collective-impact.tables"
"""Type of the output that carries what its tables show to the downloads, as JSON text: a list of `TableData`."""

_TAG = re.compile(r"<[^>]*>")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_KEPT_CONTROLS = {"\u00a0", "\u00ad"}


def plain(text: object) -> str:
    """One line of visible text: control, bidirectional and zero-width characters taken out, spaces folded."""
    return re.sub(r"[^\S\u00a0]+", " ", without_hidden_signs(text)).strip()


def without_hidden_signs(text: object) -> str:
    """Text without control, bidirectional and zero-width characters; spaces and ends of lines stay."""
    given = str(text)
    if given.isprintable():  # what nearly every text is
        return given
    return "".join(
        c
        for c in given
        if c.isspace() or c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}
    )


def escape_markdown(text: object) -> str:
    """Text that shows in Markdown as it stands, whatever it holds."""
    return _PUNCTUATION.sub(r"\\\1", plain(text))


@dataclass(frozen=True, slots=True)
class TableData:
    """What a numbered table shows, or the table behind a figure: its cells as readers see them, never finer.

    Attributes
    ----------
    id : str
        ``tbl-name`` or ``fig-name``, as on its page.
    title, note : str
        Its caption; what the figure's note says.
    columns : sequence of str
    rows : sequence of sequences of str
    numeric : sequence of int
        Positions of the columns that hold figures.
    """

    id: str
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = ()


class Block:
    """Something that stands on a page."""

    def markdown(self) -> str:
        """Pandoc Markdown."""
        raise NotImplementedError

    def html(self) -> str:
        """HTML that stands on its own, for JupyterLab."""
        raise NotImplementedError

    def pictures(self) -> dict[str, str]:
        """The SVG of each picture in it, by the name that its Markdown links to."""
        return {}

    def tables(self) -> list[TableData]:
        """Give what the numbered tables in it show, and those behind its figures."""
        return []

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        bundle: dict[str, object] = {"text/html": self.html(), "text/markdown": self.markdown()}
        if pictures := self.pictures():
            bundle[PICTURES] = json.dumps(pictures)
        if tables := self.tables():
            bundle[TABLES] = json.dumps([asdict(table) for table in tables])
        return bundle | {"text/plain": type(self).__name__}


@dataclass(frozen=True)
class Paragraph(Block):
    """A paragraph of plain text."""

    text: str

    def markdown(self) -> str:
        return escape_markdown(self.text)

    def html(self) -> str:
        return f"<p>{escape_html(plain(self.text))}</p>"


@dataclass(frozen=True)
class Labelled(Block):
    """A paragraph that opens with its label in bold."""

    label: str
    text: str

    def markdown(self) -> str:
        return f"**{escape_markdown(self.label)}** {escape_markdown(self.text)}".rstrip()

    def html(self) -> str:
        return f"<p><strong>{escape_html(plain(self.label))}</strong> {escape_html(plain(self.text))}</p>"


@dataclass(frozen=True)
class Heading(Block):
    """A heading; pages start at level 2. With a name, made of letters, digits, ``-`` and ``_``, links lead to it."""

    text: str
    level: int = 3
    name: str = ""

    def markdown(self) -> str:
        name = f" {{#{self.name}}}" if self.name else ""
        return f"{'#' * self.level} {escape_markdown(self.text)}{name}"

    def html(self) -> str:
        return f"<h{self.level}>{escape_html(plain(self.text))}</h{self.level}>"


@dataclass(frozen=True)
class Bullets(Block):
    """A list of plain sentences."""

    items: Sequence[str]

    def markdown(self) -> str:
        return "\n".join(f"- {escape_markdown(item)}" for item in self.items)

    def html(self) -> str:
        return "<ul>" + "".join(f"<li>{escape_html(plain(item))}</li>" for item in self.items) + "</ul>"


@dataclass(frozen=True)
class Badge(Block):
    """A short label with a meaning of its own, such as the strength of evidence."""

    text: str
    kind: str

    def markdown(self) -> str:
        return f"[{escape_markdown(self.text)}]{{.strength .strength-{self.kind}}}"

    def html(self) -> str:
        return f"<strong>{escape_html(plain(self.text))}</strong>"


@dataclass(frozen=True)
class Table(Block):
    """A table of formatted cells.

    Attributes
    ----------
    columns : sequence of str
    rows : sequence of sequences of str or Block
        One sequence a row, as long as ``columns``.
    caption, name : str
        With a name the table is numbered and can be referred to as ``@tbl-name``.
    numeric : sequence of int
        Positions of the columns to align right.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | Block]]
    caption: str = ""
    name: str = ""
    numeric: Sequence[int] = ()

    def markdown(self) -> str:
        cells = [
            [c.markdown() if isinstance(c, Block) else escape_markdown(c) or " " for c in row] for row in self.rows
        ]
        rule = [("-" * w + ":") if i in self.numeric else (":" + "-" * w) for i, w in enumerate(self._widths())]
        lines = [[escape_markdown(c) or " " for c in self.columns], rule, *cells]
        body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        caption = f"\n\n: {escape_markdown(self.caption)} {{#tbl-{self.name}}}" if self.name else ""
        return body + caption

    def _widths(self) -> list[int]:
        """Relative column widths, as Pandoc takes them from the dashes of a table with long lines."""
        texts = [[c.markdown() if isinstance(c, Block) else str(c) for c in row] for row in (self.columns, *self.rows)]
        return [max(3, min(60, *[max(len(row[i]) for row in texts)])) for i in range(len(self.columns))]

    def html(self) -> str:
        def cell(content: str | Block, i: int, tag: str) -> str:
            align = ' style="text-align:right"' if i in self.numeric else ' style="text-align:left"'
            inner = content.html() if isinstance(content, Block) else escape_html(plain(content))
            return f"<{tag}{align}>{inner}</{tag}>"

        head = "".join(cell(c, i, "th") for i, c in enumerate(self.columns))
        body = "".join("<tr>" + "".join(cell(c, i, "td") for i, c in enumerate(row)) + "</tr>" for row in self.rows)
        caption = f"<caption>{escape_html(plain(self.caption))}</caption>" if self.caption else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def tables(self) -> list[TableData]:
        return [self.shown_as(f"tbl-{self.name}", self.caption)] if self.name else []

    def shown_as(self, name: str, title: str, note: str = "") -> TableData:
        """Give its cells as plain text, under an id of its page and a title."""
        columns = [plain(column) for column in self.columns]
        rows = [[_text(cell) for cell in row] for row in self.rows]
        return TableData(name, plain(title), plain(note), columns, rows, list(self.numeric))


def _text(cell: str | Block) -> str:
    return plain(unescape(_TAG.sub("", cell.html())) if isinstance(cell, Block) else cell)


@dataclass(frozen=True)
class Callout(Block):
    """A box with a title: a note, a warning, something that could not be answered."""

    title: str
    blocks: Sequence[Block]
    kind: str = "note"
    collapsed: bool = False

    def markdown(self) -> str:
        known = self.kind in {"note", "tip", "important", "warning", "caution"}
        css = f".callout-{self.kind}" if known else f".{self.kind}"
        collapse = ' collapse="true"' if self.collapsed else ""
        inner = "\n\n".join(block.markdown() for block in self.blocks)
        return f"::: {{{css}{collapse}}}\n## {escape_markdown(self.title)}\n\n{inner}\n:::"

    def html(self) -> str:
        inner = "".join(block.html() for block in self.blocks)
        title = escape_html(plain(self.title))
        if self.collapsed:
            return f"<details><summary>{title}</summary>{inner}</details>"
        return (
            f'<div style="border-left:4px solid #00606b;padding:.3em 1em"><p><strong>{title}</strong></p>{inner}</div>'
        )

    def tables(self) -> list[TableData]:
        return [table for block in self.blocks for table in block.tables()]


@dataclass(frozen=True)
class TwoLines(Block):
    """One block on the line below another, in the same paragraph or item of a list."""

    first: Block
    second: Block
    indent: str = ""

    def markdown(self) -> str:
        return f"{self.first.markdown()}\\\n{self.indent}{self.second.markdown()}"

    def html(self) -> str:
        return f"{self.first.html()}<br>{self.second.html()}"


@dataclass(frozen=True)
class Stack(Block):
    """Blocks one below the other."""

    blocks: Sequence[Block]

    def markdown(self) -> str:
        return "\n\n".join(block.markdown() for block in self.blocks)

    def html(self) -> str:
        return "".join(block.html() for block in self.blocks)

    def pictures(self) -> dict[str, str]:
        return {name: svg for block in self.blocks for name, svg in block.pictures().items()}

    def tables(self) -> list[TableData]:
        return [table for block in self.blocks for table in block.tables()]
