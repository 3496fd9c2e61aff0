"""The data folder is its server's alone, or the server does not start."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from linlog.errors import ConfigError
from linlog.server import private
from linlog.server.machine import open_machine
from linlog.server.settings import Settings


def mode(path: Path) -> int:
    """The permissions of a path."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.attack("I01")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_folder_is_its_owners_alone(tmp_path: Path, mask: int) -> None:
    data = tmp_path / "deep" / "data"
    before = os.umask(mask)
    try:
        open_machine(Settings(data=data, workers=0)).close()
    finally:
        os.umask(before)
    assert mode(data) == 0o700
    assert {mode(path) for path in data.iterdir() if path.is_dir()} == {0o700}
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"linlog.sqlite3", "secret"}
    assert {mode(path) for path in files} == {0o600}


@pytest.mark.attack("I02")
@pytest.mark.parametrize("permissions", [0o777, 0o770, 0o720, 0o702, 0o1777])
def test_a_folder_that_others_can_change_is_refused(tmp_path: Path, permissions: int) -> None:
    tmp_path.chmod(permissions)
    with pytest.raises(ConfigError, match="can be changed by others; run: chmod 700") as refused:
        open_machine(Settings(data=tmp_path, workers=0))
    assert "\n" not in str(refused.value)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.attack("I02")
@pytest.mark.parametrize("name", ["linlog.sqlite3", "linlog.sqlite3-wal", "secret", "blobs"])
def test_what_is_kept_elsewhere_by_a_link_is_refused(tmp_path: Path, name: str) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir(mode=0o700)
    (data / name).symlink_to(elsewhere)
    with pytest.raises(ConfigError, match="is a link to") as refused:
        open_machine(Settings(data=data, workers=0))
    assert "\n" not in str(refused.value)
    assert not elsewhere.exists()


@pytest.mark.attack("I02")
def test_what_belongs_to_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_machine(Settings(data=tmp_path / "data", workers=0)).close()
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    wanted = f"belongs to user {owner}, but the server runs as"
    with pytest.raises(ConfigError, match=wanted) as refused:
        private.make_folder(tmp_path / "data")
    assert "\n" not in str(refused.value)


def test_a_database_that_others_may_read_is_taken_from_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    open_machine(Settings(data=data, workers=0)).close()
    (data / "linlog.sqlite3").chmod(0o644)
    open_machine(Settings(data=data, workers=0)).close()
    assert mode(data / "linlog.sqlite3") == 0o600
