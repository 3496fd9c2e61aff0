"""Bodies of the native API, read as the wire's classes without coercion."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from linlog import limits
from linlog.errors import Invalid
from linlog.server import failures, strict

_LISTS: Final = frozenset({"list", "tuple"})


def read(body: bytes, kind: Any, *, verbatim: bool = False) -> Any:
    """The body as a wire class. Raises Invalid that names the field.

    What is kept `verbatim` is only ever JSON, where any text and any number has its place.
    """
    if not body:
        message = "the body is missing; send a JSON object"
        raise Invalid(message)
    data = strict.decode(body, verbatim=verbatim)
    reader = _reader(kind) if len(body) <= limits.WHOLLY_EXPLAINED_BYTES else _hasty_reader(kind)
    try:
        return reader.validate_json(body, strict=True)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)
        raise failures.explain([dict(each) for each in told], data) from None


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _hasty_reader(kind: Any) -> SchemaValidator:
    """A reader that leaves a list at the first entry that is wrong.

    An error takes a kilobyte to explain, and a list of a million wrong entries has as many.
    """
    return SchemaValidator(_failing_fast(_reader(kind).core_schema))


def _failing_fast(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_failing_fast(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _failing_fast(each) for name, each in schema.items()}
    return {**found, "fail_fast": True} if found.get("type") in _LISTS else found
