"""What operators are told after batches: the command status, the webhook, the library's page of the batch."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from collective_impact.batch.records.journal import BatchSummary, ReportOutcome, followed, last_outcomes, write_summary
from collective_impact.batch.records.overview import write_overview
from collective_impact.batch.records.signals import signals
from collective_impact.batch.records.status import read_status
from collective_impact.batch.records.webhook import tell_webhook
from collective_impact.batch.shard import Shard
from collective_impact.language import in_language
from collective_impact.reporting.library.library import write_library

SECRET = "Anna Andersson, 19 years, said"
HOSTILE = "<script>alert(1)</script>\u202e&"


def at(day, hour=3):
    return f"2026-03-{day:02}T{hour:02}:00:00+00:00"


def one(initiative, outcome="ok", language="en", **more):
    place = f"{initiative}/2025-12-31/{language}" if language and outcome in {"ok", "unchanged"} else ""
    return ReportOutcome(initiative, more.pop("report", place), language, outcome, "", **more)


def batch(out, day, *outcomes, hours=24.0, shard=None, initiatives=()):
    """Put the records of a batch where a batch puts them."""
    out.mkdir(exist_ok=True)
    before = last_outcomes(out)
    known = tuple(followed(replace(each, ended=at(day)), before) for each in outcomes)
    names = initiatives or tuple(dict.fromkeys(each.initiative for each in outcomes))
    summary = BatchSummary("nightly.toml", at(day, 2), at(day), "every night at 2", hours, known, names)
    write_summary(out, summary, shard)
    return summary


@pytest.fixture
def out(tmp_path):
    """Five nights: one report fails on the second, third, and fifth, another is never good."""
    out = tmp_path / "reports"
    outcomes = (("ok", "ok"), ("failed", "refused"), ("failed", "refused"), ("ok", "refused"), ("failed", "refused"))
    for day, (harbour, broken) in enumerate(outcomes, start=1):
        problems = () if harbour == "ok" else (f"formative_outcome: ValueError: {SECRET}",)
        failed = () if harbour == "ok" else ("formative_outcome",)
        last = one("broken", "refused", "") if broken == "refused" else one("broken")
        batch(out, day, one("harbour", harbour, problems=problems, failed=failed), one("hill"), last)
    return out


def told(command, *arguments):
    code, text = command("status", *arguments, "--json")
    content = json.loads(text)
    return code, content, {each["initiative"]: each for each in content["reports"]}


def test_status_tells_since_when_a_report_fails_and_when_it_was_last_good(command, out):
    code, content, reports = told(command, out, "--now", at(5, 12))
    assert code == 1
    assert not content["well"]
    assert (reports["harbour"]["failing_since"], reports["harbour"]["last_good"]) == (at(5), at(4))
    assert (reports["broken"]["failing_since"], reports["broken"]["last_good"]) == (at(2), at(1))
    assert (reports["hill"]["well"], reports["hill"]["failing_since"], reports["hill"]["last_good"]) == (
        True,
        "",
        at(5),
    )
    assert content["batches"] == [
        {"file": "batch.json", "config": "nightly.toml", "started": at(5, 2), "ended": at(5), "reports": 3, "well": 1,
         "ahead": False}
    ]  # fmt: skip
    code, text = command("status", out, "--now", at(5, 12), "--language", "sv")
    assert code == 1
    assert "misslyckad" in text
    assert "5\xa0mars\xa02026" in text
    assert SECRET in text  # what a notebook said is for the operator's own eyes


def test_a_report_is_stale_when_its_last_success_is_longer_ago_than_the_schedule_allows(command, tmp_path):
    batch(tmp_path / "reports", 5, one("harbour"), one("hill"))
    assert command("status", "reports", "--now", "2026-03-06T03:00:00")[0] == 0
    code, content, _reports = told(command, "reports", "--now", "2026-03-06T03:00:01")
    assert code == 1
    assert [each["stale"] for each in content["reports"]] == [True, True]
    batch(tmp_path / "reports", 5, one("harbour"), hours=0.0)
    assert command("status", "reports", "--now", "2031-01-01")[0] == 0


def test_a_record_from_the_future_is_not_believed(command, tmp_path):
    batch(tmp_path / "reports", 20, one("harbour"))
    code, text = command("status", "reports", "--now", at(6))
    assert code == 1
    assert "a clock is or was wrong" in text
    assert command("status", "reports", "--now", "2026-03-20T02:58:00")[0] == 0  # two machines' clocks differ a little
    batch(tmp_path / "reports", 6, one("harbour"))
    assert command("status", "reports", "--now", at(6, 5))[0] == 0


@pytest.mark.parametrize("arguments", [["nowhere"], ["."], [".", "--now", "yesterday"], ["odd.toml"]])
def test_status_without_records_or_with_what_it_cannot_read_ends_with_two(command, tmp_path, arguments):
    (tmp_path / "odd.toml").write_text("initiatives = 3\nhours = 1")
    code, text = command("status", *arguments)
    assert code == 2
    assert "found" in text


def test_the_parts_of_a_batch_tell_together(command, out, tmp_path):
    names = ("harbour", "hill", "broken", "new")
    batch(out, 6, one("harbour"), shard=Shard(1, 2), initiatives=names)
    batch(out, 6, one("hill"), one("broken"), shard=Shard(2, 2), initiatives=names)
    code, content, reports = told(command, out, "--now", at(6, 5))
    assert [each["file"] for each in content["batches"]] == ["batch-1-of-2.json", "batch-2-of-2.json", "batch.json"]
    assert {name for name, each in reports.items() if not each["well"]} == {"new"}
    assert (code, reports["new"]["outcome"]) == (1, "never")


def test_by_its_configuration_a_batch_leaves_out_initiatives_that_are_gone(command, out, tmp_path):
    for name in ("harbour", "hill"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "datapackage.json").write_text(json.dumps({"name": name}))
    (tmp_path / "nightly.toml").write_text('initiatives = ["hill"]\n[schedule]\nhours = 100')
    code, content, reports = told(command, "nightly.toml", "--now", at(8))
    assert (code, list(reports), content["hours"]) == (0, ["hill"], 100)
    (tmp_path / "nightly.toml").write_text('initiatives = ["h*"]')
    assert set(told(command, "nightly.toml", "--now", at(8))[2]) == {"harbour", "hill"}


def test_damaged_records_are_passed_over_and_nothing_is_changed(command, out):
    good = json.loads((out / "batch-history.jsonl").read_text().splitlines()[-1])
    wrong = (
        {"ended": "soon"},
        {"ended": "2026-03-05"},
        {"initiative": 3},
        {"seconds": "x"},
        {"outcome": "x"},
        {"more": 1},
    )
    odd = [*({**good, **each} for each in wrong), [1], 3, None]
    with (out / "batch-history.jsonl").open("ab") as history:
        history.write(
            b"\xff\xfe{\n" + b"".join(json.dumps(each).encode() + b"\n" for each in odd) + b'{"initiative": "ha'
        )
    (out / "batch-1-of-2.json").write_text('{"reports": [')
    (out / "batch-2-of-2.json").write_text(json.dumps({**json.loads((out / "batch.json").read_text()), "ended": "x"}))
    before = {file: file.read_bytes() for file in out.iterdir()}
    code, content, reports = told(command, out, "--now", at(5, 12))
    assert code == 1
    assert [each["file"] for each in content["batches"]] == ["batch.json"]
    assert {name: each["outcome"] for name, each in reports.items()} == {
        "broken": "refused",
        "harbour": "failed",
        "hill": "ok",
    }
    assert {file: file.read_bytes() for file in out.iterdir()} == before


def test_status_imports_nothing_heavy(out):
    show = "from pathlib import Path; from collective_impact.terminal.status import show_status\n"
    show += f"show_status(Path({str(out)!r}), None, as_json=False); import sys; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert "never made" not in done.stdout
    assert "hill" in done.stdout
    assert not [name for name in ("pandas", "numpy", "papermill", "pydantic") if f"'{name}'" in done.stdout]


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent, and answers as it is told."""

    def __init__(self):
        self.received, self.answers = [], []
        super().__init__(("127.0.0.1", 0), _Keeps)
        self.url = f"http://127.0.0.1:{self.server_port}/hook?token=hush"


