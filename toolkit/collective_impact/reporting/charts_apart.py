"""The data of interactive charts, kept apart from a page's text while Pandoc has it: there is more of it than of text.

In the text stands the number of each chart instead. A specification goes into the finished page as the JSON it is, and
whatever is none stays in the text, where the filters make words of it.
"""

import json
import re

from collective_impact.brand import Brand, read_brand

_CLASS = 'class="vega-lite"'
_OPENING = rf'<script type="application/json" {_CLASS} data-figure="[\w-]+">'
_IN_TEXT = re.compile(rf"(?<=^```{{=html}}\n)({_OPENING})(.*)(</script>)(?=\n```$)", re.MULTILINE)
_IN_PAGE = re.compile(rf'({_OPENING})\{{"chart": (\d+)\}}(</script>)')


def has_charts(body: str) -> bool:
    """Whether a page's Markdown has interactive charts."""
    return _CLASS in body


def without_charts(body: str) -> str:
    """Give a page's Markdown with a number in place of each chart's specification."""
    numbers = iter(range(len(body)))
    return _IN_TEXT.sub(
        lambda found: f'{found[1]}{{"chart": {next(numbers)}}}{found[3]}' if _is_json(found[2]) else found[0], body
    )


def with_charts(html: str, body: str, brand: Brand) -> str:
    """Put the charts of a page's Markdown, in the brand, into the page that was made of it without them."""
    charts = [found[2] for found in _IN_TEXT.finditer(body) if _is_json(found[2])]

    def chart(found: re.Match[str]) -> str:
        if int(found[2]) >= len(charts):
            return found[0]
        specification = brand.recoloured(charts[int(found[2])], read_brand())
        return found[1] + specification.replace("<", "\\u003c") + found[3]

    return _IN_PAGE.sub(chart, html)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
