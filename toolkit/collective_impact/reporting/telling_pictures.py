"""The pictures that a short form of a report shows, taken from the pages of its evaluations by rule."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collective_impact.blocks import PICTURES
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.main_messages import evaluation_of
from collective_impact.framework.vocabulary import inquiry
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.run_page import Run, outputs

# A figure's paragraph as charts write it: caption, file, id, alternative text. Text of the data is escaped there, so
# that none of it can look like the parts in between.
_FIGURE = re.compile(r"^(!\[\*\*)(.*?)(\*\* .*\]\(figures/)([\w-]+)(\.svg\)\{#fig-)([\w-]+)( .*\})$", re.MULTILINE)
_WORD = re.compile(r"[\d]+(?:[.,]\d+)?|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class TellingPicture:
    """A figure of an evaluation, for another page.

    Attributes
    ----------
    finding : str
        Id of the finding that it stands with.
    name : str
        File name and id without ending, its own among all evaluations.
    svg : str
    markdown : str
        The figure's paragraph under that name.
    """

    finding: str
    name: str
    svg: str
    markdown: str


def telling_pictures(edition: Edition, messages: Sequence[Finding], most: int) -> list[TellingPicture]:
    """Pick a figure for each of the first messages, from its own evaluation, one a level.

    Of an evaluation's figures it is the one whose title has most words and numbers in common with the finding; one
    that has none is not shown.

    Parameters
    ----------
    edition : Edition
    messages : sequence of Finding
        The most telling first.
    most : int
        How many pictures at most.
    """
    found: dict[object, TellingPicture] = {}
    for message in messages:
        level, run = inquiry(evaluation_of(message)).level, edition.run(evaluation_of(message))
        picture = _picture(run, message) if run and level not in found else None
        if picture:
            found[level] = picture
    return list(found.values())[:most]


def lay_out(pictures: Sequence[TellingPicture], folder: Path) -> None:
    """Write pictures into the folder of figures of the page that shows them."""
    for picture in pictures:
        folder.mkdir(exist_ok=True)
        (folder / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")


def _picture(run: Run, message: Finding) -> TellingPicture | None:
    """The picture of an evaluation whose title has most words in common with a finding, the first of equals."""
    told = _words(f"{message.title} {message.statement}")
    best, most = None, 0
    for output in outputs(run):
        drawn = json.loads(output.get(PICTURES, "{}"))
        for before, title, between, file, middle, name, after in _FIGURE.findall(
            "".join(output.get("text/markdown", ""))
        ):
            common = len(_words(title) & told)
            if file in drawn and common > most:
                own = f"{run.record['template']}-{name}"
                paragraph = f"{before}{title}{between}{own}{middle}{own}{after}"
                best, most = TellingPicture(message.id, own, drawn[file], paragraph), common
    return best


def _words(text: str) -> set[str]:
    """Words of a text, and its figures; without the short words that any two sentences share."""
    return {word for word in _WORD.findall(text.replace("\\", "").casefold()) if len(word) > 3 or word[0].isdigit()}
