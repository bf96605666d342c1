"""How far the sections of a survey moved between two rounds, each respondent compared with themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from collective_impact.framework.instrument import Instrument
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.paired_waves import PairedWaves, paired_waves

OF_PARTNER = "partner_id"


@dataclass(frozen=True, slots=True, eq=False)
class SectionChanges:
    """Changes from the first round to the last.

    Attributes
    ----------
    first_round, last_round : str
    overall : PairedWaves
        Of the mean of all items, by partner.
    sections : mapping of str to PairedWaves or Insufficient
    """

    first_round: str
    last_round: str
    overall: PairedWaves
    sections: Mapping[str, PairedWaves | Insufficient]


@guarded
def section_changes(
    instrument: Instrument, answers: pd.DataFrame, min_respondents: int = 5
) -> SectionChanges | Insufficient:
    """Estimate the shift of each section by those who answered in the first round and in the last.

    Parameters
    ----------
    instrument : Instrument
        A survey whose items stand in sections.
    answers : DataFrame of shape (n_rounds_and_respondents, n_items + 1)
        Indexed by round, in order of time, and respondent; the column ``partner_id`` says whom they answer for.
    min_respondents : int
        Smallest group that is shown.

    Returns
    -------
    SectionChanges or Insufficient
        ``no_rows`` without answers; ``too_few_rounds``; ``too_few_pairs`` where fewer answered twice than may be shown;
        what `paired_waves` lacks.
    """
    rounds = list(dict.fromkeys(answers.index.get_level_values(0)))
    if not rounds:
        return Insufficient("no_rows", 0, 1, instrument.table)
    if len(rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds), 2)
    partners = answers[OF_PARTNER].droplevel(0)
    partners = partners[~partners.index.duplicated(keep="last")]
    scores = answers.drop(columns=OF_PARTNER).astype(float)
    before, after = (pd.DataFrame(scores.xs(name, level=0)) for name in (rounds[0], rounds[-1]))
    if (twice := len(before.index.intersection(after.index))) < min_respondents:
        return Insufficient("too_few_pairs", twice, min_respondents)

    def moved(items: list[str]) -> PairedWaves | Insufficient:
        found = paired_waves(before[items].mean(axis=1), after[items].mean(axis=1), clusters=partners)
        if isinstance(found, PairedWaves) and found.n < min_respondents:
            return Insufficient("too_few_pairs", found.n, min_respondents)
        return found

    overall = moved(list(before.columns))
    if isinstance(overall, Insufficient):
        return overall
    by_section = {
        section.id: moved([item.id for item in instrument.scale_items if item.section == section.id])
        for section in instrument.sections
        if any(item.section == section.id for item in instrument.scale_items)
    }
    return SectionChanges(rounds[0], rounds[-1], overall, by_section)
