"""A text that may stand in several languages, as data files carry it."""

from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

from collective_impact.language import SOURCE_LANGUAGE, current_language

ANY_LANGUAGE = ""


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
