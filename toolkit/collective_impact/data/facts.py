"""The initiative's own facts, as they stand under ``initiative`` in ``datapackage.json``."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from collective_impact.framework.vocabulary import Phase
from collective_impact.language import SOURCE_LANGUAGE, languages
from collective_impact.language import translate as _
from collective_impact.words import NO_WORDS, Words

EXPECTED = "expected"  # type of our own validators' errors; their message says what is expected


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)


class PhaseDates(_Facts):
    """When the initiative was in a phase.

    Attributes
    ----------
    phase : Phase
    start : date
    end : date or None
        Last day; None while the phase goes on.
    """

    phase: Phase
    start: date
    end: date | None = None


class Suppression(_Facts):
    """What a report does not show: small figures, and who is who in the network.

    Attributes
    ----------
    min_cell : int
        Smallest count shown.
    min_respondents : int
        Smallest group of respondents shown.
    partner_names : bool
        Whether partners bear their names where a report tells of their ties; else their roles.
    """

    min_cell: int = Field(11, ge=1)
    min_respondents: int = Field(5, ge=1)
    partner_names: bool = False


class Source(BaseModel):
    """Where data come from."""

    model_config = ConfigDict(frozen=True)

    title: str = ""
    path: str = ""


class License(Source):
    """Terms that the data may be used on."""

    name: str = ""


class Contributor(Source):
    """Somebody who had a part in the package."""

    role: str = ""


class Facts(_Facts):
    """What an initiative says of itself.

    Attributes
    ----------
    id : str
        The package's ``name``.
    title, programme, place, goal, partners, notes : Words
        What it is called, the programme it belongs to, where it works, its common agenda, who takes part, and what
        a reader must know of the account.
    language : str
        Language that its reports are written in unless another is asked for.
    currency : str
        Three letters (ISO 4217) that amounts of money are in; empty: not said.
    phases : tuple of PhaseDates
        In order of time; they may overlap.
    suppression : Suppression
    sources, licenses, contributors : tuple
        As in the Data Package standard.
    """

    id: str
    title: Words
    programme: Words = NO_WORDS
    place: Words = NO_WORDS
    language: str = SOURCE_LANGUAGE
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    goal: Words = NO_WORDS
    partners: Words = NO_WORDS
    phases: tuple[PhaseDates, ...] = ()
    suppression: Suppression = Suppression()
    notes: Words = NO_WORDS
    sources: tuple[Source, ...] = ()
    licenses: tuple[License, ...] = ()
    contributors: tuple[Contributor, ...] = ()

    @field_validator("title")
    @classmethod
    def _not_empty(cls, title: Words) -> Words:
        if not title:
            raise _expected(_("a title"))
        return title

    @field_validator("language")
    @classmethod
    def _has_a_catalogue(cls, language: str) -> str:
        if language not in languages():
            raise _expected(_("one of the languages {names}").format(names=", ".join(languages())))
        return language

    @field_validator("phases")
    @classmethod
    def _in_order(cls, phases: tuple[PhaseDates, ...]) -> tuple[PhaseDates, ...]:
        for phase in phases:
            if phase.end and phase.end < phase.start:
                raise _expected(_("phases that end after they start ({phase} does not)").format(phase=phase.phase))
        starts = [phase.start for phase in phases]
        if starts != sorted(starts):
            raise _expected(_("phases in the order in which they start"))
        return phases

    def phase_at(self, day: date) -> Phase | None:
        """Phase that the initiative is in on a day: the latest one begun and not yet ended."""
        begun = [phase for phase in self.phases if phase.start <= day and (phase.end is None or day <= phase.end)]
        return begun[-1].phase if begun else None


def _expected(words: str) -> PydanticCustomError:
    return PydanticCustomError(EXPECTED, "{words}", {"words": words})
