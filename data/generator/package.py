"""The package whole: all tables drawn and written, with their descriptor, the truths and the README."""

import csv
import json
from datetime import date
from pathlib import Path

from collective_impact.data.schema import TABLES
from generator import (
    contribution,
    costs,
    description,
    learning,
    meetings,
    network,
    outcome,
    people,
    power,
    ratings,
    realised,
    surroundings,
    surveys,
    system,
    work,
)
from generator.material import Row, Tables, stream, texts
from generator.truths import DEFAULT_SEED, Truths


def generate(folder: Path, seed: int = DEFAULT_SEED, truths: Truths | None = None) -> None:
    """Write the example with everything planted in it; the same seed and truths give the same bytes.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is not there; files of the same names are overwritten.
    seed : int
    truths : Truths, optional
        The example's own, if not given.
    """
    planted = truths or Truths()
    drawn = outcome.outcomes(seed, planted)
    tables = draw(seed, planted, drawn.rows)
    found = {**drawn.realised, **realised.realised(tables)}
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        _write_table(folder / "data" / f"{name}.csv", name, rows)
    _write(folder / "datapackage.json", _json(description.descriptor(tables)))
    _write(folder / "truths.json", _json(description.told_truths(seed, planted, found)))
    _write(folder / "README.md", description.readme(seed, planted, tables, found))


def draw(seed: int, truths: Truths, outcome_rows: list[Row]) -> Tables:
    """Draw every table, each part from a random stream of its own, in the order of the contract."""
    partner = people.partners()
    members = people.taking_part(partner)
    wave = people.waves(members)
    activity = work.activities(stream(seed, "activity"), truths)
    learned = learning.learning(stream(seed, "learning"), truths, meetings.meetings(), len(members))
    came = meetings.participation(stream(seed, "participation"), learned.meeting)
    started = {area.area_id: area.start for area in outcome.areas() if area.start}
    implementation = outcome.implementation(seed)
    tables: Tables = {
        "partner": partner,
        "meeting": meetings.with_attendance(stream(seed, "attendance"), learned.meeting, came),
        "participation": came,
        "activity": activity,
        "activity_partner": work.activity_partners(),
        "data_submission": work.submissions(stream(seed, "data_submission"), truths, members, learned.shortened),
        "cost": costs.costs(stream(seed, "cost"), activity),
        "decision": learned.decision,
        "emergence": learned.emergence,
        "adaptation": learned.adaptation,
        "wave": wave,
        "rubric_score": ratings.rubric_scores(stream(seed, "rubric_score"), truths, implementation, started),
        "partnership_rating": ratings.partnership_ratings(stream(seed, "partnership"), truths, members, wave),
        "survey_response": surveys.survey_responses(stream(seed, "survey_response"), truths, members, wave),
        "relation": network.relations(stream(seed, "relation"), truths, members, wave),
        "power_actor": power.power_map(stream(seed, "power"), truths),
        "power_alliance": power.alliances(),
        "context_event": surroundings.events(),
        "context_series": surroundings.context_series(stream(seed, "context_series")),
        "practice": system.practices(),
        "practice_observation": system.practice_observations(stream(seed, "practice"), truths, partner),
        "funding_flow": system.funding_flows(stream(seed, "funding_flow"), truths),
        **system.policies(),
        "outcome_harvest": contribution.harvested_outcomes(),
        "claim": contribution.claims(),
        "evidence": contribution.evidence(stream(seed, "evidence"), truths),
        "area": [{key: value for key, value in row.items() if key != "share_born_abroad"} for row in texts("area")],
        "group": [dict(row) for row in texts("group")],
        "indicator": outcome.indicators(outcome_rows),
        "indicator_value": outcome_rows,
    }
    return {name: tables[name] for name in TABLES}


def _write_table(file: Path, name: str, rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        columns = description.columns(name, rows[0])
        writer.writerow(columns)
        writer.writerows([[_cell(row[column]) for column in columns] for row in rows])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(float(value)).removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _write(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8", newline="\n")
