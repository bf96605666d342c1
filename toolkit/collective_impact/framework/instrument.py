"""An instrument: what is asked or rated, on which scale, and how scores come of the answers.

A form asks by `Instrument.answers_for` which partner or which area the respondent answers for, and offers *Don't know*
with each item whose `Item.dont_know` is true.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from collective_impact.framework.vocabulary import Level, Method, Phase, Standing
from collective_impact.words import NO_WORDS, Words

Form = Literal["survey", "rating", "log"]
Kind = Literal["scale", "choice", "choices", "text"]
Rule = Literal["lowest", "median", "mean", "count", "none"]
Grouping = Literal["item", "concept", "section"]
AnswersFor = Literal["partner", "area", "none"]
Table = Literal[
    "survey_response", "rubric_score", "partnership_rating", "relation", "emergence", "power_actor", "outcome_harvest"
]
NAME = "^[a-z][a-z0-9_]*$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Anchor(_Part):
    """What a step of a scale stands for."""

    value: int
    label: Words


class Scale(_Part):
    """Whole numbers to answer with.

    Attributes
    ----------
    minimum, maximum : int
    anchors : tuple of Anchor
        From the lowest step up; a step between two anchors needs none.
    """

    minimum: int
    maximum: int
    anchors: tuple[Anchor, ...] = ()

    def holds(self, value: float) -> bool:
        """Tell whether a value is a step of the scale; a missing one is not."""
        return self.minimum <= value <= self.maximum and float(value).is_integer()


class Option(_Part):
    """One of the answers to choose from: a number where one is chosen, a name where several may be."""

    value: int | str = Field(union_mode="left_to_right")
    label: Words


class AskedIf(_Part):
    """An item is asked only where an earlier one was answered with `at_least` this much."""

    item: str
    at_least: int


class Item(_Part):
    """A question, or a criterion to rate.

    Attributes
    ----------
    id : str
        Unique over all instruments.
    text : Words
        Empty where only the licensed copy of the instrument has it.
    concept : str
        What it is about: a term of the vocabulary or an indicator of the catalogue.
    section : str
        A section of the instrument, or a term of the vocabulary; empty: none.
    kind : {"scale", "choice", "choices", "text"}
        A step of the scale, one option, any number of options, or words.
    scale : Scale or None
        Of an item of kind scale: its own, or else the instrument's.
    options : tuple of Option
    evidence_from : int or None
        Score from which on a rater has to say what it rests on; its own, or else the instrument's.
    asked_if : AskedIf or None
    dont_know : bool
        Whether a respondent may answer *Don't know*, which counts as no answer.
    column : str
        Column of the table that the answer stands in, where each item has its own; empty: a row an answer.
    """

    id: str = Field(pattern=NAME)
    text: Words = NO_WORDS
    concept: str
    section: str = ""
    kind: Kind = "scale"
    scale: Scale | None = None
    options: tuple[Option, ...] = ()
    evidence_from: int | None = None
    asked_if: AskedIf | None = None
    dont_know: bool = False
    column: str = ""

    @property
    def answer_ids(self) -> tuple[str, ...]:
        """Ids, or the column, that its answers stand under: ``<item>.<option>`` where several may be chosen."""
        if self.kind == "choices":
            return tuple(f"{self.id}.{option.value}" for option in self.options)
        return (self.column or self.id,)


class Section(_Part):
    """A part of an instrument that the vocabulary has no term for.

    Attributes
    ----------
    id : str
    name : Words
    """

    id: str = Field(pattern=NAME)
    name: Words


class GateRule(_Part):
    """What every criterion has to reach, so that no strength makes up for a lack.

    Attributes
    ----------
    at_least : int
    section : str
        Section whose criteria count; empty: all.
    """

    at_least: int
    section: str = ""


class Band(_Part):
    """A stretch of scores, from `at_least` up to the next band, and what it is called."""

    at_least: float
    label: Words


class AgreementRule(_Part):
    """Krippendorff's alpha from which raters' scores are put together firmly, and tentatively (Krippendorff 2004)."""

    firm: float = 0.800
    tentative: float = 0.667


class Scoring(_Part):
    """How scores come of the answers.

    Attributes
    ----------
    rule : {"lowest", "median", "mean", "count", "none"}
        Lowest: a gate, never an average. Count: rows by the values of `column`.
    by : {"item", "concept", "section"}
        What the rule puts together.
    column : str
        Of a count.
    gate : GateRule or None
        Of the rule lowest.
    bands : tuple of Band
        From the lowest up.
    agreement : AgreementRule or None
        Where several raters score the same thing.
    """

    rule: Rule = "none"
    by: Grouping = "item"
    column: str = ""
    gate: GateRule | None = None
    bands: tuple[Band, ...] = ()
    agreement: AgreementRule | None = None


class Instrument(_Part):
    """A questionnaire, a rubric or a log.

    Attributes
    ----------
    id : str
        Name of its file.
    prefix : str
        What the ids of its items begin with; the id where it has none.
    name, purpose, respondents : Words
    note : Words
        What users have to know before they use it; may be empty.
    form : {"survey", "rating", "log"}
        People answer alone; raters score criteria; rows as they come, in the table's own columns.
    answers_for : {"partner", "area", "none"}
        What the form asks respondents to name: the partner that they work for, the area that they live in, or neither.
    table : str
        Table of the contract that it fills.
    levels, methods, phases : tuple of Level, Method, Phase
    concepts : tuple of str
        Terms and indicators that it covers besides those of its items.
    source : str
        Id in the list of sources.
    standing : Standing
    licensed : bool
        Whether the items' texts belong to a publisher, and so stand in the user's licensed copy only.
    min_respondents : int or None
        Smallest group that is scored, where that is more than a package asks for.
    sections : tuple of Section
    items : tuple of Item
    scoring : Scoring
    """

    id: str = Field(pattern=NAME)
    prefix: str = ""
    name: Words
    purpose: Words
    respondents: Words
    note: Words = NO_WORDS
    form: Form
    answers_for: AnswersFor = "none"
    table: Table
    levels: tuple[Level, ...] = Field(min_length=1)
    methods: tuple[Method, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = Field(min_length=1)
    concepts: tuple[str, ...] = ()
    source: str
    standing: Standing
    licensed: bool = False
    min_respondents: int | None = Field(None, ge=1)
    sections: tuple[Section, ...] = Field((), alias="section")
    items: tuple[Item, ...] = Field((), alias="item")
    scoring: Scoring = Scoring()

    @model_validator(mode="before")
    @classmethod
    def _share_with_items(cls, given: Any) -> Any:
        """Give the items the instrument's scale and evidence rule where they have none of their own."""
        if not isinstance(given, dict) or not isinstance(given.get("item", ()), list):
            return given
        shared = {key: given[key] for key in ("scale", "evidence_from") if key in given}
        items = [{**shared, **item} if _on_a_scale(item) else item for item in given.get("item", [])]
        return {key: value for key, value in given.items() if key not in shared} | {"item": items}

    @property
    def covered(self) -> frozenset[str]:
        """Terms and indicators that it asks about."""
        of_items = {name for item in self.items for name in (item.concept, item.section) if name}
        return frozenset(of_items | {*self.concepts}) - {section.id for section in self.sections}

    @property
    def scale_items(self) -> tuple[Item, ...]:
        """Items that are answered on a scale."""
        return tuple(item for item in self.items if item.kind == "scale")

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Ids of the scale items that the scoring puts together, by item, concept or section."""
        groups: dict[str, tuple[str, ...]] = {}
        for item in self.scale_items:
            group = item.id if self.scoring.by == "item" else str(getattr(item, self.scoring.by))
            groups[group] = (*groups.get(group, ()), item.id)
        return groups


def _on_a_scale(item: object) -> bool:
    return isinstance(item, dict) and item.get("kind", "scale") == "scale"
