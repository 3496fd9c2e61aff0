"""The ways by which a request reaches a server, and the table that finds one by its name."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from linlog.client.transports._protocol import Request, Response, Transport

__all__ = ["TABLE", "Request", "Response", "Transport", "get"]

TABLE: Final[dict[str, str]] = {
    "network": "linlog.client.transports.network:NetworkTransport",
    "app": "linlog.client.transports.app:AppTransport",
    "recorded": "linlog.client.transports.recorded:RecordedTransport",
}


def get(name: str) -> Any:
    """The class of a transport, imported on first use. Raises KeyError naming those there are."""
    if name not in TABLE:
        raise KeyError(f"no transport {name!r}; there are {', '.join(TABLE)}")
    module, _, attribute = TABLE[name].partition(":")
    return getattr(import_module(module), attribute)
