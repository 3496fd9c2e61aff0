"""What bytes are, by looking at them; small pictures; and what an image may cost."""

from __future__ import annotations

import io
import struct
import zlib
from random import Random

import pytest
from PIL import Image

from linlog.errors import Invalid
from linlog.server import images


def picture(
    form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object
) -> bytes:
    """The bytes of an image."""
    written = io.BytesIO()
    Image.new(mode, size).save(written, form, **options)
    return written.getvalue()


def turned(orientation: object) -> bytes:
    """A photograph of 40 by 30 pixels that a camera noted to be turned."""
    noted = Image.Exif()
    noted[0x0112] = orientation
    return picture("JPEG", exif=noted)


def png_header(width: int, height: int) -> bytes:
    """The start of a PNG that says it is this large, and ends there."""
    said = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", len(said)) + b"IHDR" + said
    ends = struct.pack(">I", zlib.crc32(b"IHDR" + said))
    return b"\x89PNG\r\n\x1a\n" + head + ends + struct.pack(">I", 0) + b"IDAT" + b"\0\0\0\0"


@pytest.mark.parametrize("form", images.FORMATS)
def test_formats_are_known_by_their_bytes(form: str) -> None:
    found = images.sniff(picture(form))
    assert found == images.Sniffed(images.FORMATS[form], 40, 30)


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"x",
            b"words",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>",
            b"%PDF-1.7",
        ),
        *(b"GIF", b"BM", b"PK\x03\x04", b"\x7fELF", b"%!PS-Adobe", b"RIFF....WAVE"),
    ],
)
def test_all_else_is_bytes(data: bytes) -> None:
    assert images.sniff(data) == images.Sniffed(images.UNKNOWN)
    with pytest.raises(Invalid, match="no image"):
        images.thumbnail(data, 128)


@pytest.mark.attack("E05")
@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_001, 10_000), (2**31 - 1, 1)])
def test_too_many_pixels_are_refused_by_the_header(width: int, height: int) -> None:
    for look in (images.sniff, lambda data: images.thumbnail(data, 128)):
        with pytest.raises(Invalid, match="more than 100,000,000 pixels"):
            look(png_header(width, height))


def test_a_hundred_million_pixels_are_looked_at() -> None:
    assert images.sniff(png_header(10_000, 10_000)).width == 10_000


@pytest.mark.parametrize(
    ("orientation", "size"),
    [*[(at, (40, 30)) for at in (1, 2, 3, 4, 9, 0)], *[(at, (30, 40)) for at in (5, 6, 7, 8)]],
)
def test_the_size_is_that_of_the_upright_picture(orientation: int, size: tuple[int, int]) -> None:
    found = images.sniff(turned(orientation))
    assert (found.width, found.height) == size
    with Image.open(io.BytesIO(images.thumbnail(turned(orientation), 20))) as small:
        assert (small.size[0] > small.size[1]) == (size[0] > size[1])


@pytest.mark.parametrize("size", [1, 16, 512])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "LA", "I;16"])
def test_thumbnails_fit_and_never_grow(size: int, mode: str) -> None:
    with Image.open(io.BytesIO(images.thumbnail(picture("PNG", mode=mode), size))) as small:
        assert small.format == "WEBP"
        assert max(small.size) == min(size, 40)


@pytest.mark.parametrize(
    ("form", "mode", "greys"),
    [
        ("PNG", "I;16", (100, 700, 1300)),
        ("TIFF", "I;16", (0, 30_000, 60_000)),
        ("TIFF", "F", (-1.0, 0.0, 1.0)),
        ("TIFF", "I", (-(2**31), 0, 2**31 - 1)),
    ],
)
def test_pictures_of_many_greys_are_shown_from_dark_to_light(
    form: str, mode: str, greys: tuple[float, ...]
) -> None:
    code = {"I;16": "<H", "I": "<i", "F": "<f"}[mode]
    row = b"".join(struct.pack(code, grey) * 300 for grey in greys)
    whole = Image.frombytes(mode, (900, 300), row * 300)
    written = io.BytesIO()
    whole.save(written, form)
    with Image.open(io.BytesIO(images.thumbnail(written.getvalue(), 90))) as small:
        seen = [small.convert("L").getpixel((15 + 30 * place, 15)) for place in range(3)]
    assert [abs(one - wanted) <= 4 for one, wanted in zip(seen, (0, 128, 255), strict=True)] == [
        *[True] * 3
    ], seen


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_pictures_without_a_range_are_shown_too(value: float) -> None:
    written = io.BytesIO()
    Image.new("F", (50, 40), value).save(written, "TIFF")
    assert images.thumbnail(written.getvalue(), 20)


@pytest.mark.attack("E05", "E06")
def test_damage_is_refused_and_nothing_else_escapes() -> None:
    random = Random(8)
    seen = set()
    for form in images.FORMATS:
        whole = picture(form, (64, 48))
        for _ in range(60):
            data = bytearray(whole[: random.randrange(4, len(whole) + 1)])
            for _ in range(random.randrange(4)):
                data[random.randrange(len(data))] = random.randrange(256)
            try:
                images.sniff(bytes(data))
                images.thumbnail(bytes(data), 32)
            except Invalid as error:
                seen.add(str(error))
    assert len(seen) > 1
