"""Only what has changed runs again, and the same inputs give the same bytes wherever and whenever they are run."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from batch_fixture import contents, name_area, report_in, write_config
from conftest import EXAMPLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

BOTH = 'levels = ["context", "outcome"]'
UP_TO_1995 = "as_of = 1995-12-31"


def replace_in(file, old: str, new: str) -> None:
    """Change the first place in a file that has a text."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_only_what_looked_for_a_changed_table_runs_again(warm_command, package, tmp_path):
    there = set(warm_command.temporary.iterdir())
    config = write_config(tmp_path / "b.toml", BOTH, UP_TO_1995)
    first = warm_command("batch", config, "--json")
    assert (first.code, first.ran) == (0, ["formative_context", "formative_outcome", "learning_report"])
    before = contents(report_in(tmp_path / "out"))

    again = warm_command("batch", config, "--json")
    assert [event["event"] for event in again.events] == ["unchanged"]
    assert again.code == 0

    values = package / "data/indicator_value.csv"
    replace_in(values, "alabama,2000,all,", "alabama,2000,all,9")  # after the report's day
    os.utime(values, (0, 0))  # by a clock that went backwards
    later = warm_command("batch", config, "--json")
    assert (later.code, later.ran, [e["event"] for e in later.events if e.get("unchanged")]) == (0, [], ["report"])
    assert contents(report_in(tmp_path / "out")) == before
    assert [event["event"] for event in warm_command("batch", config, "--json").events] == ["unchanged"]

    name_area(package, "Elsewhere")
    renamed = warm_command("batch", config, "--json")
    assert renamed.ran == ["formative_context", "formative_outcome", "learning_report"]  # all look for the areas
    assert {tuple(event["reasons"]) for event in renamed.events if event["event"] == "begin"} == {("table area",)}

    replace_in(values, "alabama,1990,all,", "alabama,1990,all,9")
    counted = warm_command("batch", config, "--json")
    assert counted.ran == ["formative_outcome", "learning_report"]
    assert ["table indicator_value"] in [event.get("reasons") for event in counted.events]
    assert any("findings of formative_outcome" in event.get("reasons", ()) for event in counted.events)

    assert warm_command("batch", config, "--json", "--rehash").ran == []
    assert len(warm_command("batch", config, "--json", "--force").ran) == 3
    assert set(warm_command.temporary.iterdir()) == there  # but for what batches left that other tests killed


def test_the_plan_tells_what_is_due_and_why(warm_command, package, tmp_path):
    config = write_config(tmp_path / "b.toml")
    planned = warm_command("batch", config, "--dry-run")
    assert "formative_context: it has not been run before" in planned.printed
    assert not (tmp_path / "out").exists()


def test_other_hash_seed_folder_and_time_zone_give_the_same_keys_and_bytes(tmp_path):
    def run(seed: int):
        folder = tmp_path / f"folder-{seed}"
        folder.mkdir()
        config = write_config(folder / "b.toml", packages=json.dumps([EXAMPLE.name]))
        command = [sys.executable, "-m", "collective_impact", "batch", config]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": f"Etc/GMT{seed - 5:+}"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        report = report_in(folder / "out")
        keys = {file.parent.name: json.loads(file.read_text())["key"] for file in report.glob("runs/*/run.json")}
        return keys, contents(report)

    with ThreadPoolExecutor(2) as pool:
        (keys, one), (others, other) = pool.map(run, (1, 2))
    assert keys == others
    assert all(keys.values())
    assert [name for name in one if one[name] != other.get(name)] == []
    assert {".html", ".pdf", ".ipynb", ".docx", ".xlsx"} <= {Path(name).suffix for name in one}
