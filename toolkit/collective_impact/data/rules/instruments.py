"""The rules that hold between the tables of answers and the instruments that the answers are given on."""

from functools import cache

import pandas as pd

from collective_impact.data.answers import INITIATIVE, ROW_AN_ANSWER
from collective_impact.data.quoting import quoted, suggestion
from collective_impact.data.rules.rule import Rule, neither, same
from collective_impact.framework.instrument import Item
from collective_impact.framework.instruments import criteria
from collective_impact.language import marked
from collective_impact.language import translate as _

_RATINGS = ("rubric_score", "partnership_rating")


@cache
def _items(table: str) -> dict[str, Item]:
    """Items that a table may hold answers to, by each id that an answer may stand under."""
    return {answer_id: item for _name, item in criteria(table).values() for answer_id in item.answer_ids}


def _steps(item: Item) -> tuple[int, ...]:
    """Numbers that an item can be answered with; none where it is answered in words."""
    if item.kind == "choices":
        return 0, 1
    if item.kind == "choice":
        return tuple(option.value for option in item.options if isinstance(option.value, int))
    return tuple(range(item.scale.minimum, item.scale.maximum + 1)) if item.scale else ()


def _known(table: str) -> Rule:
    column = ROW_AN_ANSWER[table].item

    def unknown(**tables: pd.DataFrame) -> "pd.Series[bool]":
        return (tables[table][column] != "") & ~tables[table][column].isin(list(_items(table)))

    def most_like(row: "pd.Series") -> str:
        meant = suggestion(row[column], _items(table))
        return quoted(meant) if meant else _("the id of an item of an instrument")

    says = marked("each answer is to an item of an instrument; one of several choices stands as item.option, 0 or 1")
    mend = marked("correct the id; the command catalogue lists the instruments")
    return Rule(table, column, says, mend, unknown, expects=most_like)


def _on_scale(table: str) -> Rule:
    column, value = ROW_AN_ANSWER[table].item, ROW_AN_ANSWER[table].value

    def off_scale(**tables: pd.DataFrame) -> "pd.Series[bool]":
        ids, answers = tables[table][column], tables[table][value].astype("float64")
        steps = [(name, float(step)) for name, item in _items(table).items() for step in _steps(item)]
        fits = pd.MultiIndex.from_arrays([ids, answers]).isin(steps)
        return answers.notna() & ids.isin(list(_items(table))) & ~fits

    def its_steps(row: "pd.Series") -> str:
        steps = _steps(_items(table)[row[column]])
        return ", ".join(map(str, steps)) or _("no number, for the item is answered in words")

    says = marked("an answer is a step of the item’s scale, or the number of an option")
    mend = marked("correct the answer, or leave it empty where there is none")
    return Rule(table, value, says, mend, off_scale, shows=(column, value), expects=its_steps)


def _borne_out(table: str) -> Rule:
    column, value = ROW_AN_ANSWER[table].item, ROW_AN_ANSWER[table].value

    def without_evidence(**tables: pd.DataFrame) -> "pd.Series[bool]":
        ratings = tables[table]
        thresholds = {
            name: item.evidence_from for name, item in _items(table).items() if item.evidence_from is not None
        }
        needed = ratings[column].map(thresholds).astype("float64")
        return (ratings[value].astype("float64") >= needed) & (ratings["evidence_ref"] == "")

    says = marked("a score as high as the instrument asks evidence for tells what it rests on")
    mend = marked("fill in evidence_ref, or lower the score")
    return Rule(table, "evidence_ref", says, mend, without_evidence, shows=(column, value, "evidence_ref"))


INSTRUMENT_RULES = (
    *(_known(table) for table in ROW_AN_ANSWER),
    *(_on_scale(table) for table in ROW_AN_ANSWER),
    *(_borne_out(table) for table in _RATINGS),
    Rule(
        "rubric_score",
        "unit_id",
        marked("what is rated is the initiative, or an area of the table area"),
        marked("write initiative, or correct the id of the area"),
        neither("unit_id", INITIATIVE, "area"),
        needs=("area",),
    ),
    Rule(
        "partnership_rating",
        "with_partner_id",
        marked("the other partner is all of them, or a partner of the table partner"),
        marked("write all, or correct the id of the partner"),
        neither("with_partner_id", "all", "partner"),
        needs=("partner",),
    ),
    Rule(
        "partnership_rating",
        "with_partner_id",
        marked("a partner is rated on its work with others, not with itself"),
        marked("correct one of the partners"),
        same("partner_id", "with_partner_id"),
    ),
)
