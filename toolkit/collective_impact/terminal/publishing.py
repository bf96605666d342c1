"""How a report is published, chosen from what the user asked for."""

from pathlib import Path

import click

from collective_impact.batch.planning.request import Publishing
from collective_impact.brand import read_brand
from collective_impact.errors import InputError, Problem
from collective_impact.reporting.choice import choose_renderer
from collective_impact.reporting.renderer import Profile
from collective_impact.terminal.console import console
from collective_impact.terminal.problems import print_problems


def chosen_publishing(renderer: str, brand: Path | None, profile: Profile, decimal_comma: bool) -> Publishing:
    """Choose how a report is published, and say so where there was something to choose.

    Raises
    ------
    InputError
        When the renderer cannot be had or the brand cannot be used; with all that is wrong.
    """
    problems: list[Problem] = []
    choice = look = None
    try:
        choice = choose_renderer(renderer)
    except InputError as error:
        problems += error.problems
    try:
        look = read_brand(brand)
    except InputError as error:
        problems += error.problems
    if choice is None or look is None:
        raise InputError(problems)
    print_problems(console(errors=True), look.notes)
    if choice.reason:
        click.echo(choice.reason, err=True)
    return Publishing(choice.renderer, look, profile, decimal_comma)
