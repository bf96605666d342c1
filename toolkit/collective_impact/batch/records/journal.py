"""What batches came to: ``batch.json`` of the last one, and a line for each report of all of them.

A record that cannot be read is taken as none; the next batch puts it aside.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from collective_impact.batch.shard import Shard
from collective_impact.files import write_whole
from collective_impact.language import marked

SUMMARY = "batch.json"
HISTORY = "batch-history.jsonl"
_LINES_KEPT = 2000
_OF_A_PART = re.compile(r"batch-\d+-of-\d+\.json")

Outcome = Literal["ok", "failed", "unchanged", "refused", "unfinished"]
OUTCOMES: Mapping[Outcome, str] = {
    "ok": marked("made"),
    "failed": marked("failed"),
    "unchanged": marked("unchanged"),
    "refused": marked("could not be used"),
    "unfinished": marked("not finished"),
}
"""What readers see of each, to be translated."""


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
    standing_since : str
        Day on which that was made.
    failed : tuple of str
        Templates whose runs failed.
    signals : tuple of str
        Findings that ask to be looked at, by id and topic: ``formative_outcome.run_chart:signal``.
    failing_since : str
        When the unbroken row of failures began that this one ends; empty where it is none.
    last_good : str
        When the report was last made, or found to be unchanged; empty where it never was.
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
    standing_since: str = ""
    failed: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    failing_since: str = ""
    last_good: str = ""

    @property
    def well(self) -> bool:
        """Whether the report stands as it should."""
        return self.outcome in {"ok", "unchanged"}


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a batch came to; times are UTC, as ISO 8601 writes them.

    Attributes
    ----------
    config : str
        Name of the configuration file.
    started, ended : str
    note, hours
        Its schedule.
    reports : tuple of ReportOutcome
        Those that the batch was asked for.
    initiatives : tuple of str
        All initiatives of the configuration, whichever of them the batch was asked for.
    """

    config: str
    started: str
    ended: str
    note: str
    hours: float
    reports: tuple[ReportOutcome, ...]
    initiatives: tuple[str, ...] = ()

    def count(self, *outcomes: Outcome) -> int:
        """How many reports came to one of these."""
        return sum(report.outcome in outcomes for report in self.reports)


def write_summary(out: Path, summary: BatchSummary, shard: Shard | None = None) -> None:
    """Write ``batch.json``, or that of a part of a batch, and put its reports at the end of the history."""
    lines = "".join(json.dumps(asdict(report), ensure_ascii=False) + "\n" for report in summary.reports)
    with (out / HISTORY).open("ab", buffering=0) as history:
        history.write(lines.encode())  # all in one, for parts of a batch write side by side
    kept = max(_LINES_KEPT, 2 * len(summary.reports))
    if not shard and len(known := _lines(out / HISTORY)) > 2 * kept:
        write_whole(out / HISTORY, "".join(f"{line}\n" for line in known[-kept:]))
    name = f"batch-{shard.name}.json" if shard else SUMMARY
    write_whole(out / name, json.dumps(asdict(summary), indent=2, ensure_ascii=False) + "\n")


def read_summaries(out: Path) -> dict[str, BatchSummary]:
    """Read what the last batches came to, by file: the whole and its parts; those that cannot be read are left out."""
    found = {}
    for file in sorted(out.glob("batch*.json")):
        if file.name != SUMMARY and not _OF_A_PART.fullmatch(file.name):
            continue
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            reports = tuple(_outcome(each) for each in content["reports"])
            initiatives = tuple(map(str, content.get("initiatives", ())))
            summary = BatchSummary(**{**content, "reports": reports, "initiatives": initiatives})
            _check_moments(summary.started, summary.ended)
            found[file.name] = summary
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def last_outcomes(out: Path) -> dict[tuple[str, str], ReportOutcome]:
    """Give what each report came to the last time, by initiative and language; lines that cannot be read are left out.

    Only the last line of each report is looked at closely.
    """
    last: dict[tuple[str, str], ReportOutcome] = {}
    whole: set[str] = set()
    for line in reversed(_lines(out / HISTORY)):
        with suppress(ValueError, KeyError, TypeError):
            content = json.loads(line)
            initiative, language = key = content["initiative"], content["language"]
            if key in last or initiative in whole:
                continue
            one = _outcome(content)
            if not language:  # the whole initiative
                whole.add(initiative)
            if language or all(initiative != name for name, _language in last):
                last[key] = one
    return last


def followed(now: ReportOutcome, before: Mapping[tuple[str, str], ReportOutcome]) -> ReportOutcome:
    """Give an outcome with what goes on from the time before: since when it fails, when it was last good, its signals.

    Parameters
    ----------
    now : ReportOutcome
    before : mapping
        What each report came to the time before, by initiative and language, as `last_outcomes` gives it.
    """
    if now.language:
        own = [before[key] for key in ((now.initiative, now.language), (now.initiative, "")) if key in before]
    else:
        own = [one for (initiative, _language), one in before.items() if initiative == now.initiative]
    since = min((one.failing_since for one in own if one.failing_since), default="")
    begins = now.ended if now.outcome in {"failed", "refused"} else ""
    return replace(
        now,
        signals=now.signals if now.outcome == "ok" else tuple(sorted({each for one in own for each in one.signals})),
        failing_since="" if now.well else since or begins,
        last_good=now.ended if now.well else max((one.last_good for one in own), default=""),
    )


def _outcome(content: dict[str, Any]) -> ReportOutcome:
    """Read an outcome as `write_summary` wrote it.

    Raises
    ------
    ValueError, TypeError
        When it is none.
    """
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in content.items()}
    one = ReportOutcome(**fields)
    texts = one.initiative, one.report, one.language, one.standing, *one.problems, *one.failed, *one.signals
    if one.outcome not in OUTCOMES or not all(isinstance(text, str) for text in texts):
        raise ValueError(one)
    if not all(isinstance(figure, int | float) for figure in (one.seconds, one.ran, one.kept, one.peak_memory_mib)):
        raise ValueError(one)
    _check_moments(one.ended, *(each for each in (one.failing_since, one.last_good) if each))
    return one


def _check_moments(*texts: str) -> None:
    if any(datetime.fromisoformat(text).tzinfo is None for text in texts):
        raise ValueError(texts)


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8", errors="replace").split("\n") if line]
    except FileNotFoundError:
        return []


def moment(when: datetime) -> str:
    """A moment as records write it."""
    return when.isoformat(timespec="seconds")
