"""What batches came to: ``batch.json`` of the last one, and a line for each report of all of them.

A record that cannot be read is put aside under another name, and a new one begun; nothing of it is lost.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from collective_impact.batch.shard import Shard
from collective_impact.files import write_whole

SUMMARY = "batch.json"
HISTORY = "batch-history.jsonl"
_LINES_KEPT = 5000

Outcome = Literal["ok", "failed", "unchanged", "refused", "unfinished"]


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """What a report came to.

    Attributes
    ----------
    initiative : str
        Its id; the package where that could not be read.
    report : str
        Where the report stands, from the folder of reports; empty where it came to nothing.
    language : str
    outcome : {"ok", "failed", "unchanged", "refused", "unfinished"}
        All is well, a run failed, nothing was due, it could not be made, or the batch ended before it.
    ended : str
        UTC, as ISO 8601 writes it.
    seconds : float
        That its notebooks took, together.
    ran, kept : int
        Runs that ran, and runs that were taken over.
    peak_memory_mib : int
        Most memory that one of its kernels had.
    problems : tuple of str
        What went wrong, a sentence each.
    standing : str
        Where the last good report stands that was left in place, from the folder of reports.
    """

    initiative: str
    report: str
    language: str
    outcome: Outcome
    ended: str
    seconds: float = 0.0
    ran: int = 0
    kept: int = 0
    peak_memory_mib: int = 0
    problems: tuple[str, ...] = ()
    standing: str = ""


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a batch came to; times are UTC, as ISO 8601 writes them."""

    config: str
    started: str
    ended: str
    note: str
    hours: float
    reports: tuple[ReportOutcome, ...]

    def count(self, *outcomes: Outcome) -> int:
        """How many reports came to one of these."""
        return sum(report.outcome in outcomes for report in self.reports)


def write_summary(out: Path, summary: BatchSummary, shard: Shard | None = None) -> None:
    """Write ``batch.json``, or that of a part of a batch, and put its reports at the end of the history."""
    lines = "".join(json.dumps(asdict(report), ensure_ascii=False) + "\n" for report in summary.reports)
    with (out / HISTORY).open("a", encoding="utf-8") as history:
        history.write(lines)  # parts of a batch write side by side
    if not shard and len(known := _lines(out / HISTORY)) > 2 * _LINES_KEPT:
        write_whole(out / HISTORY, "".join(f"{line}\n" for line in known[-_LINES_KEPT:]))
    name = f"batch-{shard.name}.json" if shard else SUMMARY
    write_whole(out / name, json.dumps(asdict(summary), indent=2, ensure_ascii=False) + "\n")


def read_summary(out: Path) -> BatchSummary | None:
    """Read what the last batch came to; None where there was none, or its record cannot be read."""
    content = read_json(out / SUMMARY)
    try:
        reports = tuple(ReportOutcome(**{**each, "problems": tuple(each["problems"])}) for each in content["reports"])
        return BatchSummary(**{**content, "reports": reports})
    except (KeyError, TypeError):
        if content:
            put_aside(out / SUMMARY)
        return None


def read_history(out: Path) -> list[ReportOutcome]:
    """Read what the reports of all batches came to, oldest first; lines that cannot be read are left out."""
    return list(_outcomes(_lines(out / HISTORY)))


def last_outcomes(out: Path) -> dict[tuple[str, str], ReportOutcome]:
    """Give what each report came to the last time, by initiative and language."""
    last: dict[tuple[str, str], ReportOutcome] = {}
    for one in read_history(out):
        if not one.language:  # the whole initiative
            last = {key: each for key, each in last.items() if key[0] != one.initiative}
        last.pop((one.initiative, ""), None)
        last[one.initiative, one.language] = one
    return last


def _outcomes(lines: Sequence[str]) -> Iterator[ReportOutcome]:
    for line in lines:
        try:
            content = json.loads(line)
            yield ReportOutcome(**{**content, "problems": tuple(content["problems"])})
        except (ValueError, KeyError, TypeError):
            continue


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
    except FileNotFoundError:
        return []
    except ValueError:
        put_aside(file)
        return []


def read_json(file: Path) -> dict[str, Any]:
    """Read a record; empty where there is none. One that cannot be read is put aside."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        put_aside(file)
        return {}
    return content if isinstance(content, dict) else {}


def put_aside(file: Path) -> Path:
    """Move a record that cannot be read out of the way, under a name that is free."""
    place, number = file.with_name(f"{file.name}.damaged"), 1
    while place.exists():
        number += 1
        place = file.with_name(f"{file.name}.damaged-{number}")
    file.replace(place)
    return place


def moment(when: datetime) -> str:
    """A moment as records write it."""
    return when.isoformat(timespec="seconds")
