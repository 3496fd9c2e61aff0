"""Outside pages that tasks are about, framed so that they have neither our origin nor our words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from linlog.wire.tasks import Item

_PAGE = (
    "<!doctype html><html><head><style>html,body,iframe{{margin:0;width:100%;height:100%;border:0}}"
    '</style></head><body><iframe title="Item" sandbox="allow-scripts" referrerpolicy="no-referrer"'
    ' src="{address}"></iframe></body></html>'
)
_POLICY = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; frame-src {source}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Framed:
    """A page that holds nothing but a frame."""

    html: str
    headers: dict[str, str]


def around(item: Item) -> Framed | None:
    """The page around an item's address; None where it has none that a browser frames.

    The policy of the pages themselves lets no other host in. This one lets the item's in, and
    nothing but it; it is sandboxed, as is the frame within, so that what is shown has an origin
    of its own that nothing belongs to.
    """
    if item.type != "iframe" or item.url is None:
        return None
    try:
        parts = urlsplit(item.url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or not _is_plain(host):
        return None
    source = f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")
    headers = {
        "Content-Security-Policy": _POLICY.format(source=source),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }
    return Framed(_PAGE.format(address=escape(item.url, quote=True)), headers)


def _is_plain(host: str) -> bool:
    # What stands in a policy must not end it or begin another source.
    return all(
        character.isascii() and (character.isalnum() or character in "-.") for character in host
    )
