"""Users over HTTP."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.background import BackgroundTask

from linlog.server import clock, mail
from linlog.server.context import Call, Context
from linlog.server.machine import Machine
from linlog.server.request import PUBLIC, Paging, Router
from linlog.server.services import one_time_secrets, organisations, sessions, users
from linlog.wire import codec
from linlog.wire.paging import Page
from linlog.wire.sessions import OpenSession
from linlog.wire.tasks import Deleted
from linlog.wire.users import (
    Invitation,
    InvitationCreate,
    PasswordChosen,
    PasswordResetAsked,
    PasswordResetCreate,
    User,
    UserCreate,
    UserUpdate,
)

router = Router("users")

_SUBJECT = "Your password for linlog"
_INVITED = """You are invited to {organisation} on linlog. Choose a password within 7 days:

{link}

The link is good once. If you expected no invitation, you need not do anything.
"""
_FORGOTTEN = """Somebody asked for another password for you on linlog. Choose one within 30 minutes:

{link}

The link is good once. If it was not you, you need not do anything: your password stays.
"""
_ASKED = PasswordResetAsked(
    detail="if there is such an account and this server sends mail, a link is on its way; "
    "otherwise ask an admin, or whoever runs the server"
)
_CHOSEN = PasswordResetAsked(detail="the password is chosen; sign in with it")


@router.get("/users", policy="admin")
def list_(ctx: Context, page: Paging) -> Page[User]:
    """The organisation's users, oldest first."""
    return users.list_page(ctx, page)


@router.post("/users", policy="admin")
def create(ctx: Context, body: UserCreate) -> User:
    """Add a user."""
    return users.create(ctx, body)


@router.post("/users/invitations", policy="admin", secret=True)
def invite(ctx: Context, request: Request, body: InvitationCreate) -> Invitation:
    """Invite a person, who chooses their password by a link that is shown this once."""
    machine: Machine = request.app.state.machine
    mailed = mail.is_set(machine.settings)
    made = one_time_secrets.invite(ctx, body, address=machine.address, mailed=mailed)
    response = Response(codec.encode(made), 201, media_type="application/json")
    if mailed:
        organisation = organisations.get(ctx).name
        text = _INVITED.format(organisation=organisation, link=made.link)
        # After the answer, and so after the commit.
        response.background = BackgroundTask(
            mail.send, machine.settings, to=made.user.email, subject=_SUBJECT, text=text
        )
    return response  # type: ignore[return-value]


@router.post("/users/password-resets", policy=PUBLIC, status=202)
def ask_for_reset(ctx: Machine, request: Request, body: PasswordResetCreate) -> PasswordResetAsked:
    """Ask for a link by mail; the answer is the same whether there is such an account or not."""
    call, now = request.state.call, clock.now()
    ctx.resets.begin(body.email.strip().lower(), call.source, now=now)
    response = Response(codec.encode(_ASKED), 202, media_type="application/json")
    # After the answer, so that its time does not tell.
    response.background = BackgroundTask(_reset, ctx, body.email, call, now)
    return response  # type: ignore[return-value]


@router.post("/users/passwords", policy=PUBLIC, status=200)
def choose_password(ctx: Machine, request: Request, body: PasswordChosen) -> PasswordResetAsked:
    """Choose a password by the secret of a link, which is good once."""
    call, now = request.state.call, clock.now()
    ctx.guesses.begin(call.source, call.source, now=now)
    with ctx.database.read() as conn:
        scope, _ = one_time_secrets.find(conn, body.secret, now=now)
    ctx.guesses.give_back(call.source, call.source, now=now)
    with ctx.database.write(scope) as conn:
        one_time_secrets.choose(conn, body, call, now=now)
    return _CHOSEN


def _reset(machine: Machine, email: str, call: Call, now: int) -> None:
    if not mail.is_set(machine.settings):
        return
    with machine.database.read() as conn:
        scope = users.scope_of(conn, email)
    if scope is None:
        return
    with machine.database.write(scope) as conn:
        made = one_time_secrets.reset_by_mail(conn, email, call, now=now)
    if made is not None:
        text = _FORGOTTEN.format(link=one_time_secrets.link(machine.address, made.secret))
        mail.send(machine.settings, to=made.user.email, subject=_SUBJECT, text=text)


@router.get("/users/{user_id}", policy="admin")
def get(ctx: Context, user_id: str) -> User:
    """One user."""
    return users.get(ctx, user_id)


@router.patch("/users/{user_id}", policy="admin")
def update(ctx: Context, user_id: str, body: UserUpdate) -> User:
    """Change a user."""
    return users.update(ctx, user_id, body)


@router.get("/users/{user_id}/sessions", policy="admin")
def list_sessions(ctx: Context, user_id: str) -> Page[OpenSession]:
    """Where a person is signed in, newest first."""
    return sessions.list_of(ctx, user_id)


@router.delete("/users/{user_id}/sessions", policy="admin")
def end_sessions(ctx: Context, user_id: str) -> Deleted:
    """End every session of a person."""
    return Deleted(deleted=sessions.delete_all_of(ctx, user_id))


@router.delete("/users/{user_id}/sessions/{session_id}", policy="admin")
def end_session(ctx: Context, user_id: str, session_id: str) -> Deleted:
    """End one session of a person."""
    return Deleted(deleted=sessions.delete_of(ctx, user_id, session_id))


@router.delete("/users/{user_id}/second-factor", policy="admin")
def reset_second_factor(ctx: Context, user_id: str) -> Deleted:
    """Take away the second factor of a person who lost it, which ends their sessions."""
    return Deleted(deleted=users.reset_second_factor(ctx, user_id))
