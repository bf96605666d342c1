"""The gettext catalogues: which languages there are, and what stands in the files of each.

A language is a folder ``locale/<code>/LC_MESSAGES`` with its catalogues (``.po``); its code is written as web pages
write it: ``sv``, ``pt-BR``. `SENTENCES` holds what stands in code and templates, and is what makes a language one;
`TERMS` holds the words of data files for a language that does not stand in these files themselves.
"""

import gettext
import io
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from collective_impact.errors import InputError, Problem

CATALOGUES = Path(__file__).parent / "locale"
SENTENCES = "collective_impact.po"
TERMS = "terms.po"
SOURCE_LANGUAGE = "en"
_Data = TypeVar("_Data")


def languages() -> tuple[str, ...]:
    """Codes of the languages there is a catalogue for, the source language first."""
    return (SOURCE_LANGUAGE, *sorted(file.parts[-3] for file in CATALOGUES.glob(f"*/LC_MESSAGES/{SENTENCES}")))


def catalogue_file(language: str, name: str = SENTENCES) -> Path:
    """Where a catalogue of a language stands, or would."""
    return CATALOGUES / language / "LC_MESSAGES" / name


def short_name(file: Path) -> str:
    """Name a catalogue as messages do: ``locale/sv/LC_MESSAGES/collective_impact.po``."""
    return file.relative_to(CATALOGUES.parent).as_posix()


@cache
def locale_of(language: str) -> Locale:
    """What is known of a language's numbers, dates and plurals.

    Raises
    ------
    InputError
        If nothing is known of it.
    """
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        mend = "name the folder of the catalogue by the code of the language"
        raise InputError([Problem(language, "no language of this code", "a code such as sv or pt-BR", mend)]) from None


def read_catalogue(file: Path, language: str) -> Catalog:
    """Read a catalogue.

    Raises
    ------
    InputError
        If it cannot be read, with the line where that is known.
    """
    expected = "a gettext catalogue in UTF-8 (a .po file)"
    mend = "mend the line with a PO editor such as Poedit, or take the file from its last good version"
    place = short_name(file)
    try:
        with io.BytesIO(file.read_bytes()) as content:
            catalogue = read_po(content, locale=locale_of(language), abort_invalid=True)
        gettext.c2py(catalogue.plural_expr)
    except OSError as error:
        raise InputError([Problem(place, str(error.strerror), expected, mend)]) from error
    except PoFileError as error:
        raise InputError(
            [Problem(place, str(error).removesuffix(f" on {error.lineno}"), expected, mend, row=error.lineno + 1)]
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError([Problem(place, str(error) or type(error).__name__, expected, mend)]) from error
    return catalogue


@cache
def translations_of(language: str) -> gettext.NullTranslations:
    """Every usable translation of a language; all others are left in English.

    Raises
    ------
    InputError
        If its catalogue cannot be read.
    """
    file = catalogue_file(language)
    if language == SOURCE_LANGUAGE or not file.exists():
        return gettext.NullTranslations()
    catalogue = read_catalogue(file, language)
    for message in [message for message in catalogue if message.id and not is_usable(message)]:
        catalogue.delete(message.id)
    content = io.BytesIO()
    write_mo(content, catalogue)
    content.seek(0)
    return gettext.GNUTranslations(content)


@cache
def terms() -> dict[str, dict[str, str]]:
    """Words of the data files by language, in the languages that have a catalogue of them; empty where none has.

    Raises
    ------
    InputError
        If one of them cannot be read.
    """
    found = {}
    for language in languages():
        if (file := catalogue_file(language, TERMS)).exists():
            messages = [message for message in read_catalogue(file, language) if message.id and is_usable(message)]
            found[language] = {str(message.id): str(message.string) for message in messages}
    return found


def is_usable(message: Message) -> bool:
    """Whether readers can be given the translation of a message: whole, looked over, with the same placeholders."""
    return not message.fuzzy and is_translated(message) and not wrong_placeholders(message)


def is_translated(message: Message) -> bool:
    """Whether a message has all its forms in the other language."""
    return bool(message.string) and all(texts_of(message.string))


def wrong_placeholders(message: Message) -> list[tuple[str, str]]:
    """Pairs of English and translation that do not hold the same ``{placeholders}``."""
    english = texts_of(message.id)
    return [
        (english[min(form, len(english) - 1)], text)
        for form, text in enumerate(texts_of(message.string))
        if text and placeholders(text) != placeholders(english[min(form, len(english) - 1)])
    ]


def placeholders(text: str) -> set[tuple[str, str]] | None:
    """Names and formats of the ``{placeholders}`` of a text; None where its braces do not pair."""
    try:
        return {(name, form or "") for _text, name, form, _turn in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def texts_of(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a message or translation: one, or one for each plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def share_translated(language: str) -> float:
    """Share of the messages that readers of a language get in it (0-1): of those that any language has.

    Raises
    ------
    InputError
        If a catalogue cannot be read.
    """
    if language == SOURCE_LANGUAGE:
        return 1.0
    wanted = {key for each in languages()[1:] for key in _keys(each, usable=False)}
    return len(wanted & _keys(language, usable=True)) / len(wanted) if wanted else 1.0


@cache
def _keys(language: str, *, usable: bool) -> frozenset[str]:
    messages = read_catalogue(catalogue_file(language), language)
    return frozenset(
        texts_of(message.id)[0] for message in messages if message.id and (is_usable(message) or not usable)
    )


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
