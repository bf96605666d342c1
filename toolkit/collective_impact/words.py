"""A text that may stand in several languages, as data files carry it."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ConfigDict, RootModel, model_validator

from collective_impact.language import SOURCE_LANGUAGE, current_language
from collective_impact.translations import terms

ANY_LANGUAGE = ""
_Data = TypeVar("_Data")


class Words(RootModel[dict[str, str]]):
    """A text, plain (``"..."``) or in several languages (``{"en": "...", "sv": "..."}``).

    ``str()`` gives it in the current language, or else in one that it is there in.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_any_language(cls, given: Any) -> Any:
        return {ANY_LANGUAGE: given} if isinstance(given, str) else given

    def __str__(self) -> str:
        for language in (current_language(), ANY_LANGUAGE, SOURCE_LANGUAGE):
            if language in self.root:
                return self.root[language]
        return next(iter(self.root.values()), "")

    def __bool__(self) -> bool:
        return bool(str(self))


NO_WORDS = Words({})


def texts_in(data: Any) -> Iterator[dict[str, str]]:
    """Give every text in several languages that stands in data read from a file."""
    if isinstance(data, dict):
        if isinstance(data.get(SOURCE_LANGUAGE), str):
            yield data
        else:
            for part in data.values():
                yield from texts_in(part)
    elif isinstance(data, list):
        for part in data:
            yield from texts_in(part)


def translated(data: _Data) -> _Data:
    """Add to the texts of the toolkit's own data files the languages that have a catalogue of terms; in place."""
    if terms():
        for text in texts_in(data):
            for language, catalogue in terms().items():
                if text[SOURCE_LANGUAGE] in catalogue:
                    text.setdefault(language, catalogue[text[SOURCE_LANGUAGE]])
    return data
