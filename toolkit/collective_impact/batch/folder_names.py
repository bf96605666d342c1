"""Folders beside a report, by their names."""

from pathlib import Path


def part_folder(target: Path) -> Path:
    """Where a report is built until it is complete; one that was interrupted is gone on with there."""
    return target.with_name(f".{target.name}.part")


def failed_folder(target: Path) -> Path:
    """Where a report with a failed run is put while a good one stands."""
    return target.with_name(f"{target.name}-failed")
