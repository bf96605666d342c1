"""What is told of the package: its descriptor, the truths that were planted, its README."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from collective_impact.data.schema import SCHEMAS, table_schema
from generator.material import TEXTS, Row, Tables, texts
from generator.outcome import implementation
from generator.power import courted_actors
from generator.true_steps import conditions_story
from generator.truths import AS_OF, Truths

_KEPT = ("name", "type", "constraints")
_ABOUT = (
    "Invented, all of it. Planted: what the generator was told. Realised: what this one sample shows. Recoverable: "
    "whether an evaluation of one sample of this size can find the truth (yes, direction only, no), with the standard "
    "deviation of a simple estimate over 40 seeds as its approximate standard error."
)


def columns(name: str, row: Row) -> list[str]:
    """Give a table's columns in the order of the contract, each with its translation after it."""
    names = []
    for field in table_schema(name).fields:
        names += [field.name, *([f"{field.name}_en"] if f"{field.name}_en" in row else [])]
    return names


def descriptor(tables: Tables) -> dict[str, object]:
    """Give the content of ``datapackage.json``."""
    facts = tomllib.loads((TEXTS / "descriptor.toml").read_text(encoding="utf-8"))
    return {**facts, "resources": [_resource(name, rows[0]) for name, rows in tables.items()]}


def _resource(name: str, row: Row) -> dict[str, object]:
    contract = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    declared = {field["name"]: {key: field[key] for key in _KEPT if key in field} for field in contract["fields"]}
    fields = [declared.get(column, {"name": column, "type": "string"}) for column in columns(name, row)]
    keys = {key: contract[key] for key in ("primaryKey", "foreignKeys") if key in contract}
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "title": contract["title_sv"],
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, **keys},
    }


def told_truths(seed: int, truths: Truths, realised: Mapping[str, object]) -> dict[str, object]:
    """Tell each truth of ``texts/truths.toml``: what was planted and, apart from it, what this sample shows.

    Returns
    -------
    dict
        Content of ``truths.json``.
    """
    planted = _planted(seed, truths)
    words = {name: _listed(value) for name, value in {**realised, **planted}.items()}
    told = {
        name: {
            **{key: entry[key] for key in ("title", "evaluation", "tables", "unit")},
            "how": entry["how"].format_map(words),
            "recoverable": {"from_one_sample": entry["recoverable"], **_error(entry)},
            "planted": {key: planted[key] for key in entry["planted"]},
            "realised": {key: realised[key] for key in entry["realised"]},
        }
        for name, entry in _entries().items()
    }
    return {
        "about": _ABOUT,
        "seed": seed,
        "as_of": AS_OF.isoformat(),
        "truths": told,
    }


def readme(seed: int, truths: Truths, tables: Tables, realised: Mapping[str, object]) -> str:
    """Fill in the README: the tables with their sizes, and what was planted."""
    text = (TEXTS / "README.md").read_text(encoding="utf-8")
    lines = [f"| `{name}` | {len(rows):,} | {table_schema(name).title.root['en']} |" for name, rows in tables.items()]
    known = {**realised, **_planted(seed, truths)}
    told = [_told(entry, known) for entry in _entries().values()]
    filled = text.replace("{seed}", str(seed)).replace("{tables}", "\n".join(lines))
    return filled.replace("{truths}", "\n".join(told))


def _told(entry: Mapping[str, Any], known: Mapping[str, object]) -> str:
    evaluations = ", ".join(f"`{evaluation}`" for evaluation in entry["evaluation"])
    words = {name: _listed(value) for name, value in known.items()}
    says, how = (entry[part].format_map(words) for part in ("says", "how"))
    error = f" (standard error about {entry['standard_error']} {entry['of']})" if "standard_error" in entry else ""
    return f"- **{entry['title']}** ({evaluations}): {says}. {how} Found in one sample: {entry['recoverable']}{error}."


def _error(entry: Mapping[str, Any]) -> dict[str, object]:
    return {key: entry[key] for key in ("standard_error", "of") if key in entry}


def _listed(value: object) -> str:
    if not isinstance(value, (tuple, list)):
        return str(value)
    return " and ".join(filter(None, [", ".join(map(str, value[:-1])), *map(str, value[-1:])])) or "none"


def _entries() -> dict[str, Any]:
    return tomllib.loads((TEXTS / "truths.toml").read_text(encoding="utf-8"))


def _planted(seed: int, truths: Truths) -> dict[str, object]:
    """Give the parameters, and the areas, actors and alliances that they hold for."""
    pairs = texts("power_alliance")
    return {
        **asdict(truths),
        **conditions_story(),
        "practices": {practice: asdict(truth) for practice, truth in truths.practices},
        "implementation_by_area": {area: round(level, 2) for area, level in sorted(implementation(seed).items())},
        "courted_actors": courted_actors(),
        "unusual_alliances": [[row["actor_id"], row["ally_id"]] for row in pairs if row["unusual"] == "true"],
    }
