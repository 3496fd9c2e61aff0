"""Files: bytes that items refer to."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path
from typing import Any, Final

from linlog import limits
from linlog.client.resources._resource import Resource, checked_id, path
from linlog.wire.files import File

LARGEST_FILE: Final = limits.FILE_BYTES
"""Bytes that one file may have."""


class Files(Resource):
    """Uploaded bytes."""

    def get(self, id: str) -> File:
        """What is known of a file."""
        return self._http.get(path("files", checked_id("file", id)), File)

    def create(self, content: bytes, *, filename: str | None = None) -> File:
        """Upload bytes; the server finds out what they are by looking."""
        if not content:
            raise ValueError(f"{filename or 'the file'} is empty")
        if len(content) > LARGEST_FILE:
            raise ValueError(
                f"{filename or 'the file'} has {len(content):,} bytes; "
                f"the largest that is taken has {LARGEST_FILE:,}"
            )
        return self._http.upload("/files", File, content, filename=filename)

    def upload(self, source: Any, *, filename: str | None = None) -> File:
        """Upload an image: a path, bytes, an open binary file or a Pillow image."""
        content, name = _bytes_of(source)
        return self.create(content, filename=filename or name)

    def content(self, id: str) -> bytes:
        """The bytes of a file."""
        return self._http.content(path("files", checked_id("file", id), "content")).content

    def thumbnail(self, id: str, *, size: int = 256) -> bytes:
        """A small picture of an image file: 128, 256 or 512 pixels wide or high."""
        where = path("files", checked_id("file", id), "thumbnail")
        return self._http.content(where, size=size).content


def _bytes_of(source: Any) -> tuple[bytes, str | None]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), None
    if isinstance(source, (str, PathLike)):
        file = Path(source).expanduser()
        if not file.is_file():
            raise ValueError(f"{str(file)!r} is no file on this machine")
        return file.read_bytes(), file.name
    if hasattr(source, "read"):
        content = source.read()
        if not isinstance(content, bytes):
            raise ValueError("the file was opened as text; open it with mode 'rb'")
        name = getattr(source, "name", None)
        return content, Path(name).name if isinstance(name, str) else None
    if hasattr(source, "save") and hasattr(source, "size"):
        target = io.BytesIO()
        source.save(target, format="PNG")
        return target.getvalue(), None
    raise ValueError(
        f"an image is a path, bytes, an open file or a Pillow image, not {type(source).__name__}"
    )
