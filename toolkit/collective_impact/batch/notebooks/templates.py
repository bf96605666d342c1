"""The templates there are and the parameters each takes, checked before anything is launched."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from collective_impact.batch.notebooks import parameters
from collective_impact.errors import InputError, Problem
from collective_impact.framework.vocabulary import READINESS, Level, Method
from collective_impact.language import translate as _
from collective_impact.shipped import shipped

LEARNING_REPORT = "learning_report"

SET_BY_OPTIONS = {
    "package": "PATH",
    "as_of": "--as-of",
    "language": "--language",
    "output_dir": "--out",
    "findings_dir": "--out",
    "earlier_findings": "--out",
}
"""Parameters that the command line sets by options of their own, or from where a run takes place."""


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
        Its place in the grid; None for readiness, which comes before it, and the learning report, which stands above.
    """

    name: str
    parameters: type[parameters.TemplateParameters]
    method: Method | None = None
    level: Level | None = None

    @property
    def path(self) -> Path:
        """The notebook."""
        return shipped("notebooks/templates") / f"{self.name}.ipynb"


TEMPLATES: tuple[Template, ...] = (
    Template(READINESS, parameters.Readiness),
    Template("developmental_context", parameters.DevelopmentalContext, Method.DEVELOPMENTAL, Level.CONTEXT),
    Template("developmental_initiative", parameters.DevelopmentalInitiative, Method.DEVELOPMENTAL, Level.INITIATIVE),
    Template("developmental_system", parameters.DevelopmentalSystem, Method.DEVELOPMENTAL, Level.SYSTEM),
    Template("developmental_outcome", parameters.DevelopmentalOutcome, Method.DEVELOPMENTAL, Level.OUTCOME),
    Template("formative_context", parameters.FormativeContext, Method.FORMATIVE, Level.CONTEXT),
    Template("formative_initiative", parameters.FormativeInitiative, Method.FORMATIVE, Level.INITIATIVE),
    Template("formative_system", parameters.FormativeSystem, Method.FORMATIVE, Level.SYSTEM),
    Template("formative_outcome", parameters.FormativeOutcome, Method.FORMATIVE, Level.OUTCOME),
    Template("summative_context", parameters.SummativeContext, Method.SUMMATIVE, Level.CONTEXT),
    Template("summative_initiative", parameters.SummativeInitiative, Method.SUMMATIVE, Level.INITIATIVE),
    Template("summative_system", parameters.SummativeSystem, Method.SUMMATIVE, Level.SYSTEM),
    Template("summative_outcome", parameters.SummativeOutcome, Method.SUMMATIVE, Level.OUTCOME),
    Template(LEARNING_REPORT, parameters.LearningReport),
)


def select_templates(methods: Iterable[str] = (), levels: Iterable[str] = ()) -> tuple[Template, ...]:
    """Pick the evaluations of some methods and levels, with the learning report at the end; by default everything.

    Raises
    ------
    InputError
        If no template stands at the chosen methods and levels.
    """
    methods, levels = set(methods), set(levels)
    if not methods and not levels:
        return TEMPLATES
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
