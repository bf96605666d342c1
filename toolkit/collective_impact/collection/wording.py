"""What forms and sheets say in words of their own, in every language, so that an import knows it again."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from collective_impact.framework.instrument import Item
from collective_impact.language import in_language, languages, marked
from collective_impact.language import translate as _
from collective_impact.words import Words

KEY_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "wave_id": marked("Round of the survey"),
        "partner_id": marked("Which partner do you belong to?"),
        "from_partner_id": marked("Which partner do you answer for?"),
        "to_partner_id": marked("Which other partner is it about?"),
        "area_id": marked("Which area do you live or work in?"),
        "group": marked("Which of these groups do you belong to?"),
        "may_quote": marked("May we quote what you wrote, without saying who wrote it?"),
    }
)
"""What a form asks to learn whose answers it holds and how they may be used, in English, by the column it fills."""
YES, NO = "yes", "no"
"""Names of the answers to whether an open answer may be quoted."""
DONT_KNOW = "dont_know"
"""Name of the answer *Don't know* in a form."""


def in_all_languages(give: Callable[[], str]) -> Words:
    """Give a sentence in every language there is a catalogue for."""
    said = {}
    for language in languages():
        with in_language(language):
            said[language] = give()
    return Words(said)


def key_question(key: str) -> Words:
    """Give one of `KEY_QUESTIONS` in every language."""
    return in_all_languages(lambda: _(KEY_QUESTIONS[key]))


def yes_or_no() -> dict[str, Words]:
    """Give the words of *Yes* and *No* in every language, by their names in a form."""
    return {YES: in_all_languages(lambda: _("Yes")), NO: in_all_languages(lambda: _("No"))}


def dont_know() -> Words:
    """Give the words of the answer *Don't know* in every language."""
    return in_all_languages(lambda: _("Don’t know"))


def wording_of(item: Item) -> str:
    """Give what an item asks in the current language; of a licensed one, where to read it."""
    return str(item.text) or _("See your licensed copy.")
