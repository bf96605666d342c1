"""The catalogue: every concept and indicator of the framework, in all languages, with its source and standing."""

import unicodedata
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

from pydantic import BaseModel

from collective_impact.errors import InputError, Problem
from collective_impact.framework.entries import Catalogue, Concept, Entry, Indicator, Source
from collective_impact.framework.vocabulary import Condition, Level, Method, Phase, read_data
from collective_impact.language import quote
from collective_impact.language import translate as _
from collective_impact.words import Words


@cache
def catalogue() -> Catalogue:
    """Read and check all entries, once.

    Raises
    ------
    pydantic.ValidationError
        If a file has been changed so that the entries no longer hold together.
    """
    terms = read_data("vocabulary.toml")
    return Catalogue.model_validate(
        {
            "concepts": [
                {"kind": kind, "id": name} | entry for kind, entries in terms.items() for name, entry in entries.items()
            ],
            "indicators": [{"id": name} | entry for name, entry in read_data("indicators.toml").items()],
            "sources": [{"id": name} | entry for name, entry in read_data("sources.toml").items()],
        }
    )


def concepts(kind: str | None = None) -> tuple[Concept, ...]:
    """Give the concepts, all or those of one kind.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    check_filters(kind=kind)
    return tuple(concept for concept in catalogue().concepts if kind in (None, concept.kind))


def indicators(
    level: Level | str | None = None,
    method: Method | str | None = None,
    phase: Phase | str | None = None,
    condition: Condition | str | None = None,
) -> tuple[Indicator, ...]:
    """Give the indicators that fit all that is asked for.

    Parameters
    ----------
    level, method, condition : optional
        Members of the enumerations, or their ids.
    phase : optional
        Indicators that make sense in this phase: their earliest phase is this one or comes before it.

    Raises
    ------
    InputError
        For every argument that is no such id.
    """
    check_filters(level=level, method=method, phase=phase, condition=condition)
    return tuple(
        indicator
        for indicator in catalogue().indicators
        if level in (None, indicator.level)
        and condition in (None, indicator.domain)
        and (method is None or method in indicator.methods)
        and (phase is None or phase in indicator.phases)
    )


def sources() -> tuple[Source, ...]:
    """Give the publications that the entries go back to."""
    return catalogue().sources


def source(source_id: str) -> Source:
    """Find one publication by its id; `KeyError` if there is none."""
    return {source.id: source for source in sources()}[source_id]


def entry(entry_id: str) -> Entry:
    """Find one entry by its id, in capital or small letters.

    Raises
    ------
    InputError
        If there is no such entry; with the ids that are most like it.
    """
    everything = {entry.id.casefold(): entry for entry in (*catalogue().concepts, *catalogue().indicators)}
    wanted = entry_id.strip().casefold()
    if wanted not in everything:
        close = [everything[name].id for name in get_close_matches(wanted, everything, n=5)]
        expected = ", ".join(close) or _("the id of a concept or an indicator")
        mend = _("list the ids with: collective-impact catalogue")
        raise InputError([Problem("catalogue", quote(entry_id), expected, mend)])
    return everything[wanted]


def holds_words(entry: BaseModel, text: str) -> bool:
    """Say whether an entry's id and texts, in all languages, hold every word of a text, whatever case and accents."""
    texts = (" ".join(value.root.values()) if isinstance(value, Words) else value for _name, value in entry)
    whole = _folded(" ".join(text for text in texts if isinstance(text, str)))
    return all(word in whole for word in _folded(text).split())


def check_filters(**given: str | None) -> None:
    """Hold the values asked for against the ids there are.

    Parameters
    ----------
    **given : str or None
        Any of ``level``, ``method``, ``phase``, ``condition`` and ``kind``; None asks for nothing.

    Raises
    ------
    InputError
        With one problem for each wrong value.
    """
    problems = [
        Problem(name, quote(str(value)), ", ".join(_allowed(name)), _("choose one of these"))
        for name, value in given.items()
        if value is not None and value not in _allowed(name)
    ]
    if problems:
        raise InputError(problems)


def _allowed(name: str) -> list[str]:
    filters: dict[str, type[StrEnum]] = {"level": Level, "method": Method, "phase": Phase, "condition": Condition}
    return list(filters.get(name) or (concept.id for concept in catalogue().concepts if concept.kind == "kind"))


def _folded(text: str) -> str:
    """Text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
