"""Who is asking: from a token, a password or a session to an actor."""

from __future__ import annotations

import hmac
import secrets as random
from base64 import b64decode
from binascii import Error as Base64Error
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from linlog.errors import NotAllowed, NotAuthenticated, PresenceNeeded, SecondFactorNeeded
from linlog.server import secrets
from linlog.server.context import Actor
from linlog.server.services import second_factors
from linlog.server.store import project_members, sessions, tokens, users
from linlog.server.store.values import micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from linlog.server.attempts import Attempts
    from linlog.server.context import Context
    from linlog.server.store.sessions import StoredSession
    from linlog.wire.users import User

_WRONG_CODE: Final = "the code of the second factor is wrong"
SEE_EVERY_PROJECT: Final = frozenset({"owner", "admin", "manager"})
"""Roles from which no project is hidden."""
PRESENCE_S: Final = 15 * 60
_HOW: Final = "send a token or sign in"


class KnownRefused(NotAuthenticated):
    """Wrong credentials of an account or a token that is there; the answer does not say so."""

    def __init__(self, detail: str, *, scope: str, object_id: str, reason: str) -> None:
        super().__init__(detail)
        self.scope = scope
        self.object_id = object_id
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody asks to come in, and when."""

    attempts: Attempts
    source: str
    now: int
    key: bytes = b""
    """What second factors are sealed by."""

    @contextmanager
    def attempt(self, email: str) -> Iterator[None]:
        """One attempt to sign in, which counts when it ends in NotAuthenticated alone.

        Raises RateLimited where there were too many.
        """
        account = _tidy(email)
        self.attempts.begin(account, self.source, now=self.now)
        finish = self.attempts.give_back
        try:
            yield
            finish = self.attempts.succeed
        except SecondFactorNeeded:
            # The password was right, so it was no guess.
            raise
        except NotAuthenticated:
            finish = _keep
            raise
        finally:
            finish(account, self.source, now=self.now)

    def give_back(self, email: str) -> None:
        """Forget an attempt that was no guess after all."""
        self.attempts.give_back(_tidy(email), self.source, now=self.now)


def by_header(conn: Connection, header: str, door: Door) -> Actor:
    """The actor of an Authorization header. Raises NotAuthenticated or RateLimited."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() in {"token", "bearer"}:
        return _by_token(conn, rest.strip(), now=door.now)
    if scheme.lower() == "basic":
        return _by_password(conn, rest.strip(), door)
    raise _refused()


def by_session(conn: Connection, secret: str, *, now: int, idle_s: int) -> Actor | None:
    """The actor of a session's secret; None where the session has ended."""
    secret_hash = secrets.digest(secret)
    session = sessions.find(conn, secret_hash)
    if session is None or _has_ended(session, now, idle_s):
        return None
    scope, user = session.organisation_id, session.user
    return Actor(
        scope,
        user.role,
        user_id=user.id,
        session_hash=secret_hash,
        expires=session.expires,
        proven=session.proven,
        projects=seen_projects(conn, scope, user.role, user.id),
    )


def require_presence(ctx: Context, deed: str) -> None:
    """Refuse what outlasts a stolen token or session to all who do not know the password.

    Raises NotAllowed to tokens, and PresenceNeeded to sessions that last saw the password more than
    PRESENCE_S ago.
    """
    actor = ctx.actor
    if actor.token_id is not None:
        message = f"a token cannot {deed}; sign in as a person"
        raise NotAllowed(message)
    if actor.proven is not None and ctx.now - actor.proven > PRESENCE_S * 1_000_000:
        message = (
            f"whoever wants to {deed} must have given their password within "
            f"{PRESENCE_S // 60} minutes; give it again"
        )
        raise PresenceNeeded(message)


def require_password(
    ctx: Context,
    password: str,
    door: Door,
    *,
    field: str,
    code: str | None = None,
    coded: bool = False,
) -> User:
    """The person who asks, if a password is theirs. Raises NotAllowed or RateLimited.

    Guesses count as those of signing in do.
    """
    assert ctx.actor.user_id is not None, "only people have passwords"
    user = users.get(ctx.conn, ctx.scope, ctx.actor.user_id)
    assert user is not None, "who asks was found a moment ago"
    try:
        with door.attempt(user.email):
            user_of_password(ctx.conn, user.email, password)
            if coded:
                check_code(ctx.conn, ctx.scope, user, code, door)
    except SecondFactorNeeded:
        message = "give a code of your app as well"
        raise PresenceNeeded(message, field="code") from None
    except NotAuthenticated as error:
        wrong_code = isinstance(error, KnownRefused) and error.reason == _WRONG_CODE
        message = "the code is wrong" if wrong_code else "the password is wrong"
        raise NotAllowed(message, field="code" if wrong_code else field) from None
    if (
        coded
        and user.second_factor
        and not second_factors.take(
            ctx.conn, ctx.scope, user.id, code or "", key=door.key, now=ctx.now
        )
    ):
        raise NotAllowed(second_factors.WRONG, field="code")
    return user


