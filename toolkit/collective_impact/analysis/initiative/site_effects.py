"""What changed at each site against the sites that never took part, over the same time since the start everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Unit


@dataclass(frozen=True, slots=True, eq=False)
class SiteEffects:
    """Effects by site.

    Attributes
    ----------
    effects : DataFrame of shape (n_sites, 5)
        Indexed by site: ``effect, low, high, p_value, p_floor``, in the unit of the outcome; from the smallest effect
        to the largest.
    n_periods : int
        Periods after the start that count at each site.
    n_donors : int
    left_out : tuple
        Sites that took part from the first period on, or too late.
    confidence : float
    """

    effects: pd.DataFrame
    n_periods: int
    n_donors: int
    left_out: tuple[Unit, ...]
    confidence: float


@guarded
def site_effects(panel: Panel, delay: int = 0, *, confidence: float = 0.95) -> SiteEffects | Insufficient:
    """Difference in differences of each site against those that never took part.

    Sites that started early have had more time to change. So that they can be compared, each counts with the periods
    that even the last one to start has had; only what comes before a site's own start counts as before. A site's
    interval says how sure its own effect is, from the scatter of the donors: no order of sites follows from effects
    whose intervals overlap.

    Parameters
    ----------
    panel : Panel
    delay : int
        Periods from the start on that come too early to show a change, and are left out.

    Returns
    -------
    SiteEffects or Insufficient
        ``no_treated_unit``; what `difference_in_differences` lacks for the first site.
    """
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    index = panel.outcome.index
    followed = {site: int((index >= panel.starts[site]).sum()) - delay for site in panel.treated}
    common = min((n for n in followed.values() if n > 0), default=0)
    if not common:
        return Insufficient("too_few_periods_after", 0, delay + 1)
    rows: dict[Unit, list[float | None]] = {}
    lacking: Insufficient | None = None
    for site in panel.treated:
        if followed[site] < common:
            continue
        found = difference_in_differences(_window(panel, site, delay, common), confidence)
        if isinstance(found, Insufficient):
            lacking = lacking or found
            continue
        each = found.estimate
        rows[site] = [each.value, each.low, each.high, each.p_value, each.p_floor]
    if not rows:
        return lacking or Insufficient("too_few_periods_after", 0, delay + 1)
    effects = pd.DataFrame.from_dict(rows, orient="index", columns=["effect", "low", "high", "p_value", "p_floor"])
    left_out = tuple(site for site in panel.treated if site not in rows)
    return SiteEffects(effects.sort_values("effect", kind="stable"), common, len(panel.donors), left_out, confidence)


def _window(panel: Panel, site: Unit, delay: int, periods: int) -> Panel:
    """A site and the donors, in the periods before its start and those that count."""
    index = panel.outcome.index
    after = index[index >= panel.starts[site]][delay : delay + periods]
    kept = index[index < panel.starts[site]].append(after)
    return Panel(panel.outcome.loc[kept, [site, *panel.donors]], {site: after[0]})
