"""What uploaded bytes are, found by looking at them, and small pictures of large ones."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any, Final

from linlog.errors import Invalid

LARGEST_PIXELS: Final = 100_000_000
FORMATS: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
UNKNOWN: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The media type of some bytes, and the size of an image as people see it, in pixels."""

    media_type: str
    width: int | None = None
    height: int | None = None


def sniff(data: bytes) -> Sniffed:
    """Look at bytes. Raises Invalid for an image that is too large or broken at its start."""
    opened = _open(data)
    if opened is None:
        return Sniffed(UNKNOWN)
    width, height = opened.size
    # Cameras note a turn instead of turning; what people and models see is the turned image.
    if opened.getexif().get(0x0112) in {5, 6, 7, 8}:
        width, height = height, width
    return Sniffed(FORMATS[opened.format], width, height)


def thumbnail(data: bytes, size: int) -> bytes:
    """A WebP picture whose longer side has at most `size` pixels. Raises Invalid."""
    from PIL import ImageOps

    opened = _open(data)
    if opened is None:
        message = "the file is no image that can be shown"
        raise Invalid(message)
    try:
        opened.draft("RGB", (size * 2, size * 2))
        turned = ImageOps.exif_transpose(opened)
        turned.thumbnail((size, size))
        picture = turned.convert("RGBA" if "A" in turned.getbands() else "RGB")
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=82)
    except (OSError, ValueError, SyntaxError) as error:
        message = "the image is damaged and cannot be shown"
        raise Invalid(message) from error
    return written.getvalue()


def _open(data: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(io.BytesIO(data), formats=[*FORMATS])
        except UnidentifiedImageError:
            return None
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except (OSError, ValueError, SyntaxError) as error:
            message = "the file begins like an image, but is damaged"
            raise Invalid(message) from error
    if opened.size[0] * opened.size[1] > LARGEST_PIXELS:
        raise _too_large()
    return opened


def _too_large() -> Invalid:
    return Invalid(f"the image has more than {LARGEST_PIXELS:,} pixels")