def check_code(conn: Connection, scope: str, user: User, code: str | None, door: Door) -> None:
    """Look at the second factor of who gave the right password, within an attempt of a door.

    Raises SecondFactorNeeded where one is missing, and NotAuthenticated where it is wrong.
    """
    if not user.second_factor:
        return
    if code is None:
        raise second_factors.needed()
    if not second_factors.fits(conn, scope, user, code, key=door.key, now=door.now):
        raise KnownRefused(second_factors.WRONG, scope=scope, object_id=user.id, reason=_WRONG_CODE)


def user_of_password(conn: Connection, email: str, password: str) -> tuple[User, str, str]:
    """The user whom a password fits, their organisation and hash. Raises NotAuthenticated.

    Only within an attempt of a door.
    """
    stored = users.credentials(conn, _tidy(email))
    fits = secrets.password_matches(stored[2] if stored else None, password)
    message = "the email address or the password is wrong"
    if stored is None:
        raise NotAuthenticated(message)
    user, scope, _ = stored
    if not fits or user.disabled:
        reason = "the person is locked out" if fits else "the password is wrong"
        raise KnownRefused(message, scope=scope, object_id=user.id, reason=reason)
    return stored


def _by_token(conn: Connection, secret: str, *, now: int) -> Actor:
    if not secrets.is_token(secret):
        raise _refused()
    stored = tokens.find(conn, secrets.digest(secret))
    if stored is None:
        raise _refused()
    scope, token, locked_out = stored
    expires = None if token.expires_date is None else micros(token.expires_date)
    if locked_out or (expires is not None and expires <= now):
        reason = "the person is locked out" if locked_out else "the token has ended"
        raise KnownRefused(_said(), scope=scope, object_id=token.id, reason=reason)
    return Actor(
        scope,
        token.role,
        user_id=token.user_id,
        token_id=token.id,
        expires=expires,
        token_hint=token.hint,
        scope=token.scope,
        projects=seen_projects(conn, scope, token.role, token.user_id, only=token.project_ids),
    )


def seen_projects(
    conn: Connection,
    scope: str,
    role: str,
    user_id: str | None,
    *,
    only: Iterable[str] | None = None,
) -> frozenset[str] | None:
    """The projects that a caller sees, `only` some of them if given; None for all there are.

    Asked anew at every request, so that who is no member any more sees nothing at the next.
    """
    seen = None if role in SEE_EVERY_PROJECT else project_members.seen(conn, scope, user_id)
    if only is None:
        return seen
    return frozenset(only) if seen is None else seen & frozenset(only)


def _by_password(conn: Connection, encoded: str, door: Door) -> Actor:
    refused, misread = _refused(), []
    for pair in _decoded_pairs(encoded):
        email, _, password = pair.partition(":")
        if email and password:
            try:
                with door.attempt(email):
                    user, scope = _verified(conn, email, password)
            except NotAuthenticated as error:
                refused = error
                misread.append(email)
            else:
                for other in misread:
                    door.give_back(other)
                seen = seen_projects(conn, scope, user.role, user.id)
                return Actor(scope, user.role, user_id=user.id, proven=door.now, projects=seen)
    raise refused


def _decoded_pairs(encoded: str) -> list[str]:
    """The readings of Basic credentials: clients write them as UTF-8 or as latin-1."""
    try:
        raw = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        return []
    try:
        first = raw.decode()
    except UnicodeDecodeError:
        return [raw.decode("latin-1")]
    return [first] if raw.isascii() else [first, raw.decode("latin-1")]


def _verified(conn: Connection, email: str, password: str) -> tuple[User, str]:
    """Like `user_of_password`, but a pair that was right a moment ago is not hashed again.

    Scripts with Basic credentials send them with every request, and a hash takes 50 ms.
    """
    stored = users.credentials(conn, _tidy(email))
    proof = None if stored is None else _proof(stored[2], password)
    plain = stored is not None and not (stored[0].disabled or stored[0].second_factor)
    if stored is not None and plain and proof in _proven:
        return stored[0], stored[1]
    user, scope, _ = user_of_password(conn, email, password)
    if user.second_factor:
        # Whoever sends a password with each request has no code to send with it.
        message = "this account has a second factor: make a token of yours, and send that"
        raise SecondFactorNeeded(message)
    if proof is not None:
        _remember(proof)
    return user, scope


def _proof(password_hash: str, password: str) -> bytes:
    return hmac.new(_PROCESS_KEY, f"{password_hash}/{password}".encode(), sha256).digest()


def _remember(proof: bytes) -> None:
    with _proven_lock:
        if len(_proven) >= _MOST_PROVEN:
            _proven.clear()
        _proven.add(proof)


def _has_ended(session: StoredSession, now: int, idle_s: int) -> bool:
    idle = now - session.used > idle_s * 1_000_000
    return session.user.disabled or session.expires <= now or idle


def _tidy(email: str) -> str:
    return email.strip().lower()


def _keep(account: str, source: str, *, now: int) -> None:
    """Let a failed attempt count."""


def _refused() -> NotAuthenticated:
    return NotAuthenticated(_said())


def _said() -> str:
    return f"the credentials are missing or wrong; {_HOW}"


_PROCESS_KEY: Final = random.token_bytes(32)
_MOST_PROVEN: Final = 1000
_proven: set[bytes] = set()
_proven_lock: Final = Lock()
