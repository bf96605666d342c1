"""The files of docs/schedules: each is what its scheduler reads, and calls commands that there are."""

import ast
import configparser
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

import pytest
import yaml
from conftest import ROOT

from collective_impact.batch.config import BatchConfig, Choice, Initiative, Publishing, Schedule, Work
from collective_impact.cli import cli

SCHEDULES = ROOT / "docs/schedules"
PROGRAMS = Path(sys.executable).parent
CALL = re.compile(r"collective-impact (batch|status)[^\n>)\"|]*")


def called(text):
    """The calls of our command in a text, as lists of arguments."""
    return [shlex.split(found[0].replace("{CONFIG}", "nightly.toml"))[1:] for found in CALL.finditer(text)]


def understood(arguments):
    """Whether the command line takes these arguments; nothing is run."""
    name, *rest = arguments
    return cli.commands[name].make_context(name, rest) is not None


@pytest.mark.parametrize("name", ["crontab", "collective-impact-batch.service", "github-actions.yml", "airflow_dag.py"])
def test_each_schedule_calls_the_command_as_it_is(name):
    text = "\n".join(line for line in (SCHEDULES / name).read_text().splitlines() if not line.startswith("#"))
    calls = called(text)
    assert "batch" in [call[0] for call in calls]
    assert all(understood(call) for call in calls)


def test_every_schedule_is_tested_and_named_in_the_documents():
    told = (ROOT / "docs/batch.md").read_text()
    files = {file.name for file in SCHEDULES.iterdir() if file.is_file()}
    assert len(files) == 6
    assert not [name for name in files if f"schedules/{name}" not in told]


def test_the_lines_of_the_crontab_have_five_fields_a_user_and_no_percent_sign(tmp_path):
    """In cron's commands a percent sign ends the line."""
    lines = [line for line in (SCHEDULES / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    jobs = [line for line in lines if not re.match(r"[A-Z]+=", line)]
    assert len(jobs) == 2
    for job in jobs:
        *moment, user, command = job.split(None, 6)
        assert all(re.fullmatch(r"\*|\d{1,2}", field) for field in moment)
        assert user == "reports"
        assert "%" not in command
        checked = subprocess.run(["sh", "-n", "-c", command], capture_output=True, text=True)
        assert not checked.stderr


@pytest.mark.parametrize(("code", "said"), [(0, ""), (1, "one is stale\n")])
def test_cron_mails_the_status_only_when_somebody_has_to_look(tmp_path, code, said):
    stand_in(tmp_path, f'echo "one is stale"; exit {code}')
    job = next(line for line in (SCHEDULES / "crontab").read_text().splitlines() if " status " in line)
    done = subprocess.run(["sh", "-c", job.split(None, 6)[6]], env=path_to(tmp_path), capture_output=True, text=True)
    assert done.stdout == said


def test_systemd_takes_the_service_and_its_timer(tmp_path):
    units = sorted(SCHEDULES.glob("collective-impact-batch.*"))
    for unit in units:
        read = configparser.RawConfigParser(strict=True)
        read.optionxform = str
        read.read_string(unit.read_text())
        assert "Unit" in read
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/collective-impact/bin", str(PROGRAMS)))
    if program := shutil.which("systemd-analyze"):
        done = subprocess.run(
            [program, "verify", "--man=no", *(str(tmp_path / unit.name) for unit in units)],
            capture_output=True,
            text=True,
        )
        assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])
        when = re.search("OnCalendar=(.*)", units[1].read_text())[1]
        assert subprocess.run([program, "calendar", when], capture_output=True).returncode == 0


