"""Several practices side by side: how far each has been taken up, by whom not yet, how much of the work it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from collective_impact.statistics.behaviour.adoption_curve import AdoptionCurve, adoption_curve
from collective_impact.statistics.behaviour.practice_change import PracticeChange, practice_change
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.privacy.rate_suppression import suppress_rates
from collective_impact.statistics.types import Label

Status = Literal["traction", "on_its_way", "stuck"]

LATELY = 4
"""Observed periods at the end in which a new organization counts as lately."""
HALF = 0.5
"""Share from which on a practice has traction."""
FEWEST = 3
"""Organizations below which a group of them stands together with the other small ones."""


@dataclass(frozen=True, slots=True, eq=False)
class PracticeAdoption:
    """Adoption of one practice.

    Attributes
    ----------
    practice : str
    curve : AdoptionCurve
        Of the organizations that take part.
    compared : AdoptionCurve or Insufficient
        Of those that take no part.
    adopted, n : int
        Organizations that had taken it up by the last period, of those observed then.
    share : Interval
        The one of the other (0-1).
    half_way : Label
        First period with at least half of the last share.
    new_lately, lapsed : int
        First seen to use it in the last `LATELY` periods; gave it up.
    """

    practice: str
    curve: AdoptionCurve
    compared: AdoptionCurve | Insufficient
    adopted: int
    n: int
    share: Interval
    half_way: Label
    new_lately: int
    lapsed: int

    @property
    def status(self) -> Status:
        """In use in at least half; else on the way where somebody is new to it lately; else stuck."""
        if self.share.value >= HALF:
            return "traction"
        return "on_its_way" if self.new_lately else "stuck"


@guarded
def adoption_by_practice(rows: pd.DataFrame) -> tuple[PracticeAdoption, ...] | Insufficient:
    """Draw the adoption curve of each practice.

    Parameters
    ----------
    rows : DataFrame
        One row per practice, organization and period, as `practice_rows` gives them, with ``comparison`` for
        organizations that take no part.

    Returns
    -------
    tuple of PracticeAdoption or Insufficient
        The share of the last period first that is larger; ``no_rows`` where nobody who takes part was observed.
    """
    own = rows[~rows["comparison"]]
    if own.empty:
        return Insufficient("no_rows", 0, 1, "practice_observation")
    others = rows[rows["comparison"]]
    found = [
        _adoption(str(practice), part, others[others["practice_id"] == practice])
        for practice, part in own.groupby("practice_id", sort=False)
    ]
    return tuple(sorted((each for each in found if each), key=lambda each: (-each.share.value, each.practice)))


def _adoption(practice: str, own: pd.DataFrame, others: pd.DataFrame) -> PracticeAdoption | None:
    curve = adoption_curve(own)
    if isinstance(curve, Insufficient):
        return None
    table, last = curve.curve, curve.curve.iloc[-1]
    share = Interval(float(last["share"]), float(last["low"]), float(last["high"]), curve.confidence)
    return PracticeAdoption(
        practice=practice,
        curve=curve,
        compared=adoption_curve(others),
        adopted=int(last["adopted"]),
        n=int(last["n"]),
        share=share,
        half_way=table.index[(table["share"] >= last["share"] / 2).to_numpy().argmax()],
        new_lately=int(table["new"].iloc[-LATELY:].sum()) if len(table) > LATELY else 0,
        lapsed=int(last["lapsed"]),
    )


@guarded
def change_by_practice(rows: pd.DataFrame) -> dict[str, PracticeChange | Insufficient] | Insufficient:
    """Compare the share of cases handled in the new way in each organization's first year and in its last.

    Parameters
    ----------
    rows : DataFrame
        As `first_and_last_year` gives them: ``practice_id``, ``partner_id``, ``period`` (0 in the first year, 1 in the
        last) and ``value``, the share of cases in per cent.

    Returns
    -------
    dict of practice to PracticeChange or Insufficient, or Insufficient
        The change in percentage points; ``no_denominator`` where cases were not counted.
    """
    if rows.empty:
        return Insufficient("no_denominator", 0, 1)
    return {str(practice): practice_change(part, 1) for practice, part in rows.groupby("practice_id", sort=False)}


@guarded
def adoption_by_group(rows: pd.DataFrame, group: str) -> pd.DataFrame | Insufficient:
    """Count who had taken up each practice by its last period, by kind of organization.

    Parameters
    ----------
    rows : DataFrame
        As for `adoption_by_practice`.
    group : str
        Column that tells the kinds apart.

    Returns
    -------
    DataFrame or Insufficient
        Columns ``practice_id``, ``group``, ``n`` and ``adopted``. Kinds of fewer than `FEWEST` organizations stand
        together under an empty name, so that none is told by its kind; they are left out where even together they are
        fewer.
    """
    own = rows[~rows["comparison"]]
    if own.empty:
        return Insufficient("no_rows", 0, 1, "practice_observation")
    sizes = own.groupby(group)["partner_id"].nunique()
    named = own[group].where(own[group].map(sizes) >= FEWEST, "")
    last = own.groupby("practice_id")["period"].transform("max")
    ever = own["adopted"].astype(float).groupby([own["practice_id"], own["partner_id"]]).transform("max")
    seen = own.assign(group=named, ever=ever)[own["period"] == last]
    counts = seen.groupby(["practice_id", "group"], sort=False)["ever"].agg(n="size", adopted="sum").reset_index()
    kept = counts[counts["n"] >= FEWEST]
    return kept.astype({"adopted": int}) if len(kept) else Insufficient("too_few_clusters", int(sizes.sum()), FEWEST)


@guarded
def cases_reached(cases: pd.DataFrame, min_cell: int) -> pd.DataFrame | Insufficient:
    """Share of cases handled in the new way, without those from which a small count could be worked out.

    Parameters
    ----------
    cases : DataFrame
        Columns ``practice_id``, ``sector``, ``n`` and ``denominator``.
    min_cell : int
        Smallest count shown.

    Returns
    -------
    DataFrame or Insufficient
        The same columns and ``value``, the share (0-1); figures missing where they are not shown. No rows where cases
        were not counted.
    """
    if cases.empty:
        return cases.assign(value=pd.Series(dtype=float))
    hidden = suppress_rates(
        cases, ["sector"], by=["practice_id"], numerator="n", min_cell=max(2, min_cell), totals="listed"
    )
    return hidden if isinstance(hidden, Insufficient) else hidden.published
