"""What a blob store must do.

What an implementer cannot guess:

* A key is the SHA-256 of the bytes in hexadecimal, or that and a suffix for what was derived from
  them, so equal bytes have equal keys and what a key holds never changes.
* A put is durable before it returns, or leaves nothing that can be read.
* A store that does not answer raises `Unreachable`, so that the caller is told to try again.
* A key that is none raises ValueError before anything is touched: keys cannot climb out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from linlog.errors import ServerFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

PART_BYTES: Final = 256 * 1024
"""About how much of a blob is held at once where it is streamed."""
_KEY: Final = re.compile(r"[0-9a-f]{64}(-[0-9a-z]{1,16})?")


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: `key` is their SHA-256 in hexadecimal."""

    key: str
    size_bytes: int


class Unreachable(ServerFailed):
    """The store does not answer; what was asked may be asked again."""

    status = 503


class Blobs(Protocol):
    """A store of bytes by the hash of what they are."""

    def put(self, data: bytes, *, suffix: str = "") -> Blob:
        """Store `data`; the same bytes have the same key. `suffix` names a derived form."""

    def put_at(self, key: str, data: bytes) -> Blob:
        """Store `data` under `key`, such as a thumbnail beside what it was made from."""

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises FileNotFoundError where there are none."""

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of `key` in parts of some hundred kB. Raises FileNotFoundError at once."""

    def holds(self, key: str) -> bool:
        """Whether there are bytes for `key`."""

    def delete(self, key: str) -> None:
        """Remove the bytes of `key`, if there are any."""


def place(key: str) -> str:
    """Where the bytes of a key lie below the root. Raises ValueError for what is no key."""
    if not _KEY.fullmatch(key):
        message = f"{key[:80]!r} is no key of a blob"
        raise ValueError(message)
    return f"{key[:2]}/{key[2:]}"
