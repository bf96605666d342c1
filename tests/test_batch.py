"""Batches: what goes wrong costs only itself and is said; two of them never meet; nothing is left behind."""

import gc
import json
import shutil
import sys
import weakref
from concurrent.futures import Executor

import pytest
from batch_fixture import contents, name_area, report_in, write_config

from collective_impact.batch.lock import locked
from collective_impact.batch.make import Effort, Engine
from collective_impact.batch.notebooks.templates import Template
from collective_impact.batch.planning.plan import check_request, plan_reports
from collective_impact.batch.planning.request import ReportRequest
from collective_impact.batch.shard import Shard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

ID = "california-tobacco-control"


def outcomes(out) -> list[str]:
    return [report["outcome"] for report in json.loads((out / "batch.json").read_text())["reports"]]


def another(package, name: str):
    """A copy of a package that is another initiative."""
    copy = shutil.copytree(package, package.with_name(name))
    descriptor = copy / "datapackage.json"
    descriptor.write_text(descriptor.read_text().replace(f'"{ID}"', f'"{name}"', 1))
    return copy


def test_a_failing_run_leaves_the_good_report_and_is_run_again_by_itself(warm_command, package, tmp_path):
    another(package, "second")
    config = write_config(tmp_path / "b.toml", packages='["package", "second"]')
    assert warm_command("batch", config).code == 0
    out = tmp_path / "out"
    good = contents(report_in(out, ID))
    name_area(package, "Broken")
    failed = warm_command("batch", config)
    assert failed.code == 1
    assert sorted(outcomes(out)) == ["failed", "unchanged"]
    assert "formative_context: ValueError: broken" in failed.printed
    assert "The complete report of " in failed.printed
    (beside,) = out.glob("*/*/*-failed")
    assert contents(beside.with_name("en-formative-context")) is not None
    page = (beside / "index.html").read_text()
    assert "This report is not complete" in page
    assert "it stands beside this one, in the folder en-formative-context" in page
    assert contents(report_in(out, ID)) == good

    name_area(package, "Mended")
    only = warm_command("batch", config, "--only", "failed", "--json")
    assert (only.code, {event.get("initiative") for event in only.events}) == (0, {ID})
    assert only.ran == ["formative_context", "learning_report"]
    assert not beside.exists()
    assert outcomes(out) == ["ok"]


def test_fail_fast_begins_nothing_more(warm_command, package, tmp_path):
    another(package, "second")
    name_area(package, "Broken")
    config = write_config(tmp_path / "b.toml", packages='["package", "second"]')
    ended = warm_command("batch", config, "--fail-fast", "--jobs", 1, "--json")
    assert (ended.code, ended.ran) == (1, ["formative_context"])
    assert outcomes(tmp_path / "out") == ["unfinished", "unfinished"]


@pytest.mark.parametrize(("name", "code", "tries"), [("Deadly once", 0, 2), ("Deadly", 1, 2)])
def test_a_run_whose_worker_was_killed_is_tried_again(warm_command, package, tmp_path, name, code, tries):
    name_area(package, name)
    ended = warm_command("batch", write_config(tmp_path / "b.toml"), "--retries", 1, "--json")
    assert (ended.code, ended.clean) == (code, True)
    assert ended.ran.count("formative_context") == tries
    (end,) = [each for each in ended.events if each["event"] == "end" and each["template"] == "formative_context"]
    assert (end["error"] or {"name": ""})["name"] == ("BrokenProcessPool" if code else "")


def test_a_package_that_changes_while_it_runs_is_run_again(warm_command, package, tmp_path):
    name_area(package, "Restless once")
    ended = warm_command("batch", write_config(tmp_path / "b.toml"), "--json")
    assert ended.code == 0
    assert [event["event"] for event in ended.events].count("changed") == 1
    assert ended.ran.count("formative_context") == 2


def test_a_package_that_changes_during_every_try_has_failed_until_it_rests(warm_command, package, tmp_path):
    name_area(package, "Restless")
    config, out = write_config(tmp_path / "b.toml", 'languages = ["sv"]'), tmp_path / "out"
    ended = warm_command("batch", config)
    assert ended.code == 1
    assert ended.printed.count("en gång till") == 2
    assert "paketet ändrades under varje försök" in ended.printed
    (one,) = json.loads((out / "batch.json").read_text())["reports"]
    assert (one["outcome"], one["failing_since"], one["failed"]) == ("failed", one["ended"], [])
    assert "blanda" in one["problems"][0]
    assert warm_command("status", out).code == 1
    rested = warm_command("batch", config, "--only", "failed", "--json")
    assert (rested.code, rested.ran, outcomes(out)) == (0, [], ["unchanged"])


def test_a_full_disk_is_said_and_leaves_the_earlier_report(warm_command, package, tmp_path):
    config, out = write_config(tmp_path / "b.toml"), tmp_path / "out"
    assert warm_command("batch", config).code == 0
    before = contents(report_in(out))
    name_area(package, "Larger")
    ended = warm_command("batch", config, largest_file=100_000)
    assert ended.code in {1, 2}  # 2: the page that lists the reports finds no room either
    assert "File too large" in ended.printed
    assert "make room for it" in ended.printed
    assert contents(report_in(out)) == before
    assert warm_command("batch", config).code == 0
    assert contents(report_in(out)) != before
    assert [path.name for path in out.rglob(".*") if not path.name.startswith(".collective-impact")] == []


