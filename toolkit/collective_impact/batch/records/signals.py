"""What in a report asks to be looked at, by ids alone: a series that shifted, a target off track."""

import json
from pathlib import Path

from collective_impact.findings.finding import FINDINGS

_TOPICS = ("signal", "off_track")


def signals(report: Path) -> tuple[str, ...]:
    """Give the findings of a report that ask to be looked at, each as ``<id>:<topic>``; none where it has no findings.

    Parameters
    ----------
    report : Path
        Folder of a report.
    """
    try:
        evaluations = json.loads((report / FINDINGS).read_text(encoding="utf-8"))["evaluations"]
        found = [finding for each in evaluations for finding in each["findings"]]
        return tuple(sorted(f"{one['id']}:{topic}" for one in found for topic in _TOPICS if topic in one["topics"]))
    except (OSError, ValueError, KeyError, TypeError):
        return ()
