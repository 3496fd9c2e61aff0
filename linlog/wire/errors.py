"""The one body of every error, and how it is announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linlog.wire.record import Record

CONTENT_TYPE: Final = "application/json; charset=utf-8"
"""The Content-Type of every refusal, so that no reader guesses what its words are written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody(Record):
    """What the server says when it refuses."""

    detail: str
    """A sentence: what was wrong, what was expected, what to do."""
    code: str
    """Which kind of error, a key of `linlog.errors.API_ERRORS`."""
    field: str | None = None
    """Where in the request the fault is, such as `tasks.3.item.text`."""
    request_id: str
    """The request's id, which the server's log has too."""
