"""Every setting of the server: one dataclass, read from LINLOG_ variables, one sentence each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from linlog.errors import ConfigError
from linlog.server.log import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX: Final = "LINLOG_"
_CONTACT: Final = re.compile(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+(/\S*)?|tel:\+[0-9-]+)")
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the server runs. Each field is also a variable, such as LINLOG_PORT."""

    host: str = "127.0.0.1"
    """Address to listen on; anything but loopback needs `origin`, so that links are right."""
    port: int = 8420
    """Port to listen on."""
    data: Path = field(default_factory=lambda: Path("linlog-data"))
    """Folder that holds the database, the files and the server's secret."""
    database: str = ""
    """Database address, such as postgresql://user:password@host/name; empty for SQLite."""
    files: str = ""
    """Where files are kept, such as s3://bucket/prefix; empty for a folder inside `data`."""
    compute: str = ""
    """Where jobs match tasks, such as dask://host:8786; empty for this process."""
    origin: str = ""
    """Address that browsers use, such as https://labels.example.org; empty for the request's."""
    hosts: str = ""
    """Further hosts that requests may name, such as labels.internal, localhost:9000, 10.0.0.5:*."""
    threads: int = 4
    """Requests worked on at once; SQLite is fastest with few."""
    workers: int = 1
    """Threads that work on jobs inside the server; 0 leaves them to `linlog worker`."""
    memory_mb: int = 256
    """Megabytes of evaluations that are kept in memory, so that asking them again is quick."""
    session_idle_s: int = 12 * 3600
    """Seconds without a request after which a signed-in person must sign in again."""
    session_s: int = 7 * 24 * 3600
    """Seconds after which a signed-in person must sign in again in any case."""
    media_link_s: int = 900
    """Seconds that a link to a file can be read without credentials, at most; at least the half."""
    trusted_proxies: str = ""
    """Networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.1/32; none if empty."""
    fetch_allow: str = ""
    """Private networks that attachments may be fetched from, such as 10.0.0.0/8, 127.0.0.1/32."""
    requests_per_minute: int = 0
    """Requests that a person or a token may send in a minute, to one process; 0 for any number."""
    quota_mb: int = 0
    """Megabytes of files that an organisation may keep; 0 for any number."""
    smtp: str = ""
    """Server that takes mail, such as smtps://user:password@mail.example.org; none if empty."""
    mail_from: str = ""
    """Address that mail is sent from, such as linlog@example.org."""
    security_contact: str = ""
    """Where weaknesses of this server are reported, such as mailto:security@example.org, as
    /.well-known/security.txt says; none if empty."""
    log_level: str = "info"
    """How much the server says: debug, info, warning or error."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            message = f"port must be from 0 to 65535, but is {self.port}"
            raise ConfigError(message)
        if self.origin and (
            urlsplit(self.origin).scheme not in {"http", "https"}
            or not urlsplit(self.origin).netloc
        ):
            message = f"origin must look like https://host, but is {self.origin!r}"
            raise ConfigError(message)
        if self.origin.startswith("http:") and not is_plain_loopback(self.origin):
            message = (
                f"origin must begin with https://, but is {self.origin!r}: without TLS everyone on "
                "the way reads passwords; let a proxy in front of linlog speak TLS"
            )
            raise ConfigError(message)
        if self.host not in LOOPBACK and not self.origin:
            message = (
                f"listening on {self.host} needs the address that browsers use: "
                "set LINLOG_ORIGIN or --origin, such as https://labels.example.org"
            )
            raise ConfigError(message)
        if self.security_contact and not _CONTACT.fullmatch(self.security_contact):
            message = (
                "security_contact must look like mailto:name@example.org or https://host/path, "
                f"but is {self.security_contact!r}"
            )
            raise ConfigError(message)
        if self.smtp:
            self._check_mail()
        if self.workers < 0:
            message = f"workers must be at least 0, but is {self.workers}"
            raise ConfigError(message)
        for name in ("memory_mb", "requests_per_minute", "quota_mb"):
            if getattr(self, name) < 0:
                message = f"{name} must be at least 0, but is {getattr(self, name)}"
                raise ConfigError(message)
        if self.log_level not in LEVELS:
            message = f"log_level must be one of {', '.join(LEVELS)}, but is {self.log_level!r}"
            raise ConfigError(message)
        for name in ("threads", "session_idle_s", "session_s", "media_link_s"):
            if getattr(self, name) < 1:
                message = f"{name} must be at least 1, but is {getattr(self, name)}"
                raise ConfigError(message)

    def _check_mail(self) -> None:
        parts = urlsplit(self.smtp)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            message = "smtp must look like smtps://user:password@host or smtp://host:587"
            raise ConfigError(message)
        if "@" not in self.mail_from:
            message = "mail needs an address that it comes from: set LINLOG_MAIL_FROM"
            raise ConfigError(message)
        if not self.origin and self.host not in LOOPBACK:
            message = "mail needs an address for its links: set LINLOG_ORIGIN"
            raise ConfigError(message)

    @property
    def database_url(self) -> str:
        """The address of the database, the embedded one where none is set."""
        return self.database or f"sqlite:///{(self.data / 'linlog.sqlite3').resolve()}"

    @property
    def files_url(self) -> str:
        """The address of the store of files, the folder where none is set."""
        return self.files or f"file://{(self.data / 'blobs').resolve()}"

    @property
    def database_name(self) -> str:
        """The address of the database without who opens it, for logs."""
        scheme, _, rest = self.database_url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def is_plain_loopback(origin: str) -> bool:
    """Whether an address is without TLS, and of this machine alone."""
    parts = urlsplit(origin)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; what is `given` and not None wins.

    Raises ConfigError that names the variable.
    """
    environment = os.environ if environment is None else environment
    values = {
        entry.name: _read(entry.name, environment[PREFIX + entry.name.upper()])
        for entry in fields(Settings)
        if environment.get(PREFIX + entry.name.upper())
    }
    values.update({name: value for name, value in given.items() if value is not None})
    if "data" in values:
        values["data"] = Path(values["data"])
    return Settings(**values)


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that is to have the same settings."""
    given = {PREFIX + key.upper(): str(value) for key, value in vars(settings).items()}
    return {**os.environ, **given}


def _read(name: str, text: str) -> Any:
    read: Callable[[str], Any] = _READERS.get(name, str)
    try:
        return read(text)
    except ValueError:
        message = f"{PREFIX}{name.upper()} must be a whole number, but is {text!r}"
        raise ConfigError(message) from None


_READERS: Final[dict[str, Any]] = {
    entry.name: int for entry in fields(Settings) if entry.type == "int"
} | {"data": Path}
