"""Files: uploaded bytes that items refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Record):
    """Stored bytes."""

    id: str
    """Begins with f_."""
    created_date: datetime
    """When it was stored, in UTC."""
    filename: str | None = None
    """The name where it came from."""
    sha256: str
    """Hash of the bytes, in hexadecimal."""
    size_bytes: int
    """How many bytes."""
    media_type: str
    """Found by looking at the bytes, such as image/png."""
    width: int | None = None
    """Pixels, for images."""
    height: int | None = None
    """Pixels, for images."""
    content_url: str
    """Where the bytes can be read without credentials for a while."""
