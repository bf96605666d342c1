"""What somebody answered to an item of a survey, as rows of the table that holds the answers."""

from collections.abc import Mapping

from collective_impact.collection.wording import DONT_KNOW, YES, dont_know, yes_or_no
from collective_impact.framework.instrument import Item

MAY_QUOTE = "may_quote"
_TRUTH_VALUES = {"1": "1", "0": "0", "true": "1", "false": "0"}


def answer_rows(item: Item, option: str, text: str, known: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Give the rows that an answer makes, without the keys that say whose it is.

    Parameters
    ----------
    item : Item
    option : str
        The option that the answer tells of with 1 or 0; empty: it tells of the item.
    text : str
        The answer by its name, or by its words in any language; several by their names with spaces between.
    known : mapping of str to str
        As `answer_values` gives them.

    Returns
    -------
    list of dict of str to str, or None
        One row, or one an option where several may be chosen; *Don't know* is an empty value. None if the item has no
        such answer.
    """
    if item.kind == "text":
        return [{"item_id": item.id, "text": text}]
    if option:
        return [{"item_id": f"{item.id}.{option}", "value": _TRUTH_VALUES.get(text.casefold(), text)}]
    answer = folded(text)
    if item.kind != "choices":
        return [{"item_id": item.id, "value": known[answer]}] if answer in known else None
    chosen = {known.get(part) for part in ([answer] if answer in known else answer.split())}
    if None in chosen:
        return None
    names = [str(option.value) for option in item.options]
    return [{"item_id": f"{item.id}.{name}", "value": str(int(name in chosen))} for name in names]


def answer_values(item: Item) -> Mapping[str, str]:
    """Give the values that an item is answered with, by their names and by their words in every language, folded."""
    values: dict[str, str] = {}
    for option in item.options or (item.scale.anchors if item.scale else ()):
        values |= {folded(words): str(option.value) for words in option.label.root.values()}
    if item.dont_know:
        values |= dict.fromkeys([DONT_KNOW, *map(folded, dont_know().root.values())], "")
    if item.scale:
        values |= {str(step): str(step) for step in range(item.scale.minimum, item.scale.maximum + 1)}
    return values | {folded(str(option.value)): str(option.value) for option in item.options}


def consent(keys: Mapping[str, str], row: Mapping[str, str]) -> dict[str, str]:
    """Give whether a row with an open answer may be quoted, by what was answered to that; anything but yes is no."""
    if not row.get("text"):
        return {}
    yes = {YES, "true", "1", *(folded(words) for words in yes_or_no()[YES].root.values())}
    asked = folded(keys.get(MAY_QUOTE, ""))
    return {MAY_QUOTE: str(asked in yes).lower()} if asked else {}


def folded(text: str) -> str:
    """Give a text in small letters, with single spaces and straight apostrophes, to be compared with others."""
    return " ".join(text.casefold().replace("’", "'").split())
