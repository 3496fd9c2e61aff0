"""Blobs in a bucket of S3, or of anything that speaks its protocol."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from linlog.errors import ConfigError
from linlog.server.blobs._protocol import PART_BYTES, Blob, Unreachable, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore import GetResult
    from obstore.store import RetryConfig, S3Store

_RETRIES: Final[RetryConfig] = {"max_retries": 4, "retry_timeout": timedelta(seconds=15)}


class S3Blobs:
    """Blobs below a prefix of a bucket. S3 shows an object only when all of it is stored."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def put(self, data: bytes, *, suffix: str = "") -> Blob:
        """Store `data`; the same bytes have the same key. `suffix` names a derived form."""
        return self.put_at(hashlib.sha256(data).hexdigest() + suffix, data)

    def put_at(self, key: str, data: bytes) -> Blob:
        """Store `data` under `key`, such as a thumbnail beside what it was made from."""
        where = place(key)
        with _reaching():
            self._store.put(where, data)
        return Blob(key, len(data))

    def read(self, key: str) -> bytes:
        """The bytes of `key`. Raises FileNotFoundError where there are none."""
        where = place(key)
        with _reaching():
            return bytes(self._store.get(where).bytes())

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of `key` in parts. Raises FileNotFoundError at once."""
        where = place(key)
        with _reaching():
            found = self._store.get(where)
        return _parts(found)

    def holds(self, key: str) -> bool:
        """Whether there are bytes for `key`."""
        where = place(key)
        with _reaching():
            try:
                self._store.head(where)
            except FileNotFoundError:
                return False
            return True

    def delete(self, key: str) -> None:
        """Remove the bytes of `key`, if there are any."""
        where = place(key)
        with _reaching():
            try:
                self._store.delete(where)
            except FileNotFoundError:
                return


def _parts(found: GetResult) -> Iterator[bytes]:
    with _reaching():
        for part in found.stream(min_chunk_size=PART_BYTES):
            yield bytes(part)


def open_store(url: str) -> S3Blobs:
    """The store at `s3://bucket/prefix`, with the usual AWS_ variables.

    `AWS_ENDPOINT_URL` names a server that is not Amazon's; one without TLS needs
    `AWS_ALLOW_HTTP=true` too. Raises ConfigError where the bucket cannot be listed.
    """
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ImportError as error:
        message = 'files in S3 need a library: pip install "linlog[server,s3]"'
        raise ConfigError(message) from error
    try:
        store = S3Store.from_url(url, retry_config=_RETRIES)
        next(iter(store.list(chunk_size=1)), None)
    except (BaseError, OSError, ValueError) as error:
        message = f"the files at {url} cannot be reached: {_sentence(error)}"
        raise ConfigError(message) from error
    return S3Blobs(store)


@contextmanager
def _reaching() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        message = "the store of files does not answer; try again in a moment"
        raise Unreachable(message) from error


def _sentence(error: Exception) -> str:
    """What the library says before the server's XML and the library's own insides."""
    return str(error).strip().partition("\n")[0].partition(": <?xml")[0]
