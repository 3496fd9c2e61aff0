"""The parts of a multipart body, named in every way that the published clients' library had.

Older ones write a name outside ASCII by RFC 2231, as `filename*=`, which the usual readers of
forms take for no file; newer ones write its UTF-8 as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import Final

from linlog import limits
from linlog.errors import Invalid

MOST_PARTS: Final = limits.FORM_PARTS
LARGEST_HEAD: Final = limits.FORM_HEAD_BYTES
_LARGEST_TYPE: Final = limits.FORM_TYPE_BYTES


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its file's name, where it has one, and its bytes."""

    filename: str | None
    content: bytes


def read(media_type: str, body: bytes) -> dict[str, Part]:
    """The parts by name; none where the body is of another type. Raises Invalid."""
    header = Message()
    header["Content-Type"] = media_type[:_LARGEST_TYPE]
    boundary = header.get_boundary("")
    if header.get_content_type() != "multipart/form-data" or not boundary:
        return {}
    delimiter = b"\r\n--" + boundary.encode(errors="replace")
    _, *sections = (b"\r\n" + body).split(delimiter, MOST_PARTS + 1)
    if not sections or not sections[-1].startswith(b"--"):
        message = f"the multipart body is cut off, or has more than {MOST_PARTS} parts"
        raise Invalid(message)
    return dict(_part(section) for section in sections[:-1])


def _part(section: bytes) -> tuple[str, Part]:
    head, _, content = section.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if len(head) > LARGEST_HEAD:
        message = f"a part has more than {LARGEST_HEAD:,} bytes of headers"
        raise Invalid(message)
    said = Message()
    for line in _text(head).split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            said["Content-Disposition"] = " ".join(value.split())
    return str(said.get_param("name", "", "content-disposition")), Part(
        said.get_filename(), content
    )


def _text(head: bytes) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")
