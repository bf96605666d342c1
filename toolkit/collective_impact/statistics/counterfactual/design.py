"""Which design the data of an outcome allow, by a stated decision tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual import difference_in_differences as did
from collective_impact.statistics.counterfactual import interrupted_time_series as its
from collective_impact.statistics.counterfactual import staggered_adoption as staggered
from collective_impact.statistics.counterfactual import synthetic_control as sc
from collective_impact.statistics.counterfactual import synthetic_difference_in_differences as sdid
from collective_impact.statistics.counterfactual.group_time_effects import OWN_NOISE
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Unit

Design = Literal[
    "synthetic_control",
    "synthetic_difference_in_differences",
    "difference_in_differences",
    "staggered_difference_in_differences",
    "interrupted_time_series",
    "none",
]

DesignReason = Literal[
    "no_treated_unit",
    "one_treated_unit",
    "several_treated_units",
    "one_start",
    "different_starts",
    "no_donors",
    "too_few_donors",
    "enough_donors",
    "too_few_periods_before",
    "too_few_periods_after",
    "enough_periods",
    "stronger_design_possible",
    "overruled",
]

_DESIGNS: tuple[Design, ...] = get_args(Design)


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """The design that fits, and why the others do not.

    Attributes
    ----------
    design : Design
        ``"none"`` when the data allow none.
    reasons : tuple of DesignReason
        What speaks for it. Of a design that the caller has asked for: ``"overruled"``, and what speaks against it.
    ruled_out : tuple of (Design, DesignReason)
        Each other design with the first thing against it, strongest design first.
    overruled : bool
        Whether the caller asked for another design than the tree would have chosen.
    against : DesignReason or None
        What the tree has against the design, where the caller has asked for it and the data cannot carry it.
    control : {"never_treated", "not_yet_treated"} or None
        For `staggered_adoption`: the latter where no unit is never treated. None without treated units.
    few_treated : bool
        Fewer than 10 treated units: uncertainty then comes from the comparison units and from other assignments of
        treatment, not from the treated units' own scatter.
    left_out : tuple of units
        Treated from the first period on, which no design can use.
    """

    design: Design
    reasons: tuple[DesignReason, ...]
    ruled_out: tuple[tuple[Design, DesignReason], ...]
    overruled: bool = False
    against: DesignReason | None = None
    control: staggered.Comparison | None = None
    few_treated: bool = False
    left_out: tuple[Unit, ...] = ()


@guarded
def choose_design(panel: Panel, overrule: str = "") -> DesignChoice | Insufficient:
    """Choose the design for a panel of one outcome.

    Units treated from the first period on are set aside where others start later.

    1. Treated units that start at different times: staggered difference in differences, with 3 or more units that
       are never treated; where there are none, with the last to start (3 or more) as comparison until then.
    2. One treated unit, 5 or more donors, 8 or more periods before: synthetic control.
    3. Several treated units with one start, 5 or more donors and 2 more than treated, 8 or more periods before:
       synthetic difference in differences.
    4. One start, 3 or more donors and 2 more than treated: difference in differences.
    5. One start, no such comparison, 8 or more periods before and 3 after: interrupted time series
       (on the treated units' mean).
    6. Otherwise none.

    Parameters
    ----------
    panel : Panel
    overrule : str
        A design to use whatever the tree says; empty to follow the tree. Whether the data carry it is then for
        the method to say.

    Returns
    -------
    DesignChoice or Insufficient
        ``no_data`` for a panel without periods.

    Raises
    ------
    MethodError
        When `overrule` names no design.
    """
    if overrule and overrule not in _DESIGNS:
        raise MethodError(f"overrule is {overrule!r}: expected one of {', '.join(_DESIGNS)}, or nothing")
    if panel.outcome.index.empty:
        return Insufficient("no_data")
    kept = panel.without_always_treated()
    against: dict[Design, DesignReason | None] = {
        design: _against(kept, design) for design in _DESIGNS if design != "none"
    }
    chosen: Design = next((design for design, reason in against.items() if reason is None), "none")
    wanted = next((design for design in _DESIGNS if design == overrule), chosen)
    overruled = wanted != chosen
    ruled_out = tuple(
        (design, "overruled" if design == chosen else reason or "stronger_design_possible")
        for design, reason in against.items()
        if design != wanted
    )
    objection = against.get(wanted) if overruled else None
    return DesignChoice(
        design=wanted,
        reasons=_overruled(objection) if overruled else _in_favour(kept, chosen),
        ruled_out=ruled_out,
        overruled=overruled,
        against=objection,
        control=staggered.comparison_of(kept)[0] if kept.treated else None,
        few_treated=0 < len(kept.treated) < OWN_NOISE,
        left_out=() if kept is panel else panel.always_treated,
    )


def _against(panel: Panel, design: Design) -> DesignReason | None:
    """Name the first thing that rules a design out; None where nothing does."""
    different, n_treated, n_donors = len(set(panel.starts.values())) > 1, len(panel.treated), len(panel.donors)
    if design == "staggered_difference_in_differences" and n_treated:
        n_donors = staggered.comparison_of(panel)[1]
    needs: dict[Design, tuple[int, int, int]] = {
        "synthetic_control": (sc.DONORS_FOR_PLACEBOS, sc.PERIODS_BEFORE, sc.PERIODS_AFTER),
        "synthetic_difference_in_differences": (max(sdid.DONORS, n_treated + 2), sdid.PERIODS_BEFORE, 1),
        "difference_in_differences": (max(did.DONORS, n_treated + 2), 1, 1),
        "staggered_difference_in_differences": (staggered.DONORS, 1, 1),
        "interrupted_time_series": (0, its.PERIODS_BEFORE, its.PERIODS_AFTER),
    }
    needed_donors, before, after = needs[design]
    checks: list[tuple[bool, DesignReason]] = [
        (n_treated == 0, "no_treated_unit"),
        (design == "staggered_difference_in_differences" and n_treated == 1, "one_treated_unit"),
        (design == "staggered_difference_in_differences" and not different, "one_start"),
        (design != "staggered_difference_in_differences" and different, "different_starts"),
        (design == "synthetic_control" and n_treated > 1, "several_treated_units"),
        (n_donors == 0 < needed_donors, "no_donors"),
        (n_donors < needed_donors, "too_few_donors"),
        (len(panel.before) < before, "too_few_periods_before"),
        (len(panel.after) < after, "too_few_periods_after"),
    ]
    return next((reason for failed, reason in checks if failed), None)


def _overruled(objection: DesignReason | None) -> tuple[DesignReason, ...]:
    return ("overruled",) if objection is None else ("overruled", objection)


def _in_favour(panel: Panel, design: Design) -> tuple[DesignReason, ...]:
    if design == "none":
        return ()
    treated: DesignReason = "one_treated_unit" if len(panel.treated) == 1 else "several_treated_units"
    start: DesignReason = "different_starts" if design == "staggered_difference_in_differences" else "one_start"
    donors: DesignReason = "enough_donors"
    if design == "interrupted_time_series":
        donors = "too_few_donors" if panel.donors else "no_donors"
    return treated, start, donors, "enough_periods"
