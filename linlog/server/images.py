"""What uploaded bytes are, found by looking at them, and small pictures of large ones."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from linlog import limits
from linlog.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_PIXELS: Final = limits.IMAGE_PIXELS
FORMATS: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
UNKNOWN: Final = "application/octet-stream"
_LARGE: Final = Lock()
"""Whoever makes a large picture small holds it: each takes up to 400 MB meanwhile."""
_PIECE_BYTES: Final = 1 << 29
"""More than any picture takes."""
_TURNS: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""What makes a picture upright, by the orientation that a camera noted."""
_DEEP: Final = "IF"
"""The first letters of Pillow's modes of 16 and 32 bits, which it can neither shrink nor show."""
# What Pillow raises while it reads damaged images.
_DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The media type of some bytes, and the size of an image as people see it, in pixels."""

    media_type: str
    width: int | None = None
    height: int | None = None


def sniff(data: bytes) -> Sniffed:
    """Look at bytes. Raises Invalid for an image that is too large or broken at its start."""
    with _quiet():
        opened = _open(data)
        if opened is None:
            return Sniffed(UNKNOWN)
        width, height = opened.size
        # Cameras note a turn instead of turning; people and models see the turned image.
        if _orientation(opened) in {5, 6, 7, 8}:
            width, height = height, width
        return Sniffed(FORMATS[opened.format], width, height)


def thumbnail(data: bytes, size: int) -> bytes:
    """A WebP picture whose longer side has at most `size` pixels. Raises Invalid."""
    with _quiet():
        opened = _open(data)
        if opened is None:
            message = "the file is no image that can be shown"
            raise Invalid(message)
        try:
            return _small(opened, size)
        except _DAMAGE as error:
            message = "the image is damaged and cannot be shown"
            raise Invalid(message) from error


def _small(opened: Any, size: int) -> bytes:
    opened.draft("RGB", (size * 2, size * 2))
    if opened.size[0] * opened.size[1] <= limits.LARGE_IMAGE_PIXELS:
        return _shrunk(opened, size)
    # Closed before the next begins: an error that is raised here holds the picture for a while.
    with _LARGE, closing(opened):
        return _shrunk(opened, size)


def _shrunk(opened: Any, size: int) -> bytes:
    from PIL import Image

    turn = _orientation(opened)
    if opened.mode[0] in _DEEP:
        opened = _stretched(opened)
    opened.thumbnail((size, size))
    picture = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    if turn in _TURNS:
        picture = picture.transpose(Image.Transpose[_TURNS[turn]])
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=82)
    return written.getvalue()


def _stretched(opened: Any) -> Any:
    """A picture of more than 256 greys, such as a microscope's, from black to white."""
    grey = opened.convert("F")
    low, high = grey.getextrema()
    span = high - low
    if not isfinite(span) or span <= 0:
        return grey.convert("L")
    return grey.point(lambda value: value * (255 / span) - low * (255 / span)).convert("L")


def _orientation(opened: Any) -> int:
    """What a camera noted; 1, which means upright, where nothing can be read."""
    if opened.format == "PNG" and "exif" not in opened.info:
        # Pillow would decode the whole picture to look for a note behind it.
        return 1
    try:
        found = opened.getexif().get(0x0112)
    except _DAMAGE:
        return 1
    return found if isinstance(found, int) else 1


@cache
def _take_memory_in_one_piece() -> None:
    """Let Pillow ask for the memory of a picture at once.

    It asks for 16 MB at a time, of which the C library gives nothing back to the system for a
    while: four pictures of 100 MB took up to 400, one after the other.
    """
    from PIL import Image

    Image.core.set_block_size(_PIECE_BYTES)  # type: ignore[attr-defined]


def _open(data: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    _take_memory_in_one_piece()
    try:
        opened = Image.open(io.BytesIO(data), formats=[*FORMATS])
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _DAMAGE as error:
        message = "the file begins like an image, but is damaged"
        raise Invalid(message) from error
    if opened.size[0] * opened.size[1] > LARGEST_PIXELS:
        raise _too_large()
    return opened


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _too_large() -> Invalid:
    return Invalid(f"the image has more than {LARGEST_PIXELS:,} pixels")
