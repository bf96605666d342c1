"""Catalogues brought up to date: new sentences in, stale ones out, translations kept."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from collective_impact.files import write_whole
from collective_impact.translating.messages import Text, sentences, terms_lacking
from collective_impact.translations import SENTENCES, TERMS, catalogue_file, languages, locale_of, read_catalogue

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Date of new catalogues: equal sentences give equal files, whenever they are written."""
WIDTH = 79
"""Characters in a line of a catalogue."""


def update_translations(further: Iterable[str] = ()) -> tuple[Path, ...]:
    """Bring the catalogues of every language up to date, and begin those of further ones.

    Returns
    -------
    tuple of Path
        The files that are new or not as they were.

    Raises
    ------
    InputError
        If a catalogue cannot be read, or a further language is not one.
    """
    known, files = sentences(), []
    for language in sorted({*languages()[1:], *further}):
        locale_of(language)
        for name, texts in ((SENTENCES, known), (TERMS, terms_lacking(language))):
            file = catalogue_file(language, name)
            if (texts or file.exists()) and _update(file, language, texts.values()):
                files.append(file)
    return tuple(files)


def _update(file: Path, language: str, texts: Iterable[Text]) -> bool:
    """Write a catalogue with these messages, those that are translated with their translation; tell if it changed."""
    before = file.read_bytes() if file.exists() else b""
    catalogue = read_catalogue(file, language) if before else _new(language)
    wanted = Catalog(creation_date=NEVER)
    for text in texts:
        wanted.add((text.english, text.plural) if text.plural else text.english)
    catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    content = io.BytesIO()
    write_po(content, catalogue, width=WIDTH, ignore_obsolete=True)
    if content.getvalue() != before:
        write_whole(file, content.getvalue())
    return content.getvalue() != before


def _new(language: str) -> Catalog:
    name = locale_of(language).english_name
    return Catalog(
        locale_of(language),
        header_comment=f"# {name} sentences of the collective-impact-toolkit.",
        project="collective-impact-toolkit",
        version="1",
        creation_date=NEVER,
        revision_date=NEVER,
        fuzzy=False,
    )
