"""Runs that lie in a report's folder already, and whether one of them stands for a new one."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from collective_impact.batch.planning.key import Inputs, PackageState
from collective_impact.batch.running.run import RunRecord, RunSpec
from collective_impact.batch.running.stops import RunError
from collective_impact.files import file_sha256, read_json_object, write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import translate as _
from collective_impact.reporting.gate import Gate, seal_run
from collective_impact.reporting.run_page import NOTEBOOK, RECORD, edited_files

_MAPPINGS = ("parameters", "tables", "findings", "versions")


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run as its folder tells of it.

    Attributes
    ----------
    folder : Path
    record : mapping
        Content of ``run.json``.
    """

    folder: Path
    record: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "EarlierRun | None":
        """Read a run from its folder; None where there is none that can be read."""
        record = read_json_object(folder / RECORD)
        if not record or not isinstance(inputs := record.get("inputs") or {}, dict):
            return None
        whole = all(isinstance(inputs.get(name, {}), dict) for name in _MAPPINGS)
        return cls(folder, record) if whole else None

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that it looked for."""
        return tuple(self._inputs.get("tables", {}))

    @property
    def _inputs(self) -> Mapping[str, Any]:
        inputs: Mapping[str, Any] = self.record.get("inputs") or {}
        return inputs

    def stands_for(self, inputs: Inputs) -> bool:
        """Whether its result is that of a run with these inputs: it ended well, and nobody changed its files since."""
        same = self.record.get("status") == "ok" and self.record.get("key") == inputs.key
        return same and not edited_files(self.folder, self.record)

    def why_not(self, inputs: Inputs) -> tuple[str, ...]:
        """Say why it does not stand for a run with these inputs."""
        if self.record.get("status") != "ok":
            return (_("it failed the last time"),)
        if not self._inputs:
            return (_("its record does not tell what it depended on"),)
        return tuple(inputs.differences(self._inputs)) or (_("its files were changed"),)


def read_record(folder: Path) -> RunRecord:
    """Read the record of a run that a folder of ours holds."""
    content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    known = {each.name: content[each.name] for each in fields(RunRecord) if each.name in content}
    return RunRecord(**{**known, "error": RunError(**known["error"]) if known["error"] else None})


def complete(planned: RunSpec, inputs: Inputs, package: PackageState, gate: Gate) -> RunRecord:
    """Write down what a run's result depended on, then seal what it left; from then on it stands under its key.

    Parameters
    ----------
    planned : RunSpec
    inputs : Inputs
        What it depends on, but for the tables, which it has told itself.
    package : PackageState
    gate : Gate
    """
    folder = planned.folder
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    if record["status"] == "ok":
        read = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))["tables_read"]
        whole = replace(inputs, tables=package.tables(read))
        record |= {"data": package.files(read), "inputs": asdict(whole), "key": whole.key}
        write_whole(folder / RECORD, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    seal_run(folder, gate)
    return read_record(folder)


def take_over(run: Path, folder: Path, gate: Gate) -> RunRecord:
    """Copy what an earlier run left, past the gate of today."""
    if run != folder:
        copy_run(run, folder)
    seal_run(folder, gate)
    return read_record(folder)


def copy_run(run: Path, folder: Path) -> None:
    """Copy what a run left, and nothing that somebody else put or linked there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (NOTEBOOK, FINDINGS, RECORD):
        if (run / name).is_file():
            shutil.copyfile(run / name, folder / name)


def outcome(folder: Path) -> str:
    """Hash of what a run came to; that it failed, where it did."""
    return file_sha256(folder / FINDINGS) if read_record(folder).status == "ok" else "failed"
