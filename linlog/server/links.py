"""Addresses of files that can be read without credentials for a while."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and checks signed addresses below `origin`, such as http://127.0.0.1:8420."""

    origin: str
    key: bytes
    lifetime_s: int

    def content(self, file_id: str, *, now: int) -> str:
        """An address of a file's bytes. It stays the same for a while, so that caches work."""
        window = max(1, self.lifetime_s // 2)
        expires = (now // 1_000_000 // window + 2) * window
        signature = self._sign(file_id, expires)
        return f"{self.origin}/media/{file_id}?expires={expires}&signature={signature}"

    def is_valid(self, file_id: str, expires: int, signature: str, *, now: int) -> bool:
        """Whether an address was made here and has not ended."""
        wanted = self._sign(file_id, expires)
        return hmac.compare_digest(wanted.encode(), signature.encode()) and (
            now // 1_000_000 < expires
        )

    def _sign(self, file_id: str, expires: int) -> str:
        message = f"{file_id}/{expires}".encode()
        return hmac.new(self.key, message, sha256).hexdigest()[:43]
