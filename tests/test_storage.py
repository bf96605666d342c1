"""Packages and reports in shared storage: the same bytes as in folders, one batch at a time, never a torn report."""

import json
import time
import uuid

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer
from shared_batch import CHOICE, differing, shared_files

from collective_impact.batch.lock import LOCK, OutputLockedError
from collective_impact.batch.shard import Shard
from collective_impact.batch.storage import store_lock
from collective_impact.batch.storage.putting import COMING, Putting
from collective_impact.batch.storage.store import Store
from collective_impact.batch.storage.store_lock import store_locked
from collective_impact.batch.storage.urls import inside, is_url, on_this_machine
from collective_impact.errors import InputError


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def s3():
    """Address of a local server that answers as S3 does."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(s3, monkeypatch):
    """URL of an empty bucket."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "of-the-test",
        "AWS_SECRET_ACCESS_KEY": "of-the-test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    return f"s3://{name}"


@pytest.fixture(params=["memory", "s3"])
def url(request):
    """URL of an empty place in each kind of storage."""
    return request.getfixturevalue("bucket") if request.param == "s3" else f"memory://place-{uuid.uuid4().hex}"


def report(store, text, name="a/2024-12-31/en"):
    """Write a report of three files into the mirror."""
    folder = store.mirror / name
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for file in ("assets/style.css", "index.html", "report.json"):
        (folder / file).write_text(text)
    return name


def read(store):
    """What the store holds that is not hidden, by name."""
    return {name: store.files.cat_file(f"{store.path}/{name}").decode() for name in store.listed()}


def test_a_report_goes_there_whole_and_comes_back_the_same(url, monkeypatch, tmp_path):
    store = Store(url)
    name = report(store, "one")
    (store.mirror / name / ".part").write_text("not shared")
    Putting(store, "all").put(name)
    expected = {f"{name}/{file}": "one" for file in ("assets/style.css", "index.html", "report.json")}
    assert read(store) == expected
    (store.mirror / name / "assets/style.css").unlink()
    report(store, "two")
    (store.mirror / name / "index.html").unlink()
    Putting(store, "all").put(name)
    assert read(store) == {f"{name}/{file}": "two" for file in ("assets/style.css", "report.json")}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other-machine"))
    other = Store(url)
    other.fetch()
    assert {n: (other.mirror / n).read_text() for n in other.here()} == read(store)
    assert not other.files.exists(f"{other.path}/{COMING}")


def test_only_what_changed_travels(url, monkeypatch):
    store = Store(url)
    name = report(store, "one")
    Putting(store, "all").put(name)
    sent = []
    monkeypatch.setattr(store.files, "pipe", lambda files: sent.extend(files))
    fetched = []
    monkeypatch.setattr(store.files, "cat", lambda paths: fetched.extend(paths) or {})
    Putting(store, "all").put(name)
    Putting(store, "all").put()
    store.fetch()
    assert (sent, fetched) == ([], [])


@pytest.mark.parametrize("copies", [0, 1, 2])
def test_what_was_interrupted_is_finished_by_the_next_never_left_mixed(url, monkeypatch, copies):
    store = Store(url)
    name = report(store, "one")
    Putting(store, "all").put(name)
    report(store, "two")
    real, done = store.files.copy, []

    def copy(*arguments, **options):
        if len(done) == copies:
            raise ConnectionError("the machine is lost")
        done.append(real(*arguments, **options))

    monkeypatch.setattr(store.files, "copy", copy)
    with pytest.raises(ConnectionError):
        Putting(store, "all").put(name)
    assert store.files.cat_file(f"{store.path}/{name}/report.json") == b"one"
    monkeypatch.setattr(store.files, "copy", real)
    Putting(store, "all").finish()
    assert set(read(store).values()) == {"two"}
    assert not store.files.exists(f"{store.path}/{COMING}")


def test_what_was_not_yet_there_whole_is_dropped(url, monkeypatch):
    store = Store(url)
    name = report(store, "one")
    Putting(store, "all").put(name)
    report(store, "two")
    monkeypatch.setattr(store.files, "pipe_file", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Putting(store, "all").put(name)
    Putting(store, "all").finish()
    assert set(read(store).values()) == {"one"}
    assert not store.files.exists(f"{store.path}/{COMING}")


def test_one_batch_at_a_time_shards_side_by_side(url):
    store = Store(url)
    with store_locked(store), pytest.raises(OutputLockedError, match="another run or batch"), store_locked(Store(url)):
        pass
    with store_locked(store, Shard(1, 2)), store_locked(Store(url), Shard(2, 2)):
        for shard in (None, Shard(1, 2)):
            with pytest.raises(OutputLockedError), store_locked(Store(url), shard):
                pass
    assert store.files.glob(f"{store.path}/{LOCK}*") == []


def test_the_lock_of_a_lost_machine_counts_no_longer_than_it_says(url, monkeypatch):
    store = Store(url)
    store.files.pipe_file(f"{store.path}/{LOCK}", json.dumps({"id": "x", "until": time.time() + 9}).encode())
    with pytest.raises(OutputLockedError), store_locked(store):
        pass
    now = time.time()
    monkeypatch.setattr(store_lock.time, "time", lambda: now + 10)
    with store_locked(store):
        assert store.files.exists(f"{store.path}/{LOCK}")


def test_a_batch_from_and_to_shared_storage_is_the_same_as_in_folders(command, plain_batch, bucket, tmp_path):
    store = Store(bucket)
    store.files.put(str(plain_batch.with_name("data") / "package"), f"{store.path}/data/package", recursive=True)
    config = tmp_path / "batch.toml"
    config.write_text(f'output = "{bucket}/plain"\ninitiatives = ["{bucket}/data/*"]\n{CHOICE}')
    code, said = command("batch", config)
    assert code == 0, said
    here, there = shared_files(plain_batch), Store(f"{bucket}/plain")
    assert len(here) > 20
    shared = {name: there.files.cat_file(f"{there.path}/{name}") for name in there.listed()}
    assert differing(here, shared) == []
    code, said = command("batch", config)
    assert code == 0
    assert "nothing has changed" in said


def test_a_storage_that_cannot_be_used_is_named(command, package, tmp_path):
    config = tmp_path / "batch.toml"
    config.write_text('output = "out"\ninitiatives = ["nonsense://place/*", "memory://nothing-here/*"]\n')
    code, said = command("batch", config)
    assert code == 2
    assert "nonsense" in said
    config.write_text('output = "memory://a/../../etc"\ninitiatives = ["package"]\n')
    code, said = command("batch", config)
    assert code == 2
    assert "no name for a file" in said


def test_a_file_url_is_a_folder(tmp_path):
    assert on_this_machine((tmp_path / "a b").as_uri()) == tmp_path / "a b"


@pytest.mark.parametrize("name", ["../x", "a/../../x", "a\\b", "c:/x", "a\0"])
def test_no_name_in_a_store_leads_out_of_the_mirror(name):
    with pytest.raises(InputError, match="no name for a file"):
        inside(name)


def test_a_drive_is_no_url():
    assert not is_url("C:/data")
    assert not is_url("data/*")
    assert is_url("s3://bucket/data")
