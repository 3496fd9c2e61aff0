"""Bodies of every route, whole and with one place changed, out of the native API's document."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.api import addresses
from tests.api.addresses import Address

Place = tuple[str | int, ...]
EVERY_TYPE: dict[str, Any] = {
    "null": None,
    "array": [],
    "object": {},
    "string": "1",
    "boolean": True,
    "integer": 0,
    "number": 1.5,
}
"""A value of each type of JSON."""


def takers() -> list[Address]:
    """Addresses that take JSON."""
    return [
        one
        for one in addresses.all_of_them()
        if "application/json" in one.operation.get("requestBody", {}).get("content", {})
    ]


def schema_of(address: Address) -> dict[str, Any]:
    """What an address takes."""
    found: dict[str, Any] = address.operation["requestBody"]["content"]["application/json"]
    return dict(found["schema"])


def whole(address: Address, ids: dict[str, str]) -> Any:
    """A body with every field, with the ids of a world where ids belong."""
    by_prefix = {one.partition("_")[0]: one for one in ids.values()}
    return addresses.example(schema_of(address), by_prefix, everything=True)


def places(schema: dict[str, Any], value: Any, at: Place = ()) -> Iterator[tuple[Place, set[str]]]:
    """Every place of a body, with the types of JSON that it takes."""
    schema = _resolved(schema)
    yield at, _types(schema)
    options = schema.get("anyOf", schema.get("oneOf", ()))
    for option in options[:1]:
        yield from list(places(option, value, at))[1:]
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from places(inner, value[name], (*at, name))
    if isinstance(value, list) and value and "items" in schema:
        yield from places(schema["items"], value[0], (*at, 0))


def changed(body: Any, at: Place, value: Any) -> Any:
    """The body with another value at one place."""
    if not at:
        return value
    found = deepcopy(body)
    inner = found
    for part in at[:-1]:
        inner = inner[part]
    inner[at[-1]] = value
    return found


def leaves(body: Any, kind: type, at: Place = ()) -> Iterator[Place]:
    """The places of a body that hold a value of a type."""
    if type(body) is kind:
        yield at
    if isinstance(body, (dict, list)):
        for name, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from leaves(value, kind, (*at, name))


def _types(schema: dict[str, Any]) -> set[str]:
    schema = _resolved(schema)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return set().union(*map(_types, schema[key]))
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values:
        return {"string"}
    kind = schema.get("type")
    if kind is None:
        return set(EVERY_TYPE)
    return {"number", "integer"} if kind == "number" else {kind}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return addresses._resolved(schema)
