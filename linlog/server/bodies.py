"""Bodies of the native API, read as the wire's classes without coercion."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from linlog.errors import Invalid
from linlog.server import failures, strict


def read(body: bytes, kind: Any, *, verbatim: bool = False) -> Any:
    """The body as a wire class. Raises Invalid that names the field.

    What is kept `verbatim` is only ever JSON, where any text and any number has its place.
    """
    if not body:
        message = "the body is missing; send a JSON object"
        raise Invalid(message)
    data = strict.decode(body, verbatim=verbatim)
    try:
        return _reader(kind).validate_json(body, strict=True)
    except ValidationError as error:
        raise failures.explain([dict(each) for each in error.errors()], data) from None


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
