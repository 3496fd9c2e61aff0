"""Replies as a test reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linlog.client.transports import Response
from linlog.wire import codec


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> Reply:
        """The reply of a transport."""
        return cls(response.status, response.headers, response.body)

    @property
    def data(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)


def encoded(body: Any) -> bytes:
    """A body as it is sent: bytes as they are, all else as JSON."""
    if body is None:
        return b""
    return body if isinstance(body, bytes) else codec.encode(body)
