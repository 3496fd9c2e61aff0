"""Where the server is and who asks: arguments, the environment, or what `linlog login` stored."""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from linlog import errors

DEFAULT_URL: Final = "http://127.0.0.1:8420"
_LARGEST_FILE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, or an address and a password. Never shown: the repr masks them."""

    token: str | None = field(default=None, repr=False)
    email: str | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for value in (self.token, self.email, self.password):
            if value is not None and any(character in value for character in "\r\n\0"):
                raise errors.ConfigError("credentials must not hold line breaks")
        if self.token is not None and not (self.token.isascii() and self.token.strip()):
            raise errors.ConfigError("the token is empty or has characters that tokens never have")

    @property
    def authorization(self) -> str:
        """The header that a request carries."""
        if self.token is not None:
            return f"Token {self.token.strip()}"
        pair = f"{self.email}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"

    def __str__(self) -> str:
        return "a token" if self.token is not None else f"the account of {self.email}"

    def __reduce__(self) -> Any:
        raise TypeError("credentials are not pickled; make a new client where you need one")


@dataclass(frozen=True, slots=True)
class Settings:
    """An address and, where there are any, credentials for it."""

    base_url: str
    credentials: Credentials | None


def resolve(base_url: str | None, credentials: Credentials | None) -> Settings:
    """Fill in what the caller left open: from the environment, then from what was stored."""
    stored = None if base_url and credentials else read_stored()
    given = base_url or os.environ.get("LINLOG_URL") or None
    url = normal_url(given or (stored.base_url if stored else DEFAULT_URL))
    if credentials is None and os.environ.get("LINLOG_TOKEN"):
        credentials = Credentials(token=os.environ["LINLOG_TOKEN"])
    if credentials is None and stored is not None and stored.base_url == url:
        # Stored credentials go to the server that they were stored for, and to no other.
        credentials = stored.credentials
    return Settings(url, credentials)


def normal_url(url: str) -> str:
    """The server's own address: without a slash at its end, `/api/v1` or `/api/v2`."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.ConfigError(
            f"{_without_user(url)!r} is no address of a server; expected one such as {DEFAULT_URL}"
        )
    if parts.username or parts.password:
        raise errors.ConfigError(
            "the address holds credentials; give a token, or email and password, instead"
        )
    if parts.query or parts.fragment:
        raise errors.ConfigError("the address of a server has no query and no fragment")
    path = parts.path.rstrip("/").removesuffix("/api/v1").removesuffix("/api/v2").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def refuse_insecure(settings: Settings, *, allow_insecure: bool | None) -> None:
    """Refuse to send credentials unencrypted to another machine."""
    if allow_insecure is None:
        allow_insecure = os.environ.get("LINLOG_ALLOW_INSECURE", "") in {"1", "true", "yes"}
    parts = urlsplit(settings.base_url)
    if parts.scheme == "https" or settings.credentials is None or allow_insecure:
        return
    if not _is_loopback(parts.hostname or ""):
        raise errors.ConfigError(
            f"{settings.base_url} is not encrypted, so whoever is on the way could read the "
            "credentials: use https://, or allow_insecure=True (LINLOG_ALLOW_INSECURE=1) on a "
            "network that you trust"
        )


def journal_folder() -> Path:
    """Where journals lie: `LINLOG_JOURNAL`, else a folder of the user's state; never the current.

    Raises ConfigError where there is no such folder.
    """
    given = os.environ.get("LINLOG_JOURNAL")
    if given:
        if not Path(given).is_absolute():
            raise errors.ConfigError(f"LINLOG_JOURNAL must be an absolute path, not {given!r}")
        return Path(given)
    configured = os.environ.get("XDG_STATE_HOME", "")
    if Path(configured).is_absolute():
        return Path(configured) / "linlog" / "journal"
    try:
        return Path.home() / ".local" / "state" / "linlog" / "journal"
    except RuntimeError:
        raise errors.ConfigError("there is no home folder: set LINLOG_JOURNAL") from None


# ------------------------------------------------------------------- what login stored


def stored_path() -> Path:
    """The file of `linlog login`, readable by its owner alone."""
    configured = os.environ.get("XDG_CONFIG_HOME")
    folder = Path(configured) if configured else Path.home() / ".config"
    return folder / "linlog" / "credentials.json"


def old_path() -> Path:
    """The file of the published clients."""
    return Path.home() / ".linear-logic" / "auth.json"


def read_stored() -> Settings | None:
    """What `linlog login`, or an old client, stored; None where neither did."""
    for path in (stored_path(), old_path()):
        data = _read_file(path)
        if data is not None:
            return _settings_of(data, path)
    return None


def write_stored(settings: Settings) -> Path:
    """Store the address and the credentials; the file is replaced whole, mode 0600."""
    path, kept = stored_path(), settings.credentials
    assert kept is not None, "there is nothing to store without credentials"
    data = {"base_url": settings.base_url, "mode": "token" if kept.token else "credentials"}
    pairs = {"token": kept.token, "email": kept.email, "password": kept.password}
    data.update({key: value for key, value in pairs.items() if value is not None})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(data, file)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
    return path


def _read_file(path: Path) -> dict[str, Any] | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise errors.ConfigError(
            f"cannot read {path}: {error.strerror}; run `linlog login` again"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        if os.name == "posix":
            _own(file.fileno(), path)
        content = file.read(_LARGEST_FILE)
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise errors.ConfigError(f"{path} is damaged; run `linlog login` again")
    return data


def _own(descriptor: int, path: Path) -> None:
    """Refuse another user's file; shut out group and others from ours."""
    found = os.fstat(descriptor)
    if found.st_uid != os.getuid():
        raise errors.ConfigError(f"{path} belongs to another user; remove it and log in again")
    if stat.S_IMODE(found.st_mode) & 0o077:
        os.fchmod(descriptor, 0o600)


def _settings_of(data: dict[str, Any], path: Path) -> Settings:
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value}
    url = normal_url(texts.get("base_url", DEFAULT_URL))
    if "token" in texts:
        return Settings(url, Credentials(token=texts["token"]))
    if "email" in texts and "password" in texts:
        return Settings(url, Credentials(email=texts["email"], password=texts["password"]))
    raise errors.ConfigError(f"{path} holds no credentials; run `linlog login` again")


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _without_user(url: str) -> str:
    return url.rsplit("@", maxsplit=1)[-1][:80]
