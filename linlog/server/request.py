"""One request: who asks, one transaction or a part of one, errors to the wire, answers given again.

A route is a plain function `(ctx, …) -> wire class`. `Router` turns it into an endpoint that
opens the transaction, calls it, commits and writes the reply. Small requests that come at once
share a commit; what one of them did is kept or taken back whole. A 2xx is sent only after the
commit. Who asks, and whether the route's policy lets them, is settled before the body is read.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from functools import wraps
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteError
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from linlog import limits
from linlog.errors import (
    ApiError,
    Conflict,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    ServerFailed,
)
from linlog.server import bodies, clock, failures, methods, noting, queries, sharing, strict
from linlog.server.context import Actor, Context
from linlog.server.databases import Unavailable
from linlog.server.services import audit_entries, authentication
from linlog.server.services.sessions import Entrance
from linlog.server.settings import is_plain_loopback
from linlog.server.sharing import Outcome
from linlog.server.store import idempotency_keys, sessions, tokens
from linlog.server.store.idempotency_keys import StoredAnswer
from linlog.server.store.paging import EVERYTHING, Window
from linlog.wire import codec
from linlog.wire.paging import DEFAULT_LIMIT, LARGEST_LIMIT, Page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from linlog.server.machine import Machine

Hot = Callable[[bytes], Any]
"""Reads a body that is right and of the usual form; None for every other."""
PUBLIC: Final = "public"
"""The policy of routes that anyone may call."""
_ADMINISTRATION: Final = frozenset({"admin", "owner"})
"""Roles whose routes only a token of the widest scope reaches, even where they only read."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
SESSION_COOKIE: Final = "ll_session"
LARGEST_BODY: Final = limits.BODY_BYTES
PUBLIC_BODY: Final = limits.PUBLIC_BODY_BYTES
BODY_WAIT_S: Final = limits.BODY_WAIT_S
SLOWEST_BYTES_PER_S: Final = limits.BODY_BYTES_PER_S
_JSON: Final = re.compile(r"application/json\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
_TOUCH_EVERY: Final = 60 * 1_000_000
_DONE: Final = sharing.COMMITTED
"""The outcome of what is committed already, or changes nothing."""
_LONGEST_KEY: Final = limits.KEY_CHARACTERS
_KEYED: Final = frozenset({"POST", "DELETE"})
"""Methods that would do something else when repeated, and are done once where they carry a key."""
_KEY_LIFETIME: Final = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route: everyone, or those with `role` or a more powerful one."""

    role: str
    action: str = ""
    """What the route does, in the words of the audit log."""
    noted: bool = False
    """Whether every call that succeeds is noted there."""
    scope: str = "admin"
    """What a token's scope must reach: read, write or admin."""
    by_project: bool = False
    """Whether who sees some projects only may ask it: all it touches goes by what they see."""
    names_a_row: bool = False
    """Whether its address holds an id."""
    small: bool = False
    """Whether it writes about as much as its body holds, and so may share its commit."""

    def check_sees(self, actor: Actor) -> None:
        """Refuse what has not said that it goes by projects to who does not see them all."""
        if actor.projects is None or self.by_project:
            return
        message = "this is for those who see every project, and some are hidden from the caller"
        if self.names_a_row:
            raise NotFound(message)
        raise NotAllowed(message)


class Router:
    """A column's routes. Each must name its policy.

    A `lenient` one reads every body whether it is used or not, passes over query parameters
    that it does not know, answers every success with 200 and what is invalid with 400.
    """

    def __init__(self, column: str, *, prefix: str = "/api/v2", lenient: bool = False) -> None:
        self.column = column
        self.prefix = prefix
        self.lenient = lenient
        self._routes: list[_Route] = []

    def api(self, *, documented: bool = False) -> APIRouter:
        """FastAPI's router of these routes.

        Replies are written by msgspec, so their models are built for the document alone: they
        take half of the time that the server needs to start.
        """
        reading = [Depends(raw_body)] if self.lenient else []
        api = APIRouter(
            prefix=self.prefix, tags=[self.column], route_class=_Guarded, dependencies=reading
        )
        for route in self._routes:
            route.add_to(api, documented=documented)
        return api

    def get(
        self, path: str, *, policy: str, noted: bool = False, by_project: bool = False
    ) -> Callable[[Any], Any]:
        """A route that reads; a `noted` one is in the audit log before it does.

        One that says `by_project` is open to who sees some projects only; no other is.
        """
        return self._route("GET", path, policy, 200, noted=noted, by_project=by_project)

    def post(
        self,
        path: str,
        *,
        policy: str,
        status: int = 201,
        secret: bool = False,
        reads: bool = False,
        verbatim: bool = False,
        hot: Hot | None = None,
        by_project: bool = False,
        small: bool = False,
    ) -> Callable[[Any], Any]:
        """A route that creates or acts. A `secret` answer is kept nowhere and given once.

        One that only `reads` sees a snapshot and waits for no writer. What is kept `verbatim` may
        hold any text. A `hot` reader is asked for the body first, and gives None for what the
        wire's own classes must read. A `small` one writes about as much as its body holds, and
        shares its commit where that is little.
        """
        more = {"secret": secret, "reads": reads, "verbatim": verbatim, "by_project": by_project}
        return self._route("POST", path, policy, status, hot=hot, small=small, **more)

    def put(
        self, path: str, *, policy: str, by_project: bool = False, small: bool = False
    ) -> Callable[[Any], Any]:
        """A route that replaces."""
        return self._route("PUT", path, policy, 200, by_project=by_project, small=small)

    def patch(
        self,
        path: str,
        *,
        policy: str,
        noted: bool = False,
        by_project: bool = False,
        small: bool = False,
    ) -> Callable[[Any], Any]:
        """A route that changes; a `noted` one does so in the audit log too."""
        return self._route(
            "PATCH", path, policy, 200, noted=noted, by_project=by_project, small=small
        )

    def delete(
        self,
        path: str,
        *,
        policy: str,
        noted: bool = True,
        by_project: bool = False,
        small: bool = False,
    ) -> Callable[[Any], Any]:
        """A route that removes, and notes it in the audit log unless its service notes more."""
        return self._route(
            "DELETE", path, policy, 200, noted=noted, by_project=by_project, small=small
        )

    def _route(
        self,
        method: str,
        path: str,
        policy: str,
        status: int,
        *,
        secret: bool = False,
        reads: bool = False,
        verbatim: bool = False,
        hot: Hot | None = None,
        noted: bool = False,
        by_project: bool = False,
        small: bool = False,
    ) -> Callable[[Any], Any]:
        status = 200 if self.lenient else status
        acts = "GET" if reads else method
        scope = "read" if acts in SAFE_METHODS else "write"
        scope = "admin" if policy in _ADMINISTRATION else scope

        def add(function: Any) -> Any:
            action = f"{self.column}.{function.__name__.rstrip('_')}"
            rules = Policy(policy, action, noted, scope, by_project, "{" in path, small)
            endpoints = [
                _endpoint(
                    *(function, acts, rules, status),
                    _Reading(self.lenient, secret, verbatim, hot, documented),
                )
                for documented in (False, True)
            ]
            self._routes.append(_Route(method, path, status, function, *endpoints))
            return function

        return add


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a route reads its requests."""

    lenient: bool
    secret: bool
    verbatim: bool
    hot: Hot | None
    documented: bool
    """Whether its signature says what the body is, for the document alone."""


@dataclass(frozen=True, slots=True)
class _Route:
    """A route's function and the endpoint that it became."""

    method: str
    path: str
    status: int
    function: Any
    endpoint: Any
    documented: Any
    """An endpoint whose signature says what the body is."""

    def add_to(self, api: APIRouter, *, documented: bool) -> None:
        """Let FastAPI know the route, and the model of its reply where that is wanted."""
        returns = inspect.signature(self.function, eval_str=True).return_annotation
        bare = inspect.isclass(returns) and issubclass(returns, Response)
        api.add_api_route(
            self.path,
            self.documented if documented else self.endpoint,
            methods=[self.method],
            status_code=self.status,
            response_model=returns if documented and not bare else None,
            response_class=Response if bare else _JsonResponse,
            operation_id=_operation_id(self.function),
            summary=(self.function.__doc__ or "").partition(".")[0],
            description=self.function.__doc__,
        )


class _JsonResponse(JSONResponse):
    """Bytes that are JSON already; FastAPI documents models only of its own kind of response."""

    def render(self, content: Any) -> bytes:
        """The bytes as they are."""
        encoded: bytes = content
        return encoded


class _Guarded(APIRoute):
    """A route that knows its caller before it reads the body, and says so when it fails."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's own handler, guarded."""
        handle = super().get_route_handler()
        policy: Policy = self.endpoint.linlog_policy  # type: ignore[attr-defined]

        async def guarded(request: Request) -> Response:
            machine: Machine = request.app.state.machine
            bounded = _BoundedRequest(request.scope, request.receive)
            bounded.most = PUBLIC_BODY if policy.role == PUBLIC else LARGEST_BODY
            request.state.actor = None
            request.state.call = noting.call_of(machine, request)
            methods.refuse(request)
            try:
                if policy.role != PUBLIC:
                    await _let_in(machine, request, policy)
                async with bounded.room:
                    return await handle(bounded)
            except NotAllowed as error:
                await run_in_threadpool(noting.refused, machine, request, policy.action, error)
                raise
            except authentication.KnownRefused as error:
                refused = (machine, request, policy.action, error)
                answer = failures.respond(request, error)
                answer.background = BackgroundTask(noting.not_let_in, *refused)
                return answer
            except RateLimited:
                if policy.role != PUBLIC:
                    wait_s = request.app.state.refusals.wait_s(_shown(request), now=monotonic())
                    await asyncio.sleep(wait_s)
                raise
            except (ApiError, StarletteError, RequestValidationError, Unavailable):
                raise
            except Exception as error:
                failures.note(request, error)
                if failures.is_full(error):
                    raise failures.no_room() from error
                message = "the server failed; its log has this request's id"
                raise ServerFailed(message) from error

        return guarded


class _BoundedRequest(Request):
    """A request whose body is not larger than it may be, and waits for room where it is large."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.most = LARGEST_BODY
        """Bytes that its body may have."""
        self.room = AsyncExitStack()
        """Holds the room of a large body until the request is answered."""
        self._is_large = False

    async def _expect(self, size: int) -> None:
        """Refuse a body of so many bytes, or wait for room for it where that is needed."""
        if size > self.most:
            raise _too_large(self.most)
        if size > limits.LARGE_BODY_BYTES and not self._is_large:
            self._is_large = True
            actor: Actor | None = self.state.actor
            turn = self.app.state.rooms.turn("" if actor is None else actor.organisation_id)
            try:
                await self.room.enter_async_context(turn)
            except RateLimited as error:
                again = {"Retry-After": error.retry_after or "1"}
                raise HTTPException(429, error.detail, again) from None

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes in, refused as soon as it is known to be too large."""
        announced = self.headers.get("content-length", "")
        await self._expect(int(announced) if announced.isdecimal() and len(announced) < 20 else 0)
        size, started = 0, monotonic()
        chunks = super().stream()
        while True:
            try:
                with anyio.move_on_after(BODY_WAIT_S) as waiting:
                    chunk = await anext(chunks, None)
            except ClientDisconnect:
                raise HTTPException(400, "the body was cut off") from None
            if waiting.cancelled_caught:
                raise _too_slow()
            if chunk is None:
                return
            size += len(chunk)
            await self._expect(size)
            passed = monotonic() - started
            if passed > BODY_WAIT_S and size < SLOWEST_BYTES_PER_S * passed:
                raise _too_slow()
            yield chunk


def _refuse_nul(request: Request) -> None:
    """Refuse the character that ends a text in one database and fails in another."""
    if "\0" in request.scope["path"]:
        message = "nothing has a NUL character in its address"
        raise NotFound(message)
    if b"%00" in request.scope["query_string"]:
        for name, value in request.query_params.multi_items():
            if "\0" in value:
                message = f"{name} must not hold a NUL character"
                raise Invalid(message, field=name)


def _too_slow() -> HTTPException:
    message = f"the body comes in slower than {SLOWEST_BYTES_PER_S:,} bytes a second"
    return HTTPException(408, message, {"Connection": "close"})


def _too_large(most: int) -> HTTPException:
    # FastAPI passes its own exceptions through while it reads a body, and hides all others.
    return HTTPException(413, f"the request has more than {most:,} bytes")


def _operation_id(function: Any) -> str:
    column = function.__module__.rpartition(".")[2]
    return f"{column}_{function.__name__.rstrip('_')}"


def window(limit: int = DEFAULT_LIMIT, offset: int = 0, cursor: str | None = None) -> Window:
    """The part of a list that the query asks for."""
    if not 1 <= limit <= LARGEST_LIMIT:
        message = f"limit must be from 1 to {LARGEST_LIMIT}, but is {limit}"
        raise Invalid(message, field="limit")
    if not 0 <= offset < 2**31:
        message = f"offset must be from 0 to {2**31 - 1}, but is {offset}"
        raise Invalid(message, field="offset")
    return Window(limit, offset, cursor)


def of_query(read: Callable[..., Any]) -> Any:
    """Depend on what a function reads in the query, where the request came in.

    FastAPI gives a thread to every function that is not asynchronous, however little it does.
    """

    @wraps(read)
    async def dependency(**values: Any) -> Any:
        return read(**values)

    return Depends(dependency)


WHOLE_LIST: Final = EVERYTHING
"""The window of lists that never come in pages."""
Paging = Annotated[Window, of_query(window)]
"""The parameters limit, offset and cursor."""


async def raw_body(request: Request) -> bytes:
    """The bytes of the request's body."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]
"""The body as it was sent."""


def _endpoint(function: Any, method: str, policy: Policy, status: int, reading: _Reading) -> Any:
    signature = inspect.signature(function, eval_str=True)
    parameters = [each for each in signature.parameters.values() if each.name != "ctx"]
    takes_request = any(each.annotation is Request for each in parameters)
    kind = signature.parameters["body"].annotation if "body" in signature.parameters else None
    native = not reading.lenient
    typed = kind is not None and kind is not RawBody
    refuses = native and kind is None and method not in SAFE_METHODS

    async def endpoint(**values: Any) -> Response:
        request: Request = values["request"]
        actor: Actor | None = request.state.actor
        whose = "" if actor is None else actor.organisation_id
        async with request.app.state.gate.turn(whose):
            reply, outcome = await run_in_threadpool(work, values)
        # Whoever waits for a commit only has no use for a thread.
        await _committed(outcome)
        return reply

    def work(values: dict[str, Any]) -> tuple[Response, Outcome]:
        request: Request = values["request"] if takes_request else values.pop("request")
        machine: Machine = request.app.state.machine
        actor: Actor | None = request.state.actor
        small = policy.small and len(values.get("body", b"")) <= limits.SMALL_WRITE_BYTES
        try:
            if native:
                queries.check(request.scope["route"], request.query_params)
            if typed:
                values["body"] = _read_body(request, values["body"], kind, reading)
            if refuses:
                _refuse_body(values.pop("body"))
            _refuse_nul(request)
            run = _Run(machine, request, method, status, function, values, reading.secret, policy)
            if actor is None:
                return run.publicly(), _DONE
            return run.for_actor(actor, small=small)
        except Invalid as error:
            error.status = 400 if reading.lenient else error.status
            raise

    keyword = inspect.Parameter.KEYWORD_ONLY
    wanted = [each.replace(kind=keyword) for each in parameters]
    if typed and not reading.documented:
        wanted = [
            each.replace(annotation=RawBody) if each.name == "body" else each for each in wanted
        ]
    if refuses:
        wanted.append(inspect.Parameter("body", keyword, annotation=RawBody))
    if not takes_request:
        wanted.append(inspect.Parameter("request", keyword, annotation=Request))
    endpoint.__signature__ = signature.replace(parameters=wanted)  # type: ignore[attr-defined]
    endpoint.__name__ = function.__name__
    endpoint.linlog_policy = policy  # type: ignore[attr-defined]
    return endpoint


def _read_body(request: Request, body: bytes, kind: Any, reading: _Reading) -> Any:
    """The body by its hot reader; where that gives up, as the wire's own class."""
    if body:
        _refuse_other_types(request)
        strict.refuse_heavy(body)
    found = None if reading.hot is None else reading.hot(body)
    return bodies.read(body, kind, verbatim=reading.verbatim) if found is None else found


def _refuse_other_types(request: Request) -> None:
    """Refuse a body that does not say it is JSON: what a form of another site sends does not."""
    said = request.headers.getlist("content-type")
    if len(said) != 1 or not _JSON.fullmatch(said[0]):
        message = "the body must be a JSON object, with the Content-Type application/json"
        error = Invalid(message)
        error.status = 415
        raise error


def _refuse_body(body: bytes) -> None:
    if body.strip() not in {b"", b"{}"}:
        message = "this address takes no body"
        raise Invalid(message)


async def _committed(outcome: Outcome) -> None:
    """Wait until a request is committed. Raises Unavailable where that failed."""
    if not outcome.known:
        loop, told = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            # Where the loop has ended meanwhile, nobody waits any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(told.set)

        outcome.then(tell)
        await told.wait()
    outcome.check()


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of a route's function."""

    machine: Machine
    request: Request
    method: str
    status: int
    function: Any
    values: dict[str, Any]
    secret: bool
    policy: Policy

    def publicly(self) -> Response:
        """Call it without an actor; such functions take the machine instead of a context."""
        return self._reply(self.function(ctx=self.machine, **self.values))

    def for_actor(self, actor: Actor, *, small: bool) -> tuple[Response, Outcome]:
        """Call it in a transaction; the reply may be sent when the outcome is that of a commit."""
        key = self._idempotency_key()
        database = self.machine.database
        if self.method in SAFE_METHODS:
            if self.policy.noted:
                with database.write(actor.organisation_id) as conn:
                    self._note(self._context(conn, actor))
            with database.read(within_s=limits.QUESTION_S) as conn:
                return self._reply(self._called(self._context(conn, actor))), _DONE
        outcome = Outcome() if small else _DONE
        with database.write(actor.organisation_id, outcome if small else None) as conn:
            ctx = self._context(conn, actor)
            reply = self._reply(self._called(ctx)) if key is None else self._once(ctx, key)
        # What it enqueued is there for workers as soon as it is committed.
        outcome.then(self.machine.job_waiting.set)
        return reply, outcome

    def _context(self, conn: Any, actor: Actor) -> Context:
        origin, call = origin_of(self.request), self.request.state.call
        return self.machine.context(conn, actor, origin=origin, call=call)

    def _called(self, ctx: Context) -> Any:
        result = self.function(ctx=ctx, **self.values)
        if self.policy.noted and self.method not in SAFE_METHODS:
            self._note(ctx)
        return result

    def _note(self, ctx: Context) -> None:
        audit_entries.note(ctx, self.policy.action, noting.object_of(self.request))

    def _once(self, ctx: Context, key: str) -> Response:
        fingerprint = self._fingerprint(ctx.actor)
        stored = idempotency_keys.find(ctx.conn, ctx.scope, key)
        if stored is not None:
            if stored.fingerprint != fingerprint:
                message = "this Idempotency-Key was used for another request; make a new one"
                raise Conflict(message)
            if self.secret:
                message = "this was done before; its secret was shown once and is kept nowhere"
                raise Conflict(message)
            return _JsonResponse(stored.body, stored.status, {"Idempotent-Replay": "true"})
        reply = self._reply(self._called(ctx))
        kept = b"" if self.secret else bytes(reply.body)
        answer = StoredAnswer(fingerprint, reply.status_code, kept)
        idempotency_keys.delete_before(ctx.conn, ctx.now - _KEY_LIFETIME)
        idempotency_keys.insert(ctx.conn, ctx.scope, key, answer, created=ctx.now)
        return reply

    def _fingerprint(self, actor: Actor) -> str:
        address = f"{self.method} {self.request.url.path}?{self.request.url.query}"
        said = sha256(address.encode(errors="replace"))
        if actor.projects is not None:
            # What was answered to who saw more is not given again to who sees less.
            said.update(repr((actor.user_id, actor.token_id, sorted(actor.projects))).encode())
        for name, value in self.values.items():
            if name != "request":
                said.update(value if isinstance(value, bytes) else repr((name, value)).encode())
        return said.hexdigest()

    def _idempotency_key(self) -> str | None:
        key = self.request.headers.get("idempotency-key")
        if key is None or self.method not in _KEYED:
            return None
        if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
            message = f"Idempotency-Key must have 1 to {_LONGEST_KEY} printable characters"
            raise Invalid(message)
        return key

    def _reply(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        if isinstance(result, Page):
            result = _with_links(self.request, result)
        return _JsonResponse(codec.encode(result), self.status)


async def _let_in(machine: Machine, request: Request, policy: Policy) -> None:
    """Find out who asks, unless the same credentials were refused of late, and count it."""
    shown = _shown(request)
    machine.rates.check(shown, now=clock.now())
    async with request.app.state.door.turn(shown):
        await run_in_threadpool(authenticate, machine, request, policy)
    _count(machine, request.state.actor, shown)


def _shown(request: Request) -> str:
    """The credentials that a request shows, whatever they are worth."""
    return request.headers.get("authorization") or request.headers.get("cookie", "")


def authenticate(machine: Machine, request: Request, policy: Policy) -> None:
    """Find out who asks and whether the policy lets them."""
    now = clock.now()
    header = request.headers.getlist("authorization")
    with machine.database.read() as conn:
        if len(header) > 1:
            message = "send one Authorization header, not several"
            raise NotAuthenticated(message)
        if header:
            actor = authentication.by_header(conn, header[0], door(machine, request, now))
        else:
            actor = _by_cookie(machine, request, conn, now)
    request.state.actor = actor
    if not actor.may(policy.role):
        message = f"this needs the role {policy.role}; the caller is {actor.role}"
        raise NotAllowed(message)
    if not actor.reaches(policy.scope):
        message = f"this needs a token with the scope {policy.scope}; this one has {actor.scope}"
        raise NotAllowed(message)
    policy.check_sees(actor)
    _note_use(machine, actor, now)


def _count(machine: Machine, actor: Actor, shown: str) -> None:
    """Count a request of a person or a token. Raises RateLimited."""
    whose = actor.token_id or actor.user_id or actor.organisation_id
    machine.rates.count(whose, now=clock.now(), shown=shown)


def door(machine: Machine, request: Request, now: int) -> authentication.Door:
    """Where a request tries to come in."""
    return authentication.Door(machine.attempts, request.state.call.source, now, machine.key)


def entrance(request: Request) -> Entrance:
    """Where a session begins."""
    return Entrance(request.state.call.source, request.headers.get("user-agent", ""))


def session_cookie(request: Request) -> str:
    """The name of the session's cookie: with the host prefix wherever browsers keep it."""
    return SESSION_COOKIE if _plain_loopback(request) else f"__Host-{SESSION_COOKIE}"


def set_session(request: Request, response: Response, secret: str, lifetime_s: int) -> None:
    """Send the cookie of a new session."""
    response.set_cookie(
        session_cookie(request),
        secret,
        max_age=lifetime_s,
        path="/",
        secure=not _plain_loopback(request),
        httponly=True,
        samesite="lax",
    )


def end_session(request: Request, response: Response) -> None:
    """Take the cookie of a session back; browsers want the attributes that it was set with."""
    response.delete_cookie(
        session_cookie(request),
        path="/",
        secure=not _plain_loopback(request),
        httponly=True,
        samesite="lax",
    )


def origin_of(request: Request) -> str:
    """Scheme, host and port that the request came to."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _plain_loopback(request: Request) -> bool:
    # Browsers drop Secure cookies on plain http, so loopback goes without; nothing else does.
    machine: Machine = request.app.state.machine
    return is_plain_loopback(machine.settings.origin or origin_of(request))


def _by_cookie(machine: Machine, request: Request, conn: Any, now: int) -> Actor:
    secret = request.cookies.get(session_cookie(request))
    if not secret:
        message = "sign in, or send a token: Authorization: Token <token>"
        raise NotAuthenticated(message)
    idle_s = machine.settings.session_idle_s
    actor = authentication.by_session(conn, secret, now=now, idle_s=idle_s)
    if actor is None:
        message = "the session has ended; sign in again"
        raise NotAuthenticated(message)
    request.state.actor = actor
    _refuse_cross_site(machine, request)
    return actor


def _refuse_cross_site(machine: Machine, request: Request) -> None:
    """A cookie alone must not let another site act for its owner."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = machine.settings.origin or origin_of(request)
    if site == "same-origin" or (site is None and origin == ours):
        return
    if site is None and origin is None:
        message = "requests with a session must come from a page of this server"
        raise NotAllowed(message)
    message = "requests from other sites are refused"
    raise NotAllowed(message)


def _note_use(machine: Machine, actor: Actor, now: int) -> None:
    """Keep the time of last use to the minute, without a write at every request."""
    identity = actor.session_hash or actor.token_id
    if identity is None:
        return
    noted: dict[str, int] = machine.last_used
    if now - noted.get(identity, 0) < _TOUCH_EVERY:
        return
    noted[identity] = now
    try:
        with sharing.written(machine.database, actor.organisation_id) as conn:
            if actor.session_hash is not None:
                sessions.touch(conn, actor.organisation_id, actor.session_hash, now)
            elif actor.token_id is not None:
                tokens.touch(conn, actor.organisation_id, actor.token_id, now)
    except Unavailable as error:
        # Who reads needs no room on a disk, and what writes is refused where it does.
        if not failures.is_full(error):
            raise


def _with_links(request: Request, page: Page[Any]) -> Page[Any]:
    """The page with addresses of its neighbours; `next` came as a cursor."""
    asked = dict(request.query_params)
    limit, offset = int(asked.get("limit", DEFAULT_LIMIT)), int(asked.get("offset", 0))
    following = previous = None
    if page.next is not None:
        place = {"limit": limit, "offset": offset + len(page.results), "cursor": page.next}
        following = _address(request, {**asked, **place})
    if offset > 0 and page.count:
        before = {**asked, "limit": limit, "offset": max(0, min(offset, page.count) - limit)}
        before.pop("cursor", None)
        previous = _address(request, before)
    return replace(page, next=following, previous=previous)


def _address(request: Request, query: dict[str, Any]) -> str:
    return f"{request.url.path}?{urlencode(query)}"
