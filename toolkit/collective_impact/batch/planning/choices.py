"""Parameters that name something in the package: an indicator, an area, a design."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.errors import Problem
from collective_impact.language import translate as _

_NAMED_IN = {
    "indicator": ("indicator", "indicator_id"),
    "area": ("area", "area_id"),
    "control": ("indicator", "indicator_id"),
    "excluded_areas": ("area", "area_id"),
    "courted_actors": ("power_actor", "actor_id"),
    "wave": ("rubric_score", "wave_id"),
}
_OF_THE_TOOLKIT = ("design", "conditions")


def wrong_choices(initiative: Initiative, parameters: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """List the parameters that name what the package does not have.

    Parameters
    ----------
    initiative : Initiative
    parameters : mapping
        Template name to its parameters, as `check_parameters` gives them.
    """
    given = {(name, value) for own in parameters.values() for name, value in _named(own)}
    known = {name: _known(name, initiative) for name, _value in given}
    return [_problem(name, value, known[name]) for name, value in sorted(given) if value not in known[name]]


def _named(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in (*_NAMED_IN, *_OF_THE_TOOLKIT):
        value = parameters.get(name) or []
        for each in [value] if isinstance(value, str) else value:
            yield name, str(each)


def _known(name: str, initiative: Initiative) -> tuple[str, ...]:
    if name == "design":
        from collective_impact.statistics.counterfactual.design import Design

        return tuple(get_args(Design))
    if name == "conditions":
        from collective_impact.framework.instruments import instrument

        return tuple(instrument("conditions").groups())
    table, column = _NAMED_IN[name]
    return tuple(dict.fromkeys(table_or_empty(initiative, table)[column]))


def _problem(name: str, value: str, known: tuple[str, ...]) -> Problem:
    near = get_close_matches(value, known, n=1)
    return Problem(
        place=f"-p {name}",
        found=repr(value),
        expected=_("one of {names}").format(names=", ".join(known)) if known else _("nothing: the package has none"),
        mend=_("did you mean {name}?").format(name=near[0]) if near else _("choose one of these, or leave it out"),
    )
