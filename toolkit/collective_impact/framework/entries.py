"""What the catalogue is made of: concepts, indicators and the publications they go back to."""

from collections import Counter
from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from collective_impact.framework.vocabulary import Level, Method, Phase, Standing
from collective_impact.words import NO_WORDS, Words


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Data):
    """A publication.

    Attributes
    ----------
    id, reference : str
    url, doi : str
        Empty where there is none, or none that is certain.
    """

    id: str
    reference: str
    url: str = ""
    doi: str = ""


class Entry(_Data):
    """What concepts and indicators have in common.

    Attributes
    ----------
    id : str
        Unique among all entries.
    name : Words
    source : str
        Id of the publication it goes back to.
    standing : Standing
    """

    id: str
    name: Words
    source: str
    standing: Standing


class Concept(Entry):
    """A term of the framework.

    Attributes
    ----------
    kind : str
        Id of a concept of the kind ``kind``, for example ``condition``.
    about : Words
    component, mindset_shift : str
        What a component's task, or a part of a mindset shift, belongs to; otherwise empty.
    phase : Phase or None
        Phase that a component's task belongs to.
    phases : tuple of Phase
        Phases in which a method is mostly used.
    assumes : Words
        What a design has to assume, as a clause.
    """

    kind: str
    about: Words
    component: str = ""
    mindset_shift: str = ""
    phase: Phase | None = None
    phases: tuple[Phase, ...] = ()
    assumes: Words = NO_WORDS


class Indicator(Entry):
    """Something that can be measured about an initiative.

    Attributes
    ----------
    level : Level
    domain : str
        Id of the condition, system lever or domain that it belongs to.
    outcome, measure : Words
        What it is a sign of, and how what its name tells of is put in figures.
    collection : tuple of str
        Ids of the ways of collecting the data.
    tables : tuple of str
        Tables of the data contract that hold the data.
    earliest_phase : Phase
    methods : tuple of Method
    """

    level: Level
    domain: str
    outcome: Words
    measure: Words
    collection: tuple[str, ...]
    tables: tuple[str, ...]
    earliest_phase: Phase
    methods: tuple[Method, ...]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Phases in which measuring it makes sense: the earliest and all after it."""
        return tuple(Phase)[tuple(Phase).index(self.earliest_phase) :]


class Catalogue(_Data):
    """All entries, in the order of their files; holds that ids are unique and that each reference leads somewhere.

    Attributes
    ----------
    concepts : tuple of Concept
    indicators : tuple of Indicator
    sources : tuple of Source
    """

    concepts: tuple[Concept, ...]
    indicators: tuple[Indicator, ...]
    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        entries: tuple[Entry, ...] = (*self.concepts, *self.indicators)
        faults = [f"{name} stands for {n} entries" for name, n in Counter(e.id for e in entries).items() if n > 1]
        faults += [f"{entry.id}: there is no source {entry.source}" for entry in entries if not self._cites(entry)]
        faults += [
            f"{entry.id}: there is no {' or '.join(kinds)} {reference}"
            for entry in entries
            for reference, kinds in _references(entry)
            if not any(concept.id == reference and concept.kind in kinds for concept in self.concepts)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _cites(self, entry: Entry) -> bool:
        return any(source.id == entry.source for source in self.sources)


def _references(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each id that an entry refers to, and the kinds that this id may be of."""
    if isinstance(entry, Indicator):
        yield entry.domain, ("condition", "system_lever", "domain")
        yield from ((way, ("collection_method",)) for way in entry.collection)
    elif isinstance(entry, Concept):
        yield entry.kind, ("kind",)
        yield from ((name, (kind,)) for kind in ("component", "mindset_shift") if (name := getattr(entry, kind)))
