"""Where the server is and who asks: the order of the sources, and what is refused."""

import json
import os
import stat
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.client import settings
from linlog.client.settings import Credentials, Settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, and no variable set."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("LINLOG_URL", "LINLOG_TOKEN", "LINLOG_ALLOW_INSECURE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


STORED = Settings("https://stored.example", Credentials(token="stored"))


def test_the_default() -> None:
    assert settings.resolve(None, None) == Settings("http://127.0.0.1:8420", None)


def test_what_was_stored_comes_after_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_stored(STORED)
    assert settings.resolve(None, None) == STORED
    monkeypatch.setenv("LINLOG_TOKEN", "from the environment".replace(" ", "-"))
    found = settings.resolve(None, None)
    assert found.base_url == STORED.base_url
    assert found.credentials == Credentials(token="from-the-environment")
    given = settings.resolve("https://given.example/api/v1/", Credentials(token="given"))
    assert given == Settings("https://given.example", Credentials(token="given"))


def test_stored_credentials_go_to_their_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_stored(STORED)
    assert settings.resolve("https://other.example", None).credentials is None
    monkeypatch.setenv("LINLOG_URL", "https://other.example")
    assert settings.resolve(None, None) == Settings("https://other.example", None)


@pytest.mark.attack("H06")
def test_the_file_is_for_the_owner_alone(home: Path) -> None:
    path = settings.write_stored(STORED)
    assert path == home / ".config" / "linlog" / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert settings.read_stored() == STORED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["credentials.json"]


@pytest.mark.attack("H06")
def test_a_link_in_its_place_is_not_followed(home: Path) -> None:
    path = settings.write_stored(STORED)
    elsewhere = home / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(errors.ConfigError, match="linlog login"):
        settings.read_stored()
    settings.write_stored(STORED)
    assert not path.is_symlink()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"mode": "token"}', "\xff"])
def test_a_damaged_file_is_said_to_be(content: str) -> None:
    settings.write_stored(STORED).write_text(content, encoding="latin-1")
    with pytest.raises(errors.ConfigError, match="linlog login"):
        settings.read_stored()


@pytest.mark.parametrize(
    ("old", "credentials"),
    [
        ({"mode": "token", "token": "t"}, Credentials(token="t")),
        (
            {"mode": "credentials", "email": "a@b.c", "password": "p"},
            Credentials(email="a@b.c", password="p"),
        ),
    ],
)
def test_files_of_the_published_clients_are_read(
    home: Path, old: dict[str, str], credentials: Credentials
) -> None:
    path = home / ".linear-logic" / "auth.json"
    path.parent.mkdir()
    path.write_text(json.dumps(old))
    path.chmod(0o644)
    assert settings.resolve(None, None) == Settings("http://127.0.0.1:8420", credentials)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.attack("H07")
@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.5:8420", "http://linlog.example", "http://127.0.0.1.example", "http://0.0.0.0"],
)
def test_unencrypted_credentials_stay_on_this_machine(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.ConfigError, match="not encrypted"):
        LinLogClient.init_from_token("t", url)
    LinLogClient.init_from_token("t", url, allow_insecure=True)
    LinLogClient(url)
    monkeypatch.setenv("LINLOG_ALLOW_INSECURE", "1")
    LinLogClient.init_from_credentials("a@b.c", "p", base_url=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:5", "https://linlog.example"]
)
def test_loopback_and_encryption_are_fine(url: str) -> None:
    assert LinLogClient.init_from_token("t", url).base_url == url


@pytest.mark.parametrize(
    "url", ["", "linlog.example", "ftp://x", "http://", "https://u:p@x.example", "https://x?a=1"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(errors.ConfigError) as caught:
        settings.normal_url(url)
    assert "u:p" not in str(caught.value)


def test_half_an_account_is_refused() -> None:
    with pytest.raises(errors.ConfigError, match="both email and password"):
        LinLogClient(email="a@b.c")
    with pytest.raises(errors.ConfigError, match="both email and password"):
        LinLogClient.init_from_credentials("a@b.c", "")
    with pytest.raises(errors.ConfigError, match="not both"):
        LinLogClient(token="t", email="a@b.c", password="p")


@pytest.mark.parametrize("token", ["", " ", "a\r\nX-Other: 1", "grün"])
def test_tokens_that_are_none(token: str) -> None:
    with pytest.raises(errors.ConfigError):
        LinLogClient.init_from_token(token)


@pytest.mark.attack("H06")
def test_another_users_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_stored(STORED)
    real = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: real + 1)
    with pytest.raises(errors.ConfigError, match="another user"):
        settings.read_stored()
