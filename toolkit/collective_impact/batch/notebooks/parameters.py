"""The parameters that each template takes: one model a template, its defaults those in the notebook itself."""

from pydantic import BaseModel, ConfigDict, Field

from collective_impact.language import SOURCE_LANGUAGE

_EXAMPLE = "alla-i-mal"
_EXAMPLE_ENDS = "2025-12-31"
_OUTPUT = "folder for findings.json, from where the notebook runs"
_PACKAGE = "data package: a folder, or a shipped example's name"
_AS_OF = "the report's today, an ISO date; later periods are left out"


class TemplateParameters(BaseModel):
    """What every template takes; the defaults are those in the notebook itself."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    package: str = Field(_EXAMPLE, description=_PACKAGE)
    as_of: str = Field(_EXAMPLE_ENDS, description=_AS_OF)
    language: str = Field(SOURCE_LANGUAGE, description="language of the page")
    output_dir: str = Field("output", description=_OUTPUT)


class Readiness(TemplateParameters):
    """Parameters of ``readiness``."""

    output_dir: str = Field("output/readiness", description=_OUTPUT)
    wave: str = Field("", description="wave_id of the rating; empty: the last one")


class DevelopmentalContext(TemplateParameters):
    """Parameters of ``developmental_context``."""

    output_dir: str = Field("output/developmental_context", description=_OUTPUT)
    since_months: int = Field(36, ge=1, le=240, description="months to look back on for recent events")
    courted_actors: list[str] = Field([], description="actor_ids that the initiative seeks to win; empty: all")


class DevelopmentalInitiative(TemplateParameters):
    """Parameters of ``developmental_initiative``."""

    output_dir: str = Field("output/developmental_initiative", description=_OUTPUT)


class DevelopmentalSystem(TemplateParameters):
    """Parameters of ``developmental_system``."""

    output_dir: str = Field("output/developmental_system", description=_OUTPUT)


class FormativeContext(TemplateParameters):
    """Parameters of ``formative_context``."""

    output_dir: str = Field("output/formative_context", description=_OUTPUT)


class FormativeInitiative(TemplateParameters):
    """Parameters of ``formative_initiative``."""

    output_dir: str = Field("output/formative_initiative", description=_OUTPUT)


class FormativeSystem(TemplateParameters):
    """Parameters of ``formative_system``."""

    output_dir: str = Field("output/formative_system", description=_OUTPUT)


class SummativeContext(TemplateParameters):
    """Parameters of ``summative_context``."""

    output_dir: str = Field("output/summative_context", description=_OUTPUT)
    indicator: str = Field("", description="indicator_id; empty: the first outcome indicator")
    area: str = Field("", description="area_id; empty: all areas that take part")
    control: str = Field(
        "", description="indicator_id of an outcome that is not aimed at; empty: outcomes without a target"
    )
    seed: int = Field(1989, ge=0, description="seed of the random assignments")


class SummativeInitiative(TemplateParameters):
    """Parameters of ``summative_initiative``."""

    output_dir: str = Field("output/summative_initiative", description=_OUTPUT)
    indicator: str = Field("", description="indicator_id; empty: the first outcome indicator")
    wave: str = Field("", description="wave_id of the areas’ rating; empty: the last one")
    delay: int = Field(0, ge=0, le=60, description="periods after the start that come too early to show a change")
    conditions: list[str] = Field(
        ["shared_measurement", "mutually_reinforcing_activities", "backbone_support"],
        description="conditions of the truth table, chosen beforehand; few areas bear few of them",
    )
    in_place: float = Field(2.5, ge=0, le=4, description="score from which a condition counts as in place")
    success: float = Field(0.0, ge=0, description="change that counts as enough; 0: the median of the areas")
    seed: int = Field(1989, ge=0, description="seed of the reassignments")


class SummativeSystem(TemplateParameters):
    """Parameters of ``summative_system``."""

    output_dir: str = Field("output/summative_system", description=_OUTPUT)
    seed: int = Field(1989, ge=0, description="seed of the reassignments")


class OutcomeParameters(TemplateParameters):
    """What the outcome evaluations share."""

    package: str = Field("california-tobacco-control", description=_PACKAGE)
    as_of: str = Field("2000-12-31", description=_AS_OF)
    indicator: str = Field("", description="indicator_id; empty: the first outcome indicator")
    area: str = Field("", description="area_id; empty: all areas that take part")


class DevelopmentalOutcome(OutcomeParameters):
    """Parameters of ``developmental_outcome``."""

    output_dir: str = Field("output/developmental_outcome", description=_OUTPUT)
    horizon: int = Field(10, ge=1, le=60, description="periods to look ahead")
    power: float = Field(0.8, gt=0.5, lt=1, description="chance of seeing a true effect that the plan asks for")


class FormativeOutcome(OutcomeParameters):
    """Parameters of ``formative_outcome``."""

    output_dir: str = Field("output/formative_outcome", description=_OUTPUT)
    recent_periods: int = Field(8, ge=5, le=60, description="periods that the trajectory is drawn from")


class SummativeOutcome(OutcomeParameters):
    """Parameters of ``summative_outcome``."""

    output_dir: str = Field("output/summative_outcome", description=_OUTPUT)
    design: str = Field("", description="overrules the choice of design; empty: let the data decide")
    excluded_areas: list[str] = Field([], description="area_ids that must not serve as comparison")
    seed: int = Field(1989, ge=0, description="seed of the placebo draws")


class LearningReport(TemplateParameters):
    """Parameters of ``learning_report``."""

    output_dir: str = Field("output/learning_report", description=_OUTPUT)
    findings_dir: str = Field("output", description="folder below which the evaluations wrote their findings.json")
    earlier_findings: str = Field("", description="the earlier learning report’s findings.json, or its folder")
