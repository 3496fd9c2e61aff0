"""Settings come from the environment, from options, and are refused with their names."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from linlog.errors import ConfigError
from linlog.server import settings
from linlog.server.settings import Settings


def test_by_default_nobody_else_can_reach_it() -> None:
    found = settings.load({})
    assert found == Settings()
    assert found.host in settings.LOOPBACK
    assert (found.origin, found.fetch_allow) == ("", "")


def test_every_setting_is_a_variable() -> None:
    said: dict[str, Any] = {
        "host": "::1",
        "port": 9,
        "data": Path("there"),
        "database": "sqlite:///x",
        "origin": "https://a.example",
        "threads": 2,
        "workers": 0,
        "session_idle_s": 7,
        "session_s": 8,
        "media_link_s": 9,
        "fetch_allow": "10.0.0.0/8",
        "log_level": "debug",
    }
    others = {entry.name: getattr(Settings(), entry.name) for entry in fields(Settings)}
    said = {**others, **said}
    variables = {f"LINLOG_{name.upper()}": str(value) for name, value in said.items()}
    assert settings.load(variables) == Settings(**said)


def test_what_is_given_wins_and_what_is_empty_is_not_said() -> None:
    variables = {"LINLOG_PORT": "1", "LINLOG_HOST": "", "LINLOG_DATA": "a", "OTHER_PORT": "3"}
    found = settings.load(variables, port=2, data=None, origin=None)
    assert (found.port, found.host, found.data) == (2, "127.0.0.1", Path("a"))


@pytest.mark.parametrize("text", ["", "x", "1.5", "1 000", "٣x", "1e3"])
def test_a_number_that_is_none_is_named(text: str) -> None:
    if not text:
        assert settings.load({"LINLOG_PORT": text}).port == Settings().port
        return
    with pytest.raises(ConfigError, match=r"LINLOG_PORT must be a whole number, but is"):
        settings.load({"LINLOG_PORT": text})


@pytest.mark.attack("A21")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"port": -1}, "port must be from 0 to 65535"),
        ({"port": 65536}, "port must be from 0 to 65535"),
        ({"host": "0.0.0.0"}, "LINLOG_ORIGIN"),
        ({"host": "192.168.1.4"}, "LINLOG_ORIGIN"),
        ({"origin": "labels.example"}, "origin must look like"),
        ({"origin": "ftp://labels.example"}, "origin must look like"),
        ({"origin": "https://"}, "origin must look like"),
        ({"origin": "http://labels.example"}, "origin must begin with https://"),
        ({"origin": "http://127.0.0.1.example"}, "origin must begin with https://"),
        ({"workers": -1}, "workers must be at least 0"),
        ({"log_level": "loud"}, "log_level must be one of"),
        *[
            ({name: 0}, f"{name} must be at least 1")
            for name in ("threads", "session_idle_s", "session_s", "media_link_s")
        ],
    ],
)
def test_settings_that_cannot_work(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Settings(**changes)


def test_another_host_needs_the_address_that_browsers_use() -> None:
    found = Settings(host="0.0.0.0", origin="https://labels.example")
    assert found.origin == "https://labels.example"


def test_the_database_is_in_the_data_folder_unless_another_is_named(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).database_url == f"sqlite:///{tmp_path / 'linlog.sqlite3'}"
    assert Settings(data=tmp_path, database="sqlite:///x").database_url == "sqlite:///x"


@pytest.mark.attack("A12")
@pytest.mark.parametrize(
    ("origin", "plain"),
    [
        *[(f"http://{host}", True) for host in ("127.0.0.1:8420", "localhost", "[::1]:80")],
        *[
            (f"http://{host}", False)
            for host in ("127.0.0.1.example", "192.168.1.4", "a.localhost")
        ],
        ("https://127.0.0.1", False),
    ],
)
def test_only_this_machine_goes_without_tls(origin: str, plain: bool) -> None:
    assert settings.is_plain_loopback(origin) is plain
