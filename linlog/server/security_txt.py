"""Where weaknesses of a server are reported, in the form of RFC 9116: /.well-known/security.txt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from linlog.server import clock
from linlog.server.request import PUBLIC, Router

if TYPE_CHECKING:
    from fastapi import APIRouter

PATH: Final = "/.well-known/security.txt"
_GOOD_FOR: Final = timedelta(days=180)
"""How long a reader may go by it: RFC 9116 wants less than a year."""


def router() -> APIRouter:
    """The route; where no operator set a contact there is no such address."""
    own = Router("security_txt", prefix="")

    @own.get(PATH, policy=PUBLIC)
    def security_txt(ctx: Any) -> Response:
        """Where weaknesses of this server are reported."""
        contact = ctx.settings.security_contact
        if not contact:
            raise HTTPException(404)
        text = written(contact, origin=ctx.settings.origin, now=clock.now())
        return Response(text, media_type="text/plain; charset=utf-8")

    return own.api()


def written(contact: str, *, origin: str, now: int) -> str:
    """The text, with its end counted from `now` in microseconds."""
    today = datetime.fromtimestamp(now // 1_000_000, UTC).replace(hour=0, minute=0, second=0)
    lines = [f"Contact: {contact}", f"Expires: {today + _GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}"]
    if origin:
        lines.append(f"Canonical: {origin.rstrip('/')}{PATH}")
    return "\n".join(lines) + "\n"