def test_damaged_records_are_named_put_aside_and_made_anew(warm_command, package, tmp_path):
    config, out = write_config(tmp_path / "b.toml"), tmp_path / "out"
    assert warm_command("batch", config).code == 0
    before, history = contents(report_in(out)), (out / "batch-history.jsonl").read_bytes()
    run = report_in(out) / "runs/formative_context/run.json"
    for file in (run, out / "batch.json", out / ".collective-impact.cache.json"):
        file.write_bytes(b'{"half')
    (out / "batch-history.jsonl").write_bytes(history + b'{"half')
    ended = warm_command("batch", config)
    assert ended.code == 0
    for name in ("batch.json", ".collective-impact.cache.json", "batch-history.jsonl"):
        assert f"{out / name} cannot be read; it was put aside as {name}.damaged" in ended.printed
        assert (out / f"{name}.damaged").read_bytes().endswith(b'{"half')
    assert f"begins, for its record {run} cannot be read" in ended.printed
    assert contents(report_in(out)) == before
    assert outcomes(out) == ["ok"]
    kept = (out / "batch-history.jsonl").read_bytes()
    assert kept.startswith(history)
    assert all(json.loads(line) for line in kept.splitlines())
    assert json.loads(run.read_text())["status"] == "ok"


def test_two_batches_never_meet_in_one_folder_but_shards_do(warm_command, package, tmp_path):
    config, out = write_config(tmp_path / "b.toml"), tmp_path / "out"
    mine = next(Shard(n, 2) for n in (1, 2) if Shard(n, 2).holds(ID))
    theirs = Shard(3 - mine.number, 2)
    with locked(out):
        for arguments in ([], ["--shard", "1/2"]):
            ended = warm_command("batch", config, *arguments)
            assert ended.code == 3
            assert f"another run or batch is at work in {out}" in ended.printed
    with locked(out, theirs):
        assert warm_command("batch", config).code == 3
        assert warm_command("batch", config, "--shard", f"{theirs.number}/2").code == 3
        ended = warm_command("batch", config, "--shard", f"{mine.number}/2")
    assert ended.code == 0
    report = report_in(out)
    assert (out / f"batch-{mine.name}.json").is_file()
    stood = contents(report)
    with locked(out):
        for arguments in (["run", package, "--out", out], ["render", report]):
            ended = warm_command(*arguments)
            assert (ended.code, f"another run or batch is at work in {out}" in ended.printed) == (1, True)
    assert contents(report) == stood


def test_rendering_again_leaves_what_an_interrupted_batch_had_made(warm_command, package, tmp_path):
    assert warm_command("batch", write_config(tmp_path / "b.toml")).code == 0
    report = report_in(tmp_path / "out")
    half_made = report.with_name(f".{report.name}.part") / "runs"
    shutil.copytree(report / "runs", half_made)
    (report / "index.html").unlink()
    assert warm_command("render", tmp_path / "out").code == 0
    assert (report / "index.html").is_file()
    assert contents(half_made) == contents(report / "runs")
    assert [path.name for path in report.parent.iterdir() if path not in (report, half_made.parent)] == []


@pytest.mark.parametrize("of", [1, 3, 7])
def test_every_initiative_is_in_exactly_one_shard(of):
    shards = [Shard(number + 1, of) for number in range(of)]
    assert {sum(shard.holds(f"initiative-{n}") for shard in shards) for n in range(200)} == {1}


def test_a_bad_configuration_is_answered_with_all_its_problems(command, package, tmp_path):
    shutil.copytree(package, tmp_path / "twin")
    config = write_config(
        tmp_path / "b.toml",
        'languages = ["en", "xx"]',
        output="package/out",
        packages='["package", "twin", "nothing-*/here"]',
    )
    code, printed = command("batch", config)
    assert code == 2
    for words in (
        "'xx'",
        "nothing at 'nothing-*/here'",
        f"the initiative {ID} twice",
        "a folder inside the package",
        "4 errors; nothing was changed.",
    ):
        assert words in printed
    config.write_text(config.read_text() + '[work]\njob = 3\nretries = 99\n[publishers]\nbrand = "x"\n')
    code, printed = command("batch", config)
    assert code == 2
    for words in ("work.job", "did you mean jobs?", "work.retries", "99", "publishers", "3 errors"):
        assert words in printed
    assert not (package / "out").exists()


def test_records_that_cannot_be_written_are_said_before_anything_runs(warm_command, package, tmp_path):
    (tmp_path / "out/batch-history.jsonl").mkdir(parents=True)
    ended = warm_command("batch", write_config(tmp_path / "b.toml"), "--json")
    assert ended.code == 2
    assert ended.ran == []
    assert "batch-history.jsonl" in ended.printed
    assert "a file that can be written" in ended.printed


class Nobody(Executor):
    """Runs nothing."""

    def submit(self, *_arguments):
        raise AssertionError


def test_from_one_report_to_many_nothing_is_held(warm_command, package, tmp_path, monkeypatch):
    assert warm_command("batch", write_config(tmp_path / "b.toml")).code == 0
    path = property(lambda template: warm_command.templates / f"{template.name}.ipynb")
    monkeypatch.setattr(Template, "path", path)
    out, frames, most = tmp_path / "out", [], 0

    def plans():
        for _number in range(12):
            (plan,) = plan_reports(check_request(ReportRequest(str(package), out, ["formative"], ["context"])))
            assert all(run.kept for run in plan.evaluations)
            frames.append(weakref.ref(plan.checked.initiative.tables["area"]))
            yield plan
            del plan

    for report in Engine(Nobody, Effort(jobs=1), lambda event: None).make(plans()):
        assert report.unchanged
        del report
        gc.collect()
        most = max(most, sum(frame() is not None for frame in frames))
    gc.collect()
    assert most <= 4
    assert [frame for frame in frames if frame() is not None] == []
