"""Tables of openings and resistances: who confirms what, where power stands, what mattered most, what to test next."""

import pandas as pd

from collective_impact.analysis.system.outcome_chains import OutcomeChains
from collective_impact.analysis.system.records import levers
from collective_impact.blocks import Table
from collective_impact.data.outcome import date_in_words
from collective_impact.data.schema import table_schema
from collective_impact.language import number, percent, quote
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.harvested_outcomes import HarvestedOutcomes
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST_ACTORS = 12
FOR_THE_BETTER, OTHERWISE = 4, 3
"""Most significant changes that are shown: for the better, and for the worse or mixed."""
_CONFIRMED = {"full": 0, "partial": 1, "pending": 2, "none": 3}


@guarded
def substantiation_table(counts: HarvestedOutcomes) -> Table:
    """List how many outcomes others confirm, and the share of full agreement among those answered."""
    field = table_schema("outcome_harvest").field("agreement")
    rows = [[field.label_of(str(answer)), number(count, 0)] for answer, count in counts.agreement.items()]
    rows.append([_("Nobody asked"), number(counts.n - counts.n_asked, 0)])
    if counts.share_substantiated is not None:
        share = _("{share} of {n}").format(share=percent(counts.share_substantiated), n=counts.n_answered)
        rows.append([_("Agrees fully, of those who have answered"), share])
    caption = _("What people outside say about the {n} harvested outcomes").format(n=counts.n)
    return Table([_("Answer"), _("Outcomes")], rows, caption, "substantiation", numeric=(1,))


@guarded
def standing_table(standing: pd.DataFrame) -> Table | Insufficient:
    """List where those with power stand, and how each is read by the rules of `standing`."""
    if standing.empty:
        return Insufficient("no_rows", 0, 1, "power_actor")
    told = standing[standing["reading"].ne("")]
    shown = (told if len(told) else standing).head(MOST_ACTORS)
    rows = [
        [row["name"], _figure(row["power"]), _way(row), number(row["changes"], 0), reading(row["reading"])]
        for _i, row in shown.iterrows()
    ]
    caption = _("Openings and resistances: {shown} of {n} actors on the power map, resistances first, then by power")
    columns = [_("Actor"), _("Power (0–4)"), _("Stance (−2 to +2)"), _("Changes recorded"), _("Read as")]
    return Table(columns, rows, caption.format(shown=len(shown), n=len(standing)), "standing", numeric=(1, 3))


def reading(code: str) -> str:
    """How a stance is read, in words."""
    return {
        "against": _("resistance: against the common agenda"),
        "moved_away": _("resistance: moved away from it"),
        "moved_towards": _("opening: moved towards it"),
        "undecided": _("opening: has much power and has not taken sides"),
        "untapped": _("opening: for it, but no change of theirs is recorded"),
    }.get(code, _("as before"))


def _way(row: "pd.Series[float]") -> str:
    if pd.isna(row["before"]) or row["before"] == row["stance"]:
        return _figure(row["stance"])
    return _("{before} to {after}").format(before=_figure(row["before"]), after=_figure(row["stance"]))


def _figure(value: float) -> str:
    return "–" if pd.isna(value) else number(value, 0)


@guarded
def most_significant(harvest: pd.DataFrame) -> Table | Insufficient:
    """Quote why some outcomes matter: those best confirmed first, then those that the initiative had most part in."""
    told = harvest[harvest["significance"].fillna("") != ""]
    if told.empty:
        return Insufficient("no_significance", 0, 1)
    better = told["sign"] == "positive"
    shown = pd.concat([by_weight(told[better]).head(FOR_THE_BETTER), by_weight(told[~better]).head(OTHERWISE)])
    sign = table_schema("outcome_harvest").field("sign")
    rows = [
        [
            date_in_words(row["date"]),
            f"{row['who']}: {row['what_changed']}",
            quote(row["significance"]),
            quote(row["contribution"]),
            sign.label_of(row["sign"]),
        ]
        for _i, row in shown.iterrows()
    ]
    columns = [_("When"), _("Who changed what"), _("Why it matters"), _("What the initiative did"), _("Sign")]
    caption = _("{shown} of {n} harvested outcomes to talk about")
    return Table(columns, rows, caption.format(shown=len(shown), n=len(harvest)), "most-significant")


def by_weight(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Order outcomes: better confirmed first, then larger contribution, then later."""
    keys = pd.DataFrame(
        {
            "confirmed": outcomes["agreement"].map(_CONFIRMED).fillna(2),
            "part": -outcomes["contribution_level"].astype("float64").fillna(-1),
            "day": [-each.start_time.toordinal() for each in outcomes["date"]],
        },
        index=outcomes.index,
    )
    return outcomes.loc[keys.sort_values(["confirmed", "part", "day"], kind="stable").index]


@guarded
def hypotheses_table(harvest: pd.DataFrame, chains: OutcomeChains, signals: pd.DataFrame) -> Table:
    """Turn what was seen into hypotheses for the theory of change, each with what would tell whether it holds."""
    outcomes = harvest.set_index("outcome_id")
    named = outcomes["who"] + ": " + outcomes["what_changed"]
    rows = []
    first, most = chains.order.index[0], int(chains.order["followers"].iloc[0])
    if most:
        rows.append(
            [
                _("{n} later outcomes are traced to {outcome}").format(n=most, outcome=quote(named[first])),
                _("This change opens the way for others"),
                _("The same order of events where the change comes later, or its absence where it does not come"),
            ]
        )
    unforeseen = by_weight(harvest[harvest["expected"].eq(False)]).set_index("outcome_id")
    rows += [_unforeseen(named[own]) for own in unforeseen.index[unforeseen["sign"] == "positive"][:2]]
    rows += [_side_effect(named[own]) for own in unforeseen.index[unforeseen["sign"] != "positive"][:2]]
    seen = {*signals["type"], *harvest["type"]}
    rows += [_lacking(name) for lever, name in levers().items() if lever not in seen]
    columns = [_("What was seen"), _("Hypothesis to test"), _("What would tell")]
    return Table(columns, rows, _("What the theory of change should be asked next"), "hypotheses")


def _unforeseen(outcome: str) -> list[str]:
    return [
        _("Not foreseen: {outcome}").format(outcome=quote(outcome)),
        _("There is a way to the goal that the theory of change lacks"),
        _("Others who do the same when they are asked, and what they say made them do it"),
    ]


def _side_effect(outcome: str) -> list[str]:
    return [
        _("Not foreseen, and not for the better: {outcome}").format(outcome=quote(outcome)),
        _("A changed way of working lessens this without losing what was gained"),
        _("The same question to those concerned, before the way of working is changed and after"),
    ]


def _lacking(lever: str) -> list[str]:
    return [
        _("No change is recorded in {lever}").format(lever=lever.lower()),
        _("Without it the other changes will not last"),
        _("Whether changes elsewhere are given up when people or projects leave"),
    ]