class _Keeps(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(body)))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", self.server.url)
        self.end_headers()

    do_GET = do_POST  # noqa: N815  # http.server's own name

    def log_message(self, *_told):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_webhook_is_told_once_that_a_package_can_no_longer_be_used(command, tmp_path, receiver):
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour/datapackage.json").write_text(
        json.dumps({"name": "harbour", "initiative": {"title": [SECRET]}})
    )
    (tmp_path / "b.toml").write_text(f'initiatives = ["harbour"]\n[schedule]\nwebhook = "{receiver.url}"')
    for _night in range(2):
        code, text = command("batch", "b.toml")
        assert code == 1, text
    ((path, content),) = receiver.received
    assert path == "/hook?token=hush"
    assert (content["outcomes"], content["n_newly_failed"], content["n_new_signals"]) == ({"refused": 1}, 1, 0)
    (failed,) = content["newly_failed"]
    assert (failed["initiative"], failed["outcome"], failed["templates"]) == ("harbour", "refused", [])
    assert SECRET not in json.dumps(content)
    assert "harbour" in (tmp_path / "reports/batch.html").read_text()
    assert 'href="batch.html"' in (tmp_path / "reports/index.html").read_text()


SHIFT, OFF = "formative_outcome.run_chart:signal", "formative_outcome.target:off_track"


