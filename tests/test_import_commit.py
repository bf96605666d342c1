"""An import changes a package whole or not at all: whoever else writes, whatever is in the way, even when cut off."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from import_fixture import AREA, FACTS, MEETING, bring, edited, make_package, snapshot, tables, write_book

from collective_impact.collection.importing.plan import ImportRequest, carry_out, plan_import
from collective_impact.data.commit import recover
from collective_impact.errors import InputError


@pytest.fixture
def book(tmp_path):
    """Write a workbook of sheets, each a list of rows."""
    return lambda sheets, name="data.xlsx", change=None: write_book(tmp_path / name, sheets, change)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return make_package(tmp_path_factory.mktemp("made"))


@pytest.fixture
def package(made, tmp_path):
    return shutil.copytree(made, tmp_path / "package")


def test_of_two_imports_at_once_the_second_is_refused(package, book):
    plans = [
        plan_import(ImportRequest((book({"area": [AREA[0], [name, name, 1]]}, f"{name}.xlsx"),), package))
        for name in ("b", "c")
    ]
    carry_out(plans[0])
    with pytest.raises(InputError, match="somebody else"):
        carry_out(plans[1])
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "b"]


def test_while_another_import_writes_there_is_no_second_one(package, book):
    fcntl = pytest.importorskip("fcntl")
    plan = plan_import(ImportRequest((book({"meeting": MEETING}),), package))
    before = snapshot(package)
    handle = os.open(package, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(InputError, match="somebody else"):
        carry_out(plan)
    os.close(handle)
    assert snapshot(package) == before
    carry_out(plan)


def test_what_somebody_writes_between_plan_and_yes_is_not_lost(package, book):
    plan = plan_import(ImportRequest((book({"area": [AREA[0], ["b", "Bo", 1]]}),), package))
    (package / "data/area.csv").write_text("area_id,name\na1,Ån\nhand,Handskriven\n", encoding="utf-8")
    before = snapshot(package)
    with pytest.raises(InputError, match="somebody else"):
        carry_out(plan)
    assert snapshot(package) == before


@pytest.mark.parametrize("foreign", ["../outside/foo.csv", "https://example.org/d/foo.csv", "/tmp/foo.csv"])
def test_a_new_table_stays_inside_whatever_other_resources_there_are(package, book, foreign):
    edited(package, lambda content: content["resources"].insert(0, {"name": "foo", "path": foreign}))
    bring([book({"meeting": MEETING})], package)
    assert "data/meeting.csv" in leftovers(package, named=True)


@pytest.mark.parametrize("name", ["data", "earlier"])
def test_nothing_is_written_through_a_link_out_of_the_package(tmp_path, package, book, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    if name == "data":
        shutil.rmtree(package / "data")
        edited(package, lambda content: content.update(resources=[]))
    (package / name).symlink_to(outside)
    with pytest.raises(InputError) as caught:
        bring([book({"area": [AREA[0], ["b", "Bo", 1]]})], package)
    assert "lead out of the package" in caught.value.problems[0].found
    assert name in caught.value.problems[0].found
    assert [*outside.iterdir()] == []


def test_a_link_in_the_place_of_an_unfinished_file_is_not_followed(tmp_path, package, book):
    (package / ".datapackage.json.unfinished").symlink_to(tmp_path / "outside")
    bring([book({"area": [AREA[0], ["b", "Bo", 1]]})], package)
    assert not (tmp_path / "outside").exists()
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "b"]


@pytest.mark.parametrize("into", ["file/below", "blocked", "x" * 300])
def test_where_nothing_can_be_written_it_is_said(tmp_path, book, into):
    file = book({"Initiative": FACTS, "area": AREA})
    (tmp_path / "file").write_text("")
    if into == "blocked":
        (tmp_path / "blocked").mkdir()
        (tmp_path / "blocked/data").write_text("no folder")
    with pytest.raises(InputError) as caught:
        bring([file], tmp_path / into)
    assert all(problem.mend for problem in caught.value.problems)
    assert sorted(path.name for path in tmp_path.rglob("datapackage.json")) == []


def test_on_a_full_disk_the_package_is_the_old_one_or_the_new_one(package, book, monkeypatch):
    plan = plan_import(ImportRequest((book({"area": [AREA[0], ["b", "Bo", 1]]}),), package))
    before, room = snapshot(package), []

    def sync(_handle):
        if not room:
            raise OSError(28, "No space left on device")
        room.pop()

    monkeypatch.setattr(os, "fsync", sync)
    for n in range(50):
        room[:] = [True] * n
        with contextlib.suppress(InputError):
            carry_out(plan)
            break
        room[:] = [True] * 50
        recover(package)
        assert snapshot(package) == before
    assert n > 3
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "b"]
    assert leftovers(package) == {".import.json", "data/area.csv"}  # to be put away by the next import


def test_a_file_that_another_resource_names_stays(package, book):
    edited(package, lambda content: content["resources"].append({"name": "map", "path": "data/area.csv"}))
    bring([book({"area": [AREA[0], ["b", "Bo", 1]]})], package)
    assert (package / "data/area.csv").exists()
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "b"]


DRIVER = """
import os, shutil, signal, sys
from dataclasses import replace
from pathlib import Path
from collective_impact.collection.importing.plan import ImportRequest, carry_out, plan_import

