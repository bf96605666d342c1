"""Concepts, indicators and instruments in one form: to filter, to show and to export."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches

from collective_impact.blocks import plain
from collective_impact.framework.catalogue import catalogue, check_filters, concepts, holds_words, indicators
from collective_impact.framework.entries import Concept, Indicator
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instruments
from collective_impact.framework.vocabulary import Condition
from collective_impact.language import languages, number_signs
from collective_impact.spreadsheet_text import guarded
from collective_impact.words import NO_WORDS, Words


@dataclass(frozen=True, slots=True)
class Listed:
    """A concept, an indicator or an instrument.

    Attributes
    ----------
    kind, id : str
        The kind is that of a concept, or ``indicator``, or ``instrument``.
    name : Words
    about : Words
        What a concept means, what an indicator is a sign of, what an instrument is for.
    measure, assumes, respondents, note : Words
        How an indicator is put in figures, what a design assumes, who answers an instrument and what its users have
        to know before.
    belongs_to : str
        Id of the domain, component or mindset shift.
    levels, methods, phases, conditions : tuple of str
        Where it has its place.
    collection, tables : tuple of str
        Ways of collecting the data, and tables that hold them.
    source, standing : str
    """

    kind: str
    id: str
    name: Words
    about: Words
    measure: Words = NO_WORDS
    assumes: Words = NO_WORDS
    respondents: Words = NO_WORDS
    note: Words = NO_WORDS
    belongs_to: str = ""
    levels: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    source: str = ""
    standing: str = ""


def listing(
    text: str = "",
    *,
    level: str | None = None,
    method: str | None = None,
    phase: str | None = None,
    condition: str | None = None,
    kind: str | None = None,
) -> tuple[Listed, ...]:
    """Give all that holds the words of a text and fits what is asked for.

    Parameters
    ----------
    text : str
        Words that an entry has to hold, all of them, in any language.
    level, method, phase, condition : str, optional
        What has no place at a level, in a phase and so on is left out when one is asked for.
    kind : str, optional
        Id of a concept of the kind ``kind``, for example ``condition`` or ``indicator``.

    Raises
    ------
    InputError
        For every value that is not known.
    """
    check_filters(level=level, method=method, phase=phase, condition=condition, kind=kind)
    everything = (
        *(_concept(concept) for concept in concepts() if holds_words(concept, text)),
        *(_indicator(indicator) for indicator in indicators() if holds_words(indicator, text)),
        *(_instrument(instrument) for instrument in instruments() if holds_words(instrument, text)),
    )
    return tuple(
        one
        for one in everything
        if kind in (None, one.kind)
        and (level is None or level in one.levels)
        and (method is None or method in one.methods)
        and (phase is None or phase in one.phases)
        and (condition is None or condition in one.conditions)
    )


def like_ids(text: str) -> list[str]:
    """Give the ids of concepts, indicators and instruments that are most like a text, the likest first."""
    ids = {one.id.casefold(): one.id for one in listing()}
    return [ids[name] for name in get_close_matches(text.strip().casefold(), ids, n=3, cutoff=0.8)]


def as_csv(listed: Iterable[Listed]) -> str:
    """Write entries as CSV that Excel opens well: all columns, each text in every language.

    It begins with a byte order mark, by which Excel knows UTF-8. The cells are separated as Excel does it where the
    current language is spoken: by semicolons where a comma is the decimal sign, or else by commas. A cell that a
    spreadsheet would run as a formula gets an apostrophe before it.
    """
    delimiter = ";" if number_signs()["decimal"] == "," else ","
    text = io.StringIO()
    writer = csv.DictWriter(text, _columns(), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: guarded(plain(cell)) for column, cell in _cells(one).items()} for one in listed)
    return "\ufeff" + text.getvalue()


def _concept(concept: Concept) -> Listed:
    return Listed(
        kind=concept.kind,
        id=concept.id,
        name=concept.name,
        about=concept.about,
        assumes=concept.assumes,
        belongs_to=concept.component or concept.mindset_shift,
        phases=(concept.phase,) if concept.phase else concept.phases,
        conditions=_conditions([concept.id]),
        source=concept.source,
        standing=concept.standing,
    )


def _indicator(indicator: Indicator) -> Listed:
    return Listed(
        kind="indicator",
        id=indicator.id,
        name=indicator.name,
        about=indicator.outcome,
        measure=indicator.measure,
        belongs_to=indicator.domain,
        levels=(indicator.level,),
        methods=indicator.methods,
        phases=indicator.phases,
        conditions=_conditions([indicator.domain]),
        collection=indicator.collection,
        tables=indicator.tables,
        source=indicator.source,
        standing=indicator.standing,
    )


def _instrument(instrument: Instrument) -> Listed:
    domains = {indicator.id: indicator.domain for indicator in catalogue().indicators}
    return Listed(
        kind="instrument",
        id=instrument.id,
        name=instrument.name,
        about=instrument.purpose,
        respondents=instrument.respondents,
        note=instrument.note,
        levels=instrument.levels,
        methods=instrument.methods,
        phases=instrument.phases,
        conditions=_conditions(domains.get(name, name) for name in instrument.covered),
        tables=(instrument.table,),
        source=instrument.source,
        standing=instrument.standing,
    )


def _conditions(ids: Iterable[str]) -> tuple[str, ...]:
    wanted = set(ids)
    return tuple(condition for condition in Condition if condition in wanted)


def _columns() -> list[str]:
    return list(_cells(Listed("", "", NO_WORDS, NO_WORDS)))


def _cells(one: Listed) -> dict[str, str]:
    """Give each column's text: one for each language, ids put together with commas."""
    cells: dict[str, str] = {}
    for field in fields(one):
        value = getattr(one, field.name)
        if isinstance(value, Words):
            cells |= {f"{field.name}_{language}": value.root.get(language, "") for language in languages()}
        else:
            cells[field.name] = value if isinstance(value, str) else ", ".join(value)
    return cells
