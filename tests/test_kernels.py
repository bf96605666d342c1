"""Warm kernels: what a notebook does costs only itself, is recorded as what it was, and leaves nothing behind."""

import os
import pickle
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tiny_notebook import FINE, plan

from collective_impact.batch.kernels.launch import SOCKET
from collective_impact.batch.kernels.warm import warm_kernels
from collective_impact.batch.kernels.workers import worker_pool
from collective_impact.batch.notebooks.templates import TEMPLATES
from collective_impact.batch.running.run import RunSpec, run_one
from collective_impact.data.identifiers import Identifiers
from collective_impact.reporting.gate import Gate, seal_run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

POISON = {
    "exit": ("import os; os._exit(3)", {}, "KernelDied", "exit code 3"),
    "segfault": ("import ctypes; ctypes.string_at(0)", {}, "KernelDied", "signal 11 (Segmentation fault)"),
    "kill": ("import os, signal; os.kill(0, signal.SIGKILL)", {}, "KernelDied", "signal 9 (Killed)"),
    "loop": ("while True: pass", {"cell_seconds": 2}, "Timeout", "longer than 2 s"),
    "loop in C": ("import re; re.match('(a+)+b', 'a' * 60)", {"seconds": 6}, "Timeout", "longer than 6 s"),
    "memory": (
        "x = []\nwhile True: x.append(b'x' * 10**6)",
        {"memory_mib": 700},
        "MemoryLimit",
        "more memory than 700",
    ),
    "array": ("import numpy; numpy.ones(10**9)", {"memory_mib": 700}, "MemoryLimit", "Unable to allocate"),
    "memory, with nothing left to say so": (
        "get_ipython()._showtraceback = lambda *told: None\nraise MemoryError",
        {"memory_mib": 700},
        "MemoryLimit",
        "more memory than 700",
    ),
    "output": ("while True: print('x' * 10**5)", {"output_mib": 4}, "OutputLimit", "showed more than 4 MiB"),
    "one output": ("print('x' * 10**8)", {"output_mib": 4}, "OutputLimit", "showed more than 4 MiB"),
    "file": (
        "f = open('f', 'wb')\nwhile True: f.write(b'x' * 10**6)",
        {"file_mib": 5},
        "OutputLimit",
        "more than 5 MiB",
    ),
}
CHANGE_EVERYTHING = """
import builtins, os, random, sys
import numpy, pandas
pandas.set_option("display.max_rows", 7)
pandas.DataFrame.mean = None
builtins.leaked = "leaked"
os.environ["LEAKED"] = "leaked"
sys.path.insert(0, "/leaked")
numpy.random.seed(0)
random.seed(0)
os.chdir("/")
"""
SEE_NOTHING_OF_IT = """
import builtins, os, random, sys
import numpy, pandas
leaks = [pandas.DataFrame.mean is None, hasattr(builtins, "leaked"), "LEAKED" in os.environ, "/leaked" in sys.path]
open("seen", "w").write(f"{pandas.get_option('display.max_rows')} {any(leaks)} {os.getcwd() == '/'}")
open("drawn", "w").write(f"{random.random()} {numpy.random.random()} {os.getpid() == os.getsid(0)}")
"""


@pytest.fixture(scope="module")
def told():
    """Warm kernels for all tests here, and what was said of them."""
    sentences: list[str] = []
    with warm_kernels(sentences.append):
        yield sentences


@pytest.fixture(scope="module")
def poisoned(told, tmp_path_factory):
    """Records of all poisonous notebooks and of harmless ones among them, run side by side."""
    folder = tmp_path_factory.mktemp("poison")
    plans = [plan(folder, name, "1", source, **limits) for name, (source, limits, *_expected) in POISON.items()]
    plans[3:3] = [plan(folder, "harmless", FINE)]
    with worker_pool(2) as pool:
        return {record.template: record for record in pool.map(run_one, [*plans, plan(folder, "last", FINE)])}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_recorded_as_what_it_was(poisoned, name):
    _source, _limits, error, words = POISON[name]
    record = poisoned[name]
    assert (record.status, record.error.name, record.error.cell) == ("failed", error, 3)
    assert words in record.error.message
    assert record.kernel == "warm"


