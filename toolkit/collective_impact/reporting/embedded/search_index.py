"""What readers can search: the text of each section of each page, read off the finished pages.

A script of the site reads it, also from a folder without a server; nothing is sent anywhere.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_HEADINGS = {"h2", "h3", "h4"}
_LEFT_OUT = {"script", "style", "svg", "nav", "dl", "math"}
_LEFT_OUT_BOXES = {"figure-data", "on-this-page"}
_SPACED = {"p", "li", "td", "th", "div", "dt", "dd", "figcaption", "caption", "span", "br", "summary", "details"}
_DRAWN = re.compile(r"<(svg|script)\b.*?</\1>", re.DOTALL)  # most of a page, and slow to be read tag by tag
_VOID = {"meta", "link", "img", "hr", "br", "input", "col"}


@dataclass(slots=True)
class _Section:
    heading: str = ""
    anchor: str = ""
    within: bool = False  # at the lowest level, inside a section of another matter
    text: list[str] = field(default_factory=list)


class _Article(HTMLParser):
    """The sections of a page's article; tables behind charts are left out, what a chart shows is told."""

    def __init__(self) -> None:
        super().__init__()
        self.sections = [_Section()]
        self._open: list[tuple[str, bool]] = []  # elements around, and whether their text is left out
        self._in_article = self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_article = self._in_article or tag == "article"
        if tag in _VOID:
            return
        classes = (given.get("class") or "").split()
        folded = tag == "details" and not _LEFT_OUT_BOXES.isdisjoint(classes)
        self._open.append((tag, self._left_out or tag in _LEFT_OUT or folded or "traced" in classes))
        if self._left_out or not self._in_article:
            return
        if tag in _HEADINGS and given.get("id"):
            self.sections.append(_Section(anchor=given["id"] or "", within=tag == "h4"))
            self._in_heading = True
        elif tag in _SPACED:
            self.sections[-1].text.append(" ")
        if given.get("role") == "img" and given.get("aria-label"):
            self.sections[-1].text.append(f" {given['aria-label']} ")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self._in_heading = self._in_heading and tag not in _HEADINGS
        self._in_article = self._in_article and tag != "article"

    def handle_data(self, data: str) -> None:
        if not self._in_article or self._left_out or any(tag == "h1" for tag, _ in self._open):
            return
        if self._in_heading:
            self.sections[-1].heading += data
        else:
            self.sections[-1].text.append(data)

    @property
    def _left_out(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def write_search_index(pages: Iterable[tuple[str, Path]], target: Path) -> None:
    """Write the index as a script.

    What stands on a page in full is not listed a second time where a later one comes back to it.

    Parameters
    ----------
    pages : iterable of (str, Path)
        What each page is called, and its finished file.
    target : Path
        The script to write.
    """
    index = []
    known: set[tuple[str, str]] = set()
    for called, path in pages:
        article = _Article()
        article.feed(_DRAWN.sub("", path.read_text(encoding="utf-8")))
        for section in article.sections:
            text = re.sub(r"\s+", " ", "".join(section.text)).strip()
            heading = re.sub(r"\s+", " ", section.heading).strip()
            comes_back = section.within and (section.anchor, heading) in known
            known.add((section.anchor, heading))
            if (text or heading) and not comes_back:
                address = path.name + (f"#{section.anchor}" if section.anchor else "")
                index.append({"address": address, "page": called, "heading": heading, "text": text})
    content = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    target.write_text(f"window.reportIndex = {content};\n", encoding="utf-8")
