"""Every blob store: the same bytes have one key, a put is whole or nothing, keys stay inside."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import pytest
from obstore.store import S3Store

from linlog.errors import ConfigError
from linlog.server.blobs import TABLE, open_blobs
from linlog.server.blobs import s3 as s3_blobs
from linlog.server.blobs._protocol import PART_BYTES, Blobs, Unreachable
from linlog.server.blobs.local import LocalBlobs
from tests.seaweedfs import Seaweedfs, running

CONTENT = b"\x00bytes\xff" * 1000
KEY = sha256(CONTENT).hexdigest()


@dataclass(frozen=True)
class Kept:
    """A store, and its insides as they are seen from outside."""

    blobs: Blobs
    left: Callable[[], list[str]]
    """The names of all that it keeps."""


@pytest.fixture(scope="module")
def seaweedfs() -> Iterator[Seaweedfs]:
    """A real server of the S3 protocol."""
    with running() as found:
        yield found


@pytest.fixture(params=TABLE)
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """An empty store."""
    if request.param == "file":
        return Kept(open_blobs(f"file://{tmp_path / 'blobs'}"), lambda: files_in(tmp_path))
    server: Seaweedfs = request.getfixturevalue("seaweedfs")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    url = f"s3://blobs/{token_hex(6)}"
    store = S3Store.from_url(url)
    return Kept(open_blobs(url), lambda: [one["path"] for page in store.list() for one in page])


@pytest.fixture
def blobs(kept: Kept) -> Blobs:
    """An empty store."""
    return kept.blobs


@pytest.fixture
def local(tmp_path: Path) -> LocalBlobs:
    """An empty folder of blobs."""
    return LocalBlobs(tmp_path / "blobs")


def files_in(root: Path) -> list[str]:
    """The files below a folder."""
    return [str(path) for path in root.rglob("*") if path.is_file()]


def test_bytes_come_back_in_parts(blobs: Blobs) -> None:
    large = os.urandom(3 * PART_BYTES + 7)
    for content in (large, b"", b"x"):
        parts = [*blobs.stream(blobs.put(content).key)]
        assert b"".join(parts) == content
        assert all(len(part) <= 4 * PART_BYTES for part in parts)
    assert len([*blobs.stream(blobs.put(large).key)]) > 1
    with pytest.raises(FileNotFoundError):
        blobs.stream(KEY)
    # One that is begun and left keeps nothing open.
    next(blobs.stream(blobs.put(large).key))


def test_bytes_come_back_as_they_were(blobs: Blobs) -> None:
    for content in (CONTENT, b"", b"x"):
        blob = blobs.put(content)
        assert (blob.key, blob.size_bytes) == (sha256(content).hexdigest(), len(content))
        assert blobs.read(blob.key) == content


def test_the_same_bytes_are_kept_once(kept: Kept) -> None:
    assert kept.blobs.put(CONTENT) == kept.blobs.put(CONTENT)
    assert len(kept.left()) == 1
    assert kept.blobs.put(CONTENT + b"x").key != KEY
    assert len(kept.left()) == 2


def test_a_derived_form_stands_beside_what_it_was_made_from(blobs: Blobs) -> None:
    blobs.put(CONTENT)
    derived = blobs.put_at(f"{KEY}-256", b"small")
    assert (derived.key, blobs.read(derived.key), blobs.read(KEY)) == (
        *(f"{KEY}-256", b"small", CONTENT),
    )


def test_what_is_not_there_is_missed(blobs: Blobs) -> None:
    assert not blobs.holds(KEY)
    with pytest.raises(FileNotFoundError):
        blobs.read(KEY)
    blobs.delete(KEY)


def test_a_deleted_blob_is_gone_and_may_come_back(blobs: Blobs, kept: Kept) -> None:
    blobs.put(CONTENT)
    blobs.delete(KEY)
    assert (blobs.holds(KEY), kept.left()) == (False, [])
    blobs.put(CONTENT)
    assert blobs.read(KEY) == CONTENT


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_put_leaves_nothing(
    local: LocalBlobs, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "no space left on device"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
        with pytest.raises(OSError, match="no space left"):
            local.put(CONTENT)
    assert (local.holds(KEY), files_in(local.root)) == (False, [])
    assert local.put(CONTENT).key == KEY


def test_a_put_is_on_disk_before_it_can_be_seen(
    local: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        told.append((kind, local.holds(KEY)))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    local.put(CONTENT)
    assert ("file", False) in told
    assert told[-1] == ("folder", True)


@pytest.mark.parametrize(
    "key",
    [
        *("", ".", "..", "../" * 8 + "etc/passwd", "/etc/passwd", KEY[:-1], KEY + "0"),
        *(KEY.upper(), f"../{KEY}", f"{KEY}/..", f"{KEY}-../x", f"{KEY}-", f"{KEY}-{'x' * 17}"),
        *(f"{KEY}\n", f"{KEY}\0", f"{KEY[:2]}/{KEY[2:]}", "g" * 64, f"{KEY}-A", f"{KEY}-%2e"),
    ],
    ids=repr,
)
def test_keys_cannot_climb_out(blobs: Blobs, kept: Kept, key: str) -> None:
    calls = (blobs.read, blobs.holds, blobs.delete, lambda one: blobs.put_at(one, b""))
    for call in calls:
        with pytest.raises(ValueError, match="is no key of a blob"):
            call(key)
    with pytest.raises(ValueError, match="is no key of a blob"):
        blobs.put(CONTENT, suffix="/../../x")
    assert kept.left() == []


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        root = tmp_path / "a" / "blobs"
        LocalBlobs(root).put(CONTENT)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_threads_that_put_the_same_bytes_agree(blobs: Blobs, kept: Kept) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [*pool.map(blobs.put, [CONTENT] * 24)]
    assert {blob.key for blob in made} == {KEY}
    assert len(kept.left()) == 1
    assert blobs.read(KEY) == CONTENT


# ---------------------------------------------------------------------------- S3 alone


@pytest.fixture
def s3(seaweedfs: Seaweedfs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of the server, and no patience."""
    for name, value in seaweedfs.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(s3_blobs._RETRIES, "max_retries", 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "another"),
        ("AWS_ACCESS_KEY_ID", "nobody"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ALLOW_HTTP", "false"),
    ],
)
@pytest.mark.usefixtures("s3")
def test_a_bucket_that_cannot_be_opened_is_refused_in_a_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(
        ConfigError, match="the files at s3://blobs/x cannot be reached: "
    ) as caught:
        open_blobs("s3://blobs/x")
    assert "\n" not in str(caught.value)
    assert "a-secret-of-the-tests" not in str(caught.value)


@pytest.mark.usefixtures("s3")
def test_a_store_that_went_away_says_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    open_blobs("s3://blobs/x").put(CONTENT)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = s3_blobs.S3Blobs(S3Store.from_url("s3://blobs/x", retry_config={"max_retries": 0}))
    calls = (
        *(lambda: away.put(CONTENT), lambda: away.read(KEY)),
        *(lambda: away.holds(KEY), lambda: away.delete(KEY)),
    )
    for call in calls:
        with pytest.raises(Unreachable, match="try again") as caught:
            call()
        assert caught.value.status == 503


@pytest.mark.parametrize("url", ["gs://x", "", "x", "ftp://x/y"])
def test_an_unknown_store_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ConfigError, match="known are: file, s3"):
        open_blobs(url)
