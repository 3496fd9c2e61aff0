"""What a transport does: send one request, give back its response; nothing is retried here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `headers` may hold credentials, so they are left out of the repr."""

    method: str
    """GET, POST, PUT, PATCH or DELETE."""
    url: str
    """The absolute address with its query; never with credentials."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Header names and values."""
    body: bytes = field(default=b"", repr=False)
    """The bytes to send."""
    timeout_s: float = 60.0
    """Seconds without a sign of life from the server before `Timeout` is raised."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back."""

    status: int
    """The status of HTTP."""
    headers: Mapping[str, str]
    """Header names, in lower case, and values."""
    body: bytes = field(repr=False)
    """The bytes received."""


class Transport(Protocol):
    """Sends requests, from any thread.

    Any status is a response, redirects included, which are not followed. `send` raises
    `errors.Timeout` or `errors.ConnectionLost` when there is none, without naming credentials.
    """

    def send(self, request: Request) -> Response:
        """Send one request and wait for its response."""
        ...

    def close(self) -> None:
        """Give back connections and threads; calling it again does nothing."""
        ...