def test_the_webhook_is_told_what_newly_fails_and_which_signals_are_new(tmp_path, receiver):
    out = tmp_path / "reports"
    nights = [
        [one("harbour", signals=(OFF,)), one("hill")],
        [one("harbour", "unchanged"), one("hill", "unchanged")],
        [one("harbour", signals=(OFF, SHIFT)), one("hill", "failed", failed=("readiness",), problems=(SECRET,))],
        [one("harbour", "unchanged"), one("hill", "unfinished")],
        [one("harbour", "refused", ""), one("hill", "failed", failed=("readiness",))],
        [one("harbour", signals=()), one("hill")],
        [one("harbour", signals=(SHIFT,)), one("hill", "failed")],
    ]
    new = []
    for day, night in enumerate(nights, start=1):
        assert tell_webhook(receiver.url, out, batch(out, day, *night), waits=()) == ""
        content = receiver.received.pop()[1] if receiver.received else {"newly_failed": [], "new_signals": []}
        assert SECRET not in json.dumps(content)
        new.append([*(each["initiative"] for each in content["newly_failed"]),
                    *(name for each in content["new_signals"] for name in each["signals"])])  # fmt: skip
    assert new == [[OFF], [], ["hill", SHIFT], [], ["harbour"], [], ["hill", SHIFT]]


@pytest.mark.parametrize(
    ("answers", "tries", "failure"),
    [
        ([500, 503, 200], 3, ""),
        ([500, 503, 429, 200], 3, "127.0.0.1 was not told what is new: HTTP 429"),
        ([404], 1, "127.0.0.1 was not told what is new: HTTP 404"),
        ([302], 1, "127.0.0.1 was not told what is new: HTTP 302"),
    ],
)
def test_the_webhook_is_tried_three_times_follows_no_redirect_and_tells_later_what_was_lost(
    tmp_path, receiver, answers, tries, failure
):
    receiver.answers = answers
    summary = batch(tmp_path, 1, one("hill", "failed"))
    assert tell_webhook(receiver.url, tmp_path, summary, waits=(0, 0)) == failure
    assert len(receiver.received) == tries
    receiver.answers = []
    tell_webhook(receiver.url, tmp_path, batch(tmp_path, 2, one("hill", "failed")), waits=())
    assert len(receiver.received) == tries + bool(failure)


def test_a_webhook_that_nobody_answers_costs_a_line_on_stderr_and_no_more(tmp_path, receiver):
    receiver.server_close()
    summary = batch(tmp_path, 1, one("hill", "failed"))
    failure = tell_webhook(receiver.url, tmp_path, summary, waits=(0,))
    assert failure.startswith("127.0.0.1 was not told")
    assert "hush" not in failure


@pytest.mark.parametrize("url", ["ftp://host/hush", "file:///hush", "http:///hush", "https://me:hush@host/", "hush",
                                 "http://host:port/hush", "http://host/hush hush", "http://[hush/"])  # fmt: skip
def test_an_address_that_cannot_be_told_is_refused_without_being_printed(command, tmp_path, url):
    (tmp_path / "b.toml").write_text('initiatives = ["alla-i-mal"]')
    code, text = command("batch", "b.toml", "--webhook", url)
    assert code == 2
    assert "--webhook" in text
    assert "hush" not in text
    assert not (tmp_path / "reports").exists()


def test_signals_are_read_from_findings_by_their_topics_alone(tmp_path):
    topics = {"a.x": ["signal", "rival"], "a.y": ["off_track"], "a.z": ["equity"]}
    findings = [{"id": name, "topics": own, "statement": SECRET} for name, own in topics.items()]
    (tmp_path / "findings.json").write_text(json.dumps({"evaluations": [{"findings": findings}, {"findings": []}]}))
    assert signals(tmp_path) == ("a.x:signal", "a.y:off_track")
    (tmp_path / "findings.json").write_text("[")
    assert signals(tmp_path) == ()


def test_the_page_of_the_batch_shows_how_reports_stand_and_nothing_that_acts(out):
    (out / "hill/2025-12-31/en").mkdir(parents=True)
    batch(out, 6, one("hill", seconds=12.5, peak_memory_mib=300), one(HOSTILE, "failed", problems=(SECRET,)),
          initiatives=(HOSTILE, "hill", "harbour"))  # fmt: skip
    for language, words in (("en", ("failed", "Failing since")), ("sv", ("misslyckad", "12,5"))):
        with in_language(language):
            page = write_overview(read_status(out, datetime(2026, 3, 6, 4, tzinfo=UTC)))
        assert page == out / "batch.html"
        text = page.read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in text
        assert not [each for each in words if each not in text]
        assert "default-src 'none'; script-src 'self'" in text
        assert 'href="hill/2025-12-31/en/index.html"' in text
        assert text.count("<script") == 1
        assert "&lt;script&gt;alert(1)" in text
        assert "\u202e" not in text
        assert SECRET not in text
        assert text.index("&lt;script") < text.index(">hill<")  # what is not well comes first
    assert 'href="batch.html"' in write_library(out).read_text(encoding="utf-8")


def test_a_page_of_somebody_else_stays(out):
    (out / "batch.html").write_text("mine")
    assert write_overview(read_status(out, datetime(2026, 3, 6, tzinfo=UTC))) is None
    assert (out / "batch.html").read_text() == "mine"
    assert "batch.html" not in write_library(out).read_text(encoding="utf-8")
