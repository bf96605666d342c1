"""Score the answers to an instrument by the rule that its file states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.framework.instrument import Instrument, Item
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.agreement import Agreement, krippendorff_alpha
from collective_impact.statistics.ratings.criteria import LEAST_RATERS, Gate, gate, summarise_ratings
from collective_impact.statistics.ratings.factors import GroupScore, band_of, factor_means


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentScore:
    """What the answers to an instrument come to.

    Attributes
    ----------
    instrument : str
        Its id.
    n : int
        Respondents, raters, or rows of a log.
    items : DataFrame of shape (n_scale_items, 4)
        ``median``, ``lowest``, ``highest`` and ``n``, the different people who answered, by item id; the first three
        are missing where fewer answered than may be shown.
    groups : mapping of str to GroupScore or Insufficient
        By item, concept or section, as the instrument puts them together.
    agreement : Agreement or Insufficient or None
        Where raters score the same things: over all ratings that were given for it.
    gate : Gate or Insufficient or None
        Where the lowest decides.
    counts : mapping of str to Series or Insufficient
        How many chose each option, by item; how many rows of a log have each value, by column.
    """

    instrument: str
    n: int
    items: pd.DataFrame
    groups: Mapping[str, GroupScore | Insufficient]
    agreement: Agreement | Insufficient | None
    gate: Gate | Insufficient | None
    counts: Mapping[str, pd.Series[int] | Insufficient]


@guarded
def score(
    instrument: Instrument,
    answers: pd.DataFrame,
    *,
    all_ratings: pd.DataFrame | None = None,
    partners: pd.Series[str] | None = None,
    min_respondents: int = 5,
    confidence: float = 0.95,
) -> InstrumentScore | Insufficient:
    """Score an instrument.

    - ``lowest``: each criterion is the lower median of its raters; a group is its lowest criterion, and the gate is
      held against the lowest of all that it names. Low agreement is told, but lifts nobody over the gate, and a
      criterion that one rater alone scored can fail it but not pass it.
    - ``median``: a group is the lower median of its criteria. Where agreement is asked for and raters agree less than
      the instrument's ``tentative``, or a single rater scored, groups are not put together. Where all ratings are the
      same, agreement cannot be told from a scale that nobody used (``no_variation``), and groups are put together.
    - ``mean``: see `factor_means`.
    - ``count``: rows by the values of a column, those that the instrument is about at least.
    - ``none``: the items only.

    Parameters
    ----------
    instrument : Instrument
    answers : DataFrame of shape (n_rows, n_items)
        One row a respondent or rater, who is its index; a column for each id in the items' ``answer_ids``. The rows of
        the table themselves for a log. One round, and one thing rated, at a time.
    all_ratings : DataFrame, optional
        Ratings of all rounds and all things rated, `answers` among them, with the columns of `answers`; indexed by the
        rater in the last level, by round and thing rated in those before it. Agreement is judged by these, or else by
        `answers` alone: in a single round of a single thing scores are often nearly alike, and alpha then collapses
        although the raters agree (Krippendorff 2004, 2011), whereas how well they share a scale shows over all that
        they rated.
    partners : Series of shape (n_respondents,), optional
        Partner that each respondent of a survey belongs to, indexed by respondent: answers from one partner are
        alike, and the intervals of means allow for it.
    min_respondents : int
        Smallest group of a survey that is shown, as of each item and each block of options; the instrument may ask for
        more.
    confidence : float
        Of the intervals of means.

    Returns
    -------
    InstrumentScore or Insufficient
        ``no_data`` without answers; ``too_few_respondents`` to a survey with fewer than may be shown.

    Raises
    ------
    MethodError
        When a rater or respondent has several rows, other than for means, or a respondent several partners.
    """
    if instrument.form == "log":
        return _log(instrument, answers)
    if instrument.scoring.rule != "mean" and not answers.index.is_unique:
        raise MethodError("answers: found several rows of one rater; expected one round and one thing rated at a time")
    needed = max(min_respondents, instrument.min_respondents or 1) if instrument.form == "survey" else 1
    scores = _columns(answers, instrument.scale_items).set_axis([item.id for item in instrument.scale_items], axis=1)
    answered = _columns(answers, instrument.items).notna().any(axis=1)
    n = answers.index[answered].nunique()
    if n < needed:
        return _too_few(n, needed)
    items = summarise_ratings(scores)
    items.loc[items["n"] < needed, ["median", "lowest", "highest"]] = float("nan")
    agreement = _agreement(instrument, scores if all_ratings is None else _side_by_side(instrument, all_ratings))
    return InstrumentScore(
        instrument=instrument.id,
        n=n,
        items=items,
        groups=_means(instrument, scores, partners, needed, confidence)
        if instrument.scoring.rule == "mean"
        else _groups(instrument, scores, items, agreement, needed),
        agreement=agreement,
        gate=_gate(instrument, items),
        counts={item.id: _choices(item, answers, needed) for item in instrument.items if item.options},
    )


def _log(instrument: Instrument, rows: pd.DataFrame) -> InstrumentScore | Insufficient:
    if rows.empty:
        return Insufficient("no_data")
    counts = {}
    if instrument.scoring.rule == "count":
        found = rows[instrument.scoring.column].value_counts()
        values = dict.fromkeys([*instrument.concepts, *found.index])
        counts[instrument.scoring.column] = found.reindex(list(values), fill_value=0)
    return InstrumentScore(instrument.id, len(rows), summarise_ratings(pd.DataFrame()), {}, None, None, counts)


def _columns(answers: pd.DataFrame, items: Sequence[Item]) -> pd.DataFrame:
    """Columns that the answers to some items stand in, empty where there are none."""
    return answers.reindex(columns=[column for item in items for column in item.answer_ids])


def _side_by_side(instrument: Instrument, all_ratings: pd.DataFrame) -> pd.DataFrame:
    """A row for each rater, a column for each criterion in each round of each thing rated."""
    if all_ratings.index.nlevels == 1 or not all_ratings.index.is_unique:
        raise MethodError(
            "all_ratings: found no unique index of round, thing rated and rater; expected one row for each"
        )
    ratings = _columns(all_ratings, instrument.scale_items).astype(float)
    return pd.DataFrame(ratings.unstack(list(range(all_ratings.index.nlevels - 1))))


def _agreement(instrument: Instrument, scores: pd.DataFrame) -> Agreement | Insufficient | None:
    rule = instrument.scoring.agreement
    return krippendorff_alpha(scores, firm=rule.firm, tentative=rule.tentative) if rule else None


def _gate(instrument: Instrument, items: pd.DataFrame) -> Gate | Insufficient | None:
    rule = instrument.scoring.gate
    if rule is None:
        return None
    named = [item.id for item in instrument.scale_items if rule.section in ("", item.section)]
    return gate(items.loc[named], rule.at_least)


def _means(
    instrument: Instrument, scores: pd.DataFrame, partners: pd.Series[str] | None, needed: int, confidence: float
) -> Mapping[str, GroupScore | Insufficient]:
    ends = {(item.scale.minimum, item.scale.maximum) for item in instrument.scale_items if item.scale}
    return factor_means(
        scores,
        instrument.groups(),
        min_respondents=needed,
        bands=[band.at_least for band in instrument.scoring.bands],
        clusters=partners,
        scale=ends.pop() if len(ends) == 1 else None,
        confidence=confidence,
    )


def _groups(
    instrument: Instrument,
    scores: pd.DataFrame,
    items: pd.DataFrame,
    agreement: Agreement | Insufficient | None,
    needed: int,
) -> Mapping[str, GroupScore | Insufficient]:
    groups, scoring = instrument.groups(), instrument.scoring
    if scoring.rule == "none":
        return {}
    if scoring.rule == "median" and (withheld := _withheld(agreement, items)):
        return dict.fromkeys(groups, withheld)
    quantile = 0 if scoring.rule == "lowest" else 0.5
    bands = [band.at_least for band in scoring.bands]
    return {
        group: _put_together(scores[[*ids]], items.loc[[*ids]], needed, quantile, bands)
        for group, ids in groups.items()
    }


def _withheld(agreement: Agreement | Insufficient | None, items: pd.DataFrame) -> Insufficient | None:
    """Why raters' scores are not put together, if they are not; the same score from all of them is no reason."""
    if agreement is None:
        return None
    if (raters := items["n"].max()) < LEAST_RATERS:
        return Insufficient("too_few_raters", raters, LEAST_RATERS)
    if isinstance(agreement, Agreement) and agreement.reliability == "too_low":
        return Insufficient("low_agreement", agreement.alpha, agreement.tentative)
    return None


