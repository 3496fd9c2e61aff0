"""Errors to the wire: one body for every refusal, and no trace of the inside."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final

import fastapi
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
from linlog.server.databases import Unavailable
from linlog.server.log import log
from linlog.wire import codec
from linlog.wire.errors import ErrorBody

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

_MOST_SAID: Final = 3
_LOCATIONS: Final = {"body", "query", "path", "header"}
_CODES: Final = {404: "not_found", 405: "invalid", 408: "invalid", 413: "too_large"}


class Unreadable(fastapi.HTTPException):
    """A body that is no JSON because of one field.

    FastAPI passes its own exceptions through while it reads a body, and hides all others.
    """

    def __init__(self, detail: str, *, field: str | None) -> None:
        super().__init__(422, detail)
        self.field = field


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
    headers = {"WWW-Authenticate": "Token"} if error.status == 401 else None
    return Response(
        codec.encode(body), status or error.status, headers, media_type="application/json"
    )


def explain(errors: list[dict[str, Any]]) -> Invalid:
    """What a reader of pydantic's errors would say: the first few, and how many more."""
    said = [_said(error) for error in errors[:_MOST_SAID]]
    more = f" (and {len(errors) - len(said)} more)" if len(errors) > len(said) else ""
    return Invalid("; ".join(said) + more, field=_field(errors[0]))


def _said(error: dict[str, Any]) -> str:
    field, sentence = _field(error), _sentence(error)
    return f"{field} {sentence}" if field else sentence


def _field(error: dict[str, Any]) -> str | None:
    if error["type"] == "json_invalid":
        return None
    location = [str(part) for part in error["loc"] if part not in _LOCATIONS]
    return ".".join(location) or None


def _sentence(error: dict[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing" if _field(error) else "the body is missing; send a JSON object"
    if error["type"] == "dataclass_type":
        whole = "the body must be a JSON object, with the Content-Type application/json"
        return "must be an object" if _field(error) else whole
    if error["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return "is not a field that can be sent here"
    if error["type"] == "json_invalid":
        return f"the body is no valid JSON: {error.get('ctx', {}).get('error', '')}"
    return str(error["msg"]).removeprefix("Value error, ")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError), "installed for ApiError"
    return respond(request, error)


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "installed for RequestValidationError"
    return respond(request, explain([dict(entry) for entry in error.errors()]))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "installed for HTTPException"
    if error.status_code == 404:
        return respond(request, NotFound(f"nothing is at {request.url.path[:200]}"))
    if error.status_code == 405:
        message = f"{request.method} is not possible at {request.url.path[:200]}"
        return respond(request, Invalid(message), status=405)
    if error.status_code == 413:
        return respond(request, TooLarge(str(error.detail)))
    if isinstance(error, Unreadable):
        return respond(request, Invalid(error.detail, field=error.field))
    code = _CODES.get(error.status_code)
    found = api_error(error.status_code, str(error.detail), code=code)
    answer = respond(request, found, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _database(request: Request, error: Exception) -> Response:
    note(request, error)
    failed = ServerFailed("the database is busy or away; try again in a moment")
    return respond(request, failed, status=503)


async def _failed(request: Request, error: Exception) -> Response:
    note(request, error)
    return respond(request, ServerFailed("the server failed; its log has this request's id"))


def note(request: Request, error: Exception) -> None:
    """Write a failure to the log, with the request's id."""
    log(
        "error",
        "a request failed",
        request_id=request.state.request_id,
        method=request.method,
        path=request.url.path,
        error=type(error).__name__,
        trace=traceback.format_exc(),
    )
