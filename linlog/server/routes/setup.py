"""The first start: the one-time code makes the organisation and its owner."""

from __future__ import annotations

from hmac import compare_digest

from fastapi import Request, Response

from linlog.errors import NotAllowed
from linlog.server import clock, noting
from linlog.server.databases import INSTALLATION
from linlog.server.machine import Machine
from linlog.server.request import PUBLIC, Router, entrance, set_session
from linlog.server.services import organisations, sessions
from linlog.wire import codec
from linlog.wire.organisations import SetupCreate, SetupState
from linlog.wire.sessions import Session

router = Router("setup")


@router.get("/setup", policy=PUBLIC)
def get(ctx: Machine) -> SetupState:
    """Whether the server still waits for its owner."""
    with ctx.database.read() as conn:
        return SetupState(needed=organisations.setup_needed(conn))


@router.post("/setup", policy=PUBLIC)
def create(ctx: Machine, request: Request, body: SetupCreate) -> Session:
    """Make the organisation and its owner with the code that the server printed."""
    now = clock.now()
    with ctx.database.write(INSTALLATION) as conn:
        if organisations.setup_needed(conn) and not _fits(ctx, body.code):
            message = "the code is wrong; the server printed the right one when it started"
            raise NotAllowed(message, field="code")
        scope, owner = organisations.create_first(conn, body, now=now)
        session, secret = sessions.begin(
            conn,
            scope,
            owner.id,
            now=now,
            lifetime_s=ctx.settings.session_s,
            from_=entrance(request),
        )
        noting.came_in(request, conn, "setup.create", session)
    ctx.setup_code = None
    response = Response(codec.encode(session), 201, media_type="application/json")
    set_session(request, response, secret, ctx.settings.session_s)
    return response  # type: ignore[return-value]


def _fits(ctx: Machine, code: str) -> bool:
    return ctx.setup_code is not None and compare_digest(
        ctx.setup_code.encode(), code.strip().encode()
    )
