"""The templates there are and the parameters each takes, checked before anything is launched."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collective_impact.errors import InputError, Problem
from collective_impact.framework.vocabulary import Level, Method
from collective_impact.language import translate as _
from collective_impact.shipped import shipped

LEARNING_REPORT = "learning_report"

SET_BY_OPTIONS = {
    "package": "PATH",
    "as_of": "--as-of",
    "language": "--language",
    "output_dir": "--out",
    "findings_dir": "--out",
}
"""Parameters that the command line sets by options of their own, or from where a run takes place."""


_OUTPUT = "folder for findings.json, from where the notebook runs"


class TemplateParameters(BaseModel):
    """What every template takes; the defaults are those in the notebook itself."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    package: str = Field(
        "california-tobacco-control", description="data package: a folder, or a shipped example's name"
    )
    as_of: str = Field("2000-12-31", description="the report's today, an ISO date; later periods are left out")
    language: str = Field("en", description="language of the page")
    output_dir: str = Field("output", description=_OUTPUT)


class OutcomeParameters(TemplateParameters):
    """What the outcome evaluations share."""

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


@dataclass(frozen=True, slots=True)
class Template:
    """A notebook that implements an evaluation, or sums them up.

    Attributes
    ----------
    name : str
        File name without ending; ``<method>_<level>`` for an evaluation.
    parameters : type of TemplateParameters
        Model of its parameters.
    method, level : Method or None, Level or None
        Its place in the grid; None for the learning report, which stands above it.
    """

    name: str
    parameters: type[TemplateParameters]
    method: Method | None = None
    level: Level | None = None

    @property
    def path(self) -> Path:
        """The notebook."""
        return shipped("notebooks/templates") / f"{self.name}.ipynb"


TEMPLATES: tuple[Template, ...] = (
    Template("developmental_outcome", DevelopmentalOutcome, Method.DEVELOPMENTAL, Level.OUTCOME),
    Template("formative_outcome", FormativeOutcome, Method.FORMATIVE, Level.OUTCOME),
    Template("summative_outcome", SummativeOutcome, Method.SUMMATIVE, Level.OUTCOME),
    Template(LEARNING_REPORT, LearningReport),
)


def select_templates(methods: Iterable[str] = (), levels: Iterable[str] = ()) -> tuple[Template, ...]:
    """Pick the evaluations of some methods and levels (empty: all), with the learning report at the end.

    Raises
    ------
    InputError
        If no template stands at the chosen methods and levels.
    """
    methods, levels = set(methods), set(levels)
    chosen = [
        t for t in TEMPLATES if t.method and (not methods or t.method in methods) and (not levels or t.level in levels)
    ]
    if not chosen:
        raise InputError([_no_template(methods, levels)])
    return (*chosen, next(t for t in TEMPLATES if t.name == LEARNING_REPORT))


def _no_template(methods: set[str], levels: set[str]) -> Problem:
    return Problem(
        place="--method, --level",
        found=" ".join(sorted(methods) + sorted(levels)),
        expected=_("a method and level there is a template for: {names}").format(
            names=", ".join(t.name for t in TEMPLATES if t.method)
        ),
        mend=_("leave one of the two options out, or choose another"),
    )


def check_parameters(templates: Iterable[Template], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Resolve the parameters of each template: the given value where it takes one, its default elsewhere.

    Parameters
    ----------
    templates : iterable of Template
    given : mapping of str to JSON value
        By parameter name; a name counts for every template that knows it. Text for a parameter that is not text is
        read as JSON, as it comes from the command line.

    Returns
    -------
    dict
        Template name to its full parameters.

    Raises
    ------
    InputError
        With every unknown name and every value of the wrong type or range.
    """
    templates = tuple(templates)
    known = {name for template in templates for name in template.parameters.model_fields}
    problems = [_unknown_parameter(name, known) for name in given if name not in known]
    resolved: dict[str, dict[str, Any]] = {}
    for template in templates:
        mine = {name: _read(template, name, given[name]) for name in given if name in template.parameters.model_fields}
        try:
            resolved[template.name] = template.parameters(**mine).model_dump()
        except ValidationError as error:
            problems += [_bad_value(template, detail) for detail in error.errors()]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return resolved


def _read(template: Template, name: str, value: Any) -> Any:
    if isinstance(value, str) and template.parameters.model_fields[name].annotation is not str:
        with suppress(ValueError):
            return json.loads(value)
    return value


def _unknown_parameter(name: str, known: set[str]) -> Problem:
    near = get_close_matches(name, known, n=1)
    return Problem(
        place=f"-p {name}",
        found=_("a parameter that no chosen template has"),
        expected=", ".join(sorted(known - SET_BY_OPTIONS.keys())),
        mend=_("did you mean {name}?").format(name=near[0])
        if near
        else _("see `collective-impact templates` for what each takes"),
    )


def _bad_value(template: Template, detail: Any) -> Problem:
    name = str(detail["loc"][0])
    kind = template.parameters.model_fields[name].annotation
    return Problem(
        place=f"-p {name}",
        found=repr(detail["input"]),
        expected=f"{getattr(kind, '__name__', kind)}: {detail['msg']}",
        mend=_("write it as JSON, for example {example}").format(
            example=f"-p {name}={_example(template.parameters.model_fields[name].default)}"
        ),
    )


def _example(default: Any) -> str:
    return """'["first", "second"]'""" if isinstance(default, list) else str(default)
