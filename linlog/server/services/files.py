"""Files: bytes that were uploaded or fetched, and small pictures of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linlog import ids, limits
from linlog.errors import Invalid, NotAllowed, NotFound, TooLarge
from linlog.server import images
from linlog.server.services import access
from linlog.server.store import files
from linlog.wire.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from linlog.server.blobs._protocol import Blobs
    from linlog.server.context import Context
    from linlog.server.links import Links

LARGEST_BYTES: Final = limits.FILE_BYTES
THUMBNAIL_SIZES: Final = (128, 256, 512)
_LONGEST_NAME: Final = limits.FILE_NAME_CHARACTERS


def create(ctx: Context, data: bytes, *, filename: str | None) -> File:
    """Store bytes. Raises Invalid for nothing and for damaged images, TooLarge over 64 MiB."""
    if not data:
        message = "the file is empty; send its bytes as the body of the request"
        raise Invalid(message)
    if len(data) > LARGEST_BYTES:
        message = f"the file has {len(data):,} bytes; at most {LARGEST_BYTES:,} are taken"
        raise TooLarge(message)
    _refuse_beyond_quota(ctx, len(data))
    seen = images.sniff(data)
    blob = ctx.blobs.put(data)
    file = File(
        id=ids.new("file"),
        created_date=ctx.today,
        filename=_base_name(filename),
        sha256=blob.key,
        size_bytes=blob.size_bytes,
        media_type=seen.media_type,
        width=seen.width,
        height=seen.height,
        content_url="",
    )
    files.insert(ctx.conn, ctx.scope, file, created=ctx.now)
    return _with_address(ctx, file)


def _refuse_beyond_quota(ctx: Context, size_bytes: int) -> None:
    if not ctx.quota_bytes:
        return
    block = limits.BLOCK_BYTES
    wanted = files.total_bytes(ctx.conn, ctx.scope, at_least=block) + max(size_bytes, block)
    if wanted > ctx.quota_bytes:
        message = (
            f"the organisation's files would take {wanted:,} bytes, and {ctx.quota_bytes:,} are "
            "allowed; whoever runs the server can allow more (LINLOG_QUOTA_MB)"
        )
        raise TooLarge(message)


def get(ctx: Context, file_id: str) -> File:
    """One file with a fresh address."""
    return _with_address(ctx, access.file(ctx, file_id))


def content(ctx: Context, file_id: str) -> tuple[File, Iterator[bytes]]:
    """A file and its bytes, in parts."""
    file = access.file(ctx, file_id)
    return file, _parts_of(ctx.blobs, file)


def signed_content(
    conn: Connection,
    blobs: Blobs,
    links: Links,
    *,
    file_id: str,
    expires: int,
    signature: str,
    now: int,
) -> tuple[File, Iterator[bytes]]:
    """A file and its bytes, in parts, for the bearer of a signed address. Raises NotAllowed."""
    if not links.is_valid(file_id, expires, signature, now=now):
        message = "this link is not valid or has ended; ask for the task again to get a new one"
        raise NotAllowed(message)
    file = files.get_signed(conn, file_id)
    if file is None:
        message = f"no file has the id {file_id[:80]!r}"
        raise NotFound(message)
    return file, _parts_of(blobs, file)


def thumbnail(ctx: Context, file_id: str, size: int) -> bytes:
    """A WebP picture of an image, made once and kept."""
    if size not in THUMBNAIL_SIZES:
        message = f"size must be one of {', '.join(map(str, THUMBNAIL_SIZES))}, but is {size}"
        raise Invalid(message, field="size")
    file = access.file(ctx, file_id)
    key = f"{file.sha256}-{size}"
    if not ctx.blobs.holds(key):
        whole = b"".join(_parts_of(ctx.blobs, file))
        ctx.blobs.put_at(key, images.thumbnail(whole, size))
    return ctx.blobs.read(key)


def _parts_of(blobs: Blobs, file: File) -> Iterator[bytes]:
    try:
        return blobs.stream(file.sha256)
    except FileNotFoundError:
        message = f"the bytes of file {file.id} are gone from the server's storage"
        raise NotFound(message) from None


def _with_address(ctx: Context, file: File) -> File:
    return replace(file, content_url=ctx.links.content(file.id, now=ctx.now))


def _base_name(filename: str | None) -> str | None:
    """The last part of a path, without what cannot be shown or stored."""
    last = (filename or "").replace("\\", "/").rpartition("/")[2]
    cleaned = "".join(character for character in last if character.isprintable())
    return cleaned[:_LONGEST_NAME] or None