def _put_together(
    scores: pd.DataFrame, items: pd.DataFrame, needed: int, quantile: float, bands: Sequence[float]
) -> GroupScore | Insufficient:
    known = items.dropna(subset="median")
    if known.empty:
        return _too_few(int(items["n"].max()), needed)
    value = float(known["median"].quantile(quantile, interpolation="lower"))
    n = int(scores[known.index].notna().any(axis=1).sum())
    return GroupScore(value, float(known["lowest"].min()), float(known["highest"].max()), n, band_of(value, bands))


def _choices(item: Item, answers: pd.DataFrame, needed: int) -> pd.Series[int] | Insufficient:
    """How many chose each option, where enough answered the question."""
    chosen = _columns(answers, [item])
    if (n := chosen.index[chosen.notna().any(axis=1)].nunique()) < needed:
        return _too_few(n, needed)
    columns = chosen.T.to_numpy() if item.kind == "choices" else [chosen.iloc[:, 0]] * len(item.options)
    meant = [1 if item.kind == "choices" else option.value for option in item.options]
    picked = {option.value: column == value for option, column, value in zip(item.options, columns, meant, strict=True)}
    return pd.DataFrame(picked, index=chosen.index).groupby(level=0).any().sum()


def _too_few(n: int, needed: int) -> Insufficient:
    return Insufficient("too_few_respondents", n, needed) if n else Insufficient("no_data")
