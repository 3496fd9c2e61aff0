"""Files, and the bytes of small pictures."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from linlog import LinLogClient
from linlog.wire.files import File

TURNED = 6
"""The mark of a camera that was held upright: turn the picture by 90 degrees."""


def picture(
    width: int = 8,
    height: int = 6,
    *,
    format: str = "PNG",
    mode: str = "RGB",
    orientation: int | None = None,
) -> bytes:
    """The bytes of a picture whose left half is red and whose right half is blue."""
    made = Image.new("RGB", (width, height), (255, 0, 0))
    made.paste((0, 0, 255), (width // 2, 0, width, height))
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    written = io.BytesIO()
    options: dict[str, Any] = {"exif": exif} if orientation is not None else {}
    made.convert(mode).save(written, format, **options)
    return written.getvalue()


def create(client: LinLogClient, content: bytes | None = None, filename: str = "a.png") -> File:
    """A file; a small picture unless its bytes are given."""
    return client.files.create(picture() if content is None else content, filename=filename)
