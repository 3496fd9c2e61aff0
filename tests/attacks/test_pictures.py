"""Pictures and other media that lie about their size, or are none (E), against the real process."""

from __future__ import annotations

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from tests.attacks import oracles
from tests.attacks.targets import Target
from tests.factories.replies import Reply

UPLOAD = "/api/v2/files?filename=a.png"


def png(width: int, height: int, pixels: bytes = b"", *more: tuple[bytes, bytes]) -> bytes:
    """A PNG that says it is this large, with further chunks before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IDAT", pixels), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def jpeg(width: int, height: int) -> bytes:
    """A JPEG of 40 by 30 pixels whose frame says another size."""
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, "JPEG")
    data = bytearray(written.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


PIXEL = zlib.compress(b"\0\0\0\0")
REFUSED = {
    "2.5 billion pixels": png(50_000, 50_000),
    "a line of 2 billion": png(2**31 - 1, 1),
    "a frame that lies": jpeg(60_000, 60_000),
    "a head that is cut": png(40, 30)[:20],
    "a table that is cut": jpeg(40, 30)[:300],
    "a text that explodes": png(
        *(1, 1, PIXEL), (b"zTXt", b"a\0\0" + zlib.compress(b"x" * 200_000_000))
    ),
}


@pytest.mark.attack("E05")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("name", REFUSED)
def test_pictures_that_cannot_be_are_refused(target: Target, name: str) -> None:
    with oracles.unchanged(target.data):
        assert target.call("POST", UPLOAD, REFUSED[name]).status == 422


UNSHOWN = {
    "a frame that lies a little": jpeg(9_000, 9_000),
    "a picture that is cut": jpeg(40, 30)[:-20],
    "no pixels": png(0, 0),
    "no width": png(0, 5),
    "no size in its frame": jpeg(0, 0),
    "more data than pixels": png(1, 1, zlib.compress(b"\0" * 20_000_000, 0)),
    "a pixel with a long text": png(1, 1, PIXEL, (b"tEXt", b"a\0" + b"x" * 20_000_000)),
    "pixels that are missing": png(8_000, 8_000, PIXEL),
    "pixels that explode": png(1, 1, zlib.compress(b"\0" * 500_000_000)),
}


@pytest.mark.attack("E05")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("name", UNSHOWN)
def test_pictures_that_lie_later_cost_little_to_look_at(target: Target, name: str) -> None:
    """They are kept as bytes; what a small picture is made of is bounded by what they say."""
    made = target.call("POST", UPLOAD, UNSHOWN[name])
    assert made.status == 201
    small = target.call("GET", f"/api/v2/files/{made.data['id']}/thumbnail?size=256")
    assert small.status in ({422} if name.startswith("no ") else {200, 422})
    assert small.status == 422 or len(small.body) < 20_000


@pytest.mark.attack("E05")
@pytest.mark.usefixtures("probed")
def test_large_pictures_are_made_small_one_at_a_time(target: Target) -> None:
    """Four at once would take 400 MB, and one takes 100."""
    whole = zlib.compress(bytes(5_000 * (1 + 3 * 5_000)))
    made = [
        target.call("POST", UPLOAD, png(5_000, 5_000, whole, (b"tEXt", b"a\0%d" % at)))
        for at in range(4)
    ]

    def asked(reply: Reply) -> int:
        where = f"/api/v2/files/{reply.data['id']}/thumbnail?size=256"
        return target.at(target.port, "GET", where, None, target.tokens["owner"]).status

    one = oracles.bounded(target.serving.process.pid, 180_000_000)
    with one, ThreadPoolExecutor(len(made)) as threads:
        assert {*threads.map(asked, made)} <= {200, 422}


MEDIA = {
    "a.mp4": b"\0\0\0\x18ftypmp42" + b"\0\0\0\0mp42isom"
    b"\0\0\0\x74moov\0\0\0\x6cmvhd" + b"\0" * 12 + b"\0\0\0\x01\xff\xff\xff\xff" + b"\0" * 80,
    "a.avi": b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrlavih" + b"\xff" * 56,
    "a.wav": b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + b"\xff" * 16 + b"data\xff\xff\xff\xff",
    "a.mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\xff\xfb\x90\0" * 9,
    "a.webm": b"\x1aE\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff",
    "a.pdf": b"%PDF-1.7\n1 0 obj<</Length 99999999999>>stream\n" + b"\xff" * 99,
}


@pytest.mark.attack("E06")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("name", MEDIA)
def test_media_are_bytes_that_nobody_opens(target: Target, name: str) -> None:
    """With durations and lengths without end, too; O3 and O4 see that no program looks at them."""
    made = target.call("POST", f"/api/v2/files?filename={name}", MEDIA[name])
    assert (made.status, made.data["media_type"]) == (201, "application/octet-stream")
    where = f"/api/v2/files/{made.data['id']}"
    assert target.call("GET", f"{where}/thumbnail?size=256").status == 422
    assert target.call("GET", f"{where}/content").body == MEDIA[name]
