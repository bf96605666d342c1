"""A batch that is stopped or killed at any moment loses nothing, leaves nothing torn, and ends with the same bytes."""

import random
import signal
import sys

import pytest
from batch_fixture import contents, name_area, report_in, write_config

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

KILLS = 50


def hidden(out) -> list[str]:
    """Names of what stands in no report and is no record."""
    return [path.name for path in out.rglob(".*") if not path.name.startswith(".collective-impact")]


def test_a_batch_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(warm_command, package, tmp_path):
    versions, names, stands = {}, ("One", "Other"), None
    for name in names:
        name_area(package, name)
        undisturbed = warm_command("batch", write_config(tmp_path / f"{name}.toml", output=name))
        assert undisturbed.code == 0, undisturbed.printed
        versions[name] = contents(report_in(tmp_path / name))
    assert versions["One"] != versions["Other"]
    config, out = write_config(tmp_path / "out.toml"), tmp_path / "out"
    moments, kills = random.Random(7), 0
    while kills < KILLS:
        ended = warm_command("batch", config, kill_after=moments.uniform(0, undisturbed.seconds))
        kills += ended.code == -signal.SIGKILL
        assert ended.clean, "a process is left"
        assert ended.code in {0, -signal.SIGKILL}, ended.printed
        now = contents(report_in(out))
        assert now in (stands, versions[names[1]]), "neither the report before nor the new one"
        if now == versions[names[1]]:
            stands, names = now, names[::-1]
            name_area(package, names[1])
    assert warm_command("batch", config).code == 0
    assert contents(report_in(out)) == versions[names[1]]
    assert hidden(out) == []


def test_a_batch_killed_while_pages_are_made_leaves_no_temporary_files(warm_command, package, tmp_path):
    config, before = write_config(tmp_path / "b.toml"), set(warm_command.temporary.iterdir())
    for moment in (0.1, 0.2, 0.4, 0.8, 0.05):
        assert warm_command("batch", config, "--force", kill_after=moment, kill_once="pages are made").clean
        assert set(warm_command.temporary.iterdir()) == before
        if any((tmp_path / "out").glob("*/*/.*.part/.*")):
            break
    else:
        pytest.fail("it was never killed while pages were made")
    assert warm_command("batch", config).code == 0
    assert hidden(tmp_path / "out") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_everything_within_seconds(warm_command, package, tmp_path, number):
    config = write_config(tmp_path / "b.toml")
    for moment in ("formative_context: begins", "learning_report: begins", "pages are made"):
        ended = warm_command("batch", config, "--force", kill_after=0.1, kill_once=moment, number=number)
        assert (ended.code, ended.clean) == (130, True), ended.printed
        assert ended.seconds < 10
        assert "Stopped" in ended.printed
    assert warm_command("batch", config).code == 0
    assert hidden(tmp_path / "out") == []