left = 0

def counted(function):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return call

plan = plan_import(ImportRequest((Path(sys.argv[1]),), Path(sys.argv[2])))
for moment in range(200):
    folder = Path(shutil.copytree(sys.argv[2], f"{sys.argv[2]}-{moment}"))
    child = os.fork()
    if not child:
        left = moment
        for name in ("fsync", "replace", "unlink", "mkdir", "rename", "rmdir"):
            setattr(os, name, counted(getattr(os, name)))
        carry_out(replace(plan, destination=replace(plan.destination, folder=folder)))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
    print(folder)
"""


@pytest.fixture(scope="session")
def all_killed(made, tmp_path_factory):
    """Copies of a package whose import was killed at every moment there is, in order; the last one was not."""
    folder = tmp_path_factory.mktemp("killed")
    package = shutil.copytree(made, folder / "package")
    file = write_book(folder / "data.xlsx", {"area": [*AREA, ["b", "Bro", 5]], "meeting": MEETING})
    (folder / "driver.py").write_text(DRIVER)
    command = [sys.executable, "-W", "ignore", str(folder / "driver.py"), str(file), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    folders = [Path(line) for line in done.stdout.splitlines()]
    return [*folders, package.with_name(f"{package.name}-{len(folders)}")]


@pytest.fixture
def killed(all_killed, tmp_path):
    return [Path(shutil.copytree(folder, tmp_path / folder.name)) for folder in all_killed]


def holding(folder):
    """What a package is: its descriptor and the files that it names, byte for byte."""
    descriptor = (folder / "datapackage.json").read_bytes()
    return descriptor, {path: (folder / path).read_bytes() for path in sorted(leftovers(folder, named=True))}


def test_killed_at_any_moment_the_package_is_the_old_one_or_the_new_one(package, book, killed):
    states = [holding(package), holding(killed[-1])]
    assert tables(killed[-1])["area"]["area_id"].tolist() == ["a1", "b"]
    new = [states.index(holding(folder)) for folder in killed]
    assert new == sorted(new)  # once it is the new one it stays the new one
    assert min(new.count(0), new.count(1)) > 5
    later = book({"area": [AREA[0], ["c", "Ce", 1]]}, "later.xlsx")
    plans = [plan_import(ImportRequest((later,), folder)) for folder in (package, killed[-1])]
    for folder, state in zip(killed, new, strict=True):
        carry_out(replace(plans[state], destination=replace(plans[state].destination, folder=folder)))
        assert leftovers(folder) == set()
    assert {"c"} < set(tables(killed[0])["area"]["area_id"])


def test_killed_and_then_edited_by_hand_the_package_loses_nothing(killed):
    for folder in killed:
        edited(folder, lambda content: content.update(keywords=["edited"]))
        before = holding(folder)
        recover(folder)
        assert holding(folder) == before
        assert [file.name for file in folder.rglob(".*")] == []


def leftovers(folder, *, named=False):
    """Files that the package does not name and that are not kept as earlier ones; or else those that it names."""
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    paths = {each["path"] for each in content["resources"]}
    if named:
        return paths
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {path for path in there if not path.startswith("earlier/")} - {"datapackage.json", *paths}
