"""Notebooks on a Dask cluster: the same bytes as here, killed workers, workers that are not like this machine."""

import json
import re
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import dask
import pytest
import yaml
from distributed import LocalCluster
from shared_batch import CHOICE, differing, shared_files
from tiny_notebook import FINE, plan

from collective_impact.batch.cluster import connection, environment
from collective_impact.batch.config import BatchConfig
from collective_impact.batch.make import LOST
from collective_impact.batch.running.run import run_all, run_one
from collective_impact.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the notebook finds its worker as Linux tells it")

TIMES = ("started", "ended", "seconds", "peak_memory_mib")
KILL_THE_WORKER = """
import os, pathlib, signal
server = os.getppid()
worker = int(pathlib.Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()[1])
if not os.path.exists(flag):
    pathlib.Path(flag).touch()
    os.kill(worker, signal.SIGKILL)
"""
"""A cell that kills the worker, unless there is a file already that says that it did."""


@pytest.fixture(scope="module")
def scheduler():
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local,
    ):
        yield local.scheduler_address


@pytest.fixture
def spec(tmp_path):
    """Plan a run of a notebook with the given cells, on a shipped example."""

    def planned(name, *sources, **parameters):
        bare = plan(tmp_path, name, *sources)
        return replace(bare, parameters={**bare.parameters, "package": "alla-i-mal", **parameters}, data={})

    return planned


def test_a_report_from_a_cluster_is_the_same_as_one_from_here(command, plain_batch, scheduler):
    config = plain_batch.with_name("cluster.toml")
    config.write_text(
        f'output = "there"\ninitiatives = ["data/*"]\n{CHOICE}[work]\nexecutor = "dask"\nscheduler = "{scheduler}"\n'
    )
    code, said = command("batch", config)
    assert code == 0, said
    here, there = shared_files(plain_batch), shared_files(plain_batch.with_name("there"))
    assert len(here) > 20
    assert differing(here, there) == []
    runs = [name for name in here if name.endswith("/run.json")]
    assert len(runs) == 2
    for name in runs:
        assert _without_times(here[name]) == _without_times(there[name])
        assert json.loads(there[name])["kernel"] == "warm"


def test_workers_unlike_this_machine_are_refused_with_the_difference(scheduler, monkeypatch):
    real = environment._version
    monkeypatch.setattr(environment, "_version", lambda name: "0.1" if name == "numpy" else real(name))
    with pytest.raises(InputError) as caught, connection.cluster(scheduler):
        pass
    assert len(caught.value.problems) == 2
    for problem in caught.value.problems:
        assert problem.place.startswith("worker tcp://")
        assert problem.found == f"numpy {real('numpy')} instead of 0.1"


def test_a_worker_that_comes_later_is_held_against_this_machine_too(scheduler, spec, monkeypatch):
    with connection.cluster(scheduler) as cluster:
        real = environment._version
        monkeypatch.setattr(environment, "_version", lambda name: "0.1" if name == "numpy" else real(name))
        stop = cluster.pool().submit(run_one, spec("any", FINE)).exception()
    assert isinstance(stop, environment.EnvironmentMismatchError)
    assert "numpy" in str(stop)


def test_a_run_whose_worker_was_killed_is_lost_not_failed_and_runs_elsewhere(scheduler, spec, tmp_path):
    deadly = spec("deadly", f"flag = {str(tmp_path / 'killed')!r}", KILL_THE_WORKER, FINE)
    with connection.cluster(scheduler) as cluster:
        workers = cluster.pool()
        assert isinstance(workers.submit(run_one, deadly).exception(), LOST)
        assert (tmp_path / "killed").exists()
        (record,) = run_all([deadly], workers)
    assert record.status == "ok"
    assert json.loads((deadly.folder / "run.json").read_text())["status"] == "ok"


def test_a_worker_ends_what_nobody_waits_for_any_more(scheduler, spec, tmp_path):
    pid = tmp_path / "pid"
    source = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(600)"
    with connection.cluster(scheduler) as cluster:
        workers = cluster.pool()
        waiting = workers.submit(run_one, spec("endless", source))
        assert holds_soon(lambda: pid.exists() and pid.read_text())
        workers.shutdown(wait=False, cancel_futures=True)
        assert isinstance(waiting.exception(timeout=10), LOST)
    assert holds_soon(lambda: not Path("/proc", pid.read_text()).exists())


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "carrier-pigeon://coop", "127.0.0.1:no"])
def test_a_scheduler_that_cannot_be_reached_is_named(command, package, monkeypatch, tmp_path, address):
    monkeypatch.setattr(connection, "_SECONDS_FOR_THE_SCHEDULER", 1)
    config = tmp_path / "batch.toml"
    config.write_text('initiatives = ["package"]\nmethods = ["formative"]\nlevels = ["context"]\n')
    code, said = command("batch", config, "--executor", "dask", "--scheduler", address)
    assert code == 2
    assert f"--scheduler {address}" in said
    assert "a Dask scheduler that answers" in said


def test_a_cluster_without_workers_is_refused(tmp_path):
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(InputError, match="no worker"),
        connection.cluster(empty.scheduler_address, patience=0.5),
    ):
        pass


def test_dask_needs_the_address_of_a_scheduler(command, package, tmp_path):
    config = tmp_path / "batch.toml"
    config.write_text('initiatives = ["package"]\n[work]\nexecutor = "dask"\n')
    code, said = command("batch", config, "--dry-run")
    assert code == 2
    assert "the address of a scheduler" in said


def test_what_the_document_shows_can_be_read():
    document = (Path(__file__).parents[1] / "docs/cluster.md").read_text()
    shown = re.findall(r"^```(\w+)\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    for kind, text in shown:
        if kind == "toml":
            BatchConfig.model_validate({"initiatives": ["alla-i-mal"], **tomllib.loads(text)})
        elif kind == "yaml":
            assert yaml.safe_load(text)["kind"] == "DaskCluster"
        else:
            compile(text, "cluster.md", "exec")
    assert [kind for kind, _text in shown] == ["toml", "yaml", "python", "toml"]


def holds_soon(what, seconds=60):
    """Whether something comes to be so within a time."""
    until = time.monotonic() + seconds
    while not (so := what()) and time.monotonic() < until:
        time.sleep(0.1)
    return so


def _without_times(record):
    return {name: value for name, value in json.loads(record).items() if name not in TIMES}