def test_poison_costs_only_itself(poisoned):
    for name in ("harmless", "last"):
        assert (poisoned[name].status, poisoned[name].kernel) == ("ok", "warm")
        assert 10 < poisoned[name].peak_memory_mib < 1000


def test_nothing_leaks_from_one_notebook_to_the_next(told, tmp_path):
    assert run_one(plan(tmp_path, "polluter", FINE, CHANGE_EVERYTHING)).status == "ok"
    drawn = []
    for name in ("a", "b"):
        clean = plan(tmp_path, name, SEE_NOTHING_OF_IT, FINE)
        assert run_one(clean).kernel == "warm"
        assert (clean.folder / "seen").read_text() == "60 False False"
        drawn.append((clean.folder / "drawn").read_text().split())
    assert all(one != other for one, other in zip(drawn[0][:2], drawn[1][:2], strict=True))
    assert drawn[0][2] == "True"


def test_what_a_notebook_started_ends_with_it(told, tmp_path):
    start = "import subprocess; open('pid', 'w').write(str(subprocess.Popen(['sleep', '600']).pid))"
    spec = plan(tmp_path, "starter", start, FINE)
    assert run_one(spec).status == "ok"
    assert ended(int((spec.folder / "pid").read_text()))


def test_a_warm_notebook_is_the_same_as_a_cold_one(told, tmp_path, monkeypatch):
    template = next(template for template in TEMPLATES if template.name == "developmental_context")
    values = template.parameters(package="california-tobacco-control", as_of="2000-12-31", output_dir=".").model_dump()
    left = []
    for kind in ("warm", "cold"):
        if kind == "cold":
            monkeypatch.delenv(SOCKET)
        spec = RunSpec(template.name, template.path, values, tmp_path / kind / template.name, {})
        record = run_one(spec)
        assert (record.status, record.kernel) == ("ok", kind), record.error
        seal_run(spec.folder, Gate(Identifiers()))
        left.append([(spec.folder / name).read_bytes() for name in ("notebook.ipynb", "findings.json")])
    assert left[0] == left[1]


def test_nothing_outlives_a_killed_owner(tmp_path):
    spec = plan(tmp_path, "sleeper", "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)")
    script = (
        "import os, pickle, sys\n"
        "from collective_impact.batch.kernels.warm import warm_kernels\n"
        "from collective_impact.batch.running.run import run_one\n"
        "with warm_kernels():\n"
        f"    print(os.environ[{SOCKET!r}], flush=True)\n"
        "    run_one(pickle.load(open(sys.argv[1], 'rb')))\n"
    )
    (tmp_path / "spec").write_bytes(pickle.dumps(spec))
    owner = subprocess.Popen([sys.executable, "-c", script, tmp_path / "spec"], stdout=subprocess.PIPE, text=True)
    socket, pid = Path(owner.stdout.readline().strip()), spec.folder / "pid"
    while not (pid.exists() and pid.read_text()) and owner.poll() is None:
        time.sleep(0.1)
    owner.kill()
    owner.wait()
    assert ended(int(pid.read_text()))
    wait_until(lambda: not socket.parent.exists())


def test_when_the_server_is_killed_notebooks_run_on_cold_kernels(told, tmp_path):
    """Stands last: it ends the server of the other tests."""
    source = "import os, signal\nif b'kernels.server' in open(f'/proc/{os.getppid()}/cmdline', 'rb').read():\n"
    spec = plan(tmp_path, "killer", source + "    os.kill(os.getppid(), signal.SIGKILL)", FINE)
    record = run_one(spec)
    assert (record.status, record.kernel) == ("ok", "cold")
    assert told == ["Notebooks start more slowly: the server of warm kernels has ended."]


def ended(pid: int) -> bool:
    """Wait until a process is no more."""

    def gone() -> bool:
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            return False
        return True

    return wait_until(gone)


def wait_until(reached) -> bool:
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.1)
    return True
