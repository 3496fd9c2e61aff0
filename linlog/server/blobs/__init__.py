"""Where the bytes of files are kept, and the store that an address means."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from linlog.errors import ConfigError

if TYPE_CHECKING:
    from linlog.server.blobs._protocol import Blobs

__all__ = ["TABLE", "open_blobs"]

TABLE: Final = {"file": "linlog.server.blobs.local", "s3": "linlog.server.blobs.s3"}


def open_blobs(url: str) -> Blobs:
    """Open the store at `url`. Raises ConfigError for an address that no store answers to."""
    scheme = url.partition(":")[0]
    if scheme not in TABLE:
        message = f"no store of files is called {scheme!r}; known are: {', '.join(TABLE)}"
        raise ConfigError(message)
    opened: Blobs = import_module(TABLE[scheme]).open_store(url)
    return opened
