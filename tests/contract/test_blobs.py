"""Every blob store: the same bytes have one key, a put is whole or nothing, keys stay inside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from linlog.server.blobs.local import LocalBlobs

STORES = {"local": LocalBlobs}
CONTENT = b"\x00bytes\xff" * 1000
KEY = sha256(CONTENT).hexdigest()


@pytest.fixture(params=STORES)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Where the store keeps its bytes."""
    return tmp_path / request.param


@pytest.fixture
def blobs(root: Path) -> LocalBlobs:
    """An empty store."""
    return STORES[root.name](root)


def left(root: Path) -> list[Path]:
    """The files of a store."""
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_come_back_as_they_were(blobs: LocalBlobs) -> None:
    for content in (CONTENT, b"", b"x"):
        blob = blobs.put(content)
        assert (blob.key, blob.size_bytes) == (sha256(content).hexdigest(), len(content))
        assert blobs.read(blob.key) == content
        assert blobs.path(blob.key).read_bytes() == content


def test_the_same_bytes_are_kept_once(blobs: LocalBlobs, root: Path) -> None:
    assert blobs.put(CONTENT) == blobs.put(CONTENT)
    assert len(left(root)) == 1
    assert blobs.put(CONTENT + b"x").key != KEY
    assert len(left(root)) == 2


def test_a_derived_form_stands_beside_what_it_was_made_from(blobs: LocalBlobs) -> None:
    blobs.put(CONTENT)
    derived = blobs.put_at(f"{KEY}-256", b"small")
    assert (derived.key, blobs.read(derived.key), blobs.read(KEY)) == (
        *(f"{KEY}-256", b"small", CONTENT),
    )


def test_what_is_not_there_is_missed(blobs: LocalBlobs) -> None:
    assert not blobs.holds(KEY)
    with pytest.raises(FileNotFoundError):
        blobs.read(KEY)
    blobs.delete(KEY)


def test_a_deleted_blob_is_gone_and_may_come_back(blobs: LocalBlobs, root: Path) -> None:
    blobs.put(CONTENT)
    blobs.delete(KEY)
    assert (blobs.holds(KEY), left(root)) == (False, [])
    blobs.put(CONTENT)
    assert blobs.read(KEY) == CONTENT


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_put_leaves_nothing(
    blobs: LocalBlobs, root: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "no space left on device"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
        with pytest.raises(OSError, match="no space left"):
            blobs.put(CONTENT)
    assert (blobs.holds(KEY), left(root)) == (False, [])
    assert blobs.put(CONTENT).key == KEY


def test_a_put_is_on_disk_before_it_can_be_seen(
    blobs: LocalBlobs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        told.append((kind, blobs.holds(KEY)))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    blobs.put(CONTENT)
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
def test_keys_cannot_climb_out(blobs: LocalBlobs, root: Path, key: str) -> None:
    calls = (blobs.read, blobs.path, blobs.holds, blobs.delete, lambda one: blobs.put_at(one, b""))
    for call in calls:
        with pytest.raises(ValueError, match="is no key of a blob"):
            call(key)
    with pytest.raises(ValueError, match="is no key of a blob"):
        blobs.put(CONTENT, suffix="/../../x")
    assert left(root) == []


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


def test_threads_that_put_the_same_bytes_agree(blobs: LocalBlobs, root: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [*pool.map(blobs.put, [CONTENT] * 24)]
    assert {blob.key for blob in made} == {KEY}
    assert len(left(root)) == 1
    assert blobs.read(KEY) == CONTENT
