"""The initiative's facts, which stand in the descriptor, as two sheets: itself in one row, and its phases."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from collective_impact.collection.sheets import every_column
from collective_impact.data.facts import Facts
from collective_impact.data.schema import table_schema
from collective_impact.language import SOURCE_LANGUAGE
from collective_impact.words import ANY_LANGUAGE, Words

_LEAST = ("min_cell", "min_respondents")
_PARTNER_NAMES = "partner_names"
_WORDS = tuple(field.name for field in table_schema("initiative").fields if field.translatable)


def facts_rows(facts: Facts) -> dict[str, pd.DataFrame]:
    """Give the facts as the rows of the sheets ``initiative`` and ``phase``.

    Returns
    -------
    dict of str to pandas.DataFrame of str
        Cells as they stand in a package. What can be translated stands in the initiative's own language, with a
        column for each other language that it is there in.
    """
    row = {"id": facts.id, "language": facts.language, "currency": facts.currency}
    row |= {name: str(getattr(facts.suppression, name)) for name in _LEAST}
    row |= {_PARTNER_NAMES: str(facts.suppression.partner_names).lower()}
    for name in _WORDS:
        row |= _texts(name, getattr(facts, name), facts.language)
    initiative = pd.DataFrame([row], dtype=str)
    columns = [column.name for column in every_column("initiative").columns if column.name in row]
    phases = [[str(phase.phase), phase.start.isoformat(), str(phase.end or "")] for phase in facts.phases]
    phase = pd.DataFrame(phases, columns=["phase", "start", "end"], dtype=str)
    return {"initiative": initiative[columns], "phase": phase}


def with_facts(descriptor: Mapping[str, Any], rows: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Put the rows of the two sheets into a descriptor; what they do not tell of stays as it is.

    Parameters
    ----------
    descriptor : mapping
        Content of ``datapackage.json``; empty for a new package.
    rows : mapping of str to pandas.DataFrame of str
        Like those of `facts_rows`, for the sheets that there are.

    Returns
    -------
    dict
        The content with the facts.
    """
    facts: dict[str, Any] = dict(descriptor.get("initiative", {}))
    name = descriptor.get("name", "")
    if "initiative" in rows:
        row = {str(name): str(text) for name, text in rows["initiative"].iloc[0].items()}
        name = row["id"]
        language = row.get("language") or SOURCE_LANGUAGE
        for key in _WORDS:
            facts[key] = _words(key, row, language)
        facts |= {"language": language, "currency": row.get("currency", "")}
        given: dict[str, int | bool] = {key: int(row[key]) for key in _LEAST if row.get(key)}
        if row.get(_PARTNER_NAMES):
            given[_PARTNER_NAMES] = row[_PARTNER_NAMES] == "true"
        facts["suppression"] = {**facts.get("suppression", {}), **given}
    if "phase" in rows:
        in_order = rows["phase"].sort_values("start", kind="stable")
        facts["phases"] = [{key: text for key, text in row.items() if text} for row in in_order.to_dict("records")]
    facts = {key: value for key, value in facts.items() if value not in ("", {}, [])}
    return {**descriptor, "name": name, "initiative": facts}


def without_repeats(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Empty the cells that translate a text into the initiative's own language and say the same as the text.

    Parameters
    ----------
    rows : pandas.DataFrame of str
        Of the sheet ``initiative``.
    language : str
        The initiative's own, where a row does not tell it.
    """
    own = rows.get("language", pd.Series("", index=rows.index)).replace("", language)
    for name in _WORDS:
        for column in (each for each in rows if str(each).startswith(f"{name}_")):
            same = (f"{name}_" + own == column) & (rows[column] == rows.get(name, ""))
            rows = rows.assign(**{str(column): rows[column].mask(same, "")})
    return rows


def contradictions(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the texts, with the columns for the initiative's own language that say something else."""
    pairs = [(name, f"{name}_{row.get('language') or SOURCE_LANGUAGE}") for name in _WORDS]
    return [(name, column) for name, column in pairs if row.get(column) and row[column] != row.get(name, "")]


def _texts(name: str, words: Words, language: str) -> dict[str, str]:
    """Columns of what can be translated: in the own language, or else in one that it is there in, and the others."""
    own = next((words.root[each] for each in (language, ANY_LANGUAGE, *words.root) if each in words.root), "")
    others = {each: text for each, text in words.root.items() if each not in (language, ANY_LANGUAGE)}
    return {name: own} | {f"{name}_{each}": text for each, text in others.items()}


def _words(name: str, row: Mapping[str, str], language: str) -> str | dict[str, str]:
    """One text, or one for each language if it is there in several."""
    start = f"{name}_"
    others = {
        column.removeprefix(start): text
        for column, text in row.items()
        if column.startswith(start) and text and column != start + language
    }
    own = row.get(name, "")
    return {language: own, **others} if others else own
