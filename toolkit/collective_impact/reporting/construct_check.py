"""The check of constructs: Pandoc reads a text as both renderers do, and each element is held against the list."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from collective_impact.errors import Problem
from collective_impact.reporting.literature import entries
from collective_impact.reporting.pandoc import READER, run_script

QUARTO_READER = "markdown-smart"
"""How Quarto reads pages: all of Pandoc's Markdown. Quotation marks and dashes stay as they were typed."""

_EXPECTED = "one of the constructs listed in reporting/constructs.py"
_MEND = "write it with a construct of the list"

_BOXES = {f"callout-{kind}" for kind in ("note", "tip", "warning", "important", "caution")}
_DIVS: dict[str, set[str]] = {
    **{box: {"title", "collapse"} for box in _BOXES},
    "not-answered": {"title"},
    "figure-data": {"title"},
    "lead": set(),
    "key-findings": set(),
    "panel-tabset": set(),
    "column-margin": set(),
    "content-visible": {"when-profile"},
    "traced": set(),
}
_SPANS = {("aside",), *((("strength", f"strength-{s}")) for s in ("strong", "moderate", "weak", "insufficient"))}
_TARGET = re.compile(r"https?://|mailto:|#\S|[\w-]+\.html(#\S+)?$|(tables/)?\w[\w-]*\.(bib|csv|docx|json|pdf|xlsx)$")
_PICTURE = re.compile(r"figures/[\w-][\w.-]*\.(svg|png)$")
_CHART = re.compile(r'\s*<script type="application/json" class="vega-lite" data-figure="[\w-]+">.*</script>\s*', re.S)
_EQUATION = re.compile(r'^\s*\{#eq-[\w-]+\s+alt="[^"]+"\}\s*$')
_CROSS_REFERENCE = re.compile(r"(fig|tbl|eq|sec)-")
_LEFT_OVER = re.compile(r"^:::+|^\{[#.=]|\{\.|^#\|")
_IN_SOURCE = (
    (re.compile(r"(?<!\\)\{\{<"), "a shortcode"),
    (re.compile(r"^\s*(`{3,}|~{3,})\s*\{(?!=html\})", re.M), "code with attributes, which Quarto would run or colour"),
)

Found = tuple[str, str]
"""What is wrong, and a piece of the text by which its line is found."""


def wrong_constructs(texts: Mapping[str, str]) -> list[Problem]:
    """Check texts by their place, all in one run of Pandoc; each problem carries its line in ``row``."""
    asked = {"readers": [QUARTO_READER, READER], "texts": list(texts.values())}
    answers = json.loads(run_script("read.lua", json.dumps(asked)))
    return [
        Problem(place, found, _EXPECTED, _MEND, row=_line(text, needle))
        for (place, text), answer in zip(texts.items(), answers, strict=True)
        for found, needle in dict.fromkeys(_wrong(text, answer))
    ]


def _wrong(text: str, answer: Mapping[str, Any]) -> Iterator[Found]:
    for pattern, what in _IN_SOURCE:
        yield from ((what, found[0].strip()) for found in pattern.finditer(text))
    for formula in answer["formulae"]:
        yield f"a formula that cannot be set: {formula}", formula
    known = list(_of_blocks(json.loads(answer["document"])["blocks"]))
    yield from known
    if answer["difference"] and not known:
        yield f"what the renderers read differently: {answer['difference']}", answer["first_word"]


def _of_blocks(blocks: list[Any]) -> Iterator[Found]:
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind == "Para" and content[0]["t"] == "Math" and content[0]["c"][0]["t"] == "DisplayMath":
            if not _EQUATION.match(_text(content[1:])):
                yield 'an equation without {#eq-name alt="in words"} beside it', "$$"
        elif kind == "Figure":
            yield from _of_figure(content)
        else:
            yield from _of_element(kind, content)
            yield from _inside(content)


def _inside(content: Any) -> Iterator[Found]:
    """Whatever elements are found in an element's content, blocks and inlines alike."""
    if isinstance(content, list):
        elements = [each for each in content if isinstance(each, dict) and "t" in each]
        if elements and len(elements) == len(content):
            yield from _of_blocks(elements)
        else:
            for each in content:
                yield from _inside(each)
    elif isinstance(content, dict) and "t" in content:
        yield from _of_blocks([content])


