"""Items: what a task may show, checked before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from linlog.errors import Invalid
from linlog.server.services import access
from linlog.server.store import files

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.wire.tasks import Item, ItemCreate

_BY_TEXT: Final = {"text", "html"}
_BY_ADDRESS: Final = {"iframe", "video"}


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item that can be stored; `processing` where its image is still to be fetched."""

    type: str
    text: str | None
    url: str | None
    file_id: str | None
    filename: str | None
    external: bool
    processing: bool


def checked(ctx: Context, item: ItemCreate, field: str) -> CheckedItem:
    """The item as it is stored. Raises Invalid that names `field`."""
    given = [name for name in ("text", "url", "file_id") if getattr(item, name) is not None]
    if len(given) != 1:
        said = " and ".join(given) or "none of them"
        message = f"an item needs exactly one of text, url and file_id, but has {said}"
        raise Invalid(message, field=field)
    _check_fits(item, given[0], field)
    filename = item.filename
    if item.file_id is not None:
        known = _check_file(ctx, item, field)
        filename = filename or known
    if item.url is not None:
        _check_address(item.url, field)
        filename = filename or urlsplit(item.url).path.rpartition("/")[2] or None
    fetch = item.type == "image" and item.url is not None and not item.external
    return CheckedItem(
        type=item.type,
        text=item.text,
        url=item.url,
        file_id=item.file_id,
        filename=filename,
        external=item.external,
        processing=fetch,
    )


def with_address(ctx: Context, item: Item) -> Item:
    """The item with the address that its bytes can be read from."""
    if item.file_id is not None:
        return replace(item, content_url=ctx.links.content(item.file_id, now=ctx.now))
    return replace(item, content_url=item.url) if item.url is not None else item


def _check_fits(item: ItemCreate, given: str, field: str) -> None:
    if item.type in _BY_TEXT and given != "text":
        message = f"an item of type {item.type} needs its text, not a {given}"
        raise Invalid(message, field=f"{field}.{given}")
    if item.type in _BY_ADDRESS and given != "url":
        message = f"an item of type {item.type} needs a url, not a {given}"
        raise Invalid(message, field=f"{field}.{given}")
    if item.type == "image" and given == "text":
        message = "an image needs a url or a file_id; upload its bytes first"
        raise Invalid(message, field=f"{field}.text")


def _check_file(ctx: Context, item: ItemCreate, field: str) -> str | None:
    wanted = item.file_id or ""
    found = files.known(ctx.conn, ctx.scope, [wanted]).get(wanted)
    if found is None or not access.sees(ctx, "file", found):
        message = f"no file has the id {wanted[:80]!r}; upload it first"
        raise Invalid(message, field=f"{field}.file_id")
    if item.type == "image" and not found.media_type.startswith("image/"):
        message = (
            f"file {wanted} is no image that linlog can open (PNG, JPEG, WebP, GIF, BMP, TIFF)"
        )
        raise Invalid(message, field=f"{field}.file_id")
    return found.filename


def _check_address(url: str, field: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    printable = url.isprintable() and url == url.strip() and " " not in url
    if parts.scheme.lower() not in {"http", "https"} or not host or not printable:
        message = f"url must be an http(s) address, not {url[:80]!r}"
        raise Invalid(message, field=f"{field}.url")
