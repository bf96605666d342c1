"""The parameters that each template takes: one model a template, its defaults those in the notebook itself."""

from pydantic import BaseModel, ConfigDict, Field

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
    language: str = Field("en", description="language of the page")
    output_dir: str = Field("output", description=_OUTPUT)


class Readiness(TemplateParameters):
    """Parameters of ``readiness``."""

    output_dir: str = Field("output/readiness", description=_OUTPUT)


class DevelopmentalContext(TemplateParameters):
    """Parameters of ``developmental_context``."""

    output_dir: str = Field("output/developmental_context", description=_OUTPUT)


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


class SummativeInitiative(TemplateParameters):
    """Parameters of ``summative_initiative``."""

    output_dir: str = Field("output/summative_initiative", description=_OUTPUT)


class SummativeSystem(TemplateParameters):
    """Parameters of ``summative_system``."""

    output_dir: str = Field("output/summative_system", description=_OUTPUT)


class OutcomeParameters(TemplateParameters):
    """What the outcome evaluations share."""

    package: str = Field("california-tobacco-control", description=_PACKAGE)
    as_of: str = Field("2000-12-31", description=_AS_OF)
    indicator: str = Field("", description="indicator_id; empty: the first outcome indicator")
    area: str = Field("", description="area_id; empty: the first area that takes part")


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
