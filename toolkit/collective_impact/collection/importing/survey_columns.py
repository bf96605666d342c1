"""What the columns of a survey tool's export are (KoBoToolbox, ODK Central): answers, keys, or the tool's own."""

import re
from dataclasses import dataclass
from functools import cache

from collective_impact.collection.importing.grid import Grid
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
    """

    instrument: Instrument
    item: Item
    option: str = ""


@dataclass(frozen=True, slots=True)
class ExportColumns:
    """Columns of a sheet of an export, by their position.

    Attributes
    ----------
    answers : dict of int to Answer
    keys : dict of str to int
        `KEYS` that there are.
    tool : dict of str to int
        The tool's own columns, by name in lower case.
    unknown : dict of int to str
    """

    answers: dict[int, Answer]
    keys: dict[str, int]
    tool: dict[str, int]
    unknown: dict[int, str]


def export_columns(grid: Grid, said: SheetMapping) -> ExportColumns:
    """Tell the columns of a sheet apart by its first line."""
    header = next(iter(grid.rows.values()), {})
    found = ExportColumns({}, {}, {}, {})
    for position, value in header.items():
        text = str(value).replace("\ufeff", "").strip()
        name = said.columns.get(text, text)
        answer, key = _answer(name), _key(name)
        if text in said.ignore:
            continue
        if answer:
            found.answers[position] = answer
        elif key:
            found.keys[key] = position
        elif name.startswith("_") or name.casefold() in _OF_THE_TOOL or _BETWEEN.split(name)[0] == "meta":
            found.tool[name.casefold()] = position
        else:
            found.unknown[position] = text
    return found


def _answer(name: str) -> Answer | None:
    by_id, by_text = _items()
    parts = _BETWEEN.split(name)
    for n, part in enumerate(parts):
        if part in by_id:
            answer = by_id[part]
            option = _option(answer.item, "-".join(parts[n + 1 :])) if len(parts) > n + 1 else ""
            return Answer(answer.instrument, answer.item, option)
    asked = folded(name)
    matching = [text for text in by_text if asked == text or f"/{text}" in f"/{asked}"]
    text = max(matching, key=len, default="")
    if not text:
        return None
    answer, rest = by_text[text], asked.rpartition(text)[2].removeprefix("/")
    return Answer(answer.instrument, answer.item, _option(answer.item, rest))


def _option(item: Item, text: str) -> str:
    return answer_values(item).get(folded(text), "")


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
    asked = [Answer(each, item) for each in instruments() if each.form == "survey" for item in each.items]
    by_text = {folded(text): answer for answer in asked for text in answer.item.text.root.values() if text}
    return {answer.item.id: answer for answer in asked}, by_text
