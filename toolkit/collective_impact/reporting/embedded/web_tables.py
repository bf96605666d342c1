"""Tables of a page as Pandoc writes them, made ready for the theme.

Pandoc aligns cells with style attributes, which the page's content security policy refuses; here they become classes.
Heads say what they head, and a head without words becomes a cell.
"""

import re

_TABLE = re.compile(r"<table>\n.*?</table>", re.DOTALL)
_CELL = re.compile(r'<t([hd])(?: style="text-align: (\w+);")?>(.*?)</t\1>', re.DOTALL)


def with_plain_tables(html: str) -> str:
    """Give a page with cells that have classes instead of styles, and heads of columns and rows."""
    return _TABLE.sub(lambda found: _plain(found[0]), html)


def _plain(table: str) -> str:
    head, between, body = table.partition("<tbody>")
    return _CELL.sub(lambda cell: _cell(cell, "col"), head) + between + _CELL.sub(lambda cell: _cell(cell, "row"), body)


def _cell(cell: re.Match[str], heads: str) -> str:
    tag, alignment, content = cell.groups()
    kind = f' class="{alignment}"' if alignment in {"right", "center"} else ""
    if tag == "h" and content:
        return f'<th{kind} scope="{heads}">{content}</th>'
    return f"<td{kind}>{content}</td>"
