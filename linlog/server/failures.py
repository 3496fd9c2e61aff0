"""Errors to the wire: one body for every refusal, and no trace of the inside."""

from __future__ import annotations

import errno
import traceback
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from linlog.errors import (
    ApiError,
    Invalid,
    NotFound,
    ServerFailed,
    TooLarge,
    api_error,
)
from linlog.server import methods
from linlog.server.databases import Broken, Unavailable
from linlog.server.log import log
from linlog.wire import codec
from linlog.wire.errors import CONTENT_TYPE, ErrorBody

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

_MOST_SAID: Final = 3
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CODES: Final = {404: "not_found", 405: "invalid", 408: "invalid", 413: "too_large"}


def install(app: FastAPI) -> None:
    """Let every error of the app end in the one body."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Unavailable, _database)
    app.add_exception_handler(Exception, _failed)


def respond(request: Request, error: ApiError, *, status: int | None = None) -> Response:
    """The answer that stands for an error."""
    body = ErrorBody(
        detail=error.detail,
        code=error.code,
        field=error.field,
        request_id=request.state.request_id,
    )
    headers = {"WWW-Authenticate": "Token"} if error.status == 401 else {}
    if error.retry_after is not None:
        headers["Retry-After"] = error.retry_after
    return Response(codec.encode(body), status or error.status, headers, CONTENT_TYPE)


def explain(errors: list[dict[str, Any]], data: Any) -> Invalid:
    """What a reader of pydantic's errors about `data` would say: the first few, and how many more.

    Of a value that fits none of several types pydantic tells what each of them makes of it; the
    first one is the one that was meant.
    """
    by_field: dict[str, dict[str, Any]] = {}
    for error in errors:
        by_field.setdefault(_field(error, data), error)
    said = [
        f"{field} {_sentence(error, field)}" if field else _sentence(error, field)
        for field, error in by_field.items()
    ]
    more = f" (and {len(said) - _MOST_SAID} more)" if len(said) > _MOST_SAID else ""
    return Invalid("; ".join(said[:_MOST_SAID]) + more, field=next(iter(by_field)) or None)


def _field(error: dict[str, Any], data: Any) -> str:
    """Where in the data the error is; what else pydantic puts there are its names of types."""
    place: list[str] = []
    *inner, last = error["loc"] or ("",)
    for part in inner:
        if _holds(data, part):
            place.append(str(part))
            data = data[part]
    if _holds(data, last) or error["type"] == "missing":
        place.append(str(last))
    return ".".join(place)


def _holds(data: Any, part: object) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _sentence(error: dict[str, Any], field: str) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "dataclass_type":
        whole = "the body must be a JSON object, with the Content-Type application/json"
        return "must be an object" if field else whole
    if error["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return "is not a field that can be sent here"
    return str(error["msg"]).removeprefix("Value error, ")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError), "installed for ApiError"
    return respond(request, error)


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "installed for RequestValidationError"
    found = [{**each, "loc": each["loc"][1:]} for each in error.errors()]
    return respond(request, explain(found, {each["loc"][0]: None for each in found}))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "installed for HTTPException"
    if error.status_code == 404:
        return respond(request, NotFound(f"nothing is at {request.url.path[:200]}"))
    if error.status_code == 405:
        message = f"{request.method} is not possible at {request.url.path[:200]}"
        refused = respond(request, Invalid(message), status=405)
        refused.headers["Allow"] = ", ".join(sorted(methods.allowed(request)))
        return refused
    if error.status_code == 413:
        return respond(request, TooLarge(str(error.detail)))
    code = _CODES.get(error.status_code)
    found = api_error(error.status_code, str(error.detail), code=code)
    answer = respond(request, found, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def is_full(error: BaseException) -> bool:
    """Whether something failed because there is no room on a disk."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return isinstance(error, Unavailable) and "disk is full" in str(error.orig)


def no_room() -> ServerFailed:
    """The refusal of what there is no room for."""
    error = ServerFailed("the server has no room left to store this; its operator must make some")
    error.status = 507
    return error


async def _database(request: Request, error: Exception) -> Response:
    note(request, error)
    if is_full(error):
        return respond(request, no_room())
    failed = ServerFailed("the database is busy or away; try again in a moment")
    return respond(request, failed, status=503)


async def _failed(request: Request, error: Exception) -> Response:
    note(request, error)
    return respond(request, ServerFailed("the server failed; its log has this request's id"))


def note(request: Request, error: Exception) -> None:
    """Write a failure to the log, with the request's id."""
    damaged = isinstance(error, Broken) and "malformed" in str(error.orig)
    log(
        "error",
        "the database is damaged; restore a backup" if damaged else "a request failed",
        request_id=request.state.request_id,
        method=request.method,
        path=request.url.path,
        error=type(error).__name__,
        trace=traceback.format_exc(),
    )
