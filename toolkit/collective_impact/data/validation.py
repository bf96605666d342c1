"""Turn what pydantic finds wrong in a user's JSON into problems with a place and a mend."""

import json
from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from collective_impact.data.facts import EXPECTED
from collective_impact.data.quoting import quoted, suggestion
from collective_impact.errors import Problem
from collective_impact.language import translate as _

M = TypeVar("M", bound=BaseModel)


def validated(
    model: type[M], content: object, place: str, parent: str = "", elsewhere: Collection[str] = ()
) -> tuple[M | None, list[Problem]]:
    """Validate JSON content and collect every problem.

    Parameters
    ----------
    model : type of pydantic.BaseModel
    content : JSON value
    place : str
        File that it stands in.
    parent : str
        Key in the file that the content stands under; empty: the file is the content.
    elsewhere : collection of str
        Keys of the content that stand at the top of the file all the same.

    Returns
    -------
    model : instance of the model, or None
    problems : list of Problem
    """
    try:
        return model.model_validate_json(json.dumps(content)), []
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False):
            top = not parent or (detail["loc"] and detail["loc"][0] in elsewhere)
            problems.append(_problem(model, detail, place, () if top else (parent,)))
        return None, problems


def _problem(model: type[BaseModel], detail: ErrorDetails, place: str, parents: tuple[str, ...]) -> Problem:
    location = (*parents, *detail["loc"])
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    if detail["type"] == "missing":
        mend = _("add the key {key}").format(key=quoted(location[-1]))
        return Problem(place, _("nothing"), _("a value"), mend, field=field)
    if detail["type"] == "extra_forbidden":
        return _unknown_key(model, str(location[-1]), place, field)
    found = quoted(json.dumps(detail["input"], ensure_ascii=False, default=str))
    return Problem(place, found, _wanted(detail), _("correct this value"), field=field)


def _unknown_key(model: type[BaseModel], key: str, place: str, field: str) -> Problem:
    close = suggestion(key, model.model_fields)
    mend = _("write {key}").format(key=quoted(close)) if close else _("take it away")
    found = _("an unknown key {key}").format(key=quoted(key))
    return Problem(place, found, _("a key of the contract"), mend, field=field)


def _wanted(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case error if error == EXPECTED:
            return str(context["words"])
        case "enum" | "literal_error":
            return _("one of {values}").format(values=context["expected"])
        case "string_type":
            return _("a text")
        case "dict_type" | "model_type" | "model_attributes_type":
            return _("an object with keys")
        case "list_type" | "tuple_type":
            return _("a list")
        case "int_type" | "int_parsing" | "int_from_float":
            return _("a whole number")
        case "greater_than_equal":
            return _("at least {smallest}").format(smallest=context["ge"])
        case error if error.startswith("date"):
            return _("a date such as 2024-01-31")
        case "string_pattern_mismatch":
            return _("text of the form {pattern}").format(pattern=context["pattern"])
        case _other:
            return detail["msg"]
