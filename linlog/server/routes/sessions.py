"""Sessions over HTTP."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.background import BackgroundTask

from linlog.server import clock, mail, noting
from linlog.server.context import Context
from linlog.server.machine import Machine
from linlog.server.request import (
    PUBLIC,
    Router,
    door,
    end_session,
    entrance,
    session_cookie,
    set_session,
)
from linlog.server.services import authentication, second_factors, sessions
from linlog.wire import codec
from linlog.wire.paging import Page
from linlog.wire.sessions import (
    EmailChange,
    OpenSession,
    PasswordChange,
    PresenceCreate,
    RecoveryCodes,
    SecondFactor,
    SecondFactorCode,
    Session,
    SessionCreate,
)
from linlog.wire.tasks import Deleted

router = Router("sessions")

_SUBJECT = "Your address for linlog"
_GONE = """The account on linlog that this address signed in to has another address now: {email}.

If it was not you, tell an admin, or whoever runs the server, at once.
"""
_NEW = """From now on you sign in to linlog with this address. It was {before} until now.

If you know nothing of this, tell whoever runs the server: {address}
"""


@router.post("/sessions", policy=PUBLIC)
def create(ctx: Machine, request: Request, body: SessionCreate) -> Session:
    """Sign in; the answer sets the session's cookie."""
    lifetime_s = ctx.settings.session_s
    # Hashing takes a while, and whoever knows no password must not keep the writers waiting.
    with ctx.database.read() as conn:
        entered = door(ctx, request, clock.now())
        proven = sessions.check(conn, body, entered)
    earlier = request.cookies.get(session_cookie(request))
    with ctx.database.write(proven.scope) as conn:
        sessions.take_code(conn, proven, entered)
        sessions.renew_hash(conn, proven)
        if earlier:
            sessions.end(conn, earlier)
        session, secret = sessions.begin(
            conn,
            proven.scope,
            proven.user_id,
            now=clock.now(),
            lifetime_s=lifetime_s,
            from_=entrance(request),
        )
        noting.came_in(request, conn, "sessions.create", session)
    response = Response(codec.encode(session), 201, media_type="application/json")
    set_session(request, response, secret, lifetime_s)
    return response  # type: ignore[return-value]


@router.get("/sessions", policy="viewer", by_project=True)
def list_(ctx: Context) -> Page[OpenSession]:
    """Where the caller is signed in, newest first."""
    return sessions.list_own(ctx)


@router.post("/sessions/presence", policy="viewer", by_project=True, status=200, secret=True)
def prove(ctx: Context, request: Request, body: PresenceCreate) -> Session:
    """Give the password once more, for what asks for it."""
    machine: Machine = request.app.state.machine
    return sessions.prove(ctx, body, door(machine, request, ctx.now))


@router.post("/sessions/password", policy="viewer", by_project=True, status=200, secret=True)
def change_password(ctx: Context, request: Request, body: PasswordChange) -> Session:
    """Change the caller's password, which ends their other sessions."""
    machine: Machine = request.app.state.machine
    return sessions.change_password(ctx, body, door(machine, request, ctx.now))


@router.post("/sessions/email", policy="viewer", by_project=True, status=200, secret=True)
def change_email(ctx: Context, request: Request, body: EmailChange) -> Session:
    """Change the address that the caller signs in with, which ends all of their sessions."""
    machine: Machine = request.app.state.machine
    lifetime_s = machine.settings.session_s
    at_door = door(machine, request, ctx.now)
    session, secret, before = sessions.change_email(
        ctx, body, at_door, lifetime_s=lifetime_s, from_=entrance(request)
    )
    response = Response(codec.encode(session), media_type="application/json")
    if secret is not None:
        set_session(request, response, secret, lifetime_s)
    if mail.is_set(machine.settings) and session.user is not None:
        # After the answer, and so after the commit.
        response.background = BackgroundTask(_tell, machine, session.user.email, before)
    return response  # type: ignore[return-value]


def _tell(machine: Machine, email: str, before: str) -> None:
    """Say at both addresses that one took the place of the other."""
    gone = _GONE.format(email=email)
    new = _NEW.format(before=before, address=machine.address)
    for to, text in ((before, gone), (email, new)):
        mail.send(machine.settings, to=to, subject=_SUBJECT, text=text)


@router.post("/sessions/second-factor", policy="viewer", by_project=True, secret=True)
def begin_second_factor(ctx: Context, request: Request) -> SecondFactor:
    """A second factor for the caller, which waits for its first code."""
    authentication.require_presence(ctx, "take a second factor")
    machine: Machine = request.app.state.machine
    return second_factors.begin(ctx, key=machine.key)


@router.post(
    "/sessions/second-factor/confirmation",
    policy="viewer",
    by_project=True,
    status=200,
    secret=True,
)
def confirm_second_factor(ctx: Context, request: Request, body: SecondFactorCode) -> RecoveryCodes:
    """Take the second factor up with its first code; the answer has the recovery codes."""
    authentication.require_presence(ctx, "take a second factor")
    machine: Machine = request.app.state.machine
    return second_factors.confirm(ctx, body.code, key=machine.key)


@router.delete("/sessions/second-factor", policy="viewer", by_project=True)
def give_up_second_factor(ctx: Context) -> Deleted:
    """Give the second factor up."""
    authentication.require_presence(ctx, "give up the second factor")
    return Deleted(deleted=second_factors.give_up(ctx))


@router.delete("/sessions/{session_id}", policy="viewer", by_project=True)
def delete_own(ctx: Context, session_id: str) -> Deleted:
    """End one of the caller's sessions."""
    return Deleted(deleted=sessions.delete_own(ctx, session_id))


@router.get("/session", policy="viewer", by_project=True)
def get(ctx: Context) -> Session:
    """Who is asking."""
    return sessions.get(ctx)


@router.delete("/session", policy="viewer", by_project=True)
def delete(ctx: Context, request: Request) -> Deleted:
    """Sign out."""
    deleted = Deleted(deleted=sessions.delete(ctx))
    response = Response(codec.encode(deleted), media_type="application/json")
    end_session(request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response  # type: ignore[return-value]
