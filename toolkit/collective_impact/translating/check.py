"""What is wrong with the catalogues: messages that are missing, stale, unsure, or at odds with the English."""

import re
from collections.abc import Iterator, Mapping

from babel.messages.catalog import Catalog, Message

from collective_impact.errors import InputError, Problem
from collective_impact.translating.messages import Text, sentences, terms_lacking
from collective_impact.translations import (
    SENTENCES,
    TERMS,
    catalogue_file,
    is_translated,
    languages,
    read_catalogue,
    short_name,
    texts_of,
    wrong_placeholders,
)

UPDATE = "make translations"
"""What brings the catalogues up to date with the sentences."""


def check_translations() -> tuple[Problem, ...]:
    """Hold every catalogue against the sentences there are; empty where each language is whole."""
    known = sentences()
    problems: list[Problem] = []
    for language in languages()[1:]:
        problems += _check(language, SENTENCES, known)
        problems += _check(language, TERMS, terms_lacking(language))
    return tuple(problems)


def _check(language: str, name: str, known: Mapping[str, Text]) -> Iterator[Problem]:
    file = catalogue_file(language, name)
    if not known and not file.exists():
        return
    place = short_name(file)
    if not file.exists():
        found = f"no such file, and {len(known)} texts of data files that are not in {language}"
        yield Problem(place, found, "a catalogue with their translations", f"run `{UPDATE}`, then translate them")
        return
    try:
        catalogue = read_catalogue(file, language)
    except InputError as error:
        yield from error.problems
        return
    messages = {texts_of(message.id)[0]: message for message in catalogue if message.id}
    yield from _missing(place, known, messages)
    yield from _stale(place, known, messages)
    for message in messages.values():
        yield from _wrong(place, message, catalogue)


def _missing(place: str, known: Mapping[str, Text], messages: Mapping[str, Message]) -> Iterator[Problem]:
    for english, text in known.items():
        if english not in messages:
            mend = f"run `{UPDATE}`, then translate it"
            yield Problem(place, f"nothing for “{_short(english)}” ({text.place})", "a translation", mend)
        elif bool(text.plural) != isinstance(messages[english].id, tuple | list):
            found = f"“{_short(english)}” {'without' if text.plural else 'with'} a plural ({text.place})"
            yield Problem(place, found, "the message as it stands in the code", f"run `{UPDATE}`, then translate it")


def _stale(place: str, known: Mapping[str, Text], messages: Mapping[str, Message]) -> Iterator[Problem]:
    for english in messages.keys() - known.keys():
        found = f"“{_short(english)}”, which stands nowhere any more"
        yield Problem(place, found, "only sentences there are", f"run `{UPDATE}`: it takes them out")


def _wrong(place: str, message: Message, catalogue: Catalog) -> Iterator[Problem]:
    english, line = _short(texts_of(message.id)[0]), message.lineno
    if not is_translated(message):
        yield Problem(place, f"“{english}” without a translation", "a translation", "translate it", row=line)
        return
    if message.fuzzy:
        mend = "look it over, then take the word fuzzy away"
        yield Problem(place, f"“{english}” marked as fuzzy", "a translation that was looked over", mend, row=line)
    if isinstance(message.id, tuple | list) and len(texts_of(message.string)) != catalogue.num_plurals:
        found, expected = f"“{english}” in {len(texts_of(message.string))} forms", f"{catalogue.num_plurals} forms"
        yield Problem(place, found, expected, "write one msgstr for each", row=line)
    for source, text in wrong_placeholders(message):
        expected = "the same {placeholders} as “" + _short(source) + "”"
        yield Problem(place, f"“{_short(text)}”", expected, "take the placeholders over as they are", row=line)
    for source, text in zip(texts_of(message.id), texts_of(message.string), strict=False):
        if _markup(source) != _markup(text):
            expected = f"headings, paragraphs, links and emphasis as in “{_short(source)}”"
            yield Problem(place, f"“{_short(text)}”", expected, "translate the words and leave the marks", row=line)


def _markup(text: str) -> tuple[object, ...]:
    """The marks of Markdown in a text."""
    headings = re.findall(r"^#+ ", text, re.MULTILINE)
    return headings, text.count("\n\n"), text.count("*"), text.count("`"), re.findall(r"\]\([^)]*\)", text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
