"""What belongs to the chosen design: the other designs' pictures and tables stay off the page."""

from collections.abc import Collection
from typing import TypeVar

from collective_impact.blocks import Block, Paragraph
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.design import Design, DesignChoice
from collective_impact.statistics.insufficient import Insufficient

R = TypeVar("R")

ONE_AREA: tuple[Design, ...] = ("synthetic_control",)
SEVERAL_AREAS: tuple[Design, ...] = (
    "staggered_difference_in_differences",
    "difference_in_differences",
    "synthetic_difference_in_differences",
)
STAGGERED: tuple[Design, ...] = ("staggered_difference_in_differences",)
OWN_TREND: tuple[Design, ...] = ("interrupted_time_series",)
COMPARABLE: tuple[Design, ...] = tuple(
    each for each in (*ONE_AREA, *SEVERAL_AREAS, *OWN_TREND) if each not in STAGGERED
)
"""Designs that the same data can be put to side by side."""
ANY: tuple[Design, ...] = (*ONE_AREA, *SEVERAL_AREAS, *OWN_TREND)


def only(
    designs: Collection[Design], choice: DesignChoice | Insufficient, *results: Block | Insufficient
) -> tuple[Block | Insufficient, ...]:
    """Give pictures and tables back where the chosen design is one of these; nothing where it is another.

    Where no design could be chosen a line says so, once in each section.
    """
    if isinstance(choice, Insufficient):
        return (choice,)
    if choice.design == "none":
        return (Paragraph(_("The data allow no design yet: see the choice of design.")),)
    return results if choice.design in designs else ()


def also(designs: Collection[Design], choice: DesignChoice | Insufficient, *results: R) -> tuple[R, ...]:
    """Give further results back where the chosen design is one of these, and nothing else."""
    return () if isinstance(choice, Insufficient) or choice.design not in designs else results
