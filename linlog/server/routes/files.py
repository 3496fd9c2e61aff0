"""Files over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from linlog.server import clock
from linlog.server.context import Context
from linlog.server.machine import Machine
from linlog.server.request import PUBLIC, RawBody, Router
from linlog.server.services import files
from linlog.wire.files import File

router = Router("files")
media = Router("files", prefix="")

HELD_BYTES = 512 * 1024
"""Up to this size a file is sent at once, which is quicker."""
_HEADERS = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
        "frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
}


@router.post("/files", policy="annotator")
def create(ctx: Context, body: RawBody, filename: str | None = None) -> File:
    """Store the bytes that are the request's body."""
    return files.create(ctx, body, filename=filename)


@router.get("/files/{file_id}", policy="viewer", by_project=True)
def get(ctx: Context, file_id: str) -> File:
    """One file."""
    return files.get(ctx, file_id)


@router.get("/files/{file_id}/content", policy="viewer", by_project=True)
def content(ctx: Context, file_id: str) -> Response:
    """A file's bytes."""
    return _bytes(*files.content(ctx, file_id))


@router.get("/files/{file_id}/thumbnail", policy="viewer", by_project=True)
def thumbnail(ctx: Context, file_id: str, size: int = 256) -> Response:
    """A small WebP picture of an image; its longer side has 128, 256 or 512 pixels."""
    headers = {**_HEADERS, "Cache-Control": "private, max-age=604800, immutable"}
    picture = files.thumbnail(ctx, file_id, size)
    return Response(picture, media_type="image/webp", headers=headers)


@media.get("/media/{file_id}", policy=PUBLIC)
def signed(ctx: Machine, file_id: str, expires: int = 0, signature: str = "") -> Response:
    """A file's bytes for the bearer of a signed address."""
    links = ctx.links(None)
    with ctx.database.read() as conn:
        found = files.signed_content(
            conn,
            ctx.blobs,
            links,
            file_id=file_id,
            expires=expires,
            signature=signature,
            now=clock.now(),
        )
    return _bytes(*found)


def _bytes(file: File, parts: Iterator[bytes]) -> Response:
    """The bytes as they are; of large files never more at once than the reader takes."""
    shown = file.media_type.startswith("image/")
    name = quote(file.filename or file.id, safe="")
    disposition = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
    headers = {
        **_HEADERS,
        "Content-Disposition": disposition,
        "Cache-Control": "private, max-age=86400, immutable",
        "ETag": f'"{file.sha256}"',
        "Content-Length": str(file.size_bytes),
    }
    if file.size_bytes <= HELD_BYTES:
        return Response(b"".join(parts), media_type=file.media_type, headers=headers)
    return StreamingResponse(parts, media_type=file.media_type, headers=headers)