def test_the_workflow_keeps_reports_between_runs_and_may_only_read():
    flow = yaml.safe_load((SCHEDULES / "github-actions.yml").read_text())
    assert flow["permissions"] == {"contents": "read"}
    (job,) = flow["jobs"].values()
    steps = job["steps"]
    assert all(re.fullmatch(r"actions/[a-z/-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    order = [step.get("uses", step.get("run", "")).split("@")[0] for step in steps]
    at = [order.index(each) for each in ("actions/cache/restore", "collective-impact batch nightly.toml",
                                         "actions/cache/save")]  # fmt: skip
    assert at == sorted(at)
    assert {step["with"]["path"] for step in steps if "cache/" in step.get("uses", "")} == {"reports"}
    assert "secrets." in steps[at[1]]["env"]["COLLECTIVE_IMPACT_WEBHOOK"]
    assert re.fullmatch(r"[\d*]+( [\d*]+){4}", flow[True]["schedule"][0]["cron"])  # YAML reads the key `on` as a truth


def test_the_airflow_dag_runs_the_batch_and_then_the_status(monkeypatch):
    """Airflow itself is no part of the tests: its two classes are stood in for."""
    bash, sdk = MagicMock(), MagicMock()
    monkeypatch.setitem(sys.modules, "airflow", MagicMock())
    monkeypatch.setitem(sys.modules, "airflow.providers.standard.operators.bash", bash)
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    runpy.run_path(str(SCHEDULES / "airflow_dag.py"))
    batch, status = (call.kwargs for call in bash.BashOperator.call_args_list)
    assert sdk.DAG.call_args.kwargs["catchup"] is False
    assert (batch["skip_on_exit_code"], batch["retries"]) == (3, 0)
    assert batch["bash_command"].startswith("collective-impact batch ")
    assert status["trigger_rule"] == "all_done"


@pytest.mark.parametrize(("code", "fails"), [(0, False), (1, True), (2, True), (3, False)])
def test_the_prefect_flow_fails_when_a_report_is_not_well_and_not_when_it_is_kept_out(
    monkeypatch, tmp_path, code, fails
):
    prefect = ModuleType("prefect")
    prefect.flow = lambda **_told: lambda function: function
    monkeypatch.setitem(sys.modules, "prefect", prefect)
    stand_in(tmp_path, f'[ "$*" = "batch nightly.toml" ] && exit {code}; exit 99')
    monkeypatch.setenv("PATH", path_to(tmp_path)["PATH"])
    reports = runpy.run_path(str(SCHEDULES / "prefect_flow.py"))["reports"]
    if fails:
        with pytest.raises(subprocess.CalledProcessError):
            reports("nightly.toml")
    else:
        reports("nightly.toml")


def test_the_prefect_flow_is_served_each_night():
    (call,) = [
        node
        for node in ast.walk(ast.parse((SCHEDULES / "prefect_flow.py").read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "serve"
    ]
    assert {each.arg for each in call.keywords} == {"name", "cron", "limit"}


def test_the_page_for_operators_tells_every_key_and_every_option():
    told = (ROOT / "docs/batch.md").read_text()
    keys = set()
    for line in re.findall(
        r"^\| (`[^|]+) \|", told.split("## The configuration")[1].split("Options of")[0], flags=re.M
    ):
        keys |= set(re.findall(r"`([a-z_.]+)`", line))
    parts = {"initiatives": Initiative, "publishing": Publishing, "work": Work, "schedule": Schedule}
    own = {f"{part}.{name}" for part, model in parts.items() for name in model.model_fields if part != "initiatives"}
    asked = own | {*BatchConfig.model_fields} - {"publishing", "work", "schedule"}
    asked |= {f"initiatives.{name}" for name in set(Initiative.model_fields) - set(Choice.model_fields)}
    assert keys == asked
    options = {option for each in cli.commands["batch"].params for option in each.opts if option.startswith("--")}
    assert options == set(
        re.findall(r"`(--[a-z-]+)", told.split("Options of the command")[1].split("| exit code |")[0])
    )


def test_each_configuration_of_the_page_is_one():
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/batch.md").read_text(), flags=re.S)
    configs = [BatchConfig.model_validate(tomllib.loads(block)) for block in blocks]
    assert len(configs) == 2
    assert set(configs[1].model_fields_set) >= set(BatchConfig.model_fields) - {"methods", "levels"}


def stand_in(folder, script):
    """Put a program of our name where it is found first."""
    program = folder / "collective-impact"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def path_to(folder):
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
