"""What the columns of a survey tool's export are (KoBoToolbox, ODK Central): answers, keys, or the tool's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from collective_impact.collection.importing.grid import Grid
from collective_impact.collection.importing.layout import header_line
from collective_impact.collection.importing.mapping import SheetMapping
from collective_impact.collection.importing.survey_answers import answer_values, folded
from collective_impact.collection.wording import KEY_QUESTIONS, key_question
from collective_impact.framework.instrument import Instrument, Item
from collective_impact.framework.instruments import instruments

KEYS = (*KEY_QUESTIONS, "respondent_id")
"""Questions that say whose answers they are."""
SUBMISSION = ("_uuid", "meta/instanceid", "meta-instanceid", "instanceid", "key", "_id")
"""Columns that tell submissions apart, the best first."""
PARENT = (
    ("parent_key", "key"),
    ("_submission__uuid", "_uuid"),
    ("_submission__id", "_id"),
    ("_parent_index", "_index"),
)
"""Columns by which a row of a repeated group finds its submission."""

_OF_THE_TOOL = {
    "start", "end", "today", "deviceid", "username", "simserial", "phonenumber", "subscriberid", "audit", "key",
    "parent_key", "submissiondate", "submitterid", "submittername", "attachmentspresent", "attachmentsexpected",
    "status", "reviewstate", "devicename", "edits", "formversion", "instanceid", "instancename", "meta",
}  # fmt: skip
_BETWEEN = re.compile(r"[/-]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A column with answers.

    Attributes
    ----------
    instrument : Instrument
    item : Item
    option : str
        The option it tells of with 1 or 0; empty: the answer itself.
    values : mapping of str to str
        What the item can be answered with, as `answer_values` gives it.
    """

    instrument: Instrument
    item: Item
    option: str
    values: Mapping[str, str]

    def for_option(self, text: str) -> "Answer":
        """Give the column that tells of an option instead, if the item has it."""
        return replace(self, option=self.values.get(folded(text), ""))


@dataclass(frozen=True, slots=True)
class ExportColumns:
    """Columns of a sheet of an export, by their position.

    Attributes
    ----------
    line : int
        That the headers stand on.
    answers : dict of int to Answer
    keys : dict of str to int
        `KEYS` that there are.
    tool : dict of str to int
        The tool's own columns, by name in lower case.
    unknown : dict of int to str
    """

    line: int
    answers: dict[int, Answer]
    keys: dict[str, int]
    tool: dict[str, int]
    unknown: dict[int, str]

    @property
    def identifying(self) -> set[int]:
        """Positions of the columns that tell whose answers a row holds."""
        joining = {child for child, _parent in PARENT} | {parent for _child, parent in PARENT} | {*SUBMISSION}
        return {*self.keys.values(), *(self.tool[name] for name in joining & self.tool.keys())}


def export_columns(grid: Grid, said: SheetMapping) -> ExportColumns:
    """Tell the columns of a sheet apart by its headers."""
    if not grid.rows:
        return ExportColumns(1, {}, {}, {}, {})
    line = header_line(grid, lambda text: _known(said.columns.get(text, text)))
    found = ExportColumns(line, {}, {}, {}, {})
    for position, text in grid.headers(line).items():
        name = said.columns.get(text, text)
        answer, key = _answer(name), _key(name)
        if text in said.ignore:
            continue
        if answer:
            found.answers[position] = answer
        elif key:
            found.keys[key] = position
        elif _of_the_tool(name):
            found.tool[name.casefold()] = position
        else:
            found.unknown[position] = text
    return found


def named_in_mapping() -> set[str]:
    """Give what a mapping file may say that a column of an export is: an item of a survey, or one of `KEYS`."""
    return {*_items()[0], *KEYS}


def _known(name: str) -> bool:
    return bool(_answer(name) or _key(name) or _of_the_tool(name))


def _of_the_tool(name: str) -> bool:
    return name.startswith("_") or name.casefold() in _OF_THE_TOOL or _BETWEEN.split(name)[0] == "meta"


@lru_cache(maxsize=2_000)
def _answer(name: str) -> Answer | None:
    by_id, by_text = _items()
    parts = _BETWEEN.split(name)
    for n, part in enumerate(parts):
        if part in by_id:
            answer = by_id[part]
            return answer.for_option("-".join(parts[n + 1 :])) if len(parts) > n + 1 else answer
    asked = folded(name)
    matching = [text for text in by_text if asked == text or f"/{text}" in f"/{asked}"]
    text = max(matching, key=len, default="")
    if not text:
        return None
    answer, rest = by_text[text], asked.rpartition(text)[2].removeprefix("/")
    return answer.for_option(rest)


def _key(name: str) -> str:
    last = _BETWEEN.split(name)[-1]
    return last if last in KEYS else _questions_for_keys().get(folded(name.rpartition("/")[2]), "")


@cache
def _questions_for_keys() -> dict[str, str]:
    """Keys by what the toolkit's own forms ask for them."""
    return {folded(text): key for key in KEY_QUESTIONS for text in key_question(key).root.values()}


@cache
def _items() -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Items of all surveys by id, and by their text in every language."""
    asked = [
        Answer(each, item, "", answer_values(item))
        for each in instruments()
        if each.form == "survey"
        for item in each.items
    ]
    by_text = {folded(text): answer for answer in asked for text in answer.item.text.root.values() if text}
    return {answer.item.id: answer for answer in asked}, by_text