def _of_element(kind: str, content: Any) -> Iterator[Found]:
    if kind == "Div":
        yield from _of_div(content)
    elif kind == "Span":
        if tuple(content[0][1]) not in _SPANS or content[0][2]:
            yield f"words with the attributes {_shown(content[0])}", _needle(content[0])
    elif kind in {"SmallCaps", "Underline"}:
        yield f"words with the attributes {{.{kind.lower()}}}", kind.lower()
    elif kind == "Header":
        yield from _of_header(content)
    elif kind in {"RawBlock", "RawInline"}:
        if kind == "RawInline" or content[0] != "html" or not _CHART.fullmatch(content[1]):
            yield f"raw {content[0]}: {content[1].strip()[:40]}", content[1].strip().split("\n")[0][:20]
    elif kind == "Image":
        yield "a picture that is not a paragraph of its own", content[2][0]
    elif kind == "Link":
        if not _TARGET.match(content[2][0]):
            yield f"a link to {content[2][0]}", content[2][0]
    elif kind == "Math":
        yield "mathematics in a line", content[1]
    elif kind == "Cite":
        yield from _of_citation([each["citationId"] for each in content[0]])
    elif kind == "Str" and _LEFT_OVER.search(content):
        yield f"markup that stays as text: {content}", content


def _of_div(content: Any) -> Iterator[Found]:
    (_name, classes, pairs), blocks = content
    attributes = dict(pairs)
    asked = [name for name in classes if name in _DIVS]
    if not classes and attributes.keys() == {"layout-ncol"}:
        if attributes["layout-ncol"] not in {"2", "3", "4"}:
            yield f"{attributes['layout-ncol']} columns", "layout-ncol"
    elif len(classes) != 1 or not asked or not attributes.keys() <= _DIVS[asked[0]]:
        yield f"a box with the attributes {_shown(content[0])}", _needle(content[0])
    elif asked == ["content-visible"] and attributes.get("when-profile") not in {"public", "internal"}:
        yield "content for no profile", "content-visible"
    elif asked == ["panel-tabset"] and (not blocks or blocks[0]["t"] != "Header"):
        yield "tabs that do not begin with a heading", "panel-tabset"


def _of_header(content: Any) -> Iterator[Found]:
    level, attributes, words = content
    if level == 1:
        yield f"a heading of the first level, {_text(words)}", f"# {_text(words)}"
    if attributes[1] or attributes[2]:
        yield f"a heading with the attributes {_shown(attributes)}", _needle(attributes)


def _of_figure(content: Any) -> Iterator[Found]:
    (name, classes, pairs), _caption, blocks = content
    image = blocks[0]["c"][0] if blocks and blocks[0]["t"] == "Plain" and len(blocks[0]["c"]) == 1 else None
    if image is None or image["t"] != "Image":
        yield "a figure that is not one picture", name
        return
    (_none, more, image_pairs), _alt, (path, _title) = image["c"]
    attributes = {**dict(pairs), **dict(image_pairs)}
    if not _PICTURE.match(path):
        yield f"a picture from {path}", path
    if not name.startswith("fig-") or classes or more or attributes.keys() != {"fig-alt"} or not attributes["fig-alt"]:
        yield f'a figure without {{#fig-name fig-alt="What it shows"}} alone: {path}', path


def _of_citation(keys: list[str]) -> Iterator[Found]:
    inside = [key for key in keys if _CROSS_REFERENCE.match(key)]
    if inside and len(inside) < len(keys):
        yield "a citation together with a reference to this page", f"@{keys[0]}"
    for key in keys:
        if key not in inside and key not in entries():
            yield f"a citation of @{key}, which references.bib does not hold", f"@{key}"


def _text(inlines: list[Any]) -> str:
    spaces = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
    return "".join(
        spaces.get(each["t"], each["c"] if isinstance(each.get("c"), str) else _nested(each)) for each in inlines
    )


def _nested(inline: Any) -> str:
    content = inline.get("c")
    return _text([each for each in content if isinstance(each, dict)]) if isinstance(content, list) else ""


def _shown(attributes: Any) -> str:
    name, classes, pairs = attributes
    parts = [f"#{name}"] if name else []
    return "{" + " ".join([*parts, *(f".{c}" for c in classes), *(f'{k}="{v}"' for k, v in pairs)]) + "}"


def _needle(attributes: Any) -> str:
    name, classes, pairs = attributes
    return str(classes[0] if classes else pairs[0][0] if pairs else name)


def _line(text: str, needle: str) -> int:
    """Line of a text in which a piece of it stands first; the first one with words where it does not."""
    lines = text.split("\n")
    holding = (number for number, line in enumerate(lines, 1) if needle and needle in line)
    return next(holding, next((number for number, line in enumerate(lines, 1) if line.strip()), 1))
