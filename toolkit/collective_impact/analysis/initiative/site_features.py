"""What was done at each site beside what changed there, and which combinations of conditions go with a clear change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.initiative.site_effects import SiteEffects
from collective_impact.framework.instrument import Instrument
from collective_impact.statistics.contribution.dose_response import DoseResponse, dose_response
from collective_impact.statistics.contribution.sufficient_combinations import (
    SufficientCombinations,
    sufficient_combinations,
)
from collective_impact.statistics.contribution.truth_table import TruthTable, truth_table
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.agreement import Agreement, krippendorff_alpha
from collective_impact.statistics.ratings.criteria import LEAST_RATERS

DOSE = "dose"
SUCCESS = "success"
CALIBRATION = 0.5
"""Steps by which the score that counts as in place is moved, to see whether the solution stays."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteFeatures:
    """Sites with their scores and their change.

    Attributes
    ----------
    frame : DataFrame
        Indexed by site, from the largest change for the better to the smallest: a column for each condition (mean score
        of its criteria over raters), ``dose`` (mean of all criteria), ``benefit``, ``low`` and ``high`` (change for the
        better against the comparison, with its interval).
    conditions : tuple of str
    agreement : Agreement or Insufficient
        Of the raters, over all sites.
    n_periods, n_donors : int
        As of the effects.
    n_left_out : int
        Sites with a score or a change only.
    """

    frame: pd.DataFrame
    conditions: tuple[str, ...]
    agreement: Agreement | Insufficient
    n_periods: int
    n_donors: int
    n_left_out: int

    @property
    def overlapping(self) -> bool:
        """Whether the intervals of the sites with the largest and the smallest change overlap."""
        return bool(self.frame["low"].iloc[0] <= self.frame["high"].iloc[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Combinations:
    """Combinations of conditions that go with a change that counts as a success.

    Attributes
    ----------
    table : TruthTable
    conservative, parsimonious : SufficientCombinations or Insufficient
    in_place, success : float
        Score from which a condition counts as in place, and change from which a site counts as a success.
    moved : tuple of (float, bool)
        Other scores from which a condition could count as in place, and whether the same paths come out.
    """

    table: TruthTable
    conservative: SufficientCombinations | Insufficient
    parsimonious: SufficientCombinations | Insufficient
    in_place: float
    success: float
    moved: tuple[tuple[float, bool], ...]


@guarded
def site_features(
    instrument: Instrument, ratings: pd.DataFrame, effects: SiteEffects, direction: str
) -> SiteFeatures | Insufficient:
    """Put scores and changes of the same sites together.

    Parameters
    ----------
    instrument : Instrument
    ratings : DataFrame of shape (n_sites_and_raters, n_criteria)
        Indexed by site and rater.
    effects : SiteEffects
    direction : str
        ``decrease`` where less of the outcome is better.

    Returns
    -------
    SiteFeatures or Insufficient
        ``no_rows`` of ``rubric_score`` where no site was rated; ``too_few_sites`` where none has both;
        ``too_few_raters``, or ``low_agreement`` where the raters agree too little for their scores to be put together.
    """
    if ratings.empty:
        return Insufficient("no_rows", 0, 1, "rubric_score")
    if (raters := ratings.index.get_level_values(1).nunique()) < LEAST_RATERS and instrument.scoring.agreement:
        return Insufficient("too_few_raters", raters, LEAST_RATERS)
    side_by_side = pd.DataFrame(ratings.unstack(level=0))
    rule = instrument.scoring.agreement
    agreement = (
        krippendorff_alpha(side_by_side, firm=rule.firm, tentative=rule.tentative)
        if rule
        else krippendorff_alpha(side_by_side)
    )
    if isinstance(agreement, Agreement) and agreement.reliability == "too_low":
        return Insufficient("low_agreement", agreement.alpha, agreement.tentative)
    means = ratings.groupby(level=0).mean()
    scores = pd.DataFrame({group: means[[*ids]].mean(axis=1) for group, ids in instrument.groups().items()})
    scores = scores.dropna(axis="columns", how="all")
    conditions = tuple(scores.columns)
    scores[DOSE] = means.mean(axis=1)
    ends = effects.effects[["effect", "low", "high"]]
    better = -ends.rename(columns={"low": "high", "high": "low"}) if direction == "decrease" else ends
    frame = scores.join(better.rename(columns={"effect": "benefit"}), how="inner")
    if frame.empty:
        return Insufficient("too_few_sites", 0, 1)
    return SiteFeatures(
        frame=frame.sort_values("benefit", ascending=False, kind="stable"),
        conditions=conditions,
        agreement=agreement,
        n_periods=effects.n_periods,
        n_donors=effects.n_donors,
        n_left_out=len(set(scores.index) ^ set(effects.effects.index)),
    )


@guarded
def dose_across_sites(features: SiteFeatures, seed: int = 0) -> DoseResponse | Insufficient:
    """Relate the mean score of the sites to their change for the better; see `dose_response`."""
    return dose_response(features.frame, dose=DOSE, response="benefit", seed=seed)


@guarded
def combinations(
    features: SiteFeatures, conditions: Sequence[str], *, in_place: float = 2.5, success: float = 0.0
) -> Combinations | Insufficient:
    """Solve the truth table of the sites, and see whether the solution hangs on where the line is drawn.

    Parameters
    ----------
    features : SiteFeatures
    conditions : sequence of str
        Chosen beforehand, from the theory of change; those that were not rated are passed over.
    in_place : float
        Score from which a condition counts as in place.
    success : float
        Change for the better from which a site counts as a success; 0: the median of the sites.

    Returns
    -------
    Combinations or Insufficient
        What `truth_table` lacks.
    """
    line = success or float(features.frame["benefit"].median())
    rated = [name for name in conditions if name in features.conditions]
    table = _table(features, rated, in_place, line)
    if isinstance(table, Insufficient):
        return table
    found = sufficient_combinations(table, "conservative")
    other = [
        (step, _paths(_table(features, rated, step, line))) for step in (in_place - CALIBRATION, in_place + CALIBRATION)
    ]
    return Combinations(
        table=table,
        conservative=found,
        parsimonious=sufficient_combinations(table, "parsimonious"),
        in_place=in_place,
        success=line,
        moved=tuple((step, paths == _paths(table)) for step, paths in other),
    )


def _table(features: SiteFeatures, conditions: list[str], in_place: float, success: float) -> TruthTable | Insufficient:
    if not conditions:
        return Insufficient("no_data")
    cases = features.frame[conditions] >= in_place
    return truth_table(cases.assign(**{SUCCESS: features.frame["benefit"] >= success}), conditions, SUCCESS)


def _paths(table: TruthTable | Insufficient) -> tuple[object, ...]:
    """Conditions on each path of the first conservative solution; empty where there is none."""
    found = table if isinstance(table, Insufficient) else sufficient_combinations(table, "conservative")
    return () if isinstance(found, Insufficient) else tuple(path.conditions for path in found.models[0].paths)
