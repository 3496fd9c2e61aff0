"""Every exception that linlog raises on purpose, and which error code means which class.

LinLogError
├── ApiError               the server answered, and said no
│   ├── Invalid              400/422: what was sent is wrong; `field` says where
│   ├── NotAuthenticated     401: no credentials, or wrong ones
│   │   └── SecondFactorNeeded  401: the password is right, and a code is asked for as well
│   ├── NotAllowed           403: known, but not permitted
│   │   └── PresenceNeeded     403: give the password once more, and try again
│   ├── NotFound             404: does not exist, or belongs to another organisation
│   ├── Conflict             409: contradicts the present state
│   ├── TooLarge             413: over a limit
│   ├── RateLimited          429: too many requests
│   └── ServerFailed         5xx: the server's fault
├── TransportError         no answer
│   ├── Timeout              none in time
│   └── ConnectionLost       the connection could not be made, or broke
├── PredictionsRefused     some predictions were refused; `refusals` says which and why
├── EvaluationFailed       the metrics could not be computed; the message says why
├── FormatError            a file is not what it should be
└── ConfigError            a setting is missing or wrong
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


class LinLogError(Exception):
    """The root of every error of linlog."""


class ApiError(LinLogError):
    """The server refused a request. `str(error)` is a sentence that says what to do."""

    code = "failed"
    status = 500

    def __init__(
        self, detail: str, *, field: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.request_id = request_id
        self.retry_after: str | None = None
        """When to come back, in the words of the server, where it said so."""


class Invalid(ApiError):
    """What was sent is wrong; `field` says which part."""

    code = "invalid"
    status = 422


def invalid(error: ValueError) -> Invalid:
    """What a check said, whose first word is the part that is wrong."""
    said = str(error)
    return Invalid(said, field=said.partition(" ")[0].rstrip(":"))


class NotAuthenticated(ApiError):
    """No credentials were sent, or they are wrong."""

    code = "not_authenticated"
    status = 401


class SecondFactorNeeded(NotAuthenticated):
    """The password is right; send it again with a code of the person's app."""

    code = "second_factor_needed"
    status = 401


class NotAllowed(ApiError):
    """The caller is known, but may not do this."""

    code = "not_allowed"
    status = 403


class PresenceNeeded(NotAllowed):
    """The password was given too long ago for this; give it again, and repeat the request."""

    code = "presence_needed"
    status = 403


class NotFound(ApiError):
    """Nothing of that id exists in the caller's organisation."""

    code = "not_found"
    status = 404


class Conflict(ApiError):
    """The request contradicts the present state."""

    code = "conflict"
    status = 409


class TooLarge(ApiError):
    """What was sent is over a limit; the message names it."""

    code = "too_large"
    status = 413


class RateLimited(ApiError):
    """Too many requests; try again later."""

    code = "rate_limited"
    status = 429


class ServerFailed(ApiError):
    """The server failed; its log has the request id."""

    code = "failed"
    status = 500


class TransportError(LinLogError):
    """No answer came."""


class Timeout(TransportError):
    """No answer came in time."""


class ConnectionLost(TransportError):
    """The connection could not be made, or broke."""


class PredictionsRefused(LinLogError):
    """Some predictions were refused by the server; the others were stored."""

    def __init__(self, message: str, refusals: Sequence[object]) -> None:
        super().__init__(message)
        self.refusals = list(refusals)


class EvaluationFailed(LinLogError):
    """The metrics of a model run could not be computed."""


class FormatError(LinLogError):
    """A file is not what it should be."""


class ConfigError(LinLogError):
    """A setting is missing or wrong."""


API_ERRORS: Final[dict[str, type[ApiError]]] = {
    kind.code: kind
    for kind in (
        Invalid,
        SecondFactorNeeded,
        NotAuthenticated,
        PresenceNeeded,
        NotAllowed,
        NotFound,
        Conflict,
        TooLarge,
        RateLimited,
        ServerFailed,
    )
}


def api_error(
    status: int,
    detail: str,
    *,
    code: str | None = None,
    field: str | None = None,
    request_id: str | None = None,
) -> ApiError:
    """The error that stands for an answer: by its code, or by its status where it has none."""
    kind = API_ERRORS.get(code or "")
    if kind is None:
        by_status = {known.status: known for known in API_ERRORS.values()}
        kind = by_status.get(status, ServerFailed if status >= 500 else Invalid)
    return kind(detail, field=field, request_id=request_id)
